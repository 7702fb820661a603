"""Questions about customers, asked of published facts and of the members' index.

Belongs here: opening just the files that a question needs, running it. Does not belong here: making the question
(``models.segments``), making the facts (dbt, ``connectors.members``).
"""

import datetime as dt
from collections.abc import Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

import duckdb
import polars as pl

from connectors.published.errors import PublishError, QueryError
from connectors.published.tables import PublishedTables

Days = tuple[dt.date, dt.date]
MEMBER_FACTS: Final = "member_facts"


class Audience(AbstractContextManager["Audience"]):
    """Facts of one home as they are now: versions that are published later are not seen by an open one.

    ``member_facts``: the members' index, a Parquet file. ``given``: tables that stand in for published ones.
    """

    def __init__(
        self,
        published: PublishedTables,
        member_facts: Path,
        *,
        given: Mapping[str, pl.DataFrame] | None = None,
        memory_limit: str = "3GB",
        threads: int = 2,
    ) -> None:
        self._published, self._member_facts = published, member_facts
        self._given = dict(given or {})
        self._connection = duckdb.connect(":memory:", config={"memory_limit": memory_limit, "threads": threads})

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._connection.close()

    def ask(self, sql: str, parameters: Mapping[str, Any], tables: Mapping[str, Days | None]) -> pl.DataFrame:
        """The answer. ``tables``: those that ``sql`` reads, and the days of each that it needs; None: all of it.

        Raises :class:`PublishError` for facts that were never published, :class:`QueryError` when DuckDB fails.
        """
        for name, days in tables.items():
            self._open(name, days)
        try:
            found = self._connection.sql(sql, params=dict(parameters)).to_arrow_table()
        except duckdb.Error as error:
            raise QueryError(f"the question could not be answered: {str(error).splitlines()[0]}") from error
        return pl.DataFrame(found)

    def _open(self, name: str, days: Days | None) -> None:
        if name in self._given:
            self._connection.register(name, self._given[name].to_arrow())
            return
        relation = self._connection.read_parquet(
            [str(path) for path in self._files(name, days)], hive_partitioning=False
        )
        relation.create_view(name, replace=True)

    def _files(self, name: str, days: Days | None) -> list[Path]:
        if name == MEMBER_FACTS:
            return [self._member_facts]
        if self._published.current(name) is None:
            raise PublishError(f"{name} was never published: `dangol run` publishes it")
        folder = self._published.path(name)
        every = sorted(folder.glob("**/*.parquet"))
        # no file of these days: another one tells the columns, and the query lets none of its rows through
        return every if days is None else self._published.files(name, *days) or every[:1]
