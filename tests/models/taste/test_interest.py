"""What a customer is interested in."""

import math

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.taste.interest import CART_VIEWS, PURCHASE_VIEWS, ROWS, Interest, inverse_frequency, weigh
from tests.models.taste.shops import DAY, row, shuffled

CATALOGUE = pl.Series(["a", "b", "c"])


def weighed(*rows: dict[str, object], days: int = 30) -> Interest:
    return weigh(pl.LazyFrame(list(rows), schema=ROWS), CATALOGUE, DAY, days=days)


def weight(interest: Interest, customer: str, product: str) -> float:
    line = interest.customers.to_list().index(customer)
    return float(interest.weights[line, interest.products.to_list().index(product)])


def test_a_view_today_weighs_ln_2() -> None:
    found = weighed(row("k", "a"), row("k", "b"))
    assert weight(found, "k", "a") == pytest.approx(math.log(2))


def test_carts_and_purchases_weigh_as_so_many_views() -> None:
    found = weighed(row("k", "a", views=0, carts=1), row("k", "b", views=0, bought=2))
    assert weight(found, "k", "a") == pytest.approx(math.log1p(CART_VIEWS))
    assert weight(found, "k", "b") == pytest.approx(math.log1p(2 * PURCHASE_VIEWS))


def test_repeated_views_saturate_and_sittings_add_up() -> None:
    found = weighed(row("k", "a", views=60, session="s1"), row("k", "a", views=39, session="s2"), row("k", "b"))
    assert weight(found, "k", "a") == pytest.approx(math.log(100), rel=1e-5)


def test_half_the_window_ago_counts_half() -> None:
    found = weighed(row("k", "a", age=15, views=4), row("k", "b"))
    assert weight(found, "k", "a") == pytest.approx(math.log1p(2), rel=1e-5)


@pytest.mark.parametrize(("age", "counts"), [(0, True), (29, True), (30, False), (-1, False)])
def test_the_window_ends_with_the_day_and_is_thirty_days_long(age: int, counts: bool) -> None:
    found = weighed(row("k", "a"), row("k", "b"), row("k", "c", age=age))
    assert (weight(found, "k", "c") > 0) == counts


def test_who_looked_at_one_product_only_has_no_taste() -> None:
    found = weighed(row("one", "a", views=1000), row("one", "a", session="s2"), row("two", "a"), row("two", "b"))
    assert found.customers.to_list() == ["two"]


def test_products_seen_but_not_in_the_catalogue_are_there_too() -> None:
    found = weighed(row("k", "a"), row("k", "unknown"))
    assert found.products.to_list() == ["a", "b", "c", "unknown"]


def test_nobody_gives_an_empty_interest() -> None:
    found = weighed()
    assert found.weights.shape == (0, 3)
    assert found.customers.to_list() == []
    assert found.idf.shape == (3,)


def test_a_bestseller_counts_less() -> None:
    rows = [row(f"k{i}", "a") for i in range(9)] + [row(f"k{i}", "b" if i % 2 else "c") for i in range(9)]
    found = weighed(*rows)
    assert found.idf[0] < found.idf[1]
    assert (inverse_frequency(found.weights) > 0).all()


ROW = st.builds(
    row, st.sampled_from(["k1", "k2", "k3"]), st.sampled_from(["a", "b", "x"]), session=st.sampled_from(["s1", "s2"]),
    age=st.integers(-2, 40), views=st.integers(0, 5), carts=st.integers(0, 2), bought=st.integers(0, 2),
)  # fmt: skip


@settings(max_examples=30, deadline=None)
@given(st.lists(ROW, max_size=25), st.integers(0, 9))
def test_the_order_of_rows_does_not_matter(rows: list[dict[str, object]], seed: int) -> None:
    frame = pl.DataFrame(rows, schema=ROWS)
    first, second = (weigh(each.lazy(), CATALOGUE, DAY) for each in (frame, shuffled(frame, seed)))
    assert first.customers.to_list() == second.customers.to_list()
    assert first.products.to_list() == second.products.to_list()
    np.testing.assert_allclose(first.weights.toarray(), second.weights.toarray(), rtol=1e-5)
