"""The map shows neighbours as neighbours, is the same for the same customers, and lies as it lay the day before."""

import numpy as np
import pytest
from numpy.typing import NDArray

from models.taste.arrays import NO_GROUP
from models.taste.map import FEWEST, NOISE_SHARE, map_points, places, sample

pytestmark = pytest.mark.feature("C2")
GROUPS = 6


def world(seed: int, customers: int) -> tuple[NDArray[np.float32], NDArray[np.int64], NDArray[np.float64]]:
    """Vectors, groups of Zipf sizes and a tenth without one, centres."""
    centres = np.random.default_rng(0).normal(size=(GROUPS, 16))
    rng = np.random.default_rng(seed)
    weights = 1.0 / np.arange(1, GROUPS + 1)
    groups = rng.choice(GROUPS, customers, p=weights / weights.sum())
    vectors = centres[groups] + 0.5 * rng.normal(size=(customers, 16))
    nowhere = rng.random(customers) < 0.1
    vectors[nowhere] = rng.normal(size=(int(nowhere.sum()), 16))
    groups[nowhere] = NO_GROUP
    return vectors.astype(np.float32), groups, centres


def test_like_tastes_lie_together_whatever_the_order_of_the_customers() -> None:
    vectors, groups, centres = world(1, 1500)
    points = map_points(vectors, groups, centres, seed=7, points=500)
    assert points.columns == ["x", "y", "group"]
    assert 450 <= points.height <= 500
    plane = points.select("x", "y").to_numpy()
    assert np.abs(plane.mean(axis=0)).max() < 1e-9
    assert (plane**2).sum(axis=1).mean() == pytest.approx(1.0)
    grouped = points["group"].to_numpy()
    own = places(points, GROUPS)
    nearest = ((plane[:, None] - own[None]) ** 2).sum(axis=2).argmin(axis=1)
    assert (nearest == grouped)[grouped >= 0].mean() > 0.95
    mixed = np.random.default_rng(2).permutation(len(vectors))
    assert map_points(vectors[mixed], groups[mixed], centres, seed=7, points=500).equals(points)


def test_the_map_lies_as_it_lay_the_day_before() -> None:
    vectors, groups, centres = world(1, 1200)
    before = places(map_points(vectors, groups, centres, seed=7, points=400), GROUPS)
    others, other_groups, _ = world(2, 1200)  # none of yesterday's customers
    started = places(map_points(others, other_groups, centres, seed=7, points=400, before=before), GROUPS)
    apart = np.linalg.norm(before[:, None] - before[None], axis=2)[np.triu_indices(GROUPS, 1)].min()
    assert np.linalg.norm(started - before, axis=1).max() < apart / 2
    turned = before @ np.array([[0.0, 1.0], [1.0, 0.0]])
    followed = places(map_points(others, other_groups, centres, seed=7, points=400, before=turned), GROUPS)
    assert np.linalg.norm(followed - turned, axis=1).max() < apart / 2


def test_a_new_group_finds_its_place_among_those_of_the_day_before() -> None:
    vectors, groups, centres = world(1, 900)
    before = places(map_points(vectors, groups, centres, seed=7, points=300), GROUPS)
    before[2] = np.nan
    points = map_points(vectors, groups, centres, seed=7, points=300, before=before)
    assert np.isfinite(places(points, GROUPS)).all()
    alone = np.full((GROUPS, 2), np.nan)
    assert map_points(vectors, groups, centres, seed=7, points=300, before=alone).height == points.height


def test_every_group_is_drawn_and_the_large_ones_more() -> None:
    vectors, groups, _ = world(3, 20_000)
    groups = np.where((groups == 5) & (np.arange(len(groups)) > 2000), 0, groups)  # the last group is small
    drawn = groups[sample(vectors, groups, 1000, seed=1)]
    counts = np.bincount(drawn[drawn >= 0], minlength=GROUPS)
    assert 980 <= len(drawn) <= 1000
    assert FEWEST <= counts.min() == counts[5] < 40
    assert (np.diff(counts) < 0).all()
    assert (drawn == NO_GROUP).sum() == 1000 * NOISE_SHARE


def test_customers_who_stay_as_they_were_stay_on_the_map() -> None:
    vectors, groups, _ = world(4, 5000)
    first = set(map(bytes, vectors[sample(vectors, groups, 500, seed=1)]))
    fewer = np.arange(len(vectors)) % 20 > 0  # one in twenty has gone
    again = set(map(bytes, vectors[fewer][sample(vectors[fewer], groups[fewer], 500, seed=1)]))
    assert len(first & again) > 0.85 * len(first)
    other = set(map(bytes, vectors[sample(vectors, groups, 500, seed=2)]))
    assert len(first & other) < 0.3 * len(first)


def test_the_same_taste_is_drawn_once() -> None:
    vectors, groups, _ = world(4, 50)
    assert len(sample(np.repeat(vectors, 5, axis=0), np.repeat(groups, 5), 500, seed=1)) == 50


@pytest.mark.parametrize(("customers", "dimensions"), [(0, 4), (1, 4), (2, 1), (3, 2), (14, 1), (15, 1), (40, 2)])
def test_small_shops_have_a_map_too(customers: int, dimensions: int) -> None:
    vectors = np.random.default_rng(1).normal(size=(customers, dimensions)).astype(np.float32)
    groups = np.arange(customers) % 3 - 1
    centres = np.ones((2, dimensions))
    before = np.array([[0.0, 1.0], [1.0, 0.0]])
    for places_before in (None, before):
        points = map_points(vectors, groups, centres, seed=1, before=places_before)
        assert points.height == customers
        assert points.select("x", "y").to_numpy().size == 0 or np.isfinite(points.select("x", "y").to_numpy()).all()


def test_customers_all_alike_are_one_point() -> None:
    points = map_points(np.ones((30, 4), np.float32), np.zeros(30, np.int64), np.ones((1, 4)), seed=1)
    assert points.rows() == [(0.0, 0.0, 0)]
