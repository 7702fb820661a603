"""How good lists are: hit rate, mean reciprocal rank, NDCG, coverage of the catalogue, novelty.

Belongs here: the figures with their formulas. Does not belong here: making lists.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

MISSED = -1  # rank of a product that is on no list


@dataclass(frozen=True)
class Quality:
    """Means over histories, each between 0 and 1."""

    hit_rate: float
    reciprocal_rank: float
    ndcg: float


def ranks_of(lists: NDArray[np.int32], wanted: NDArray[np.int32]) -> NDArray[np.int64]:
    """Place (from 0) of each ``wanted`` product on its list (histories, length), :data:`MISSED` where it is not."""
    if not lists.shape[1]:
        return np.full(len(lists), MISSED, dtype=np.int64)
    hit = (lists == wanted[:, None]) & (wanted >= 0)[:, None]
    return np.where(hit.any(axis=1), hit.argmax(axis=1), MISSED)


def quality(ranks: NDArray[np.int64], k: int) -> Quality:
    """HR@k, MRR@k, NDCG@k with one wanted product each: 1, 1 / place, 1 / log2(1 + place) where place <= k."""
    if not len(ranks):
        return Quality(0.0, 0.0, 0.0)
    place = np.where((ranks >= 0) & (ranks < k), ranks + 1.0, np.inf)
    return Quality(float(np.isfinite(place).mean()), float((1 / place).mean()), float((1 / np.log2(1 + place)).mean()))


def catalogue_coverage(lists: NDArray[np.int32], products: int) -> float:
    """Share of ``products`` that stand on at least one list (codes; -1 is an empty place)."""
    return len(np.unique(lists[lists >= 0])) / products if products else 0.0


def novelty(lists: NDArray[np.int32], popularity: NDArray[np.int64]) -> float:
    """Mean self-information of what is recommended, in bits (Zhou et al. 2010): log2(all / that product's count)."""
    shown = lists[lists >= 0]
    total = popularity.sum()
    return float(np.log2(total / np.maximum(popularity[shown], 1)).mean()) if len(shown) and total else 0.0
