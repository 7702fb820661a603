"""Products in space, and their nearest."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.recommend.personal.vectors import near_in_sessions, nearest, session_vectors
from models.taste.arrays import unit
from tests.models.recommend.visits import PER_CLUSTER, PRODUCTS, planted, sessions_from

steps_of = st.lists(st.lists(st.integers(0, 5), min_size=1, max_size=14), max_size=6)


@given(steps_of, st.sampled_from([1, 2, 10]))
def test_nearness_is_the_sum_of_one_over_the_distance(steps: list[list[int]], window: int) -> None:
    expected = np.zeros((7, 7))
    for session in steps:
        for here, one in enumerate(session):
            for there, other in enumerate(session):
                if one != other and abs(here - there) <= window:
                    expected[one, other] += 1 / abs(here - there)
    found = near_in_sessions(sessions_from(steps, 7), window=window)
    assert found.toarray() == pytest.approx(expected, rel=1e-6)
    assert (found.data > 0).all()


def by_hand(vectors: np.ndarray, count: int) -> np.ndarray:
    """The nearest by cosine, of equals (to the fifth digit) the lower code."""
    close = np.round(vectors.astype(np.float64) @ vectors.T.astype(np.float64), 5)
    there = np.flatnonzero(np.abs(vectors).sum(axis=1))
    found = np.full((len(vectors), count), -1)
    for one in there:
        others = sorted((other for other in there if other != one), key=lambda other: (-close[one, other], other))
        found[one, : len(others[:count])] = others[:count]
    return found


@settings(max_examples=60)
@given(st.integers(0, 30), st.integers(0, 8), st.integers(0, 99))
def test_the_nearest_are_those_found_by_hand(products: int, count: int, seed: int) -> None:
    """Small whole numbers make ties, and vectors of zero."""
    vectors = unit(np.random.default_rng(seed).integers(-1, 2, (products, 3)))
    assert nearest(vectors, count).tolist() == by_hand(vectors, count).tolist()


def test_a_search_of_cells_finds_nearly_all_and_nothing_twice() -> None:
    random = np.random.default_rng(0)
    centres = random.normal(size=(60, 16))
    vectors = unit(centres[random.integers(0, 60, 9_000)] + 0.5 * random.normal(size=(9_000, 16)))
    vectors[::50] = 0
    exact, in_cells = nearest(vectors, 20), nearest(vectors, 20, exact_up_to=100)
    assert (in_cells[::50] == -1).all()
    asked = [row for row in range(9_000) if row % 50]
    met = [len(set(exact[row].tolist()) & set(in_cells[row].tolist())) for row in asked]
    assert np.mean(met) / 20 > 0.95
    for row in asked:
        others = in_cells[row].tolist()
        assert len(set(others)) == 20
        assert row not in others
        assert not any(other % 50 == 0 for other in others)


def test_products_of_the_same_chain_lie_together() -> None:
    vectors = session_vectors(sessions_from(planted(1500), PRODUCTS), dimensions=16)
    close = nearest(vectors, PER_CLUSTER - 1) // PER_CLUSTER == np.arange(PRODUCTS)[:, None] // PER_CLUSTER
    assert close.mean() > 0.9
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(np.ones(PRODUCTS), rel=1e-5)


def test_vectors_are_the_same_every_time() -> None:
    sessions = sessions_from(planted(300), PRODUCTS)
    assert session_vectors(sessions).tobytes() == session_vectors(sessions).tobytes()


@pytest.mark.parametrize("steps", [[], [[0]], [[0], [1], [0]], [[0, 0, 0]]])
def test_what_never_stood_beside_anything_lies_nowhere(steps: list[list[int]]) -> None:
    for products in (1, 2, 5):
        if all(step < products for session in steps for step in session):
            vectors = session_vectors(sessions_from(steps, products))
            assert vectors.shape == (products, 64)
            assert not vectors.any()
            assert (nearest(vectors, 3) == -1).all()


def test_fewer_products_than_dimensions_leave_the_rest_empty() -> None:
    vectors = session_vectors(sessions_from([[0, 1], [1, 2, 0], [0, 1]], 4))
    assert vectors.shape == (4, 64)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx([1, 1, 1, 0], abs=1e-5)
    assert not vectors[:, 3:].any()


def test_no_products_have_no_vectors() -> None:
    vectors = session_vectors(sessions_from([], 0))
    assert vectors.shape == (0, 64)
    assert nearest(vectors, 3).shape == (0, 3)


def test_what_the_leading_dimensions_do_not_reach_lies_nowhere_rather_than_anywhere() -> None:
    """The rare pair takes the only dimension; the groups have no part in it but rounding."""
    groups = [[one, two] for group in (range(0, 4), range(4, 8)) for one in group for two in group if one != two]
    vectors = session_vectors(sessions_from([*groups * 5, [8, 9]], 10), dimensions=1)
    assert np.abs(vectors).ravel() == pytest.approx([0, 0, 0, 0, 0, 0, 0, 0, 1, 1])
    assert nearest(vectors, 2).tolist() == [[-1, -1]] * 8 + [[9, -1], [8, -1]]
