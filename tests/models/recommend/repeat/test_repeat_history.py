"""Purchases as whole numbers."""

import datetime as dt

import polars as pl
import pytest

from models.recommend.repeat.history import bought_after, day_number, history_of, pieces
from tests.models.recommend.repeat_shops import DAY, bought, purchases, shop_with_cycles

TODAY = day_number(DAY)


def test_a_day_knows_what_came_before_it_and_nothing_after() -> None:
    found = history_of(purchases(bought("k", "a", 30, 10, 0), bought("k", "b", 10)))
    rows = found.days.sort("product", "day").select("day", "orders", "quantity", "nth", "gap", "basket", "items").rows()
    assert rows == [
        (TODAY - 30, 1, 1, 0, None, 0, 1),
        (TODAY - 10, 1, 1, 1, 20, 1, 2),
        (TODAY, 1, 1, 2, 10, 2, 1),
        (TODAY - 10, 1, 1, 0, None, 1, 2),
    ]


def test_orders_of_one_day_are_one_day_and_their_lines_add_up() -> None:
    lines = [("k", "a", order, DAY, 2) for order in ("o1", "o2", "o2")]
    assert history_of(purchases(lines)).days.select("orders", "quantity", "nth").rows() == [(2, 6, 0)]


def test_returns_and_lines_without_customer_or_product_are_left_out() -> None:
    lines = [(None, "a", "o", DAY, 1), ("k", None, "o", DAY, 1), ("k", "a", "o", DAY, -1), ("k", "b", "o", DAY, 0)]
    assert history_of(purchases(lines)).days.is_empty()


def test_customers_do_not_run_into_each_other() -> None:
    found = history_of(purchases(*(bought(customer, "a", 9, 4) for customer in "klm"))).days
    assert found.select("nth", "gap", "basket").rows() == [(0, None, 0), (1, 5, 1)] * 3


def test_the_order_of_rows_makes_no_difference() -> None:
    lines = shop_with_cycles(5).collect()
    one, other = history_of(lines.lazy()), history_of(lines.sample(fraction=1.0, shuffle=True, seed=3).lazy())
    assert one.days.equals(other.days)
    assert one.products.equals(other.products)
    assert one.keys.equals(other.keys)


@pytest.mark.parametrize("lines", [1, 7, 100, 10_000])
def test_pieces_are_everything_and_tear_no_customer_apart(lines: int) -> None:
    days = history_of(shop_with_cycles(6)).days
    found = list(pieces(days, lines))
    assert pl.concat(found).equals(days)
    assert sum(piece["customer"].n_unique() for piece in found) == 6
    assert all(len(piece) > 0 for piece in found)
    assert (len(found) > 1) == (lines < len(days) - 1)


def test_nothing_makes_no_pieces() -> None:
    assert list(pieces(history_of(purchases()).days)) == []


def test_labels_begin_the_day_after_and_end_with_the_horizon() -> None:
    shop = history_of(purchases(bought("k", "a", 10, 9), bought("k", "b", 8), bought("k", "c", 5), bought("k", "d", 4)))
    found = bought_after(shop, DAY - dt.timedelta(days=9), 4).sort("product")
    assert [(shop.products[code], is_next) for _, code, is_next in found.rows()] == [("b", True), ("c", False)]
