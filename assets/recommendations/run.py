"""One run of recommendations as a whole: nothing to do, or count, train, list, measure, keep.

Belongs here: the order of the steps and what is written into the lake. Does not belong here: the steps themselves,
Dagster (``assets``).

The tables of a day are written together: a killed run leaves none of them, and the next one does it all again with the
same result.
"""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from assets.recommendations import tables
from assets.recommendations.inputs import Inputs, shaping
from assets.recommendations.making import Made, make_lists
from assets.recommendations.personal import Chosen, chosen_model, index_for
from assets.recommendations.quality import Personal, figures_of_day, histories_of
from assets.recommendations.standing import RENEWED_DAYS, without_the_others
from assets.recommendations.states import States, carried, continued
from assets.recommendations.stock import Stock, stock_of
from connectors.home.paths import Home
from connectors.home.settings import Settings
from connectors.lake.spool import Spool
from connectors.lake.tables import LakeTables

MEASURED_DAYS = 7  # newest days of a run whose quality is measured
SETTLED_DAYS = 4  # after which hardly any event of a day is still missing
_SPOOLED = {
    tables.RECOMMENDATIONS: tables.LIST_ROWS,
    tables.MODEL_LISTS: tables.PUBLISHED[tables.MODEL_LISTS],
    tables.MESSAGES: tables.PUBLISHED[tables.MESSAGES],
    tables.PERSONAL: tables.PERSONAL_ROWS,
}


@dataclass(frozen=True)
class RecommendRun:
    """``row``: of ``rec_runs``; ``rows``: how many were written, by table; ``frames``: those that are small. Both are
    empty when nothing had changed."""

    row: Mapping[str, Any]
    chosen: Chosen | None
    rows: Mapping[str, int]
    frames: Mapping[str, pl.DataFrame]


def run_recommendations(home: Home, settings: Settings, inputs: Inputs, say: Callable[[str], None]) -> RecommendRun:
    """Do the run of ``inputs.day``, unless it was done with the same input."""
    lake = LakeTables(home)
    lake.finish_writing()
    done = lake.row_of(tables.RUNS, inputs.day)
    if done is not None and done["signature"] == inputs.signature:
        say(f"nothing has changed since the recommendations of {inputs.day} were made")
        return RecommendRun(done, None, {}, {})
    before = continued(lake, inputs, shaping(settings))
    stock = stock_of(lake, settings, inputs, say)
    chosen = chosen_model(lake, stock.window, inputs.day, settings.recommend, say)
    states, quality = _counted(lake, before, stock, chosen, say)
    with Spool(home, _SPOOLED) as spool:
        made = make_lists(lake, spool, states, before.day, stock, chosen, say)
        row = _row(stock, before.day, chosen, made, spool.rows(tables.PERSONAL))
        frames = {**made.frames, **states.counted(inputs, shaping(settings)), tables.QUALITY: quality, tables.RUNS: row}
        spooled = {table: spool.scan(table) for table in _SPOOLED}
        lake.write_together(inputs.day, {**frames, **spooled}, without_the_others(lake, inputs.day, made.standing))
        rows = {table: frame.height for table, frame in frames.items()} | {each: spool.rows(each) for each in _SPOOLED}
    _forget(lake, inputs.day, made.ranked_from)
    return RecommendRun(row.row(0, named=True), chosen, rows, frames)


def _counted(
    lake: LakeTables, before: States, stock: Stock, chosen: Chosen, say: Callable[[str], None]
) -> tuple[States, pl.DataFrame]:
    """The counts at the end of the day, and the quality of days that have none yet by the counts before each.

    On the way the counts of :data:`SETTLED_DAYS` before are kept, by what is known now: few events come later than
    that, so that the next run can go on from there.
    """
    inputs, recommend = stock.inputs, stock.settings.recommend
    measured = _days_to_measure(lake, before, inputs)
    personal = _judged_ranker(stock, chosen, measured[0]) if measured else None
    settled = inputs.day - dt.timedelta(days=SETTLED_DAYS)
    states, quality = before, [pl.DataFrame(schema=tables.QUALITY_ROWS)]
    for each in sorted({*measured, settled + dt.timedelta(days=1)}):
        if before.day is not None and each <= before.day:
            continue
        say(f"counting up to {each}")
        states = carried(states, inputs, each - dt.timedelta(days=1))
        if states.day == settled and settled != before.day:
            lake.write_together(settled, states.counted(inputs, shaping(stock.settings)))
        if each in measured:
            histories = histories_of(stock.window, inputs, each, recommend.seed)
            known = stock.candidates(states, recommend.list_length)
            quality.append(figures_of_day(histories, stock.window, known, personal, inputs))
    return carried(states, inputs, inputs.day), pl.concat(quality)


def _days_to_measure(lake: LakeTables, before: States, inputs: Inputs) -> list[dt.date]:
    """The newest days, and of those before the last one such as no earlier run has measured."""
    kept = [lake.read_day(tables.QUALITY, day)["day"] for day in lake.days(tables.QUALITY) if day != inputs.day]
    known = set(pl.concat(kept).unique()) if kept else set()
    since = max(before.day or inputs.first, inputs.day - dt.timedelta(days=MEASURED_DAYS))
    days = (since + dt.timedelta(days=ahead) for ahead in range(1, (inputs.day - since).days + 1))
    return [day for day in days if day == inputs.day or day not in known]


def _judged_ranker(stock: Stock, chosen: Chosen, first: dt.date) -> Personal | None:
    """The ranker in the space of the sessions before ``first``."""
    if chosen.model is None:
        return None
    window, recommend = stock.window, stock.settings.recommend
    return Personal(chosen.model, index_for(window, window.first_of(first), chosen.model, recommend), recommend.threads)


def _row(stock: Stock, since: dt.date | None, chosen: Chosen, made: Made, ranked: int) -> pl.DataFrame:
    shares, inputs = made.frames[tables.SHARES], stock.inputs
    lists = dict(shares.group_by("basis").agg(pl.col("lists").max()).iter_rows())
    told = {
        "day": inputs.day,
        "since": since,
        "days": len(inputs.events_by_day),
        "ranker_day": chosen.row["day"],
        "products": lists.get("product", 0),
        "customers": lists.get("customer", 0),
        "customers_made": made.customers,
        "ranked_rows": ranked,
        "ranked_from": made.ranked_from,
        "recipe": made.recipe,
        "settings": shaping(stock.settings),
        "signature": inputs.signature,
    }
    return pl.DataFrame([told], schema=tables.RUN_ROWS)


def _forget(lake: LakeTables, day: dt.date, ranked_from: dt.date) -> None:
    """Remove what is older than it is kept for."""
    lake.remove_days_before(tables.PERSONAL, ranked_from)
    for table in tables.STANDING:
        lake.remove_days_before(table, day - dt.timedelta(days=RENEWED_DAYS))
    for table in (*tables.STATES, tables.RANKERS, *tables.PUBLISHED):
        if table not in tables.HISTORIES | tables.STANDING:
            kept = tables.KEPT_LISTS if table in tables.PUBLISHED else tables.KEPT_STATES
            lake.remove_days_before(table, lake.days(table)[-kept:][0])
