"""Who gets what: every rule by itself, which one comes first, and all of them together against a row-by-row oracle."""

import datetime as dt
from collections import Counter
from dataclasses import replace
from decimal import Decimal
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from models.campaigns.decide import chunks, counted, decide
from models.campaigns.fields import money_units
from models.campaigns.inputs import MEMBER_FLAGS, People, sending_of
from models.campaigns.policies import ShopPolicies
from models.campaigns.reasons import LEFT_OUT
from models.campaigns.variants import slots
from tests.models.campaigns.shops import (
    DAY,
    SEOUL,
    campaign,
    candidates,
    claims,
    ids,
    members,
    previous,
    reasons_one_by_one,
    recent,
    sending,
    seoul,
)

pytestmark = pytest.mark.feature("E10")

NOON = seoul("01 12:00")


def told(decisions: pl.DataFrame) -> dict[int, str]:
    return dict(decisions.select("customer_id", pl.col("reason").cast(pl.String)).iter_rows())


def reason(
    people: People, at: dt.datetime = NOON, shop: dict[str, Any] | None = None, **changes: Any
) -> dict[int, str]:
    return told(decide(sending(at, shop, **changes), people))


@pytest.mark.feature("E9")
def test_the_target_is_included_in_range_and_not_excluded() -> None:
    people = People(candidates(4, 3, 1, 2, 2), members(4), excluded=ids(2), in_range=ids(1, 2, 4), meeting=ids(1, 2, 3))
    assert reason(people) == {1: "selected", 2: "excluded_segment", 3: "not_in_range", 4: "condition"}


@pytest.mark.parametrize(
    ("channel", "consent", "reach"),
    [("sms", "consent_sms", "has_phone"), ("push", "consent_push", "has_push_token"),
     ("email", "consent_email", "has_email")],
)  # fmt: skip
def test_advertising_needs_the_consent_and_the_address_of_its_channel(channel: str, consent: str, reach: str) -> None:
    people = People(candidates(1, 2, 3, 4, 9), members(4, **{consent: {2: False, 4: None}, reach: {3: False}}))
    assert reason(people, channel=channel) == {
        1: "selected", 2: "no_consent", 3: "unreachable", 4: "no_consent", 9: "not_a_member"
    }  # fmt: skip
    assert reason(people, channel=channel, advertising=False)[2] == "selected"


@pytest.mark.feature("F4")
@pytest.mark.parametrize(
    ("targeting", "expected"),
    [
        ("M", ["selected", "selected", "no_consent", "no_consent"]),
        ("N", ["is_channel_friend", "selected", "no_consent", "no_consent"]),
        ("I", ["selected", "not_channel_friend", "selected", "not_channel_friend"]),
        (None, ["selected", "not_channel_friend", "selected", "not_channel_friend"]),
    ],
)
def test_brand_message_reaches_consented_strangers_or_friends(targeting: str | None, expected: list[str]) -> None:
    people = People(
        candidates(1, 2, 3, 4),
        members(4, consent_kakao={3: False, 4: False}, is_channel_friend={2: False, 4: False}),
    )
    found = reason(people, channel="brand_message", targeting=targeting)
    assert [found[one] for one in (1, 2, 3, 4)] == expected


def test_alimtalk_needs_a_phone_and_no_consent_and_the_site_needs_nothing() -> None:
    nobody = {flag: {1: False} for flag in MEMBER_FLAGS}
    people = People(candidates(1, 2), members(1, **nobody))
    assert reason(people, channel="alimtalk", advertising=False) == {1: "unreachable", 2: "not_a_member"}
    assert reason(people, channel="onsite") == {1: "selected", 2: "selected"}


@pytest.mark.feature("E6")
def test_at_night_only_those_who_agreed_go_at_once_and_the_others_first_thing_in_the_morning() -> None:
    people = People(candidates(1, 2, 3), members(3, consent_night={1: False, 3: None}))
    found = decide(sending(seoul("01 22:00"), channel="push"), people)
    assert told(found) == {1: "night", 2: "selected", 3: "night"}
    morning = seoul("02 08:00")
    assert found["not_before"].to_list() == [morning, seoul("01 22:00"), morning]
    assert found.filter(pl.col("customer_id") == 2)["send_order"].item() == 0


