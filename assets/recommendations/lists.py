"""Candidates of the day from the counts, and the lists of products, categories and queries.

Belongs here: bringing states, catalogue and style vectors into the shape that chains take. Does not belong here: how
candidates are counted and lists filled (``models.recommend``), lists of customers (``personal``).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import polars as pl

from assets.recommendations.states import States
from models.recommend import search, trends
from models.recommend.pairs import Pairs, top_pairs
from models.recommend.queries import spellings
from models.recommend.queries_variants import shop_words, variants
from models.recommend.rules.part import SELLING
from models.recommend.search_text import match_text
from models.recommend.shelves import BOUGHT, FILLED, KEYED, NEXT, STYLE, VIEWED, Candidates, of_categories, of_products
from models.recommend.shelves import of_queries as lists_of_queries

PIECE = 50_000  # contexts whose lists are made at once: about 1 GB
TWICE = 2.0  # a query that was searched for so often has a list
_TEXTS = ("product_id", "name", "category_path", "brand")


@dataclass(frozen=True)
class Searches:
    """``written``: (query, spelling, main): how keys are written and which query a misspelt one means."""

    written: pl.DataFrame

    @property
    def mains(self) -> pl.Series:
        """Keys that have a list of their own."""
        return self.written["main"].unique().sort()


def sellable_of(products: pl.DataFrame) -> pl.Series:
    """Ids of the products that are neither sold out nor hidden, sorted."""
    return products.filter(pl.col("status").fill_null(SELLING) == SELLING)["product_id"].unique().sort()


def searches_of(asked: pl.DataFrame, products: pl.DataFrame) -> Searches:
    """Queries searched for at least twice in ``asked`` (query as typed, searches), and what each means."""
    typed = spellings(asked).filter(pl.col("searches") >= TWICE)
    known = typed.select("query", pl.col("searches").cast(pl.Float64))
    meant = variants(known, shop_words(products)).select("query", "main")
    return Searches(typed.join(meant, on="query").select("query", "spelling", "main").sort("query"))


def candidates_of(states: States, products: pl.DataFrame, style: Pairs, searches: Searches, n: int) -> Candidates:
    """What every algorithm knows at the end of ``states.day``. ``style``: of ``models.recommend.style``."""
    sellable = sellable_of(products)
    places = trends.contexts(products)
    by_product = {
        VIEWED: _pairs(states.viewed, n, sellable),
        BOUGHT: _pairs(states.bought, n, sellable),
        NEXT: _pairs(states.following, n, sellable),
        STYLE: _pairs(style, n, sellable),
    }
    return Candidates(
        by_product,
        _keyed(trends.best_sellers(states.trends, places, sellable, 2 * n), "context_id"),
        _keyed(trends.trending(states.trends, places, sellable, n), "context_id"),
        _found(states, products, searches, sellable, n),
        _levels(places),
        sellable,
        n,
    )


def pieces_of_lists(candidates: Candidates, products: pl.DataFrame, searches: Searches) -> Iterator[pl.DataFrame]:
    """Full lists for all products, categories and queries, ``shelves.FILLED``, in pieces of whole lists."""
    ids = products["product_id"].unique().sort()
    for first in range(0, len(ids), PIECE):
        yield of_products(candidates, ids.slice(first, PIECE)).cast(FILLED)
    yield of_categories(candidates).cast(FILLED)
    mains = searches.mains
    for first in range(0, len(mains), PIECE):
        yield lists_of_queries(candidates, mains.slice(first, PIECE)).cast(FILLED)


def _pairs(pairs: Pairs, n: int, sellable: pl.Series) -> Callable[[pl.Series], pl.DataFrame]:
    def lists(products: pl.Series) -> pl.DataFrame:
        found = top_pairs(pairs, n, sellable, products)
        return found.rename({"product_id": "key", "other_id": "product_id"}).select(KEYED)

    return lists


def _found(states: States, products: pl.DataFrame, searches: Searches, sellable: pl.Series, n: int) -> pl.DataFrame:
    """Products for queries: clicks of all spellings and misspellings together, texts where there are few."""
    counts = search.pooled(states.searched, searches.written.select("query", "main"))
    counts = counts.filter(pl.col("query").is_in(searches.mains.implode()))
    matches = match_text(searches.mains, products.select(_TEXTS))
    return _keyed(search.top_products(counts, matches, sellable, n), "query")


def _keyed(lists: pl.DataFrame, key: str) -> pl.DataFrame:
    rounded = pl.col("support").round().cast(pl.Int64)
    return lists.rename({key: "key"}).with_columns(rounded).select(KEYED)


def _levels(places: pl.DataFrame) -> pl.DataFrame:
    """(product_id, level, context_id): each level of a product's category, 1 being the top."""
    inside = places.filter(pl.col("context_id") != trends.WHOLE_SHOP)
    depth = (pl.col("context_id").str.count_matches(" > ", literal=True) + 1).cast(pl.Int64)
    return inside.select("product_id", depth.alias("level"), "context_id")
