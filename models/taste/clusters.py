"""Taste groups: found in a sample by density, with the setting that the data itself supports best.

Belongs here: choosing HDBSCAN's setting, keeping the number of groups within what a marketer can use.
Does not belong here: one fit (``density``), who belongs to a group (``membership``), names and identity.

A setting is good when (1) two random parts of the customers lead to the same groups (stability), and (2) the two halves
of what one customer looked at lead to the same group, and that says much about the customer (information): fragments
fail the first part of this, lumps of several tastes the last.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from models.taste.arrays import Groups, Rows, Sparse, Vectors, mean_by_group, unit
from models.taste.density import Density, dense_groups, sharpened
from models.taste.interest import Interest
from models.taste.membership import product_votes, strongest

# Smallest group as a share of the sample: the settings that are tried.
SHARES = (0.0025, 0.005, 0.01, 0.02, 0.04)
FEWEST_MEMBERS = 15
TRIAL_CUSTOMERS = 10_000  # settings are compared on so many, the winner is fitted on the whole sample
TRIAL_PART = 0.8
FEWEST_PRODUCTS = 3  # looked at by those whose density is examined


@dataclass(frozen=True)
class Trial:
    """One setting and how it fared."""

    share: float
    groups: int
    stability: float  # adjusted Rand index of two parts, on everybody
    agreement: float  # adjusted mutual information of the groups of the two halves of customers' interest, 0 to 1
    entropy: float  # of the groups, in nats: ln(groups) when all are equally large
    validity: float  # density validity, see Density

    @property
    def score(self) -> float:
        """Stability times the information (nats) about one half of a customer's interest that the other half holds."""
        return max(self.stability, 0.0) * max(self.agreement, 0.0) * self.entropy


@dataclass(frozen=True)
class Grouping:
    """``centroids``: float32 (groups, dimensions), unit rows, largest group first; ``chosen``: the winning trial;
    ``trials``: all of them; ``sample``: customers examined; ``noise_share``: share of them that lie nowhere dense."""

    centroids: Vectors
    chosen: Trial
    trials: tuple[Trial, ...]
    sample: int
    noise_share: float


def customer_vectors(weighted: Sparse, products: Vectors) -> Vectors:
    """Mean product vector of each customer, by weight; unit rows, shape (customers, dimensions)."""
    return unit(np.asarray(weighted @ products))


def find_groups(
    interest: Interest,
    products: Vectors,
    *,
    fewest: int = 8,
    most: int = 30,
    sample: int = 30_000,
    seed: int = 7,
    say: Callable[[str], None] = lambda text: None,
) -> Grouping | None:
    """The groups of ``interest`` in the space of ``products`` (products, dimensions); None where nothing lies dense.

    ``fewest`` is a wish (a shop with three tastes gets three groups), ``most`` a limit: beyond it the nearest groups
    become one.
    """
    rows = sample_rows(interest.weights, sample, seed)
    if rows.size < 2 * FEWEST_MEMBERS:
        return None
    weighted = interest.weighted_rows(rows)
    trial_rows = sample_rows(weighted, TRIAL_CUSTOMERS, seed + 1)
    trials = try_settings(weighted[trial_rows], products, interest.idf, most, seed, say)
    chosen = choose(trials, fewest)
    if chosen is None:
        return None
    vectors = customer_vectors(weighted, products)
    found = dense_groups(sharpened(vectors), _least_members(chosen.share, rows.size))
    if found.groups < 2:
        return None
    centroids = bundle(mean_by_group(vectors, found.labels, found.groups), _sizes(found), most)
    return Grouping(centroids, chosen, tuple(trials), int(rows.size), float((found.labels < 0).mean()))


def sample_rows(weights: Sparse, count: int, seed: int) -> Rows:
    """Positions of at most ``count`` rows with :data:`FEWEST_PRODUCTS` products or more, sorted."""
    enough = np.flatnonzero(np.diff(weights.indptr) >= FEWEST_PRODUCTS)
    if enough.size <= count:
        return enough
    return np.sort(np.random.default_rng(seed).choice(enough, count, replace=False))


