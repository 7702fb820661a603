"""Today's groups as the segments they continue: ids, members, profiles and bundles under their lasting names.

Belongs here: putting identity, drift and hierarchy together for one day. Does not belong here: each of these
(``identity``, ``drift``, ``hierarchy``), what segments are called, where earlier days are kept.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import polars as pl

from models.taste.arrays import Rows, Vectors
from models.taste.drift import describe_drift
from models.taste.hierarchy import NO_PARENT, SEGMENT, Bundles, bundle_rows, match_bundles, parents
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
    ``earlier_today``: what an earlier run of the same day made new. When that day is run again, with more views in it,
    what is new goes on under the ids that people have already seen.
    """

    members: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=MEMBERS))
    profiles: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=PROFILES))
    tree: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=TREE))
    dormant: Sequence[str] = ()
    next_segment: int = 1
    next_bundle: int = 1
    earlier_today: "Before | None" = None


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

    def match(known: Before, groups: pl.DataFrame, columns: Sequence[int]) -> Matching:
        ids = known.profiles["segment_id"].unique().sort().to_list()
        similarity = (
            profile_centroids(known.profiles, ids, interest.products, products) @ found.centroids[list(columns)].T
        )
        closeness = similarity.astype(np.float64)
        return match_groups(known.members, groups, closeness, ids, before.next_segment, dormant=known.dormant)

    matching = match(before, groups, range(len(found.centroids)))
    new = [group for group, score in enumerate(matching.scores) if score is None]
    if before.earlier_today is not None and new:
        matching = _renamed(matching, new, match(before.earlier_today, _only(groups, new), new))
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


def _only(groups: pl.DataFrame, some: Sequence[int]) -> pl.DataFrame:
    """``groups`` with ``some`` of them, numbered from 0 in that order; customers of the others left out."""
    kept = groups.filter(pl.col("group").is_in(list(some)))
    return kept.with_columns(pl.col("group").replace_strict(list(some), range(len(some)), return_dtype=pl.Int32))


def _renamed(matching: Matching, new: Sequence[int], earlier: Matching) -> Matching:
    """``matching`` with the ids that ``earlier`` gives the groups that are ``new``; they are new all the same."""
    ids = dict(enumerate(matching.segment_ids)) | dict(zip(new, earlier.segment_ids, strict=True))
    return replace(matching, segment_ids=tuple(ids.values()), next_number=earlier.next_number)


def _tree(found: Segmentation, matching: Matching, before: Before) -> tuple[pl.DataFrame, int]:
    """Segments and their bundles, and the number for the next new bundle."""
    sizes = np.array(found.sizes)
    old = dict(before.tree.select("segment_id", "parent_segment_id").iter_rows())
    parent = parents(found.centroids, sizes, [old.get(segment) for segment in matching.segment_ids])
    bundles = _bundles(parent, matching.segment_ids, found.sizes, before)
    segments = pl.DataFrame(
        {"segment_id": matching.segment_ids, "parent_segment_id": bundles.parent_ids, "customers": sizes},
        schema=TREE,
    )
    leaves = segments.with_columns(level=pl.lit(SEGMENT), children=pl.lit(None, pl.List(pl.String)))
    tops = bundle_rows(segments).with_columns(parent_segment_id=pl.lit(None, pl.String))
    return pl.concat([leaves, tops.select(leaves.columns)]).sort("segment_id"), bundles.next_number


def _bundles(parent: Rows, segment_ids: Sequence[str], sizes: Sequence[int], before: Before) -> Bundles:
    bundles = match_bundles(parent, segment_ids, sizes, before.tree, before.next_bundle)
    known = set(before.tree["parent_segment_id"].drop_nulls())
    new = sorted({int(p) for p, name in zip(parent, bundles.parent_ids, strict=True) if name and name not in known})
    if before.earlier_today is None or not new:
        return bundles
    renumbered = np.array([new.index(int(p)) if p in new else NO_PARENT for p in parent], dtype=np.int64)
    earlier = match_bundles(renumbered, segment_ids, sizes, before.earlier_today.tree, before.next_bundle)
    names = zip(earlier.parent_ids, bundles.parent_ids, strict=True)
    return Bundles(tuple(today or name for today, name in names), earlier.next_number)


def with_bundles(profiles: pl.DataFrame, tree: pl.DataFrame) -> pl.DataFrame:
    """``profiles`` of the segments, and of each bundle the sum of those of its children."""
    parent = tree.drop_nulls("parent_segment_id").select("segment_id", "parent_segment_id")
    sums = (
        profiles.join(parent, on="segment_id")
        .group_by("parent_segment_id", "product_id")
        .agg(pl.col("weight").cast(pl.Float64).sum().cast(pl.Float32), pl.col("customers").sum())
        .rename({"parent_segment_id": "segment_id"})
    )
    order = ["segment_id", "customers", "weight", "product_id"]
    return pl.concat([profiles, sums.select(profiles.columns)]).sort(order, descending=[False, True, True, False])
