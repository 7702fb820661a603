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

HEAD: Final = "0002"  # newest revision under migrations/versions


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

members = Table(
    "members",
    metadata,
    Column("member_id", String, primary_key=True),  # the shop's own id
    Column("member_key", String(32), nullable=False, unique=True),  # pseudonym used everywhere else
    Column("name", String),
    Column("phone", String),
    Column("email", String),
    Column("push_token", String),
    Column("consent_sms", Boolean),  # null: never said
    Column("consent_email", Boolean),
    Column("consent_push", Boolean),
    Column("consent_kakao", Boolean),
    Column("consent_night", Boolean),  # advertising between 21:00 and 08:00
    Column("is_channel_friend", Boolean),  # friend of the shop's KakaoTalk channel
    Column("grade", String),
    Column("points", BigInteger),
    Column("joined_at", UtcDateTime),
    Column("custom", Json),  # a JSON object of the shop's own fields
    Column("updated_at", UtcDateTime, nullable=False),  # when a value of this row last changed
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