def try_settings(
    weighted: Sparse, products: Vectors, idf: Vectors, most: int, seed: int, say: Callable[[str], None]
) -> list[Trial]:
    """Every setting on two random parts of the same customers."""
    rng = np.random.default_rng(seed)
    vectors, count = customer_vectors(weighted, products), weighted.shape[0]
    parts = [np.sort(rng.choice(count, max(2, int(TRIAL_PART * count)), replace=False)) for _ in range(2)]
    points = [sharpened(vectors[part]) for part in parts]
    halves, trials = split_halves(weighted, rng), []
    for share in _distinct_settings(int(TRIAL_PART * count)):
        fits = [dense_groups(each, _least_members(share, len(each))) for each in points]
        if min(fit.groups for fit in fits) < 2:
            continue
        votes = [
            product_votes(products, bundle(mean_by_group(vectors[part], fit.labels, fit.groups), _sizes(fit), most))
            for part, fit in zip(parts, fits, strict=True)
        ]
        trials.append(_judge(share, fits, votes, weighted, halves, idf))
        say(f"groups of {share:.2%} and more: {_told(trials[-1])}")
    return trials


def choose(trials: list[Trial], fewest: int) -> Trial | None:
    """The best trial; one with fewer than ``fewest`` groups only when none has more."""
    enough = [trial for trial in trials if trial.groups >= fewest] or trials
    return max(enough, key=lambda trial: (round(trial.score, 4), trial.share), default=None)


def split_halves(weighted: Sparse, rng: np.random.Generator) -> tuple[Sparse, Sparse]:
    """What each customer looked at, dealt into two halves; only customers with two products or more in both."""
    first = weighted.copy()
    first.data = np.where(rng.random(first.data.size) < 0.5, first.data, 0)
    second = (weighted - first).tocsr()
    for half in (first, second):
        half.eliminate_zeros()
    both = np.flatnonzero((np.diff(first.indptr) >= 2) & (np.diff(second.indptr) >= 2))
    return first[both], second[both]


def bundle(centroids: Vectors, sizes: Rows, most: int) -> Vectors:
    """At most ``most`` centroids, largest group first; beyond that the nearest are joined (average linkage, cosine)."""
    if len(centroids) > most:
        from scipy.cluster.hierarchy import fcluster, linkage

        joined = fcluster(linkage(centroids, "average", metric="cosine"), most, criterion="maxclust") - 1
        count = int(joined.max()) + 1
        sums = np.zeros((count, centroids.shape[1]))
        np.add.at(sums, joined, centroids * sizes[:, None])
        centroids, sizes = unit(sums), np.bincount(joined, weights=sizes, minlength=count).astype(np.int64)
    return centroids[np.lexsort((np.arange(len(sizes)), -sizes))]


def _judge(
    share: float,
    fits: list[Density],
    votes: list[Vectors],
    weighted: Sparse,
    halves: tuple[Sparse, Sparse],
    idf: Vectors,
) -> Trial:
    from sklearn.metrics import adjusted_mutual_info_score, adjusted_rand_score

    first, second = (strongest(weighted, each, idf).groups for each in votes)
    left, right = (strongest(half, votes[0], idf).groups for half in halves)
    agreement = float(adjusted_mutual_info_score(left, right)) if left.size else 0.0
    validity = float(np.mean([fit.validity for fit in fits]))
    stability = float(adjusted_rand_score(first, second))
    return Trial(share, votes[0].shape[1], stability, agreement, _entropy(first), validity)


def _entropy(groups: Groups) -> float:
    shares = np.unique(groups, return_counts=True)[1] / max(len(groups), 1)
    return float(-(shares * np.log(shares)).sum())


def _told(trial: Trial) -> str:
    figures = f"stability {trial.stability:.2f}, agreement {trial.agreement:.2f}, score {trial.score:.2f}"
    return f"{trial.groups} groups, {figures}"


def _sizes(found: Density) -> Rows:
    return np.bincount(found.labels[found.labels >= 0], minlength=found.groups)


def _least_members(share: float, customers: int) -> int:
    return max(FEWEST_MEMBERS, int(round(share * customers)))


def _distinct_settings(customers: int) -> list[float]:
    """Settings that differ for so many customers (below a few thousand the smallest are the same)."""
    by_members = {_least_members(share, customers): share for share in SHARES}
    return sorted(by_members.values())
