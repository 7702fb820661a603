"""Messages of a send at the moment they go: address, text, links, and whether they may still go at all.

Belongs here: bringing these together for many recipients at once. Does not belong here: the texts
(``models.messages``), values and links (``texts``), the order of sending (``connectors.sending``).

Consent, reach and night are looked at by the rules that decided (``models.campaigns.reasons``, ``night``), on what the
store says now. Nothing of this is kept or logged.
"""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import polars as pl

from assets.campaigns.delivery.routes import Message, channel_name
from assets.campaigns.shop import Shop
from assets.campaigns.texts.links import link_columns
from assets.campaigns.texts.values import Values
from connectors.home.member_key import address_hash
from connectors.sending.job import Composed
from connectors.store.ledger.shapes import Row, Send
from models.campaigns.document import Campaign
from models.campaigns.fields import money_units
from models.campaigns.inputs import CONSENTS
from models.campaigns.night import allowed_at, next_night, nights
from models.campaigns.policies import NightHours
from models.campaigns.reasons import goes_to_phones, person_reason
from models.messages.contents import contents
from models.messages.links import Placed, told_by_target, with_link_places
from models.messages.rendering import render, variables_of

ERASED: Final = "erased"
_ADDRESS: Final = {
    "sms": "phone", "alimtalk": "phone", "brand_message": "phone", "push": "push_token", "email": "email",
    "onsite": "customer_key",
}  # fmt: skip
Nights = dict[bool, tuple[dt.datetime, dt.datetime | None]]  # by night consent: not before, until


class CampaignComposer:
    """The composer of one send. ``messages``: of its variants. Used by one thread."""

    def __init__(self, shop: Shop, send: Send, campaign: Campaign, messages: Mapping[str, Message]) -> None:
        self._shop, self._send, self._campaign, self._messages = shop, send, campaign, messages
        self._channel = channel_name(send)
        self._variants = {name: _Variant(shop, send, campaign, message) for name, message in messages.items()}
        self._policies = campaign.in_force(shop.policies)
        advertising = campaign.advertising or any(one.template.advertises for one in messages.values())
        self._advertising = advertising and self._channel not in ("alimtalk", "onsite")
        targeting = campaign.brand_targeting if self._channel == "brand_message" else None
        self._reason = person_reason(self._channel, self._advertising, targeting)

    def compose(self, send: Send, rows: Sequence[Row], now: dt.datetime) -> Mapping[int, Composed]:
        """See ``Composer``. Codes: ``erased``, the reasons of decisions (``no_consent`` …), and those of rendering
        (``missing:…`` …)."""
        nights_now = self._nights(now)
        people = self._people(rows)
        found: dict[int, Composed] = {}
        for (variant,), group in people.group_by("variant", maintain_order=True):
            found |= self._variants[str(variant)].composed(group, nights_now, self._hashes)
        return found

    def addresses(self, send: Send, rows: Sequence[Row]) -> Mapping[int, str]:
        """See ``Composer``."""
        if self._channel == "onsite":
            return {row.seq: row.customer_key for row in rows}
        known = self._shop.store.recipients([row.customer_key for row in rows])
        found = dict(known.select("member_key", _ADDRESS[self._channel]).rows())
        return {row.seq: found[row.customer_key] for row in rows if found.get(row.customer_key)}

    def _people(self, rows: Sequence[Row]) -> pl.DataFrame:
        """seq, variant, customer_key, price, what the store knows, the address ``to`` and ``reason``: why the message
        may not go."""
        asked = pl.DataFrame(
            [(row.seq, row.variant, row.customer_key, row.price) for row in rows],
            schema={"seq": pl.Int64, "variant": pl.String, "customer_key": pl.String, "price": pl.Int64},
            orient="row",
        )
        known = self._shop.store.recipients(asked["customer_key"].to_list() if self._asks_store else [])
        people = asked.join(
            known.with_columns(is_member=pl.lit(True)), left_on="customer_key", right_on="member_key", how="left",
            maintain_order="left",
        )  # fmt: skip
        people = people.with_columns(
            *(pl.col(name).fill_null(False) for name in (*CONSENTS, "is_channel_friend", "is_member")),
            pl.col("phone").is_not_null().alias("has_phone"),
            pl.col("email").is_not_null().alias("has_email"),
            pl.col("push_token").is_not_null().alias("has_push_token"),
            pl.col(_ADDRESS[self._channel]).alias("to"),
        )
        return people.with_columns(self._reason.replace("not_a_member", ERASED).alias("reason"))

    @property
    def _asks_store(self) -> bool:
        return self._channel != "onsite" or any(one.values.needs_member for one in self._variants.values())

    def _nights(self, now: dt.datetime) -> Nights:
        found: Nights = {}
        for consent in (True, False):
            hours = nights(self._channel, self._advertising, consent, self._quiet)
            found[consent] = allowed_at(now, hours, self._shop.zone), next_night(now, hours, self._shop.zone)
        return found

    @property
    def _quiet(self) -> Sequence[NightHours]:
        return self._policies.quiet

    @property
    def _hashes(self) -> Callable[[str], str] | None:
        """Decisions know people by the hash of their number: where the number is the address, it must be the same."""
        if not goes_to_phones(self._channel):
            return None
        secret = self._shop.secret
        return lambda phone: address_hash(phone, secret)


