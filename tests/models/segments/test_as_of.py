"""Which day is today."""

import datetime as dt

import pytest

from models.segments.as_of import AsOf, as_of

pytestmark = pytest.mark.feature("C3")
TODAY = dt.date(2026, 3, 10)


@pytest.mark.parametrize(("days", "expected"), [(0, 0), (1, 0), (3, 0), (4, 4), (400, 400)])
def test_today_is_the_real_one_until_facts_are_stale(days: int, expected: int) -> None:
    newest = TODAY - dt.timedelta(days=days)
    assert as_of(TODAY, newest, 3) == AsOf(newest if expected else TODAY, expected)


def test_facts_ahead_of_the_clock_say_what_day_it_is() -> None:
    assert as_of(TODAY, TODAY + dt.timedelta(days=1), 3) == AsOf(TODAY + dt.timedelta(days=1), 0)