@pytest.mark.feature("E4")
def test_what_would_come_when_the_period_is_over_does_not_go() -> None:
    people = People(candidates(1, 2), members(2, consent_night={1: False}))
    found = reason(people, at=seoul("03 22:00"), channel="push", period={"to": "2025-10-03"})
    assert found == {1: "after_period", 2: "selected"}


@pytest.mark.feature("E7")
def test_the_cooldown_counts_from_any_campaign_to_when_the_message_would_go() -> None:
    second = dt.timedelta(seconds=1)
    day_before = NOON - dt.timedelta(hours=24)
    sent = recent({1: day_before, 2: day_before + second, 3: NOON + dt.timedelta(hours=8)})
    people = People(candidates(1, 2, 3, 4), members(4), recent_sends=sent)
    assert reason(people) == {1: "selected", 2: "cooldown", 3: "cooldown", 4: "selected"}
    assert set(reason(people, policies={"cooldown": "0m"}).values()) == {"selected"}
    assert reason(people, shop={"cooldown": "30h"})[1] == "cooldown"
    late = People(candidates(1), members(1, consent_night={1: False}), recent_sends=recent({1: seoul("01 08:00")}))
    assert reason(late, at=seoul("01 22:00"), channel="push") == {1: "night"}  # 24 hours later exactly


@pytest.mark.feature("E7")
def test_of_campaigns_of_one_hour_the_one_that_ranks_first_keeps_the_customer() -> None:
    others = claims((1, 0, 50, "other"), (2, 0, 100, "autumn"), (3, 0, 100, "winter-spring"), (4, 0, 101, "a"))
    people = People(candidates(1, 2, 3, 4, 5), members(5), claims=others)
    found = {1: "lower_priority", 2: "lower_priority", 3: "selected", 4: "selected", 5: "selected"}
    assert reason(people) == found
    assert set(reason(people, policies={"cooldown": "0m"}).values()) == {"selected"}
    ordered = replace(people, claims=others.with_columns(place=pl.lit(1, pl.Int64)))
    assert set(reason(ordered, shop={"priority_order": ["spring", "other"]}).values()) == {"selected"}


@pytest.mark.feature("E7")
def test_a_phone_never_gets_a_campaign_twice_where_that_is_switched_on() -> None:
    own = members(6, phone_hash={3: "p2", 5: None, 6: None})
    before = previous((1, "p1", None, NOON), (99, "p4", None, NOON), (6, None, None, NOON))
    people = People(candidates(6, 5, 4, 3, 2, 1), own, previous=before)
    assert reason(people, policies={"exclude_duplicates": True}) == {
        1: "duplicate_phone", 2: "selected", 3: "duplicate_phone", 4: "duplicate_phone", 5: "selected",
        6: "duplicate_phone",
    }  # fmt: skip
    assert set(reason(people).values()) == {"selected"}


@pytest.mark.feature("E7")
def test_the_same_phone_goes_to_whoever_is_not_left_out_otherwise() -> None:
    people = People(candidates(1, 2), members(2, phone_hash={2: "p1"}, consent_sms={1: False}))
    assert reason(people, policies={"exclude_duplicates": True}) == {1: "no_consent", 2: "selected"}


@pytest.mark.feature("E8")
def test_the_daily_limit_is_used_up_to_the_last_message_and_not_beyond() -> None:
    people = People(candidates(*range(1, 101)), members(100))
    for limit, spent, sends in ((99.0, 0, 10), (98.9, 0, 9), (99.0, 9.9, 9), (99.0, 200, 0), (0, 0, 0), (990, 0, 100)):
        known = replace(people, spent={DAY: money_units(spent), DAY - dt.timedelta(days=1): money_units(5000)})
        found = decide(sending(NOON, policies={"daily_cost_limit": limit}, prices={"A": "9.9"}), known)
        assert Counter(told(found).values()) == Counter({"selected": sends, "cost_limit": 100 - sends}), limit
        assert found["send_order"].drop_nulls().sort().to_list() == list(range(sends))


