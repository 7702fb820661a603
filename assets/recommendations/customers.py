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
from assets.recommendations.own_lists import OwnLists
from assets.recommendations.personal import Chosen, PersonalRanker, Window
from connectors.home.settings import RecommendSettings
from models.recommend.message_items import Lists, message_items
from models.recommend.pages.shelves import FILLED, VIEWED, Candidates, of_customers
from models.recommend.repeat import ranker as repeat_ranker
from models.recommend.repeat.cycles import DueWindow
from models.recommend.rules.apply import JustBought
from models.recommend.steps import customer_of

PIECE = 50_000  # customers whose lists are made at once: about 500 MB


@dataclass(frozen=True)
class Before:
    """``own``: the ranker's lists of the runs before, None where all are ranked anew; ``active``: who (numbers as in
    steps) chose a product since and is ranked anew at any rate."""

    own: OwnLists | None
    active: pl.Series

    def kept(self, customers: pl.DataFrame, sellable: pl.Series) -> pl.DataFrame:
        """The lists of those of ``customers`` (customer_key, number) who keep theirs: ``tables.PERSONAL_ROWS``."""
        if self.own is None:
            return pl.DataFrame(schema=tables.PERSONAL_ROWS)
        idle = customers.filter(~pl.col("number").is_in(self.active.implode()))
        return self.own.of(idle["customer_key"], sellable)


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
    choices: pl.DataFrame,
    customers: Customers,
    settings: RecommendSettings,
    pool: Candidates,
    window: Window,
    chosen: Chosen,
    before: Before,
) -> Iterator[tuple[pl.DataFrame, pl.DataFrame]]:
    """What the ranker made anew (``tables.PERSONAL_ROWS``) and full lists (``shelves.FILLED``) of the customers of
    ``choices``, :data:`PIECE` at a time. Who is idle keeps the ranker's list of ``before``."""
    ranker = PersonalRanker(window, chosen.model, pool.sellable, settings) if chosen.model else None
    unwanted = customers.bought.pairs()
    for piece in choices.iter_slices(PIECE):
        numbered = piece.select(customer_key="context_id").with_columns(customer_of("customer_key").alias("number"))
        kept = before.kept(numbered, pool.sellable)
        numbered = numbered.join(kept, on="customer_key", how="anti")  # also who was recognised since
        fresh = ranker.lists(numbered) if ranker else kept.clear()
        personal = pl.concat([kept, fresh]).sort("customer_key", "rank")
        keyed = personal.select(pl.col("customer_key").alias("key"), "rank", "product_id", "score", support=pl.lit(0))
        mine = unwanted.join(piece.select("context_id"), on="context_id", how="semi")
        yield fresh, of_customers(pool, keyed.cast({"support": pl.Int64}), piece, mine).cast(FILLED)


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
