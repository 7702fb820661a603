"""Candidates of the day from the counts, and the lists of products, categories and queries.

Belongs here: bringing states, catalogue and style vectors into the shape that chains take. Does not belong here: how
candidates are counted and lists filled (``models.recommend``), lists of customers (``personal``).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import polars as pl

from assets.recommendations.states import States
from models.recommend.counts import trends
from models.recommend.counts.pairs import Pairs, top_pairs
from models.recommend.pages.shelves import (
    BOUGHT,
    FILLED,
    KEYED,
    NEXT,
    STYLE,
    VIEWED,
    Candidates,
    of_categories,
    of_products,
)
from models.recommend.pages.shelves import of_queries as lists_of_queries
from models.recommend.rules.part import SELLING
from models.recommend.search import answers as search
from models.recommend.search.queries import spellings
from models.recommend.search.texts import match_text
from models.recommend.search.variants import shop_words, variants
from models.recommend.style.neighbours import similar_pairs

PIECE = 50_000  # contexts whose lists are made at once: about 1 GB
TWICE = 2.0  # a query that was searched for so often has a list
_TEXTS = ("product_id", "name", "category_path", "brand")


@dataclass(frozen=True)
class Shop:
    """What lists are made of and no count changes: worked out once a run, however many days are measured.

    ``products``: the catalogue; ``sellable``: ids of those that are neither sold out nor hidden; ``places``: where each
    is listed; ``style``: the closest in style; ``written``: (query, spelling, main), how query keys are written and
    which one a misspelt key means; ``matches``: products whose texts match the mains.
    """

    products: pl.DataFrame
    sellable: pl.Series
    places: pl.DataFrame
    style: Pairs
    written: pl.DataFrame
    matches: pl.DataFrame

    @property
    def mains(self) -> pl.Series:
        """Query keys that have a list of their own."""
        return self.written["main"].unique().sort()


def shop_of(products: pl.DataFrame, vectors: pl.DataFrame, asked: pl.DataFrame, n: int) -> Shop:
    """``vectors``: (product_id, vector) of the taste space; ``asked``: (query as typed, searches), of which those
    searched for at least twice have lists; ``n``: how many products of a style."""
    sellable = products.filter(pl.col("status").fill_null(SELLING) == SELLING)["product_id"].unique().sort()
    typed = spellings(asked).filter(pl.col("searches") >= TWICE)
    meant = variants(typed.select("query", pl.col("searches").cast(pl.Float64)), shop_words(products))
    written = typed.join(meant, on="query").select("query", "spelling", "main").sort("query")
    matches = match_text(written["main"], products.select(_TEXTS))
    return Shop(products, sellable, trends.contexts(products), similar_pairs(vectors, sellable, n), written, matches)


def candidates_of(states: States, shop: Shop, n: int) -> Candidates:
    """What every algorithm knows at the end of ``states.day``."""
    met = {VIEWED: states.viewed, BOUGHT: states.bought, NEXT: states.following, STYLE: shop.style}
    return Candidates(
        {algorithm: _pairs(pairs, n, shop.sellable) for algorithm, pairs in met.items()},
        _keyed(trends.best_sellers(states.trends, shop.places, shop.sellable, 2 * n), "context_id"),
        _keyed(trends.trending(states.trends, shop.places, shop.sellable, n), "context_id"),
        _found(states, shop, n),
        _levels(shop.places),
        shop.sellable,
        n,
    )


def pieces_of_lists(candidates: Candidates, shop: Shop) -> Iterator[pl.DataFrame]:
    """Full lists for all products, categories and queries, ``shelves.FILLED``, in pieces of whole lists."""
    ids, mains = shop.products["product_id"].unique().sort(), shop.mains
    for first in range(0, len(ids), PIECE):
        yield of_products(candidates, ids.slice(first, PIECE)).cast(FILLED)
    yield of_categories(candidates).cast(FILLED)
    for first in range(0, len(mains), PIECE):
        yield lists_of_queries(candidates, mains.slice(first, PIECE)).cast(FILLED)


def _pairs(pairs: Pairs, n: int, sellable: pl.Series) -> Callable[[pl.Series], pl.DataFrame]:
    def lists(products: pl.Series) -> pl.DataFrame:
        found = top_pairs(pairs, n, sellable, products)
        return found.rename({"product_id": "key", "other_id": "product_id"}).select(KEYED)

    return lists


def _found(states: States, shop: Shop, n: int) -> pl.DataFrame:
    """Products for queries: clicks of all spellings and misspellings together, texts where there are few."""
    counts = search.pooled(states.searched, shop.written.select("query", "main"))
    counts = counts.filter(pl.col("query").is_in(shop.mains.implode()))
    return _keyed(search.top_products(counts, shop.matches, shop.sellable, n), "query")


def _keyed(lists: pl.DataFrame, key: str) -> pl.DataFrame:
    rounded = pl.col("support").round().cast(pl.Int64)
    return lists.rename({key: "key"}).with_columns(rounded).select(KEYED)


def _levels(places: pl.DataFrame) -> pl.DataFrame:
    """(product_id, level, context_id): each level of a product's category, 1 being the top."""
    inside = places.filter(pl.col("context_id") != trends.WHOLE_SHOP)
    depth = (pl.col("context_id").str.count_matches(" > ", literal=True) + 1).cast(pl.Int64)
    return inside.select("product_id", depth.alias("level"), "context_id")