@pytest.mark.feature("E8")
def test_what_waits_for_the_morning_is_paid_from_the_next_days_money() -> None:
    own = members(20, consent_night=dict.fromkeys(range(1, 11), False))
    found = decide(
        sending(seoul("01 22:00"), channel="push", policies={"daily_cost_limit": 30}),
        People(candidates(*range(1, 21)), own),
    )
    assert Counter(told(found).values()) == Counter({"selected": 3, "night": 3, "cost_limit": 14})


@pytest.mark.feature("E8")
def test_variants_of_different_prices_are_cut_at_the_exact_sum_and_stay_even() -> None:
    people = People(candidates(*range(1, 201)), members(200))
    halves = [{"name": "A", "template": "t"}, {"name": "B", "template": "u"}]
    what = sending(NOON, variants=halves, prices={"A": "10", "B": "30"}, policies={"daily_cost_limit": 1990})
    sent = decide(what, people)["variant"].drop_nulls().value_counts()
    by_name = dict(sent.select(pl.col("variant").cast(pl.String), "count").iter_rows())
    assert abs(by_name["A"] - by_name["B"]) <= 1
    assert by_name["A"] * 10 + by_name["B"] * 30 in range(1961, 1991)


@pytest.mark.feature("E8")
def test_a_limit_does_not_cut_the_same_customers_every_day() -> None:
    people = People(candidates(*range(1, 1001)), members(1000))
    cut = [
        set(decide(sending(seoul(f"0{day} 12:00"), policies={"daily_cost_limit": 5000}), people)
            .filter(pl.col("reason") == "cost_limit")["customer_id"])
        for day in (1, 2)
    ]  # fmt: skip
    assert 200 < len(cut[0] & cut[1]) < 300  # as by lot


ELEVEN = [{"name": f"V{place}", "template": "t"} for place in range(11)]


@pytest.mark.feature("G4")
def test_every_chunk_and_every_beginning_of_a_send_has_the_shares_of_eleven_variants() -> None:
    people = People(candidates(*range(1, 12_346)), members(12_345, consent_night=dict.fromkeys(range(1, 3000), False)))
    found = decide(sending(seoul("01 22:00"), channel="push", variants=ELEVEN), people)
    pieces = list(chunks(found))
    assert [len(piece) for piece in pieces] == [5000, 5000, 2345]
    order = pl.concat(pieces)
    assert order["send_order"].to_list() == list(range(12_345))
    assert order["not_before"].is_sorted()
    assert order["variant"].to_physical().to_list() == slots([1] * 11, 0, 12_345).tolist()
    assert counted(found)["customers"].sum() == 12_345


@pytest.mark.feature("G4")
def test_a_customer_keeps_the_variant_from_one_occurrence_to_the_next() -> None:
    people = People(candidates(*range(1, 3001)), members(3000))
    first = decide(sending(NOON, variants=ELEVEN, policies={"cooldown": "0m"}), people)
    again = decide(sending(seoul("02 12:00"), variants=ELEVEN, policies={"cooldown": "0m"}), people)
    assert_frame_equal(first.select("customer_id", "variant"), again.select("customer_id", "variant"))
    assert first["send_order"].to_list() != again["send_order"].to_list()
    got = [(one, None, variant, NOON) for one, variant in first.select("customer_id", "variant").iter_rows()]
    fewer = replace(people, candidates=candidates(*range(301, 3301)), members=members(3300), previous=previous(*got))
    kept = decide(sending(seoul("03 12:00"), variants=ELEVEN), fewer).join(first, on="customer_id")
    assert (kept["variant"].cast(pl.String) == kept["variant_right"].cast(pl.String)).all()


