"""What a decision is made from: one occurrence of a campaign, and what is known of the people in question.

Belongs here: the shapes of these, and whether what is handed in has them. Does not belong here: deciding (``decide``).

All frames know a customer by ``customer_id``, the whole number of the published tables. Nothing in them names or
reaches a person; phones come as hashes.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final
from zoneinfo import ZoneInfo

import polars as pl

from models.campaigns.document import Campaign
from models.campaigns.fields import MONEY_UNITS, Channel, Targeting, money_units
from models.campaigns.policies import InForce, ShopPolicies
from models.campaigns.schedule import period_end

MOMENT: Final = pl.Datetime("us", "UTC")
HIGHEST_PRICE: Final = 1_000_000  # of one message, in the shop's currency
CONSENTS: Final = ("consent_sms", "consent_email", "consent_push", "consent_kakao", "consent_night")
REACHES: Final = ("has_phone", "has_email", "has_push_token")
MEMBER_FLAGS: Final = (*CONSENTS, "is_channel_friend", *REACHES)


@dataclass(frozen=True)
class Sending:
    """One occurrence of a campaign in a shop. ``occurrence``: its id, which the order of the send is drawn with;
    ``at``: when it is decided for; ``since``: first day of the campaign; ``prices``: of one message of each variant, in
    ``MONEY_UNITS``; ``ends_at``: from when nothing goes out any more."""

    campaign_id: str
    occurrence: str
    at: dt.datetime
    zone: ZoneInfo
    since: dt.date
    channel: Channel
    advertising: bool
    targeting: Targeting | None
    variants: tuple[str, ...]
    weights: tuple[int, ...]
    prices: tuple[int, ...]
    policies: InForce
    ends_at: dt.datetime | None = None

    def __post_init__(self) -> None:
        if self.at.tzinfo is None:
            raise ValueError("the moment of a sending needs a time zone")
        if not len(self.variants) == len(self.weights) == len(self.prices) or min(self.weights, default=0) < 1:
            raise ValueError("a sending needs a name, a share above 0 and a price for each variant")
        if max(self.prices) > HIGHEST_PRICE * MONEY_UNITS:  # sums of many of them would not be exact
            raise ValueError(f"a message can not cost more than {HIGHEST_PRICE}")


def sending_of(
    campaign: Campaign,
    shop: ShopPolicies,
    planned_at: dt.datetime,
    zone: ZoneInfo,
    since: dt.date,
    prices: Mapping[str, Decimal],
    now: dt.datetime | None = None,
) -> Sending:
    """The occurrence of ``campaign`` planned for a moment, or sent late: ``now``, where that is after it.

    ``prices`` of one message by variant name, in the shop's currency. Its id is the planned moment, so that deciding
    again draws the same. Raises ``KeyError`` for a variant without a price."""
    return Sending(
        campaign_id=campaign.id,
        occurrence=planned_at.astimezone(dt.UTC).isoformat(timespec="seconds"),
        at=planned_at if now is None else max(planned_at, now),
        zone=zone,
        since=since,
        channel=campaign.channel,
        advertising=campaign.advertising,
        targeting=campaign.brand_targeting,
        variants=tuple(variant.name for variant in campaign.variants),
        weights=campaign.weights,
        prices=tuple(money_units(prices[variant.name]) for variant in campaign.variants),
        policies=campaign.in_force(shop),
        ends_at=period_end(campaign.period, zone),
    )


def _ids() -> pl.DataFrame:
    return pl.DataFrame(schema={"customer_id": pl.Int64})


def _recent() -> pl.DataFrame:
    return pl.DataFrame(schema={"customer_id": pl.Int64, "sent_at": MOMENT})


def _previous() -> pl.DataFrame:
    return pl.DataFrame(
        schema={"customer_id": pl.Int64, "phone_hash": pl.String, "variant": pl.String, "sent_at": MOMENT}
    )


def _claims() -> pl.DataFrame:
    return pl.DataFrame(
        schema={"customer_id": pl.Int64, "place": pl.Int64, "priority": pl.Int64, "campaign_id": pl.String}
    )


@dataclass(frozen=True)
class People:
    """What is known at the moment of deciding.

    - ``candidates`` (customer_id, customer_key): customers of the included segments; one in several counts once.
    - ``members`` (customer_id, ``MEMBER_FLAGS``, phone_hash): null flags count as false, null hashes as no phone.
    - ``excluded`` (customer_id): of the excluded segments. ``in_range`` (customer_id): None where there is no range.
    - ``meeting`` (customer_id): who meets the condition of a behaviour trigger now; None where there is no condition.
    - ``recent_sends`` (customer_id, sent_at): of all campaigns, as far back as the longest cooldown; reserved messages
      that wait for the morning count with the time they wait for.
    - ``previous`` (customer_id, phone_hash, variant, sent_at): everybody who got this campaign before.
    - ``held`` (customer_id): whom this campaign's holdout has withheld a message before.
    - ``claims`` (customer_id, place, priority, campaign_id): who would get other campaigns of the same hour, with their
      ranks.
    - ``spent``: this campaign's costs so far by day of the shop's zone, in ``MONEY_UNITS``.
    """

    candidates: pl.DataFrame
    members: pl.DataFrame
    excluded: pl.DataFrame = field(default_factory=_ids)
    in_range: pl.DataFrame | None = None
    recent_sends: pl.DataFrame = field(default_factory=_recent)
    previous: pl.DataFrame = field(default_factory=_previous)
    claims: pl.DataFrame = field(default_factory=_claims)
    spent: Mapping[dt.date, int] = field(default_factory=dict)
    meeting: pl.DataFrame | None = None
    held: pl.DataFrame = field(default_factory=_ids)

    def __post_init__(self) -> None:
        _require(self.candidates, "candidates", ("customer_id", "customer_key"))
        _require(self.members, "members", ("customer_id", *MEMBER_FLAGS, "phone_hash"))
        if self.members["customer_id"].n_unique() < len(self.members):
            raise ValueError("members has a customer_id twice")
        _require(self.excluded, "excluded", ("customer_id",))
        if self.in_range is not None:
            _require(self.in_range, "in_range", ("customer_id",))
        if self.meeting is not None:
            _require(self.meeting, "meeting", ("customer_id",))
        _require(self.recent_sends, "recent_sends", _recent().columns)
        _require(self.previous, "previous", _previous().columns)
        _require(self.claims, "claims", _claims().columns)
        _require(self.held, "held", ("customer_id",))


def _require(frame: pl.DataFrame, name: str, columns: Sequence[str]) -> None:
    missing = [column for column in columns if column not in frame.columns]
    if missing:
        raise ValueError(f"{name} lacks the columns {', '.join(missing)}")
    if frame["customer_id"].null_count():
        raise ValueError(f"{name} has rows without customer_id")
