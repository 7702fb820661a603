"""Who the member to be erased is: a key, the devices that were theirs alone, and how rows about them are recognised.

Belongs here: telling own devices from shared ones, and the condition that finds rows by their columns' names.
Does not belong here: removing anything.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import duckdb

_TEXT: Final = frozenset({"member_key", "customer_key", "visitor_id", "member_id"})
_HASHES: Final = frozenset({"visitor_hash", "member_hash", "customer_hash", "customer_id"})
_FREE_TEXT: Final = "raw"  # a refused row, as it came
_CONTEXT: Final = "context_id"  # of a list of recommendations: a customer where its basis is 'customer'
IDENTIFYING: Final = _TEXT | _HASHES | {_FREE_TEXT, _CONTEXT}


@dataclass(frozen=True)
class Relation:
    """Something that can stand after FROM, with the parameters it needs."""

    sql: str
    parameters: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Devices:
    """The visitor ids ever seen with the member: ``own`` with nobody else, ``shared`` with another member too."""

    own: tuple[str, ...]
    shared: tuple[str, ...]


@dataclass(frozen=True)
class Person:
    """Everything a row about the member can be recognised by."""

    key: str
    member_id: str = field(repr=False)
    devices: Devices = field(repr=False)

    @property
    def ids(self) -> tuple[str, ...]:
        """Values of text columns: the key (also the visitor id of events without a device) and the own devices."""
        return (self.key, *self.devices.own)

    @property
    def hashes(self) -> tuple[int, ...]:
        """Values of the hash columns."""
        return (member_hash(self.key), *(hash63(name) for name in self.ids))


def hash63(text: str) -> int:
    """63 bits of MD5, as the landing zone and the warehouse have it (docs/architecture.md)."""
    return int.from_bytes(hashlib.md5(text.encode(), usedforsecurity=False).digest()[8:], "little") >> 1


def member_hash(key: str) -> int:
    """The first 60 bits of a member key, as the dbt macro of that name."""
    return int(key[:15], 16)


def seen_with(connection: duckdb.DuckDBPyConnection, relations: Iterable[Relation], key: str) -> set[str]:
    """Visitor ids of all rows that carry ``key``. The relations have ``visitor_id`` and ``member_key``."""
    found: set[str] = set()
    for relation in relations:
        rows = connection.execute(
            f"SELECT DISTINCT visitor_id FROM {relation.sql} WHERE member_key = $key AND visitor_id IS NOT NULL",
            {**relation.parameters, "key": key},
        )
        found |= {row[0] for row in rows.fetchall()}
    return found


def seen_with_others(
    connection: duckdb.DuckDBPyConnection, relations: Iterable[Relation], key: str, visitors: Iterable[str]
) -> set[str]:
    """Those of ``visitors`` that also carry the key of another member. Erasing never removes such a row, so the
    answer is the same however far an earlier attempt came."""
    asked, found = sorted(visitors), set[str]()
    for relation in relations:
        rows = connection.execute(
            f"SELECT DISTINCT visitor_id FROM {relation.sql} "
            "WHERE visitor_id IN (SELECT unnest($visitors::VARCHAR[])) AND member_key != $key",
            {**relation.parameters, "key": key, "visitors": asked},
        )
        found |= {row[0] for row in rows.fetchall()}
    return found


def count_anonymous(
    connection: duckdb.DuckDBPyConnection, relations: Iterable[Relation], visitors: Sequence[str]
) -> int:
    """Rows of ``visitors`` that nobody was logged in for."""
    total = 0
    for relation in relations:
        row = connection.execute(
            f"SELECT count(*) FROM {relation.sql} "
            "WHERE visitor_id IN (SELECT unnest($visitors::VARCHAR[])) AND member_key IS NULL",
            {**relation.parameters, "visitors": list(visitors)},
        ).fetchone()
        total += int(row[0]) if row else 0
    return total


def prepare(connection: duckdb.DuckDBPyConnection, person: Person) -> None:
    """Put the person's marks into temporary tables of ``connection``, where :func:`condition` finds them."""
    tables: tuple[tuple[str, str, Sequence[object]], ...] = (
        ("erased_ids", "VARCHAR", person.ids),
        ("erased_members", "VARCHAR", (person.member_id,)),
        ("erased_hashes", "BIGINT", person.hashes),
        ("erased_words", "VARCHAR", (*person.ids, person.member_id)),
    )
    for name, kind, values in tables:
        connection.execute(f"CREATE OR REPLACE TEMP TABLE {name} (value {kind})")
        connection.execute(f"INSERT INTO {name} SELECT unnest($values::{kind}[])", {"values": list(values)})


def condition(columns: Mapping[str, str]) -> str | None:
    """SQL that is true for rows about the person; None when none of ``columns`` (name to DuckDB type) identifies one.

    Needs :func:`prepare` on the same connection. In the free text of refused rows a mark counts as a whole word;
    with very short ids that may remove a refused row too many, never one too few.
    """
    parts = []
    for name, kind in sorted(columns.items()):
        column = quote(name)
        if name in _TEXT and kind == "VARCHAR":
            table = "erased_members" if name == "member_id" else "erased_ids"
            parts.append(f"{column} IN (SELECT value FROM {table})")
        elif name == _CONTEXT and kind == "VARCHAR" and "basis" in columns:
            parts.append(f"(basis = 'customer' AND {column} IN (SELECT value FROM erased_ids))")
        elif name in _HASHES and kind == "BIGINT":
            parts.append(f"{column} IN (SELECT value FROM erased_hashes)")
        elif name == _FREE_TEXT and kind == "VARCHAR":
            word = r"'(^|[^\w-])' || regexp_escape(value) || '($|[^\w-])'"
            parts.append(f"EXISTS (SELECT 1 FROM erased_words WHERE regexp_matches({column}, {word}))")
    return " OR ".join(parts) if parts else None


def quote(*names: str) -> str:
    """Names as SQL identifiers, joined by dots."""
    return ".".join('"' + name.replace('"', '""') + '"' for name in names)
