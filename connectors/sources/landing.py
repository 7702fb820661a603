"""The landing zone: canonical rows in, append-only Parquet out, nothing twice.

Belongs here: what is new, the receive day, derived hashes, writing one file per receive day.
Does not belong here: names and renames of files (``landing_files``), reading (``reader``), refusing (``checks``).

All writes happen under one lock, so the sequence rises and two processes can not land the same row.
"""

import hashlib
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import duckdb
import pyarrow as pa

from connectors.home.lock import exclusive
from connectors.home.paths import Home
from connectors.sources.canonical import LANDED_MEMBER_COLUMNS, QUARANTINE_COLUMNS, TARGET_COLUMNS, Column
from connectors.sources.errors import LandingError
from connectors.sources.landing_files import LandingFile, list_files, next_sequence, publish, write_empty
from connectors.sources.landing_known import (
    mark_known_events,
    mark_known_members,
    mark_known_quarantine,
    mark_known_states,
)
from connectors.sources.sql import connect, hash63, name, scratch_folder, text

STATE_ID: Final = {"products": "product_id", "contents": "content_id"}
MEMORY_LIMIT: Final = "2GB"
ROW = "row__"  # number of a row within its batch
DAY = "received_day"


@dataclass(frozen=True)
class AppendResult:
    """``rows`` were written, ``already`` were there and added nothing; ``files`` were made."""

    rows: int
    already: int
    files: tuple[LandingFile, ...]


def batch16(batch_id: str) -> str:
    """The 16 hexadecimal digits that stand for a batch in file names."""
    return batch_id if re.fullmatch(r"[0-9a-f]{16}", batch_id) else hashlib.md5(batch_id.encode()).hexdigest()[:16]


def landed_columns(kind: str) -> tuple[Column, ...]:
    """Columns of the landed files of ``kind``, in order."""
    return {"quarantine": QUARANTINE_COLUMNS, "members": LANDED_MEMBER_COLUMNS}.get(kind) or TARGET_COLUMNS[kind]


