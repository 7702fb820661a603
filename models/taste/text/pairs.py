"""Pairs of products that people look at in one sitting: what a text model is fitted on.

Belongs here: which pairs there are, how telling each is, which of too many are taken.
Does not belong here: sessions (dbt) and what is learnt from the pairs (``static_text``).
"""

import numpy as np
import polars as pl
from numpy.typing import NDArray

LONGEST_SITTING = 50  # products; of longer sittings (robots, office hours) so many are drawn
_PARTNERS = 4  # pairs per product and sitting at most: a sitting of k products counts k times, not k squared


def co_viewed_pairs(sittings: pl.DataFrame, limit: int, seed: int) -> pl.DataFrame:
    """At most ``limit`` pairs of products seen in one of ``sittings`` (session_id, product_id), each pair once.

    Returns (left, right, weight), left before right, sorted; weight = sittings in which they were paired, over the
    root of the product of their numbers of sittings (the cosine of two columns of the sittings matrix): bestsellers
    meet by chance. Of more than ``limit`` pairs a weighted draw without replacement is taken (Efraimidis and Spirakis
    2006). The same for any order of the rows; linear in their number.
    """
    seen = sittings.select(pl.col("session_id", "product_id").cast(pl.String)).drop_nulls().unique()
    placed = _in_shuffled_places(seen, seed)
    views = placed.group_by("product_id").agg(views=pl.len().cast(pl.Float64))
    pairs = pl.concat([_partners(placed, step) for step in range(1, _PARTNERS + 1)])
    counted = pairs.group_by("left", "right").agg(together=pl.len().cast(pl.Float64))
    weighed = (
        counted.join(views.rename({"product_id": "left"}), on="left")
        .join(views.rename({"product_id": "right"}), on="right", suffix="_right")
        .select("left", "right", weight=pl.col("together") / (pl.col("views") * pl.col("views_right")).sqrt())
        .sort("left", "right")
    )
    if weighed.height <= limit:
        return weighed
    uniform = 1.0 - np.random.default_rng(seed).random(weighed.height)  # in (0, 1]: its logarithm is finite
    key = -np.log(uniform) / weighed["weight"].to_numpy()
    return weighed[np.sort(np.argsort(key, kind="stable")[:limit])]


def pairs_of_texts(pairs: pl.DataFrame, texts: pl.DataFrame) -> tuple[list[str], NDArray[np.int64]]:
    """``pairs`` (left, right) of products as pairs of their texts (product_id, text).

    Returns the distinct texts in order of the alphabet and Int64[n, 2] indexes into them, each pair once and sorted.
    Products without a text are left out, as are pairs whose two texts are the same.
    """
    distinct = texts["text"].unique().sort()
    place = pl.Series(np.arange(len(distinct)), dtype=pl.Int64)
    numbered = texts.select("product_id", place=pl.col("text").replace_strict(distinct, place, return_dtype=pl.Int64))
    found = pairs.join(numbered.rename({"product_id": "left", "place": "a"}), on="left").join(
        numbered.rename({"product_id": "right", "place": "b"}), on="right"
    )
    ordered = found.select(a=pl.min_horizontal("a", "b"), b=pl.max_horizontal("a", "b"))
    kept = ordered.filter(pl.col("a") != pl.col("b")).unique().sort("a", "b")
    return distinct.to_list(), np.ascontiguousarray(kept.to_numpy(), dtype=np.int64).reshape(-1, 2)


def _in_shuffled_places(seen: pl.DataFrame, seed: int) -> pl.DataFrame:
    """Sittings of two or more products, these in an order of chance: (session_id, product_id, place, size)."""
    chance = np.random.default_rng(seed).random(seen.height)
    shuffled = seen.sort("session_id", "product_id").with_columns(chance=pl.Series(chance)).sort("session_id", "chance")
    placed = shuffled.with_columns(place=pl.int_range(pl.len()).over("session_id")).filter(
        pl.col("place") < LONGEST_SITTING
    )
    return placed.with_columns(size=pl.len().over("session_id")).filter(pl.col("size") > 1)


def _partners(placed: pl.DataFrame, step: int) -> pl.DataFrame:
    """Each product with the one ``step`` places on, round the sitting; every pair at most once a sitting."""
    here = placed.filter(pl.col("size") >= 2 * step)
    # in a round of 2 x step places both halves would give the same pairs
    here = here.filter((pl.col("size") > 2 * step) | (pl.col("place") < step))
    there = placed.select("session_id", place=(pl.col("place") - step), size="size", other="product_id")
    there = there.with_columns(place=pl.col("place") % pl.col("size").cast(pl.Int64))
    joined = here.join(there, on=["session_id", "place"])
    return joined.select(left=pl.min_horizontal("product_id", "other"), right=pl.max_horizontal("product_id", "other"))
