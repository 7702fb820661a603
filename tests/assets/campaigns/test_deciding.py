"""What is decided about a send is decided once, from what is known at that moment, as the dry run says."""

from collections.abc import Iterator, Sequence
from typing import Any

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from assets.campaigns.plans.deciding import decide_send
from assets.campaigns.plans.dry_run import entry_of
from assets.campaigns.plans.due import plan_due
from assets.campaigns.plans.steering import start_campaign
from assets.campaigns.shop import Shop
from assets.segments.facts import open_facts
from connectors.lake.sends import SendFiles
from connectors.store.ledger.claiming import Wish
from connectors.store.ledger.ledger import Ledger
from connectors.store.ledger.shapes import Closed, Ending, Send
from models.campaigns.document import Campaign
from models.campaigns.plan import Rehearsed, rehearse
from tests.assets.campaigns.campaign_home import CampaignHome, seoul


def due(home: CampaignHome, moment: str = "02 10:00", **changes: Any) -> Send:
    """A campaign that was started, and its send that is due."""
    name = changes.get("id", "spring")
    home.apply(**changes)
    assert start_campaign(home.shop, name).checked.obstacles == ()
    (send,) = plan_due(home.at(moment).shop, [name])
    return send


def rehearsals(shop: Shop, campaigns: Sequence[Campaign], days: int) -> Iterator[Rehearsed]:
    """Every occurrence of ``campaigns`` within ``days`` days from now, as the dry run plays them through."""
    now = shop.clock()
    today = now.astimezone(shop.zone).date()
    with open_facts(shop.home, shop.settings, shop.store, shop.published, today) as facts:
        entries = [entry_of(shop, facts, campaign, now) for campaign in campaigns]
    yield from rehearse(entries, shop.policies, now, days, shop.zone)


def messages(home: CampaignHome, send: Send) -> list[tuple[int, str, str]]:
    """Everything of a send that its messages say."""
    rows = home.ledger.deliveries(send.send_no)
    return rows.select("seq", "customer_key", "variant").rows()


@pytest.mark.feature("E10")
def test_deciding_twice_or_after_a_kill_gives_the_same_messages(
    home: CampaignHome, monkeypatch: pytest.MonkeyPatch
) -> None:
    send = due(home)
    with monkeypatch.context() as patch:
        patch.setattr(Ledger, "reserve", _killed)
        with pytest.raises(KeyboardInterrupt):
            decide_send(home.shop, send)
    kept = home.decisions(send.send_no)
    home.shop.store.upsert_members(pl.DataFrame({"member_id": ["m1"], "consent_sms": [False]}).to_arrow())
    again = decide_send(home.at("02 10:20").shop, send)
    assert again.added == 19  # what was decided holds; consent is looked at again when the message goes
    assert decide_send(home.shop, send).added == 0
    assert_frame_equal(home.decisions(send.send_no), kept)
    sent = kept.filter(pl.col("decision") == "send").sort("send_order")
    assert messages(home, send) == sent.select("send_order", "customer_key", "variant").rows()
    assert len(home.shop.store.segment_uses.of("viewers")) == 1
    assert home.shop.store.segment_uses.of("viewers")[0].size == 20


def _killed(*_: object) -> None:
    raise KeyboardInterrupt


@pytest.mark.feature("E10")
def test_two_who_decide_at_the_same_time_go_on_with_the_same_rows(
    home: CampaignHome, monkeypatch: pytest.MonkeyPatch
) -> None:
    send, real = due(home), SendFiles.write_once

    def overtaken(self: SendFiles, table: str, day: Any, send_no: int, frame: pl.DataFrame) -> pl.DataFrame:
        real(self, table, day, send_no, frame.filter(pl.col("decision") == "exclude"))  # the other one was first
        return real(self, table, day, send_no, frame)

    monkeypatch.setattr(SendFiles, "write_once", overtaken)
    assert decide_send(home.shop, send).added == 0
    assert set(home.reasons(send.send_no).values()) == {"no_consent"}


