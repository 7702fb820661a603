"""Settings of campaigns, messages and links: policies of the shop, the sender as the law names it, prices.

Belongs here: sections of ``shop.yaml`` that sending needs. Does not belong here: the other sections (``settings``),
secrets (environment only), what each setting does.
"""

from typing import Annotated, Literal

from pydantic import Field

from connectors.home.section import Section

_LENGTH = r"^\d{1,5}(m|h|d)$"
_TimeOfDay = Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
_ChannelName = Literal["sms", "alimtalk", "brand_message", "push", "email", "onsite"]


class NightSettings(Section):
    """Hours, from and to as times of day; 21:00 to 08:00 goes over midnight."""

    from_: _TimeOfDay = Field("21:00", alias="from", description="from this time of day ...")
    to: _TimeOfDay = Field("08:00", description="... to this one")


class HoldoutSettings(Section):
    """A control share of the whole shop that gets no advertising, to measure against."""

    share: float = Field(gt=0, le=50, description="of the customers, in per cent")
    window_days: int = Field(7, ge=1, le=365, description="stays withheld at least so long")
    redraw_days: int | None = Field(None, ge=1, le=3650, description="drawn anew every so many days; none: never")


class CampaignSettings(Section):
    """Policies of the shop, which hold where a campaign says nothing else (docs/guides/campaigns.md)."""

    night: NightSettings = Field(NightSettings(), description="no advertising by SMS and push without night consent")
    cooldown: str = Field("24h", pattern=_LENGTH, description="between two messages to a customer; 0m: none")
    priority_order: tuple[str, ...] = Field((), description="ids of campaigns, the most important first")
    attribution: dict[_ChannelName, Literal["3h", "6h", "day", "3d", "7d"]] = Field(
        {}, description="by channel, how long after a message an order counts; 7d"
    )
    opt_out_text: str | None = Field(
        None, max_length=30, description="ends every advertising push of templates saved since"
    )
    push_speed: Literal[1000, 5000, 10000, 15000, 20000, "max"] = Field("max", description="pushes a minute")
    holdout: HoldoutSettings | None = Field(None, description="of the whole shop; none: only what campaigns say")
    late: dict[_ChannelName, Literal["send", "expire", "ask"]] = Field(
        {}, description="by channel, what becomes of messages that were due while nothing ran"
    )
    stop_share: float = Field(0.5, gt=0, le=1, description="share of failed messages at which a send stops by itself")


class MessageSettings(Section):
    """The sender as the law wants it named, who carries messages, what they cost (docs/guides/channels.md)."""

    vendors: Literal["sandbox", "live"] = Field(
        "sandbox", description="sandbox: servers on this machine that deliver nothing; live: the accounts of .env"
    )
    contact: str = Field("", max_length=100, description="telephone number or address of the sender, for advertising")
    opt_out_number: str = Field("", max_length=20, description="free 080 number, for advertising by text message")
    label_kakao_texts: bool = Field(True, description="put (광고) into Brand Messages that have room for it too")
    prices: dict[str, float] = Field(
        {
            "SMS": 9, "LMS": 30, "MMS": 100, "ALIMTALK": 7.5, "BRAND_TEXT": 15, "BRAND_IMAGE": 23,
            "BRAND_WIDE_IMAGE": 23, "BRAND_WIDE_ITEM_LIST": 27, "BRAND_COMMERCE": 27, "BRAND_CAROUSEL_FEED": 30,
            "BRAND_CAROUSEL_COMMERCE": 30, "PUSH": 0, "EMAIL": 0.2, "ONSITE": 0,
        },
        description="of one message, in the shop's currency; what the contract with the vendor says",
    )  # fmt: skip


class TrackingSettings(Section):
    """Links in messages (docs/guides/tracking.md)."""

    link_host: str = Field(
        "", pattern=r"^(https?://[^\s/]+(/[^\s]*[^\s/])?)?$",
        description="that short links begin with, such as https://go.shop.kr; empty: https://<first site host>/r",
    )  # fmt: skip
    mall: Literal["cafe24", "godomall", "makeshop", "imweb", "flexg", "other"] = Field(
        "cafe24", description="whose login page links go through that would lose their parameters there"
    )
    login_path: str = Field(
        "", description="of flexg and other: path of the login page with {url} for the encoded address to return to"
    )
