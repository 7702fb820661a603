"""The lists that are shown: full, without what is on the page already and what the customer has just bought.

Belongs here: rows for the contexts that ``choice`` chose, what fills the places of what is left out. Does not belong
here: which context is chosen (``choice``), making lists (``shelves``), what rules do (``rules``).

What is filled in comes from the shop's best sellers and keeps the rules of the model: what they exclude for the context
is not filled in, and the limits of a list hold for what is added to it too.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import polars as pl

from models.recommend.counts.trends import WHOLE_SHOP
from models.recommend.definitions.document import RecommendModel
from models.recommend.pages.chains import Step, chained
from models.recommend.pages.choice import CHOSEN, GENERAL
from models.recommend.pages.shelves import BEST, FOUND, PRODUCT, SEARCH, SHOP, TRENDING
from models.recommend.rules.apply import apply_rules
from models.recommend.rules.document import Rule
from models.recommend.search.answers import FROM_TEXT
from models.recommend.search.queries import normalised
from models.recommend.search.texts import match_text

LISTS: Final = pl.Schema(
    {
        **dict.fromkeys(("lists_of", "algorithm", "basis", "context_id"), pl.String()),
        "rank": pl.Int32(),
        "product_id": pl.String(),
        "score": pl.Float64(),
        "source": pl.String(),
        "support": pl.Int64(),
    }
)
SERVED: Final = pl.Schema(
    {
        **dict.fromkeys(("visit", "customer_key", "page", "model_id", "basis"), pl.String()),
        "rank": pl.Int32(),
        "product_id": pl.String(),
        **dict.fromkeys(("came_from", "basis_used", "algorithm", "context_id"), pl.String()),
        "score": pl.Float64(),
        "source": pl.String(),
        "support": pl.Int64(),
    }
)
MOST_SPARE: Final = 200  # products that a list may be filled from, beside what the visit leaves out
_KEY: Final = ("lists_of", "algorithm", "basis", "context_id")
_FILL: Final = ("model_id", "page", "basis_used", "context_id")  # what decides which spare products may be filled in
_BEHIND: Final = 100_000  # rank of what is filled in: behind any list


@dataclass(frozen=True)
class Stock:
    """What lists are filled from: ``spare``, ids of products that may be sold, best first; ``products``: the published
    rows of these and of whatever stands on the lists; ``rules``: by model, those that act on its lists."""

    spare: pl.Series
    products: pl.DataFrame
    rules: Mapping[str, Sequence[Rule]] = field(default_factory=dict)


def rules_of_models(models: Sequence[RecommendModel], stored: Sequence[Rule]) -> dict[str, tuple[Rule, ...]]:
    """By model: the rules that decide what may be filled in, those that exclude and those that limit."""
    return {
        model.id: tuple(
            rule
            for rule in model.rules_of(stored)
            if rule.acts_on(model.page) and (rule.action("exclude") or rule.limits)
        )
        for model in models
    }


def spare_products(of_categories: pl.DataFrame) -> pl.Series:
    """All products of the lists of categories (algorithm, context_id, rank, product_id), those of the whole shop first:
    its best sellers, what rises in it, then the best of every category."""
    is_shop = pl.col("context_id") == WHOLE_SHOP
    group = (
        pl.when(is_shop & (pl.col("algorithm") == BEST))
        .then(0)
        .when(is_shop & (pl.col("algorithm") == TRENDING))
        .then(1)
        .otherwise(2)
    )
    ordered = of_categories.sort(group, "rank", "algorithm", "context_id", "product_id")
    return ordered["product_id"].unique(maintain_order=True)


def text_lists(queries: pl.Series, products: pl.DataFrame, n: int) -> pl.DataFrame:
    """:data:`LISTS` of queries that nobody has a list for: what their texts match. ``products``: id and texts."""
    matches = match_text(normalised(queries), products, n)
    return matches.select(
        pl.lit(GENERAL).alias("lists_of"),
        pl.lit(FOUND).alias("algorithm"),
        pl.lit(SEARCH).alias("basis"),
        pl.col("query").alias("context_id"),
        pl.int_range(1, pl.len() + 1).over("query").cast(pl.Int32).alias("rank"),
        "product_id",
        "score",
        pl.lit(FROM_TEXT).alias("source"),
        pl.lit(0, pl.Int64).alias("support"),
    ).cast(LISTS)


def served(
    visits: pl.DataFrame, chosen: pl.DataFrame, lists: pl.DataFrame, bought: pl.DataFrame, stock: Stock, n: int = 20
) -> pl.DataFrame:
    """What every visit is shown in every model of its page: :data:`SERVED`, ``n`` rows each, sorted by visit, model and
    rank.

    ``chosen``: of ``serving.resolved``; ``lists``: :data:`LISTS`, with those chosen; ``bought``: (customer_key,
    product_id), what customers have just bought and need no second one of. Several contexts of a visit (a cart's) fill
    its list one after the other. A list is short only when there is not enough that may be shown.
    """
    numbered = lists.select(_KEY).unique().sort(_KEY).with_row_index("key")
    keyed = lists.join(numbered, on=_KEY)
    rows = chosen.join(
        numbered.rename({"basis": "basis_used"}), on=("lists_of", "algorithm", "basis_used", "context_id")
    )
    slots = rows.select("visit", "model_id").unique().sort("visit", "model_id").with_row_index("slot")
    rows = rows.join(slots, on=["visit", "model_id"]).with_columns(pl.col("slot").cast(pl.String))
    unwanted = _unwanted(visits, bought).join(rows.select("visit", "slot").unique(), on="visit")
    left_out = unwanted.select(pl.col("slot").alias("context_id"), "product_id")
    steps = [
        Step(str(place), keyed, rows.filter(place=place).select(pl.col("slot").alias("context_id"), "key"))
        for place in rows["place"].unique().sort()
    ]
    full = chained(rows["slot"].unique(), steps, n, unwanted=left_out)
    first = rows.sort("slot", "place").unique("slot", keep="first", maintain_order=True)
    short = first.join(full.filter(rank=n), left_on="slot", right_on="context_id", how="anti")
    if not short.is_empty():
        most = max((amount for (amount,) in left_out.group_by("context_id").len().select("len").iter_rows()), default=0)
        more = _fill(short, keyed, stock, MOST_SPARE + most)
        again = chained(short["slot"], [*steps, more], n, unwanted=left_out)
        full = pl.concat([full.join(again, on="context_id", how="anti"), again])
    return _named(full, first, rows, keyed)


def _unwanted(visits: pl.DataFrame, bought: pl.DataFrame) -> pl.DataFrame:
    """visit, product_id: what stands on the page already, and what the customer has just bought."""
    shown = visits.select("visit", pl.col("product_ids").alias("product_id")).explode("product_id").drop_nulls()
    recent = visits.select("visit", "customer_key").join(bought, on="customer_key").select("visit", "product_id")
    return pl.concat([shown, recent]).unique()


def _fill(short: pl.DataFrame, keyed: pl.DataFrame, stock: Stock, most: int) -> Step:
    """The spare products that the rules allow for the context of each of the ``short`` rows."""
    contexts = short.select(*_FILL, "key").unique(_FILL, keep="any").sort(_FILL).with_row_index("fill")
    parts = [pl.DataFrame(schema={"key": pl.UInt32(), **{name: LISTS[name] for name in LISTS.names()[4:]}})]
    for (model, page), group in contexts.group_by("model_id", "page", maintain_order=True):
        rules = stock.rules.get(str(model), ())
        for (basis,), of_basis in group.group_by("basis_used", maintain_order=True):
            parts.append(_allowed(of_basis, keyed, stock, rules, str(page), str(basis), most).select(parts[0].columns))
    keys = short.join(contexts.drop("key"), on=_FILL).select(
        pl.col("slot").alias("context_id"), pl.col("fill").alias("key")
    )
    return Step(SHOP, pl.concat([part.cast(parts[0].schema) for part in parts]), keys)


def _allowed(
    contexts: pl.DataFrame, keyed: pl.DataFrame, stock: Stock, rules: Sequence[Rule], page: str, basis: str, most: int
) -> pl.DataFrame:
    """Spare products for each of ``contexts`` (fill, key, context_id) after ``rules``; its own list stands before them,
    so that limits count it."""
    own = contexts.select("fill", "key", "context_id").join(keyed.select("key", "rank", "product_id"), on="key")
    spare = stock.spare.head(most).alias("product_id").to_frame()
    spare = spare.with_columns(rank=pl.int_range(1, pl.len() + 1).cast(pl.Int32) + _BEHIND)
    more = contexts.select("fill", "key", "context_id").join(spare, how="cross")
    if basis == PRODUCT:  # never a product beside itself
        more = more.filter(pl.col("context_id") != pl.col("product_id"))
    both = pl.concat([own.select(more.columns), more]).unique(["fill", "product_id"], keep="first", maintain_order=True)
    rows = both.with_columns(
        algorithm=pl.lit(SHOP),
        basis=pl.lit(basis),
        score=pl.lit(0.0),
        source=(pl.col("rank") > _BEHIND).cast(pl.String),
        support=pl.lit(0, pl.Int64),
    )
    after, _ = apply_rules(rows.drop("fill", "key"), stock.products, rules, page, most + _BEHIND)
    kept = after.filter(source="true").join(contexts.select("fill", "context_id"), on="context_id")
    return kept.with_columns(pl.col("fill").alias("key"), pl.lit(SHOP).alias("source"))


def _named(full: pl.DataFrame, first: pl.DataFrame, rows: pl.DataFrame, keyed: pl.DataFrame) -> pl.DataFrame:
    """:data:`SERVED`: the rows of ``full`` (its source is a place, or what filled the list) with where they are from;
    ``first`` of the ``rows`` of a slot names its context."""
    visits = first.select("slot", *CHOSEN.names()[:5], "came_from", "basis_used", "algorithm", "context_id")
    placed = rows.select("slot", pl.col("place").cast(pl.String).alias("step"), "key")
    told = keyed.select("key", "product_id", pl.col("source").alias("known_source"))
    named = (
        full.rename({"context_id": "slot", "source": "step"})
        .join(visits, on="slot")
        .join(placed, on=["slot", "step"], how="left")
        .join(told, on=["key", "product_id"], how="left")
        .with_columns(source=pl.coalesce("known_source", "step"))
    )
    return named.select(SERVED.names()).cast(SERVED).sort("visit", "model_id", "rank")
