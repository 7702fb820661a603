"""What a run makes of its counts: lists for everything and everybody, the items of messages, contents.

Belongs here: the order of these steps, and what is left as the days before made it. Does not belong here: the steps
themselves, counting and measuring (``run``).
"""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from assets.recommendations import tables
from assets.recommendations.customers import Before, Customers, customers_of, messages_of, pieces_of_customers
from assets.recommendations.inputs import shaping
from assets.recommendations.lists import pieces_of_lists
from assets.recommendations.own_lists import OwnLists, own_lists_before
from assets.recommendations.personal import Chosen
from assets.recommendations.ruled import RuledLists
from assets.recommendations.standing import (
    STANDING,
    Demands,
    lists_that_stand,
    recipe_of,
    run_before,
    shares_of,
)
from assets.recommendations.states import States
from assets.recommendations.stock import Stock
from connectors.lake.spool import Spool
from connectors.lake.tables import LakeTables
from models.recommend import contents
from models.recommend.pages.shelves import Candidates
from models.recommend.steps import customer_of


@dataclass(frozen=True)
class Made:
    """``frames``: the tables that are small; ``standing``: the customers' lists of the days before that hold
    (``standing.STANDING``); ``recipe``: lists of another one do not stand; ``ranked_from``: the first day whose file
    holds lists of the ranker; ``customers``: how many have got new lists."""

    frames: Mapping[str, pl.DataFrame]
    standing: pl.DataFrame
    recipe: str
    ranked_from: dt.date
    customers: int


@dataclass(frozen=True)
class _Past:
    """The last run (its row of ``rec_runs``), and the day whose counts this run went on from."""

    last: Mapping[str, Any] | None
    since: dt.date | None


def make_lists(
    lake: LakeTables,
    spool: Spool,
    states: States,
    since: dt.date | None,
    stock: Stock,
    chosen: Chosen,
    say: Callable[[str], None],
) -> Made:
    """Put what grows with the shop into ``spool``: lists, messages, the ranker's own lists. Returns the rest."""
    inputs, shop, recommend = stock.inputs, stock.shop, stock.settings.recommend
    pool, past = stock.candidates(states, 2 * recommend.list_length), _Past(run_before(lake, inputs.day), since)
    customers = customers_of(inputs, recommend, chosen)
    ruled = RuledLists(inputs, shop.products, customers.bought, recommend.list_length, len(shop.sellable), spool)
    say("making lists for products, categories and queries")
    for filled in pieces_of_lists(pool, shop):
        ruled.add(filled)
    say("seeing which lists of customers stand")
    recipe = recipe_of(inputs, shaping(stock.settings), ruled.for_customers())
    standing = _standing(lake, stock, customers, ruled, past, chosen, recipe)
    say("making lists for customers")
    wanted = customers.choices.join(standing, on="context_id", how="anti", maintain_order="left")
    own = own_lists_before(lake, past.last, chosen, since)
    ranked_from = _customers(spool, stock, customers, wanted, pool, ruled, chosen, _before(stock, own, since))
    say("choosing the products of messages")
    lists, day = spool.scan(tables.RECOMMENDATIONS), pl.lit(inputs.day).alias("day")
    for messages in messages_of(inputs, recommend, shop.sellable, customers, lists):
        spool.add(tables.MESSAGES, messages.with_columns(day))
    frames = {
        tables.SHARES: ruled.shares(),
        tables.RULES: ruled.report(),
        tables.CONTENTS: _contents(stock).select(day, pl.all()),
        tables.SPELLINGS: shop.written.select(day, pl.all()),
        tables.RANKERS: _ranker_row(chosen, customers.repeat_model),
    }
    return Made(frames, standing, recipe, ranked_from, wanted.height)


def _standing(
    lake: LakeTables,
    stock: Stock,
    customers: Customers,
    ruled: RuledLists,
    past: _Past,
    chosen: Chosen,
    recipe: str,
) -> pl.DataFrame:
    """``standing.STANDING``: none where the last run had another recipe or its counts could not be gone on from. What
    stands is counted by ``ruled``."""
    if past.since is None or past.last is None or past.last.get("recipe") != recipe:
        return pl.DataFrame(schema=STANDING)
    inputs = stock.inputs
    events = inputs.of_days("events", past.since + dt.timedelta(days=1), inputs.day)
    active = events.select(customer_of("customer_key").unique()).collect(engine="streaming").to_series()
    if chosen.is_new:
        active = pl.concat([active, stock.window.steps["customer_key"]]).unique()
    length = min(stock.settings.recommend.list_length, max(0, len(stock.shop.sellable) - 1))
    asked = Demands(
        customers.choices.select("context_id"), active, customers.bought.pairs(), ruled.for_customers(), length
    )
    standing = lists_that_stand(lake, inputs.day, asked)
    ruled.stood(shares_of(lake, standing))
    return standing


def _before(stock: Stock, own: OwnLists | None, since: dt.date | None) -> Before:
    steps = stock.window.steps
    chose = steps if since is None else steps.filter(pl.col("event_day") > since)
    return Before(own, chose["customer_key"].unique())


def _customers(
    spool: Spool,
    stock: Stock,
    customers: Customers,
    wanted: pl.DataFrame,
    pool: Candidates,
    ruled: RuledLists,
    chosen: Chosen,
    before: Before,
) -> dt.date:
    """Lists of those ``wanted``; the first day whose file holds lists of the ranker from now on: on the days of its
    training those of everybody are written together."""
    recommend, day = stock.settings.recommend, stock.inputs.day
    fresh = [pl.Series("customer_key", [], dtype=pl.String)]
    for ranked, filled in pieces_of_customers(wanted, customers, recommend, pool, stock.window, chosen, before):
        spool.add(tables.PERSONAL, ranked)
        fresh.append(ranked["customer_key"].unique())
        ruled.add(filled)
    if before.own is None or chosen.row["day"] != day:
        return day if before.own is None else before.own.whole_since
    others = customers.choices.filter(~pl.col("context_id").is_in(pl.concat(fresh).implode()))["context_id"]
    for piece in before.own.in_pieces(others, pool.sellable):
        spool.add(tables.PERSONAL, piece)
    return day


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
