"""What a campaign may say, what is refused and at which place, and the templates that come with the program."""

import datetime as dt
import re
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import ValidationError

from models.campaigns.document import Campaign, Goal, Range, Substitute, Target, Variant
from models.campaigns.policies import LATE_BY_CHANNEL, Holdout, NightHours, Policies, ShopPolicies, Tracking, Utm
from models.campaigns.schema import campaign_schema
from models.campaigns.templates.shipped import PURPOSES, from_template, purpose_template, template_text
from models.campaigns.when import OnEvent, Period, Recurring, Schedule
from models.documents.reading import DocumentError, read_documents
from models.documents.said import said
from models.segments.document import Segment
from tests.models.campaigns.shops import campaign

pytestmark = pytest.mark.feature("E1")

ROOT = Path(__file__).parents[3]
GUIDE = (ROOT / "docs/guides/campaigns-schedules-and-decisions.md").read_text(encoding="utf-8")


def problem(text: str) -> list[tuple[str, str]]:
    """Place and kind of all that is wrong with one document."""
    with pytest.raises(DocumentError) as refused:
        read_documents([("c.yaml", text)], Campaign)
    return [(".".join(map(str, one.place)), one.kind) for one in refused.value.problems]


def refused(**changes: Any) -> tuple[str, str]:
    """Place and kind of the one thing that is wrong."""
    with pytest.raises(ValidationError) as found:
        campaign(**changes)
    (error,) = found.value.errors()
    return ".".join(map(str, error["loc"])), error["type"]


def test_errors_name_the_place_and_the_nearest_key() -> None:
    text = yaml.safe_dump(said(campaign())).replace("unit: day", "unit: day\n    evry: 2").replace("'10:00'", "'25:00'")
    assert sorted(problem(text)) == [
        ("schedule.recurring.evry", "extra_forbidden"), ("schedule.recurring.time", "clock")
    ]  # fmt: skip
    assert ("id", "missing") in problem("name: x")


@pytest.mark.parametrize(
    ("changes", "place", "kind"),
    [
        ({"channel": "brand_message", "advertising": False}, "", "brand_is_advertising"),
        ({"channel": "alimtalk"}, "", "alimtalk_informs"),
        ({"targeting": "M"}, "", "targeting_channel"),
        ({"channel": "brand_message", "targeting": "N", "schedule": {"now": True}}, "", "targeting_manual"),
        ({"channel": "brand_message", "policies": {"night": {"from": "19:00", "to": "09:00"}}}, "", "night_fixed"),
        ({"variants": [{"template": "t", "substitute": {"sender": "s", "template": "u"}}]}, "", "substitute_channel"),
        ({"period": {"to": "2025-10-01"}, "schedule": {"now": True}}, "", "period_schedule"),
        ({"period": {"from": "2025-10-02", "to": "2025-10-01"}}, "period", "period_order"),
        ({"period": {}}, "period", "period_empty"),
        ({"period": {"to": "2025-02-30"}}, "period.to", "no_day"),
        ({"schedule": {}}, "schedule", "schedule_kind"),
        ({"schedule": {"now": True, "at": "2025-10-01 10:00"}}, "schedule", "schedule_kind"),
        ({"schedule": {"at": "2025-10-01"}}, "schedule.at", "local_time"),
        ({"schedule": {"trigger": {"event": "sign_up", "delay": "-3h"}}}, "schedule.trigger.delay", "duration"),
        ({"schedule": {"trigger": {"event": "signup"}}}, "schedule.trigger.event", "literal_error"),
        ({"target": {"include": ["a"], "exclude": ["a"]}}, "target", "segment_twice"),
        ({"target": {"include": []}}, "target.include", "too_short"),
        ({"target": {"include": ["a", "a' or 1=1"]}}, "target.include.1", "string_pattern_mismatch"),
        ({"landing_url": "javascript:alert(1)"}, "landing_url", "url"),
        ({"landing_url": "https://a b"}, "landing_url", "url"),
        ({"policies": {"daily_cost_limit": -1}}, "policies.daily_cost_limit", "greater_than_equal"),
        ({"policies": {"daily_cost_limit": 0.00001}}, "policies.daily_cost_limit", "places"),
        ({"policies": {"speed": 999}}, "policies.speed", "literal_error"),
        ({"policies": {"late": "later"}}, "policies.late", "literal_error"),
        ({"policies": {"night": {"from": "21:00", "to": "21:00"}}}, "policies.night", "night_empty"),
        ({"holdout": {"share": 51}}, "holdout.share", "less_than_equal"),
        ({"holdout": {"share": 5, "window_days": 7, "redraw_days": 6}}, "holdout", "holdout_redraw"),
        ({"holdout": {"share": 5}, "policies": {"no_holdout": True}}, "", "holdout_both"),
        ({"tracking": {"attribution": "8d"}}, "tracking.attribution", "literal_error"),
    ],
)
def test_what_does_not_fit_together_is_refused(changes: dict[str, Any], place: str, kind: str) -> None:
    assert refused(**changes) == (place, kind)


