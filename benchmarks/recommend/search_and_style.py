"""Queries, search lists, best sellers, trending and similar style: the figures that chose their weights.

Belongs here: the demo shop's later days predicted from its earlier ones, and what large catalogues cost. Does not
belong here: the lists themselves (``models.recommend``). See docs/benchmarks.md.
"""

import argparse
import datetime as dt
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import polars as pl

from benchmarks.homes import FIRST_DAY, dangol
from connectors.home.paths import Home
from models.recommend.counts import trends
from models.recommend.search import answers as search
from models.recommend.search.queries import normalised
from models.recommend.search.texts import match_text
from models.recommend.search.variants import shop_words, variants
from models.recommend.style.cells import PER_CELL, nearest_by_cells
from models.recommend.style.exact import nearest
from models.simulation.words_search import queries as demo_queries

CUSTOMERS, DAYS, LEARNT = 5_000, 60, 40
STYLE_SIZES = ((10_000, (0,)), (100_000, (0, 12, 24, 48)))
_NEVER = 1e9
_TEXTS_TO_A_QUERY = 8  # variants of a query in the demo's list: 6 right ones, a typo, the wrong keyboard


@dataclass(frozen=True)
class Shop:
    """``steps``: (event_day, event_name, product_id, query): products and the query before them in the session;
    ``products`` as published; ``searches``: (event_day, query) one row a search."""

    products: pl.DataFrame
    searches: pl.DataFrame
    steps: pl.DataFrame
    border: dt.date

    @property
    def allowed(self) -> pl.Series:
        """Products on sale."""
        return self.products.filter(pl.col("status") == "active")["product_id"]


def run(folder: Path, chosen: argparse.Namespace) -> None:
    """Print every table; ``chosen`` has no option of its own."""
    shop = _demo_shop(folder)
    judge_variants(shop)
    judge_search(shop)
    judge_trends(shop)
    cost_of_queries(shop)
    for size, probes in STYLE_SIZES:
        cost_of_style(size, probes)


def _demo_shop(folder: Path) -> Shop:
    home = Home(folder / f"demo-{CUSTOMERS}-{DAYS}")
    if not home.published.exists():
        home.root.mkdir(parents=True, exist_ok=True)
        dangol(home, "init")
        sizes = ("--customers", str(CUSTOMERS), "--days", str(DAYS), "--start", FIRST_DAY.isoformat())
        dangol(home, "demo", *sizes)
        dangol(home, "run")
    return read_shop(home.published / "tables")


def read_shop(tables: Path) -> Shop:
    """The published tables as what happened after each query."""
    names = ["search", "product_view", "add_to_cart", "purchase"]
    events = (
        pl.scan_parquet(tables / "events" / "**" / "*.parquet")
        .filter(~pl.col("is_bot") & pl.col("event_name").is_in(names))
        .select("event_day", "session_id", "event_at", "event_id", "event_name", "product_id", "query")
        .collect()
        .sort("session_id", "event_at", "event_id")
    )
    events = events.with_columns(normalised(events["query"]))
    steps = events.with_columns(pl.col("query").forward_fill().over("session_id")).drop_nulls("product_id")
    searches = events.filter(pl.col("event_name") == "search").select("event_day", "query")
    products = pl.read_parquet(tables / "products" / "**" / "*.parquet")
    first = events["event_day"].min()
    assert isinstance(first, dt.date)
    return Shop(products, searches, steps, first + dt.timedelta(LEARNT))


def judge_variants(shop: Shop) -> None:
    """Merged pairs against the demo's own list of variants, for several values of "clearly more frequent"."""
    texts = demo_queries().texts
    bases = [texts[place - place % _TEXTS_TO_A_QUERY] for place in range(len(texts))]
    truth = pl.DataFrame([normalised(pl.Series("query", texts)), normalised(pl.Series("base", bases))])
    truth = truth.group_by("query").agg("base")
    known = shop.searches.group_by("query").len("searches")
    print(f"Variants of {known.height:,} queries: merged, of these falsely, queries left")
    for words, name in ((shop_words(shop.products), "words of the shop"), (pl.Series([], dtype=pl.String), "no words")):
        for clearly in (1.01, 1.5, 2.0, 3.0, 5.0):
            found = variants(known, words, clearly)
            merged = found.filter(pl.col("query") != pl.col("main")).join(truth, on="query")
            merged = merged.join(truth.rename({"query": "main", "base": "main_base"}), on="main")
            false = merged.filter(pl.col("base").list.set_intersection("main_base").list.len() == 0)
            print(f"  {name:18} {clearly:4} x {merged.height:6,} {false.height:4} {found['main'].n_unique():6,}")


