"""The index of a walk, its settings, and walking in batches. The figures themselves: ``kernels/test_candidates``."""

import numpy as np
import pytest

from models.recommend.kernels import figures  # noqa: TID253  (only the places of the figures)
from models.recommend.personal.candidates import (
    NAMES,
    Candidates,
    Settings,
    Space,
    candidates_in_batches,
    index_of,
    space_of,
)
from models.recommend.personal.histories import beginnings
from tests.models.recommend.visits import PER_CLUSTER, PRODUCTS, histories_from, planted, sessions_from

NOWHERE = Space(np.zeros((4, 1), np.float32), np.full((4, 0), -1, np.int32))


def test_every_figure_has_its_name_at_its_place() -> None:
    places = {name.lower(): value for name, value in vars(figures).items() if name.isupper() and isinstance(value, int)}
    assert places.pop("figures") == len(NAMES) == len(set(NAMES))
    assert tuple(sorted(places, key=places.__getitem__)) == NAMES


def test_an_index_holds_sessions_by_session_and_by_product() -> None:
    index = index_of(sessions_from([[2, 0, 2], [1], [2]], 4), NOWHERE, np.array([7, -1, -1, 7], np.int32))
    assert index.products.tolist() == [2, 0, 2, 1, 2]
    of_product = [slice(index.first[product], index.first[product + 1]) for product in range(4)]
    assert [index.occurrences[rows].tolist() for rows in of_product] == [[0], [1], [0, 0, 2], []]
    assert [index.places[rows].tolist() for rows in of_product] == [[1], [0], [0, 2, 0], []]
    same = index.category[:, None] == index.category[None, :]
    assert same.tolist() == (np.eye(4, dtype=bool) | (np.add.outer([0, 1, 2, 0], [0, 1, 2, 0]) == 0)).tolist()


def test_no_histories_have_no_batches() -> None:
    index = index_of(sessions_from([[2, 0]], 4), NOWHERE, np.full(4, -1, np.int32))
    assert list(candidates_in_batches(index, histories_from([], []), Settings())) == []


def test_filled_places_are_the_first_ones() -> None:
    found = Candidates(np.zeros((2, 3), np.int32), np.zeros((2, 3, 1), np.float32), np.array([0, 2]))
    assert found.filled.tolist() == [[False] * 3, [True, True, False]]


def test_the_space_of_a_shop_relates_products_of_a_chain() -> None:
    settings = Settings(from_space=5, dimensions=16)
    space = space_of(sessions_from(planted(1000), PRODUCTS), settings)
    assert space.vectors.shape == (PRODUCTS, 16)
    assert space.related.shape == (PRODUCTS, 5)
    assert (space.related // PER_CLUSTER == np.arange(PRODUCTS)[:, None] // PER_CLUSTER).mean() > 0.9


@pytest.mark.feature("D3")
def test_what_comes_next_is_nearly_always_among_the_candidates() -> None:
    sessions = sessions_from(planted(1200), PRODUCTS)
    settings = Settings(from_neighbours=10, from_pairs=5, from_space=5)
    index = index_of(sessions, space_of(sessions.part(0, 1000), settings), np.full(PRODUCTS, -1, np.int32))
    found = [
        ((each.products == batch.following[:, None]) & each.filled).any(axis=1)
        for batch, each in candidates_in_batches(index, beginnings(sessions, 1000, 1200), settings)
    ]
    assert np.concatenate(found).mean() > 0.9
