"""Full lists: what an algorithm knows, then what stands in for it, in a written order.

Belongs here: filling lists step by step without repeating a product, the share each step supplied. Does not belong
here: the lists themselves, rules (``rules``).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import polars as pl

LISTS: Final = pl.Schema(
    {
        "context_id": pl.String(),
        "rank": pl.Int32(),
        "product_id": pl.String(),
        "score": pl.Float64(),
        "source": pl.String(),
        "support": pl.Int64(),
    }
)


@dataclass(frozen=True)
class Step:
    """One step of a chain.

    ``lists``: (key, rank, product_id, score, support), best first by ``rank``. ``keys``: (context_id, key): whose list
    serves a context, one for each; a key: that list serves all; None: contexts are the keys.
    """

    source: str
    lists: pl.DataFrame
    keys: pl.DataFrame | str | None = None


def chained(
    contexts: pl.Series, steps: Sequence[Step], n: int, *, unwanted: pl.DataFrame | None = None
) -> pl.DataFrame:
    """Lists of ``n`` products for every one of ``contexts``, of :data:`LISTS`, sorted by context and rank.

    Each step adds to the lists that are still short. No product stands twice on a list, and none of ``unwanted``
    (context_id, product_id) on its context's. A list stays short only when all steps together know too few products.
    """
    wanted = contexts.unique().sort().to_frame("context_id")
    found = [pl.DataFrame(schema=LISTS)]
    short = wanted.with_columns(pl.lit(0, pl.Int32).alias("have"))
    for step in steps:
        if short.is_empty():
            break
        taken = pl.concat([rows.select("context_id", "product_id") for rows in found])
        if unwanted is not None:
            taken = pl.concat([taken, unwanted.select("context_id", "product_id")])
        added = _added(step, short, taken, n)
        found.append(added)
        have = added.group_by("context_id").agg(pl.len().cast(pl.Int32).alias("more"))
        short = (
            short.join(have, on="context_id", how="left")
            .select("context_id", (pl.col("have") + pl.col("more").fill_null(0)).alias("have"))
            .filter(pl.col("have") < n)
        )
    return pl.concat(found).sort("context_id", "rank")


def _added(step: Step, short: pl.DataFrame, taken: pl.DataFrame, n: int) -> pl.DataFrame:
    """What ``step`` adds to the ``short`` lists (context_id, have)."""
    if isinstance(step.keys, pl.DataFrame):
        keyed = short.join(step.keys.select("context_id", "key"), on="context_id")
    else:
        keyed = short.with_columns((pl.col("context_id") if step.keys is None else pl.lit(step.keys)).alias("key"))
    mine = taken.join(short.select("context_id"), on="context_id", how="semi")
    fresh = (
        keyed.join(step.lists.select("key", "rank", "product_id", "score", "support"), on="key")
        .join(mine, on=["context_id", "product_id"], how="anti")
        .sort("context_id", "rank", "product_id")
        .unique(["context_id", "product_id"], keep="first", maintain_order=True)
        .with_columns((pl.col("have") + pl.int_range(1, pl.len() + 1).over("context_id")).cast(pl.Int32).alias("rank"))
        .filter(pl.col("rank") <= n)
    )
    return fresh.with_columns(pl.lit(step.source).alias("source"), pl.col("support").cast(pl.Int64)).select(
        LISTS.names()
    )


def shares(lists: pl.DataFrame) -> pl.DataFrame:
    """Which share of the rows each source supplied: ``source, rows, share``, largest first."""
    total = max(lists.height, 1)
    counted = lists.group_by("source").agg(pl.len().cast(pl.Int64).alias("rows"))
    return counted.with_columns((pl.col("rows") / total).alias("share")).sort(
        "rows", "source", descending=[True, False]
    )
