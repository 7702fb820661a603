"""The dry run: occurrences of the coming days played through, summed up, and what to be warned of."""

import datetime as dt
from decimal import Decimal
from typing import Any

import polars as pl
import pytest

from models.campaigns.inflow import lacks_tracking, untracked_links
from models.campaigns.inputs import People
from models.campaigns.plan import REASONS, SUMMARY, Entry, reasons, rehearse, summary
from models.campaigns.plan_warnings import warnings_of_campaign, warnings_of_occurrence
from models.campaigns.policies import ShopPolicies
from models.campaigns.schedule import Timetable
from tests.models.campaigns.shops import SEOUL, campaign, candidates, members, recent, seoul

pytestmark = pytest.mark.feature("E10")

NOW = seoul("01 09:00")


def entry(people: People | None = None, price: str = "10", **changes: Any) -> Entry:
    document = campaign(**changes)
    known = people or People(candidates(*range(1, 11)), members(10))
    prices = {variant.name: Decimal(price) for variant in document.variants}
    return Entry(document, Timetable(document.schedule, SEOUL, NOW, document.period), known, prices, NOW.date())


def played(*entries: Entry, days: int = 3, **shop: Any) -> pl.DataFrame:
    found = rehearse(entries, ShopPolicies.model_validate({"cooldown": "0m", **shop}), NOW, days, SEOUL)
    return pl.concat([pl.DataFrame(schema=SUMMARY), *map(summary, found)])


def daily(time: str, every: int = 1) -> dict[str, Any]:
    return {"recurring": {"unit": "day", "every": every, "time": time}}


def test_every_occurrence_of_the_coming_days_has_a_row() -> None:
    table = played(entry(id="a"), entry(id="b", schedule=daily("15:00", 2)), days=3)
    assert table.select("campaign_id", "planned_at").rows() == [
        ("a", seoul("01 10:00")), ("b", seoul("01 15:00")), ("a", seoul("02 10:00")), ("a", seoul("03 10:00")),
        ("b", seoul("03 15:00")),
    ]  # fmt: skip
    assert table["sends"].to_list() == [10] * 5
    assert table["cost"].to_list() == [100.0] * 5


@pytest.mark.feature("E7")
def test_later_occurrences_know_what_went_out_before() -> None:
    table = played(entry(id="a"), entry(id="b", schedule=daily("16:00")), days=2, cooldown="24h")
    assert dict(table.group_by("campaign_id").agg(pl.col("sends").sum()).iter_rows()) == {"a": 20, "b": 0}
    once = played(entry(policies={"exclude_duplicates": True}), days=3)
    assert once["sends"].to_list() == [10, 0, 0]


@pytest.mark.feature("E7")
def test_of_one_hour_the_campaign_that_ranks_first_has_its_customers_even_when_it_is_later() -> None:
    few = People(candidates(1, 2, 3), members(3))
    first = entry(few, id="z", schedule=daily("10:50"), policies={"priority": 1})
    found = list(rehearse([entry(id="a"), first], ShopPolicies(), NOW, 1, SEOUL))
    assert [one.sending.campaign_id for one in found] == ["z", "a"]
    taken = found[1].decisions.filter(pl.col("reason") == "lower_priority")["customer_id"].to_list()
    assert taken == [1, 2, 3]
    assert ("lower_priority", {"customers": 3}) in [(one.kind, one.values) for one in warnings_of_occurrence(found[1])]


@pytest.mark.feature("E8")
def test_money_is_counted_by_day_over_occurrences() -> None:
    known = People(candidates(*range(1, 11)), members(10), spent={seoul("01 00:00").date(): 700_000})
    table = played(entry(known, policies={"daily_cost_limit": 100}), days=2)
    assert table["sends"].to_list() == [3, 10]


def test_reasons_add_up_to_the_candidates() -> None:
    people = People(candidates(*range(1, 13)), members(10, consent_sms={4: False}), recent_sends=recent({5: NOW}))
    (one,) = rehearse([entry(people)], ShopPolicies(), NOW, 1, SEOUL)
    table = reasons(one)
    assert table.schema == REASONS
    assert table["customers"].sum() == summary(one)["targeted"].item() == 12
    assert {row["reason"]: row["customers"] for row in table.to_dicts()} == {
        "cooldown": 1, "no_consent": 1, "not_a_member": 2, "selected": 8,
    }  # fmt: skip


