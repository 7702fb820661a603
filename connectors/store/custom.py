"""The shop's own fields: scalars of one type each, fixed by the first value that comes.

Belongs here: reading JSON objects of custom values, giving a new field its type, refusing what does not fit.
Does not belong here: merging into what a member has (``members``, in SQL).
"""

import datetime as dt
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import Connection, insert, select

from connectors.store.errors import InvalidMembers
from connectors.store.schema import as_utc, custom_fields

NUMBER, TEXT, BOOLEAN = "number", "text", "boolean"
_KINDS: Final[Mapping[type, str]] = {int: NUMBER, float: NUMBER, str: TEXT, bool: BOOLEAN}
_NESTED: Final[Mapping[type, str]] = {list: "a list", dict: "an object"}
MAX_FIELDS: Final = 300  # more are no fields but values that a program wrote into names
MAX_NAME: Final = 64
SHOWN: Final = 20  # refused values that a report lists one by one; all are counted


@dataclass(frozen=True)
class RefusedValue:
    """One custom value that was not stored: the row (from 1), the field and why. Never the value."""

    row: int
    field: str
    problem: str

    def __str__(self) -> str:
        return f"row {self.row:,}: custom field {self.field!r}: {self.problem}"


@dataclass(frozen=True)
class Refusals:
    """All refused values: how many by field and problem, and the first of them one by one."""

    counts: Mapping[tuple[str, str], int] = field(default_factory=dict)
    first: tuple[RefusedValue, ...] = ()

    @property
    def total(self) -> int:
        return sum(self.counts.values())


@dataclass(frozen=True)
class CustomField:
    """A field, its type (number, text or boolean) and when its first value came (aware UTC)."""

    name: str
    type: str
    first_seen_at: dt.datetime


class FieldTypes:
    """Reads custom values against the fields known so far, and learns new ones."""

    def __init__(self, known: Iterable[CustomField] = ()) -> None:
        self._types = {one.name: one.type for one in known}
        self._spelled = {name.lower(): name for name in self._types}
        self.new: dict[str, str] = {}  # fields of this import, with their types
        self._counts: Counter[tuple[str, str]] = Counter()
        self._first: list[RefusedValue] = []
        self._wrong: list[int] = []

    @property
    def refused(self) -> Refusals:
        return Refusals(dict(sorted(self._counts.items())), tuple(self._first))

    def take(self, texts: Sequence[str | None], rows: Sequence[int]) -> list[str | None]:
        """Each JSON object with the values that fit, its names in order; null where nothing is left of it.

        ``rows``: the number of each row, for messages. A null value takes a field back and always fits.
        """
        taken: list[str | None] = []
        for position, text in enumerate(texts):
            if text is None:
                taken.append(None)
                continue
            read = _object(text)
            if read is None:
                self._wrong.append(rows[position] - 1)
                taken.append(None)
                continue
            kept = {name: value for name, value in read.items() if self._fits(name, value, rows[position])}
            taken.append(_written(kept) if kept else None)
        return taken

    def finish(self) -> None:
        """Raises :class:`InvalidMembers` with the positions of all that was no JSON object both engines can hold."""
        if self._wrong:
            wrong = sorted(self._wrong)
            shown = ", ".join(str(row + 1) for row in wrong[:5]) + (" …" if len(wrong) > 5 else "")
            raise InvalidMembers(
                f"members table: custom: {len(wrong)} rows that are no JSON object (row {shown}); nothing was stored",
                tuple(wrong),
            )

    def _fits(self, name: str, value: Any, row: int) -> bool:
        if value is None:
            return True
        kind = _KINDS.get(type(value))
        known = self._types.get(name)
        if kind is not None and kind == known:
            return True
        problem = self._problem(name, value, kind, known)
        if problem is None:
            assert kind is not None
            self._types[name] = self.new[name] = kind
            self._spelled[name.lower()] = name
            return True
        shown = name[:MAX_NAME]
        self._counts[shown, problem] += 1
        if len(self._first) < SHOWN:
            self._first.append(RefusedValue(row, shown, problem))
        return False

    def _problem(self, name: str, value: Any, kind: str | None, known: str | None) -> str | None:
        """Why a value of ``kind`` is refused; None where it is the first of a new field."""
        if kind is None:
            return f"{_NESTED[type(value)]}: only numbers, text, true, false and null are taken; give each part a field"
        if known is not None:
            return f"{kind}, but its first value was a {known}: mend the source, or use another field"
        if not name.strip() or len(name) > MAX_NAME or not name.isprintable():
            return f"not a name: use 1 to {MAX_NAME} printable characters"
        if name.lower() in self._spelled:
            return f"there is a field {self._spelled[name.lower()]!r} that differs in upper and lower case only"
        if len(self._types) >= MAX_FIELDS:
            return f"a new field, and there are {MAX_FIELDS} already: values do not belong into names"
        return None


def read_fields(connection: Connection) -> tuple[CustomField, ...]:
    """All fields by name."""
    rows = connection.execute(select(custom_fields).order_by(custom_fields.c.name)).mappings()
    return tuple(CustomField(**row) for row in rows)


def add_fields(connection: Connection, new: Mapping[str, str], now: dt.datetime) -> None:
    """Remember new fields (name to type), inside the caller's transaction."""
    if new:
        rows = [{"name": name, "type": kind, "first_seen_at": as_utc(now)} for name, kind in sorted(new.items())]
        connection.execute(insert(custom_fields), rows)


def _object(text: str) -> dict[str, Any] | None:
    """The object in a JSON text; None for anything that is not one on both engines, which also excludes NUL
    characters, half surrogates and infinity."""
    try:
        value = json.loads(text, parse_float=_number)
        written = _written(value)
        written.encode()
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) and "\\u0000" not in written else None


def _written(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":"))


def _number(text: str) -> float | int:
    """1.0 is 1, as in PostgreSQL: whether a number changed must not depend on the engine."""
    value = float(text)
    return int(value) if value.is_integer() else value
