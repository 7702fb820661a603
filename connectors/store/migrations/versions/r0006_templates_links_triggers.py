"""Templates and senders of messages, targets of links, hits of triggers; indexes for whoever looks for work.

Belongs here: the step from revision 0005 to 0006, written out so that it never changes with ``schema`` and
``send_tables``.
"""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the tables and indexes."""
    _documents()
    _link_targets()
    _trigger_hits()
    _indexes()


def _documents() -> None:
    from alembic import op

    for name in ("message_templates", "senders"):
        op.create_table(
            name,
            sa.Column("id", sa.String(64), nullable=False),
            sa.Column("version", sa.Integer, autoincrement=False, nullable=False),
            sa.Column("document", sa.JSON().with_variant(JSONB(), "postgresql")),
            sa.Column("is_on", sa.Boolean, nullable=False),
            sa.Column("applied_at", _MOMENT, nullable=False),
            sa.PrimaryKeyConstraint("id", "version", name=f"pk_{name}"),
        )


def _link_targets() -> None:
    from alembic import op

    op.create_table(
        "link_targets",
        sa.Column("target_no", sa.Integer, autoincrement=True, nullable=False),
        sa.Column("url_hash", sa.String(64), nullable=False),
        sa.Column("url", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("target_no", name="pk_link_targets"),
        sa.UniqueConstraint("url_hash", name="uq_link_targets_url_hash"),
    )


def _trigger_hits() -> None:
    from alembic import op

    op.create_table(
        "trigger_hits",
        sa.Column("campaign_id", sa.String(64), nullable=False),
        sa.Column("hit_id", sa.String(64), nullable=False),
        sa.Column("customer_id", sa.BigInteger, nullable=False),
        sa.Column("customer_key", sa.String(64), nullable=False),
        sa.Column("event_at", _MOMENT, nullable=False),
        sa.Column("due_at", _MOMENT, nullable=False),
        sa.Column("send_no", sa.Integer),
        sa.Column("state", sa.String(4)),
        sa.PrimaryKeyConstraint("campaign_id", "hit_id", name="pk_trigger_hits"),
        sqlite_with_rowid=False,
    )
    waiting = sa.text("send_no IS NULL AND state IS NULL")
    columns = ["campaign_id", "due_at"]
    op.create_index(
        "ix_trigger_hits_waiting", "trigger_hits", columns, sqlite_where=waiting, postgresql_where=waiting
    )  # fmt: skip
    op.create_index("ix_trigger_hits_event_at", "trigger_hits", ["campaign_id", "event_at"])
    op.create_index("ix_trigger_hits_send_no", "trigger_hits", ["send_no"])


def _indexes() -> None:
    from alembic import op

    op.create_index("ix_sends_planned_at", "sends", ["planned_at"])
    op.create_index("ix_sends_finished_at", "sends", ["finished_at"])
    op.drop_index("ix_attempts_state_look_at", "attempts")
    op.create_index("ix_attempts_state_look_at", "attempts", ["state", "look_at", "send_no"])
