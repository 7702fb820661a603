"""Groups of a day as the segments they continue: ids, members, profiles and bundles that agree with one another."""

from dataclasses import replace
from typing import cast

import numpy as np
import polars as pl
import pytest
from scipy.sparse import csr_matrix

from models.taste.arrays import Vectors, unit
from models.taste.clusters import Grouping
from models.taste.continuity import MEMBERS, PROFILES, TREE, Before, Continued, continue_segments, with_bundles
from models.taste.interest import Interest
from models.taste.membership import Members
from models.taste.segmentation import Segmentation
from tests.models.taste.shops import DAY

pytestmark = pytest.mark.feature("C2")
PRODUCTS = 12


def directions(angles: list[float]) -> Vectors:
    """Unit vectors in the plane, by angle in degrees."""
    radians = np.radians(angles)
    return unit(np.stack([np.cos(radians), np.sin(radians)], axis=1))


def shop(members: dict[str, int], angles: list[float]) -> tuple[Interest, Vectors, Segmentation]:
    """Customers in groups (-1: none) that look at two products near their group's angle, two products a group."""
    customers, groups = sorted(members), np.array([members[c] for c in sorted(members)], dtype=np.int32)
    places = [angle + side for angle in angles for side in (-1.0, 1.0)]
    vectors = directions(places + [180.0] * (PRODUCTS - len(places)))
    looked = np.array([[2 * max(g, 0), 2 * max(g, 0) + 1] for g in groups]).reshape(-1, 2)
    rows = np.repeat(np.arange(len(customers)), 2)
    weights = csr_matrix(
        (np.ones(rows.size, np.float32), (rows, looked.ravel())), shape=(len(customers), PRODUCTS), dtype=np.float32
    )
    products = pl.Series("product_id", [f"p{n:02d}" for n in range(PRODUCTS)])
    interest = Interest(pl.Series("customer_key", customers), products, weights, np.ones(PRODUCTS, np.float32))
    half = np.where(groups >= 0, 0.5, 0.0).astype(np.float32)
    placed = Members(groups, half, half)
    return interest, vectors, Segmentation(cast("Grouping", None), directions(angles), directions(places), placed)


def people(*sizes: int, first: int = 0) -> dict[str, int]:
    """So many customers of each group; nobody is in two."""
    return {f"c{first + g}-{n:03d}": g for g, size in enumerate(sizes) for n in range(size)}


def continued(members: dict[str, int], angles: list[float], before: Before | None = None) -> Continued:
    interest, vectors, found = shop(members, angles)
    return continue_segments(interest, vectors, found, before or Before(), DAY)


def known(run: Continued) -> Before:
    """What the next day knows of ``run``."""
    tree = run.tree.filter(pl.col("level") == "segment").select(TREE.names())
    return Before(
        members=run.members.select("customer_key", "segment_id"),
        profiles=run.profiles,
        tree=tree,
        next_segment=run.matching.next_number,
        next_bundle=run.next_bundle,
    )


def made_new(run: Continued, before: Before) -> Before:
    """What a second run of the same day knows of the first one."""
    old, bundles = set(before.tree["segment_id"]), set(before.tree["parent_segment_id"].drop_nulls())
    new = known(run)
    return Before(
        members=new.members.filter(~pl.col("segment_id").is_in(list(old))),
        profiles=new.profiles.filter(~pl.col("segment_id").is_in(list(old))),
        tree=new.tree.filter(~pl.col("parent_segment_id").is_in(list(bundles))),
    )


def segment_of(run: Continued) -> dict[str, str]:
    """The segment of each group of customers, by the beginning of their keys."""
    told = run.members.group_by(pl.col("customer_key").str.slice(0, 2)).agg(pl.col("segment_id").unique())
    return {key: segment for key, (segment,) in told.iter_rows()}


TWO_PAIRS = [0.0, 12.0, 90.0, 102.0]


def test_the_first_day_numbers_by_size() -> None:
    run = continued(people(10, 30, 20), [0.0, 60.0, 120.0])
    assert segment_of(run) == {"c0": "taste-0003", "c1": "taste-0001", "c2": "taste-0002"}
    assert run.matching.next_number == 4
    assert run.drift["change"].to_list() == ["born"] * 3
    assert (run.members.schema, run.profiles.schema) == (MEMBERS, PROFILES)