@pytest.mark.feature("E11")
def test_the_holdout_is_withheld_each_time_and_drawn_after_all_other_rules() -> None:
    people = People(candidates(*range(1, 20_001)), members(20_000, consent_sms=dict.fromkeys(range(1, 10_001), False)))
    found = [decide(sending(seoul(f"0{day} 12:00"), holdout={"share": 10}), people) for day in (1, 5)]
    held = [set(one.filter(pl.col("decision") == "holdout")["customer_id"]) for one in found]
    assert held[0] == held[1]
    assert 850 < len(held[0]) < 1150
    assert min(held[0]) > 10_000
    assert held[0].isdisjoint(found[0].filter(pl.col("decision") == "send")["customer_id"])


@pytest.mark.feature("E11")
def test_the_shops_holdout_is_for_advertising_and_can_be_declined() -> None:
    people = People(candidates(*range(1, 1001)), members(1000))
    shop = {"holdout": {"share": 20, "of": "shop"}}
    held = {
        name: {one for one, why in reason(people, shop=shop, id=name).items() if why == "holdout"}
        for name in ("a", "b")
    }
    assert held["a"] == held["b"]
    assert 130 < len(held["a"]) < 270
    assert "holdout" not in reason(people, shop=shop, policies={"no_holdout": True}).values()
    assert "holdout" not in reason(people, shop=shop, channel="alimtalk", advertising=False).values()


def test_a_late_send_draws_as_planned_but_goes_by_the_clock() -> None:
    people = People(candidates(*range(1, 101)), members(100, consent_night={1: False}))
    planned = sending(NOON, channel="push")
    plus_nine = dt.timezone(dt.timedelta(hours=9))
    late = replace(planned, at=seoul("01 22:00").astimezone(plus_nine))
    document, shop = campaign(channel="push"), ShopPolicies()
    assert sending_of(document, shop, NOON, SEOUL, DAY, {"A": Decimal(10)}, now=late.at) == late
    assert sending_of(document, shop, NOON, SEOUL, DAY, {"A": Decimal(10)}, now=seoul("01 11:00")) == planned
    at_once, found = (decide(what, people).filter(pl.col("customer_id") > 1) for what in (planned, late))
    order = [one.sort("send_order")["customer_id"].to_list() for one in (at_once, found)]
    assert order[0] == order[1]
    assert told(decide(late, people))[1] == "night"


def test_nobody_at_all_is_no_trouble() -> None:
    found = decide(sending(NOON, holdout={"share": 5}, variants=ELEVEN), People(candidates(), members(0)))
    assert found.is_empty()
    assert found.columns == [
        "customer_id", "customer_key", "variant", "decision", "reason", "send_order", "not_before"
    ]  # fmt: skip
    assert list(chunks(found)) == []


def test_frames_that_lack_columns_or_ids_are_refused_by_name() -> None:
    with pytest.raises(ValueError, match="members lacks the columns consent_sms"):
        People(candidates(1), members(1).drop("consent_sms"))
    with pytest.raises(ValueError, match="excluded has rows without customer_id"):
        People(
            candidates(1), members(1), excluded=pl.DataFrame({"customer_id": [None]}, schema={"customer_id": pl.Int64})
        )
    with pytest.raises(ValueError, match="customer_id twice"):
        People(candidates(1), pl.concat([members(1), members(1)]))
    with pytest.raises(ValueError, match="more than 1000000"):
        sending(NOON, prices={"A": "1000000.1"})
    with pytest.raises(ValueError, match="time zone"):
        sending(dt.datetime(2025, 10, 1, 12))


SOME = st.lists(st.integers(1, 12), max_size=12).map(lambda found: ids(*found))
AT = st.sampled_from(["01 12:00", "01 20:30", "01 21:00", "02 03:00", "04 12:00", "05 23:00", "09 12:00"]).map(seoul)
CHANNELS = st.sampled_from(
    [("sms", True, None), ("sms", False, None), ("push", True, None), ("email", True, None), ("onsite", True, None),
     ("alimtalk", False, None), *(("brand_message", True, which) for which in "MNI")]
)  # fmt: skip


