"""Which lists there are and which chain fills each of them.

Belongs here: the written order in which one list stands in for another, for products, categories, queries and
customers. Does not belong here: the candidates themselves (``counts``, ``search``, ``style``), the filling
(``chains``), rules.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import polars as pl

from models.recommend.counts.trends import WHOLE_SHOP
from models.recommend.pages.chains import LISTS, Step, chained

PRODUCT, CATEGORY, SEARCH, CUSTOMER = "product", "category", "search", "customer"
VIEWED, BOUGHT, NEXT, STYLE = "viewed_together", "bought_together", "next_view", "similar_style"
BEST, TRENDING, FOUND, PERSONAL = "best_sellers", "trending", "search_products", "personal"
# Sources that are no algorithm of the list's own basis.
PARENT, SHOP, CATALOGUE = "category_best_sellers", "shop_best_sellers", "catalogue"
# What stands in for an algorithm of products, in this order; then the product's categories, the deepest first.
STAND_INS: Final[Mapping[str, tuple[str, ...]]] = {
    VIEWED: (VIEWED, BOUGHT, STYLE),
    BOUGHT: (BOUGHT, VIEWED, STYLE),
    NEXT: (NEXT, VIEWED, BOUGHT, STYLE),
    STYLE: (STYLE, VIEWED, BOUGHT),
}
FILLED: Final = pl.Schema({"algorithm": pl.String(), "basis": pl.String(), **LISTS})
KEYED: Final = ("key", "rank", "product_id", "score", "support")


@dataclass(frozen=True)
class Candidates:
    """What each algorithm knows, as ``chains.Step`` lists (:data:`KEYED`), of products that may be sold.

    ``by_product`` by algorithm, asked for the products it is wanted of; ``best`` and ``trending`` by category level and
    '*', ``found`` by query key.

    ``levels``: (product_id, level, context_id), the levels of each product's category from 1, the top. ``sellable``:
    ids, sorted. ``n``: how long lists are.
    """

    by_product: Mapping[str, Callable[[pl.Series], pl.DataFrame]]
    best: pl.DataFrame
    trending: pl.DataFrame
    found: pl.DataFrame
    levels: pl.DataFrame
    sellable: pl.Series
    n: int

    def shop(self, unwanted: int = 1) -> list[Step]:
        """Where nothing is known: the shop's best sellers, then whatever can be sold; full lists where no context has
        more than ``unwanted`` products that it must not list."""
        ids = self.sellable.head(self.n + unwanted)
        numbers = pl.int_range(1, len(ids) + 1, eager=True).cast(pl.Int32)
        catalogue = pl.DataFrame({"product_id": ids, "rank": numbers}).select(
            pl.lit(WHOLE_SHOP).alias("key"), "rank", "product_id", pl.lit(0.0).alias("score"),
            pl.lit(0, pl.Int64).alias("support"),
        )  # fmt: skip
        return [Step(SHOP, self.best, WHOLE_SHOP), Step(CATALOGUE, catalogue, WHOLE_SHOP)]

    def categories_of(self, contexts: pl.DataFrame) -> list[Step]:
        """Best sellers of the categories that ``contexts`` (context_id, product_id) stand in, the deepest first."""
        placed = contexts.join(self.levels.rename({"context_id": "key"}), on="product_id")
        depth = placed.with_columns((pl.col("level").max().over("context_id") - pl.col("level")).alias("up"))
        highest = int(depth.select(pl.col("up").max()).item() or 0) if depth.height else -1
        return [Step(PARENT, self.best, depth.filter(pl.col("up") == up)) for up in range(highest + 1)]


def of_products(candidates: Candidates, products: pl.Series) -> pl.DataFrame:
    """A full list of each algorithm of basis product for each of ``products``: :data:`FILLED`."""
    same = pl.DataFrame({"context_id": products, "product_id": products})
    tail = [*candidates.categories_of(same), *candidates.shop()]
    known = {source: Step(source, lists(products)) for source, lists in candidates.by_product.items()}
    parts = []
    for algorithm, sources in STAND_INS.items():
        own = [known[source] for source in sources]
        lists = chained(products, [*own, *tail], candidates.n, unwanted=same)
        parts.append(_named(lists, algorithm, PRODUCT))
    return pl.concat(parts)


def of_categories(candidates: Candidates) -> pl.DataFrame:
    """Best sellers and what rises, for every category level and the whole shop ('*'): :data:`FILLED`."""
    levels = candidates.levels["context_id"].unique().sort()
    contexts = pl.concat([levels, pl.Series("context_id", [WHOLE_SHOP])])
    tail = [*_parents(candidates, levels), *candidates.shop()]
    best = Step(BEST, candidates.best)
    lists = {BEST: [best, *tail], TRENDING: [Step(TRENDING, candidates.trending), best, *tail]}
    return pl.concat(
        _named(chained(contexts, steps, candidates.n), algorithm, CATEGORY) for algorithm, steps in lists.items()
    )


def _parents(candidates: Candidates, levels: pl.Series) -> list[Step]:
    """Best sellers of the levels above each category, the nearest first."""
    paths = levels.to_frame("context_id").with_columns(pl.col("context_id").str.split(" > ").alias("parts"))
    deepest = int(paths.select(pl.col("parts").list.len().max()).item() or 0)
    steps = []
    for up in range(1, deepest):
        above = paths.filter(pl.col("parts").list.len() > up)
        parent = pl.col("parts").list.head(pl.col("parts").list.len() - up).list.join(" > ")
        steps.append(Step(PARENT, candidates.best, above.select("context_id", parent.alias("key"))))
    return steps


def of_queries(candidates: Candidates, queries: pl.Series) -> pl.DataFrame:
    """Products for each of ``queries`` (keys): :data:`FILLED`."""
    lists = chained(queries, [Step(FOUND, candidates.found), *candidates.shop()], candidates.n)
    return _named(lists, FOUND, SEARCH)


def of_customers(
    candidates: Candidates, personal: pl.DataFrame, choices: pl.DataFrame, unwanted: pl.DataFrame | None
) -> pl.DataFrame:
    """A personal list for each customer of ``choices``: :data:`FILLED`.

    ``personal``: :data:`KEYED` by customer. ``choices``: (context_id, last_product_id, last_category_id), null where
    nothing is known of a customer. ``unwanted``: (context_id, product_id), what was just bought.
    """
    most = 0 if unwanted is None else unwanted.select(pl.len().over("context_id").max()).item() or 0
    products = choices.select("context_id", key="last_product_id").drop_nulls()
    categories = choices.select("context_id", key="last_category_id").drop_nulls()
    last = products["key"].unique()
    steps: Sequence[Step] = (
        Step(PERSONAL, personal),
        *(Step(source, candidates.by_product[source](last), products) for source in STAND_INS[VIEWED]),
        Step(PARENT, candidates.best, categories),
        *candidates.shop(most),
    )
    return _named(chained(choices["context_id"], steps, candidates.n, unwanted=unwanted), PERSONAL, CUSTOMER)


def _named(lists: pl.DataFrame, algorithm: str, basis: str) -> pl.DataFrame:
    named = pl.lit(algorithm).alias("algorithm"), pl.lit(basis).alias("basis")
    return lists.with_columns(*named).select(FILLED.names())
