"""Published tables: what people and other programs read while runs go on.

Belongs here: writing a table from a DuckDB connection as Parquet and swapping it in; finding what is published.
Does not belong here: which tables there are and what they mean (the dbt models' ``meta.publish``).
"""

import datetime as dt
import errno
import hashlib
import os
import re
import shutil
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import duckdb
import polars as pl

from connectors.home.paths import Home
from connectors.published.errors import PublishError
from connectors.published.versions import Version, VersionFolder

_NAME = re.compile(r"[a-z][a-z0-9_]*")
_DAYS_A_LINE = 60  # days written between two lines of progress
GRACE = dt.timedelta(minutes=1)  # a reader that has just found a version can finish reading it


def _utc_now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


class PublishedTables:
    """The published tables of one home."""

    def __init__(
        self,
        home: Home,
        *,
        single_file_rows: int = 1_000_000,
        keep_versions: int = 2,
        grace: dt.timedelta = GRACE,
        now: Callable[[], dt.datetime] = _utc_now,
    ) -> None:
        self._root = home.published
        self._single_file_rows = single_file_rows
        self._keep = keep_versions
        self._grace = grace
        self._now = now

    def names(self) -> list[str]:
        """Tables that readers can see, sorted."""
        folder = self._root / "tables"
        return sorted(p.name for p in folder.iterdir() if p.is_symlink() and p.exists()) if folder.is_dir() else []

    def path(self, name: str) -> Path:
        """The folder of the current version, resolved: it stays whole while newer ones are swapped in."""
        link = self._root / "tables" / name
        try:
            return link.resolve(strict=True)
        except FileNotFoundError as error:
            known = ", ".join(self.names()) or "none yet"
            raise PublishError(f"no published table {name!r}; there are: {known}") from error

    def files(self, name: str, first: dt.date, last: dt.date) -> list[Path]:
        """Files of the current version that may hold rows of the days from ``first`` to ``last``, sorted."""
        version, folder = self.current(name), self.path(name)
        if version is None or version.day_column is None:
            return sorted(folder.glob("*.parquet"))
        wanted = sorted(day for day in version.days if first.isoformat() <= day <= last.isoformat())
        return [path for day in wanted for path in sorted((folder / f"{version.day_column}={day}").glob("*.parquet"))]

    def scan(self, name: str, first: dt.date | None = None, last: dt.date | None = None) -> pl.LazyFrame:
        """Rows of the current version; with days, of the files that may hold rows of these (other days among them).

        Raises :class:`PublishError` for a table that was never published.
        """
        files = sorted(self.path(name).glob("**/*.parquet"))
        if first is not None and last is not None:
            # no file of these days: another one still tells the columns
            files = self.files(name, first, last) or files[:1]
        return pl.scan_parquet(files, hive_partitioning=False)

    def current(self, name: str) -> Version | None:
        """What is known of the version readers see; None when the table was never published."""
        return self._folder(name).current()

    def highest_load_seq(self) -> int:
        """The highest load that any published table has seen."""
        return max((version.load_seq for name in self.names() if (version := self.current(name))), default=0)

    def publish_full(
        self,
        name: str,
        connection: duckdb.DuckDBPyConnection,
        select_sql: str,
        *,
        load_seq: int = 0,
        signature: str = "",
    ) -> Version:
        """Publish the rows of ``select_sql`` as one file."""
        folder = self._folder(name)
        schema = _schema_hash(connection, select_sql)
        with _told_apart(name, self._root), folder.making() as aside:
            rows = _copy_single(connection, select_sql, aside / f"{name}.parquet")
            version = replace(self._version(folder, aside, load_seq, rows, schema), signature=signature)
            folder.seal(aside, version)
        folder.remove_old(self._keep, self._grace, self._now())
        return version

    def publish_days(
        self,
        name: str,
        connection: duckdb.DuckDBPyConnection,
        view: str,
        day_column: str,
        changed_days: Collection[dt.date],
        *,
        order_by: Sequence[str] = (),
        load_seq: int = 0,
        signature: str = "",
        say: Callable[[str], None] = lambda text: None,
    ) -> Version:
        """Publish ``view``: a small table as one file; a large one as a file a day, unchanged days linked, not copied.

        Without a usable previous version (none, other columns, a single file until now) every day counts as changed.
        Rows of a file stand in the order of the columns ``order_by``.
        """
        folder = self._folder(name)
        schema = _schema_hash(connection, f"SELECT * FROM {view}")
        previous = folder.current()
        if previous is None or previous.schema != schema or previous.day_column != day_column:
            previous = None
        if previous is None and _count(connection, view) <= self._single_file_rows:
            whole = f"SELECT * FROM {view} {_sorted([day_column, *order_by] if order_by else [])}"
            return self.publish_full(name, connection, whole, load_seq=load_seq, signature=signature)
        days = sorted(changed_days) if previous else _all_days(connection, view, day_column)
        with _told_apart(name, self._root), folder.making() as aside:
            counts = {} if previous is None else _link_days(folder.path_of(previous), previous, aside, set(days))
            for first in range(0, len(days), _DAYS_A_LINE):
                chunk = days[first : first + _DAYS_A_LINE]
                say(f"publishing {name}: day {first + 1} to {first + len(chunk)} of {len(days)}")
                counts |= _copy_days(connection, view, day_column, chunk, aside, order_by)
            if not counts:
                _copy_single(connection, f"SELECT * FROM {view}", aside / f"{name}.parquet")
            version = self._version(folder, aside, load_seq, sum(counts.values()), schema)
            version = replace(version, signature=signature, day_column=day_column if counts else None, days=counts)
            folder.seal(aside, version)
        folder.remove_old(self._keep, self._grace, self._now())
        return version

    def _folder(self, name: str) -> VersionFolder:
        if not _NAME.fullmatch(name):
            raise PublishError(f"{name!r} can not name a published table: lower-case letters, digits and _ only")
        return VersionFolder(self._root, name)

    def _version(self, folder: VersionFolder, aside: Path, load_seq: int, rows: int, schema: str) -> Version:
        """Names rise with time, so that sorting them is sorting by age, whatever the load numbers do."""
        now, previous = self._now(), folder.current()
        number = 1 + (int(previous.name.split("-")[0]) if previous else 0)
        stamp = hashlib.sha256(f"{now.isoformat()}{load_seq}{os.getpid()}".encode()).hexdigest()[:8]
        size = sum(path.stat().st_size for path in aside.rglob("*.parquet"))
        return Version(f"{number:08d}-{stamp}", load_seq, rows, size, schema, now.isoformat())


