"""Segments of the marketer, and which campaigns used them.

Belongs here: the step from revision 0003 to 0004, written out so that it never changes with ``schema``.
"""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make both tables."""
    from alembic import op

    op.create_table(
        "segments",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("version", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("document", sa.JSON().with_variant(JSONB(), "postgresql")),
        sa.Column("is_on", sa.Boolean, nullable=False),
        sa.Column("applied_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", "version", name="pk_segments"),
    )
    op.create_table(
        "segment_uses",
        sa.Column("use_id", sa.Integer, autoincrement=True, nullable=False),
        sa.Column("segment_id", sa.String(128), nullable=False),
        sa.Column("campaign_id", sa.String(64), nullable=False),
        sa.Column("used_at", _MOMENT, nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("is_open", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("use_id", name="pk_segment_uses"),
    )
    op.create_index("ix_segment_uses_segment_id", "segment_uses", ["segment_id"])
    op.create_index("ix_segment_uses_campaign_id", "segment_uses", ["campaign_id"])
