"""Which list a page shows to whom: the fifteen pairs of page and basis, and the chain that always ends in a list.

Belongs here: from visits to the context whose list is shown. Does not belong here: the rows of the lists, what is left
out of them (``shown``), how lists are made (``shelves``).

What a page itself is about, by the basis of the model that stands on it:

| page     | category                          | product                         | search                      |
|----------|-----------------------------------|---------------------------------|-----------------------------|
| main     |                                   |                                 |                             |
| category | the category looked at            |                                 |                             |
| product  | the category of the product       | the product                     |                             |
| cart     | the category of the newest product| the products, the newest first  |                             |
| search   |                                   |                                 | the query, as it is meant   |

Where that is nothing, or nothing that has a list, the customer's most recent category, product or query serves (a
category without a list: the level above it that has one), and where the customer is not known or has none, the shop's
trend: ``trending`` of the context '*'. A model for the customer (basis customer) shows his own list, else the trend.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

import polars as pl

from models.recommend.counts.trends import WHOLE_SHOP
from models.recommend.definitions.document import RecommendModel
from models.recommend.pages.shelves import CATEGORY, CUSTOMER, PRODUCT, SEARCH, TRENDING
from models.recommend.search.queries import normalised

PAGES: Final = ("main", "category", "product", "cart", "search")
FROM_PAGE, FROM_CUSTOMER, FROM_SHOP = "page", "customer", "shop"
GENERAL: Final = ""  # in ``lists_of``: the lists of all models
MOST_OF_CART: Final = 5  # products of a cart whose lists are asked, the newest first
VISITS: Final = pl.Schema(
    {
        "visit": pl.String(),
        "page": pl.String(),
        "customer_key": pl.String(),  # null: nobody who is known
        "category_id": pl.String(),  # of a category page
        "product_ids": pl.List(pl.String()),  # of a product page, or of the cart: the newest first
        "query": pl.String(),  # of a search page, as it was typed
    }
)
PLACEMENTS: Final = pl.Schema(dict.fromkeys(("model_id", "page", "basis", "algorithm", "lists_of"), pl.String()))
CHOSEN: Final = pl.Schema(
    {
        **dict.fromkeys(("visit", "customer_key", "page", "model_id", "basis"), pl.String()),
        **dict.fromkeys(("lists_of", "algorithm", "basis_used", "context_id", "came_from"), pl.String()),
        "turn": pl.Int32(),  # the first turn that has a list is shown
        "place": pl.Int32(),  # of several contexts of one turn, which fill one list together
    }
)
_LEVEL: Final = " > "
_AFTER_PAGE, _AFTER_CUSTOMER = 100, 200  # turns: no category path is as deep
_SLOT: Final = ("visit", "model_id")


@dataclass(frozen=True)
class Known:
    """``customers``: customer_key, last_product_id, last_category_id, last_query. ``products``: product_id,
    category_path. ``spellings``: query (a key), main. Rows that no visit asks for do no harm."""

    customers: pl.DataFrame
    products: pl.DataFrame
    spellings: pl.DataFrame


def placements(models: Sequence[RecommendModel], own: Collection[str]) -> pl.DataFrame:
    """:data:`PLACEMENTS` of the models that are on; ``own``: ids of those that have lists of their own."""
    rows = [
        (model.id, model.page, model.basis, model.algorithm, model.id if model.id in own else GENERAL)
        for model in models
        if model.on
    ]
    return pl.DataFrame(rows, schema=PLACEMENTS, orient="row").sort("model_id")


def candidates(visits: pl.DataFrame, placed: pl.DataFrame, known: Known) -> pl.DataFrame:
    """Every context that could serve each of ``visits`` (:data:`VISITS`) in each model of its page (``placed``:
    :data:`PLACEMENTS`): :data:`CHOSEN`, sorted by visit, model, turn and place. The shop's trend is always the last."""
    asked = visits.select("visit", "page", "customer_key").join(placed, on="page")
    contexts = pl.concat([*_of_pages(visits, known), *_of_customers(visits, known)])
    own = asked.join(contexts, on=["visit", "basis"]).with_columns(basis_used="basis")
    shop = asked.with_columns(
        turn=pl.lit(_AFTER_CUSTOMER, pl.Int32),
        place=pl.lit(1, pl.Int32),
        context_id=pl.lit(WHOLE_SHOP),
        came_from=pl.lit(FROM_SHOP),
        basis_used=pl.lit(CATEGORY),
        algorithm=pl.lit(TRENDING),
    )
    both = [part.select(CHOSEN.names()).cast(CHOSEN) for part in (own, shop)]
    return pl.concat(both).sort(*_SLOT, "turn", "place", "context_id")


