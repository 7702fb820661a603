"""What sells and what rises, in every category and in the whole shop.

Belongs here: the maintained counts of products, best sellers, trending. Does not belong here: what is bought with
what (``pairs``), what a customer wants.
"""

import datetime as dt
from typing import Final

import polars as pl

from models.recommend.counts.decay import folded

# Days. Demand follows the last days: best sellers of counts with 3 to 7 days predict the next day best in all shops
# measured; the slow count steadies them in small categories and is what a rise is measured against.
FAST, SLOW = 3.0, 30.0
SLOW_SHARE: Final = 0.1  # of the slow count in best sellers
CART, PURCHASE = 5.0, 10.0  # views that a cart and a purchase are worth
DOUBT: Final = 10.0  # expected events that are added to both sides of a rise: few events prove little
SIGNIFICANT: Final = 2.0  # standard deviations above what was expected
MOST_PRODUCTS: Final = 2_000_000
EVENTS: Final = ("views", "add_to_carts", "purchases")
_FAST: Final = [f"fast_{name}" for name in EVENTS]
_SLOW: Final = [f"slow_{name}" for name in EVENTS]
STATE: Final = pl.Schema({"day": pl.Date, "product_id": pl.String, **dict.fromkeys([*_FAST, *_SLOW], pl.Float64)})
LISTS: Final = pl.Schema(
    {
        "algorithm": pl.String, "context_id": pl.String, "rank": pl.Int64, "product_id": pl.String,
        "score": pl.Float64, "support": pl.Float64,
    }
)  # fmt: skip
BEST_SELLERS, TRENDING, WHOLE_SHOP = "best_sellers", "trending", "*"
_LEVELS = " > "


def fold(state: pl.DataFrame, rows: pl.DataFrame, day: dt.date, fast: float = FAST, slow: float = SLOW) -> pl.DataFrame:
    """Counts of products at the end of ``day``: ``state`` of an earlier day (:data:`STATE`) and ``rows``.

    ``rows``: (event_day, product_id, views, add_to_carts, purchases), of any days up to ``day``, several a product and
    day if need be. ``fast`` and ``slow``: half-lives in days. Days one by one, all at once, or late ones afterwards
    give the same; at most :data:`MOST_PRODUCTS` remain.
    """
    known = rows.filter(pl.col("product_id").is_not_null())
    parts = [
        folded(
            state.select("day", "product_id", *names),
            known.select("event_day", "product_id", *(pl.col(a).alias(b) for a, b in zip(EVENTS, names, strict=True))),
            ["product_id"], names, day, half_life,
        )
        for names, half_life in ((_SLOW, slow), (_FAST, fast))
    ]  # fmt: skip
    both = parts[0].join(parts[1].drop("day"), on="product_id", how="left").with_columns(pl.col(_FAST).fill_null(0.0))
    often = both.sort(pl.sum_horizontal(_SLOW).round_sig_figs(9), "product_id", descending=[True, False])
    return often.head(MOST_PRODUCTS).select(STATE.names()).sort("product_id")


def contexts(products: pl.DataFrame) -> pl.DataFrame:
    """Where each of ``products`` (product_id, category_path) is listed: (context_id, product_id), sorted.

    One row for every level of the path ('패션', '패션 > 여성', '패션 > 여성 > 코트') and one for the whole shop ('*').
    """
    everywhere = products.select("product_id", context_id=pl.lit(WHOLE_SHOP))
    steps = products.select("product_id", step=pl.col("category_path").str.split(_LEVELS.strip())).explode(
        "step", empty_as_null=True
    )
    steps = steps.with_columns(pl.col("step").str.strip_chars()).filter(pl.col("step") != "")
    path = pl.col("step").cum_count().over("product_id")
    levels = [
        steps.with_columns(level=path)
        .filter(pl.col("level") <= deepest)
        .group_by("product_id", maintain_order=True)
        .agg(pl.col("step").str.join(_LEVELS).alias("context_id"))
        for deepest in range(1, int(steps.select(path.max()).item() or 0) + 1)
    ]
    return pl.concat([everywhere, *levels]).select("context_id", "product_id").unique().sort("context_id", "product_id")


def best_sellers(state: pl.DataFrame, contexts: pl.DataFrame, allowed: pl.Series, n: int = 20) -> pl.DataFrame:
    """The ``n`` products of each context that are wanted most now: columns :data:`LISTS`, ``support`` recent purchases.

    ``contexts`` is made by :func:`contexts`; ``allowed`` are the ids of products that may be shown.
    """
    worth = _worth(_FAST) + SLOW_SHARE * _worth(_SLOW)
    scored = state.select("product_id", score=worth.round_sig_figs(9), support="fast_purchases")
    return _lists(scored, contexts, allowed, n, BEST_SELLERS)


def _worth(names: list[str]) -> pl.Expr:
    views, carts, purchases = names
    return pl.col(views) + CART * pl.col(carts) + PURCHASE * pl.col(purchases)


def trending(state: pl.DataFrame, contexts: pl.DataFrame, allowed: pl.Series, n: int = 20) -> pl.DataFrame:
    """The products of each context that rise most, at most ``n``: columns :data:`LISTS`, ``support`` recent events.

    The score is the ratio of recent events to what the slow count makes expect, given how busy the whole shop was,
    both with :data:`DOUBT` added (the posterior mean of a Poisson rate under a gamma prior of mean 1). Only rises of
    more than :data:`SIGNIFICANT` standard deviations are listed, so that lists may be short or empty.
    """
    recent, usual = pl.sum_horizontal(_FAST), pl.sum_horizontal(_SLOW)
    expected = pl.col("usual") / pl.col("usual").sum() * pl.col("recent").sum()
    counted = state.sort("product_id").select("product_id", recent=recent, usual=usual).with_columns(expected=expected)
    rise = (pl.col("recent") + DOUBT) / (pl.col("expected") + DOUBT)
    deviations = (pl.col("recent") - pl.col("expected")) / (pl.col("expected") + 1).sqrt()
    risen = counted.filter(deviations > SIGNIFICANT)
    scored = risen.select("product_id", score=rise.round_sig_figs(9), support="recent")
    return _lists(scored, contexts, allowed, n, TRENDING)


def _lists(scored: pl.DataFrame, contexts: pl.DataFrame, allowed: pl.Series, n: int, algorithm: str) -> pl.DataFrame:
    """The ``n`` best of each context by score, ties by id."""
    shown = scored.filter(pl.col("product_id").is_in(allowed.implode()) & (pl.col("score") > 0))
    placed = contexts.join(shown, on="product_id").sort(
        "context_id", "score", "product_id", descending=[False, True, False]
    )
    rank = pl.int_range(1, pl.len() + 1, dtype=pl.Int64).over("context_id")
    ranked = placed.with_columns(rank=rank, algorithm=pl.lit(algorithm)).filter(pl.col("rank") <= n)
    return ranked.select(LISTS.names())
