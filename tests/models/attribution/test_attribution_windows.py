"""The edges of the five windows, in a zone without and in one with summer time."""

import datetime as dt
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.attribution.windows import WIDEST, WINDOWS, all_windows, closes_at, is_click_of, is_collecting, lag_us

pytestmark = pytest.mark.feature("H3")

SEOUL, NEW_YORK, HAVANA = ZoneInfo("Asia/Seoul"), ZoneInfo("America/New_York"), ZoneInfo("America/Havana")
TICK = dt.timedelta(microseconds=1)
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
SENT = dt.datetime(2025, 10, 1, 11, 0, tzinfo=SEOUL)


def inside(sent: dt.datetime, converted: dt.datetime, zone: ZoneInfo = SEOUL) -> set[str]:
    frame = pl.DataFrame(
        {"sent": [sent.astimezone(dt.UTC)], "converted": [converted.astimezone(dt.UTC)]},
        schema_overrides={name: pl.Datetime("us", "UTC") for name in ("sent", "converted")},
    ).with_columns(lag=lag_us(pl.col("sent"), pl.col("converted")))
    found = frame.select(all_windows(zone, pl.col("sent"), pl.col("lag"))).row(0, named=True)
    naive = frame.with_columns(pl.col("sent").dt.replace_time_zone(None))
    assert naive.select(all_windows(zone, pl.col("sent"), pl.col("lag"))).row(0, named=True) == found
    return {window for window, is_in in found.items() if is_in}


@pytest.mark.parametrize(
    ("after", "windows"),
    [
        (-TICK, set()),
        (dt.timedelta(0), set(WINDOWS)),
        (3 * HOUR, set(WINDOWS)),
        (3 * HOUR + TICK, {"6h", "day", "3d", "7d"}),
        (6 * HOUR, {"6h", "day", "3d", "7d"}),
        (6 * HOUR + TICK, {"day", "3d", "7d"}),
        (13 * HOUR - TICK, {"day", "3d", "7d"}),
        (13 * HOUR, {"3d", "7d"}),
        (3 * DAY, {"3d", "7d"}),
        (3 * DAY + TICK, {"7d"}),
        (7 * DAY, {"7d"}),
        (7 * DAY + TICK, set()),
    ],
)
def test_the_end_of_a_window_counts_and_what_follows_does_not(after: dt.timedelta, windows: set[str]) -> None:
    assert inside(SENT, SENT + after) == windows


def test_the_same_day_of_a_message_at_23_59_ends_at_midnight_in_the_shops_zone() -> None:
    late = dt.datetime(2025, 10, 1, 23, 59, tzinfo=SEOUL)
    assert inside(late, late + dt.timedelta(seconds=59)) == set(WINDOWS)
    assert inside(late, late + dt.timedelta(minutes=1)) == {"3h", "6h", "3d", "7d"}
    assert inside(late, late + dt.timedelta(minutes=1), ZoneInfo("UTC")) == set(WINDOWS)


def test_a_day_is_as_long_as_its_zone_makes_it() -> None:
    long_day = dt.datetime(2025, 11, 2, 0, 0, tzinfo=NEW_YORK)  # clocks go back: 25 hours
    start = long_day.astimezone(dt.UTC)
    assert "day" in inside(start, start + 25 * HOUR - TICK, NEW_YORK)
    assert "day" not in inside(start, start + 25 * HOUR, NEW_YORK)


def test_a_click_before_its_message_or_after_the_order_does_not_exist() -> None:
    moments = [SENT - TICK, SENT, SENT + HOUR, SENT + 2 * HOUR, SENT + 2 * HOUR + TICK]
    frame = pl.DataFrame({"clicked": moments}).with_columns(pl.lit(SENT).alias("sent"))
    found = frame.select(is_click_of(pl.col("clicked"), pl.col("sent"), pl.lit(SENT + 2 * HOUR)))
    assert found.to_series().to_list() == [False, True, True, True, False]


@pytest.mark.feature("H3")
@settings(max_examples=60, deadline=None)
@given(
    st.datetimes(dt.datetime(2024, 1, 1), dt.datetime(2026, 1, 1)),
    st.sampled_from([SEOUL, NEW_YORK, HAVANA]),  # in Havana summer time begins at midnight
)
def test_the_moment_a_window_closes_is_its_last_that_counts(sent: dt.datetime, zone: ZoneInfo) -> None:
    sent = sent.replace(tzinfo=dt.UTC)
    frame = pl.DataFrame({"sent": [sent]}, schema={"sent": pl.Datetime("us", "UTC")})
    for window in WINDOWS:
        closes = frame.select(closes_at(window, zone, pl.col("sent"))).item()
        assert window in inside(sent, closes, zone)
        assert window not in inside(sent, closes + TICK, zone)
        assert closes - sent <= WIDEST


@pytest.mark.feature("I2")
def test_a_send_is_collecting_until_its_last_messages_window_is_over_and_events_are_in() -> None:
    schema = {"last": pl.Datetime("us", "UTC")}
    frame = pl.DataFrame({"last": [SENT.astimezone(dt.UTC), None]}, schema=schema)

    def collecting(now: dt.datetime, settles: dt.timedelta = dt.timedelta(0)) -> list[bool]:
        return frame.select(is_collecting("3h", SEOUL, pl.col("last"), now, settles)).to_series().to_list()

    assert collecting(SENT + 3 * HOUR) == [True, True]
    assert collecting(SENT + 3 * HOUR + TICK) == [False, True]
    assert collecting(SENT + 3 * HOUR + TICK, HOUR) == [True, True]
    with pytest.raises(ValueError, match="time zone"):
        collecting(dt.datetime(2025, 10, 1))
