"""Contents (stories, videos, reviews) that go with a product or a query, and for pages without either.

Belongs here: which contents match, and full lists by a fixed chain: match, same category, then the shop's list.
Does not belong here: products, reading contents.
"""

from typing import Final

import polars as pl

from models.recommend.counts.trends import contexts
from models.recommend.search.queries import normalised
from models.recommend.search.texts import match_text

LISTS: Final = pl.Schema(
    {
        "basis": pl.String, "context_id": pl.String, "rank": pl.Int64, "content_id": pl.String, "score": pl.Float64,
        "source": pl.String,
    }
)  # fmt: skip
PRODUCT, SEARCH, LATEST, POPULAR, WHOLE_SHOP = "product", "search", "latest", "popular", "*"
# Steps of the chain. Each stands before the next whatever the scores, since it says more about what is asked for.
CODE, MATCH, CATEGORY, SHOP = "product_code", "match", "category", "shop"
_STEPS: Final = pl.Enum([CODE, MATCH, CATEGORY, SHOP])
CODES_KEYS: Final = ("product_ids", "product_id", "products", "product_codes", "product_code")
_CHUNK = 20_000  # contexts whose lists are made at once


def for_main(contents: pl.DataFrame, n: int = 20) -> pl.DataFrame:
    """Lists for pages without product or query: columns :data:`LISTS`, one context '*' for 'latest' and 'popular'.

    ``contents`` has content_id, title, body, category_path, published_at, attributes and, where it is known how often
    each was looked at, views. Without views 'popular' is the same as 'latest'.
    """
    lists = [_of_shop(contents, basis).with_columns(basis=pl.lit(basis)) for basis in (LATEST, POPULAR)]
    both = pl.concat(lists).filter(pl.col("place") <= n)
    return both.select(
        "basis",
        context_id=pl.lit(WHOLE_SHOP),
        rank="place",
        content_id="content_id",
        score="score",
        source=pl.lit(SHOP),
    )


def for_products(contents: pl.DataFrame, products: pl.DataFrame, n: int = 20) -> pl.DataFrame:
    """``n`` contents for every product: columns :data:`LISTS`, fewer only where there are fewer contents.

    First those whose attributes name the product's id (under a key of :data:`CODES_KEYS`), then those whose texts
    hold enough of its brand and name, then those of its category (the deeper the level they share the better), then
    the most popular. ``products`` has product_id, name, category_path, brand.
    """
    ordered = products.unique("product_id", keep="any").sort("product_id")
    coded, texts = _codes(contents), _as_texts(contents)
    parts = []
    for chunk in ordered.iter_slices(_CHUNK):
        wanted = pl.concat_str("brand", "name", separator=" ", ignore_nulls=True)
        asked = chunk.select(context_id="product_id", text=wanted)
        asked = asked.with_columns(query=normalised(asked["text"])).drop_nulls("query")
        matched = asked.join(match_text(asked["query"], texts, n), on="query")
        found = [
            chunk.select(context_id="product_id").join(coded, on="context_id").with_columns(source=pl.lit(CODE)),
            matched.select("context_id", content_id="product_id", score="score", source=pl.lit(MATCH)),
            _same_category(contents, chunk.select("product_id", "category_path"), n),
        ]
        parts.append(_filled(pl.concat(found), chunk["product_id"], contents, PRODUCT, n))
    return pl.concat(parts) if parts else pl.DataFrame(schema=LISTS)


def for_queries(contents: pl.DataFrame, queries: pl.Series, n: int = 20) -> pl.DataFrame:
    """``n`` contents for each of ``queries`` (keys of ``search.queries.normalised``): :data:`LISTS`.

    First those that hold the query, then those of the category of the best of them, then the most popular.
    """
    distinct = queries.drop_nulls().unique().sort()
    keys = distinct.filter(distinct != "")
    matched = match_text(keys, _as_texts(contents), n).rename({"product_id": "content_id", "query": "context_id"})
    best = (
        matched.group_by("context_id", maintain_order=True)
        .first()
        .join(contents.select("content_id", "category_path").unique("content_id", keep="any"), on="content_id")
    )
    near = _same_category(contents, best.select(product_id="context_id", category_path="category_path"), n)
    steps = [matched.select("context_id", "content_id", "score").with_columns(source=pl.lit(MATCH)), near]
    return _filled(pl.concat(steps), keys, contents, SEARCH, n)


