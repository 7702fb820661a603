"""The member index: what segments may know of members, as a private file beside the operational store.

Belongs here: making ``member_index/members.parquet`` in the home, and keeping it the same as the store.
Does not belong here: what the store tells (``connectors.store.member_facts``), conditions over it (``segments``).

The file names nobody and reaches nobody, but a custom field may hold anything, an address for instance: it is readable
by the owner alone, is not published, and loses an erased member at once. Fields in ``members.private_fields`` stay out.
"""

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import duckdb
import pyarrow.parquet as pq

from connectors.home.durable import move
from connectors.home.lock import exclusive
from connectors.home.paths import Home
from connectors.home.settings import Settings, read_settings
from connectors.sources.sql import connect, name, scratch_folder, text
from connectors.store.custom import BOOLEAN, NUMBER, CustomField
from connectors.store.schema import CHANNELS
from connectors.store.store import Store

PREFIX: Final = "custom__"
BIRTHDAYS: Final = ("birthday", "birth_date", "birthdate", "생일")  # fields that birthday_month and _day are read from
_NOTE: Final = "dangol_member_index"
_FORMAT: Final = 2  # of the columns beside custom fields: another one, and the file is made anew
_ROW_GROUP: Final = 122_880
_TYPES: Final = {NUMBER: "DOUBLE", BOOLEAN: "BOOLEAN"}  # text: VARCHAR


@dataclass(frozen=True)
class MemberFacts:
    """The index: one row a member, sorted by ``member_key``; ``columns`` maps names to DuckDB types."""

    path: Path
    columns: Mapping[str, str]


def index_folder(home: Home) -> Path:
    """Where the index lies."""
    return home.root / "member_index"


@contextmanager
def index_alone(home: Home) -> Iterator[None]:
    """Nobody else writes the index for the length of the block."""
    folder = index_folder(home)
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    with exclusive(folder / ".lock", purpose="the member index"):
        yield


def open_member_facts(home: Home, store: Store) -> MemberFacts:
    """The index as of now, made anew as far as the store changed since it was made.

    Only members that changed are read again; all of them where fields, settings or deletions ask for it. The columns:
    ``member_key``, ``customer_id`` (60 bits of it), ``consent_<channel>``, ``is_channel_friend``, ``has_phone``,
    ``has_email``, ``has_push_token`` (reachable there), ``grade``, ``points``, ``joined_day`` (the shop's zone),
    ``birthday_month``, ``birthday_day``, ``custom__<field>``, and ``phone_hash``, which tells whether two members
    share a number: it is for decisions, no condition of a segment can name it.
    """
    settings = read_settings(home.settings_file)
    path = index_folder(home) / "members.parquet"
    with index_alone(home):
        note = _read_note(path)
        now = (store.last_change(), _layout(settings, store.custom_fields()))
        if note is None or (note["seq"], note["layout"]) != now:
            _make(home, store, settings, path, note)
        return MemberFacts(path, _read_note(path)["columns"])  # type: ignore[index]


def _layout(settings: Settings, fields: Sequence[CustomField]) -> list[Any]:
    """Everything beside the rows that decides what the file looks like."""
    private = {one.lower() for one in settings.members.private_fields}
    shown = [[field.name, field.type] for field in fields if field.name.lower() not in private]
    return [settings.time_zone, shown, _FORMAT]


def _make(home: Home, store: Store, settings: Settings, path: Path, note: dict[str, Any] | None) -> None:
    known = note["seq"] if note is not None else 0
    if _write(home, store, settings, path, note, known) is False:
        _write(home, store, settings, path, None, 0)


def _write(home: Home, store: Store, settings: Settings, path: Path, note: dict[str, Any] | None, since: int) -> bool:
    """Write the file from what changed ``since``; False where that does not add up and everything has to be read."""
    with scratch_folder(home.scratch) as folder, connect(folder, settings.memory_limit) as con:
        with store.facts_since(since) as facts:
            layout = _layout(settings, facts.fields)
            if since and (note is None or note["layout"] != layout or facts.seq < since):
                return False
            _take(con, settings, layout, facts.batches)
        if since:
            con.execute(
                f"insert into facts by name from read_parquet({text(str(path))}) "
                "where member_key not in (select member_key from facts)"
            )
            if con.execute("select count(*) from facts").fetchall()[0][0] != facts.members:
                return False  # somebody was deleted
        columns = {str(column): str(kind) for column, kind, *_ in con.execute("describe facts").fetchall()}
        made = json.dumps({"seq": facts.seq, "layout": layout, "columns": columns}, ensure_ascii=False)
        aside = folder / path.name  # under scratch, where an erasure clears up what a killed process left
        _private(aside)
        con.execute(
            f"copy (from facts order by member_key) to {text(str(aside))} (format parquet, compression zstd, "
            f"row_group_size {_ROW_GROUP}, kv_metadata {{{_NOTE}: {text(made)}}})"
        )
        aside.chmod(0o600)
        move(aside, path)
    return True


