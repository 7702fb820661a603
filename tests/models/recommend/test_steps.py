"""Events as ordered steps."""

import datetime as dt

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.recommend.steps import EVENTS, STEPS, by_customer, customer_of, ordered_steps

NOON = dt.datetime(2026, 5, 1, 12)


def events(*rows: tuple[int, str, str | None], **fixed: object) -> pl.DataFrame:
    """(minutes after noon, session, product); a letter of the session's name is its customer."""
    return pl.DataFrame(
        {
            "event_id": [f"e{number}" for number in range(len(rows))],
            "event_day": [NOON.date()] * len(rows),
            "event_at": [NOON + dt.timedelta(minutes=minute) for minute, _, _ in rows],
            "event_name": ["product_view"] * len(rows),
            "session_id": [session for _, session, _ in rows],
            "customer_key": [session[0] for _, session, _ in rows],
            "product_id": pl.Series([product for _, _, product in rows], dtype=pl.String),
            "is_bot": [False] * len(rows),
        }
    ).with_columns(**{name: pl.lit(value) for name, value in fixed.items()})


def walked(steps: pl.DataFrame) -> list[str]:
    """Sessions as words."""
    return (
        steps.group_by("session_id", maintain_order=True).agg(pl.col("product_id").str.join(""))["product_id"].to_list()
    )


def test_sessions_stand_from_old_to_new_and_steps_in_order() -> None:
    found = ordered_steps(
        events((9, "b1", "x"), (3, "a1", "y"), (5, "b1", "z"), (4, "a1", "x"), (20, "a1", "z")).lazy()
    )
    assert walked(found) == ["yxz", "zx"]
    assert found.schema == STEPS


@given(st.permutations(range(8)))
def test_the_order_of_rows_is_of_no_matter(order: list[int]) -> None:
    rows = [
        (0, "a1", "x"),
        (0, "a1", "y"),
        (0, "b1", "x"),
        (1, "b1", "x"),
        (1, "a1", "z"),
        (2, "b1", "y"),
        (2, "c1", "z"),
    ]
    given = events(*rows, (2, "b1", None))
    assert ordered_steps(given[order].lazy()).equals(ordered_steps(given.lazy()))


def test_the_same_product_again_is_no_new_step_unless_another_came_between() -> None:
    rows = [(0, "a1", "x"), (1, "a1", "x"), (2, "a1", "y"), (3, "a1", "x"), (4, "b1", "x")]
    assert walked(ordered_steps(events(*rows).lazy())) == ["xyx", "x"]


@pytest.mark.parametrize("fixed", [{"is_bot": True}, {"event_name": "page_view"}, {"product_id": None}])
def test_robots_and_what_is_no_product_are_left_out(fixed: dict[str, object]) -> None:
    found = ordered_steps(events((0, "a1", "x"), (1, "a1", "y"), **fixed).cast({"product_id": pl.String}).lazy())
    assert found.is_empty()
    assert found.schema == STEPS


def test_only_looking_is_a_view() -> None:
    for name in EVENTS:
        found = ordered_steps(events((0, "a1", "x"), event_name=name).lazy())
        assert found["is_view"].to_list() == [name == "product_view"]


def test_customers_have_one_sequence_of_their_last_steps() -> None:
    rows = [(0, "a1", "x"), (5, "a2", "y"), (6, "a2", "z"), (1, "b1", "x"), (2, "b1", "y")]
    found = by_customer(ordered_steps(events(*rows).lazy()), 2)
    numbers = pl.DataFrame({"key": ["a", "b"]}).select(customer_of("key"))["key"].to_list()
    sequences = {
        name: "".join(part["product_id"]) for (name,), part in found.group_by("session_id", maintain_order=True)
    }
    assert sequences == {numbers[0]: "yz", numbers[1]: "xy"}
