"""When a run of campaigns is asked for."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestration.campaign_planning import (
    MOST_RUNS,
    Ask,
    DueCampaign,
    NoRun,
    PastRun,
    WaitingSend,
    batch_of,
    plan_run,
)

pytestmark = pytest.mark.feature("M4", "E2")
NOW = dt.datetime(2025, 10, 29, 2, 0, tzinfo=dt.UTC)
DUE = [DueCampaign("cart-reminder", NOW), DueCampaign("welcome", NOW - dt.timedelta(minutes=1))]
WAITING = [WaitingSend(7, "sending", 120, 30)]


def test_nothing_to_do_says_when_there_will_be() -> None:
    later = NOW + dt.timedelta(hours=3)
    told = plan_run([], [], [], 0, NOW, later)
    assert isinstance(told, NoRun)
    assert "2025-10-29T05:00:00" in told.reason


def test_the_same_work_has_the_same_run_key_until_somebody_does_some_of_it() -> None:
    first = plan_run(DUE, WAITING, [], 0, NOW, None)
    again = plan_run(DUE[::-1], WAITING, [], 0, NOW + dt.timedelta(minutes=5), None)
    assert isinstance(first, Ask)
    assert isinstance(again, Ask)
    assert first.run_key == again.run_key
    assert batch_of(DUE, [WaitingSend(7, "sending", 119, 31)]) != first.batch
    assert batch_of(DUE[:1], WAITING) != first.batch


def test_work_that_a_run_is_at_is_not_asked_for_again() -> None:
    assert isinstance(plan_run(DUE, [], [PastRun(1, None)], 1, NOW, None), NoRun)
    assert isinstance(plan_run(DUE, [], [], MOST_RUNS, NOW, None), NoRun)


@given(st.integers(1, 500))
def test_work_left_as_it_was_is_asked_for_again_after_a_pause_that_grows_to_an_hour(attempts: int) -> None:
    ended = NOW - dt.timedelta(minutes=1)
    past = [PastRun(number, ended) for number in range(1, attempts + 1)]
    after_an_hour = plan_run(DUE, [], past, 0, ended + dt.timedelta(hours=1), None)
    assert isinstance(after_an_hour, Ask)
    assert after_an_hour.attempt == attempts + 1
    assert isinstance(plan_run(DUE, [], past, 0, ended + dt.timedelta(seconds=29), None), NoRun)
