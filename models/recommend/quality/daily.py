"""A day's quality of each algorithm: what would have been shown before the day against what was looked at on it.

Belongs here: figures by algorithm and segment. Does not belong here: making the lists, which day it is.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from models.recommend.pages.shelves import KEYED
from models.recommend.quality.metrics import catalogue_coverage, novelty, quality, ranks_of

EVERYONE = "*"
FEWEST = 30  # histories of a segment below which its figures are chance
K = 20


@dataclass(frozen=True)
class Shown:
    """``lists`` (rows, 20) codes that stood before ``wanted`` (rows,), the product that was looked at next, came;
    ``segments`` (rows,) of who looked, '' where none is known."""

    lists: NDArray[np.int32]
    wanted: NDArray[np.int32]
    segments: pl.Series


def list_table(lists: pl.DataFrame, keys: pl.Series, ids: pl.Series) -> NDArray[np.int32]:
    """Lists (``shelves.KEYED``) as codes (keys, 20); ``keys`` distinct, ``ids`` sorted; -1 is an empty place."""
    codes = pl.DataFrame({"product_id": ids, "code": np.arange(len(ids), dtype=np.int32)})
    rows = keys.alias("key").to_frame().with_row_index("row")
    found = lists.select(KEYED).filter(pl.col("rank") <= K).join(rows, on="key").join(codes, on="product_id")
    table = np.full((len(keys), K), -1, np.int32)
    table[found["row"].to_numpy(), found["rank"].to_numpy() - 1] = found["code"].to_numpy()
    return table


def figures_of(shown: Mapping[str, Shown], popularity: NDArray[np.int64], products: int) -> list[dict[str, Any]]:
    """Rows of ``rec_quality`` without the day: HR@20, MRR@20, NDCG@20, share of the ``products`` that can be sold that
    stand on a list, mean self-information of what is listed in bits; by algorithm and segment, '*' for everyone. An
    algorithm that listed nothing at all (nobody bought, in a shop that is not sold from yet) has no rows."""
    rows = []
    for algorithm, each in shown.items():
        if not (each.lists >= 0).any():
            continue
        sizes = each.segments.value_counts().filter(pl.col("count") >= FEWEST)
        wanted = [name for name in sizes[each.segments.name].to_list() if name]
        for segment in [EVERYONE, *sorted(wanted)]:
            chosen = np.ones(len(each.wanted), bool) if segment == EVERYONE else (each.segments == segment).to_numpy()
            rows.append({"algorithm": algorithm, "segment_id": segment} | _figures(each, chosen, popularity, products))
    return rows


def _figures(shown: Shown, chosen: NDArray[np.bool_], popularity: NDArray[np.int64], products: int) -> dict[str, Any]:
    lists, wanted = shown.lists[chosen], shown.wanted[chosen]
    reached = quality(ranks_of(lists, wanted), K)
    return {
        "histories": len(wanted),
        "hr_20": reached.hit_rate,
        "mrr_20": reached.reciprocal_rank,
        "ndcg_20": reached.ndcg,
        "catalogue_coverage": min(1.0, catalogue_coverage(lists, products)),
        "novelty": novelty(lists, popularity),
    }
