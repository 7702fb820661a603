"""The profile of a segment, with numbers reckoned by hand."""

import random
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from models.profile.figures import Totals, figures_of
from models.profile.profile import Facts, Profile, profile_of
from tests.models.profile.profile_shop import PERIOD, action, customers, facts, order, session

pytestmark = [pytest.mark.feature("C6"), pytest.mark.feature("J2")]

SHOP_SESSIONS = [
    # customer 1: two visits, one of them with an order
    session(1, 9, page_views=10, dwell_seconds=100.5, orders=1, device="app", channel="Kakao Message"),
    session(1, 21.5, page_views=2, dwell_seconds=19.5, device="pc", is_new_visitor=True),
    # customer 2: one visit, no order
    session(2, 9.99, page_views=3, dwell_seconds=60.0, device="app"),
    # customer 3, of the shop only: two orders in one visit
    session(3, 0, page_views=5, dwell_seconds=20.0, orders=2, device="mobile_web"),
    # neither a robot nor an opened message is a visit; nor is what lies before or after the day
    session(1, 10, page_views=500, is_bot=True),
    session(1, 11, page_views=500, is_off_site=True),
    session(1, -0.001, page_views=500),
    session(1, 24, page_views=500),
]
SHOP_ORDERS = [
    order(1, 9.2, 30_000),
    order(3, 0.1, 10_000.5),
    order(3, 0.2, 20_000),
    order(1, 24, 99),
    order(3, -1, 99),
]
SHOP_ACTIONS = [
    action(1, "purchase", "p1", 2), action(3, "purchase", "p1", 1), action(3, "purchase", "p2", 9),
    action(1, "add_to_cart", "p2", 1), action(2, "add_to_cart", "p2", 3), action(2, "add_to_cart", "gone", 4),
    action(3, "add_to_cart", "p1", 2), action(1, "product_view", "p1", 50),
]  # fmt: skip


def shop() -> Facts:
    return facts(SHOP_SESSIONS, SHOP_ORDERS, SHOP_ACTIONS)


def figure(profile: Profile, name: str) -> dict[str, Any]:
    return profile.figures.row(by_predicate=pl.col("figure") == name, named=True)


def test_counts_have_the_share_of_the_shop() -> None:
    profile = profile_of(customers(1, 2), shop(), PERIOD)
    for name, segment, site in (
        ("customers", 2, 3), ("visits", 3, 4), ("page_views", 15, 20), ("orders", 1, 3), ("revenue", 30_000, 60_000.5)
    ):  # fmt: skip
        found = figure(profile, name)
        assert (found["segment"], found["site"]) == (segment, site), name
        assert found["share"] == segment / site
        assert (found["difference"], found["percent"]) == (None, None)


def test_averages_have_the_difference_and_per_cent() -> None:
    profile = profile_of(customers(1, 2), shop(), PERIOD)
    views = figure(profile, "page_views_per_visit")
    assert (views["segment"], views["site"], views["difference"], views["percent"]) == (5, 5, 0, 0)
    dwell = figure(profile, "dwell_seconds_per_visit")
    assert (dwell["segment"], dwell["site"], dwell["difference"], dwell["percent"]) == (60, 50, 10, 20)
    rate = figure(profile, "purchase_rate")  # of visits: 1 of 3, 2 of 4; two orders of one visit count once
    assert (rate["segment"], rate["site"]) == (1 / 3, 1 / 2)
    assert rate["difference"] == pytest.approx(-16.6667, abs=1e-4)
    assert rate["percent"] == pytest.approx(-33.3333, abs=1e-4)
    value = figure(profile, "average_order_value")
    assert (value["segment"], value["site"]) == (30_000, 60_000.5 / 3)
    assert figure(profile, "new_visit_rate")["segment"] == 1 / 3
    assert rate["share"] is None


def test_what_other_reports_call_points_is_per_cent() -> None:
    """17.6 % against 7.9 % of the shop: 9.7 percentage points, and 122.8 per cent more."""
    rate = figures_of(Totals(visits=1000, bought_visits=176), Totals(visits=1000, bought_visits=79))
    found = rate.row(by_predicate=pl.col("figure") == "purchase_rate", named=True)
    assert found["difference"] == pytest.approx(9.7)
    assert round(found["percent"], 1) == 122.8


def test_a_segment_without_anybody_has_zeros_and_no_averages() -> None:
    profile = profile_of(customers(), shop(), PERIOD)
    assert figure(profile, "visits") == {
        "figure": "visits", "unit": "count", "segment": 0, "site": 4, "share": 0, "difference": None, "percent": None
    }  # fmt: skip
    assert figure(profile, "purchase_rate")["segment"] is None
    assert figure(profile, "purchase_rate")["site"] == 0.5
    assert figure(profile, "purchase_rate")["percent"] is None
    assert profile.bought.is_empty()
    assert profile.devices["share"].to_list() == [None, None, None]
    assert profile.hours["visits"].sum() == 0