@contextmanager
def _told_apart(name: str, root: Path) -> Iterator[None]:
    """Turn a full disk and the like into one clear message; the version in the making is gone by then."""
    try:
        yield
    except (OSError, duckdb.IOException) as error:
        full = getattr(error, "errno", None) in (errno.ENOSPC, errno.EDQUOT) or "No space left" in str(error)
        why = f"the disk of {root} is full: free some space, then run again" if full else str(error)
        raise PublishError(f"{name} could not be published ({why}). The version before it stays in place.") from error


def _schema_hash(connection: duckdb.DuckDBPyConnection, select_sql: str) -> str:
    described = connection.execute(f"DESCRIBE {select_sql}").fetchall()
    return hashlib.sha256(repr([row[:2] for row in described]).encode()).hexdigest()[:16]


def _count(connection: duckdb.DuckDBPyConnection, view: str) -> int:
    row = connection.execute(f"SELECT count(*) FROM {view}").fetchone()
    return int(row[0]) if row else 0


def _all_days(connection: duckdb.DuckDBPyConnection, view: str, day_column: str) -> list[dt.date]:
    return [r[0] for r in connection.execute(f"SELECT DISTINCT {day_column} FROM {view} ORDER BY 1").fetchall() if r[0]]


def _copy(connection: duckdb.DuckDBPyConnection, sql: str) -> list[tuple[object, ...]]:
    """The one place where DuckDB writes files."""
    return connection.execute(sql).fetchall()


def _sorted(columns: Sequence[str]) -> str:
    """The clause that sorts by ``columns``; nothing where there are none."""
    return "ORDER BY " + ", ".join(f'"{column}"' for column in columns) if columns else ""


def _copy_single(connection: duckdb.DuckDBPyConnection, select_sql: str, target: Path) -> int:
    rows = _copy(connection, f"COPY ({select_sql}) TO '{_quoted(target)}' (FORMAT parquet, COMPRESSION zstd)")
    return int(str(rows[0][0]))


def _copy_days(
    connection: duckdb.DuckDBPyConnection,
    view: str,
    day_column: str,
    days: list[dt.date],
    aside: Path,
    order_by: Sequence[str] = (),
) -> dict[str, int]:
    """Write ``days`` of ``view`` into ``aside``, a folder a day; gives the rows of each day that has any."""
    stamp = hashlib.sha256(os.urandom(16)).hexdigest()[:8]
    counts: dict[str, int] = {}
    for day in days:  # a COPY each: PARTITION_BY over all of them costs twice the CPU
        folder = aside / f"{day_column}={day.isoformat()}"
        folder.mkdir()
        only = f"SELECT * FROM {view} WHERE {day_column} = DATE '{day.isoformat()}' {_sorted(order_by)}"
        rows = _copy_single(connection, only, folder / f"part-{stamp}.parquet")
        if rows:
            counts[day.isoformat()] = rows
        else:
            shutil.rmtree(folder)
    return counts


def _link_days(source: Path, previous: Version, aside: Path, changed: set[dt.date]) -> dict[str, int]:
    """Give the new version the unchanged days of the previous one: the same files under a second name."""
    kept = {day: rows for day, rows in previous.days.items() if dt.date.fromisoformat(day) not in changed}
    for day in kept:
        folder = f"{previous.day_column}={day}"
        (aside / folder).mkdir()
        for path in (source / folder).iterdir():
            os.link(path, aside / folder / path.name)
    return kept


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")
