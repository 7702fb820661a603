"""Figures of lists, by hand."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.recommend.quality.metrics import MISSED, Quality, catalogue_coverage, novelty, quality, ranks_of

LISTS = np.array([[4, 2, 7], [1, -1, -1], [5, 6, 0], [-1, -1, -1]], np.int32)


def test_ranks_count_from_zero_and_an_empty_place_is_no_hit() -> None:
    assert ranks_of(LISTS, np.array([7, 1, 3, -1], np.int32)).tolist() == [2, 0, MISSED, MISSED]
    assert ranks_of(LISTS[:0], np.array([], np.int32)).tolist() == []


def test_quality_by_hand() -> None:
    found = quality(np.array([0, 2, MISSED, 3]), 3)  # the fourth stands behind the third place
    assert found.hit_rate == 2 / 4
    assert found.reciprocal_rank == pytest.approx((1 + 1 / 3) / 4)
    assert found.ndcg == pytest.approx((1 + 1 / math.log2(4)) / 4)


def test_nothing_to_predict_has_no_quality() -> None:
    assert quality(np.array([], np.int64), 20) == Quality(0.0, 0.0, 0.0)


@given(st.lists(st.integers(-1, 30), min_size=1), st.integers(1, 25))
def test_reciprocal_rank_is_at_most_ndcg_which_is_at_most_the_hit_rate(ranks: list[int], k: int) -> None:
    found, longer = quality(np.array(ranks), k), quality(np.array(ranks), k + 1)
    assert 0 <= found.reciprocal_rank <= found.ndcg + 1e-12
    assert found.ndcg <= found.hit_rate + 1e-12
    assert found.hit_rate <= longer.hit_rate <= 1
    assert found.reciprocal_rank <= longer.reciprocal_rank + 1e-12


def test_coverage_is_the_share_of_products_on_any_list() -> None:
    assert catalogue_coverage(LISTS, 14) == 7 / 14
    assert catalogue_coverage(LISTS[3:], 14) == 0
    assert catalogue_coverage(LISTS[:0], 0) == 0


def test_novelty_is_the_mean_surprise_in_bits() -> None:
    popularity = np.array([0, 4, 2, 2])
    lists = np.array([[1, 2, -1], [3, -1, -1]], np.int32)
    assert novelty(lists, popularity) == pytest.approx((math.log2(8 / 4) + math.log2(8 / 2) * 2) / 3)
    assert novelty(np.array([[0]], np.int32), popularity) == 3  # never seen counts as once
    assert novelty(lists[:0], popularity) == 0
    assert novelty(lists, np.zeros(4, np.int64)) == 0
