"""Parquet into the table ``source_row``, with the types the file has.

Belongs here: opening a Parquet file and saying clearly when it is none.
Does not belong here: text formats, what the columns mean (``values``).
"""

from pathlib import Path

import duckdb

from connectors.sources.errors import FileUnreadable
from connectors.sources.prepare import Prepared, digest_of
from connectors.sources.sql import text


def prepare_parquet(path: Path) -> Prepared:
    """Hash the file. Text columns may hold U+0000, which only reading them would show."""
    return Prepared(path, path, digest_of(path), path.stat().st_size, has_null=True)


def parquet_columns(con: duckdb.DuckDBPyConnection, prepared: Prepared) -> dict[str, str]:
    """Names and DuckDB types of the file's columns. Raises :class:`FileUnreadable`."""
    try:
        return {str(row[0]): str(row[1]) for row in con.execute(f"describe from {_scan(prepared)}").fetchall()}
    except duckdb.Error as error:
        first = str(error).splitlines()[0]
        raise FileUnreadable(
            f"is not a readable Parquet file: {first}", str(prepared.original), "check `format:`"
        ) from error


def read_parquet(con: duckdb.DuckDBPyConnection, prepared: Prepared, extra: str) -> None:
    """Make ``source_row`` (``id__`` rising from 1, the file's columns, the columns of the select list ``extra``) and an
    empty ``unreadable``."""
    con.execute("create or replace temp table unreadable (row_number bigint, reason varchar, raw varchar)")
    con.execute(
        f"create or replace temp table source_row as select row_number() over () as id__, *{extra} "
        f"from {_scan(prepared)}"
    )


def _scan(prepared: Prepared) -> str:
    return f"read_parquet({text(str(prepared.path))}, hive_partitioning = false)"