class _Variant:
    """The messages of one variant."""

    def __init__(self, shop: Shop, send: Send, campaign: Campaign, message: Message) -> None:
        self._shop, self._send, self._campaign, self._message = shop, send, campaign, message
        self._placed: Placed = with_link_places(message.template)
        self.values = Values(shop, send, [*variables_of(message.template), *variables_of(self._placed.template)])
        self._reasons = told_by_target(self._placed.links)
        self._known: dict[str, int] = {}
        self._prices = {name: money_units(price) for name, price in shop.prices.items()}
        self._has_pixel = message.template.email is not None and campaign.tracking.on

    def composed(
        self, people: pl.DataFrame, nights_now: Nights, hashed: Callable[[str], str] | None
    ) -> dict[int, Composed]:
        """By ``seq``."""
        rendered, filled = self._filled(people)
        columns = ("seq", "to", "reason", "consent_night")
        rows = zip(
            *(people[name].to_list() for name in columns),
            rendered["skip_reason"].to_list(),
            rendered["cost_class"].to_list(),
            filled,
            strict=True,
        )
        found: dict[int, Composed] = {}
        for seq, to, reason, night_consent, skipped, cost_class, content in rows:
            not_before, until = nights_now[night_consent]
            code, to = reason or skipped, to or ""
            if code is not None:
                found[seq] = Composed(to, {}, hashed(to) if hashed and to else None, code[:64])
                continue
            own = hashed(to) if hashed else None
            found[seq] = Composed(to, content, own, None, not_before, until, self._prices.get(cost_class))
        return found

    def _filled(self, people: pl.DataFrame) -> tuple[pl.DataFrame, list[dict[str, Any]]]:
        """What was rendered, and the contents."""
        template, send = self._placed.template, self._send
        values = self.values.of(people)
        values = values if values.width else people.select("seq")
        own = link_columns(
            self._shop, send, self._campaign, self._message.variant, self._placed.links, values, people["seq"],
            if_missing=template.substitutes, known=self._known,
        )  # fmt: skip
        frame = pl.concat([values, own.select(name for name in own.columns if name not in values.columns)],
                          how="horizontal")  # fmt: skip
        rendered = render(template, frame, self._shop.sender)
        rendered = rendered.with_columns(pl.col("skip_reason").replace(self._reasons))
        made = contents(template, rendered, self._shop.sender)
        if template.email is not None:
            self._finish_letters(made, own["open_pixel_url"].to_list())
        return rendered, made

    def _finish_letters(self, made: Sequence[dict[str, Any]], pixels: Sequence[str | None]) -> None:
        """Letters come from the sender's own address, and tell when they are opened."""
        address = self._message.sender.address
        for content, pixel in zip(made, pixels, strict=True):
            if not content:
                continue
            content["sender"] = {**content["sender"], "address": address}
            if pixel and self._has_pixel:
                content["html"] = _with_pixel(content["html"], pixel)


def _with_pixel(page: str, url: str) -> str:
    picture = f'<img src="{url}" width="1" height="1" alt="" style="border:0">'
    at = page.lower().rfind("</body>")
    return page + picture if at < 0 else page[:at] + picture + page[at:]
