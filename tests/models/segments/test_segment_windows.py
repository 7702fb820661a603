"""Windows mean whole business days; moments of days are those of the shop's zone."""

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from models.segments.windows import Span, Window, span_of, utc_bounds

pytestmark = pytest.mark.feature("C3")
TODAY = dt.date(2025, 10, 31)


def days(*numbers: int) -> tuple[dt.date, ...]:
    return tuple(dt.date(2025, 10, number) for number in numbers)


@pytest.mark.parametrize(
    ("said", "first", "last"),
    [
        ({"last_days": 7}, 25, 31),
        ({"last_days": 7, "today": True}, 25, 31),
        ({"last_days": 7, "today": False}, 24, 30),
        ({"last_days": 1}, 31, 31),
        ({"last_days": 1, "today": False}, 30, 30),
        ({"days_ago": {"from": 8, "to": 30}}, 1, 23),
        ({"days_ago": {"from": 30, "to": 8}}, 1, 23),
        ({"days_ago": {"from": 8}}, None, 23),
        ({"days_ago": {"to": 8}}, 23, 31),
        ({"from": "2025-10-05", "to": "2025-10-09"}, 5, 9),
        ({"from": "2025-10-05"}, 5, 31),
        ({"to": "2025-10-09"}, None, 9),
        ({"from": "2025-10-05", "to": "2026-01-01"}, 5, 31),
    ],
)
def test_a_window_is_these_days(said: dict[str, Any], first: int | None, last: int) -> None:
    wanted = Span(None if first is None else days(first)[0], days(last)[0])
    assert Window.model_validate(said).span(TODAY) == wanted


def test_no_window_is_every_day_up_to_today() -> None:
    assert span_of(None, TODAY) == Span(None, TODAY)


def test_days_to_come_are_no_days() -> None:
    assert Window.model_validate({"from": "2025-11-01"}).span(TODAY).is_empty


@pytest.mark.parametrize(
    ("zone", "day", "since", "until"),
    [
        ("Asia/Seoul", "2025-10-31", "2025-10-30T15:00", "2025-10-31T15:00"),
        ("Europe/London", "2025-10-26", "2025-10-25T23:00", "2025-10-27T00:00"),  # 25 hours
        ("Europe/London", "2025-03-30", "2025-03-30T00:00", "2025-03-30T23:00"),  # 23 hours
        ("America/New_York", "2025-11-02", "2025-11-02T04:00", "2025-11-03T05:00"),
        ("Africa/Cairo", "2025-04-25", "2025-04-24T22:00", "2025-04-25T21:00"),  # its midnight does not exist
    ],
)
def test_a_day_is_as_long_as_in_the_zone_of_the_shop(zone: str, day: str, since: str, until: str) -> None:
    one = dt.date.fromisoformat(day)
    bounds = utc_bounds(Span(one, one), ZoneInfo(zone))
    assert bounds == (dt.datetime.fromisoformat(since), dt.datetime.fromisoformat(until))
