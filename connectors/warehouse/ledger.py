"""What the warehouse has taken in and how far its last build came.

Belongs here: reading the ledger of landing files, reading and writing the state of the build (schema ``dangol``).
Does not belong here: deciding what to load (``load``) or why a full refresh is due (``orchestration``).
"""

import datetime as dt
from dataclasses import dataclass

import duckdb

LEDGER = "staging.stg_landing__files"
REFRESHING = "full refresh in progress"  # stands in for a fingerprint: a killed full refresh is done over


@dataclass(frozen=True)
class BuildState:
    """The last build of the whole dbt project: what shaped it, and the load it had taken in when it ended."""

    fingerprint: str | None = None
    load_seq: int = 0


def table_exists(connection: duckdb.DuckDBPyConnection, name: str) -> bool:
    """Whether ``schema.table`` (a table or a view) exists."""
    schema, table = name.split(".")
    row = connection.execute(
        "SELECT count(*) FROM information_schema.tables WHERE table_schema = ? AND table_name = ?", [schema, table]
    ).fetchone()
    return bool(row and row[0])


def read_taken_in(connection: duckdb.DuckDBPyConnection) -> frozenset[str]:
    """Landing files (relative to the landing zone) that the warehouse has taken in."""
    if not table_exists(connection, LEDGER):
        return frozenset()
    return frozenset(row[0] for row in connection.execute(f"SELECT path FROM {LEDGER}").fetchall())


def read_load_seq(connection: duckdb.DuckDBPyConnection) -> int:
    """The last load that brought files in; 0 before the first."""
    if not table_exists(connection, LEDGER):
        return 0
    row = connection.execute(f"SELECT coalesce(max(load_seq), 0) FROM {LEDGER}").fetchone()
    return int(row[0]) if row else 0


def read_build(connection: duckdb.DuckDBPyConnection) -> BuildState:
    """State of the last build; the default one before the first."""
    if not table_exists(connection, "dangol.build"):
        return BuildState()
    row = connection.execute("SELECT fingerprint, load_seq FROM dangol.build").fetchone()
    return BuildState(row[0], int(row[1])) if row else BuildState()


def write_build(connection: duckdb.DuckDBPyConnection, state: BuildState, now: dt.datetime) -> None:
    """Replace the state of the build, in one transaction."""
    connection.execute("BEGIN")
    connection.execute("CREATE SCHEMA IF NOT EXISTS dangol")
    connection.execute(
        "CREATE TABLE IF NOT EXISTS dangol.build (fingerprint VARCHAR, load_seq BIGINT, changed_at TIMESTAMP)"
    )
    connection.execute("DELETE FROM dangol.build")
    connection.execute(
        "INSERT INTO dangol.build VALUES (?, ?, ?)",
        [state.fingerprint, state.load_seq, now.replace(tzinfo=None)],
    )
    connection.execute("COMMIT")