@pytest.mark.feature("E9")
@pytest.mark.feature("E10")
def test_the_target_is_looked_up_anew_at_each_occurrence(home: CampaignHome) -> None:
    home.did(1, "add_to_cart", "01 13:00", product_id="P1")
    home.did(2, "add_to_cart", "01 13:00", product_id="P1")
    home.did(2, "purchase", "01 14:00", product_id="P1")
    home.publish()
    target = {"include": ["carted", "taste:t1"], "exclude": ["buyers"], "range": {"visited_last_days": 2}}
    send = due(home, target=target, policies={"cooldown": "0m"})
    decided = decide_send(home.shop, send)
    assert home.reasons(send.send_no) == {
        1: "selected", 2: "excluded_segment", 3: "selected", 4: "selected", 5: "selected",
    }  # fmt: skip
    assert decided.counts["customers"].sum() == 5
    home.did(7, "add_to_cart", "02 13:00", product_id="P1")
    home.publish()
    (second,) = plan_due(home.at("03 10:00").shop)
    decide_send(home.shop, second)
    assert home.reasons(second.send_no) == {
        1: "not_in_range", 2: "not_in_range", 3: "not_in_range", 4: "not_in_range", 5: "not_in_range", 7: "selected",
    }  # fmt: skip


@pytest.mark.feature("E7")
def test_campaigns_of_the_same_hour_take_customers_by_rank_and_the_cooldown_holds_over_all(home: CampaignHome) -> None:
    first = due(home, id="first", target={"include": ["taste:t1"]}, policies={"priority": 1})
    decide_send(home.shop, first)
    home.at("02 09:00")
    second = due(home, "02 10:30", id="second", schedule={"recurring": {"unit": "day", "time": "10:30"}})
    decide_send(home.shop, second)
    reasons = home.reasons(second.send_no)
    assert [one for one, why in reasons.items() if why == "lower_priority"] == [1, 2, 3, 4, 5]
    later = due(home, "02 12:00", id="third", schedule={"at": "2026-03-02 12:00"}, policies={"priority": 0})
    decide_send(home.shop, later)
    assert set(home.reasons(later.send_no).values()) == {"cooldown", "no_consent"}


@pytest.mark.feature("E7")
def test_the_same_phone_never_gets_the_same_campaign_twice(home: CampaignHome) -> None:
    policies = {"exclude_duplicates": True, "cooldown": "0m"}
    send = due(home, policies=policies)
    decide_send(home.shop, send)
    lowest, other = sorted([19, 20], key=lambda one: home.ids[one])
    assert home.reasons(send.send_no)[other] == "duplicate_phone"
    assert home.reasons(send.send_no)[lowest] == "selected"
    (second,) = plan_due(home.at("03 10:00").shop)
    decide_send(home.shop, second)
    assert set(home.reasons(second.send_no).values()) == {"duplicate_phone", "no_consent"}


@pytest.mark.feature("E8")
def test_the_daily_cost_limit_leaves_out_what_is_left_after_what_was_spent(home: CampaignHome) -> None:
    policies = {"daily_cost_limit": 95, "cooldown": "0m"}  # an SMS is 9
    send = due(home, policies=policies)
    assert decide_send(home.shop, send).added == 10
    wish = Wish("worker", 4, ("A",), lambda variant: ("15880000", 4), "2026-03-02")
    for parcel in home.ledger.claim(send.send_no, wish).parcels:
        home.ledger.close(
            send.send_no, [Closed(parcel, "settled", [Ending(row.seq, "accepted") for row in parcel.rows])]
        )
    assert home.ledger.spent("spring") == {seoul("02 10:00").date(): 4 * 90_000}
    again = home.apply(policies=policies, schedule={"recurring": {"unit": "day", "time": "15:00"}})
    costs = [rehearsed.cost for rehearsed in rehearsals(home.shop, [again], 2)]
    assert costs == [6 * 90_000, 10 * 90_000]  # what is left of today's 95, and all of tomorrow's


@pytest.mark.feature("E11")
@pytest.mark.feature("G4")
def test_holdout_and_variants_stay_the_same_from_one_occurrence_to_the_next(home: CampaignHome) -> None:
    variants = [{"name": name, "template": "hello"} for name in "ABC"]
    send = due(home, variants=variants, holdout={"share": 30}, policies={"cooldown": "0m"})
    decide_send(home.shop, send)
    (second,) = plan_due(home.at("03 10:00").shop)
    decide_send(home.shop, second)
    one, two = (home.decisions(number).select("customer_id", "variant", "reason") for number in (1, 2))
    assert_frame_equal(one, two)
    held = one.filter(pl.col("reason") == "holdout")
    assert 0 < len(held) < 12
    counts = one.drop_nulls("variant")["variant"].value_counts()["count"]
    assert counts.max() - counts.min() <= 1


