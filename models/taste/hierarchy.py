"""Bundles: segments close to one another under a common parent, like 패션 over 미니멀 and 빈티지.

Belongs here: which groups belong together, the ids of bundles, their rows. Does not belong here: the groups, names and
keywords of bundles (made like those of segments, of all their members).

A bundle is a row of ``taste_bundles`` (``level`` bundle, ids ``taste-p0001`` …), so that ``parent_segment_id`` of a
segment leads somewhere and a marketer can address the bundle as a whole. ``taste_members`` lists members
of segments only; a bundle's members are those of its children, and its ``customers`` is their sum. A segment close to
none has no parent, and a shop whose tastes are equally far from one another has no bundle.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from models.taste.identity import assign, segment_name

NO_PARENT = -1
PREFIX = "taste-p"
SEGMENT, BUNDLE = "segment", "bundle"
# Silhouette widths up to 0.25 are "no substantial structure" in the scale of Kaufman and Rousseeuw, Finding Groups in
# Data (1990), ch. 2. Centroids drawn at random in 16 dimensions or more stay below it.
MIN_SILHOUETTE = 0.25
# What the bundles of the day before are granted, so that bundles do not come and go with the noise of a day.
LOYALTY = 0.05


def parents(
    centroids: NDArray[np.floating], sizes: NDArray[np.integer], before: Sequence[str | None] | None = None
) -> NDArray[np.int64]:
    """The bundle of each group, numbered from 0 by customers (largest first), or ``NO_PARENT``; shape (groups,).

    Average linkage of the cosine distances of ``centroids`` (groups, dimensions), cut where the mean silhouette width
    of the groups is greatest; no bundles where even that is below ``MIN_SILHOUETTE``. A bundle has two groups or more,
    and there are two bundles or more, else they would say nothing. ``before``: the bundle of each group by the last
    run (None: had none, or is new); these bundles are one more choice, and the one preferred where others are hardly
    better. The result does not depend on the order of the groups, but for exact ties.
    """
    from scipy.cluster.hierarchy import cut_tree, linkage

    groups = len(centroids)
    none = np.full(groups, NO_PARENT, dtype=np.int64)
    if groups < 4:
        return none
    order = np.lexsort((*centroids.T[::-1], -sizes.astype(np.int64)))  # whatever order the groups came in
    distance = _cosine_distance(np.asarray(centroids, dtype=np.float64)[order])
    tree = linkage(distance[np.triu_indices(groups, k=1)], method="average")
    candidates = list(cut_tree(tree, n_clusters=range(2, groups - 1)).T)
    known = None
    if before is not None:
        known = np.array([before[place] or f" {place}" for place in order])
        candidates.append(np.unique(known, return_inverse=True)[1])
    best, found = MIN_SILHOUETTE, none
    for labels in candidates:
        if int((np.bincount(labels) > 1).sum()) < 2:
            continue
        merit = silhouette(distance, labels) + (0.0 if known is None else LOYALTY * _agreement(labels, known))
        if merit > best:
            best, found = merit, np.empty(groups, dtype=np.int64)
            found[order] = _numbered(labels, sizes[order])
    return found


def silhouette(distance: NDArray[np.float64], labels: NDArray[np.integer]) -> float:
    """Mean silhouette width (Rousseeuw 1987) of a partition, -1 to 1; what is alone in its part counts 0.

    ``distance``: (n, n), symmetric, zero diagonal. ``labels``: part of each, 0 to k - 1, k of 2 or more.
    """
    member = np.eye(labels.max() + 1)[labels]
    count = member.sum(axis=0)
    total = distance @ member
    own = member.astype(bool)
    within = total[own] / np.maximum(count[labels] - 1, 1)
    nearest = np.where(own, np.inf, total / count).min(axis=1)
    width = (nearest - within) / np.maximum(np.maximum(nearest, within), 1e-12)
    return float(np.where(count[labels] > 1, width, 0.0).mean())


@dataclass(frozen=True)
class Bundles:
    """Bundle id of each group (None: no parent), and the number for the next new bundle."""

    parent_ids: tuple[str | None, ...]
    next_number: int


def match_bundles(
    parent: NDArray[np.int64],
    segment_ids: Sequence[str],
    customers: Sequence[int],
    before: pl.DataFrame,
    next_number: int,
) -> Bundles:
    """Give each bundle of today the id of the bundle of before that it shares most segments with, or a new one.

    ``parent``, ``segment_ids``, ``customers``: of each group of today. ``before``: ``segment_id, parent_segment_id,
    customers`` of the segments of the last run. Two bundles are alike by the Jaccard index of their segments, weighed
    with the larger of their numbers of customers; ids are assigned as those of segments are (``identity``).
    """
    then = {s: (p, int(n)) for s, p, n in before.select("segment_id", "parent_segment_id", "customers").iter_rows()}
    now = {s: (int(p), int(n)) for s, p, n in zip(segment_ids, parent, customers, strict=True)}
    old_ids = sorted({p for p, _ in then.values() if p is not None})
    weight = {s: max(then.get(s, ("", 0))[1], now.get(s, (0, 0))[1], 1) for s in {*then, *now}}
    bundles = int(parent.max(initial=NO_PARENT)) + 1
    fit = np.zeros((len(old_ids), bundles))
    for row, old in enumerate(old_ids):
        children = {s for s, (p, _) in then.items() if p == old}
        for column in range(bundles):
            others = {s for s, (p, _) in now.items() if p == column}
            fit[row, column] = sum(weight[s] for s in children & others) / sum(weight[s] for s in children | others)
    names = {column: old_ids[row] for row, column in assign(fit)}
    for column in range(bundles):
        if column not in names:
            names[column] = segment_name(next_number, PREFIX)
            next_number += 1
    return Bundles(tuple(names.get(int(p)) for p in parent), next_number)


def bundle_rows(segments: pl.DataFrame) -> pl.DataFrame:
    """Rows of the bundles: ``segment_id, level, customers, children`` (ids), sorted by id.

    ``segments``: ``segment_id, parent_segment_id, customers`` of the segments.
    """
    rows = segments.drop_nulls("parent_segment_id").sort("segment_id").group_by("parent_segment_id")
    return (
        rows.agg(pl.col("customers").sum(), pl.col("segment_id").sort().alias("children"))
        .select(pl.col("parent_segment_id").alias("segment_id"), pl.lit(BUNDLE).alias("level"), "customers", "children")
        .sort("segment_id")
    )


def _cosine_distance(vectors: NDArray[np.float64]) -> NDArray[np.float64]:
    length = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit = vectors / np.maximum(length, 1e-12)
    distance: NDArray[np.float64] = np.clip(1.0 - unit @ unit.T, 0.0, 2.0)
    np.fill_diagonal(distance, 0.0)
    return (distance + distance.T) / 2.0


def _agreement(labels: NDArray[np.integer], known: NDArray[np.str_]) -> float:
    """Pairs together in both partitions over pairs together in either; 1 when neither has any."""
    upper = np.triu_indices(len(labels), k=1)
    now, then = (np.equal.outer(part, part)[upper] for part in (labels, known))
    either = int((now | then).sum())
    return float((now & then).sum() / either) if either else 1.0


def _numbered(labels: NDArray[np.integer], sizes: NDArray[np.integer]) -> NDArray[np.int64]:
    """Parts of two or more renumbered by customers, largest first, then by their first group; the rest NO_PARENT."""
    parts, first = np.unique(labels, return_index=True)
    weights = np.bincount(labels, weights=sizes)
    real = np.bincount(labels) > 1
    ranked = [part for part in parts[np.lexsort((first, -weights))] if real[part]]
    number = np.full(len(parts), NO_PARENT, dtype=np.int64)
    number[ranked] = np.arange(len(ranked))
    numbered: NDArray[np.int64] = number[labels]
    return numbered