def test_a_shop_without_anything_has_zeros_and_no_shares() -> None:
    profile = profile_of(customers(1), facts(), PERIOD)
    assert figure(profile, "visits")["segment"] == 0
    assert figure(profile, "visits")["share"] is None
    assert figure(profile, "average_order_value")["site"] is None
    assert profile.carted.is_empty()
    assert profile.channels.is_empty()
    assert profile.hours["site_share"].to_list() == [None] * 24


def test_without_orders_there_is_a_rate_of_zero_and_no_value_of_an_order() -> None:
    profile = profile_of(customers(2), facts(SHOP_SESSIONS[2:3]), PERIOD)
    rate = figure(profile, "purchase_rate")
    assert (rate["segment"], rate["site"], rate["difference"], rate["percent"]) == (0, 0, 0, None)
    assert figure(profile, "average_order_value")["segment"] is None
    assert figure(profile, "orders")["share"] is None


def test_the_whole_shop_is_its_own_average() -> None:
    profile = profile_of(customers(1, 2, 3), shop(), PERIOD)
    counts = profile.figures.filter(pl.col("share").is_not_null())
    assert set(counts["share"]) == {1.0}
    averages = profile.figures.filter(pl.col("difference").is_not_null())
    assert set(averages["difference"]) == {0.0}
    assert set(averages["percent"]) == {0.0}


def test_products_are_ranked_by_pieces_of_the_segment() -> None:
    profile = profile_of(customers(1, 2), shop(), PERIOD)
    assert profile.bought.rows(named=True) == [
        {"rank": 1, "product_id": "p1", "name": "린넨 슬랙스", "quantity": 2, "customers": 1, "share": 1.0,
         "site_quantity": 3, "site_share": 0.25},
    ]  # fmt: skip
    # as many pieces of each: two customers come before one; of the catalogue unknown products have no name
    assert profile.carted.select("rank", "product_id", "name", "quantity", "customers", "share").rows() == [
        (1, "p2", "린넨 스커트", 4, 2, 0.5), (2, "gone", None, 4, 1, 0.5)
    ]  # fmt: skip


def test_there_are_seven_products_at_most_and_equal_ones_stand_by_id() -> None:
    carted = [action(1, "add_to_cart", f"p{number}", 1) for number in range(9, 0, -1)]
    assert profile_of(customers(1), facts(actions=carted), PERIOD).carted["product_id"].to_list() == [
        f"p{number}" for number in range(1, 8)
    ]


def test_devices_and_channels_are_compared_by_their_share_of_visits() -> None:
    profile = profile_of(customers(1, 2), shop(), PERIOD)
    assert profile.devices.rows() == [
        ("app", 2, 2, pytest.approx(2 / 3), 0.5, pytest.approx(100 / 6)),
        ("pc", 1, 1, pytest.approx(1 / 3), 0.25, pytest.approx(100 / 12)),
        ("mobile_web", 0, 1, 0.0, 0.25, -25.0),
    ]
    assert profile.channels.select("channel", "visits", "site_visits").rows() == [
        ("Direct", 2, 3), ("Kakao Message", 1, 1)
    ]  # fmt: skip


def test_all_hours_of_the_shops_day_are_there() -> None:
    profile = profile_of(customers(1, 2), shop(), PERIOD)
    assert profile.hours["hour"].to_list() == list(range(24))
    by_hour = dict(profile.hours.select("hour", "visits").rows())
    assert {hour: visits for hour, visits in by_hour.items() if visits} == {9: 2, 21: 1}
    assert profile.hours.row(0) == (0, 0, 1, 0.0, 0.25, -25.0)


def test_a_customer_named_twice_counts_once() -> None:
    once, twice = profile_of(customers(1, 2), shop(), PERIOD), profile_of(customers(2, 1, 1, 2), shop(), PERIOD)
    assert_same(once, twice)


def assert_same(first: Profile, second: Profile) -> None:
    for name in ("figures", "bought", "carted", "devices", "channels", "hours"):
        assert_frame_equal(getattr(first, name), getattr(second, name), check_exact=True)


@settings(max_examples=30, deadline=None)
@given(st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(chance: random.Random) -> None:
    sessions = [session(n % 5, n % 24, dwell_seconds=0.1 * n, page_views=n % 4) for n in range(40)]
    orders = [order(n % 5, n % 24, 0.1 * n) for n in range(40)]
    actions = [action(n % 5, "purchase", f"p{n % 9}", 1) for n in range(40)]
    first = profile_of(customers(0, 1, 2), facts(sessions, orders, actions), PERIOD)
    for rows in (sessions, orders, actions):
        chance.shuffle(rows)
    assert_same(first, profile_of(customers(2, 0, 1), facts(sessions, orders, actions), PERIOD))
