"""Members: the people behind the keys, as the shop's own system describes them.

Belongs here: turning an Arrow table of members into rows of the store and back.
Does not belong here: transactions (``store``), reading files of members (``connectors.sources``).
"""

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import Connection, RowMapping, delete, func, select

from connectors.home.member_key import member_key
from connectors.store.errors import InvalidMembers
from connectors.store.schema import as_utc, members
from connectors.store.upsert import UpsertResult, upsert

_NUL: Final = "\x00"
_TYPES: Final[Mapping[str, pa.DataType]] = {
    **{name: pa.string() for name in ("member_id", "name", "phone", "email", "push_token", "grade", "custom")},
    **{f"consent_{channel}": pa.bool_() for channel in ("sms", "email", "push", "kakao", "night")},
    "is_channel_friend": pa.bool_(),
    "points": pa.int64(),
    "joined_at": pa.timestamp("us", "UTC"),
}
COLUMNS: Final = tuple(_TYPES)  # what an upsert may bring


@dataclass(frozen=True)
class Member:
    """One member. None means that nobody ever said; times are aware UTC. Not for logs: ``repr`` shows the key only."""

    member_id: str
    member_key: str
    name: str | None
    phone: str | None
    email: str | None
    push_token: str | None
    consent_sms: bool | None
    consent_email: bool | None
    consent_push: bool | None
    consent_kakao: bool | None
    consent_night: bool | None
    is_channel_friend: bool | None
    grade: str | None
    points: int | None
    joined_at: dt.datetime | None
    custom: dict[str, Any] | None
    updated_at: dt.datetime

    def __repr__(self) -> str:
        return f"Member({self.member_key[:8]}…)"


def upsert_members(
    connection: Connection, rows: Sequence[Mapping[str, Any]], secret: str, now: dt.datetime
) -> UpsertResult:
    """Store ``rows`` as :func:`rows_of` made them, inside the caller's transaction."""
    keyed = [{**row, "member_key": member_key(row["member_id"], secret)} for row in rows]
    return upsert(connection, members, "member_id", keyed, {"updated_at": as_utc(now)})


def find(connection: Connection, column: str, value: str) -> Member | None:
    """The member whose ``member_id`` or ``member_key`` is ``value``."""
    row = connection.execute(select(members).where(members.c[column] == value)).mappings().one_or_none()
    return None if row is None else _member(row)


def count(connection: Connection) -> int:
    """How many members are stored."""
    return connection.execute(select(func.count()).select_from(members)).scalar_one()


def remove(connection: Connection, column: str, value: str) -> int:
    """Delete the row whose ``column`` is ``value``; returns how many rows went (0 or 1)."""
    return connection.execute(delete(members).where(members.c[column] == value)).rowcount


def rows_of(table: pa.Table) -> list[dict[str, Any]]:
    """The table's rows as Python values ready for the store, one per member: of rows about the same member the last
    value that is not null wins, column by column, as if they had been stored one after the other.

    Raises :class:`InvalidMembers` for an unknown column, a value of the wrong type, a missing id, text with a NUL
    character (PostgreSQL can not hold one) and custom data that is not a JSON object.
    """
    unknown = sorted(set(table.column_names) - set(_TYPES))
    if unknown or "member_id" not in table.column_names:
        problem = f"unknown column {', '.join(unknown)}" if unknown else "no column member_id"
        raise InvalidMembers(f"members table: {problem}; a members table may have: {', '.join(COLUMNS)}")
    columns = {name: _values(name, table.column(name)) for name in table.column_names}
    merged: dict[str, dict[str, Any]] = {}
    for values in zip(*columns.values(), strict=True):
        row = dict(zip(columns, values, strict=True))
        seen = merged.get(row["member_id"])
        if seen is None:
            merged[row["member_id"]] = row
        else:
            seen.update({name: value for name, value in row.items() if value is not None})
    return list(merged.values())


def _values(name: str, column: pa.ChunkedArray) -> list[Any]:
    try:
        cast = column.cast(_TYPES[name])
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        raise InvalidMembers(f"members table: {name} ({column.type}) can not be read as {_TYPES[name]}") from None
    if pa.types.is_string(cast.type):
        _refuse(name, "with a NUL character", _positions(pc.match_substring(cast, _NUL)))
    if name == "member_id":
        missing = pc.or_kleene(pc.is_null(cast), pc.equal(pc.utf8_length(cast), 0))
        _refuse(name, "without an id", _positions(missing))
    if name == "joined_at":  # exact, and 20 times faster than Arrow's own conversion of zoned times
        naive = cast.cast(pa.timestamp("us")).to_pylist()
        return [None if value is None else value.replace(tzinfo=dt.UTC) for value in naive]
    values: list[Any] = cast.to_pylist()
    return _parsed(values) if name == "custom" else values


def _positions(mask: pa.ChunkedArray) -> tuple[int, ...]:
    return tuple(pc.indices_nonzero(pc.fill_null(mask, False)).to_pylist())


def _refuse(name: str, what: str, rows: tuple[int, ...]) -> None:
    if rows:
        shown = ", ".join(str(row + 1) for row in rows[:5]) + (" …" if len(rows) > 5 else "")
        raise InvalidMembers(f"members table: {name}: {len(rows)} rows {what} (row {shown}); nothing was stored", rows)


def _parsed(texts: list[str | None]) -> list[dict[str, Any] | None]:
    parsed = [None if text is None else _object(text) for text in texts]
    wrong = (position for position, value in enumerate(parsed) if value is None and texts[position] is not None)
    _refuse("custom", "that are no JSON object", tuple(wrong))
    return parsed


def _object(text: str) -> dict[str, Any] | None:
    """The object in a JSON text, its names in order; None for anything that is not one on both engines, which also
    excludes NUL characters, half surrogates and infinity."""
    try:
        written = json.dumps(json.loads(text, parse_float=_number), ensure_ascii=False, allow_nan=False, sort_keys=True)
        written.encode()
    except (ValueError, RecursionError):
        return None
    value = json.loads(written)
    return value if isinstance(value, dict) and "\\u0000" not in written else None


def _number(text: str) -> float | int:
    """1.0 is 1, as in PostgreSQL: whether a number changed must not depend on the engine."""
    value = float(text)
    return int(value) if value.is_integer() else value


def _member(row: RowMapping) -> Member:
    return Member(**{column.name: row[column] for column in members.columns})
