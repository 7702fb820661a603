"""Profiles of many segments at once say what each says alone."""

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.profile.actions import BOUGHT, CARTED
from models.profile.many import profiles_of
from models.profile.profile import profile_of
from tests.models.profile.profile_shop import PERIOD, action, facts, order, session

pytestmark = pytest.mark.feature("J2")
PEOPLE = st.integers(1, 5)
VISITS = st.lists(st.tuples(PEOPLE, st.integers(0, 23), st.integers(1, 9), st.integers(0, 2)), max_size=12)
ORDERS = st.lists(st.tuples(PEOPLE, st.integers(0, 30), st.integers(1, 500)), max_size=6)
PRODUCTS = st.sampled_from(["p1", "p2", "p3"])
ACTIONS = st.lists(st.tuples(PEOPLE, st.sampled_from([BOUGHT, CARTED]), PRODUCTS, st.integers(1, 4)), max_size=12)
MEMBERS = st.lists(st.tuples(st.sampled_from(["s1", "s2"]), PEOPLE), min_size=1, max_size=8)


@settings(max_examples=25, deadline=None)
@given(VISITS, ORDERS, ACTIONS, MEMBERS)
def test_many_profiles_are_those_of_each(
    visits: list[tuple[int, int, int, int]], orders: list[tuple[int, int, int]],
    actions: list[tuple[int, str, str, int]], members: list[tuple[str, int]],
) -> None:  # fmt: skip
    shop = facts(
        [session(who, at, page_views=seen, dwell_seconds=seen / 3, orders=bought) for who, at, seen, bought in visits],
        [order(who, hour, amount / 4) for who, hour, amount in orders],
        [action(*one) for one in actions],
    )  # fmt: skip
    inside = pl.DataFrame(members, schema={"segment_id": pl.String, "customer_id": pl.Int64}, orient="row")
    found = profiles_of(inside, shop, PERIOD, top=2)
    assert set(found.figures["segment_id"]) == set(inside["segment_id"])
    for segment in set(inside["segment_id"]):
        alone = profile_of(inside.filter(pl.col("segment_id") == segment).lazy(), shop, PERIOD, top=2)
        figures = found.figures.filter(pl.col("segment_id") == segment)
        assert figures["place"].to_list() == list(range(1, 11))
        assert figures.select(alone.figures.columns).rows() == alone.figures.rows()
        for kind, expected in (("bought", alone.bought), ("carted", alone.carted)):
            own = found.products.filter(pl.col("segment_id") == segment, pl.col("kind") == kind)
            assert own.select(expected.columns).rows() == [pytest.approx(row) for row in expected.rows()]


def test_without_segments_there_is_nothing_to_tell() -> None:
    nobody = pl.DataFrame(schema={"segment_id": pl.String, "customer_id": pl.Int64})
    found = profiles_of(nobody, facts([session(1, 3)]), PERIOD)
    assert found.figures.is_empty()
    assert found.products.is_empty()
    assert found.figures.schema["place"] == pl.Int64
