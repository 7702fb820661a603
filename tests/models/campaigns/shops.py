"""Campaigns and people to decide about; and the rules of a decision written down customer by customer."""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl

from models.campaigns.document import Campaign
from models.campaigns.holdout import DRAWN, STAYS, withheld
from models.campaigns.inputs import MEMBER_FLAGS, MOMENT, People, Sending, sending_of
from models.campaigns.night import allowed_at, nights
from models.campaigns.policies import ShopPolicies

SEOUL = ZoneInfo("Asia/Seoul")
DAY = dt.date(2025, 10, 1)


def seoul(text: str) -> dt.datetime:
    """A moment of October 2025: '01 10:00'."""
    return dt.datetime.fromisoformat(f"2025-10-{text}").replace(tzinfo=SEOUL)


def campaign(**changes: Any) -> Campaign:
    base = {
        "id": "spring",
        "name": "봄 소식",
        "advertising": True,
        "channel": "sms",
        "sender": "s",
        "target": {"include": ["all"]},
        "variants": [{"template": "t"}],
        "schedule": {"recurring": {"unit": "day", "time": "10:00"}},
        "landing_url": "https://shop.example.com/",
    }
    return Campaign.model_validate(base | changes)


def sending(
    at: dt.datetime,
    shop: Mapping[str, Any] | None = None,
    prices: Mapping[str, str] | None = None,
    **changes: Any,
) -> Sending:
    document = campaign(**changes)
    costs = {variant.name: Decimal((prices or {}).get(variant.name, "10")) for variant in document.variants}
    return sending_of(document, ShopPolicies.model_validate(shop or {}), at, SEOUL, DAY, costs)


def members(n: int, **changes: Mapping[int, Any]) -> pl.DataFrame:
    """Members 1 to n whom everything reaches, who agreed to everything and have a phone each; ``changes`` by column and
    member."""
    rows = [
        {
            "customer_id": one,
            **{flag: changes.get(flag, {}).get(one, True) for flag in MEMBER_FLAGS},
            "phone_hash": changes.get("phone_hash", {}).get(one, f"p{one}"),
        }
        for one in range(1, n + 1)
    ]
    flags = {flag: pl.Boolean() for flag in MEMBER_FLAGS}
    return pl.DataFrame(rows, schema={"customer_id": pl.Int64(), **flags, "phone_hash": pl.String()})


def ids(*found: int) -> pl.DataFrame:
    return pl.DataFrame({"customer_id": found}, schema={"customer_id": pl.Int64})


def candidates(*found: int) -> pl.DataFrame:
    return ids(*found).with_columns(customer_key="k" + pl.col("customer_id").cast(pl.String))


def recent(sent: Mapping[int, dt.datetime]) -> pl.DataFrame:
    return pl.DataFrame(
        {"customer_id": list(sent), "sent_at": list(sent.values())},
        schema={"customer_id": pl.Int64, "sent_at": pl.Datetime("us", "Asia/Seoul")},
    ).with_columns(pl.col("sent_at").cast(MOMENT))


def previous(*rows: tuple[int, str | None, str | None, dt.datetime]) -> pl.DataFrame:
    schema = {"customer_id": pl.Int64, "phone_hash": pl.String, "variant": pl.String, "sent_at": MOMENT}
    given = [(one, phone, variant, sent_at.astimezone(dt.UTC)) for one, phone, variant, sent_at in rows]
    return pl.DataFrame(given, schema=schema, orient="row")


def claims(*rows: tuple[int, int, int, str]) -> pl.DataFrame:
    schema = {"customer_id": pl.Int64, "place": pl.Int64, "priority": pl.Int64, "campaign_id": pl.String}
    return pl.DataFrame(rows, schema=schema, orient="row")


def reasons_one_by_one(what: Sending, people: People) -> dict[int, str | None]:
    """The reason for leaving each candidate out; None for those whom only the cost limit could still leave out."""
    facts = {row["customer_id"]: row for row in people.members.to_dicts()}
    got_ids, got_phones = set(people.previous["customer_id"]), set(people.previous["phone_hash"]) - {None}
    found: dict[int, str | None] = {}
    phones: set[str] = set()
    for one in sorted(set(people.candidates["customer_id"])):
        row = facts.get(one)
        flags = {flag: bool(row and row[flag]) for flag in MEMBER_FLAGS}
        hours = nights(what.channel, what.advertising, flags["consent_night"], what.policies.quiet)
        goes = allowed_at(what.at, hours, what.zone)
        reason = _own_reason(what, people, one, row is not None, flags, goes)
        phone = row["phone_hash"] if row else None
        if reason is None and what.policies.exclude_duplicates:
            if one in got_ids or phone in got_phones or (phone is not None and phone in phones):
                reason = "duplicate_phone"
            elif phone is not None:
                phones.add(phone)
        if reason is None and what.policies.holdout:
            day = what.at.astimezone(what.zone).date()
            state = withheld(pl.Series([one]), what.policies.holdout, what.campaign_id, what.since, day)[0]
            reason = {DRAWN: "holdout", STAYS: "holdout_ending"}.get(int(state))
            if reason == "holdout" and what.policies.exclude_duplicates and one in set(people.held["customer_id"]):
                reason = "holdout_ending"
        found[one] = reason
    return found


def _own_reason(
    what: Sending, people: People, one: int, is_member: bool, flags: Mapping[str, bool], goes: dt.datetime
) -> str | None:
    if people.in_range is not None and one not in set(people.in_range["customer_id"]):
        return "not_in_range"
    if one in set(people.excluded["customer_id"]):
        return "excluded_segment"
    if people.meeting is not None and one not in set(people.meeting["customer_id"]):
        return "condition"
    if what.channel != "onsite":
        if not is_member:
            return "not_a_member"
        consent = {"sms": "consent_sms", "push": "consent_push", "email": "consent_email"}.get(what.channel)
        if what.channel == "brand_message":
            consent = None if what.targeting == "I" else "consent_kakao"
        if consent and what.advertising and not flags[consent]:
            return "no_consent"
        if what.targeting == "I" and not flags["is_channel_friend"]:
            return "not_channel_friend"
        if what.targeting == "N" and flags["is_channel_friend"]:
            return "is_channel_friend"
        reach = {"push": "has_push_token", "email": "has_email"}.get(what.channel, "has_phone")
        if not flags[reach]:
            return "unreachable"
    if what.ends_at and goes >= what.ends_at:
        return "after_period"
    if what.policies.cooldown:
        sent = [row["sent_at"] for row in people.recent_sends.to_dicts() if row["customer_id"] == one]
        if any(goes - moment < what.policies.cooldown for moment in sent):
            return "cooldown"
        ranks = [
            (row["place"], row["priority"], row["campaign_id"])
            for row in people.claims.to_dicts()
            if row["customer_id"] == one
        ]
        if any(rank < what.policies.rank for rank in ranks):
            return "lower_priority"
    return None