def _day_rows(shop: Shop) -> pl.DataFrame:
    def count(name: str) -> pl.Expr:
        return (pl.col("event_name") == name).sum()

    return (
        shop.steps.drop_nulls("query")
        .group_by("event_day", "query", "product_id")
        .agg(
            product_views=count("product_view"), add_to_carts=count("add_to_cart"), purchases=count("purchase"),
        )
    )  # fmt: skip


def judge_search(shop: Shop) -> None:
    """Views and purchases after queries of later days, predicted by lists of the days before."""
    known = shop.searches.filter(pl.col("event_day") <= shop.border).group_by("query").len("searches")
    everyone = shop.searches.select("query").unique().join(known, on="query", how="left").fill_null(0)
    found = variants(everyone, shop_words(shop.products))
    texts = match_text(found["main"], shop.products.filter(pl.col("status") == "active"))
    rows = _day_rows(shop)
    empty = pl.DataFrame(schema=search.STATE)

    def pooled(half_life: float) -> pl.DataFrame:
        return search.pooled(search.fold(empty, rows, shop.border, half_life), found)

    state, usual = pooled(search.HALF_LIFE), search.WEIGHTS
    print("Search, later days: HR@20 and MRR@20 of products viewed, of products bought")
    _print_search(shop, found, "clicks alone", search.top_products(state, texts.clear(), shop.allowed))
    _print_search(shop, found, "text alone", search.top_products(empty, texts, shop.allowed))
    _print_search(shop, found, "both (product)", search.top_products(state, texts, shop.allowed))
    own = found.with_columns(main="query")
    apart = search.fold(empty, rows, shop.border)
    own_texts = match_text(own["query"], shop.products)
    _print_search(shop, own, "variants not pooled", search.top_products(apart, own_texts, shop.allowed))
    for name, values in {
        "cart": (0.0, 1.0, 5.0), "purchase": (0.0, 1.0, 5.0, 20.0), "text": (3.0, 10.0, 100.0, 300.0),
        "sharpness": (0.5, 1.0, 4.0), "popularity": (0.0, 0.25, 1.0),
    }.items():  # fmt: skip
        for value in values:
            lists = search.top_products(state, texts, shop.allowed, 20, replace(usual, **{name: value}))
            _print_search(shop, found, f"{name} {value:g}", lists)
    for half_life in (3.0, 7.0, 14.0, 30.0, 120.0, _NEVER):
        lists = search.top_products(pooled(half_life), texts, shop.allowed)
        _print_search(shop, found, f"half-life {half_life:g}", lists)


def _print_search(shop: Shop, found: pl.DataFrame, name: str, lists: pl.DataFrame) -> None:
    later = shop.steps.filter(
        (pl.col("event_day") > shop.border) & pl.col("product_id").is_in(shop.allowed.implode())
    ).drop_nulls("query")
    ranked = later.join(found, on="query").select("event_name", "product_id", query="main")
    ranked = ranked.join(lists, on=["query", "product_id"], how="left")
    figures = [
        f"{part['rank'].is_not_null().mean():.3f} {(1 / part['rank']).fill_null(0).mean():.3f}"
        for part in (ranked.filter(pl.col("event_name") == event) for event in ("product_view", "purchase"))
    ]
    print(f"  {name:24} {'   '.join(figures)}")


