"""Which rows of a batch the landing zone already has.

Belongs here: one function for each kind; each makes a table of the row numbers that add nothing.
Does not belong here: writing (``landing``).

``batch`` is a table with the landed columns, ``received_day`` and ``row__``. Only integers and hashes are compared:
wide rows are never sorted.
"""

import datetime as dt
from pathlib import Path

import duckdb

from connectors.sources.landing_files import list_files
from connectors.sources.sql import name, text


def mark_known_events(
    con: duckdb.DuckDBPyConnection, landing: Path, batch: str, known: str, *, unique: bool = False
) -> None:
    """Same event_hash at the same event_at, in the receive days of the batch or earlier in the batch itself.

    A source without receive times repeats an event in the same day folder (the receive day is the event's); one with
    receive times gives each row the same receive day whenever it is read. A re-delivery received on another day is
    new here; the warehouse drops it by the same key.
    """
    con.execute(f"create or replace temp table {known} (row__ bigint)")
    days = {row[0] for row in con.execute(f"select distinct received_day from {batch}").fetchall()}
    landed = _read(landing, "events", days)
    if landed:
        con.execute(
            f"insert into {known} select row__ from {batch} semi join "
            f"(select event_hash, event_at from {landed}) using (event_hash, event_at)"
        )
    if not unique:
        con.execute(
            f"insert into {known} select batch.row__ from {batch} as batch join (select event_hash, event_at, "
            f"min(row__) as first from {batch} group by all having count(*) > 1) using (event_hash, event_at) "
            f"where batch.row__ > first and batch.row__ not in (from {known})"
        )


def mark_known_states(
    con: duckdb.DuckDBPyConnection,
    landing: Path,
    kind: str,
    id_column: str,
    columns: list[str],
    batch: str,
    known: str,
) -> None:
    """All but the last state of each id in the batch, and that one too if it is older than what is landed, or equal."""
    content = [column for column in columns if column not in (id_column, "received_at", "source")]
    state = "md5_number(" + " || ".join(_unambiguous(column) for column in content) + ")"
    last = (
        f"select {id_column} as id, max_by(row__, (received_at, row__)) as row__, max(received_at) as received_at "
        f"from {batch} group by all"
    )
    con.execute(
        f"create or replace temp table last_state as select last.*, {state} as state from ({last}) as last "
        f"join {batch} as batch on batch.row__ = last.row__"
    )
    con.execute(
        f"create or replace temp table {known} as select row__ from {batch} "
        "where row__ not in (select row__ from last_state)"
    )
    landed = _read(landing, kind, None, extra="filename = true")
    if landed:
        order = "(received_at, filename.split('/')[-1])"
        con.execute(
            f"insert into {known} select last_state.row__ from last_state join (select {id_column} as id, "
            f"max(received_at) as received_at, max_by({state}, {order}) as state from {landed} "
            f"where {id_column} in (select id from last_state) group by all) as landed using (id) "
            "where landed.state = last_state.state or last_state.received_at < landed.received_at"
        )


def mark_known_members(con: duckdb.DuckDBPyConnection, landing: Path, batch: str, known: str) -> None:
    """Keys that are landed already, and all but the first row of each key in the batch."""
    con.execute(
        f"create or replace temp table {known} as select row__ from {batch} "
        f"where row__ not in (select min(row__) from {batch} group by member_key)"
    )
    landed = _read(landing, "members", None)
    if landed:
        con.execute(
            f"insert into {known} select row__ from {batch} semi join (select member_key from {landed}) "
            f"using (member_key) where row__ not in (from {known})"
        )


def mark_known_quarantine(con: duckdb.DuckDBPyConnection, landing: Path, batch: str, known: str) -> None:
    """Same source, reason and raw text, counted: the n-th of its like in the batch is known if n are landed."""
    con.execute(f"create or replace temp table {known} (row__ bigint)")
    landed = _read(landing, "quarantine", None)
    if landed:
        key = "md5_number(" + " || ".join(_unambiguous(column) for column in ("source", "reason", "raw")) + ")"
        con.execute(
            f"insert into {known} select row__ from (select row__, key, row_number() over "
            f"(partition by key order by row__) as n from (select row__, {key} as key from {batch})) "
            f"join (select key, count(*) as there from "
            f"(select {key} as key from {landed}) group by all) using (key) where n <= there"
        )


def _unambiguous(column: str) -> str:
    """SQL text of a column that can not run into its neighbours."""
    cast = f"{name(column)}::varchar"
    return f"coalesce(length({cast}) || ':' || {cast}, '-')"


def _read(landing: Path, kind: str, days: set[dt.date] | None, extra: str = "") -> str | None:
    files = list_files(landing, kind, days)
    if not files:
        return None
    listed = ", ".join(text(str(file.path)) for file in files)
    return f"read_parquet([{listed}], hive_partitioning = false{', ' + extra if extra else ''})"