def kinds(one: Entry, now: dt.datetime = NOW, **shop: Any) -> list[str]:
    (found,) = rehearse([one], ShopPolicies.model_validate(shop), now, 1, SEOUL)
    return [warning.kind for warning in warnings_of_occurrence(found)]


@pytest.mark.feature("E6")
def test_an_occurrence_at_night_or_lasting_into_it_is_warned_of() -> None:
    own = People(candidates(*range(1, 3001)), members(3000, consent_night=dict.fromkeys(range(1, 3001), False)))
    assert kinds(entry(own, schedule=daily("22:00"))) == ["in_night"]
    assert kinds(entry(own, schedule=daily("20:58"), policies={"speed": 1000})) == ["into_night"]
    assert kinds(entry(own, schedule=daily("20:57"), policies={"speed": 1000})) == []
    found = played(entry(own, schedule=daily("22:00"), policies={"speed": 1000}), days=1).row(0, named=True)
    assert (found["first_out"], found["last_out"]) == (seoul("02 08:00"), seoul("02 08:02"))
    assert found["after_night"] == 3000


@pytest.mark.feature("E6")
def test_messages_that_would_come_after_the_period_are_warned_of() -> None:
    own = People(candidates(1, 2), members(2, consent_night={1: False}))
    last_evening = entry(own, schedule=daily("22:00"), channel="push", period={"to": "2025-10-01"})
    assert kinds(last_evening) == ["in_night", "after_period"]


def test_nobody_to_send_to_is_warned_of() -> None:
    assert kinds(entry(People(candidates(), members(0)))) == ["no_candidates"]
    assert kinds(entry(People(candidates(1), members(1, consent_sms={1: False})))) == ["nobody_left"]
    assert kinds(entry(policies={"daily_cost_limit": 50})) == ["cost_limit"]


@pytest.mark.feature("E4")
def test_what_is_sent_by_hand_is_played_through_at_once() -> None:
    by_hand = entry(schedule={"now": True})
    assert played(by_hand)["planned_at"].to_list() == [NOW]
    assert warnings_of_campaign(by_hand, NOW) == []


@pytest.mark.feature("E4")
def test_a_campaign_whose_time_has_gone_by_never_sends() -> None:
    gone = entry(schedule={"at": "2025-09-01 10:00"})
    assert [one.kind for one in warnings_of_campaign(gone, NOW)] == ["never_sends"]
    assert warnings_of_campaign(entry(schedule={"trigger": {"event": "sign_up"}}), NOW) == []
    assert played(entry(schedule={"trigger": {"event": "sign_up"}})).is_empty()


@pytest.mark.feature("H4")
def test_links_that_carry_nothing_are_told_before_the_start() -> None:
    assert lacks_tracking(campaign()) is None
    assert [one.kind for one in warnings_of_campaign(entry(tracking={"on": False}), NOW)] == ["tracking_off"]
    assert [one.kind for one in warnings_of_campaign(entry(landing_url=None), NOW)] == ["no_landing"]


@pytest.mark.feature("H4")
def test_a_link_must_carry_every_parameter_itself_or_in_the_page_it_returns_to() -> None:
    utm = {"source": "kakao", "campaign": "봄"}
    tracked = "https://shop.kr/c?x=1&utm_campaign=%EB%B4%84&utm_source=kakao"
    through_login = (
        "https://shop.kr/member/login.html?returnUrl=%2Fc%3Futm_source%3Dkakao%26utm_campaign%3D%25EB%25B4%2584"
    )
    lost = ["https://shop.kr/c", "https://shop.kr/c?utm_source=kakao", "https://shop.kr/c?utm_source=a&utm_campaign=봄",
            "https://[", "https://shop.kr/c"]  # fmt: skip
    assert untracked_links([tracked, through_login, *lost, "tel:080", "app://x"], utm) == tuple(lost[:4])
    assert untracked_links([tracked], {}) == (tracked,)
