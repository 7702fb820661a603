"""What segments may know of members: nothing that names or reaches anybody.

Belongs here: reading it out of the store in batches. Does not belong here: keeping it beside the store
(``connectors.members.index``).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import pyarrow as pa
from sqlalchemy import Connection, String, and_, func, select
from sqlalchemy import cast as sql_cast

from connectors.home.member_key import address_hash
from connectors.store import changes
from connectors.store.custom import CustomField, read_fields
from connectors.store.schema import CHANNELS, members

BATCH_ROWS: Final = 50_000
SCHEMA: Final = pa.schema(
    [
        ("member_key", pa.string()),
        *((f"consent_{channel}", pa.bool_()) for channel in CHANNELS),
        ("is_channel_friend", pa.bool_()),
        ("has_phone", pa.bool_()),
        ("has_email", pa.bool_()),
        ("has_push_token", pa.bool_()),
        ("grade", pa.string()),
        ("points", pa.int64()),
        ("joined_at", pa.string()),
        ("custom", pa.string()),
        ("phone_hash", pa.string()),
    ]
)


@dataclass(frozen=True)
class MemberFactRows:
    """``batches`` have :data:`SCHEMA` (``joined_at`` as UTC text, ``custom`` as JSON text, ``phone_hash`` null
    without a number that can be reached), in no order. ``seq`` is the
    last change that they show, ``members`` how many there are in all, ``fields`` the types of custom values."""

    seq: int
    members: int
    fields: tuple[CustomField, ...]
    batches: Iterator[pa.RecordBatch]


def facts_since(connection: Connection, seq: int, secret: str) -> MemberFactRows:
    """Facts of members written by changes after ``seq``; ``connection`` has to see one state of the store meanwhile.
    ``secret``: what addresses are hashed with."""
    total = connection.execute(select(func.count()).select_from(members)).scalar_one()
    return MemberFactRows(
        changes.last_seq(connection), total, read_fields(connection), _batches(connection, seq, secret)
    )


def keys_since(connection: Connection, seq: int) -> pa.Table:
    """The column ``member_key`` of members written by changes after ``seq``."""
    found: list[str] = list(connection.scalars(select(members.c.member_key).where(members.c.change_seq > seq)))
    return pa.table({"member_key": pa.array(found, pa.string())})


def _batches(connection: Connection, seq: int, secret: str) -> Iterator[pa.RecordBatch]:
    column = members.c
    chosen = select(
        column.member_key,
        *(column[f"consent_{channel}"] for channel in CHANNELS),
        column.is_channel_friend,
        func.coalesce(column.phone_state == "ok", False),
        func.coalesce(column.email_state == "ok", False),
        and_(column.push_token.is_not(None), column.push_token != ""),
        column.grade,
        column.points,
        sql_cast(column.joined_at, String),
        sql_cast(column.custom, String),
        column.phone_e164,
    ).where(column.change_seq > seq)
    result = connection.execution_options(yield_per=BATCH_ROWS).execute(chosen)
    for rows in result.partitions():
        *columns, phones = zip(*rows, strict=True)
        hashes = tuple(None if phone is None else address_hash(phone, secret) for phone in phones)
        arrays = [_array(values, kind) for values, kind in zip((*columns, hashes), SCHEMA.types, strict=True)]
        yield pa.RecordBatch.from_arrays(arrays, schema=SCHEMA)


def _array(values: tuple[Any, ...], kind: pa.DataType) -> pa.Array:
    """SQLite tells what it computes as 0 and 1."""
    if pa.types.is_boolean(kind):
        return pa.array([None if value is None else bool(value) for value in values], kind)
    return pa.array(values, kind)
