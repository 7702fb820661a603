"""Read-only SQL over the published tables.

Belongs here: a connection in which each published table is a view of its name and nothing else can be reached.
Does not belong here: how a result is printed (the command line).
"""

import re
from pathlib import Path

import duckdb

from connectors.published.errors import QueryError
from connectors.published.tables import PublishedTables

_EXPLAIN = re.compile(r"\s*explain(\s+analyze)?(\s*\([^)]*\))?\s+", re.IGNORECASE)


def open_reader(tables: PublishedTables, memory_limit: str = "3GB") -> duckdb.DuckDBPyConnection:
    """A connection that sees the current version of every table, and no file beside them.

    Paths are resolved here: a version swapped in later does not mix with the one being read.
    """
    connection = duckdb.connect(":memory:", config={"memory_limit": memory_limit})
    folders = []
    for name in tables.names():
        folder = tables.path(name)
        folders.append(f"'{_quoted(folder)}/'")
        connection.execute(
            f"CREATE VIEW \"{name}\" AS SELECT * FROM read_parquet('{_quoted(folder)}/**/*.parquet', "
            "hive_partitioning = false)"
        )
    connection.execute("SET TimeZone = 'UTC'")
    connection.execute(f"SET allowed_directories = [{', '.join(folders)}]")
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")
    return connection


def run_query(connection: duckdb.DuckDBPyConnection, sql: str) -> duckdb.DuckDBPyConnection:
    """Run one SELECT-like statement. Raises :class:`QueryError` for anything else and for what DuckDB refuses."""
    try:
        statements = connection.extract_statements(sql)
    except duckdb.Error as error:
        raise QueryError(_explain(connection, error)) from error
    if len(statements) != 1:
        raise QueryError("give one statement at a time" if statements else "give a statement, such as: FROM sessions")
    statement = statements[0]
    kind = statement.type
    if kind == duckdb.StatementType.EXPLAIN:  # EXPLAIN ANALYZE would carry out what it explains
        kind = connection.extract_statements(_EXPLAIN.sub("", statement.query, count=1))[0].type
    if kind != duckdb.StatementType.SELECT:
        raise QueryError("only SELECT, WITH, FROM, VALUES, DESCRIBE, SUMMARIZE, SHOW and EXPLAIN are allowed here")
    try:
        return connection.execute(statement)
    except duckdb.Error as error:
        raise QueryError(_explain(connection, error)) from error


def _explain(connection: duckdb.DuckDBPyConnection, error: duckdb.Error) -> str:
    message = str(error).strip()
    if isinstance(error, duckdb.CatalogException):
        known = ", ".join(row[0] for row in connection.execute("SHOW TABLES").fetchall()) or "none yet: `dangol run`"
        message = f"{message}\nPublished tables: {known}"
    return message


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")
