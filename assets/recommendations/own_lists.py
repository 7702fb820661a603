"""The ranker's own lists of customers as they are kept: all of them now and then, on other days those ranked anew.

Belongs here: which files hold them, the newest list of some customers. Does not belong here: ranking (``personal``).
"""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from assets.recommendations import tables
from assets.recommendations.personal import Chosen
from connectors.lake.tables import LakeTables

PIECE = 50_000  # customers whose lists are read at once


@dataclass(frozen=True)
class OwnLists:
    """``files``: (customer_key, rank, product_id, score) from old to new; the newest that has a customer counts.
    ``whole_since``: the day of the first, which has everybody."""

    files: tuple[pl.LazyFrame, ...]
    whole_since: dt.date

    def of(self, customers: pl.Series, sellable: pl.Series) -> pl.DataFrame:
        """``tables.PERSONAL_ROWS`` of ``customers``, of products that are still sold."""
        if customers.is_empty():
            return pl.DataFrame(schema=tables.PERSONAL_ROWS)
        within = pl.col("customer_key").is_between(pl.lit(customers.min()), pl.lit(customers.max()))
        mine = within & pl.col("customer_key").is_in(customers.implode())
        rows = pl.concat([file.filter(mine).with_columns(age=-number) for number, file in enumerate(self.files)])
        newest = rows.collect().filter(pl.col("age") == pl.col("age").min().over("customer_key"))
        kept = newest.filter(pl.col("product_id").is_in(sellable.implode()))
        return kept.select(tables.PERSONAL_ROWS.names()).sort("customer_key", "rank")

    def in_pieces(self, customers: pl.Series, sellable: pl.Series) -> Iterator[pl.DataFrame]:
        """:meth:`of` for :data:`PIECE` customers at a time."""
        for first in range(0, len(customers), PIECE):
            yield self.of(customers.slice(first, PIECE), sellable)


def own_lists_before(
    lake: LakeTables, last: Mapping[str, Any] | None, chosen: Chosen, since: dt.date | None
) -> OwnLists | None:
    """What the runs up to ``last`` (its row of ``rec_runs``) have ranked; None where all has to be ranked anew: there
    is a new ranker, no counts could be gone on from (``since``), or a day is missing."""
    whole_since = last.get("ranked_from") if last else None
    if chosen.is_new or since is None or last is None or whole_since is None:
        return None
    runs = [day for day in lake.days(tables.RUNS) if whole_since <= day <= last["day"]]
    if not set(runs) <= set(lake.days(tables.PERSONAL)):
        return None
    return OwnLists(tuple(lake.scan_day(tables.PERSONAL, day) for day in runs), whole_since)
