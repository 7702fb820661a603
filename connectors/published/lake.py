"""Published tables that come from the lake: what Python assets computed, without a warehouse in between.

Belongs here: the lake's files of one table as a view that can be published, and when there is nothing to do.
Does not belong here: writing the lake (``connectors.lake``), versions and their files (``tables``, ``versions``).
"""

import datetime as dt
from collections.abc import Collection, Sequence
from pathlib import Path

import duckdb
import polars as pl

from connectors.published.errors import PublishError
from connectors.published.tables import PublishedTables
from connectors.published.versions import Version

_VIEW = "lake_table"
_DAY_FOLDER = "day="


def publish_lake_table(
    published: PublishedTables,
    table: str,
    files: Sequence[Path],
    day_column: str,
    changed_days: Collection[dt.date],
    *,
    signature: str,
    empty: pl.DataFrame,
    memory_limit: str = "3GB",
) -> Version:
    """Publish the rows of ``files`` (``…/day=YYYY-MM-DD/part.parquet``): one file, or one a day when there are many.

    ``empty`` has the columns of the table and no rows: what is published has these and no others, whether there are
    files or not. Days outside ``changed_days`` are linked to the version before, except those that came or went since.
    ``signature`` says what was published: while it is that of the version readers see, nothing is written and that
    version is returned. ``day_column`` holds in every row the day that names its folder.
    Raises :class:`PublishError`.
    """
    current = published.current(table)
    if current is not None and current.signature == signature:
        return current
    changed = set(changed_days)
    if current is not None and current.day_column is not None:
        changed |= {dt.date.fromisoformat(day) for day in current.days} ^ {_day_of(path) for path in files}
    try:
        with duckdb.connect(":memory:", config={"memory_limit": memory_limit}) as connection:
            _make_view(connection, files, empty)
            return published.publish_days(table, connection, _VIEW, day_column, changed, signature=signature)
    except duckdb.Error as error:
        raise PublishError(
            f"{table} could not be published: a file of the lake is damaged or has other columns "
            f"({str(error).splitlines()[0]}). Delete the folder of its day, then run that day again. "
            "The version before it stays in place."
        ) from error


def _make_view(connection: duckdb.DuckDBPyConnection, files: Sequence[Path], empty: pl.DataFrame) -> None:
    """The rows of ``files`` with the columns and types of ``empty``; a column that an old file lacks is null."""
    connection.register("declared", empty.clear().to_arrow())
    columns = connection.execute("DESCRIBE declared").fetchall()
    rows = "FROM declared"
    if files:
        listed = ", ".join("'" + str(path).replace("'", "''") + "'" for path in sorted(files))
        options = "union_by_name = true, hive_partitioning = false"
        rows += f" UNION ALL BY NAME SELECT * FROM read_parquet([{listed}], {options})"
    cast = ", ".join(f'CAST("{name}" AS {kind}) AS "{name}"' for name, kind, *_ in columns)
    connection.execute(f"CREATE VIEW {_VIEW} AS SELECT {cast} FROM ({rows})")


def _day_of(path: Path) -> dt.date:
    return dt.date.fromisoformat(path.parent.name.removeprefix(_DAY_FOLDER))
