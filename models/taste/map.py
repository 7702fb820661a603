"""The map of the taste space: a sample of customers as points on a plane, those of like taste near one another.

Belongs here: which customers are drawn and where. Does not belong here: labels, colours and the picture
(``assets.taste_map``), anything by which a customer could be told.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import polars as pl
from numpy.typing import NDArray

from models.taste.arrays import NO_GROUP, unit_rows

NOISE_SHARE = 0.1  # of the points, for customers without a taste: they are the background
FEWEST = 15  # points of a group, if it has as many: fewer do not show as a place
PERPLEXITY = 30.0
# 500 of the usual 1,000 steps give the same picture for half the time (2,000 points: 3 CPU seconds).
STEPS = 500
_UNFOLDING = 1e-4  # spread of the starting positions, as usual: the layout unfolds from there
# About the spread of a finished layout: started so wide, groups stay where they were. From 1e-4 they wander by up to
# the radius of the map, from 15 by a sixth of it; neighbours are found as well either way.
_UNFOLDED = 15.0
SCHEMA = pl.Schema({"x": pl.Float64(), "y": pl.Float64(), "group": pl.Int64()})


def map_points(
    vectors: NDArray[np.float32],
    groups: NDArray[np.integer],
    centroids: NDArray[np.floating],
    *,
    seed: int,
    points: int = 2000,
    before: NDArray[np.float64] | None = None,
) -> pl.DataFrame:
    """Points of the map (x, y, group), at most ``points``, in an order of chance.

    ``vectors``: tastes (customers, dimensions). ``groups``: group of each, ``NO_GROUP`` for none. ``centroids``: of
    each group (groups, dimensions). ``before``: where each group was by the last run (groups, 2), NaN for one that is
    new (see :func:`places`); the map starts from there and is turned to lie as it did. Layout by Barnes-Hut t-SNE (van
    der Maaten 2014) on vectors of unit length: distances between neighbours mean something, distances across the map
    little. x and y have mean 0 and a joint mean square of 1. The same for any order of the customers.
    """
    rows = sample(vectors, groups, points, seed)
    chosen = groups[rows].astype(np.int64)
    unit = unit_rows(vectors[rows].astype(np.float64))
    plane = _principal_plane(unit)
    if len(rows) >= FEWEST:
        plane = _layout(unit, _start(unit, chosen, plane, unit_rows(np.asarray(centroids, np.float64)), before), seed)
    plane = _scaled(plane)
    plane = plane if before is None else _aligned(plane, chosen, before)
    return pl.DataFrame({"x": plane[:, 0], "y": plane[:, 1], "group": chosen}, schema=SCHEMA)


def places(points: pl.DataFrame, groups: int) -> NDArray[np.float64]:
    """Where each group lies: the median of its points, (groups, 2); NaN for a group without points."""
    found = np.full((groups, 2), np.nan)
    middle = points.filter(pl.col("group") != NO_GROUP).group_by("group").agg(pl.col("x", "y").median())
    found[middle["group"].to_numpy()] = middle.select("x", "y").to_numpy()
    return found


def sample(vectors: NDArray[np.float32], groups: NDArray[np.integer], points: int, seed: int) -> NDArray[np.int64]:
    """Rows to draw, at most ``points``: each group by its share, small ones a little more; distinct vectors only.

    Rows are drawn by a hash of the vector, so that the order of rows does not matter and who has not changed stays.
    """
    key = _hash(vectors, seed)
    _, first = np.unique(key, return_index=True)  # in the order of the hash
    names, of_group = np.unique(groups[first], return_inverse=True)
    sizes = np.bincount(of_group, minlength=len(names))
    quota = _quota(sizes, names == NO_GROUP, points)
    by_group = np.argsort(of_group, kind="stable")
    rank = np.empty(len(first), dtype=np.int64)
    rank[by_group] = np.arange(len(first)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    kept: NDArray[np.int64] = first[rank < quota[of_group]]
    return kept


def _quota(sizes: NDArray[np.int64], is_noise: NDArray[np.bool_], points: int) -> NDArray[np.int64]:
    room = points - min(int(points * NOISE_SHARE), int(sizes[is_noise].sum()))
    least = min(FEWEST, room // max(1, int((~is_noise).sum())))
    share = np.where(is_noise, 0.0, sizes) / max(1, int(sizes[~is_noise].sum()))
    spare = room - least * int((~is_noise).sum())
    wanted = np.where(is_noise, points - room, least + np.floor(spare * share))
    quota: NDArray[np.int64] = np.minimum(wanted, sizes).astype(np.int64)
    return quota


def _hash(vectors: NDArray[np.float32], seed: int) -> NDArray[np.uint64]:
    """A number of chance for each row, the same for the same vector and seed wherever the row stands."""
    bits = np.ascontiguousarray(vectors, dtype=np.float32).view(np.uint32)
    drawn = np.random.default_rng(seed).integers(0, 2**63, bits.shape[1], dtype=np.int64)
    odd: NDArray[np.uint64] = np.bitwise_or(drawn.astype(np.uint64), np.uint64(1))
    total = np.zeros(len(bits), dtype=np.uint64)
    for column in range(bits.shape[1]):  # a column at a time: no second copy of a million vectors
        mixed = (bits[:, column].astype(np.uint64) + np.uint64(column + 1)) * odd[column]
        total += (mixed ^ (mixed >> np.uint64(32))) * odd[column]
    return total ^ (total >> np.uint64(29))


def _principal_plane(unit: NDArray[np.float64]) -> NDArray[np.float64]:
    """Coordinates on the two directions of greatest variance; signs such that the longest arm of each points up."""
    centred = unit - unit.mean(axis=0) if len(unit) else unit
    values, vectors = np.linalg.eigh(centred.T @ centred)
    axes = vectors[:, np.argsort(values)[::-1][:2]]
    plane = np.zeros((len(unit), 2))
    plane[:, : axes.shape[1]] = centred @ axes
    if len(unit):
        plane *= np.where(plane[np.abs(plane).argmax(axis=0), [0, 1]] < 0, -1.0, 1.0)
    return plane


def _start(
    unit: NDArray[np.float64],
    groups: NDArray[np.int64],
    plane: NDArray[np.float64],
    centroids: NDArray[np.float64],
    before: NDArray[np.float64] | None,
) -> NDArray[np.float64]:
    """Where the layout begins: on the principal plane, or around the places that the groups had."""
    spread = plane.std() or 1.0
    known = np.flatnonzero(~np.isnan(before).any(axis=1)) if before is not None else np.empty(0, dtype=np.int64)
    if before is None or len(known) == 0:
        return plane / spread * _UNFOLDING
    # A new group, or a customer without one, starts at the known group that is nearest in taste.
    nearest = known[(centroids @ centroids[known].T).argmax(axis=1)]
    nearest[known] = known
    own = np.where(groups == NO_GROUP, known[(unit @ centroids[known].T).argmax(axis=1)], nearest[groups])
    start: NDArray[np.float64] = (before[own] + 0.1 * plane / spread) * _UNFOLDED
    return start


def _layout(unit: NDArray[np.float64], start: NDArray[np.float64], seed: int) -> NDArray[np.float64]:
    from sklearn.manifold import TSNE

    perplexity = min(PERPLEXITY, (len(unit) - 1) / 3.0)
    with _one_thread():
        tsne = TSNE(
            2, perplexity=perplexity, max_iter=STEPS, init=start.astype(np.float32), random_state=seed, n_jobs=1
        )
        plane: NDArray[np.float64] = tsne.fit_transform(unit.astype(np.float32)).astype(np.float64)
    return plane


@contextmanager
def _one_thread() -> Iterator[None]:
    """The same sums in the same order; and threads that wait for one another cost five times more on a busy machine."""
    from threadpoolctl import threadpool_limits

    with threadpool_limits(limits=1):
        yield


def _scaled(plane: NDArray[np.float64]) -> NDArray[np.float64]:
    if not len(plane):
        return plane
    centred = plane - plane.mean(axis=0)
    scale = np.sqrt((centred**2).sum(axis=1).mean())
    flat: NDArray[np.float64] = centred / scale if scale > 0 else centred
    return flat


def _aligned(plane: NDArray[np.float64], groups: NDArray[np.int64], before: NDArray[np.float64]) -> NDArray[np.float64]:
    """The plane turned, and mirrored if need be, so that groups lie as near as can be to where they were.

    Orthogonal Procrustes (Schönemann 1966) on the medians of the groups known on both days, weighed by their points.
    """
    points = pl.DataFrame({"x": plane[:, 0], "y": plane[:, 1], "group": groups}, schema=SCHEMA)
    now = places(points, len(before))
    common = np.flatnonzero(~np.isnan(now + before).any(axis=1))
    if len(common) < 2:
        return plane
    weight = np.bincount(groups[groups >= 0], minlength=len(before))[common, None]
    left, _, right = np.linalg.svd((now[common] * weight).T @ before[common])
    turned: NDArray[np.float64] = plane @ (left @ right)
    return turned
