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
from assets.recommendations.customers import customers_of, messages_of, pieces_of_customers
from assets.recommendations.inputs import Inputs, shaping
from assets.recommendations.lists import Shop, candidates_of, pieces_of_lists, shop_of
from assets.recommendations.personal import Chosen, Window, chosen_model, index_for, window_of
from assets.recommendations.quality import Personal, figures_of_day, histories_of
from assets.recommendations.ruled import RuledLists
from assets.recommendations.states import States, carried, continued
from connectors.home.paths import Home
from connectors.home.settings import Settings
from connectors.lake.spool import Spool
from connectors.lake.tables import LakeTables
from models.recommend import contents
from models.recommend.pages.shelves import Candidates

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


@dataclass(frozen=True)
class Stock:
    """What all steps of a run share."""

    inputs: Inputs
    settings: Settings
    shop: Shop
    window: Window

    def candidates(self, states: States, n: int) -> Candidates:
        """What every algorithm knows by ``states``."""
        return candidates_of(states, self.shop, n)


def run_recommendations(home: Home, settings: Settings, inputs: Inputs, say: Callable[[str], None]) -> RecommendRun:
    """Do the run of ``inputs.day``, unless it was done with the same input."""
    lake = LakeTables(home)
    lake.finish_writing()
    done = last_run(lake, inputs.day)
    if done is not None and done["signature"] == inputs.signature:
        say(f"nothing has changed since the recommendations of {inputs.day} were made")
        return RecommendRun(done, None, {}, {})
    before = continued(lake, inputs, shaping(settings))
    stock = _stock(lake, settings, inputs, say)
    chosen = chosen_model(lake, stock.window, inputs.day, settings.recommend, say)
    states, quality = _counted(lake, before, stock, chosen, say)
    with Spool(home, _SPOOLED) as spool:
        frames = _tables(lake, spool, states, before.day, stock, chosen, say)
        row = _row(inputs, settings, before.day, chosen, frames[tables.SHARES], spool.rows(tables.PERSONAL))
        frames |= states.counted(inputs, shaping(settings)) | {tables.QUALITY: quality, tables.RUNS: row}
        lake.write_together(inputs.day, {**frames, **{table: spool.scan(table) for table in _SPOOLED}})
        rows = {table: frame.height for table, frame in frames.items()} | {each: spool.rows(each) for each in _SPOOLED}
    _forget(lake)
    return RecommendRun(row.row(0, named=True), chosen, rows, frames)


def last_run(lake: LakeTables, day: dt.date) -> dict[str, Any] | None:
    """The row that ``rec_runs`` holds of ``day``, or None."""
    return lake.read_day(tables.RUNS, day).row(0, named=True) if day in lake.days(tables.RUNS) else None


def _stock(lake: LakeTables, settings: Settings, inputs: Inputs, say: Callable[[str], None]) -> Stock:
    say("reading products, searches and steps")
    products = inputs.whole("products").collect().sort("product_id")
    days = lake.days("product_embeddings")
    vectors = pl.DataFrame(schema={"product_id": pl.String, "vector": pl.List(pl.Float32)})
    if days:
        vectors = lake.read_day("product_embeddings", days[-1]).select("product_id", "vector")
    asked = inputs.of_days("searches_daily", inputs.first, inputs.day).select("query", "searches").collect()
    window = window_of(inputs.steps(inputs.first, inputs.day), products)
    return Stock(inputs, settings, shop_of(products, vectors, asked, 2 * settings.recommend.list_length), window)


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


def _tables(
    lake: LakeTables,
    spool: Spool,
    states: States,
    since: dt.date | None,
    stock: Stock,
    chosen: Chosen,
    say: Callable[[str], None],
) -> dict[str, pl.DataFrame]:
    """Put what grows with the shop into ``spool``: lists, messages, the customers' own lists. Returns what is small."""
    inputs, shop, recommend = stock.inputs, stock.shop, stock.settings.recommend
    pool = stock.candidates(states, 2 * recommend.list_length)
    customers = customers_of(inputs, recommend, chosen)
    ruled = RuledLists(inputs, shop.products, customers.bought, recommend.list_length, len(shop.sellable), spool)
    say("making lists for products, categories and queries")
    for filled in pieces_of_lists(pool, shop):
        ruled.add(filled)
    say("making lists for customers")
    for own, filled in pieces_of_customers(lake, customers, recommend, pool, stock.window, chosen, since):
        spool.add(tables.PERSONAL, own)
        ruled.add(filled)
    say("choosing the products of messages")
    lists, day = spool.scan(tables.RECOMMENDATIONS), pl.lit(inputs.day).alias("day")
    for messages in messages_of(inputs, recommend, shop.sellable, customers, lists):
        spool.add(tables.MESSAGES, messages.with_columns(day))
    return {
        tables.SHARES: ruled.shares(),
        tables.RULES: ruled.report(),
        tables.CONTENTS: _contents(stock).select(day, pl.all()),
        tables.SPELLINGS: shop.written.select(day, pl.all()),
        tables.RANKERS: _ranker_row(chosen, customers.repeat_model),
    }


def _ranker_row(chosen: Chosen, repeat_model: str) -> pl.DataFrame:
    told = {name: chosen.row.get(name) for name in tables.RANKER_ROWS} | {"repeat_model": repeat_model}
    return pl.DataFrame([told], schema=tables.RANKER_ROWS)


def _contents(stock: Stock) -> pl.DataFrame:
    known = stock.inputs.whole("contents").collect()
    n = stock.settings.recommend.list_length
    if known.is_empty():
        return pl.DataFrame(schema=contents.LISTS)
    parts = [
        contents.for_main(known, n),
        contents.for_products(known, stock.shop.products, n),
        contents.for_queries(known, stock.shop.mains, n),
    ]
    return pl.concat(part.select(contents.LISTS.names()).cast(contents.LISTS) for part in parts)


def _row(
    inputs: Inputs, settings: Settings, since: dt.date | None, chosen: Chosen, shares: pl.DataFrame, ranked: int
) -> pl.DataFrame:
    lists = dict(shares.group_by("basis").agg(pl.col("lists").max()).iter_rows())
    told = {
        "day": inputs.day,
        "since": since,
        "days": len(inputs.events_by_day),
        "ranker_day": chosen.row["day"],
        "products": lists.get("product", 0),
        "customers": lists.get("customer", 0),
        "ranked_rows": ranked,
        "settings": shaping(settings),
        "signature": inputs.signature,
    }
    return pl.DataFrame([told], schema=tables.RUN_ROWS)


def _forget(lake: LakeTables) -> None:
    """Remove what is older than it is kept for."""
    for table in (*tables.STATES, tables.PERSONAL, tables.RANKERS, *tables.PUBLISHED):
        if table not in tables.HISTORIES:
            kept = tables.KEPT_LISTS if table in tables.PUBLISHED else tables.KEPT_STATES
            lake.remove_days_before(table, lake.days(table)[-kept:][0])
