"""Members and the trail of erasures.

Belongs here: the step from nothing to revision 0001, written out so that it never changes with ``schema``.
"""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make both tables."""
    from alembic import op

    moment = sa.DateTime(timezone=True)
    json = sa.JSON().with_variant(JSONB(), "postgresql")
    op.create_table(
        "members",
        sa.Column("member_id", sa.String, nullable=False),
        sa.Column("member_key", sa.String(32), nullable=False),
        *(sa.Column(name, sa.String) for name in ("name", "phone", "email", "push_token")),
        *(sa.Column(f"consent_{channel}", sa.Boolean) for channel in ("sms", "email", "push", "kakao", "night")),
        sa.Column("is_channel_friend", sa.Boolean),
        sa.Column("grade", sa.String),
        sa.Column("points", sa.BigInteger),
        sa.Column("joined_at", moment),
        sa.Column("custom", json),
        sa.Column("updated_at", moment, nullable=False),
        sa.PrimaryKeyConstraint("member_id", name="pk_members"),
        sa.UniqueConstraint("member_key", name="uq_members_member_key"),
    )
    op.create_table(
        "erasures",
        sa.Column("erasure_id", sa.Integer, autoincrement=True, nullable=False),
        sa.Column("member_key", sa.String(32), nullable=False),
        sa.Column("erased_at", moment, nullable=False),
        sa.Column("counts", json, nullable=False),
        sa.PrimaryKeyConstraint("erasure_id", name="pk_erasures"),
    )
    op.create_index("ix_erasures_member_key", "erasures", ["member_key"])
