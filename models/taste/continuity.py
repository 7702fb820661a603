"""Today's groups as the segments they continue: ids, members, profiles and bundles under their lasting names.

Belongs here: putting identity, drift and hierarchy together for one day. Does not belong here: each of these
(``identity``, ``drift``, ``hierarchy``), what segments are called, where earlier days are kept.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import polars as pl

from models.taste.arrays import Vectors
from models.taste.drift import describe_drift
from models.taste.hierarchy import SEGMENT, bundle_rows, match_bundles, parents
from models.taste.identity import Matching, match_groups
from models.taste.interest import Interest
from models.taste.segmentation import Segmentation, member_frame, profile_centroids, profile_frame

MEMBERS = pl.Schema({"customer_key": pl.String(), "segment_id": pl.String(), "strength": pl.Float32()})
PROFILES = pl.Schema(
    {"segment_id": pl.String(), "product_id": pl.String(), "weight": pl.Float32(), "customers": pl.Int64()}
)
TREE = pl.Schema({"segment_id": pl.String(), "parent_segment_id": pl.String(), "customers": pl.Int64()})


@dataclass(frozen=True)
class Before:
    """What is known of the last published run, and of segments that died not long before it (``dormant``).

    ``members``: ``customer_key, segment_id``; ``profiles``: as :data:`PROFILES`, dormant segments with those of their
    last day; ``tree``: as :data:`TREE`. ``next_segment``, ``next_bundle``: numbers for new ids.
    """

    members: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=MEMBERS))
    profiles: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=PROFILES))
    tree: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=TREE))
    dormant: Sequence[str] = ()
    next_segment: int = 1
    next_bundle: int = 1


@dataclass(frozen=True)
class Continued:
    """One day's segments. ``members`` as :data:`MEMBERS` (segments only, by customer); ``profiles`` as :data:`PROFILES`
    (segments only); ``tree``: :data:`TREE` and ``level``, ``children``, bundles included; ``drift``: as
    ``drift.SCHEMA``."""

    matching: Matching
    members: pl.DataFrame
    profiles: pl.DataFrame
    tree: pl.DataFrame
    drift: pl.DataFrame
    next_bundle: int


def continue_segments(
    interest: Interest, products: Vectors, found: Segmentation, before: Before, day: dt.date
) -> Continued:
    """Give the groups ``found`` today the ids of the segments they continue.

    ``products``: float32 (products, dimensions), rows in the order of ``interest.products``.
    """
    groups, profile = member_frame(interest, found), profile_frame(interest, found)
    ids = before.profiles["segment_id"].unique().sort().to_list()
    similarity = profile_centroids(before.profiles, ids, interest.products, products) @ found.centroids.T
    matching = match_groups(
        before.members, groups, similarity.astype(np.float64), ids, before.next_segment, dormant=before.dormant
    )
    named = pl.Series("segment_id", matching.segment_ids, dtype=pl.String)
    members = groups.drop_nulls("group").with_columns(named.gather(groups["group"].drop_nulls()))
    tree, next_bundle = _tree(found, matching, before)
    return Continued(
        matching=matching,
        members=members.select(MEMBERS.names()).cast(MEMBERS),
        profiles=profile.with_columns(named.gather(profile["group"])).select(PROFILES.names()).cast(PROFILES),
        tree=tree,
        drift=describe_drift(matching, day),
        next_bundle=next_bundle,
    )


def _tree(found: Segmentation, matching: Matching, before: Before) -> tuple[pl.DataFrame, int]:
    """Segments and their bundles, and the number for the next new bundle."""
    sizes = np.array(found.sizes)
    old = dict(before.tree.select("segment_id", "parent_segment_id").iter_rows())
    parent = parents(found.centroids, sizes, [old.get(segment) for segment in matching.segment_ids])
    bundles = match_bundles(parent, matching.segment_ids, found.sizes, before.tree, before.next_bundle)
    segments = pl.DataFrame(
        {"segment_id": matching.segment_ids, "parent_segment_id": bundles.parent_ids, "customers": sizes},
        schema=TREE,
    )
    leaves = segments.with_columns(level=pl.lit(SEGMENT), children=pl.lit(None, pl.List(pl.String)))
    tops = bundle_rows(segments).with_columns(parent_segment_id=pl.lit(None, pl.String))
    return pl.concat([leaves, tops.select(leaves.columns)]).sort("segment_id"), bundles.next_number


def with_bundles(profiles: pl.DataFrame, tree: pl.DataFrame) -> pl.DataFrame:
    """``profiles`` of the segments, and of each bundle the sum of those of its children."""
    parent = tree.drop_nulls("parent_segment_id").select("segment_id", "parent_segment_id")
    sums = (
        profiles.join(parent, on="segment_id")
        .group_by("parent_segment_id", "product_id")
        .agg(pl.col("weight").sum(), pl.col("customers").sum())
        .rename({"parent_segment_id": "segment_id"})
    )
    order = ["segment_id", "customers", "weight", "product_id"]
    return pl.concat([profiles, sums.select(profiles.columns)]).sort(order, descending=[False, True, True, False])