@pytest.mark.feature("E3")
@pytest.mark.parametrize(
    ("rule", "kind"),
    [
        ({"unit": "week"}, "weekdays"),
        ({"unit": "day", "weekdays": ["mon"]}, "weekdays"),
        ({"unit": "week", "weekdays": ["mon", "mon"]}, "weekday_twice"),
        ({"unit": "month"}, "month_day_unit"),
        ({"unit": "day", "day": 3}, "month_day_unit"),
        ({"unit": "month", "day": 32}, "month_day"),
        ({"unit": "month", "day": "first"}, "month_day"),
        ({"unit": "day", "every": 0}, "greater_than_equal"),
        ({"unit": "hour"}, "literal_error"),
    ],
)
def test_recurrences_are_whole_days_weeks_or_months(rule: dict[str, Any], kind: str) -> None:
    assert refused(schedule={"recurring": {"time": "10:00", **rule}})[1] == kind


@pytest.mark.feature("E3")
def test_push_repeats_every_one_to_five() -> None:
    rule = {"unit": "day", "time": "10:00"}
    for every in (1, 5):
        assert campaign(channel="push", schedule={"recurring": {**rule, "every": every}}).schedule.recurring is not None
    assert refused(channel="push", schedule={"recurring": {**rule, "every": 6}}) == ("", "push_every")
    assert campaign(channel="sms", schedule={"recurring": {**rule, "every": 6}}).schedule.kind == "recurring"


def variants(*shares: float | None) -> list[dict[str, Any]]:
    return [
        {"name": f"V{at}", "template": "t"} | ({} if share is None else {"share": share})
        for at, share in enumerate(shares)
    ]


@pytest.mark.feature("G4")
def test_up_to_eleven_variants_have_exact_shares() -> None:
    assert campaign(variants=variants(*[None] * 11)).shares == (Fraction(1, 11),) * 11
    assert campaign(variants=variants(33.34, 33.33, 33.33)).shares[1] == Fraction(3333, 10_000)
    assert refused(variants=variants(*[None] * 12))[1] == "too_long"
    assert refused(variants=variants(50, 49.99)) == ("", "shares")
    assert refused(variants=variants(50, None)) == ("", "share_missing")
    assert refused(variants=variants(50.001, 49.99)) == ("variants.0.share", "places")


@pytest.mark.feature("E5")
def test_a_copy_says_the_same_under_another_id() -> None:
    copy = campaign(variants=variants(60, 40)).copied("summer", "여름")
    assert (copy.id, copy.name) == ("summer", "여름")
    assert said(copy) | {"id": "spring", "name": "봄 소식"} == said(campaign(variants=variants(60, 40)))


@pytest.mark.feature("L2")
def test_the_campaigns_word_counts_before_the_shops() -> None:
    shop = ShopPolicies.model_validate(
        {"cooldown": "12h", "push_speed": 5000, "attribution": {"push": "3h"}, "late": {"push": "ask"},
         "priority_order": ["top", "spring"], "holdout": {"share": 3}}
    )  # fmt: skip
    shops = campaign(channel="push").in_force(shop)
    assert (shops.cooldown, shops.speed, shops.attribution, shops.late) == (dt.timedelta(hours=12), 5000, "3h", "ask")
    assert shops.rank == (1, 100, "spring")
    assert shops.holdout == Holdout(share=3)
    own = campaign(
        channel="push", policies={"cooldown": "0m", "speed": "max", "late": "send", "priority": 5},
        tracking={"attribution": "day"}, holdout={"share": 9},
    ).in_force(shop)  # fmt: skip
    assert (own.cooldown, own.speed, own.attribution, own.late) == (dt.timedelta(0), "max", "day", "send")
    assert own.holdout == Holdout(share=9)
    default = campaign().in_force(ShopPolicies())
    assert (default.cooldown, default.attribution) == (dt.timedelta(hours=24), "7d")
    assert default.late == LATE_BY_CHANNEL["sms"]


