"""A campaign of the marketer: to whom, what, through which channel, when, and under which policies.

Belongs here: what a campaign may say, and which of it fits together. Does not belong here: its parts (``when``,
``policies``, ``fields``), reading files (``models.documents.reading``), whether segments, senders and templates exist
(who applies it asks the store), the words of messages.

A campaign has one channel; its variants differ in template, sender and landing page. That is what A/B/N compares, and
it lets consent and reach be decided before the variant.
"""

from collections.abc import Sequence
from fractions import Fraction
from typing import Final, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from models.campaigns.fields import SHARE_UNITS, Channel, SegmentId, SenderId, Share, Targeting, Url, share_units
from models.campaigns.policies import Holdout, InForce, Policies, ShopPolicies, Tracking, in_force
from models.campaigns.when import MOST_BETWEEN_PUSH, Period, Schedule
from models.documents.fields import Frozen, Id, LongText, Text

Purpose = Literal["repurchase", "churn_prevention", "welcome", "cart_reminder", "promotion", "notice", "other"]
Kpi = Literal["visits", "conversion", "orders", "revenue", "sign_ups"]
MOST_VARIANTS: Final = 11
KAKAO: Final = ("alimtalk", "brand_message")
CONTINUOUS: Final = ("recurring", "trigger")


class Goal(Frozen):
    """What it is to achieve."""

    kpi: Kpi = "conversion"
    aim: Text | None = Field(None, description="in the marketer's words, such as 'cart conversion 5 %'")


class Range(Frozen):
    """Only customers of the target that are in this range."""

    visited_last_days: int = Field(ge=1, le=365, description="visited today or in the days before, so many in all")


class Target(Frozen):
    """Who is meant: in one of the included segments, in none of the excluded; looked up anew at each occurrence."""

    include: tuple[SegmentId, ...] = Field(min_length=1, max_length=50)
    exclude: tuple[SegmentId, ...] = Field((), max_length=50)
    range_: Range | None = Field(None, alias="range")

    @model_validator(mode="after")
    def _sound(self) -> Self:
        _require_distinct("segment_twice", [*self.include, *self.exclude])
        return self


class Substitute(Frozen):
    """An SMS to those whom the Kakao message did not reach."""

    sender: SenderId
    template: Id | None = Field(None, description="of an SMS; without it the substitute of the Kakao template")


class Variant(Frozen):
    """One message; several make an A/B/N test."""

    name: Text = "A"
    share: Share | None = Field(None, description="of the recipients, in per cent; left out everywhere: equal shares")
    template: Id
    sender: SenderId | None = Field(None, description="instead of the campaign's")
    landing_url: Url | None = Field(None, description="instead of the campaign's")
    substitute: Substitute | None = Field(None, description="Kakao only")


