"""Schedules: E3 and E4 by example, and against an oracle that walks through thirty years day by day."""

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.campaigns.schedule import Timetable, is_over, next_occurrence, occurrences_between, period_end, timetable_of
from models.campaigns.when import WEEKDAYS, Period, Recurring, Schedule
from tests.models.campaigns.recurrence_oracle import moments
from tests.models.campaigns.shops import campaign

pytestmark = pytest.mark.feature("E3")

SEOUL, LONDON = ZoneInfo("Asia/Seoul"), ZoneInfo("Europe/London")
ZONES = (SEOUL, LONDON, ZoneInfo("America/Sao_Paulo"))


def timetable(
    started: str, rule: dict[str, Any], zone: ZoneInfo = SEOUL, period: dict[str, str] | None = None
) -> Timetable:
    schedule = Schedule.model_validate({"recurring": {"time": "10:00", **rule}})
    moment = dt.datetime.fromisoformat(started).replace(tzinfo=zone)
    return Timetable(schedule, zone, moment, Period.model_validate(period) if period else None)


def days(table: Timetable, n: int) -> list[str]:
    found, after = [], table.started_at
    while len(found) < n and (moment := next_occurrence(table, after)):
        found.append(moment.astimezone(table.zone).strftime("%Y-%m-%d %H:%M"))
        after = moment
    return found


def at(*dates: str, time: str = "10:00") -> list[str]:
    return [f"{date} {time}" for date in dates]


def test_every_n_days_begins_with_the_first_time_of_day_to_come() -> None:
    assert days(timetable("2025-10-01 09:00", {"unit": "day", "every": 3}), 3) == at(
        "2025-10-01", "2025-10-04", "2025-10-07"
    )
    assert days(timetable("2025-10-01 10:00", {"unit": "day", "every": 3}), 2) == at("2025-10-02", "2025-10-05")


def test_every_n_weeks_takes_all_weekdays_of_a_week_that_begins_on_sunday() -> None:
    table = timetable("2025-10-01 09:00", {"unit": "week", "every": 2, "weekdays": ["mon", "sun", "thu"]})
    assert days(table, 5) == at("2025-10-02", "2025-10-12", "2025-10-13", "2025-10-16", "2025-10-26")


def test_day_31_falls_only_in_months_that_have_one() -> None:
    table = timetable("2025-01-01 09:00", {"unit": "month", "day": 31})
    assert days(table, 4) == at("2025-01-31", "2025-03-31", "2025-05-31", "2025-07-31")
    assert days(timetable("2023-02-01 09:00", {"unit": "month", "every": 12, "day": 30}), 2) == at(
        "2023-03-30", "2024-03-30"
    )


def test_the_last_day_is_that_of_each_month_also_in_leap_years() -> None:
    table = timetable("2024-01-15 09:00", {"unit": "month", "day": "last"})
    assert days(table, 4) == at("2024-01-31", "2024-02-29", "2024-03-31", "2024-04-30")
    assert days(timetable("2025-02-01 09:00", {"unit": "month", "day": "last"}), 1) == at("2025-02-28")


def test_day_29_every_twelve_months_waits_over_the_year_2100() -> None:
    assert days(timetable("2096-02-01 09:00", {"unit": "month", "every": 12, "day": 29}), 2) == at(
        "2096-02-29", "2104-02-29"
    )


@pytest.mark.feature("E4")
def test_a_period_sends_on_its_first_and_last_day_and_then_is_over() -> None:
    table = timetable(
        "2025-09-01 09:00", {"unit": "day", "every": 2}, period={"from": "2025-10-01", "to": "2025-10-05"}
    )
    assert days(table, 9) == at("2025-10-01", "2025-10-03", "2025-10-05")
    end = dt.datetime(2025, 10, 6, tzinfo=SEOUL)
    assert period_end(table.period, SEOUL) == end
    assert next_occurrence(table, end - dt.timedelta(hours=14)) is None
    assert not is_over(table, end - dt.timedelta(seconds=1))  # it moves on when the last day has passed
    assert is_over(table, end)
    assert not is_over(timetable("2025-09-01 09:00", {"unit": "day"}), dt.datetime(2099, 1, 1, tzinfo=SEOUL))


