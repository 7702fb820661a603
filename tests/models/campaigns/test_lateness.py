"""What was due while nothing ran."""

import datetime as dt

import pytest

from models.campaigns.lateness import GRACE, judge_missed

pytestmark = pytest.mark.feature("E2")

NOW = dt.datetime(2025, 10, 5, 12, tzinfo=dt.UTC)


def ago(**length: int) -> dt.datetime:
    return NOW - dt.timedelta(**length)


def test_what_is_found_within_the_grace_is_on_time_whatever_the_policy() -> None:
    (found,) = judge_missed([NOW - GRACE], NOW, "expire")
    assert (found.judgement, found.why) == ("on_time", "on_time")


@pytest.mark.parametrize("policy", ["send", "expire", "ask"])
def test_what_is_late_follows_the_policy(policy: str) -> None:
    (found,) = judge_missed([NOW - GRACE - dt.timedelta(microseconds=1)], NOW, policy)  # type: ignore[arg-type]
    assert (found.judgement, found.why) == (policy, "policy")


def test_of_many_missed_only_the_newest_can_still_go_out() -> None:
    found = judge_missed([ago(days=1), ago(days=3), ago(days=2), ago(days=2)], NOW, "send")
    assert [one.due_at for one in found] == [ago(days=3), ago(days=2), ago(days=1)]
    assert [one.judgement for one in found] == ["expire", "expire", "send"]
    assert [one.why for one in found] == ["newer_missed", "newer_missed", "policy"]


def test_nothing_goes_out_once_the_period_is_over() -> None:
    (found,) = judge_missed([ago(minutes=1)], NOW, "send", period_end=NOW)
    assert (found.judgement, found.why) == ("expire", "after_period")


def test_what_is_to_come_can_not_be_late() -> None:
    assert judge_missed([], NOW, "send") == []
    with pytest.raises(ValueError, match="not due yet"):
        judge_missed([NOW + dt.timedelta(seconds=1)], NOW, "send")
