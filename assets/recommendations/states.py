"""Counts that are carried from day to day.

Belongs here: which stored state a run may continue, adding days to it, the state as tables of the lake. Does not belong
here: how things are counted (``models.recommend``), lists made of them.
"""

import datetime as dt
from dataclasses import dataclass

import numpy as np
import polars as pl

from assets.recommendations import tables
from assets.recommendations.inputs import Inputs
from connectors.lake.tables import LakeTables
from models.recommend.counts import pair_state, trends
from models.recommend.counts.pairs import (
    BOUGHT_TOGETHER,
    EVERY,
    HALF_LIFE_DAYS,
    NEXT_VIEW,
    VIEWED_TOGETHER,
    PairKind,
    Pairs,
    count_pairs,
    decay,
    no_pairs,
)
from models.recommend.search import answers as search
from models.recommend.search.queries import normalised
from models.recommend.sessions import sessions_of

_DAYS = pl.Schema({"event_day": pl.Date(), "events": pl.Int64()})


@dataclass(frozen=True)
class States:
    """All counts as they stand at the end of ``day``; None: nothing was counted yet."""

    day: dt.date | None
    viewed: Pairs
    following: Pairs
    bought: Pairs
    trends: pl.DataFrame
    searched: pl.DataFrame
    queries: pl.DataFrame

    def counted(self, inputs: Inputs, settings: str) -> dict[str, pl.DataFrame]:
        """:meth:`frames`, with how many events were known of each day: another number later means late events."""
        known = {day: rows for day, rows in inputs.events_by_day.items() if self.day is not None and day <= self.day}
        days = pl.DataFrame({"event_day": list(known), "events": list(known.values())}, schema=_DAYS)
        return self.frames() | {tables.COUNTED: days.with_columns(pl.lit(settings).alias("settings"))}

    def frames(self) -> dict[str, pl.DataFrame]:
        """The state as tables of the lake."""
        return {
            tables.VIEWED: pair_state.state_frame(self.viewed),
            tables.FOLLOWING: pair_state.state_frame(self.following),
            tables.BOUGHT: pair_state.state_frame(self.bought),
            tables.TRENDS: self.trends,
            tables.SEARCHED: self.searched,
            tables.QUERIES: self.queries,
        }


def nothing_counted() -> States:
    """Before the first day."""
    empty = no_pairs()
    frames = (pl.DataFrame(schema=schema) for schema in (trends.STATE, search.STATE, search.QUERY_STATE))
    return States(None, empty, empty, empty, *frames)


def continued(lake: LakeTables, inputs: Inputs, settings: str) -> States:
    """The newest stored state before ``inputs.day`` that still holds: none of its days has got or lost events since,
    and it was made with the same ``settings``. Without one, nothing is counted yet."""
    whole = set.intersection(*(set(lake.days(table)) for table in tables.STATES))
    for day in sorted(whole, reverse=True):
        if day < inputs.day and _holds(lake, inputs, day, settings):
            frames = {table: lake.read_day(table, day) for table in tables.STATES if table != tables.COUNTED}
            return States(
                day,
                pair_state.pairs_of(frames[tables.VIEWED]),
                pair_state.pairs_of(frames[tables.FOLLOWING]),
                pair_state.pairs_of(frames[tables.BOUGHT]),
                frames[tables.TRENDS],
                frames[tables.SEARCHED],
                frames[tables.QUERIES],
            )
    return nothing_counted()


def _holds(lake: LakeTables, inputs: Inputs, day: dt.date, settings: str) -> bool:
    counted = lake.read_day(tables.COUNTED, day)
    in_window = dict(counted.filter(pl.col("event_day") >= inputs.first).select("event_day", "events").iter_rows())
    now = {each: rows for each, rows in inputs.events_by_day.items() if each <= day}
    return in_window == now and counted["settings"].unique().to_list() == [settings]


def carried(states: States, inputs: Inputs, day: dt.date) -> States:
    """``states`` with all days up to ``day`` added, at least those of the window."""
    first = inputs.first if states.day is None else states.day + dt.timedelta(days=1)
    if day < first:
        return states
    steps = inputs.steps(first, day)
    views = steps.filter(pl.col("is_view"))
    orders = inputs.purchases(first, day).sort("bought_on", "order_id", "product_id").collect()
    baskets = orders.select(session_id="order_id", product_id="product_id", event_day="bought_on")
    counts = inputs.of_days("product_interest", first, day).select(
        "event_day", "product_id", "views", "add_to_carts", "purchases"
    )
    searched = _normal(inputs.of_days("search_products_daily", first, day).collect())
    asked = _normal(inputs.of_days("searches_daily", first, day).collect())
    totals = asked.group_by("event_day", "query").agg(pl.col("searches").sum())
    since = states.day or first
    return States(
        day,
        _with_days(states.viewed, views, VIEWED_TOGETHER, since, day),
        _with_days(states.following, views, NEXT_VIEW, since, day),
        _with_days(states.bought, baskets, BOUGHT_TOGETHER, since, day),
        trends.fold(states.trends, counts.collect(), day),
        search.fold(states.searched, searched, day),
        search.fold_queries(states.queries, totals, day),
    )


def _normal(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.with_columns(normalised(rows["query"]).alias("query"))


def _with_days(pairs: Pairs, steps: pl.DataFrame, kind: PairKind, since: dt.date, day: dt.date) -> Pairs:
    """``pairs``, as of ``since``, with what met in ``steps`` (event_day, session_id, product_id), faded by its age."""
    sessions = sessions_of(steps)
    days = steps.group_by("session_id", maintain_order=True).agg(pl.col("event_day").first())["event_day"]
    ages = (pl.Series([day]) - days).dt.total_days().to_numpy().astype(np.float64)
    keep = EVERY if len(pairs.ids) else pair_state.KEEP
    counted = count_pairs(sessions, kind, keep, np.asarray(decay(ages, HALF_LIFE_DAYS)))
    return pair_state.fold(pairs, counted, days=(day - since).days, half_life_days=HALF_LIFE_DAYS)