@pytest.mark.feature("E4")
def test_resuming_forgets_the_cycle_and_counts_from_that_moment() -> None:
    table = timetable("2025-10-01 09:00", {"unit": "day", "every": 5})
    assert days(table, 2) == at("2025-10-01", "2025-10-06")
    resumed = table.resumed(dt.datetime(2025, 10, 7, 12, tzinfo=SEOUL))
    assert days(resumed, 2) == at("2025-10-08", "2025-10-13")


def test_a_time_that_clocks_leave_out_comes_as_much_later_and_the_day_stays() -> None:
    table = timetable("2025-03-29 12:00", {"unit": "day", "time": "01:30"}, LONDON)
    assert days(table, 2) == ["2025-03-30 02:30", "2025-03-31 01:30"]
    assert next_occurrence(table, table.started_at) == dt.datetime(2025, 3, 30, 1, 30, tzinfo=dt.UTC)


def test_a_time_that_clocks_show_twice_is_the_first_and_only_once() -> None:
    table = timetable("2025-10-25 12:00", {"unit": "day", "time": "01:30"}, LONDON)
    first = next_occurrence(table, table.started_at)
    assert first == dt.datetime(2025, 10, 26, 0, 30, tzinfo=dt.UTC)  # summer time still
    assert next_occurrence(table, first) == dt.datetime(2025, 10, 27, 1, 30, tzinfo=dt.UTC)


def test_a_day_that_a_zone_leaves_out_sends_once() -> None:
    table = timetable("2011-12-29 12:00", {"unit": "day"}, ZoneInfo("Pacific/Apia"))
    found = occurrences_between(table, table.started_at, dt.datetime(2012, 1, 2, tzinfo=dt.UTC))
    assert found == sorted(set(found))
    assert days(table, 2) == ["2011-12-31 10:00", "2012-01-01 10:00"]


@pytest.mark.feature("E2")
def test_now_and_at_send_once() -> None:
    started = dt.datetime(2025, 10, 1, 9, tzinfo=SEOUL)
    now = Timetable(Schedule(now=True), SEOUL, started)
    assert next_occurrence(now, started - dt.timedelta(seconds=1)) == started
    assert is_over(now, started)
    planned = Timetable(Schedule.model_validate({"at": "2025-10-02 10:00"}), SEOUL, started)
    assert next_occurrence(planned, started) == dt.datetime(2025, 10, 2, 10, tzinfo=SEOUL)
    assert is_over(planned.resumed(dt.datetime(2025, 10, 2, 10, tzinfo=SEOUL)), started)


@pytest.mark.feature("E2")
def test_a_trigger_has_no_moments_and_is_over_with_its_period() -> None:
    schedule = Schedule.model_validate({"trigger": {"event": "sign_up"}})
    started = dt.datetime(2025, 10, 1, 9, tzinfo=SEOUL)
    table = Timetable(schedule, SEOUL, started, Period.model_validate({"to": "2025-10-02"}))
    assert next_occurrence(table, started) is None
    assert not is_over(table, dt.datetime(2025, 10, 2, 23, 59, tzinfo=SEOUL))
    assert is_over(table, dt.datetime(2025, 10, 3, tzinfo=SEOUL))
    assert not is_over(Timetable(schedule, SEOUL, started), dt.datetime(2099, 1, 1, tzinfo=SEOUL))


