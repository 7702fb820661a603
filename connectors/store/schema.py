"""The tables of the operational store.

Belongs here: tables, their columns and types, and the revision of the schema they describe.
Does not belong here: reading and writing them (one module per aggregate) and how an older database gets here
(``migrations``). A change of a table needs a new revision there; a test compares the two.
"""

import datetime as dt
from typing import Final

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Dialect,
    Integer,
    MetaData,
    String,
    Table,
    TypeDecorator,
)
from sqlalchemy.dialects.postgresql import JSONB

HEAD: Final = "0007"  # newest revision under migrations/versions


class UtcDateTime(TypeDecorator[dt.datetime]):
    """A moment: UTC in the database, an aware UTC ``datetime`` in Python. A naive value counts as UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:
        return None if value is None else as_utc(value)

    def process_result_value(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:
        return None if value is None else as_utc(value)


def as_utc(moment: dt.datetime) -> dt.datetime:
    """``moment`` as an aware UTC datetime; naive ones are taken to be UTC already."""
    return moment.replace(tzinfo=dt.UTC) if moment.tzinfo is None else moment.astimezone(dt.UTC)


# PostgreSQL's binary form can be indexed and compares by value; SQLite keeps text.
Json = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ix": "ix_%(table_name)s_%(column_0_name)s",
    }
)

CHANNELS: Final = ("sms", "email", "push", "kakao", "night")  # night: advertising between 21:00 and 08:00

members = Table(
    "members",
    metadata,
    Column("member_id", String, primary_key=True),  # the shop's own id
    Column("member_key", String(32), nullable=False, unique=True),  # pseudonym used everywhere else
    Column("name", String),
    Column("phone", String),  # as it was given
    Column("email", String),  # as it was given
    Column("push_token", String),  # the newest of push_tokens
    *(Column(f"consent_{channel}", Boolean) for channel in CHANNELS),  # null: never said
    Column("is_channel_friend", Boolean),  # friend of the shop's KakaoTalk channel
    Column("grade", String),
    Column("points", BigInteger),
    Column("joined_at", UtcDateTime),
    Column("custom", Json),  # a JSON object of the shop's own fields, each of the type in custom_fields
    Column("updated_at", UtcDateTime, nullable=False),  # when a value of this row last changed
    Column("phone_e164", String, index=True),  # null unless phone_state is ok; families share one
    Column("phone_state", String(7)),  # ok or invalid; null without a number
    Column("email_normal", String),  # null unless email_state is ok
    Column("email_state", String(7)),
    *(Column(f"consent_{channel}_at", UtcDateTime) for channel in CHANNELS),  # since when the value holds
    Column("change_seq", BigInteger, nullable=False, server_default="0", index=True),  # of the change that wrote it
)

# Every consent that was ever said, kept with what proves it. The newest is the value of the members row.
member_consents = Table(
    "member_consents",
    metadata,
    Column("member_key", String(32), primary_key=True),
    Column("channel", String(8), primary_key=True),
    Column("at", UtcDateTime, primary_key=True),
    Column("granted", Boolean, nullable=False),
    Column("evidence", String),  # name of a file, of an API client, or what the source says
    sqlite_with_rowid=False,
)

push_tokens = Table(
    "push_tokens",
    metadata,
    Column("member_key", String(32), primary_key=True),
    Column("token", String, primary_key=True, index=True),
    Column("platform", String(16)),
    Column("seen_at", UtcDateTime, nullable=False),  # when it became the member's newest
    sqlite_with_rowid=False,
)

custom_fields = Table(
    "custom_fields",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("type", String(7), nullable=False),  # number, text or boolean: that of the first value seen
    Column("first_seen_at", UtcDateTime, nullable=False),
)

# One row a subject: rises by one with every transaction that changes something of it.
changes = Table(
    "changes",
    metadata,
    Column("subject", String(16), primary_key=True),
    Column("seq", BigInteger, nullable=False),
)

api_keys = Table(
    "api_keys",
    metadata,
    Column("name", String(64), primary_key=True),  # of the client; the evidence of the consents it brings
    Column("key_hash", String(64), nullable=False),  # the key itself is nowhere
    Column("issued_at", UtcDateTime, nullable=False),
)

erasure_requests = Table(
    "erasure_requests",
    metadata,
    Column("member_key", String(32), primary_key=True),
    Column("member_id", String, nullable=False),
    Column("requested_by", String, nullable=False),
    Column("requested_at", UtcDateTime, nullable=False),
)

erasures = Table(
    "erasures",
    metadata,
    Column("erasure_id", Integer, primary_key=True, autoincrement=True),
    Column("member_key", String(32), nullable=False, index=True),  # never the id
    Column("erased_at", UtcDateTime, nullable=False),
    Column("counts", Json, nullable=False),  # rows removed by place
)


def _documents(name: str) -> Table:
    """Versions of the marketer's documents; the one in force is the newest of its id, unless it was removed."""
    return Table(
        name,
        metadata,
        Column("id", String(64), primary_key=True),
        Column("version", Integer, primary_key=True, autoincrement=False),  # from 1, without gaps
        Column("document", Json),  # null: removed by this version
        Column("is_on", Boolean, nullable=False),
        Column("applied_at", UtcDateTime, nullable=False),
    )


recommend_rules = _documents("recommend_rules")
recommend_models = _documents("recommend_models")
segments = _documents("segments")
campaigns = _documents("campaigns")
message_templates = _documents("message_templates")
senders = _documents("senders")

segment_uses = Table(
    "segment_uses",
    metadata,
    Column("use_id", Integer, primary_key=True, autoincrement=True),
    Column("segment_id", String(128), nullable=False, index=True),
    Column("campaign_id", String(64), nullable=False, index=True),
    Column("used_at", UtcDateTime, nullable=False),
    Column("size", BigInteger, nullable=False),  # customers of the segment then
    Column("is_open", Boolean, nullable=False),  # the campaign may use it again
)

# How far somebody has read what lies elsewhere, and what is remembered of it: a text by name.
notes = Table(
    "notes",
    metadata,
    Column("name", String(128), primary_key=True),
    Column("value", String, nullable=False),
    Column("noted_at", UtcDateTime, nullable=False),
)
