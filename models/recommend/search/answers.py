"""Products for a query: what people clicked and bought after it, helped by its text where few did.

Belongs here: the maintained counts of queries and products, and the lists made of them. Does not belong here: which
queries mean the same (``queries``, ``variants``), matching texts (``texts``).
"""

import datetime as dt
from dataclasses import dataclass
from typing import Final

import polars as pl

from models.recommend.counts.decay import folded

HALF_LIFE: Final = 60.0  # days
KEPT: Final = 100  # products of a query that are remembered
MOST_ROWS: Final = 3_000_000  # of a state: the weakest rows go first
COUNTS: Final = ("product_views", "add_to_carts", "purchases")
STATE: Final = pl.Schema(
    {"day": pl.Date, "query": pl.String, "product_id": pl.String, **dict.fromkeys(COUNTS, pl.Float64)}
)
QUERY_STATE: Final = pl.Schema({"day": pl.Date, "query": pl.String, "searches": pl.Float64})
LISTS: Final = pl.Schema(
    {
        "query": pl.String, "product_id": pl.String, "rank": pl.Int64, "score": pl.Float64, "source": pl.String,
        "support": pl.Float64,
    }
)  # fmt: skip
FROM_SEARCH, FROM_TEXT = "search", "text"


@dataclass(frozen=True)
class Weights:
    """How much each kind of evidence counts.

    ``cart``, ``purchase``: clicks that a cart and a purchase after a query are worth. ``text``: clicks that the text
    matches of a query are worth together; they are shared by match score to the power of ``sharpness`` times clicks
    after any query to the power of ``popularity``. Clicks are not divided by how popular a product is: it did harm.
    """

    cart: float = 2.0
    purchase: float = 2.0
    text: float = 30.0
    sharpness: float = 2.0
    popularity: float = 0.5

    def evidence(self) -> pl.Expr:
        """Weighted counts of a row of the state."""
        return pl.col("product_views") + pl.col("add_to_carts") * self.cart + pl.col("purchases") * self.purchase


WEIGHTS: Final = Weights()


def fold(
    state: pl.DataFrame, rows: pl.DataFrame, day: dt.date, half_life: float = HALF_LIFE, keep: int = KEPT
) -> pl.DataFrame:
    """Counts of queries and products at the end of ``day``: ``state`` of an earlier day (:data:`STATE`) and ``rows``.

    ``rows``: (event_day, query, product_id, product_views, add_to_carts, purchases), of any days up to ``day``; rows
    without a query or product are left out. At most ``keep`` products a query and :data:`MOST_ROWS` rows remain;
    as long as nothing has to go, days one by one and all at once give the same.
    """
    clean = rows.filter(pl.col("query").fill_null("") != "", pl.col("product_id").is_not_null())
    counts = folded(state, clean, ["query", "product_id"], COUNTS, day, half_life)
    weighed = counts.with_columns(weight=WEIGHTS.evidence().round_sig_figs(9))
    strongest = weighed.sort("weight", "query", "product_id", descending=[True, False, False])
    kept = strongest.filter(pl.int_range(pl.len()).over("query") < keep).head(MOST_ROWS)
    return kept.select(STATE.names()).sort("query", "product_id")


def fold_queries(state: pl.DataFrame, rows: pl.DataFrame, day: dt.date, half_life: float = HALF_LIFE) -> pl.DataFrame:
    """How often each query is searched for, decayed: :data:`QUERY_STATE` at the end of ``day``, at most
    :data:`MOST_ROWS`.

    ``rows``: (event_day, query, searches), where ``searches`` of a query and day may be repeated on several rows.
    """
    of_day = rows.filter(pl.col("query").fill_null("") != "").group_by("event_day", "query").agg(pl.max("searches"))
    counts = folded(state, of_day, ["query"], ["searches"], day, half_life)
    frequent = counts.sort(pl.col("searches").round_sig_figs(9), "query", descending=[True, False])
    return frequent.head(MOST_ROWS).sort("query")


def pooled(state: pl.DataFrame, variants: pl.DataFrame) -> pl.DataFrame:
    """``state`` with what was counted under a variant added to its main query; ``variants`` has (query, main)."""
    mains = state.join(variants.select("query", "main"), on="query", how="left")
    named = mains.with_columns(query=pl.coalesce("main", "query")).sort("query", "product_id", *COUNTS)
    summed = named.group_by("day", "query", "product_id", maintain_order=True).agg(
        pl.col(name).sum() for name in COUNTS
    )
    return summed.select(STATE.names()).sort("query", "product_id")


def top_products(
    state: pl.DataFrame, matches: pl.DataFrame, allowed: pl.Series, n: int = 20, weights: Weights = WEIGHTS
) -> pl.DataFrame:
    """The best ``n`` products of every query in ``state`` or ``matches``: columns :data:`LISTS`.

    ``state``: pooled counts; ``matches`` (query, product_id, score > 0): text matches, which serve as ``weights.text``
    clicks spread over the products in proportion to their scores (Dirichlet smoothing, Zhai and Lafferty 2001).
    ``allowed``: ids of the products that may be shown; nothing else is counted. ``source`` is 'search' for products
    that were clicked after the query, else 'text'; ``support`` the decayed clicks. Scores of a query sum up to at
    most 1. Queries with neither evidence nor match have no row.
    """
    shown = state.filter(pl.col("product_id").is_in(allowed.implode())).sort("query", "product_id")
    shown = shown.with_columns(evidence=weights.evidence())
    anywhere = shown.group_by("product_id", maintain_order=True).agg(anywhere=pl.col("evidence").sum())
    texts = _text_shares(matches.filter(pl.col("product_id").is_in(allowed.implode())), anywhere, weights)
    both = shown.join(texts, on=["query", "product_id"], how="full", coalesce=True)
    both = both.with_columns(pl.col("evidence", "product_views", "share").fill_null(0.0)).sort("query", "product_id")
    total = pl.col("evidence").sum().over("query")
    score = (pl.col("evidence") + weights.text * pl.col("share")) / (total + weights.text)
    source = pl.when(pl.col("evidence") > 0).then(pl.lit(FROM_SEARCH)).otherwise(pl.lit(FROM_TEXT))
    ranked = (
        both.with_columns(score=score.fill_nan(0.0).round_sig_figs(9), source=source, support="product_views")
        .filter(pl.col("score") > 0)
        .sort("query", "score", "product_id", descending=[False, True, False])
        .with_columns(rank=pl.int_range(1, pl.len() + 1, dtype=pl.Int64).over("query"))
    )
    return ranked.filter(pl.col("rank") <= n).select(LISTS.names())


def _text_shares(matches: pl.DataFrame, anywhere: pl.DataFrame, weights: Weights) -> pl.DataFrame:
    """query, product_id, share: of all the matches of a query, how much this one is."""
    popularity = (1 + pl.col("anywhere").fill_null(0.0)) ** weights.popularity
    known = matches.join(anywhere, on="product_id", how="left").sort("query", "product_id")
    worth = known.with_columns(share=pl.col("score") ** weights.sharpness * popularity)
    return worth.select("query", "product_id", pl.col("share") / pl.col("share").sum().over("query"))


def for_variants(lists: pl.DataFrame, variants: pl.DataFrame) -> pl.DataFrame:
    """The lists of main queries repeated for each of their variants, so that a query is looked up as it was typed."""
    every = variants.select("query", "main").join(lists.rename({"query": "main"}), on="main", how="inner")
    return every.select(LISTS.names()).sort("query", "rank")
