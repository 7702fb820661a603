"""What a table of members may hold, and its rows made ready for the store.

Belongs here: columns and types, refusing what no engine can hold, keys, numbers and addresses that can be reached.
Does not belong here: merging rows with what is stored (``members``), custom fields' types (``custom``).
"""

from collections.abc import Mapping
from typing import Final

import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

from connectors.home.member_key import member_key
from connectors.store.contact import checked_emails, checked_phones
from connectors.store.errors import InvalidMembers
from connectors.store.schema import CHANNELS
from connectors.store.staging import staged

_NUL: Final = "\x00"
_TEXTS: Final = (
    "member_id", "name", "phone", "email", "push_token", "push_platform", "grade", "custom", "consent_source",
)  # fmt: skip
_TYPES: Final[Mapping[str, pa.DataType]] = {
    **{name: pa.string() for name in _TEXTS},
    **{f"consent_{channel}": pa.bool_() for channel in CHANNELS},
    **{f"consent_{channel}_at": pa.timestamp("us", "UTC") for channel in CHANNELS},
    "is_channel_friend": pa.bool_(),
    "points": pa.int64(),
    "joined_at": pa.timestamp("us", "UTC"),
}
COLUMNS: Final = tuple(_TYPES)  # what an upsert may bring


def prepared(table: pa.Table, secret: str, region: str) -> pl.DataFrame:
    """The rows of ``table`` with every column that is staged, and ``row__`` (from 1) and ``turn__``: 0 for the first
    row about a member, 1 for the second …; sorted by turn and key, so that they meet the stored ones in their order.

    Times are naive UTC. Raises :class:`InvalidMembers` for an unknown column, a value of the wrong type, a missing id
    and text with a NUL character (PostgreSQL can not hold one).
    """
    unknown = sorted(set(table.column_names) - set(_TYPES))
    if unknown or "member_id" not in table.column_names:
        problem = f"unknown column {', '.join(unknown)}" if unknown else "no column member_id"
        raise InvalidMembers(f"members table: {problem}; a members table may have: {', '.join(COLUMNS)}")
    columns = {name: _checked(name, table.column(name)) for name in table.column_names}
    absent = {name: pa.nulls(table.num_rows, kind) for name, kind in _TYPES.items() if name not in columns}
    frame = pl.DataFrame(pa.table(columns | absent))
    rows = frame.with_columns(pl.col(pl.Datetime).dt.replace_time_zone(None))
    keys = [member_key(each, secret) for each in rows["member_id"].to_list()]
    phones, emails = checked_phones(rows["phone"], region), checked_emails(rows["email"])
    staged_names = [column.name for column in staged.columns]
    return (
        rows.with_columns(
            pl.Series("member_key", keys, dtype=pl.String),
            phones["e164"].alias("phone_e164"), phones["state"].alias("phone_state"),
            emails["normal"].alias("email_normal"), emails["state"].alias("email_state"),
            pl.int_range(1, pl.len() + 1, dtype=pl.Int64).alias("row__"),
        )
        .with_columns((pl.col("member_id").cum_count().over("member_id") - 1).alias("turn__"))
        .sort("turn__", "member_key")
        .select(*staged_names, "row__", "turn__")
    )  # fmt: skip


def _checked(name: str, column: pa.ChunkedArray) -> pa.ChunkedArray:
    try:
        cast = column.cast(_TYPES[name])
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        raise InvalidMembers(f"members table: {name} ({column.type}) can not be read as {_TYPES[name]}") from None
    if pa.types.is_string(cast.type):
        _refuse(name, "with a NUL character", _positions(pc.match_substring(cast, _NUL)))
    if name == "member_id":
        missing = pc.or_kleene(pc.is_null(cast), pc.equal(pc.utf8_length(cast), 0))
        _refuse(name, "without an id", _positions(missing))
    return cast


def _positions(mask: pa.ChunkedArray) -> tuple[int, ...]:
    return tuple(pc.indices_nonzero(pc.fill_null(mask, False)).to_pylist())


def _refuse(name: str, what: str, rows: tuple[int, ...]) -> None:
    if rows:
        shown = ", ".join(str(row + 1) for row in rows[:5]) + (" …" if len(rows) > 5 else "")
        raise InvalidMembers(f"members table: {name}: {len(rows)} rows {what} (row {shown}); nothing was stored", rows)
