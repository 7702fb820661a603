"""Questions of reports, asked of published tables.

Belongs here: running questions over the files that they need, with the version that was read. Does not belong here:
questions themselves, pages (``models.reports``), files of pages (``files``).
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from types import TracebackType
from typing import Self

import duckdb
import polars as pl

from connectors.published.errors import QueryError
from connectors.published.tables import PublishedTables
from connectors.published.versions import Version
from models.reports.questions import Among, Answer, AtLeast, Between, Equal, Filter, In, Question, Value

Days = tuple[dt.date, dt.date]


class Asking(AbstractContextManager["Asking"]):
    """One connection for many questions. Every table is read in the version that was current when it was first asked.

    A question with a filter on the days that a table's files are divided by opens the files of these days alone, so
    that it costs the same however long the history is; the answer is that of its SQL over the whole table.
    """

    def __init__(self, published: PublishedTables, memory_limit: str = "1GB") -> None:
        self._published = published
        # one thread: sums come out the same each time, to the last digit
        self._connection = duckdb.connect(":memory:", config={"memory_limit": memory_limit, "threads": 1})
        self._connection.execute("SET TimeZone = 'UTC'")
        self._known = frozenset(published.names())
        self._tables: dict[str, tuple[Version, Path]] = {}
        self._open: dict[str, Days | None] = {}  # what the views show now

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._connection.close()

    def has(self, *tables: str) -> bool:
        """Whether all of these are published."""
        return self._known.issuperset(tables)

    def ask(self, questions: Iterable[Question]) -> dict[str, Answer]:
        """Answers by name. Of a table that is not published: no rows, and no version.

        Raises :class:`QueryError` for a table that lacks a column, because an older program made it.
        """
        return {one.name: self._answer(one) for one in questions}

    def one(self, question: Question) -> Answer:
        """The answer to one question."""
        return self._answer(question)

    def _answer(self, question: Question) -> Answer:
        if not self.has(*question.tables):
            return Answer(question, pl.DataFrame(schema=dict.fromkeys(question.columns, pl.Null)))
        for table, filters in _read(question).items():
            # what is read in two places is opened whole: each may need other days of it
            column = self._version(table).day_column
            self._show(table, _days(filters[0], column) if len(filters) == 1 else None)
        try:
            frame = _plain(pl.DataFrame(self._connection.sql(question.sql()).to_arrow_table()))
        except duckdb.Error as error:
            raise QueryError(
                f"{question.table} can not be asked for {question.name} ({str(error).splitlines()[0]}): `dangol run` "
                "makes its tables anew"
            ) from error
        version = self._version(question.table)
        return Answer(question, frame, version.name, dt.datetime.fromisoformat(version.created))

    def _version(self, table: str) -> Version:
        if table not in self._tables:
            path, version = self._published.path(table), self._published.current(table)
            if version is None:
                raise QueryError(f"{table} is published but nothing says how: `dangol run` publishes it again")
            self._tables[table] = version, path.parent / version.name
        return self._tables[table][0]

    def _show(self, table: str, days: Days | None) -> None:
        if table in self._open and self._open[table] == days:
            return
        files = [str(path) for path in self._files(table, days)]
        self._connection.read_parquet(files, hive_partitioning=False).create_view(table, replace=True)
        self._open[table] = days

    def _files(self, table: str, days: Days | None) -> list[Path]:
        version, folder = self._tables[table]
        if days is None or version.day_column is None:
            return sorted(folder.glob("**/*.parquet"))
        first, last = (day.isoformat() for day in days)
        wanted = [day for day in sorted(version.days) if first <= day <= last]
        # no file of these days: another one tells the columns, and the question lets none of its rows through
        wanted = wanted or sorted(version.days)[:1]
        return [path for day in wanted for path in sorted((folder / f"{version.day_column}={day}").glob("*.parquet"))]


def _plain(frame: pl.DataFrame) -> pl.DataFrame:
    """Sums of whole numbers, which DuckDB gives as decimals of 38 digits, as whole numbers; other decimals as
    numbers."""
    whole = {name: pl.Int64 if kind.scale == 0 else pl.Float64
             for name, kind in frame.schema.items() if isinstance(kind, pl.Decimal)}  # fmt: skip
    return frame.cast(whole)  # type: ignore[arg-type]


def _read(question: Question) -> dict[str, list[Sequence[Filter]]]:
    """By table: the filters of each place in which the question reads it."""
    found: dict[str, list[Sequence[Filter]]] = {question.table: [question.where]}
    for one in question.where:
        if isinstance(one, Among):
            found.setdefault(one.table, []).append(one.where)
    return found


def _days(where: Sequence[Filter], column: str | None) -> Days | None:
    """The days that filters let through; None: any."""
    first, last = dt.date.min, dt.date.max
    for one in where:
        if one.name != column:
            continue
        values: list[Value] = []
        if isinstance(one, Equal):
            values = [one.value]
        elif isinstance(one, In):
            values = list(one.values)
        elif isinstance(one, Between):
            values = [one.first, one.last]
        elif isinstance(one, AtLeast):
            values = [one.value, dt.date.max]
        days = [value for value in values if isinstance(value, dt.date) and not isinstance(value, dt.datetime)]
        if days and len(days) == len(values):
            first, last = max(first, min(days)), min(last, max(days))
    return None if (first, last) == (dt.date.min, dt.date.max) else (first, last)
