"""From interest and product vectors to segments: groups, who is in them, what they look at, how good they are.

Belongs here: the order of the steps, dropping groups that nobody is left in, the frames that later steps read. Does not
belong here: the steps themselves (``clusters``, ``membership``), identity from day to day (``identity``), names.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import polars as pl

from models.taste.arrays import Sparse, Vectors, unit
from models.taste.clusters import FEWEST_MEMBERS, Grouping, find_groups, sample_rows
from models.taste.gate import Quality
from models.taste.interest import Interest
from models.taste.membership import Members, chance_evidence, product_votes, reject_browsers, strongest

REJECTED_BROWSERS = 0.5  # share of made-up browsers without a taste that must not get into any segment
CHANCE_CUSTOMERS = 20_000
# A group that keeps less than this part of the least size it was found with has lost its members to others.
LEAST_KEPT = 0.25


@dataclass(frozen=True)
class Segmentation:
    """``members``: one row per customer of the interest, in its order; ``centroids``: float32 (groups, dimensions);
    ``votes``: float32 (products, groups); groups are numbered 0 .. n - 1."""

    grouping: Grouping
    centroids: Vectors
    votes: Vectors
    members: Members

    @property
    def sizes(self) -> list[int]:
        """Members of each group."""
        groups = self.members.groups
        return [int(size) for size in np.bincount(groups[groups >= 0], minlength=len(self.centroids))]


def segment(
    interest: Interest,
    products: Vectors,
    *,
    fewest: int = 8,
    most: int = 30,
    sample: int = 30_000,
    seed: int = 7,
    say: Callable[[str], None] = lambda text: None,
) -> Segmentation | None:
    """Groups of ``interest`` in the space of ``products`` and who is in them; None where nothing lies dense."""
    grouping = find_groups(interest, products, fewest=fewest, most=most, sample=sample, seed=seed, say=say)
    if grouping is None:
        return None
    weighted, centroids = interest.weighted, grouping.centroids
    least = max(FEWEST_MEMBERS, int(LEAST_KEPT * grouping.chosen.share * weighted.shape[0]))
    while True:
        votes = product_votes(products, centroids)
        members = _place(interest, weighted, votes, seed)
        sizes = np.bincount(members.groups[members.groups >= 0], minlength=len(centroids))
        if sizes.min() >= least or len(centroids) == 1:
            return Segmentation(grouping, centroids, votes, members)
        centroids = np.delete(centroids, int(sizes.argmin()), axis=0)


def _place(interest: Interest, weighted: Sparse, votes: Vectors, seed: int) -> Members:
    rows = sample_rows(interest.weights, CHANCE_CUSTOMERS, seed + 2)
    chance = chance_evidence(weighted, interest.idf, votes, rows, seed + 3)
    return reject_browsers(strongest(weighted, votes, interest.idf), chance, REJECTED_BROWSERS)


def member_frame(interest: Interest, found: Segmentation) -> pl.DataFrame:
    """``customer_key, group (Int32, null: no taste of their own), strength (Float32)``, sorted by customer."""
    return (
        pl.DataFrame(
            {
                "customer_key": interest.customers,
                "group": found.members.groups,
                "strength": found.members.strength,
            }
        )
        .with_columns(pl.when(pl.col("group") >= 0).then("group"))
        .sort("customer_key")
    )


def profile_frame(interest: Interest, found: Segmentation) -> pl.DataFrame:
    """What each group looks at: ``group, product_id, weight (sum of its members' interest), customers (members who
    did)``, strongest first within a group; only products that any member looked at."""
    from scipy.sparse import csr_matrix

    rows = np.flatnonzero(found.members.groups >= 0)
    shape = (len(found.centroids), interest.weights.shape[0])
    members = csr_matrix((np.ones(rows.size, np.float32), (found.members.groups[rows], rows)), shape=shape)
    looked = interest.weights.copy()
    looked.data = np.ones_like(looked.data)
    weight, customers = (members @ interest.weights).tocsr(), (members @ looked).tocsr()
    for each in (weight, customers):
        each.sort_indices()
    group = np.repeat(np.arange(shape[0], dtype=np.int32), np.diff(weight.indptr))
    frame = pl.DataFrame(
        {"group": group, "product": weight.indices, "weight": weight.data, "customers": customers.data}
    )
    named = frame.with_columns(
        interest.products.gather(frame["product"]).alias("product_id"), pl.col("customers").cast(pl.Int64)
    )
    return named.select("group", "product_id", "weight", "customers").sort(
        "group", "weight", "product_id", descending=[False, True, False]
    )


def profile_centroids(profile: pl.DataFrame, ids: list[str], catalogue: pl.Series, products: Vectors) -> Vectors:
    """Where earlier segments lie in today's space, by what they looked at: float32 (ids, dimensions), unit rows.

    ``profile``: ``segment_id, product_id, weight``. ``catalogue``: product ids in the order of ``products``. A segment
    all of whose products are gone lies nowhere: zeros.
    """
    from scipy.sparse import csr_matrix

    rows = pl.DataFrame({"segment_id": ids, "row": range(len(ids))}, schema_overrides={"segment_id": pl.String})
    codes = pl.DataFrame({"product_id": catalogue, "product": np.arange(len(catalogue))})
    known = profile.join(rows, on="segment_id").join(codes, on="product_id").sort("row", "product")
    place = (known["row"].to_numpy(), known["product"].to_numpy())
    weights = csr_matrix((known["weight"].to_numpy(), place), shape=(len(ids), len(catalogue)), dtype=np.float32)
    return unit(np.asarray(weights @ products))


def quality_of(interest: Interest, found: Segmentation, customers: int) -> Quality:
    """The figures the gate judges; ``customers``: everybody seen in the window, with a taste or not."""
    sizes, with_taste = found.sizes, interest.weights.shape[0]
    inside = sum(sizes)
    return Quality(
        customers=customers,
        customers_with_taste=with_taste,
        groups=sum(size > 0 for size in sizes),
        density_validity=found.grouping.chosen.validity,
        noise_share=found.grouping.noise_share,
        stability=found.grouping.chosen.stability,
        coverage=inside / with_taste if with_taste else 0.0,
        largest_share=max(sizes, default=0) / inside if inside else 0.0,
    )


def no_groups(customers: int, with_taste: int) -> Quality:
    """The figures where nothing lies dense; ``customers`` as in :func:`quality_of`."""
    return Quality(customers, with_taste, 0, None, noise_share=1.0, stability=None, coverage=0.0, largest_share=0.0)
