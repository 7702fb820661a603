"""Bundles are found where there are families of tastes, not where there are none, and keep their ids."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from models.taste.hierarchy import NO_PARENT, bundle_rows, match_bundles, parents, silhouette

pytestmark = pytest.mark.feature("C2")
FAMILIES = np.repeat(np.arange(5), [6, 5, 4, 4, 1])
SIZES = np.arange(len(FAMILIES), 0, -1) * 100


def family_centroids(seed: int, spread: float = 0.6) -> NDArray[np.float64]:
    rng = np.random.default_rng(seed)
    return rng.normal(size=(5, 32))[FAMILIES] + spread * rng.normal(size=(len(FAMILIES), 32))


def sets(parent: NDArray[np.int64]) -> set[frozenset[int]]:
    return {frozenset(np.flatnonzero(parent == bundle).tolist()) for bundle in set(parent.tolist()) - {NO_PARENT}}


@pytest.mark.parametrize("seed", range(8))
def test_families_are_found_and_the_lonely_has_no_parent(seed: int) -> None:
    found = parents(family_centroids(seed), SIZES)
    assert sets(found) == {frozenset(np.flatnonzero(np.equal(FAMILIES, family)).tolist()) for family in range(4)}
    assert found[-1] == NO_PARENT
    assert found[0] == 0  # the first family has most customers


@pytest.mark.parametrize("groups", [8, 14, 30])
def test_tastes_without_families_get_no_parent(groups: int) -> None:
    rng = np.random.default_rng(groups)
    lonely = [
        (parents(rng.normal(size=(groups, 32)), np.ones(groups, dtype=np.int64)) == NO_PARENT).all() for _ in range(20)
    ]
    assert np.mean(lonely) >= 0.95


@settings(deadline=None)
@given(st.integers(0, 12), st.integers(1, 6), st.integers(0, 99))
def test_a_bundle_has_two_children_and_order_does_not_matter(groups: int, dimensions: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    centroids, sizes = rng.normal(size=(groups, dimensions)), rng.integers(1, 50, groups)
    found = parents(centroids, sizes)
    children = np.bincount(found[found >= 0])
    assert len(children) != 1
    assert (children >= 2).all()
    customers = np.bincount(found[found >= 0], weights=sizes[found >= 0])
    assert (np.diff(customers) <= 0).all()
    mixed = rng.permutation(groups)
    if dimensions > 1:  # on a line every distance is 0 or 2
        assert sets(parents(centroids[mixed], sizes[mixed])) == {
            frozenset(np.flatnonzero(np.isin(mixed, list(bundle))).tolist()) for bundle in sets(found)
        }


def test_silhouette_is_that_of_scikit_learn() -> None:
    from sklearn.metrics import silhouette_score

    rng = np.random.default_rng(3)
    points = rng.normal(size=(20, 4))
    distance = np.linalg.norm(points[:, None] - points[None], axis=2)
    labels = np.array([0] * 7 + [1] * 8 + [2] * 4 + [3])
    assert silhouette(distance, labels) == pytest.approx(silhouette_score(distance, labels, metric="precomputed"))


def test_bundles_keep_their_ids_through_thirty_days() -> None:
    rng = np.random.default_rng(1)
    centroids = family_centroids(1)
    ids = [f"taste-{n + 1:04d}" for n in range(len(FAMILIES))]
    before = pl.DataFrame(schema={"segment_id": pl.String, "parent_segment_id": pl.String, "customers": pl.Int64})
    first: tuple[str | None, ...] | None = None
    known: tuple[str | None, ...] | None = None
    number = 1
    for _ in range(30):
        centroids = centroids + 0.05 * rng.normal(size=centroids.shape)
        customers = (SIZES * rng.uniform(0.9, 1.1, len(SIZES))).astype(int)
        found = parents(centroids, customers, known)
        bundles = match_bundles(found, ids, customers.tolist(), before, number)
        known, number = bundles.parent_ids, bundles.next_number
        before = pl.DataFrame({"segment_id": ids, "parent_segment_id": known, "customers": customers})
        first = first or known
        assert known == first
    assert number == 5


def test_a_bundle_goes_where_most_of_its_segments_go_and_a_new_one_gets_a_new_id() -> None:
    before = pl.DataFrame(
        {
            "segment_id": [f"taste-000{n}" for n in range(1, 7)],
            "parent_segment_id": ["taste-p0001"] * 4 + ["taste-p0002"] * 2,
            "customers": [50, 40, 30, 20, 10, 10],
        }
    )
    now = [f"taste-000{n}" for n in (1, 2, 3, 4, 7, 8, 9)]
    bundles = match_bundles(np.array([1, 1, 0, 0, 2, 2, -1]), now, [50, 40, 30, 20, 15, 15, 5], before, 3)
    assert bundles.parent_ids == ("taste-p0001",) * 2 + ("taste-p0003",) * 2 + ("taste-p0004",) * 2 + (None,)
    assert bundles.next_number == 5


def changes(seed: int, is_loyal: bool) -> int:
    """On how many of thirty days the bundles of vaguely related tastes differ from those of the day before."""
    rng = np.random.default_rng(seed)
    base, changed = family_centroids(seed, spread=1.3), 0
    before: list[str | None] | None = None
    last: set[frozenset[int]] = set()
    for day in range(30):
        found = parents(base + 0.05 * rng.normal(size=base.shape), SIZES, before if is_loyal else None)
        before = [None if bundle == NO_PARENT else str(bundle) for bundle in found.tolist()]
        changed += day > 0 and sets(found) != last
        last = sets(found)
    return changed


def test_bundles_of_the_day_before_go_on_where_another_cut_is_hardly_better() -> None:
    fickle, loyal = (sum(changes(seed, is_loyal) for seed in range(5)) for is_loyal in (False, True))
    assert fickle > 20
    assert loyal <= 3


def test_a_bundle_has_the_customers_of_its_segments() -> None:
    segments = pl.DataFrame(
        {
            "segment_id": ["taste-0003", "taste-0001", "taste-0002"],
            "parent_segment_id": ["taste-p0001", "taste-p0001", None],
            "customers": [3, 4, 5],
        }
    )
    assert bundle_rows(segments).rows() == [("taste-p0001", "bundle", 7, ["taste-0001", "taste-0003"])]
    assert bundle_rows(segments.with_columns(parent_segment_id=pl.lit(None, pl.String))).is_empty()
