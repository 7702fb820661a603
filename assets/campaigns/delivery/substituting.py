"""Text messages for those whom a Kakao message did not reach (G5).

Belongs here: who gets one, when, at what price. Does not belong here: sending them (a send of their own, ``sending``),
their text (``routes``, ``models.messages``).

Only what failed because Kakao does not reach the person is stood in for, never what is unknown. A substitute that
advertises is an advertising text message: it needs that consent and knows that night.
"""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Final

import polars as pl

from assets.campaigns.delivery.routes import CannotSend, template_of
from assets.campaigns.shop import MissingDocument, Shop
from connectors.channels.sens.kakao import SUBSTITUTE_CODES
from connectors.home.member_key import address_hash
from connectors.store.ledger.shapes import Send
from models.campaigns.document import KAKAO, Campaign
from models.campaigns.fields import money_units
from models.campaigns.inputs import CONSENTS
from models.campaigns.night import not_before
from models.campaigns.reasons import person_reason
from models.messages.documents.template import Template
from models.messages.kinds import expected_cost_class
from models.messages.law import with_law

WITHIN: Final = dt.timedelta(hours=30)  # the last results come after 25: nobody expects a word on it later
_CHANNEL: Final = "sms"


def substitute(shop: Shop, campaign: Campaign, send: Send) -> int:
    """Reserve substitutes for failed messages of ``send`` that have none yet; how many."""
    if send.channel not in KAKAO or not send.failed or shop.clock() - send.planned_at > WITHIN + _waited(send):
        return 0
    templates = _templates(shop, campaign, send)
    if not templates:
        return 0
    failed = shop.store.ledger.failed(send.send_no)
    failed = failed.filter(pl.col("code").is_in(SUBSTITUTE_CODES), pl.col("variant").is_in(list(templates)))
    rows = _decided(shop, campaign, failed, templates)
    if rows.is_empty():
        return 0
    shop.store.ledger.substitute(send, _CHANNEL, rows, send.ends_at)
    return rows.height


def _waited(send: Send) -> dt.timedelta:
    """How much later than planned the last message went out: a night, a pause."""
    return max((send.last_sent_at or send.planned_at) - send.planned_at, dt.timedelta(0))


def _templates(shop: Shop, campaign: Campaign, send: Send) -> dict[str, Template]:
    """The substitute's template by variant. What can not be found is told when it is sent."""
    found: dict[str, Template] = {}
    for variant in campaign.variants:
        if variant.substitute is not None:
            try:
                found[variant.name] = template_of(shop, send.made_at, variant, True)
            except (CannotSend, MissingDocument) as error:
                shop.say(f"{send.send_id}: no substitutes: {error}")
    return found


def _decided(shop: Shop, campaign: Campaign, failed: pl.DataFrame, templates: Mapping[str, Template]) -> pl.DataFrame:
    """Who gets one, as the ledger reserves it."""
    known = shop.store.recipients(failed["customer_key"].to_list()).rename({"member_key": "customer_key"})
    people = failed.join(known, on="customer_key", how="inner", maintain_order="left").with_columns(
        *(pl.col(name).fill_null(False) for name in (*CONSENTS, "is_channel_friend")),
        pl.lit(True).alias("is_member"),
        pl.col("phone").is_not_null().alias("has_phone"),
    )
    quiet, now = campaign.in_force(shop.policies).quiet, shop.clock()
    frames = []
    for variant, template in templates.items():
        advertises = campaign.advertising or template.advertises
        night = not_before(now, pl.col("consent_night"), _CHANNEL, advertises, quiet, shop.zone)
        may = person_reason(_CHANNEL, advertises, None).is_null()
        rows = people.filter((pl.col("variant") == variant) & may)
        hashes = [address_hash(phone, shop.secret) for phone in rows["phone"].to_list()]
        frames.append(
            rows.select(
                "send_order", "customer_key", "customer_id", "variant", night.alias("not_before"),
                pl.lit(_price(shop, template)).alias("price"), pl.Series("address_hash", hashes, dtype=pl.String),
            )
        )  # fmt: skip
    return pl.concat(frames).sort("send_order")


def _price(shop: Shop, template: Template) -> int:
    """What one is expected to cost; the message itself tells when it is made."""
    kind = expected_cost_class(with_law(template, shop.sender))
    return money_units(shop.prices.get(kind, Decimal(0)))
