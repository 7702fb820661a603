"""Campaigns, their states, and the ledger of sending.

Belongs here: the step from revision 0004 to 0005, written out so that it never changes with ``send_tables``.
"""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)
_STATES = ("reserved", "sending", "accepted", "delivered", "failed", "unknown", "cancelled", "expired")


def upgrade() -> None:
    """Make the tables."""
    _campaigns()
    _sends()
    _messages()
    _attempts()
    _shared()


def _campaigns() -> None:
    from alembic import op

    op.create_table(
        "campaigns",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("version", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("document", sa.JSON().with_variant(JSONB(), "postgresql")),
        sa.Column("is_on", sa.Boolean, nullable=False),
        sa.Column("applied_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", "version", name="pk_campaigns"),
    )
    op.create_table(
        "campaign_states",
        sa.Column("campaign_id", sa.String(64), nullable=False),
        sa.Column("state", sa.String(9), nullable=False),
        sa.Column("since", _MOMENT, nullable=False),
        sa.Column("started_at", _MOMENT),
        sa.Column("resumed_at", _MOMENT),
        sa.Column("next_at", _MOMENT),
        sa.Column("version", sa.Integer),
        sa.Column("is_executed", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("campaign_id", name="pk_campaign_states"),
    )
    op.create_index("ix_campaign_states_next_at", "campaign_states", ["next_at"])


def _sends() -> None:
    from alembic import op

    op.create_table(
        "sends",
        sa.Column("send_no", sa.Integer, autoincrement=True, nullable=False),
        sa.Column("send_id", sa.String(160), nullable=False),
        sa.Column("campaign_id", sa.String(64), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("planned_at", _MOMENT, nullable=False),
        sa.Column("channel", sa.String(16), nullable=False),
        sa.Column("substitute_of", sa.Integer),
        sa.Column("state", sa.String(9), nullable=False),
        sa.Column("reason", sa.String(64)),
        sa.Column("ends_at", _MOMENT),
        sa.Column("made_at", _MOMENT, nullable=False),
        sa.Column("reserved_at", _MOMENT),
        sa.Column("last_sent_at", _MOMENT),
        sa.Column("finished_at", _MOMENT),
        *(sa.Column(state, sa.Integer, nullable=False, server_default="0") for state in _STATES),
        sa.Column("cost", sa.BigInteger, nullable=False, server_default="0"),
        sa.PrimaryKeyConstraint("send_no", name="pk_sends"),
        sa.UniqueConstraint("send_id", name="uq_sends_send_id"),
    )
    op.create_index("ix_sends_campaign_id", "sends", ["campaign_id"])
    op.create_index("ix_sends_state", "sends", ["state"])


def _messages() -> None:
    from alembic import op

    op.create_table(
        "messages",
        sa.Column("send_no", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("seq", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("customer_key", sa.String(64), nullable=False),
        sa.Column("customer_id", sa.BigInteger),
        sa.Column("variant", sa.String(64), nullable=False),
        sa.Column("address_hash", sa.String(64)),
        sa.Column("not_before", _MOMENT, nullable=False),
        sa.Column("state", sa.String(9), nullable=False),
        sa.Column("tries", sa.SmallInteger, nullable=False, server_default="0"),
        sa.Column("price", sa.BigInteger, nullable=False),
        sa.Column("attempt_no", sa.Integer),
        sa.Column("vendor_message_id", sa.String(128)),
        sa.Column("code", sa.String(64)),
        sa.Column("sent_at", _MOMENT),
        sa.Column("final_at", _MOMENT),
        sa.PrimaryKeyConstraint("send_no", "seq", name="pk_messages"),
        sa.UniqueConstraint("send_no", "customer_key", name="uq_messages_send_no"),
        sqlite_with_rowid=False,
    )
    ready = sa.text("state = 'reserved'")
    columns = ["send_no", "not_before", "seq"]
    op.create_index("ix_messages_ready", "messages", columns, sqlite_where=ready, postgresql_where=ready)


def _attempts() -> None:
    from alembic import op

    op.create_table(
        "attempts",
        sa.Column("attempt_no", sa.Integer, autoincrement=True, nullable=False),
        sa.Column("attempt_id", sa.String(32), nullable=False),
        sa.Column("send_no", sa.Integer, nullable=False),
        sa.Column("sender", sa.String(64), nullable=False),
        sa.Column("variant", sa.String(64), nullable=False),
        sa.Column("worker", sa.String(64), nullable=False),
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("state", sa.String(9), nullable=False),
        sa.Column("opened_at", _MOMENT, nullable=False),
        sa.Column("ended_at", _MOMENT),
        sa.Column("look_at", _MOMENT),
        sa.Column("looks", sa.SmallInteger, nullable=False, server_default="0"),
        sa.Column("request_id", sa.String(128)),
        sa.Column("messages", sa.Integer, nullable=False),
        sa.Column("first_seq", sa.Integer, nullable=False),
        sa.Column("last_seq", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("attempt_no", name="pk_attempts"),
        sa.UniqueConstraint("attempt_id", name="uq_attempts_attempt_id"),
    )
    op.create_index("ix_attempts_state_look_at", "attempts", ["state", "look_at"])


def _shared() -> None:
    from alembic import op

    op.create_table(
        "campaign_costs",
        sa.Column("campaign_id", sa.String(64), nullable=False),
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("cost", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("campaign_id", "day", name="pk_campaign_costs"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "rate_buckets",
        sa.Column("name", sa.String(160), nullable=False),
        sa.Column("free_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_rate_buckets"),
    )
