"""Which moments a period of a profile means."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from models.profile.period import Period, days_between, last_days, last_hours

pytestmark = [pytest.mark.feature("C6"), pytest.mark.feature("J1"), pytest.mark.feature("J2")]

SEOUL = ZoneInfo("Asia/Seoul")
NEW_YORK = ZoneInfo("America/New_York")


def test_days_are_the_shops() -> None:
    found = days_between(dt.date(2025, 3, 1), dt.date(2025, 3, 2), SEOUL)
    assert (found.since, found.until) == (dt.datetime(2025, 2, 28, 15), dt.datetime(2025, 3, 2, 15))
    assert (found.first_day, found.last_day) == (dt.date(2025, 3, 1), dt.date(2025, 3, 2))
    assert found.is_whole_days


def test_a_day_on_which_the_clock_changes_is_shorter() -> None:
    found = last_days(dt.date(2025, 3, 9), 1, NEW_YORK)
    assert found.until - found.since == dt.timedelta(hours=23)
    assert found.is_whole_days


def test_the_last_hours_touch_two_days_and_are_not_whole_days() -> None:
    found = last_hours(dt.datetime(2025, 3, 2, 3), 24, SEOUL)
    assert (found.since, found.until) == (dt.datetime(2025, 3, 1, 3), dt.datetime(2025, 3, 2, 3))
    assert (found.first_day, found.last_day) == (dt.date(2025, 3, 1), dt.date(2025, 3, 2))
    assert not found.is_whole_days


def test_the_last_days_hold_the_last_one() -> None:
    assert last_days(dt.date(2025, 3, 7), 7, SEOUL) == days_between(dt.date(2025, 3, 1), dt.date(2025, 3, 7), SEOUL)


def test_a_period_that_ends_before_it_began_is_refused() -> None:
    with pytest.raises(ValueError, match="must end after it began"):
        days_between(dt.date(2025, 3, 2), dt.date(2025, 2, 28), SEOUL)
    with pytest.raises(ValueError, match="must end after it began"):
        Period(dt.datetime(2025, 3, 1), dt.datetime(2025, 3, 1), SEOUL)
