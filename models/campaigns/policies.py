"""Policies of a campaign and of the shop: cooldown, night, holdout, lateness, speed, cost, priority, tracking.

Belongs here: what may be said, and which of the two counts where both say something. Does not belong here: acting on it
(``night``, ``holdout``, ``lateness``, ``decide``).
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Final, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from models.campaigns.fields import Attribution, Channel, Clock, Duration, Late, Money, Share, Speed, UtmText
from models.documents.fields import Frozen, Id, Text

MOST_HOLDOUT: Final = 50
FIRST_PRIORITY: Final = 100
# What was due while nothing ran: what is stale by then is dropped, what costs money is asked about, the rest is sent.
LATE_BY_CHANNEL: Final[Mapping[Channel, Late]] = {
    "sms": "ask", "alimtalk": "send", "brand_message": "ask", "push": "expire", "email": "send", "onsite": "send",
}  # fmt: skip


class NightHours(Frozen):
    """From a time of day until another; 21:00 to 08:00 goes over midnight."""

    from_: Clock = Field(alias="from")
    to: Clock

    @model_validator(mode="after")
    def _some_hours(self) -> Self:
        if self.from_ == self.to:
            raise PydanticCustomError("night_empty", "begins and ends at the same time")
        return self


LEGAL_NIGHT: Final = NightHours.model_validate({"from": "21:00", "to": "08:00"})


class Holdout(Frozen):
    """A control share that gets nothing, to measure against."""

    share: Annotated[Share, Field(le=MOST_HOLDOUT)] = Field(description="of those who would get it, in per cent")
    window_days: int = Field(7, ge=1, le=365, description="stays withheld at least so long after each withheld message")
    redraw_days: int | None = Field(
        None, ge=1, le=3650, description="drawn anew every so many days; without it the same as long as it runs"
    )
    of: Literal["campaign", "shop"] = Field("campaign", description="drawn for this campaign, or one for all of them")

    @model_validator(mode="after")
    def _redraw_after_window(self) -> Self:
        if self.redraw_days is not None and self.redraw_days < self.window_days:
            raise PydanticCustomError("holdout_redraw", "redraw_days is shorter than window_days")
        return self


class Policies(Frozen):
    """What this campaign wants otherwise than the shop."""

    cooldown: Duration | None = Field(None, description="between two messages to a customer; 0m: none")
    exclude_duplicates: bool = Field(False, description="the same phone never gets this campaign twice")
    daily_cost_limit: Money | None = Field(
        None, description="reaching it stops the send; the next occurrence has its own day's money"
    )
    night: NightHours | None = Field(None, description="also quiet then; not for Kakao, whose night is fixed")
    late: Late | None = Field(None, description="what was due while nothing ran: send, expire or ask")
    priority: int = Field(FIRST_PRIORITY, ge=0, le=10_000, description="where campaigns collide the lower number wins")
    speed: Speed | None = Field(None, description="messages a minute, or max")
    no_holdout: bool = Field(False, description="true: the shop's holdout does not hold here")


class Utm(Frozen):
    """Parameters of links; what is left out is made from the campaign."""

    source: UtmText | None = None
    medium: UtmText | None = None
    campaign: UtmText | None = None
    content: UtmText | None = None
    term: UtmText | None = None


class Tracking(Frozen):
    """How visits and orders are told to come from the campaign."""

    on: bool = Field(True, description="false: links carry nothing, and the inflow will be 0")
    utm: Utm = Utm()
    attribution: Attribution | None = Field(None, description="how long after the message an order counts")
    short_links: bool = True
    through_login: bool = Field(False, description="the landing page needs a login: keep parameters by a return URL")


class ShopPolicies(Frozen):
    """Policies of the shop, which hold where a campaign says nothing else."""

    night: NightHours = Field(LEGAL_NIGHT, description="no advertising by SMS and push without night consent")
    cooldown: Duration = Field(dt.timedelta(hours=24), description="between two messages to a customer")
    priority_order: tuple[Id, ...] = Field((), description="ids of campaigns, the most important first")
    attribution: dict[Channel, Attribution] = Field({}, description="by channel; without it 7d")
    opt_out_text: Annotated[Text, Field(max_length=30)] | None = Field(
        None, description="ends every advertising push of campaigns saved since"
    )
    push_speed: Speed = "max"
    holdout: Holdout | None = None
    late: dict[Channel, Late] = Field({}, description="by channel")


@dataclass(frozen=True)
class InForce:
    """What holds for one campaign. ``quiet``: hours of the shop and of the campaign, of which each is night."""

    cooldown: dt.timedelta
    exclude_duplicates: bool
    daily_cost_limit: float | None
    quiet: tuple[NightHours, ...]
    late: Late
    rank: tuple[int, int, str]
    speed: Speed
    holdout: Holdout | None
    attribution: Attribution


def in_force(
    campaign_id: str,
    channel: Channel,
    own: Policies,
    tracking: Tracking,
    holdout: Holdout | None,
    shop: ShopPolicies,
) -> InForce:
    """The campaign's word, else the shop's; ``holdout`` is the campaign's. Of two campaigns the one with the smaller
    ``rank`` wins: first those of the shop's order, then by number, then by id."""
    order = shop.priority_order
    place = order.index(campaign_id) if campaign_id in order else len(order)
    return InForce(
        cooldown=shop.cooldown if own.cooldown is None else own.cooldown,
        exclude_duplicates=own.exclude_duplicates,
        daily_cost_limit=own.daily_cost_limit,
        quiet=(shop.night, *([own.night] if own.night else [])),
        late=own.late or shop.late.get(channel) or LATE_BY_CHANNEL[channel],
        rank=(place, own.priority, campaign_id),
        speed=own.speed or (shop.push_speed if channel == "push" else "max"),
        holdout=holdout,
        attribution=tracking.attribution or shop.attribution.get(channel, "7d"),
    )
