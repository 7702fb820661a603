"""The tables of sending: what campaigns do, every occurrence, every message, every request to a vendor, link targets.

Belongs here: tables, their columns, and the words of their states. Does not belong here: reading and writing them
(``ledger``, ``campaign_states``, ``triggers``, ``link_targets``), the marketer's documents (``schema``). A change needs
a new revision in ``migrations``.

A message knows a person by pseudonym and an address by its hash; nothing here reaches anybody.
"""

from typing import Final

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, SmallInteger, String, Table, UniqueConstraint, text

from connectors.store.schema import UtcDateTime, metadata

# planned, deciding: nothing is reserved yet. sending: workers take from it. The last three are ends.
SEND_STATES: Final = ("planned", "deciding", "sending", "stopped", "finished", "cancelled", "expired")
# reserved: to be sent. sending: a request for it was opened. unknown: sent or not, nobody can say; never sent again.
MESSAGE_STATES: Final = (
    "reserved", "sending", "accepted", "delivered", "failed", "unknown", "cancelled", "expired",
)  # fmt: skip
# open: a request may be on its way. ambiguous: it ended, nobody knows how. answered: results are awaited.
ATTEMPT_STATES: Final = ("open", "ambiguous", "answered", "settled")

campaign_states = Table(
    "campaign_states",
    metadata,
    Column("campaign_id", String(64), primary_key=True),
    Column("state", String(9), nullable=False),
    Column("since", UtcDateTime, nullable=False),  # when it came into this state
    Column("started_at", UtcDateTime),  # the first time
    Column("resumed_at", UtcDateTime),  # the last time: the schedule counts from here
    Column("next_at", UtcDateTime, index=True),  # the next planned moment; null: none
    Column("version", Integer),  # of the document that is being executed
    Column("is_executed", Boolean, nullable=False),  # one message was reserved: never edited again
)

# One occurrence of a campaign, the substitute messages of one, or a notice to the shop's own people (channel "notice").
# The counts are those of its messages by state.
sends = Table(
    "sends",
    metadata,
    Column("send_no", Integer, primary_key=True, autoincrement=True),
    Column("send_id", String(160), nullable=False, unique=True),  # of campaign and planned moment: always the same
    Column("campaign_id", String(64), nullable=False, index=True),
    Column("version", Integer, nullable=False),
    Column("planned_at", UtcDateTime, nullable=False, index=True),
    Column("channel", String(16), nullable=False),
    Column("substitute_of", Integer),  # the send whose failed messages these stand in for, by the same seq
    Column("state", String(9), nullable=False, index=True),
    Column("reason", String(64)),  # why it was stopped, cancelled or expired
    Column("ends_at", UtcDateTime),  # from when nothing goes out any more
    Column("made_at", UtcDateTime, nullable=False),
    Column("reserved_at", UtcDateTime),
    Column("last_sent_at", UtcDateTime),
    Column("finished_at", UtcDateTime, index=True),
    *(Column(state, Integer, nullable=False, server_default="0") for state in MESSAGE_STATES),
    Column("cost", BigInteger, nullable=False, server_default="0"),  # 1/10,000 of the currency
)

messages = Table(
    "messages",
    metadata,
    Column("send_no", Integer, primary_key=True, autoincrement=False),
    Column("seq", Integer, primary_key=True, autoincrement=False),  # place in the send
    Column("customer_key", String(64), nullable=False),
    Column("customer_id", BigInteger),  # null: erased
    Column("variant", String(64), nullable=False),
    Column("address_hash", String(64)),  # of the address it goes to, where the decision knew it
    Column("not_before", UtcDateTime, nullable=False),
    Column("state", String(9), nullable=False),
    Column("tries", SmallInteger, nullable=False, server_default="0"),  # requests that certainly did not reach
    Column("price", BigInteger, nullable=False),  # 1/10,000 of the currency
    Column("attempt_no", Integer),  # the last request that it was in
    Column("vendor_message_id", String(128)),
    Column("code", String(64)),  # the vendor's, or a word of ours
    Column("sent_at", UtcDateTime),
    Column("final_at", UtcDateTime),
    UniqueConstraint("send_no", "customer_key", name="uq_messages_send_no"),
    sqlite_with_rowid=False,
)
READY: Final = "state = 'reserved'"
Index(
    "ix_messages_ready", messages.c.send_no, messages.c.not_before, messages.c.seq,
    sqlite_where=text(READY), postgresql_where=text(READY),
)  # fmt: skip

# One request to a vendor, written down before it is made.
attempts = Table(
    "attempts",
    metadata,
    Column("attempt_no", Integer, primary_key=True, autoincrement=True),
    Column("attempt_id", String(32), nullable=False, unique=True),
    Column("send_no", Integer, nullable=False),
    Column("sender", String(64), nullable=False),
    Column("variant", String(64), nullable=False),
    Column("worker", String(64), nullable=False),
    Column("day", String(10), nullable=False),  # of the shop's zone, that its costs count on
    Column("state", String(9), nullable=False),
    Column("opened_at", UtcDateTime, nullable=False),
    Column("ended_at", UtcDateTime),  # when it was answered, or known to be ambiguous
    Column("look_at", UtcDateTime),  # when the vendor is to be asked next
    Column("looks", SmallInteger, nullable=False, server_default="0"),
    Column("request_id", String(128)),  # the vendor's
    Column("messages", Integer, nullable=False),
    Column("first_seq", Integer, nullable=False),  # its messages lie between the two
    Column("last_seq", Integer, nullable=False),
)
# the send last, so that whoever looks for work reads the index alone
Index("ix_attempts_state_look_at", attempts.c.state, attempts.c.look_at, attempts.c.send_no)

# What a campaign has spent on a day of the shop's zone: counted when a request is opened, taken back when it failed.
campaign_costs = Table(
    "campaign_costs",
    metadata,
    Column("campaign_id", String(64), primary_key=True),
    Column("day", String(10), primary_key=True),
    Column("cost", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)

# Speed limits shared by all workers: from when on the next message may go.
rate_buckets = Table(
    "rate_buckets",
    metadata,
    Column("name", String(160), primary_key=True),
    Column("free_at", UtcDateTime, nullable=False),
)

# Where tracked links lead. A link names its target by the number.
link_targets = Table(
    "link_targets",
    metadata,
    Column("target_no", Integer, primary_key=True, autoincrement=True),
    Column("url_hash", String(64), nullable=False, unique=True),  # SHA-256: PostgreSQL's indexes take no long texts
    Column("url", String, nullable=False),
)

# What customers did that a campaign answers to, each once.
trigger_hits = Table(
    "trigger_hits",
    metadata,
    Column("campaign_id", String(64), primary_key=True),
    Column("hit_id", String(64), primary_key=True),
    Column("customer_id", BigInteger, nullable=False),
    Column("customer_key", String(64), nullable=False),
    Column("event_at", UtcDateTime, nullable=False),
    Column("due_at", UtcDateTime, nullable=False),  # from when it may be answered
    Column("send_no", Integer, index=True),  # null: it waits, unless it is late
    Column("state", String(4)),  # late: never answered
    sqlite_with_rowid=False,
)
Index("ix_trigger_hits_event_at", trigger_hits.c.campaign_id, trigger_hits.c.event_at)
WAITING: Final = "send_no IS NULL AND state IS NULL"
Index(
    "ix_trigger_hits_waiting", trigger_hits.c.campaign_id, trigger_hits.c.due_at,
    sqlite_where=text(WAITING), postgresql_where=text(WAITING),
)  # fmt: skip
