"""Behaviour triggers: what fires, once, and when; what is let go."""

from typing import Any

import pytest

from assets.campaigns.plans.deciding import decide_send
from assets.campaigns.plans.due import plan_due
from assets.campaigns.plans.steering import start_campaign, stop_campaign
from connectors.store.ledger.shapes import Send
from connectors.store.notes import Notes
from tests.assets.campaigns.campaign_home import CampaignHome, seoul

pytestmark = pytest.mark.feature("E2")


def started(home: CampaignHome, trigger: dict[str, Any], **changes: Any) -> None:
    home.apply(schedule={"trigger": trigger}, **changes)
    assert start_campaign(home.shop, "spring").checked.obstacles == ()


def fired(home: CampaignHome, moment: str) -> list[Send]:
    """Sends planned at a moment, decided about."""
    sends = plan_due(home.at(moment).shop)
    return [decide_send(home.shop, send).send for send in sends]


def test_a_trigger_fires_once_after_its_delay(home: CampaignHome, monkeypatch: pytest.MonkeyPatch) -> None:
    home.did(1, "add_to_cart", "02 08:50", product_id="P1")  # before it was started
    home.did(2, "add_to_cart", "02 09:10", product_id="P1")
    home.did(2, "add_to_cart", "02 09:20", product_id="P2")
    home.did(3, "add_to_cart", "02 09:30", product_id="P1", event_id="a source's own id " * 10)
    home.did(20, "add_to_cart", "02 09:15", product_id="P1")  # no member
    home.did(4, "add_to_cart", "02 09:15", product_id="P1", is_bot=True)
    started(home, {"event": "add_to_cart", "delay": "1h"}, policies={"cooldown": "0m"})
    home.at("02 09:40").publish()
    assert fired(home, "02 09:45") == []
    (send,) = fired(home, "02 10:21")
    assert home.reasons(send.send_no) == {2: "selected"}  # who did it twice counts once
    assert send.planned_at == seoul("02 10:21")
    with monkeypatch.context() as patch:
        patch.setattr(Notes, "read", lambda self, name: None)  # as if nobody had looked yet
        (second,) = fired(home, "02 10:35")
        assert home.reasons(second.send_no) == {3: "selected"}
        assert fired(home, "02 10:40") == []
    home.publish()
    assert fired(home, "03 10:40") == []


def test_events_are_filtered_and_the_condition_is_asked_when_the_delay_is_over(home: CampaignHome) -> None:
    for one, product in ((1, "P1"), (2, "P2"), (3, "P1"), (18, "P1")):
        home.did(one, "add_to_cart", "02 09:30", product_id=product)
    trigger = {
        "event": "add_to_cart", "where": {"products": ["P1"]}, "delay": "3h",
        "condition": {"not": {"event": {"name": "purchase", "window": {"last_days": 1}}}},
    }  # fmt: skip
    started(home, trigger)
    home.publish()
    assert fired(home, "02 10:00") == []
    home.did(3, "purchase", "02 11:00", product_id="P1")
    home.publish()
    (send,) = fired(home, "02 12:30")
    assert home.reasons(send.send_no) == {1: "selected", 3: "condition", 18: "no_consent"}


@pytest.mark.feature("E4")
def test_a_stop_lets_go_of_what_waits_and_a_start_looks_from_then_on(home: CampaignHome) -> None:
    home.did(1, "add_to_cart", "02 09:30", product_id="P1")
    home.did(2, "add_to_cart", "02 11:30", product_id="P1")
    started(home, {"event": "add_to_cart", "delay": "1h"}, period={"to": "2026-03-02"})
    home.publish()
    assert fired(home, "02 10:00") == []
    stop_campaign(home.shop, "spring")
    assert fired(home, "02 10:40") == []
    start_campaign(home.at("02 11:00").shop, "spring")
    (send,) = fired(home, "02 12:31")
    assert home.reasons(send.send_no) == {2: "selected"}
    assert fired(home, "03 00:00") == []
    state = home.shop.store.campaign_states.of("spring")
    assert state is not None
    assert state.state == "completed"


@pytest.mark.feature("E3")
@pytest.mark.parametrize(("late", "who"), [("expire", {2: "selected"}), ("send", {1: "selected", 2: "selected"})])
def test_what_is_overdue_by_more_than_a_day_is_let_go_unless_it_is_to_be_sent(
    home: CampaignHome, late: str, who: dict[int, str]
) -> None:
    home.did(1, "add_to_cart", "02 09:30", product_id="P1")
    home.did(2, "add_to_cart", "02 18:00", product_id="P1")
    started(home, {"event": "add_to_cart"}, policies={"late": late})
    home.publish()
    (send,) = fired(home, "03 10:00")
    assert home.reasons(send.send_no) == who


def test_while_facts_of_two_runs_are_published_nothing_is_looked_for(home: CampaignHome) -> None:
    import duckdb

    home.did(1, "add_to_cart", "02 09:30", product_id="P1")
    started(home, {"event": "add_to_cart"})
    home.publish()
    with duckdb.connect() as connection:
        frame = home.shop.published.scan("events").collect().to_arrow()
        connection.register("newer", frame)
        home.shop.published.publish_full("events", connection, "SELECT * FROM newer", load_seq=1)
    assert fired(home, "02 10:00") == []
    home.publish()
    assert len(fired(home, "02 10:01")) == 1