def _private(path: Path) -> None:
    """An empty file that only its owner may read, before anything is written to it."""
    path.unlink(missing_ok=True)
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600))


def _take(con: duckdb.DuckDBPyConnection, settings: Settings, layout: list[Any], batches: Iterator[Any]) -> None:
    """Make ``facts`` of the batches, each turned into its typed columns at once."""
    select = _typed(settings.time_zone, layout[1])
    for made, batch in enumerate(batches):
        con.register("batch", batch)
        con.execute(f"insert into facts {select}" if made else f"create table facts as {select}")
        con.unregister("batch")
    if not con.execute("select count(*) from duckdb_tables() where table_name = 'facts'").fetchall()[0][0]:
        from connectors.store.member_facts import SCHEMA

        con.register("batch", SCHEMA.empty_table())
        con.execute(f"create table facts as {select}")


def _typed(zone: str, fields: Sequence[Sequence[str]]) -> str:
    """SQL of the columns of the index over ``batch``."""
    parts = {
        "member_key": "member_key",
        "customer_id": "try_cast('0x' || left(member_key, 15) as bigint)",
        **{f"consent_{channel}": f"consent_{channel}" for channel in CHANNELS},
        **{column: column for column in ("is_channel_friend", "has_phone", "has_email", "has_push_token")},
        **{column: column for column in ("grade", "points", "phone_hash")},
        "joined_day": f"timezone({text(zone)}, try_cast(joined_at as timestamptz))::date",
    }
    birthday = _birthday([field for field, _ in fields])
    parts |= {"birthday_month": f"month({birthday})::tinyint", "birthday_day": f"day({birthday})::tinyint"}
    for position, (field, kind) in enumerate(fields, 1):
        raw = f"values__[{position}]"
        parts[PREFIX + field] = f"try_cast({raw} as {_TYPES[kind]})" if kind in _TYPES else raw
    listed = ", ".join(f"{sql} as {name(column)}" for column, sql in parts.items())
    pointers = ", ".join(text(_pointer(field)) for field, _ in fields)
    extracted = f"json_extract_string(custom, [{pointers}])" if fields else "[]::varchar[]"
    return f"select {listed} from (select *, {extracted} as values__ from batch)"


def _birthday(fields: Sequence[str]) -> str:
    """SQL: the birthday as a day of the leap year 2000, from MM-DD, YYYY-MM-DD or the digits alone."""
    position = next((number for number, field in enumerate(fields, 1) if field.lower() in BIRTHDAYS), None)
    if position is None:
        return "null::date"
    digits = f"regexp_replace(values__[{position}], '[^0-9]', '', 'g')"
    padded = f"lpad({digits}, case when length({digits}) > 4 then 8 else 4 end, '0')"
    return f"try_strptime('2000' || right({padded}, 4), '%Y%m%d')::date"


def _pointer(field: str) -> str:
    """JSON pointer (RFC 6901) to a field: unlike a path it takes any name."""
    return "/" + field.replace("~", "~0").replace("/", "~1")


def _read_note(path: Path) -> dict[str, Any] | None:
    """What the file says of itself; None when there is none that can be used."""
    try:
        found = (pq.read_schema(path).metadata or {}).get(_NOTE.encode())
        return None if found is None else dict(json.loads(found))
    except (FileNotFoundError, OSError, ValueError):
        return None


def count_values(home: Home, store: Store) -> dict[str, int]:
    """How many members have a value, by custom field; private fields are left out."""
    facts = open_member_facts(home, store)
    fields = [column for column in facts.columns if column.startswith(PREFIX)]
    if not fields:
        return {}
    with duckdb.connect() as con:
        counted = ", ".join(f"count({name(column)})" for column in fields)
        row = con.execute(f"select {counted} from read_parquet($path)", {"path": str(facts.path)}).fetchall()[0]
    return {column.removeprefix(PREFIX): int(count) for column, count in zip(fields, row, strict=True)}
