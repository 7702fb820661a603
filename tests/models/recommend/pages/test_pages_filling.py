"""Lists that are too short are filled."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.recommend.pages.filling import filled_up

# the products of a list are distinct; empty places may stand anywhere
listed = st.lists(st.integers(0, 9), unique=True, max_size=6).flatmap(
    lambda products: st.permutations([*products, *[-1] * (6 - len(products))])
)
popular_of = st.lists(st.integers(0, 9), unique=True, max_size=10)


def array(lists: list[list[int]]) -> np.ndarray:
    return np.array(lists, np.int32).reshape(len(lists), 6)


@given(st.lists(listed, max_size=5), popular_of, st.integers(1, 8))
def test_lists_stay_first_and_nothing_stands_twice(lists: list[list[int]], popular: list[int], k: int) -> None:
    found = filled_up(array(lists), np.array(popular, np.int32), k)
    assert found.shape == (len(lists), k)
    for own, full in zip(lists, found.tolist(), strict=True):
        joined = list(dict.fromkeys([*(product for product in own if product >= 0), *popular]))[:k]
        assert full == [*joined, *[-1] * (k - len(joined))]


@given(st.lists(listed, min_size=3, max_size=9), popular_of)
def test_parts_of_any_size_give_the_same(lists: list[list[int]], popular: list[int]) -> None:
    whole = filled_up(array(lists), np.array(popular, np.int32), 4)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("models.recommend.pages.filling.COMPARED", 100)  # two lists at a time
        assert filled_up(array(lists), np.array(popular, np.int32), 4).tolist() == whole.tolist()


def test_lists_without_places_are_filled_too() -> None:
    nothing = np.empty((2, 0), np.int32)
    assert filled_up(nothing, np.array([3, 1, 2], np.int32), 2).tolist() == [[3, 1], [3, 1]]


def test_lists_of_a_hundred_are_filled_in_little_memory() -> None:
    import tracemalloc

    lists = np.arange(20_000 * 50, dtype=np.int32).reshape(20_000, 50)
    tracemalloc.start()
    filled_up(lists, np.arange(200, dtype=np.int32), 100)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 150_000_000
