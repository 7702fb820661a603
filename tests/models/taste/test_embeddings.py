"""Behaviour and text in one product space."""

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from models.taste.arrays import unit
from models.taste.behaviour import behaviour_vectors
from models.taste.embeddings import completed, looked_at_together, mix, product_space

RNG = np.random.default_rng(3)
TASTE = np.repeat([0, 1, 2], 20)  # sixty products of three tastes
TEXTS = unit(np.eye(8)[TASTE * 2] + 0.2 * RNG.normal(size=(60, 8)))
NOISE_TEXTS = unit(RNG.normal(size=(60, 8)))


def sittings(count: int = 900, unseen: int | None = None, seed: int = 3) -> csr_matrix:
    """Sittings of three products of one taste each; ``unseen`` is in none. The same whichever test asks first."""
    rng = np.random.default_rng(seed)
    mood = rng.integers(0, 3, count)
    matrix = np.zeros((count, 60), dtype=np.float32)
    for line, taste in enumerate(mood):
        own = [p for p in np.flatnonzero(taste == TASTE) if p != unseen]
        matrix[line, rng.choice(own, 3, replace=False)] = 1
    return csr_matrix(matrix)


def nearest_taste(vectors: np.ndarray, product: int) -> int:
    order = np.argsort(-(vectors @ vectors[product]))
    return int(TASTE[[p for p in order if p != product][0]])


def test_a_new_product_lies_where_its_text_says_from_its_first_day_on() -> None:
    seen = sittings(unseen=25)
    behaviour = behaviour_vectors(seen, seen[:0], dimensions=8)
    assert not behaviour.vectors[25].any()
    vectors = completed(behaviour, TEXTS)
    assert nearest_taste(vectors, 25) == 1
    assert vectors[25] @ vectors[30] > 0.9
    assert abs(vectors[25] @ vectors[0]) < 0.3


def test_a_product_often_seen_is_what_people_make_of_it_whatever_its_text() -> None:
    seen = sittings()
    behaviour = behaviour_vectors(seen, seen[:0], dimensions=8)
    vectors = completed(behaviour, NOISE_TEXTS)
    assert np.mean([nearest_taste(vectors, p) == TASTE[p] for p in range(60)]) > 0.95


def test_the_cosine_of_the_mix_is_the_weighted_mean_of_both_cosines() -> None:
    behaviour = unit(np.random.default_rng(4).normal(size=(60, 5)))
    mixed = mix(behaviour, TEXTS, 0.3)
    np.testing.assert_allclose(mixed @ mixed.T, 0.7 * behaviour @ behaviour.T + 0.3 * TEXTS @ TEXTS.T, atol=1e-5)


def test_text_that_says_nothing_is_left_out_and_text_that_helps_is_used() -> None:
    many = sittings(3000)
    useless = product_space(many, many[:0], NOISE_TEXTS, dimensions=8)
    assert useless.text_share == 0
    assert useless.told_apart > 0.75
    few = sittings(800)
    helpful = product_space(few, few[:0], TEXTS, dimensions=8)
    assert helpful.told_apart >= 0.7


def test_without_any_view_the_text_is_all_there_is() -> None:
    nothing = csr_matrix((0, 60), dtype=np.float32)
    space = product_space(nothing, nothing, TEXTS)
    assert space.text_share == 1
    np.testing.assert_array_equal(space.vectors, TEXTS)


def test_few_sittings_are_no_error_and_every_vector_has_length_one() -> None:
    few = sittings(4)
    space = product_space(few, few[:0], TEXTS, dimensions=8)
    np.testing.assert_allclose(np.linalg.norm(space.vectors, axis=1), 1, rtol=1e-5)
    assert np.isnan(space.told_apart)


def test_the_same_input_gives_the_same_space() -> None:
    seen = sittings()
    first, second = (product_space(seen, seen[:0], TEXTS, dimensions=8) for _ in range(2))
    np.testing.assert_array_equal(first.vectors, second.vectors)


@pytest.mark.parametrize("size", [2, 3, 7])
def test_a_held_out_pair_is_two_products_of_one_basket(size: int) -> None:
    basket = csr_matrix(np.pad(np.ones((50, size), dtype=np.float32), ((0, 0), (4, 0))))
    pairs = looked_at_together(basket, np.random.default_rng(0))
    assert pairs.shape == (50, 2)
    assert (pairs[:, 0] != pairs[:, 1]).all()
    assert pairs.min() >= 4