def resolved(possible: pl.DataFrame, lists: pl.DataFrame) -> pl.DataFrame:
    """Of ``possible`` (:func:`candidates`) the contexts that are shown: those of the first turn that has a list.

    ``lists``: lists_of, algorithm, basis, context_id, one or more rows a list. A visit and model without any row had
    not even the shop's trend.
    """
    there = lists.select("lists_of", "algorithm", pl.col("basis").alias("basis_used"), "context_id").unique()
    found = possible.join(there, on=there.columns, how="semi", maintain_order="left")
    return found.filter(pl.col("turn") == pl.col("turn").min().over(_SLOT)).sort(*_SLOT, "place")


def _of_pages(visits: pl.DataFrame, known: Known) -> list[pl.DataFrame]:
    """What the pages themselves are about."""
    with_products = visits.filter(pl.col("page").is_in(["product", "cart"]), pl.col("product_ids").list.len() > 0)
    products = with_products.select("visit", "page", pl.col("product_ids").list.drop_nulls()).explode("product_ids")
    products = products.drop_nulls().with_columns(place=pl.int_range(1, pl.len() + 1, dtype=pl.Int32).over("visit"))
    most = pl.when(pl.col("page") == "cart").then(MOST_OF_CART).otherwise(1)
    products = products.filter(pl.col("place") <= most).rename({"product_ids": "context_id"})
    paths = known.products.select(pl.col("product_id").alias("context_id"), pl.col("category_path").alias("path"))
    placed = products.join(paths.unique("context_id", keep="any"), on="context_id").drop_nulls("path")
    newest = placed.sort("visit", "place").unique("visit", keep="first").select("visit", "path")
    looked_at = visits.filter(page="category").select("visit", pl.col("category_id").alias("path"))
    searched = visits.filter(page="search").select("visit", _meant(visits.filter(page="search")["query"], known))
    return [
        _contexts(products, PRODUCT, FROM_PAGE, 1),
        _contexts(_levels(pl.concat([newest, looked_at]), 1), CATEGORY, FROM_PAGE),
        _contexts(searched, SEARCH, FROM_PAGE, 1),
    ]


def _of_customers(visits: pl.DataFrame, known: Known) -> list[pl.DataFrame]:
    """What the customers chose last, and they themselves."""
    who = visits.select("visit", "customer_key").drop_nulls()
    last = who.join(known.customers.unique("customer_key", keep="any"), on="customer_key")
    first = _AFTER_PAGE + 1
    searched = last.select("visit", _meant(last["last_query"], known))
    categories = _levels(last.select("visit", pl.col("last_category_id").alias("path")), first)
    return [
        _contexts(last.rename({"last_product_id": "context_id"}), PRODUCT, FROM_CUSTOMER, first),
        _contexts(categories, CATEGORY, FROM_CUSTOMER),
        _contexts(searched, SEARCH, FROM_CUSTOMER, first),
        _contexts(who.rename({"customer_key": "context_id"}), CUSTOMER, FROM_CUSTOMER, first),
    ]


def _meant(queries: pl.Series, known: Known) -> pl.Series:
    """The main query that each of ``queries`` (as typed) means; null where nothing is left of it."""
    keys = normalised(queries.cast(pl.String)).alias("query").to_frame()
    mains = known.spellings.select("query", "main").unique("query", keep="any")
    both = keys.join(mains, on="query", how="left", maintain_order="left")
    return both.select(pl.coalesce("main", "query").replace("", None).alias("context_id"))["context_id"]


def _levels(paths: pl.DataFrame, first: int) -> pl.DataFrame:
    """visit, context_id, turn: ``paths`` (visit, path) and the levels above each, the deepest in turn ``first``."""
    parts = paths.drop_nulls().with_columns(pl.col("path").str.split(_LEVEL).list.head(_AFTER_PAGE - 1).alias("parts"))
    depth = pl.int_ranges(1, pl.col("parts").list.len() + 1, dtype=pl.Int32).alias("depth")
    each = parts.with_columns(depth).explode("depth").drop_nulls("depth")
    return each.select(
        "visit",
        pl.col("parts").list.head("depth").list.join(_LEVEL).alias("context_id"),
        (first + pl.col("parts").list.len().cast(pl.Int32) - pl.col("depth")).cast(pl.Int32).alias("turn"),
    )


def _contexts(rows: pl.DataFrame, basis: str, came_from: str, turn: int | None = None) -> pl.DataFrame:
    """visit, basis, turn, place, context_id, came_from; ``rows`` have visit, context_id, and turn or place or both."""
    named = {"basis": pl.lit(basis), "came_from": pl.lit(came_from)}
    if turn is not None:
        named["turn"] = pl.lit(turn, pl.Int32)
    if "place" not in rows.columns:
        named["place"] = pl.lit(1, pl.Int32)
    whole = rows.with_columns(**named).drop_nulls("context_id")
    return whole.select(
        "visit", "basis", pl.col("turn", "place").cast(pl.Int32), pl.col("context_id", "came_from").cast(pl.String)
    )