@st.composite
def shops(draw: st.DrawFn) -> tuple[Any, People]:
    channel, advertising, targeting = draw(CHANNELS)
    at = draw(AT)
    holdout = draw(st.sampled_from([None, {"share": 30, "redraw_days": 4, "window_days": 2}, {"share": 40}]))
    policies = {
        "cooldown": draw(st.sampled_from(["0m", "24h", "3d"])),
        "exclude_duplicates": draw(st.booleans()),
        "daily_cost_limit": draw(st.sampled_from([None, 0, 30, 45])),
    }
    what = sending(
        at, {"priority_order": draw(st.sampled_from([[], ["other"], ["spring"]]))}, channel=channel,
        advertising=advertising, targeting=targeting, holdout=holdout, policies=policies,
        period=draw(st.sampled_from([None, {"to": "2025-10-05"}])),
        variants=[{"name": name, "template": "t"} for name in "ABC"[: draw(st.integers(1, 3))]],
    )  # fmt: skip
    phones = draw(st.dictionaries(st.integers(1, 12), st.sampled_from(["x", "y", None])))
    flags = {flag: draw(st.dictionaries(st.integers(1, 12), st.sampled_from([False, None]), max_size=4))
             for flag in MEMBER_FLAGS}  # fmt: skip
    sent = draw(
        st.dictionaries(st.integers(1, 12), st.sampled_from([at - dt.timedelta(hours=h) for h in (-9, 1, 24, 40)]))
    )
    got = draw(st.lists(st.tuples(st.integers(1, 14), st.sampled_from(["x", "p3", None]),
                                  st.sampled_from(["A", "B", "gone", None]), st.just(at)), max_size=4))  # fmt: skip
    other = draw(st.lists(st.tuples(st.integers(1, 12), st.integers(0, 1), st.sampled_from([99, 100]),
                                    st.sampled_from(["a", "z"])), max_size=5))  # fmt: skip
    chosen = draw(st.lists(st.integers(1, 14), max_size=20))
    people = People(
        candidates(*chosen), members(12, phone_hash=phones, **flags), draw(SOME), draw(st.none() | SOME), recent(sent),
        previous(*got), claims(*other), {at.date(): money_units(5)}, draw(st.none() | SOME), draw(SOME),
    )  # fmt: skip
    return what, people


@settings(max_examples=150)
@given(shops(), st.randoms(use_true_random=False))
def test_each_candidate_has_one_row_with_the_first_reason_whatever_the_order_of_rows(shop: Any, random: Any) -> None:
    what, people = shop
    found = decide(what, people)
    expected = reasons_one_by_one(what, people)
    assert found["customer_id"].to_list() == sorted(expected)
    for one, decision, why in found.select("customer_id", "decision", "reason").iter_rows():
        if expected[one] is not None:
            assert (decision, why) == ("holdout" if expected[one] == "holdout" else "exclude", expected[one])
        else:
            assert (decision, why) in (("send", "selected"), ("send", "night"), ("exclude", "cost_limit"))
    _check_money(what, people, found)
    shuffled = replace(
        people,
        **{
            name: frame.sample(fraction=1, shuffle=True, seed=random.randint(0, 9))
            for name in ("candidates", "members", "excluded", "recent_sends", "previous", "claims", "held")
            for frame in (getattr(people, name),)
        },
    )
    assert_frame_equal(decide(what, shuffled), found)


def _check_money(what: Any, people: People, found: pl.DataFrame) -> None:
    """No day costs more than its limit, and nobody is cut while the day's money would reach."""
    limit = what.policies.daily_cost_limit
    cut = len(found.filter(pl.col("reason") == "cost_limit"))
    if limit is None:
        assert cut == 0
        return
    sent = found.filter(pl.col("decision") == "send")
    days = sent.select(pl.col("not_before").dt.convert_time_zone("Asia/Seoul").dt.date())
    spent = {day: n * money_units(10) for day, n in days.group_by("not_before").len().iter_rows()}
    left = [money_units(limit) - people.spent.get(day, 0) - cost for day, cost in spent.items()]
    assert all(one >= 0 for one in left)
    if cut and spent:
        assert min(left) < money_units(10)


def test_every_reason_has_its_place_in_the_order() -> None:
    assert len(set(LEFT_OUT)) == len(LEFT_OUT)