@pytest.mark.feature("L2")
def test_the_opt_out_text_of_a_push_has_thirty_characters_at_most() -> None:
    assert ShopPolicies(opt_out_text="[수신 거부 방법 > 설정 > 알림 해제]").opt_out_text
    with pytest.raises(ValidationError):
        ShopPolicies(opt_out_text="가" * 31)


@pytest.mark.feature("H1")
def test_utm_parameters_are_made_from_the_campaign_and_can_be_set() -> None:
    one = campaign(channel="brand_message")
    assert one.utm(one.variants[0]) == {"source": "kakao", "medium": "brand_message", "campaign": "spring"}
    test = campaign(variants=variants(None, None), tracking={"utm": {"source": "crm", "term": "봄"}})
    assert test.utm(test.variants[1]) == {
        "source": "crm", "medium": "sms", "campaign": "spring", "content": "V1", "term": "봄"
    }  # fmt: skip
    assert campaign(tracking={"on": False}).utm(one.variants[0]) == {}


@pytest.mark.parametrize("purpose", PURPOSES)
def test_templates_are_campaigns_whose_segments_come_with_them(purpose: str) -> None:
    found = purpose_template(purpose)
    assert found.purpose == purpose
    assert Campaign.model_validate(said(found)) == found
    segments = {one.id for one in read_documents([("segments.yaml", template_text("segments.yaml"))], Segment)}
    assert {*found.target.include, *found.target.exclude} <= segments


def test_the_cart_reminder_is_the_whole_recipe() -> None:
    cart = purpose_template("cart_reminder")
    assert (cart.channel, cart.targeting, cart.schedule.kind) == ("brand_message", "I", "recurring")
    assert cart.target.range_ is not None
    assert cart.target.range_.visited_last_days == 7
    assert cart.policies.exclude_duplicates
    assert cart.policies.daily_cost_limit
    assert cart.variants[0].substitute is not None
    assert cart.tracking.through_login
    assert cart.utm(cart.variants[0])["campaign"] == "cart-reminder"
    carted = next(
        one
        for one in read_documents([("s", template_text("segments.yaml"))], Segment)
        if one.id == cart.target.include[0]
    )
    assert carted.include.cart is not None
    assert said(carted)["include"] == {"cart": {"last_added": {"last_days": 7, "today": False}}}


def test_a_campaign_from_a_template_keeps_what_is_not_changed() -> None:
    made = from_template(
        "cart_reminder", {"id": "my-cart", "policies": {"daily_cost_limit": 10}, "holdout": None, "sender": "@shop"}
    )
    assert (made.id, made.sender, made.policies.daily_cost_limit) == ("my-cart", "@shop", 10)
    assert made.policies.exclude_duplicates
    assert made.holdout is None
    with pytest.raises(KeyError, match="there are: repurchase"):
        from_template("notice", {})


def test_the_published_schema_is_that_of_the_program() -> None:
    published = (ROOT / "docs" / "schemas" / "campaign.json").read_text(encoding="utf-8")
    assert published == campaign_schema(), "write campaign_schema() to docs/schemas/campaign.json"


def test_the_examples_of_the_guide_are_campaigns() -> None:
    blocks = [part.split("```")[0] for part in GUIDE.split("```yaml\n")[1:]]
    documents = [text for text in blocks if text.startswith("id:")]
    assert documents
    for text in documents:
        assert read_documents([("guide", text)], Campaign)


def test_the_guide_names_every_key() -> None:
    kinds = (Campaign, Goal, Range, Target, Substitute, Variant, Holdout, Policies, Tracking, Utm, ShopPolicies,
             Schedule, Recurring, OnEvent, Period, NightHours)  # fmt: skip
    keys = {field.alias or name for kind in kinds for name, field in kind.model_fields.items()}
    assert {key for key in keys if not re.search(rf"\b{key}\b", GUIDE)} == set()


@pytest.mark.feature("E2")
def test_a_trigger_holds_its_conditions_as_they_are_written() -> None:
    said_so = {
        "event": "add_to_cart",
        "where": {"price": {"at_least": 50000}},
        "delay": "3h",
        "condition": {"not": {"purchases": {"window": {"last_days": 1}}}},
    }
    trigger = campaign(schedule={"trigger": said_so}).schedule.trigger
    assert trigger is not None
    assert trigger.delay == dt.timedelta(hours=3)
    assert said(trigger) == said_so
    assert refused(schedule={"trigger": {"event": "sign_up", "condition": {}}})[1] == "too_short"
