"""Product actions of a period, from facts by day and from single events."""

import datetime as dt

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from models.profile.actions import actions_by_day, actions_by_event
from models.profile.period import last_days, last_hours
from tests.models.profile.profile_shop import DAY, PERIOD, SEOUL, at

pytestmark = [pytest.mark.feature("C6"), pytest.mark.feature("J2")]

COLUMNS = ["customer_id", "event_name", "product_id", "quantity"]


def events() -> pl.LazyFrame:
    rows = [
        (1, "purchase", "p1", 2, at(0), False),
        (1, "add_to_cart", "p1", None, at(23.99), False),
        (1, "add_to_cart", "p1", 1, at(24), False),
        (1, "add_to_cart", "p1", 1, at(-0.01), False),
        (2, "purchase", "p2", 1, at(12), True),
        (3, "purchase", None, 1, at(12), False),
        (3, "product_view", "p1", 1, at(12), False),
    ]
    schema = dict(
        zip(
            [*COLUMNS, "event_at", "is_bot"],
            [pl.Int64, pl.String, pl.String, pl.Int64, pl.Datetime, pl.Boolean],
            strict=True,
        )
    )
    return pl.LazyFrame(rows, schema=schema, orient="row")


def by_day() -> pl.LazyFrame:
    rows = [
        (DAY, 1, "purchase", "p1", 2), (DAY, 1, "add_to_cart", "p1", 1), (DAY, 3, "product_view", "p1", 1),
        (DAY + dt.timedelta(days=1), 1, "add_to_cart", "p1", 1),
        (DAY - dt.timedelta(days=1), 1, "add_to_cart", "p1", 1),
    ]  # fmt: skip
    return pl.LazyFrame(rows, schema=["event_day", *COLUMNS], orient="row")


def test_facts_by_day_and_single_events_tell_the_same() -> None:
    found, expected = actions_by_day(by_day(), PERIOD).collect(), actions_by_event(events(), PERIOD).collect()
    assert_frame_equal(found, expected, check_row_order=False)
    assert found.columns == COLUMNS
    assert len(found) == 2


def test_hours_can_be_told_from_single_events_only() -> None:
    hours = last_hours(at(24), 1, SEOUL)
    assert actions_by_event(events(), hours).collect().rows() == [(1, "add_to_cart", "p1", 1)]
    with pytest.raises(ValueError, match="whole business days"):
        actions_by_day(by_day(), hours)


def test_several_days_are_read_to_both_ends() -> None:
    assert len(actions_by_day(by_day(), last_days(DAY, 2, SEOUL)).collect()) == 3
