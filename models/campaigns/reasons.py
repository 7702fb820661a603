"""Why somebody is left out, as expressions over one table of candidates and what is known of them.

Belongs here: the reasons and the test for each. Does not belong here: what needs the whole audience at once (same
phones, holdout, cost: ``decide``), the order of messages (``dispatch``).
"""

import datetime as dt
from typing import Final

import polars as pl

from models.campaigns.fields import Channel, Targeting
from models.campaigns.inputs import MEMBER_FLAGS, MOMENT, People, Sending
from models.campaigns.night import not_before

# The order of this list is the order of the rules: the first that applies is the one reason of a candidate.
LEFT_OUT: Final = (
    "not_in_range", "excluded_segment", "condition", "not_a_member", "no_consent", "not_channel_friend",
    "is_channel_friend", "unreachable", "after_period", "cooldown", "lower_priority", "duplicate_phone", "holdout",
    "holdout_ending", "cost_limit",
)  # fmt: skip
SENT: Final = ("selected", "night")  # goes out at once; goes out when the night is over
REASON: Final = pl.Enum([*SENT, *LEFT_OUT])
DECISION: Final = pl.Enum(["send", "exclude", "holdout"])
_CONSENT: Final = {"sms": "consent_sms", "push": "consent_push", "email": "consent_email"}
_REACH: Final = {
    "sms": "has_phone", "alimtalk": "has_phone", "brand_message": "has_phone", "push": "has_push_token",
    "email": "has_email",
}  # fmt: skip


def goes_to_phones(channel: str) -> bool:
    """Whether messages of a channel go to a telephone number."""
    return _REACH.get(channel) == "has_phone"


def with_facts(sending: Sending, people: People) -> pl.DataFrame:
    """Each candidate once, by customer_id: customer_key, flags (no nulls), phone_hash, is_member, not_before,
    last_sent, and whether it is excluded, in range, meets the condition, is claimed by a campaign that goes first, a
    previous recipient."""
    flags = [pl.col(name).fill_null(False) for name in MEMBER_FLAGS]
    members = people.members.select("customer_id", *flags, "phone_hash", pl.lit(True).alias("is_member"))
    recent = people.recent_sends.group_by("customer_id").agg(pl.col("sent_at").max().cast(MOMENT).alias("last_sent"))
    policies = sending.policies
    by_night = not_before(
        sending.at, pl.col("consent_night"), sending.channel, sending.advertising, policies.quiet, sending.zone
    )
    return (
        people.candidates.select("customer_id", "customer_key")
        .sort("customer_id", "customer_key")
        .unique("customer_id", keep="first", maintain_order=True)
        .join(members, on="customer_id", how="left", maintain_order="left")
        .join(recent, on="customer_id", how="left", maintain_order="left")
        .with_columns(
            *(pl.col(name).fill_null(False) for name in (*MEMBER_FLAGS, "is_member")),
            _among(people.excluded).alias("is_excluded"),
            _among_or_all(people.in_range).alias("is_in_range"),
            _among_or_all(people.meeting).alias("meets_condition"),
            _among(ahead(sending, people.claims)).alias("is_claimed"),
            _got_it(people.previous).alias("got_it"),
        )
        .with_columns(by_night.alias("not_before"))
    )


def first_reason(sending: Sending) -> pl.Expr:
    """The first reason, in the order of ``LEFT_OUT``, that one candidate's own facts give; null: none."""
    tests = _tests(sending)
    chosen = [pl.when(tests[name]).then(pl.lit(name, dtype=REASON)) for name in LEFT_OUT if name in tests]
    return pl.coalesce(chosen)


def _tests(sending: Sending) -> dict[str, pl.Expr]:
    tests = {
        "not_in_range": ~pl.col("is_in_range"),
        "excluded_segment": pl.col("is_excluded"),
        "condition": ~pl.col("meets_condition"),
    }
    policies = sending.policies
    tests |= person_tests(sending.channel, sending.advertising, sending.targeting)
    if sending.ends_at is not None:
        tests["after_period"] = pl.col("not_before") >= pl.lit(sending.ends_at.astimezone(dt.UTC)).cast(MOMENT)
    if policies.cooldown > dt.timedelta(0):
        tests["cooldown"] = (pl.col("last_sent") + policies.cooldown > pl.col("not_before")).fill_null(False)
        tests["lower_priority"] = pl.col("is_claimed")
    if policies.exclude_duplicates:
        tests["duplicate_phone"] = pl.col("got_it")
    return tests


def person_tests(channel: Channel, advertising: bool, targeting: Targeting | None) -> dict[str, pl.Expr]:
    """Reason -> whether it holds for a person (columns ``MEMBER_FLAGS`` and is_member, no nulls), at a decision and
    again at the moment of sending. Consent by channel. Brand Message M: consented; N: consented and no channel friend;
    I: channel friends, consented or not. Information needs no consent; what is shown on the site needs nothing."""
    if channel == "onsite":
        return {}
    tests = {"not_a_member": ~pl.col("is_member"), "unreachable": ~pl.col(_REACH[channel])}
    if channel == "brand_message":
        if targeting in ("M", "N"):
            tests["no_consent"] = ~pl.col("consent_kakao")
        if targeting == "N":
            tests["is_channel_friend"] = pl.col("is_channel_friend")
        if targeting == "I":
            tests["not_channel_friend"] = ~pl.col("is_channel_friend")
    elif advertising:
        tests["no_consent"] = ~pl.col(_CONSENT[channel])
    return tests


def person_reason(channel: Channel, advertising: bool, targeting: Targeting | None) -> pl.Expr:
    """The first of :func:`person_tests` that holds, as text; null: none."""
    tests = person_tests(channel, advertising, targeting)
    chosen = [pl.when(tests[name]).then(pl.lit(name)) for name in LEFT_OUT if name in tests]
    return pl.coalesce(chosen) if chosen else pl.lit(None, pl.String)


def _among(people: pl.DataFrame) -> pl.Expr:
    return pl.col("customer_id").is_in(people["customer_id"].cast(pl.Int64).unique().implode())


def _among_or_all(people: pl.DataFrame | None) -> pl.Expr:
    return pl.lit(True) if people is None else _among(people)


def _got_it(previous: pl.DataFrame) -> pl.Expr:
    phones = previous["phone_hash"].drop_nulls().unique()
    same_phone = pl.col("phone_hash").is_in(phones.implode()).fill_null(False) if len(phones) else pl.lit(False)
    return _among(previous) | same_phone


def ahead(sending: Sending, claims: pl.DataFrame) -> pl.DataFrame:
    """Claims of campaigns whose rank is smaller than this one's."""
    place, priority, name = sending.policies.rank
    equal_place = pl.col("place") == place
    equal = equal_place & (pl.col("priority") == priority)
    return claims.filter(
        (pl.col("place") < place)
        | (equal_place & (pl.col("priority") < priority))
        | (equal & (pl.col("campaign_id") < name))
    )
