"""Taking one person's rows out of the warehouse, and their bytes out of its file.

Belongs here: deleting from every table that has an identifying column; writing the file anew; asking for a full
rebuild where a shared device makes that necessary. Does not belong here: which tables there are (the dbt project).
"""

import datetime as dt
import os
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import duckdb

from connectors.erasure.errors import ErasureError
from connectors.erasure.person import Person, Relation, condition, prepare, quote
from connectors.home.durable import sync
from connectors.home.paths import Home
from connectors.warehouse.database import Warehouse
from connectors.warehouse.ledger import REFRESHING, BuildState, read_build, write_build


def open_warehouse(home: Home, memory_limit: str, say: Callable[[str], None]) -> Warehouse | None:
    """The home's warehouse, None where there is none yet. Nothing is opened here."""
    if not home.warehouse.exists():
        return None
    return Warehouse(home.warehouse, home.scratch, memory_limit, say=say)


def identity_relations(connection: duckdb.DuckDBPyConnection) -> list[Relation]:
    """Tables that tell which visitor was which member."""
    tables = _tables(connection)
    return [Relation(quote(*name)) for name, columns in tables.items() if {"visitor_id", "member_key"} <= set(columns)]


def erase_from_warehouse(connection: duckdb.DuckDBPyConnection, person: Person) -> dict[str, int]:
    """Rows removed by ``schema.table``; all tables in one transaction."""
    prepare(connection, person)
    removed: dict[str, int] = {}
    connection.execute("BEGIN")
    for (schema, table), columns in _tables(connection).items():
        where = condition(columns)
        if where is not None:
            row = connection.execute(f"DELETE FROM {quote(schema, table)} WHERE {where}").fetchone()
            removed[f"{schema}.{table}"] = int(row[0]) if row else 0
    connection.execute("COMMIT")
    return removed


def ask_for_rebuild(connection: duckdb.DuckDBPyConnection, now: dt.datetime) -> None:
    """Make the next run build everything again: sessions and visitors of a shared device mix several people, what is
    left of them can only be told from the landing zone."""
    state = read_build(connection)
    if state != BuildState():
        write_build(connection, replace(state, fingerprint=REFRESHING), now)


def compact(home: Home, warehouse: Warehouse) -> None:
    """Write the file anew and swap it in: DuckDB leaves deleted rows in the file until their blocks are reused.

    A crash leaves the old file. Needs as much free disk as the warehouse takes.
    """
    folder = home.scratch / "erasure"
    folder.mkdir(parents=True, exist_ok=True)
    aside = folder / home.warehouse.name
    for leftover in folder.glob(f"{aside.name}*"):
        leftover.unlink()
    with warehouse.connect() as connection:
        connection.execute("SET preserve_insertion_order = true")  # queries rely on rows lying in time order
        connection.execute("CHECKPOINT")
        name = connection.execute("SELECT current_database()").fetchall()[0][0]
        connection.execute(f"ATTACH '{_escaped(aside)}' AS dangol_fresh")
        connection.execute(f"COPY FROM DATABASE {quote(name)} TO dangol_fresh")
        connection.execute("DETACH dangol_fresh")
    logs = [*home.warehouse.parent.glob(f"{home.warehouse.name}.wal*"), *folder.glob(f"{aside.name}.wal*")]
    if logs:  # a log must never meet a file that it was not written for
        raise ErasureError(f"{logs[0]} is still in use: end the program that has the warehouse open, then erase again")
    sync(aside)
    os.replace(aside, home.warehouse)
    sync(home.warehouse.parent)


def remove_damaged_copies(home: Home) -> int:
    """Delete warehouse files that were moved aside as unreadable: nobody can take a single person out of them."""
    copies = list(home.warehouse.parent.glob(f"{home.warehouse.name}*.corrupt-*"))
    for path in copies:
        path.unlink()
    return len(copies)


def _tables(connection: duckdb.DuckDBPyConnection) -> Mapping[tuple[str, str], dict[str, str]]:
    """Columns (name to type) of every base table by schema and name."""
    rows = connection.execute(
        "SELECT t.schema_name, t.table_name, c.column_name, c.data_type FROM duckdb_tables() AS t "
        "INNER JOIN duckdb_columns() AS c USING (database_oid, table_oid) "
        "WHERE t.database_name = current_database() AND NOT t.internal AND NOT t.temporary ORDER BY ALL"
    ).fetchall()
    tables: dict[tuple[str, str], dict[str, str]] = {}
    for schema, table, column, kind in rows:
        tables.setdefault((schema, table), {})[column] = kind
    return tables


def _escaped(path: Path) -> str:
    return str(path).replace("'", "''")