def judge_trends(shop: Shop) -> None:
    """Each later day's purchases and views within the lists of the day before, and how much trending products rise."""
    counts = {
        name: (pl.col("event_name") == event).sum()
        for name, event in zip(trends.EVENTS, ("product_view", "add_to_cart", "purchase"), strict=True)
    }
    rows = shop.steps.group_by("event_day", "product_id").agg(**counts)
    where = trends.contexts(shop.products).filter(pl.col("context_id") == trends.WHOLE_SHOP)
    print("Best sellers of the whole shop: share of the next day's purchases and views; trending: length, rise")
    for fast, slow in ((1.0, 7.0), (2.0, 14.0), (3.0, 30.0), (5.0, 30.0), (7.0, 60.0), (30.0, 90.0)):
        state, caught = pl.DataFrame(schema=trends.STATE), np.zeros(6)
        for day in sorted(rows["event_day"].unique())[:-1]:
            state = trends.fold(state, rows.filter(pl.col("event_day") == day), day, fast, slow)
            if day >= shop.border:
                next_day = rows.filter(pl.col("event_day") == day + dt.timedelta(1))
                caught += _caught(state, next_day, where, shop.allowed)
        bought, viewed, length, views, expected, days = caught / max(caught[5], 1)
        rise = views / expected if expected else float("nan")
        print(f"  half-lives {fast:3g} {slow:3g}: {bought:.3f} {viewed:.3f}   {length:4.1f} {rise:.2f}")


def _caught(state: pl.DataFrame, following: pl.DataFrame, where: pl.DataFrame, allowed: pl.Series) -> np.ndarray:
    """Shares of purchases and views, length of the trend, its views, those expected of it, 1."""
    best = following.join(trends.best_sellers(state, where, allowed), on="product_id", how="semi")
    rising = trends.trending(state, where, allowed)
    share = state.select("product_id", share=pl.col("slow_views") / pl.col("slow_views").sum())
    total = following["views"].sum()
    views = following.join(rising, on="product_id", how="semi")["views"].sum()
    expected = share.join(rising, on="product_id", how="semi")["share"].sum() * total
    shares = [best[name].sum() / max(following[name].sum(), 1) for name in ("purchases", "views")]
    return np.array([*shares, rising.height, views, expected, 1.0])


def cost_of_queries(shop: Shop, queries: int = 200_000, products: int = 100_000) -> None:
    """Seconds for as many queries and products as a large shop has, made of the demo's words."""
    rng = np.random.default_rng(0)
    words = np.array(shop_words(shop.products).to_list())
    texts = pl.Series("query", ["".join(row) for row in words[rng.integers(0, len(words), (queries, 3))]]).unique()
    known = pl.DataFrame([texts, pl.Series("searches", rng.zipf(1.5, len(texts)).clip(max=10**6))])
    begun = time.process_time()
    variants(known, shop_words(shop.products))
    print(f"Variants of {len(known):,} queries: {time.process_time() - begun:.1f} CPU s")
    copies = pl.concat([shop.products] * (1 + products // shop.products.height)).head(products)
    copies = copies.with_columns(product_id=pl.int_range(pl.len()).cast(pl.String))
    begun = time.process_time()
    match_text(known["query"].sort().head(10_000), copies)
    print(f"Text matches of 10,000 queries among {products:,} products: {time.process_time() - begun:.1f} CPU s")


def cost_of_style(size: int, probes: Sequence[int]) -> None:
    """CPU seconds and recall@20 of similar style; 0 probes: exact. Vectors of 96 dimensions with 2,000 groups."""
    vectors = _vectors(size)
    shown = np.arange(size)
    asked = np.sort(np.random.default_rng(1).choice(size, 500, replace=False))
    true = {pair for rows, others, _ in nearest(vectors, asked, shown, 20) for pair in zip(rows, others, strict=True)}
    for probed in probes:
        begun, met = time.process_time(), 0
        found = nearest_by_cells(vectors, shown, 20, PER_CELL, probed) if probed else nearest(vectors, shown, shown, 20)
        for rows, others, _ in found:
            mine = np.isin(rows, asked)
            met += sum(pair in true for pair in zip(rows[mine], others[mine], strict=True))
        seconds = time.process_time() - begun
        print(f"Similar style, {size:,} products, {probed or 'all'} cells: {seconds:.1f} CPU s, {met / len(true):.4f}")


def _vectors(size: int, dimensions: int = 96, groups: int = 2000) -> np.ndarray:
    """Unit rows of groups of very different sizes whose spectrum falls as that of real embeddings does."""
    rng = np.random.default_rng(0)
    spread = np.arange(1, dimensions + 1) ** -0.5
    kinds = rng.normal(size=(50, dimensions)) * spread
    centres = kinds[rng.integers(0, 50, groups)] + 0.8 * spread * rng.normal(size=(groups, dimensions))
    rows = centres[rng.zipf(1.3, size) % groups] + 0.9 * spread * rng.normal(size=(size, dimensions))
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
