"""Where customers' tastes lie dense: neighbours, sharpening, HDBSCAN.

Belongs here: from the vectors of a sample of customers to labels at one setting. Does not belong here: choosing the
setting (``clusters``), everybody outside the sample (``membership``).

Customers' vectors are noisy means of a few products, and density estimates drown in that noise. Each vector is
therefore moved towards the mean of its nearest neighbours a few times (blurring mean shift: Fukunaga and Hostetler
1975, Cheng 1995) before HDBSCAN looks at it. It does what people use UMAP for here, in a fraction of its time and
without a compiler.
"""

import warnings
from dataclasses import dataclass

import numpy as np

from models.taste.arrays import Groups, Rows, Vectors, unit

NEIGHBOURS, ROUNDS, DIMENSIONS, CORE_NEIGHBOURS = 15, 3, 32, 10


@dataclass(frozen=True)
class Density:
    """``labels``: int32 (customers,), -1 for noise, 0 .. groups - 1; ``validity``: relative density validity of the
    labels (DBCV as hdbscan approximates it, -1 to 1, higher is better; 0 when there is no group)."""

    labels: Groups
    validity: float

    @property
    def groups(self) -> int:
        return int(self.labels.max(initial=-1)) + 1


def sharpened(vectors: Vectors) -> Vectors:
    """Unit ``vectors`` (customers, dimensions) moved towards their neighbours, reduced to :data:`DIMENSIONS`."""
    from sklearn.decomposition import PCA

    neighbours = nearest(vectors, min(NEIGHBOURS, len(vectors) - 1))
    moved = vectors
    for _ in range(ROUNDS):
        moved = unit(0.5 * moved + 0.5 * moved[neighbours].mean(axis=1))
    dimensions = min(DIMENSIONS, *moved.shape)
    reduced = PCA(dimensions, svd_solver="randomized", random_state=0).fit_transform(moved)
    return np.asarray(reduced, dtype=np.float32)


def nearest(vectors: Vectors, count: int) -> Rows:
    """Positions of the ``count`` nearest others of each row, shape (rows, count)."""
    from sklearn.neighbors import NearestNeighbors

    search = NearestNeighbors(n_neighbors=count, algorithm="brute").fit(vectors)
    return np.asarray(search.kneighbors(return_distance=False))


def dense_groups(points: Vectors, least_members: int) -> Density:
    """HDBSCAN with groups of at least ``least_members`` of ``points`` (customers, dimensions)."""
    import hdbscan

    with warnings.catch_warnings():  # hdbscan calls scikit-learn by names that are going to change
        warnings.simplefilter("ignore")
        fitted = hdbscan.HDBSCAN(
            min_cluster_size=max(2, least_members),
            min_samples=min(CORE_NEIGHBOURS, len(points) - 1),
            core_dist_n_jobs=1,
            gen_min_span_tree=True,
        ).fit(points.astype(np.float64))
        labels = np.asarray(fitted.labels_, dtype=np.int32)
        validity = float(fitted.relative_validity_) if labels.max(initial=-1) > 0 else 0.0
    return Density(labels, validity if np.isfinite(validity) else 0.0)
