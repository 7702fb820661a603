"""Lists of customers: what each is recommended, and the seven items of messages.

Belongs here: which customers are ranked anew, what they lately chose and bought, what is due again. Does not belong
here: ranking (``personal``), the items themselves (``models.recommend.message_items``).
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl

from assets.recommendations import tables
from assets.recommendations.inputs import Inputs
from assets.recommendations.personal import Chosen, PersonalRanker, Window
from connectors.home.settings import RecommendSettings
from connectors.lake.tables import LakeTables
from models.recommend.message_items import Lists, message_items
from models.recommend.pages.shelves import FILLED, VIEWED, Candidates, of_customers
from models.recommend.repeat import ranker as repeat_ranker
from models.recommend.repeat.cycles import DueWindow
from models.recommend.rules.apply import JustBought
from models.recommend.steps import customer_of

PIECE = 50_000  # customers whose lists are made at once: about 500 MB


@dataclass(frozen=True)
class Customers:
    """``choices``: all customers (context_id) with the product and category they chose last; ``repeats``: what they
    bought twice or more (``repeat_ranker.SCORED``), by ``repeat_model``; ``bought``: what they just bought."""

    choices: pl.DataFrame
    repeats: pl.DataFrame
    bought: JustBought
    repeat_model: str


def customers_of(inputs: Inputs, settings: RecommendSettings, chosen: Chosen) -> Customers:
    """Everything about customers but their lists."""
    model, repeats = _repeats(inputs, settings, chosen)
    return Customers(_choices(inputs), repeats, _just_bought(inputs, settings, repeats), model)


def pieces_of_customers(
    lake: LakeTables,
    customers: Customers,
    settings: RecommendSettings,
    pool: Candidates,
    window: Window,
    chosen: Chosen,
    since: dt.date | None,
) -> Iterator[tuple[pl.DataFrame, pl.DataFrame]]:
    """The ranker's own lists (``tables.PERSONAL_ROWS``) and full ones (``shelves.FILLED``), :data:`PIECE` customers at
    a time. Who did nothing after ``since`` keeps the list that the last run made, unless there is a new ranker."""
    ranker = PersonalRanker(window, chosen.model, pool.sellable, settings) if chosen.model else None
    earlier = _earlier(lake, chosen, since)
    active = window.steps.filter(pl.col("event_day") > since)["customer_key"].unique() if since else None
    unwanted = customers.bought.pairs()
    for piece in customers.choices.iter_slices(PIECE):
        numbered = piece.select(customer_key="context_id").with_columns(customer_of("customer_key").alias("number"))
        kept = pl.DataFrame(schema=tables.PERSONAL_ROWS)
        if earlier is not None and active is not None:
            idle = numbered.filter(~pl.col("number").is_in(active.implode()))
            kept = _kept(earlier, idle["customer_key"], pool.sellable)
            numbered = numbered.join(kept, on="customer_key", how="anti")  # also who was recognised since
        fresh = ranker.lists(numbered) if ranker else kept.clear()
        personal = pl.concat([kept, fresh]).sort("customer_key", "rank")
        keyed = personal.select(pl.col("customer_key").alias("key"), "rank", "product_id", "score", support=pl.lit(0))
        mine = unwanted.join(piece.select("context_id"), on="context_id", how="semi")
        yield personal, of_customers(pool, keyed.cast({"support": pl.Int64}), piece, mine).cast(FILLED)


def _earlier(lake: LakeTables, chosen: Chosen, since: dt.date | None) -> pl.LazyFrame | None:
    """The ranker's lists of the last run since then; None where all have to be made anew."""
    days = [day for day in lake.days(tables.PERSONAL) if since is not None and day >= since]
    return None if chosen.is_new or not days else lake.scan_day(tables.PERSONAL, days[-1])


def _kept(earlier: pl.LazyFrame, customers: pl.Series, sellable: pl.Series) -> pl.DataFrame:
    """Their lists of ``earlier`` (sorted by customer, so that few row groups are read)."""
    if customers.is_empty():
        return pl.DataFrame(schema=tables.PERSONAL_ROWS)
    within = pl.col("customer_key").is_between(pl.lit(customers.min()), pl.lit(customers.max()))
    rows = earlier.filter(within).collect()
    return rows.filter(
        pl.col("customer_key").is_in(customers.implode()) & pl.col("product_id").is_in(sellable.implode())
    )


def messages_of(
    inputs: Inputs, settings: RecommendSettings, sellable: pl.Series, customers: Customers, lists: pl.LazyFrame
) -> Iterator[pl.DataFrame]:
    """Pieces of ``message_items`` without the day; ``lists``: recommendations after rules, which related items come
    from."""
    related = lists.filter(pl.col("algorithm") == VIEWED).select(
        pl.col("context_id").alias("product_id"), pl.col("product_id").alias("other_id"), "rank"
    )
    just_bought = customers.bought.pairs().rename({"context_id": "customer_key"})
    own, how = inputs.whole("customer_products"), Lists(most=settings.message_length)
    return message_items(own, related, customers.repeats.lazy(), sellable, just_bought.lazy(), how)


def _choices(inputs: Inputs) -> pl.DataFrame:
    """All customers (context_id) with the product and category they chose last."""
    everyone = inputs.whole("customers").select("customer_key")
    last = inputs.whole("customer_contexts").select("customer_key", "last_product_id", "last_category_id")
    known = everyone.join(last, on="customer_key", how="full", coalesce=True).unique("customer_key", keep="any")
    return known.rename({"customer_key": "context_id"}).sort("context_id").collect()


def _repeats(inputs: Inputs, settings: RecommendSettings, chosen: Chosen) -> tuple[str, pl.DataFrame]:
    """The ranker of repeat purchases (trained when the other one is) and what is due."""
    first = inputs.day - dt.timedelta(days=settings.repeat_window_days - 1)
    purchases = inputs.purchases(first, inputs.day)
    products = inputs.whole("products").select("product_id", pl.col("category_path").alias("category_id")).collect()
    stored = chosen.row.get("repeat_model")
    if chosen.row["day"] == inputs.day or not stored:
        how = repeat_ranker.Training(seed=settings.seed, threads=settings.threads)
        model = repeat_ranker.train(purchases, inputs.day, products, how)
    else:
        model = repeat_ranker.RepeatModel.from_json(stored)
    due = DueWindow(settings.due_from, settings.due_to)
    scored = repeat_ranker.score(model, purchases, inputs.day, products, due, threads=settings.threads)
    return model.to_json(), scored


def _just_bought(inputs: Inputs, settings: RecommendSettings, repeats: pl.DataFrame) -> JustBought:
    first = inputs.day - dt.timedelta(days=settings.just_bought_days)
    bought = inputs.purchases(first, inputs.day).select("customer_key", "product_id", "bought_on").collect()
    again = repeats.filter(pl.col("is_due")).select("customer_key", "product_id")
    return JustBought(bought, again, inputs.day, settings.just_bought_days)
