"""Product vectors from what is looked at together."""

import numpy as np
import polars as pl
from scipy.sparse import csr_matrix

from models.taste.behaviour import behaviour_vectors, positive_information, seen_together, sitting_matrix
from models.taste.interest import ROWS
from tests.models.taste.shops import row, rows_of, shuffled, small_shop

PRODUCTS = pl.Series(["a", "b", "c", "d"])


def baskets(*lines: list[int]) -> csr_matrix:
    return csr_matrix(np.array(lines, dtype=np.float32))


def test_a_sitting_is_a_row_and_a_product_counts_once_in_it() -> None:
    rows = [row("k", "a", session="s1", views=9), row("k", "a", session="s1", age=1), row("k", "b", session="s1")]
    found = sitting_matrix(pl.LazyFrame(rows, schema=ROWS), PRODUCTS)
    assert found.toarray().tolist() == [[1, 1, 0, 0]]


def test_a_sitting_with_one_product_says_nothing_about_pairs() -> None:
    found = sitting_matrix(pl.LazyFrame([row("k", "a")], schema=ROWS), PRODUCTS)
    assert found.shape == (0, 4)


def test_of_very_many_sittings_always_the_same_part_is_taken() -> None:
    frame = rows_of(small_shop(500))
    products = frame["product_id"].unique().sort()
    some = sitting_matrix(frame.lazy(), products, most=300)
    again = sitting_matrix(shuffled(frame, 3).lazy(), products, most=300)
    assert 100 < some.shape[0] <= 400
    assert (some != again).nnz == 0


def test_every_product_of_a_basket_counts_once_however_large_it_is() -> None:
    together = seen_together(baskets([1, 1, 1, 1], [1, 1, 0, 0])).toarray()
    np.testing.assert_allclose(together.sum(axis=1), [2, 2, 1, 1], rtol=1e-6)
    np.testing.assert_allclose(together[0, 1], 1 + 1 / 3, rtol=1e-6)
    assert (together.diagonal() == 0).all()


def test_information_is_symmetric_and_only_of_pairs_that_met_more_than_by_chance() -> None:
    together = csr_matrix(np.array([[0, 8, 1], [8, 0, 1], [1, 1, 0]], dtype=float))
    found = positive_information(together).toarray()
    np.testing.assert_allclose(found, found.T)
    assert found[0, 1] > 0
    assert (found >= 0).all()
    np.testing.assert_allclose(found.diagonal(), found.max(axis=1))


def test_products_seen_together_lie_close_and_others_do_not() -> None:
    pairs = baskets(*([[1, 1, 0, 0]] * 5 + [[0, 0, 1, 1]] * 5))
    found = behaviour_vectors(pairs, pairs[:0], dimensions=2)
    cosine = found.vectors @ found.vectors.T
    assert cosine[0, 1] > 0.99
    assert cosine[2, 3] > 0.99
    assert abs(cosine[0, 2]) < 0.1


def test_a_product_nobody_saw_has_no_vector_and_no_support() -> None:
    pairs = baskets([1, 1, 0, 0], [1, 1, 0, 0])
    found = behaviour_vectors(pairs, pairs[:0], dimensions=2)
    assert not found.vectors[2:].any()
    assert found.support.tolist() == [2, 2, 0, 0]


def test_nothing_seen_together_gives_zeros_not_an_error() -> None:
    nothing = csr_matrix((0, 4), dtype=np.float32)
    found = behaviour_vectors(nothing, nothing, dimensions=8)
    assert found.vectors.shape == (4, 8)
    assert not found.vectors.any()


def test_one_product_is_no_error() -> None:
    found = behaviour_vectors(baskets([1]), baskets([1]), dimensions=8)
    assert found.vectors.shape == (1, 8)
