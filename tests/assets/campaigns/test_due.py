"""What is due is planned once, whenever somebody looks and wherever they are killed; states move on with it."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from assets.campaigns.plans.deciding import decide_send
from assets.campaigns.plans.due import next_send_at, plan_due
from assets.campaigns.plans.steering import NotAsked, answer_late, start_campaign, stop_campaign
from connectors.store.campaign_states import CampaignStates
from models.campaigns.states import ActionRefused
from tests.assets.campaigns.campaign_home import CampaignHome, seoul

DAILY = {"recurring": {"unit": "day", "time": "10:00"}}


def started(home: CampaignHome, moment: str = "02 09:00", **changes: Any) -> None:
    home.at(moment).apply(**changes)
    assert start_campaign(home.shop, changes.get("id", "spring")).checked.obstacles == ()


def state(home: CampaignHome, campaign_id: str = "spring") -> str:
    found = home.shop.store.campaign_states.of(campaign_id)
    assert found is not None
    return found.state


def told(home: CampaignHome, campaign_id: str = "spring") -> list[tuple[dt.datetime, str, str | None]]:
    return [(one.planned_at, one.state, one.reason) for one in home.ledger.of_campaign(campaign_id)]


def next_at(home: CampaignHome) -> dt.datetime | None:
    found = home.shop.store.campaign_states.of("spring")
    assert found is not None
    return next_send_at(home.shop.campaign("spring"), found, home.shop)


@pytest.mark.feature("E2")
@pytest.mark.feature("E3")
@pytest.mark.feature("E4")
def test_an_occurrence_is_planned_when_it_is_due_and_only_once(home: CampaignHome) -> None:
    started(home, schedule=DAILY, period={"to": "2026-03-03"})
    assert plan_due(home.shop) == []
    (send,) = plan_due(home.at("02 10:00").shop)
    assert plan_due(home.at("02 10:03").shop) == [send]  # not decided about yet
    assert (send.planned_at, send.ends_at) == (seoul("02 10:00"), seoul("04 00:00"))
    assert next_at(home) == seoul("03 10:00")
    plan_due(home.at("03 10:01").shop)
    assert next_at(home) is None  # nothing left, but the period goes on
    assert state(home) == "recurring"
    plan_due(home.at("04 00:00").shop)
    assert state(home) == "completed"
    assert home.shop.store.segment_uses.close("spring") == 0  # closed with it
    assert len(told(home)) == 2


@pytest.mark.feature("E3")
@pytest.mark.parametrize(
    ("late", "newest"), [("send", ("planned", None)), ("expire", ("expired", "late")), ("ask", ("stopped", "late"))]
)
def test_of_moments_missed_only_the_newest_can_still_go_out(
    home: CampaignHome, late: str, newest: tuple[str, str | None]
) -> None:
    started(home, schedule=DAILY, policies={"late": late})
    sends = plan_due(home.at("04 15:00").shop)
    assert len(sends) == (late == "send")
    assert [one[1:] for one in told(home)] == [("expired", "newer_missed"), ("expired", "newer_missed"), newest]
    assert plan_due(home.at("04 16:00").shop) == sends
    assert len(told(home)) == 3


@pytest.mark.feature("E3")
def test_somebody_says_what_becomes_of_an_occurrence_that_asks(home: CampaignHome) -> None:
    started(home, schedule=DAILY, policies={"late": "ask"})
    plan_due(home.at("02 15:00").shop)
    plan_due(home.at("03 15:00").shop)
    first, second = (one.send_id for one in home.ledger.of_campaign("spring"))
    assert answer_late(home.shop, first, send=False).state == "cancelled"
    assert answer_late(home.shop, second, send=True).state == "planned"
    assert [one.send_id for one in plan_due(home.shop)] == [second]
    with pytest.raises(NotAsked, match="it is planned"):
        answer_late(home.shop, second, send=True)
    decide_send(home.shop, home.ledger.progress(2))
    assert set(home.reasons(2).values()) == {"selected", "no_consent"}  # decided for when it goes, at 15:00


@pytest.mark.feature("E3")
def test_whoever_is_killed_while_planning_leaves_what_the_next_one_plans(
    home: CampaignHome, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed after each write in turn; a look in between and at another time gives what an undisturbed one gives."""
    started(home, schedule=DAILY, policies={"late": "ask"})
    home.at("04 10:05")
    for writes in range(4):
        with monkeypatch.context() as patch:
            _cut_after(patch, writes)
            with pytest.raises(KeyboardInterrupt):
                plan_due(home.shop)
        home.at(f"04 10:{6 + writes:02d}")
    (send,) = plan_due(home.shop)
    assert send.planned_at == seoul("04 10:00")
    assert [one[1] for one in told(home)] == ["expired", "expired", "planned"]
    assert next_at(home) == seoul("05 10:00")


def _cut_after(patch: pytest.MonkeyPatch, writes: int) -> None:
    from connectors.store.ledger.ledger import Ledger

    done = [0]

    def cut(real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **named: Any) -> Any:
            if done[0] == writes:
                raise KeyboardInterrupt
            done[0] += 1
            return real(*arguments, **named)

        return call

    patch.setattr(Ledger, "plan", cut(Ledger.plan))
    patch.setattr(CampaignStates, "change", cut(CampaignStates.change))


