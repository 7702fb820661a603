"""A campaign in words: what marketers read in lists, warnings and on the page of a dry run."""

import datetime as dt
from typing import Any

import pytest

from models.campaigns.plan_warnings import PlanWarning
from models.campaigns.words import CampaignWords
from models.reports.calendar import NARROW, WIDE, Block, calendar_svg
from tests.models.campaigns.shops import SEOUL, campaign, seoul

KOREAN, ENGLISH = CampaignWords("ko", SEOUL), CampaignWords("en", SEOUL)


@pytest.mark.feature("E3")
@pytest.mark.parametrize(
    ("schedule", "korean", "english"),
    [
        ({"now": True}, "시작하면 바로 한 번", "once, as soon as it is started"),
        ({"at": "2025-10-01 10:00"}, "2025-10-01 10:00 한 번", "once, 2025-10-01 10:00"),
        ({"recurring": {"unit": "day", "time": "12:00"}}, "1일마다 12:00", "every day at 12:00"),
        ({"recurring": {"every": 2, "unit": "week", "weekdays": ["fri", "tue"], "time": "10:30"}},
         "2주마다 화, 금 10:30", "every 2 weeks on Tue, Fri at 10:30"),
        ({"recurring": {"unit": "month", "day": "last", "time": "09:00"}}, "1개월마다 말일 09:00",
         "every month on the last day at 09:00"),
        ({"recurring": {"every": 3, "unit": "month", "day": 31, "time": "09:00"}}, "3개월마다 31일 09:00",
         "every 3 months on day 31 at 09:00"),
        ({"trigger": {"event": "sign_up", "delay": "10m"}}, "회원 가입 10분 뒤", "10 min after: sign-up"),
        ({"trigger": {"event": "sign_up"}}, "회원 가입 직후", "right after: sign-up"),
    ],
)  # fmt: skip
def test_a_schedule_in_words(schedule: dict[str, Any], korean: str, english: str) -> None:
    assert KOREAN.schedule(campaign(schedule=schedule).schedule) == korean
    assert ENGLISH.schedule(campaign(schedule=schedule).schedule) == english


@pytest.mark.feature("E4")
def test_a_period_in_words() -> None:
    assert KOREAN.period(campaign()) == "수동 종료 전까지"
    assert KOREAN.period(campaign(schedule={"now": True})) == "한 번"
    assert KOREAN.period(campaign(period={"to": "2025-12-31"})) == "2025-12-31까지"
    assert ENGLISH.period(campaign(period={"from": "2025-10-01", "to": "2025-12-31"})) == "2025-10-01 to 2025-12-31"


@pytest.mark.feature("E10")
def test_the_same_warning_of_many_sends_is_said_once() -> None:
    at = [PlanWarning("a", "cost_limit", seoul(f"{day:02d} 10:00"), {"customers": 1200}) for day in (1, 2, 3)]
    told = KOREAN.warnings([*at, PlanWarning("b", "tracking_off")])
    assert told[0] == ("a", "2025-10-01(수) 10:00: 하루 비용 한도로 1,200명이 빠집니다. (그 밖의 발송 2회도 같습니다.)")
    assert [name for name, _ in told] == ["a", "b"]


@pytest.mark.feature("E10")
def test_what_goes_out_in_the_same_hour_stands_one_below_the_other() -> None:
    day = dt.date(2025, 10, 1)
    blocks = [Block(dt.datetime(2025, 10, 1, 10, at), "#000000", ("a", "b"), f"n{at}", "<says>") for at in (0, 30, 45)]
    for size in (WIDE, NARROW):
        svg = calendar_svg(blocks, [day], list("일월화수목금토"), (dt.time(21), dt.time(8)), size)
        tops = [float(one.split('y="')[1].split('"')[0]) for one in svg.split("<title>")[1:]]
        assert [round(b - a) for a, b in zip(tops, tops[1:], strict=False)] == [size.block, size.block]
        assert "<says>" not in svg