@pytest.mark.feature("E4")
def test_what_is_shown_on_the_site_goes_on_until_its_period_ends() -> None:
    started = dt.datetime(2025, 10, 1, 9, tzinfo=SEOUL)
    shown = campaign(channel="onsite", schedule={"now": True}, period={"to": "2025-10-02"})
    table = timetable_of(shown, SEOUL, started)
    assert not is_over(table, dt.datetime(2025, 10, 2, 23, 59, tzinfo=SEOUL))
    assert is_over(table, dt.datetime(2025, 10, 3, tzinfo=SEOUL))
    assert not is_over(timetable_of(campaign(channel="onsite", schedule={"now": True}), SEOUL, started), started)
    assert is_over(timetable_of(campaign(schedule={"now": True}), SEOUL, started), started)


@pytest.mark.parametrize("far", [dt.datetime.min, dt.datetime.max, dt.datetime(8999, 12, 31, 23)])
@pytest.mark.parametrize("hours", [-12, 0, 14])
def test_no_moment_in_time_is_too_far(far: dt.datetime, hours: int) -> None:
    table = timetable("2025-10-01 09:00", {"unit": "month", "every": 99, "day": 31})
    found = next_occurrence(table, far.replace(tzinfo=dt.timezone(dt.timedelta(hours=hours))))
    assert (found is None) == (far.year > 9000 or far.year == 8999)


def test_moments_without_a_zone_are_refused() -> None:
    table = timetable("2025-10-01 09:00", {"unit": "day"})
    with pytest.raises(ValueError, match="time zone"):
        next_occurrence(table, dt.datetime(2025, 1, 1))
    with pytest.raises(ValueError, match="time zone"):
        table.resumed(dt.datetime(2025, 1, 1))


def rules(most: int) -> st.SearchStrategy[Recurring]:
    every = st.integers(1, most)
    time = st.sampled_from([dt.time(0), dt.time(1, 30), dt.time(2), dt.time(9, 5), dt.time(23, 59)])
    weekdays = st.lists(st.sampled_from(WEEKDAYS), min_size=1, max_size=7, unique=True).map(tuple)
    by_day = st.builds(Recurring, every=every, unit=st.just("day"), time=time)
    by_week = st.builds(Recurring, every=every, unit=st.just("week"), time=time, weekdays=weekdays)
    month_day = st.sampled_from([1, 15, 28, 29, 30, 31, "last"])
    return st.one_of(
        by_day, by_week, st.builds(Recurring, every=every, unit=st.just("month"), time=time, day=month_day)
    )


MOMENTS = st.datetimes(dt.datetime(2000, 1, 1), dt.datetime(2010, 12, 31)).map(lambda m: m.replace(tzinfo=dt.UTC))
PERIODS = st.none() | st.builds(
    lambda first, length: Period.model_validate({"from": first, "to": first + dt.timedelta(days=length)}),
    st.dates(dt.date(2000, 1, 1), dt.date(2012, 1, 1)),
    st.integers(0, 12_000),
)


@settings(max_examples=60)
@given(rules(13) | rules(5), st.sampled_from(ZONES), MOMENTS, PERIODS, st.data())
@pytest.mark.feature("E4")
def test_thirty_years_are_those_of_the_oracle_also_after_a_stop(
    rule: Recurring, zone: ZoneInfo, started: dt.datetime, period: Period | None, data: st.DataObject
) -> None:
    until = (started + dt.timedelta(days=365 * 30)).replace(hour=0, minute=0, second=0, microsecond=0)
    table = Timetable(Schedule(recurring=rule), zone, started, period)
    resumed = started + dt.timedelta(minutes=data.draw(st.integers(0, 60 * 24 * 900)))
    for one in (table, table.resumed(resumed)):
        expected = [
            moment
            for moment in moments(rule, zone, one.started_at, period, until.date() + dt.timedelta(days=2))
            if moment <= until
        ]
        assert occurrences_between(one, one.started_at, until) == expected
        for after in data.draw(
            st.lists(st.datetimes(started.replace(tzinfo=None), until.replace(tzinfo=None)), max_size=5)
        ):
            aware = after.replace(tzinfo=dt.UTC)
            rest = [moment for moment in expected if moment > aware]
            found = next_occurrence(one, aware)
            assert found == rest[0] if rest else found is None or found > until