@pytest.mark.feature("E4")
def test_stopping_stops_the_sends_and_resuming_counts_from_then(home: CampaignHome) -> None:
    started(home, schedule={"recurring": {"unit": "day", "every": 3, "time": "10:00"}}, period={"to": "2026-03-20"})
    (send,) = plan_due(home.at("02 10:00").shop)
    decide_send(home.shop, send)
    stop_campaign(home.at("02 11:00").shop, "spring")
    assert stop_campaign(home.shop, "spring").state == "paused"
    assert [one[1:] for one in told(home)] == [("stopped", "campaign_stopped")]
    assert next_at(home) is None
    assert plan_due(home.at("05 12:00").shop) == []
    start_campaign(home.at("06 09:00").shop, "spring")
    assert start_campaign(home.shop, "spring").state is not None
    assert told(home)[0][1:] == ("sending", None)  # it goes on where it was
    assert next_at(home) == seoul("06 10:00")  # and not 8 March, in the old turn
    stop_campaign(home.shop, "spring")
    plan_due(home.at("21 00:00").shop)
    assert state(home) == "completed"  # also while it is stopped
    with pytest.raises(ActionRefused):
        start_campaign(home.shop, "spring")


@pytest.mark.feature("E2")
@pytest.mark.parametrize("schedule", [{"now": True}, {"at": "2026-03-02 10:00"}])
def test_one_that_is_sent_once_goes_on_after_a_stop_and_is_not_sent_again(
    home: CampaignHome, schedule: dict[str, Any]
) -> None:
    started(home, schedule=schedule)
    assert state(home) == ("running" if "now" in schedule else "waiting")
    (send,) = plan_due(home.at("02 10:00" if "at" in schedule else "02 09:00").shop)
    decide_send(home.shop, send)
    assert state(home) == "running"
    stop_campaign(home.at("02 11:00").shop, "spring")
    assert start_campaign(home.at("03 11:00").shop, "spring").checked.obstacles == ()
    assert plan_due(home.at("04 11:00").shop) == []
    assert told(home) == [(send.planned_at, "sending", None)]


@pytest.mark.feature("E2")
def test_one_whose_only_moment_was_missed_and_expired_is_completed(home: CampaignHome) -> None:
    started(home, schedule={"at": "2026-03-02 10:00"}, policies={"late": "expire"})
    assert plan_due(home.at("02 12:00").shop) == []
    assert state(home) == "completed"


@pytest.mark.feature("E5")
def test_what_is_executed_keeps_its_version(home: CampaignHome) -> None:
    started(home, schedule=DAILY)
    home.apply(name="여름", schedule={"recurring": {"unit": "day", "time": "09:30"}})
    assert plan_due(home.at("02 09:45").shop) == []  # the version that was started is the one that counts
    (send,) = plan_due(home.at("02 10:00").shop)
    assert send.version == 1
    decide_send(home.shop, send)
    stop_campaign(home.shop, "spring")
    resumed = start_campaign(home.shop, "spring").state
    assert resumed is not None
    assert (resumed.version, resumed.is_executed) == (1, True)


@pytest.mark.feature("E4")
def test_of_many_campaigns_only_those_that_are_due_are_read(
    home: CampaignHome, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(3):
        schedule = {"recurring": {"unit": "day", "time": f"1{number}:00"}}
        started(home, id=f"c{number}", schedule=schedule, policies={"late": "send"})
    read: list[str] = []
    real = type(home.shop.store.campaigns).history
    monkeypatch.setattr(
        type(home.shop.store.campaigns), "history", lambda self, name: (read.append(name), real(self, name))[1]
    )
    plan_due(home.shop)
    read.clear()
    assert [one.campaign_id for one in plan_due(home.at("02 11:05").shop)] == ["c0", "c1"]
    assert set(read) == {"c0", "c1"}
    assert [one.campaign_id for one in plan_due(home.shop, ["c1"])] == ["c1"]


@pytest.mark.feature("E2")
def test_what_is_in_the_way_of_a_start_is_told_and_nothing_is_started(home: CampaignHome) -> None:
    home.shop.store.templates.apply([{"id": "long", "name": "긴", "sms": {"text": "가" * 60}}])
    home.shop.store.senders.apply(
        [{"id": "15880001", "name": "대기", "kind": "sms", "address": "15880001", "state": "waiting"}]
    )
    home.apply(
        target={"include": ["viewers", "nobody-knows", "taste:t1", "taste:t9"]},
        sender="15880001",
        variants=[{"name": "A", "template": "gone"}, {"name": "B", "template": "long"}],
        schedule={"at": "2026-03-02 08:00"},
        tracking={"on": False},
    )
    found = start_campaign(home.shop, "spring")
    assert found.state is None
    assert [one.kind for one in found.checked.obstacles] == [
        "unknown_target", "unknown_target", "unknown_template", "sender_may_not_send", "never_sends",
    ]  # fmt: skip
    assert [one.kind for one in found.checked.warnings] == ["tracking_off"]
    assert home.shop.store.campaign_states.of("spring") is None