def _of_shop(contents: pl.DataFrame, basis: str) -> pl.DataFrame:
    """content_id, place (1 is the best), score (from below 1 down to above 0) of all contents."""
    views = [pl.col("views").fill_null(0)] if basis == POPULAR and "views" in contents.columns else []
    by = [*views, pl.col("published_at").is_not_null(), pl.col("published_at"), pl.col("content_id")]
    ordered = contents.unique("content_id", keep="any").sort(by, descending=[True] * (len(by) - 1) + [False])
    place = pl.int_range(1, pl.len() + 1, dtype=pl.Int64)
    return ordered.select("content_id", place=place, score=(1 - place / (pl.len() + 1)).round(9))


def _as_texts(contents: pl.DataFrame) -> pl.DataFrame:
    """Contents in the columns that :func:`match_text` reads; the body is prose."""
    return contents.select(
        product_id="content_id", name="title", category_path="category_path", keywords="body"
    ).unique("product_id", keep="any")


def _codes(contents: pl.DataFrame) -> pl.DataFrame:
    """context_id, content_id, score: the product ids that the attributes of contents name, one or several a key."""
    found = [
        contents.select("content_id", context_id=pl.col("attributes").str.json_path_match(f"$.{key}"))
        for key in CODES_KEYS
    ]
    listed = pl.concat(found).with_columns(pl.col("context_id").str.extract_all(r'[^\[\]",\s]+'))
    each = listed.explode("context_id", empty_as_null=True).drop_nulls().unique()
    return each.select("context_id", "content_id", score=pl.lit(1.0))


def _same_category(contents: pl.DataFrame, products: pl.DataFrame, n: int) -> pl.DataFrame:
    """context_id, content_id, score, source: the first ``n`` contents of each level of the products' categories.

    The score is the share of the product's levels that are shared.
    """
    levels = contexts(products).filter(pl.col("context_id") != WHOLE_SHOP)
    depth = pl.col("context_id").str.count_matches(">", literal=True) + 1
    mine = levels.with_columns(score=(depth / depth.max().over("product_id")).cast(pl.Float64))
    placed = contexts(contents.select("category_path", product_id="content_id").unique("product_id", keep="any"))
    first = placed.rename({"product_id": "content_id"}).join(_of_shop(contents, POPULAR), on="content_id")
    first = first.sort("context_id", "place").group_by("context_id", maintain_order=True).head(n)
    both = mine.join(first.select("context_id", "content_id"), on="context_id")
    return both.select("content_id", "score", context_id="product_id", source=pl.lit(CATEGORY)).select(
        "context_id", "content_id", "score", "source"
    )


def _filled(found: pl.DataFrame, wanted: pl.Series, contents: pl.DataFrame, basis: str, n: int) -> pl.DataFrame:
    """The best ``n`` of each context, filled up from the shop's list; one row a content, by its first step."""
    shop = _of_shop(contents, POPULAR)
    first = shop.filter(pl.col("place") <= n).select("content_id", "score", source=pl.lit(SHOP))
    fill = wanted.alias("context_id").to_frame().join(first, how="cross").select(found.columns)
    every = pl.concat([found, fill]).join(shop.select("content_id", "place"), on="content_id")
    step = pl.col("source").cast(_STEPS).to_physical()
    ordered = every.sort("context_id", step, -pl.col("score"), "place")
    distinct = ordered.unique(["context_id", "content_id"], keep="first", maintain_order=True)
    rank = pl.int_range(1, pl.len() + 1, dtype=pl.Int64).over("context_id")
    ranked = distinct.with_columns(rank=rank, basis=pl.lit(basis)).filter(pl.col("rank") <= n)
    return ranked.select(LISTS.names())