@pytest.mark.feature("E10")
def test_a_send_whose_segment_can_not_be_answered_is_stopped_and_others_go_on(home: CampaignHome) -> None:
    lost, other = due(home, id="lost"), None
    home.shop.store.segments.apply([{"id": "viewers", "name": "없는 필드", "include": {"custom": "shoe_size >= 250"}}])
    home.at("02 09:00")
    other = due(home, id="other", target={"include": ["buyers"]})
    decided = decide_send(home.shop, lost)
    assert (decided.send.state, decided.send.reason) == ("stopped", "segment")
    assert "viewers" in str(decided.problem)
    assert home.told == [f"{lost.send_id} is stopped: {decided.problem}"]
    assert decide_send(home.shop, other).send.state == "finished"  # nobody bought: nothing is left to send
    home.shop.store.segments.remove("viewers")
    home.ledger.resume(lost.send_no)
    assert "there is no segment viewers" in str(decide_send(home.shop, lost).problem)


@pytest.mark.feature("E10")
def test_the_dry_run_says_what_the_sends_then_do(home: CampaignHome) -> None:
    """Two campaigns of one hour over three days: who gets what, why not, and what it costs."""
    first = {"id": "first", "target": {"include": ["taste:t1"]}, "policies": {"priority": 1}}
    second = {"id": "second", "schedule": {"recurring": {"unit": "day", "time": "10:10"}}, "holdout": {"share": 20}}
    second |= {"policies": {"cooldown": "36h"}}
    campaigns = [home.apply(**first), home.apply(**second)]
    told = {(one.sending.campaign_id, one.planned_at): one.decisions for one in rehearsals(home.shop, campaigns, 3)}
    for campaign in campaigns:
        start_campaign(home.shop, campaign.id)
    for moment in ("02 10:10", "03 10:10", "04 10:10"):
        for send in sorted(plan_due(home.at(moment).shop), key=lambda send: send.campaign_id):
            home.at(moment.replace("10:10", "10:00") if send.campaign_id == "first" else moment)
            decide_send(home.shop, send)
            found = home.decisions(send.send_no).select("customer_id", "variant", "reason", "send_order")
            wanted = told[send.campaign_id, send.planned_at]
            assert_frame_equal(
                found, wanted.select(found.columns).with_columns(pl.col("variant", "reason").cast(pl.String))
            )
    assert len(told) == 6
    assert {"lower_priority", "holdout", "cooldown"} <= set(pl.concat(told.values())["reason"].cast(pl.String))


@pytest.mark.feature("E10")
def test_the_dry_run_knows_what_the_ledger_has_already(home: CampaignHome) -> None:
    decide_send(home.shop, due(home, id="first", target={"include": ["taste:t1"]}))
    other = home.apply(id="other", schedule={"at": "2026-03-02 15:00"})
    (rehearsed,) = rehearsals(home.shop, [other], 1)
    cooling = rehearsed.decisions.filter(pl.col("reason") == "cooldown")
    assert home.who(cooling["customer_id"]) == [1, 2, 3, 4, 5]


@pytest.mark.feature("E7", "H5")
def test_who_was_held_out_rests_like_those_who_got_it_so_that_both_sides_stay_alike(home: CampaignHome) -> None:
    policies = {"cooldown": "48h"}
    first = due(home, policies=policies, holdout={"share": 50})
    decide_send(home.shop, first)
    reasons = home.reasons(first.send_no)
    assert {"holdout", "selected"} <= set(reasons.values())
    meant = {one for one, why in reasons.items() if why in ("holdout", "selected")}
    (second,) = plan_due(home.at("03 10:00").shop)
    decide_send(home.shop, second)
    assert {one for one, why in home.reasons(second.send_no).items() if why == "cooldown"} == meant
    other = due(
        home, "03 12:00", id="other", policies=policies, schedule={"recurring": {"unit": "day", "time": "12:00"}}
    )
    decide_send(home.at("03 12:00").shop, other)
    assert {one for one, why in home.reasons(other.send_no).items() if why == "cooldown"} == meant
    kept = home.decisions(first.send_no).filter(pl.col("decision") == "holdout")
    assert kept["not_before"].null_count() == 0  # what they do is counted from when it would have gone out


@pytest.mark.feature("E7", "H5")
def test_where_nobody_gets_it_twice_nobody_is_held_out_twice(home: CampaignHome) -> None:
    policies = {"cooldown": "0m", "exclude_duplicates": True}
    first = due(home, policies=policies, holdout={"share": 50})
    decide_send(home.shop, first)
    reasons = home.reasons(first.send_no)
    held = {one for one, why in reasons.items() if why == "holdout"}
    assert held
    assert set(reasons.values()) > {"holdout"}
    (second,) = plan_due(home.at("03 10:00").shop)
    decide_send(home.shop, second)
    again = home.reasons(second.send_no)
    assert {one for one, why in again.items() if why == "holdout_ending"} == held
    assert "holdout" not in again.values()
