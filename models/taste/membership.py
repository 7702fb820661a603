"""Who belongs to which group, and how strongly: soft membership by what a customer looked at.

Belongs here: the votes of products for groups, customers' shares, telling browsers without a taste apart.
Does not belong here: finding the groups (``clusters``), their names or identity.

A product votes for the groups it lies close to. A customer's share in a group is the weighted mean of the votes of what
was looked at, so that strength reads as "this share of the interest lies in the group". Whether the strongest group is
more than chance is judged against made-up browsers: the same customers with the products dealt out anew at random.
"""

from dataclasses import dataclass

import numpy as np

from models.taste.arrays import NO_GROUP, Groups, Numbers, Rows, Sparse, Vectors

# How sharply a product prefers the nearest group; 4 to 20 hardly differ on planted tastes (docs/benchmarks.md).
SHARPNESS = 8.0
BATCH = 200_000  # customers at a time: bounds the memory of the (customers, groups) shares


@dataclass(frozen=True)
class Members:
    """``groups``: int32 (customers,), the strongest group or NO_GROUP; ``strength``: float32 (customers,), the share of
    the customer's interest that lies in it, 0 to 1; ``evidence``: float32, how far it leads over the second group, in
    standard errors (lead times the root of the weight it rests on)."""

    groups: Groups
    strength: Vectors
    evidence: Vectors


def product_votes(vectors: Vectors, centroids: Vectors) -> Vectors:
    """Softmax of the cosine of products to groups, shape (products, groups); rows sum to one."""
    closeness = SHARPNESS * (vectors @ centroids.T)
    votes = np.exp(closeness - closeness.max(axis=1, keepdims=True))
    return np.asarray(votes / votes.sum(axis=1, keepdims=True), dtype=np.float32)


def strongest(weighted: Sparse, votes: Vectors, idf: Vectors) -> Members:
    """The strongest group of every row of ``weighted`` (customers x products, bestsellers discounted), in batches."""
    parts = [_strongest(weighted[first : first + BATCH], votes, idf) for first in range(0, weighted.shape[0], BATCH)]
    if not parts:
        nothing = np.zeros(0, np.float32)
        return Members(np.zeros(0, np.int32), nothing, nothing)
    groups, strength, evidence = (np.concatenate(each) for each in zip(*parts, strict=True))
    return Members(groups, strength, evidence)


def _strongest(weighted: Sparse, votes: Vectors, idf: Vectors) -> tuple[Groups, Vectors, Vectors]:
    total = np.asarray(weighted.sum(axis=1)).ravel()
    shares = np.asarray(weighted @ votes) / np.where(total == 0, 1, total)[:, None]
    best = shares.argmax(axis=1).astype(np.int32)
    ordered = np.partition(shares, -2, axis=1) if shares.shape[1] > 1 else np.pad(shares, ((0, 0), (1, 0)))
    evidence = (ordered[:, -1] - ordered[:, -2]) * np.sqrt(total / max(float(idf.mean()), 1e-9))
    return best, ordered[:, -1].astype(np.float32), evidence.astype(np.float32)


def chance_evidence(weighted: Sparse, idf: Vectors, votes: Vectors, rows: Rows, seed: int) -> Numbers:
    """Evidence that browsers without a taste would show, sorted: ``rows`` with their products dealt out at random.

    Popularity, numbers of products and weights stay as they are; only who looked at what is lost.
    """
    from scipy.sparse import csr_matrix

    picked = weighted[rows]
    interest = picked.data / idf[picked.indices]
    dealt = np.random.default_rng(seed).permutation(picked.indices)
    browsers = csr_matrix((interest * idf[dealt], dealt, picked.indptr), shape=picked.shape)
    return np.sort(_strongest(browsers, votes, idf)[2].astype(np.float64))


def reject_browsers(members: Members, chance: Numbers, rejected_share: float) -> Members:
    """Take the group from everybody whose evidence is below what ``rejected_share`` of the browsers show."""
    threshold = float(np.quantile(chance, rejected_share)) if chance.size else 0.0
    groups = np.where(members.evidence > threshold, members.groups, NO_GROUP).astype(np.int32)
    return Members(groups, members.strength, members.evidence)
