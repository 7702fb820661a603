"""Taste segments as they are published, for whoever shows them.

Belongs here: the questions asked of the published taste tables, each one parameterised statement with a small answer.
Does not belong here: what is made of the answers and how it is worded (the command line). Nobody is named: of customers
there are counts only. A table that was never published answers with nothing.
"""

import datetime as dt
from collections.abc import Sequence
from typing import Any, NamedTuple

import duckdb

from connectors.published.errors import QueryError

Row = dict[str, Any]
SEGMENTS, BUNDLES, MEMBERS, DRIFT, RUNS = (
    "taste_segments",
    "taste_bundles",
    "taste_members",
    "taste_drift",
    "taste_runs",
)
STRENGTH_STEPS = 5  # strength, 0 to 1, is counted in so many equal parts


class Flow(NamedTuple):
    """Customers who were in one segment and are in another; None: in no segment on that day."""

    before: str | None
    now: str | None
    customers: int


class Strengths(NamedTuple):
    """``counts``: members by strength, weakest part first (``STRENGTH_STEPS`` equal parts); ``median`` of them all."""

    counts: tuple[int, ...]
    median: float


class TasteTables:
    """The taste tables behind a connection of :func:`connectors.published.query.open_reader`."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection
        self._names = {str(name) for (name,) in connection.execute("SHOW TABLES").fetchall()}

    def days(self) -> list[dt.date]:
        """Days that have segments, sorted."""
        return [row["day"] for row in self._ask((SEGMENTS,), f"SELECT DISTINCT day FROM {SEGMENTS} ORDER BY day")]

    def member_days(self) -> list[dt.date]:
        """Days whose members are still kept, sorted."""
        return [row["day"] for row in self._ask((MEMBERS,), f"SELECT DISTINCT day FROM {MEMBERS} ORDER BY day")]

    def runs(self) -> list[Row]:
        """All rows of ``taste_runs`` by day."""
        return self._ask((RUNS,), f"FROM {RUNS} ORDER BY day")

    def of_day(self, day: dt.date) -> list[Row]:
        """Segments of ``day`` and then its bundles, largest first; the columns of ``taste_segments``."""
        rows = []
        for table in (SEGMENTS, BUNDLES):
            rows += self._ask((table,), f"FROM {table} WHERE day = $day ORDER BY customers DESC, segment_id", day=day)
        return rows

    def drift(self, after: dt.date, until: dt.date) -> list[Row]:
        """Rows of ``taste_drift`` of the days after ``after`` up to ``until``, by day and segment."""
        sql = f"FROM {DRIFT} WHERE day > $after AND day <= $until ORDER BY day, segment_id"
        return self._ask((DRIFT,), sql, after=after, until=until)

    def history(self, segment_id: str) -> list[Row]:
        """``day, name, customers`` of every day on which a segment or bundle was there, by day."""
        rows = []
        for table in (SEGMENTS, BUNDLES):
            sql = f"SELECT day, name, customers FROM {table} WHERE segment_id = $segment_id ORDER BY day"
            rows += self._ask((table,), sql, segment_id=segment_id)
        return rows

    def first_days(self) -> dict[str, dt.date]:
        """The first day of every segment there ever was."""
        sql = f"SELECT segment_id, min(day) AS day FROM {SEGMENTS} GROUP BY segment_id"
        return {row["segment_id"]: row["day"] for row in self._ask((SEGMENTS,), sql)}

    def strengths(self, day: dt.date, segment_ids: Sequence[str]) -> Strengths | None:
        """How strongly the members of these segments belonged to them on ``day``; None when none are kept."""
        sql = (
            f"SELECT least(floor(strength * {STRENGTH_STEPS}), {STRENGTH_STEPS - 1})::INTEGER AS part, count(*) AS n "
            f"FROM {MEMBERS} WHERE day = $day AND list_contains($ids, segment_id) GROUP BY part"
        )
        counts = {row["part"]: row["n"] for row in self._ask((MEMBERS,), sql, day=day, ids=list(segment_ids))}
        if not counts:
            return None
        sql = f"SELECT median(strength) AS m FROM {MEMBERS} WHERE day = $day AND list_contains($ids, segment_id)"
        median = self._ask((MEMBERS,), sql, day=day, ids=list(segment_ids))[0]["m"]
        return Strengths(tuple(counts.get(part, 0) for part in range(STRENGTH_STEPS)), float(median))

    def flows(self, before: dt.date, now: dt.date) -> list[Flow]:
        """Where the members of ``before`` are on ``now``, largest first; of both days members must be kept."""
        sql = f"""
            WITH first_day AS (SELECT customer_key, segment_id FROM {MEMBERS} WHERE day = $before),
            second_day AS (SELECT customer_key, segment_id FROM {MEMBERS} WHERE day = $now)
            SELECT first_day.segment_id AS before, second_day.segment_id AS now, count(*) AS customers
            FROM first_day FULL JOIN second_day ON first_day.customer_key = second_day.customer_key
            GROUP BY ALL ORDER BY customers DESC, before NULLS LAST, now NULLS LAST
        """
        return [Flow(**row) for row in self._ask((MEMBERS,), sql, before=before, now=now)]

    def products(self, product_ids: Sequence[str]) -> dict[str, Row]:
        """``category_path, sale_price, status`` of products as the catalogue has them now, by id."""
        sql = (
            "SELECT product_id, category_path, sale_price, status FROM products "
            "WHERE list_contains($ids, product_id)"
        )  # fmt: skip
        return {row["product_id"]: row for row in self._ask(("products",), sql, ids=list(product_ids))}

    def _ask(self, tables: Sequence[str], sql: str, **values: Any) -> list[Row]:
        if not self._names.issuperset(tables):
            return []
        try:
            result = self._connection.execute(sql, values)
            columns = [column[0] for column in result.description or []]
            return [dict(zip(columns, row, strict=True)) for row in result.fetchall()]
        except duckdb.Error as error:
            raise QueryError(f"{', '.join(tables)} can not be read: {str(error).splitlines()[0]}") from error
