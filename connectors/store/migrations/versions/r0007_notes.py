"""Notes: how far somebody has read what lies elsewhere.

Belongs here: the step from revision 0006 to 0007, written out so that it never changes with ``schema``.
"""

import sqlalchemy as sa

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    from alembic import op

    op.create_table(
        "notes",
        sa.Column("name", sa.String(128), nullable=False),
        sa.Column("value", sa.String, nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_notes"),
    )