class Campaign(Frozen):
    """One campaign."""

    id: Id
    name: Text
    description: LongText | None = None
    purpose: Purpose = "other"
    goal: Goal = Goal()
    advertising: bool = Field(description="false: information the customer expects, such as about an order")
    channel: Channel
    sender: SenderId
    targeting: Targeting | None = Field(
        None, description="Brand Message only: M consented, N consented but no channel friend, I channel friends"
    )
    target: Target
    variants: tuple[Variant, ...] = Field(min_length=1, max_length=MOST_VARIANTS)
    landing_url: Url | None = None
    schedule: Schedule
    period: Period | None = Field(None, description="days in which it sends; without it until it is stopped")
    holdout: Holdout | None = None
    policies: Policies = Policies()
    tracking: Tracking = Tracking()

    @model_validator(mode="after")
    def _sound(self) -> Self:
        _check_channel(self)
        _check_schedule(self)
        _check_variants(self.variants)
        if self.holdout and self.policies.no_holdout:
            raise PydanticCustomError("holdout_both", "policies.no_holdout contradicts holdout")
        return self

    @property
    def brand_targeting(self) -> Targeting | None:
        """M, N or I for Brand Message (I where nothing is said), None for other channels."""
        return (self.targeting or "I") if self.channel == "brand_message" else None

    @property
    def weights(self) -> tuple[int, ...]:
        """The variants' shares as whole numbers; each one's exact share is its weight by their sum."""
        return tuple(1 if one.share is None else share_units(one.share) for one in self.variants)

    @property
    def shares(self) -> tuple[Fraction, ...]:
        """The variants' exact shares, summing to 1."""
        return tuple(Fraction(weight, sum(self.weights)) for weight in self.weights)

    def in_force(self, shop: ShopPolicies) -> InForce:
        """Policies of this campaign in this shop. The shop's holdout is for advertising: nobody waits in vain for
        information."""
        of_shop = shop.holdout if self.advertising and not self.policies.no_holdout else None
        return in_force(self.id, self.channel, self.policies, self.tracking, self.holdout or of_shop, shop)

    def utm(self, variant: Variant) -> dict[str, str]:
        """Parameters that links of ``variant`` carry, by name without 'utm_'; none where tracking is off.

        Made from the campaign, unless the document says otherwise: source kakao or the channel, medium the channel,
        campaign the id, content the variant where there are several."""
        if not self.tracking.on:
            return {}
        made = {
            "source": "kakao" if self.channel in KAKAO else self.channel,
            "medium": self.channel,
            "campaign": self.id,
            **({"content": variant.name} if len(self.variants) > 1 else {}),
        }
        return made | self.tracking.utm.model_dump(exclude_none=True)

    def landing(self, variant: Variant) -> str | None:
        """Where links of ``variant`` lead."""
        return variant.landing_url or self.landing_url

    def copied(self, new_id: str, name: str | None = None) -> "Campaign":
        """The same campaign under another id: how one changes what has been executed."""
        return Campaign.model_validate(
            self.model_dump(by_alias=True, exclude_unset=True) | {"id": new_id, "name": name or self.name}
        )


def _check_channel(campaign: Campaign) -> None:
    channel = campaign.channel
    if channel == "brand_message" and not campaign.advertising:
        raise PydanticCustomError("brand_is_advertising", "Brand Message is always advertising: advertising: true")
    if channel == "alimtalk" and campaign.advertising:
        raise PydanticCustomError("alimtalk_informs", "AlimTalk takes no advertising: advertising: false")
    if campaign.targeting and channel != "brand_message":
        raise PydanticCustomError("targeting_channel", "targeting goes with channel brand_message only")
    if campaign.policies.night and channel not in ("sms", "push"):
        raise PydanticCustomError("night_fixed", "policies.night can be set for sms and push only; here it is {why}", {
            "why": "fixed at 20:00 to 08:00" if channel == "brand_message" else "without meaning"
        })  # fmt: skip
    if channel not in KAKAO and any(variant.substitute for variant in campaign.variants):
        raise PydanticCustomError("substitute_channel", "substitute goes with Kakao channels only")


def _check_schedule(campaign: Campaign) -> None:
    schedule = campaign.schedule
    if schedule.kind == "now" and campaign.targeting in ("M", "N"):
        raise PydanticCustomError("targeting_manual", "targeting M and N are not for sending by hand (schedule now)")
    if schedule.recurring and campaign.channel == "push" and schedule.recurring.every > MOST_BETWEEN_PUSH:
        raise PydanticCustomError("push_every", "push repeats every 1 to {most}, not {every}", {
            "most": MOST_BETWEEN_PUSH, "every": schedule.recurring.every
        })  # fmt: skip
    if campaign.period and schedule.kind not in CONTINUOUS and campaign.channel != "onsite":
        raise PydanticCustomError("period_schedule", "period goes with recurring and trigger only")


def _check_variants(variants: Sequence[Variant]) -> None:
    _require_distinct("variant_twice", [variant.name for variant in variants])
    given = [variant.share for variant in variants if variant.share is not None]
    if not given:
        return
    if len(given) < len(variants):
        raise PydanticCustomError("share_missing", "either every variant has a share or none")
    total = sum(map(share_units, given))
    if total != SHARE_UNITS:
        raise PydanticCustomError("shares", "shares sum to {total}, not 100", {"total": total * 100 / SHARE_UNITS})


def _require_distinct(kind: Literal["variant_twice", "segment_twice"], names: Sequence[str]) -> None:
    for name in names:
        if names.count(name) > 1:
            raise PydanticCustomError(kind, "{name} is there twice", {"name": name})