def test_tables_of_a_day_agree() -> None:
    run = continued(people(10, 30, 20, 15) | {"nobody": -1}, TWO_PAIRS)
    sizes = dict(run.members.group_by("segment_id").len().iter_rows())
    tree = run.tree.filter(pl.col("level") == "segment")
    assert dict(tree.select("segment_id", "customers").iter_rows()) == sizes
    assert "nobody" not in run.members["customer_key"].to_list()
    assert set(run.profiles["segment_id"]) == set(sizes)
    bundles = run.tree.filter(pl.col("level") == "bundle")
    assert bundles["segment_id"].to_list() == ["taste-p0001", "taste-p0002"]
    assert bundles["customers"].sum() == tree["customers"].sum()
    assert set(tree["parent_segment_id"]) == set(bundles["segment_id"])


def test_ids_and_bundles_stay_when_sizes_and_numbers_change() -> None:
    first = continued(people(10, 30, 20, 15), TWO_PAIRS)
    later = {key: 3 - group for key, group in people(50, 30, 5, 15).items()}
    second = continued(later, TWO_PAIRS[::-1], known(first))
    assert segment_of(second) == segment_of(first)
    assert second.tree.select("segment_id", "parent_segment_id").equals(
        first.tree.select("segment_id", "parent_segment_id")
    )
    assert (second.matching.next_number, second.next_bundle) == (first.matching.next_number, first.next_bundle)


def test_a_new_group_takes_the_next_number_and_a_lost_one_is_said() -> None:
    first = continued(people(10, 30, 20), [0.0, 60.0, 120.0])
    later = people(30, 20, first=1) | {f"c9-{n:03d}": 2 for n in range(40)}
    second = continued(later, [60.0, 120.0, -100.0], known(first))
    assert segment_of(second) == {"c1": "taste-0001", "c2": "taste-0002", "c9": "taste-0004"}
    assert dict(second.drift.select("segment_id", "change").iter_rows()) == {
        "taste-0001": "kept", "taste-0002": "kept", "taste-0003": "died", "taste-0004": "born",
    }  # fmt: skip


@pytest.mark.parametrize("evening", [(10, 30, 20, 15), (10, 30, 50, 80)])
def test_what_an_earlier_run_of_the_day_made_new_keeps_its_id(evening: tuple[int, ...]) -> None:
    """Two groups are new on the second day; in the evening the other one of them may be the larger."""
    first = continued(people(10, 30), TWO_PAIRS[:2])
    before = known(first)
    noon = continued(people(10, 30, 20, 15), TWO_PAIRS, before)
    assert segment_of(noon) == {"c0": "taste-0002", "c1": "taste-0001", "c2": "taste-0003", "c3": "taste-0004"}
    again = replace(before, next_segment=noon.matching.next_number, next_bundle=noon.next_bundle)
    later = continued(people(*evening), TWO_PAIRS, replace(again, earlier_today=made_new(noon, before)))
    assert segment_of(later) == segment_of(noon)
    assert later.tree.select("segment_id", "parent_segment_id").equals(
        noon.tree.select("segment_id", "parent_segment_id")
    )
    assert later.drift["change"].to_list() == noon.drift["change"].to_list()
    assert (later.matching.next_number, later.next_bundle) == (noon.matching.next_number, noon.next_bundle)
    assert later.matching.scores[2:] == (None, None), "new on this day, whatever run of it"
    without = continued(people(*evening), TWO_PAIRS, again)
    assert not set(segment_of(without).values()) & {"taste-0003", "taste-0004"}, (
        "ids that are given are not given again"
    )


def test_what_is_new_in_the_evening_alone_takes_a_number_of_its_own() -> None:
    before = known(continued(people(10, 30), [0.0, 60.0]))
    noon = continued(people(10, 30, 20), [0.0, 60.0, 120.0], before)
    again = replace(before, next_segment=noon.matching.next_number, earlier_today=made_new(noon, before))
    later = continued(people(10, 30, 20, 40), [0.0, 60.0, 120.0, -90.0], again)
    assert segment_of(later) == segment_of(noon) | {"c3": "taste-0004"}
    assert later.matching.next_number == 5


def test_a_bundle_looks_at_what_its_segments_look_at() -> None:
    run = continued(people(10, 30, 20, 15), TWO_PAIRS)
    profiles = with_bundles(run.profiles, run.tree)
    for bundle, children in run.tree.filter(pl.col("level") == "bundle").select("segment_id", "children").iter_rows():
        own = profiles.filter(pl.col("segment_id") == bundle).drop("segment_id").sort("product_id")
        parts = run.profiles.filter(pl.col("segment_id").is_in(children)).group_by("product_id")
        summed = parts.agg(pl.col("weight").sum(), pl.col("customers").sum()).sort("product_id")
        assert own.equals(summed.select(own.columns))
    assert profiles.filter(~pl.col("segment_id").str.starts_with("taste-p")).height == run.profiles.height
