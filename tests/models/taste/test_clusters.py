"""Groups found by density, with the setting the data supports."""

import numpy as np
import pytest

from models.taste.arrays import unit
from models.taste.clusters import Trial, bundle, choose, find_groups, sample_rows, split_halves
from models.taste.density import dense_groups, sharpened
from models.taste.interest import weigh
from tests.models.taste.shops import DAY, rows_of, small_shop


def drawn() -> np.random.Generator:
    """The same numbers for every test, whichever runs first."""
    return np.random.default_rng(2)


def blobs(centres: int, each: int, spread: float = 0.2) -> tuple[np.ndarray, np.ndarray]:
    truth = np.repeat(np.arange(centres), each)
    return unit(np.eye(24)[truth] + spread * drawn().normal(size=(truth.size, 24))), truth


def test_sharpening_makes_groups_tight_that_noise_had_blurred() -> None:
    from sklearn.metrics import adjusted_rand_score

    points, truth = blobs(5, 120)
    blurred = dense_groups(points, 20)
    sharp = dense_groups(sharpened(points), 20)
    assert sharp.groups == 5
    assert adjusted_rand_score(truth, sharp.labels) > 0.95
    assert adjusted_rand_score(truth, blurred.labels) < adjusted_rand_score(truth, sharp.labels)
    assert sharp.validity > 0


def test_where_nothing_lies_dense_there_is_no_group() -> None:
    found = dense_groups(drawn().uniform(size=(200, 20)).astype(np.float32), 50)
    assert found.groups in (0, 2)  # hdbscan never gives one group alone
    assert dense_groups(np.ones((40, 3), dtype=np.float32), 50).groups == 0


def trial(groups: int, stability: float, agreement: float, entropy: float = 1.0, share: float = 0.01) -> Trial:
    return Trial(share, groups, stability, agreement, entropy, 0.1)


def test_the_setting_that_two_samples_agree_on_and_that_says_most_is_chosen() -> None:
    wobbly, lumps, good = trial(20, 0.4, 0.5, 3.0), trial(9, 0.99, 0.5, 1.0), trial(14, 0.95, 0.5, 2.5)
    assert choose([wobbly, lumps, good], 8) is good


def test_fewer_groups_than_wished_only_when_no_setting_has_more() -> None:
    few, many = trial(4, 1.0, 0.9, 1.3), trial(12, 0.8, 0.3, 2.2)
    assert choose([few, many], 8) is many
    assert choose([few], 8) is few
    assert choose([], 8) is None


def test_beyond_the_limit_the_nearest_groups_become_one() -> None:
    centroids = unit(np.array([[1, 0, 0], [0.99, 0.1, 0], [0, 1, 0], [0, 0, 1]]))
    joined = bundle(centroids, np.array([10, 10, 15, 5]), 3)
    assert len(joined) == 3
    np.testing.assert_allclose(joined[0], unit(centroids[:1] + centroids[1:2])[0], atol=1e-6)
    np.testing.assert_allclose(joined[1:], centroids[2:], atol=1e-6)


def test_within_the_limit_groups_are_only_put_in_order_of_size() -> None:
    centroids = unit(np.eye(3))
    assert bundle(centroids, np.array([1, 9, 5]), 3).argmax(axis=1).tolist() == [1, 2, 0]


def test_the_halves_of_an_interest_make_up_the_whole() -> None:
    interest = weigh(rows_of(small_shop(400)).lazy(), small_shop(400).products["product_id"], DAY)
    first, second = split_halves(interest.weighted, np.random.default_rng(0))
    assert first.shape == second.shape
    assert (np.diff(first.indptr) >= 2).all()
    assert first.multiply(second).nnz == 0


def test_only_those_who_looked_at_three_products_are_sampled_and_always_the_same() -> None:
    interest = weigh(rows_of(small_shop(400)).lazy(), small_shop(400).products["product_id"], DAY)
    rows = sample_rows(interest.weights, 50, seed=1)
    assert rows.size == 50
    assert (np.diff(interest.weights[rows].indptr) >= 3).all()
    np.testing.assert_array_equal(rows, sample_rows(interest.weights, 50, seed=1))


@pytest.mark.parametrize("customers", [0, 3, 25])
def test_too_few_customers_give_no_groups(customers: int) -> None:
    shop = small_shop(max(customers, 1))
    rows = rows_of(shop) if customers else rows_of(shop).head(0)
    interest = weigh(rows.lazy(), shop.products["product_id"], DAY)
    assert find_groups(interest, unit(drawn().normal(size=(900, 8))), seed=1) is None