class Landing:
    """One shop's landing zone; ``zone`` decides which business day a receive time belongs to."""

    def __init__(
        self,
        home: Home,
        zone: ZoneInfo,
        *,
        memory_limit: str = MEMORY_LIMIT,
        say: Callable[[str], None] = lambda text: None,
    ) -> None:
        self.home = home
        self.zone = zone
        self.memory_limit = memory_limit
        self.say = say

    # -- reading ------------------------------------------------------------------------------------------------

    def files(self, kind: str) -> list[LandingFile]:
        """Data files of ``kind`` (events, products, …, quarantine) by rising sequence; a directory listing."""
        return list_files(self.home.landing, kind)

    def schema_file(self, kind: str) -> Path:
        """An empty Parquet file with the columns of ``kind``: readers add it so that there is always one file."""
        path = self.home.landing / kind / "schema.parquet"
        schema = _schema(kind)
        if not path.is_file() or pa.parquet.read_schema(path) != schema:
            write_empty(schema, path, self.home.scratch)
        return path

    # -- writing ------------------------------------------------------------------------------------------------

    def append_events(self, rows: Any, batch_id: str, *, skip_known: bool = True) -> AppendResult:
        """Land events.

        ``rows``: Arrow table, Polars frame or DuckDB relation with the canonical columns; ``event_id``, ``event_name``,
        ``event_at`` and ``visitor_id`` or ``member_key`` are needed, the hashes are added, other missing columns are
        null (``received_at``: ``event_at``).
        ``skip_known``: rows whose (event_id, event_at) already lie in their receive day, or earlier in the batch, add
        nothing. With False nothing is compared (planted duplicates stay), but a receive day that already has a file of
        this batch is skipped whole, so that an interrupted batch can be given again.
        Raises :class:`LandingError` when columns are missing, unknown or null where they must not be.
        """
        return self._append("events", rows, batch_id, skip_known)

    def append_products(self, rows: Any, batch_id: str) -> AppendResult:
        """Land product states; ``product_id`` and ``received_at`` are needed.

        Of each product the last state of the batch lands (by ``received_at``, then order), if it differs from the last
        landed state and is not older than it.
        """
        return self._append("products", rows, batch_id, True)

    def append_members(self, rows: Any, batch_id: str) -> AppendResult:
        """Land members: ``member_key`` and ``received_at``, both needed. A key lands once, whenever it comes again.

        ``rows`` may be a function: it is called under the lock, which an erasure holds too.
        """
        return self._append("members", rows, batch_id, True)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the landing zone's lock: for callers that must see what is known and write in one go."""
        with exclusive(self.home.landing / ".lock", purpose="ingest", say=self.say):
            yield

    def _append(self, kind: str, rows: Any, batch_id: str, skip_known: bool) -> AppendResult:
        with self.locked(), scratch_folder(self.home.scratch) as folder, connect(folder, self.memory_limit) as con:
            given = _given(con, rows() if callable(rows) else rows)
            con.execute(f"create temp view canonical as {self._canonical(kind, given)}")
            view = "canonical"
            if skip_known:  # a table, so that the row numbers are the same in each of the passes to come
                con.execute(f"create temp table batch as select *, row_number() over () as {ROW} from canonical")
                view = "batch"
            self._refuse_nulls(con, kind, view)
            if skip_known:
                self.mark_known(con, kind, "batch", "known")
                return self.write(con, kind, "batch", batch_id, folder, without="known")
            return self.write(con, kind, view, batch_id, folder)

    def _canonical(self, kind: str, given: dict[str, str]) -> str:
        """Select over the view ``given`` that has the landed columns of ``kind`` and the receive day."""
        columns = landed_columns(kind)
        unknown = sorted(set(given) - {column.name for column in columns})
        if unknown:
            raise LandingError(
                f"unknown columns {', '.join(unknown)}", f"rows for {kind}",
                f"known: {', '.join(column.name for column in columns)}",
            )  # fmt: skip
        parts = {
            column.name: f"{name(column.name)}::{column.type}" if column.name in given else f"null::{column.type}"
            for column in columns
        }
        if kind == "events":
            return self.events_select(parts, "given")
        return self.states_select(kind, parts, "given")

    def events_select(self, parts: dict[str, str], relation: str) -> str:
        """Select of landed event columns from expressions over ``relation``; fills what the landing zone derives.

        Parts that are no landed columns pass through, for the caller's own use.
        """
        inner = {column: part for column, part in parts.items() if not column.endswith("_hash")}
        inner["received_at"] = f"coalesce({inner['received_at']}, {inner['event_at']})"
        inner["visitor_id"] = f"coalesce({inner['visitor_id']}, {inner['member_key']})"
        listed = ", ".join(f"{part} as {name(column)}" for column, part in inner.items())
        extra = {column: name(column) for column in parts if column not in {c.name for c in TARGET_COLUMNS["events"]}}
        outer = extra | {column.name: name(column.name) for column in TARGET_COLUMNS["events"]}
        outer |= {"event_hash": hash63("event_id"), "visitor_hash": hash63("visitor_id")}
        chosen = ", ".join(f"{part} as {name(column)}" for column, part in outer.items())
        return f"select {chosen}, {self.day('received_at')} as {DAY} from (select {listed} from {relation})"

    def states_select(self, kind: str, parts: dict[str, str], relation: str) -> str:
        """Like :meth:`events_select` for products, contents, members and quarantine."""
        chosen = ", ".join(f"{part} as {name(column)}" for column, part in parts.items())
        day = "null::date" if kind == "quarantine" else self.day(parts["received_at"])
        return f"select {chosen}, {day} as {DAY} from {relation}"

    def day(self, column: str) -> str:
        """SQL: business day of a naive UTC time."""
        if str(self.zone) == "UTC":
            return f"({column})::date"
        return f"timezone({text(str(self.zone))}, timezone('UTC', {column}))::date"

    def mark_known(
        self, con: duckdb.DuckDBPyConnection, kind: str, batch: str, known: str, *, unique: bool = False
    ) -> None:
        """Make the table ``known`` (column ``row__``): rows of the table ``batch`` that add nothing.

        ``unique``: the caller knows that no (event_id, event_at) stands twice in the batch. Needs the lock.
        """
        if kind == "events":
            mark_known_events(con, self.home.landing, batch, known, unique=unique)
        elif kind == "members":
            mark_known_members(con, self.home.landing, batch, known)
        elif kind == "quarantine":
            mark_known_quarantine(con, self.home.landing, batch, known)
        else:
            columns = [column.name for column in landed_columns(kind)]
            mark_known_states(con, self.home.landing, kind, STATE_ID[kind], columns, batch, known)

    def write(
        self,
        con: duckdb.DuckDBPyConnection,
        kind: str,
        batch: str,
        batch_id: str,
        folder: Path,
        *,
        without: str | None = None,
    ) -> AppendResult:
        """Write the rows of ``batch`` that are not in ``without``, one file for each receive day. Needs the lock."""
        where = f"where {ROW} not in (from {without})" if without else ""
        chosen = f"from {batch} {where}"
        columns = ", ".join(name(column.name) for column in landed_columns(kind))
        out = folder / f"out-{kind}"
        total = _number(con, f"select count(*) from {batch}")
        days = con.execute(f"select {DAY}, count(*) {chosen} group by all order by all").fetchall()
        if not days:
            return AppendResult(0, total, ())
        if len(days) == 1:
            out.mkdir()
            single = out / "one.parquet"
            con.execute(f"copy (select {columns} {chosen}) to {text(str(single))} (format parquet, compression zstd)")
        else:
            con.execute(
                f"copy (select {columns}, {DAY} {chosen}) to {text(str(out))} "
                f"(format parquet, compression zstd, partition_by ({DAY}))"
            )
        present = set()
        if without is None:
            tag = batch16(batch_id)
            mine = list_files(self.home.landing, kind, {day for day, _ in days} if days[0][0] else None)
            present = {file.received_day for file in mine if file.batch == tag}
        files = self._publish(con, kind, out, [day for day, _ in days], present, batch16(batch_id))
        written = sum(rows for day, rows in days if day not in present)
        return AppendResult(written, total - written, tuple(files))

    def _publish(
        self, con: duckdb.DuckDBPyConnection, kind: str, out: Path, days: list[Any], present: set[Any], tag: str
    ) -> list[LandingFile]:
        files: list[LandingFile] = []
        sequence = next_sequence(self.home.landing)
        for day in days:
            if day in present:
                continue
            parts = sorted(out.glob("*.parquet" if len(days) == 1 else f"{DAY}={day}/*.parquet"))
            finished = parts[0]
            if len(parts) > 1:  # DuckDB closed and reopened the partition: make it one file, so that it moves at once
                finished = out / f"{day}.merged.parquet"
                listed = ", ".join(text(str(part)) for part in parts)
                con.execute(
                    f"copy (from read_parquet([{listed}], hive_partitioning = false)) to {text(str(finished))} "
                    "(format parquet, compression zstd)"
                )
            files.append(publish(finished, self.home.landing, kind, day, sequence, tag))
            sequence += 1
        return files

    def _refuse_nulls(self, con: duckdb.DuckDBPyConnection, kind: str, view: str) -> None:
        needed = {
            "events": ("event_id", "event_name", "event_at", "visitor_id"),
            "products": ("product_id", "received_at"),
            "contents": ("content_id", "received_at"),
            "members": ("member_key", "received_at"),
            "quarantine": ("source", "reason"),
        }[kind]
        counted = ", ".join(f"count(*) filter (where {column} is null)" for column in needed)
        found = con.execute(f"select {counted} from {view}").fetchall()[0]
        if any(found):
            bad = [f"{column} ({count:,} rows)" for column, count in zip(needed, found, strict=True) if count]
            raise LandingError(f"null in {', '.join(bad)}", f"rows for {kind}", "give every row a value there")


def _given(con: duckdb.DuckDBPyConnection, rows: Any) -> dict[str, str]:
    """Make ``rows`` the view ``given``; its columns and their types."""
    if isinstance(rows, duckdb.DuckDBPyRelation):  # belongs to another connection: streams across as Arrow
        rows = rows.to_arrow_table()
    con.register("given", rows)
    return {str(column): str(kind) for column, kind, *_ in con.execute("describe given").fetchall()}


def _number(con: duckdb.DuckDBPyConnection, query: str) -> int:
    return int(con.execute(query).fetchall()[0][0])


def _schema(kind: str) -> pa.Schema:
    types = {
        "VARCHAR": pa.string(),
        "BIGINT": pa.int64(),
        "TIMESTAMP": pa.timestamp("us"),
        "DECIMAL(18,4)": pa.decimal128(18, 4),
    }
    return pa.schema([(column.name, types[column.type]) for column in landed_columns(kind)])
