"""Rules and models of recommendations.

Belongs here: the step from revision 0001 to 0002, written out so that it never changes with ``schema``.
"""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make both tables."""
    from alembic import op

    for name in ("recommend_rules", "recommend_models"):
        op.create_table(
            name,
            sa.Column("id", sa.String(64), nullable=False),
            sa.Column("version", sa.Integer, autoincrement=False, nullable=False),
            sa.Column("document", sa.JSON().with_variant(JSONB(), "postgresql")),
            sa.Column("is_on", sa.Boolean, nullable=False),
            sa.Column("applied_at", sa.DateTime(timezone=True), nullable=False),
            sa.PrimaryKeyConstraint("id", "version", name=f"pk_{name}"),
        )
