"""Published tables that come from the lake: what Python assets computed, without a warehouse in between.

Belongs here: the lake's files of one table as a view that can be published, or as the published files themselves, and
when there is nothing to do.
Does not belong here: writing the lake (``connectors.lake``), versions and their files (``tables``, ``versions``).
"""

import datetime as dt
import errno
import hashlib
import os
import shutil
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
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


def link_lake_table(
    published: PublishedTables,
    table: str,
    files: Sequence[Path],
    day_column: str,
    *,
    signature: str,
    empty: pl.DataFrame,
    memory_limit: str = "3GB",
) -> Version:
    """:func:`publish_lake_table` of all of ``files``, without writing them again: the version is the lake's files under
    a second name (a copy where the two lie on different disks), so that it costs the same however large they are.

    The lake never changes a file in place. A file with other columns than ``empty`` has all days written, as
    :func:`publish_lake_table` does; so has a table without rows. Raises :class:`PublishError`.
    """
    current = published.current(table)
    if current is not None and current.signature == signature:
        return current
    rows = {path: _rows_of(path, empty) for path in files}
    if not any(rows.values()) or None in rows.values():
        days = [_day_of(path) for path in files]
        return publish_lake_table(
            published, table, files, day_column, days, signature=signature, empty=empty, memory_limit=memory_limit
        )
    filled = {path: count for path, count in rows.items() if count}
    return _linked(published, table, filled, day_column, signature, empty)


def _linked(
    published: PublishedTables, table: str, rows: Mapping[Path, int], column: str, signature: str, empty: pl.DataFrame
) -> Version:
    """A version whose files are those of ``rows`` (rows of each)."""
    folder = published._folder(table)
    schema = hashlib.sha256(repr([(name, str(kind)) for name, kind in empty.schema.items()]).encode()).hexdigest()[:16]
    try:
        with folder.making() as aside:
            for path in rows:
                target = aside / f"{column}={_day_of(path).isoformat()}" / path.name
                target.parent.mkdir()
                _link(path, target)
            days = {_day_of(path).isoformat(): count for path, count in rows.items()}
            version = published._version(folder, aside, 0, sum(days.values()), schema)
            version = replace(version, signature=signature, day_column=column, days=days)
            folder.seal(aside, version)
    except OSError as error:
        raise PublishError(
            f"{table} could not be published ({error}): see that the disk has room, then run again. The version before "
            "it stays in place."
        ) from error
    folder.remove_old(published._keep, published._grace, published._now())
    return version


def _link(source: Path, target: Path) -> None:
    """Give a flushed file a second name; where it lies on another disk, copy it."""
    try:
        os.link(source, target)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        shutil.copyfile(source, target)


def _rows_of(path: Path, empty: pl.DataFrame) -> int | None:
    """Rows of a file; None when it has other columns than ``empty``."""
    try:
        if pl.read_parquet_schema(path) != empty.schema:
            return None
        return int(pl.scan_parquet(path, hive_partitioning=False).select(pl.len()).collect().item())
    except (OSError, pl.exceptions.PolarsError, pl.exceptions.PanicException) as error:
        raise PublishError(
            f"{path} can not be read ({str(error).splitlines()[0]}). Delete the folder {path.parent}, then run that "
            "day again. The version before it stays in place."
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
