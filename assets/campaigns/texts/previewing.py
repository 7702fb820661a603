"""Messages of one member outside of a send: their values and, in a campaign, their links.

Belongs here: what previews and test sends are filled with. Does not belong here: pictures of messages
(``models.messages.preview``), sending (``testing``), messages of sends (``composing``).

Nothing is written: links of a preview have a made-up code in the place of a click's, of the length of a real one.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

import polars as pl

from assets.campaigns.delivery.routes import Message
from assets.campaigns.shop import Shop
from assets.campaigns.texts.links import LANDING, destinations, link_host
from assets.campaigns.texts.values import Values
from connectors.home.settings import Settings
from models.campaigns.document import Campaign
from models.messages.documents.places import places, with_texts
from models.messages.documents.template import Template
from models.messages.filling import Money
from models.messages.links import Link, Placed, link_targets, told_by_target, with_link_places
from models.messages.rendering import Rendered, render_one, values_for_test, variables_of
from models.messages.variables import link_variable, variables_in
from models.tracking.urls import short_link, unsubscribe_link, with_click

NOWHERE: Final = "https://preview.invalid"
_CODE: Final = "preview{:04d}"  # as long as the codes of a shop's first thousands of sends


@dataclass(frozen=True)
class Preview:
    """A message as it would be. ``rendered``: what a member gets, None where none was named; then ``template`` has the
    links, and other variables as written. ``links``: how each is shown, and where it leads."""

    template: Template
    rendered: Rendered | None
    links: tuple[tuple[str, str], ...]


def person_of(shop: Shop, member_id: str) -> pl.DataFrame | None:
    """The row of a member as of ``Store.recipients``, with the key as customer_key; None for whom nobody knows."""
    found = shop.store.recipients([shop.store.key_of(member_id)]).rename({"member_key": "customer_key"})
    return found if len(found) else None


def values_for(shop: Shop, template: Template, person: pl.DataFrame | None) -> dict[str, Any]:
    """Values by column for the template's variables: those of the member, a landing page where neither a campaign nor
    ``if_missing`` says one, Kakao variables as they are written."""
    personal = [one for one in variables_of(template) if one.is_personal]
    found: dict[str, Any] = {}
    if person is not None and personal:
        own = Values(shop, None, personal, person["customer_key"]).of(person)
        found = own.row(0, named=True) if own.height else {}
    if host := link_host(shop.settings):
        found["unsubscribe_url"] = unsubscribe_link(host, "test")
    if LANDING not in template.substitutes:
        found[LANDING] = _landing(shop.settings)
    return values_for_test(template, found)


def preview_of(shop: Shop, campaign: Campaign, message: Message, person: pl.DataFrame | None) -> Preview:
    """A message of the campaign as recipients would get it: with its landing page, and links as they are sent."""
    template = _without_substitute(message.template)
    placed = with_link_places(template)
    values = {"unsubscribe_url": NOWHERE} | values_for(shop, template, person)
    values[LANDING] = campaign.landing(message.variant)
    targets = _targets(shop, template, placed.links, values)
    leads = targets
    if campaign.tracking.on:
        asked = sorted({target for target in targets.values() if target is not None})
        known = destinations(shop.settings, template.channel, campaign, message.variant, asked)
        leads = {column: known.get(target or "") for column, target in targets.items()}
    codes = _codes(leads)
    shown = {
        link.column: _shown(shop, campaign, link, leads[link.column], codes[link.column], person is None)
        for link in placed.links
    }
    links = tuple(dict.fromkeys((shown[column] or "", lead) for column, lead in leads.items() if lead is not None))
    if person is None:
        return Preview(_as_written(placed, shown), None, links)
    rendered = render_one(placed.template, values | shown, shop.sender)
    if rendered.skip_reason is not None:
        reason = told_by_target(placed.links).get(rendered.skip_reason, rendered.skip_reason)
        rendered = replace(rendered, skip_reason=reason)
    return Preview(placed.template, rendered, links)


def _landing(settings: Settings) -> str:
    """Where ``#{랜딩 URL}`` leads without a campaign: the shop's first host."""
    return f"https://{settings.site_hosts[0]}/" if settings.site_hosts else NOWHERE


def _targets(
    shop: Shop, template: Template, links: tuple[Link, ...], values: Mapping[str, Any]
) -> dict[str, str | None]:
    """Where each link is to land, by its column; None where there is no value for it."""
    if not links:
        return {}
    frame = pl.DataFrame({one.column: [values.get(one.column)] for one in variables_of(template)} or {"": [None]})
    if "mall_name" in frame.columns:
        frame = frame.with_columns(mall_name=pl.lit(shop.sender.mall_name))
    money = Money(shop.settings.currency, shop.settings.locale)
    return link_targets(links, frame, money, template.substitutes).row(0, named=True)


def _codes(leads: Mapping[str, str | None]) -> dict[str, str]:
    """The made-up code of each link, by its column: as of real ones, of links that lead to the same page the same."""
    pages = {column: lead or column for column, lead in leads.items()}
    numbers = {page: number for number, page in enumerate(dict.fromkeys(pages.values()), 1)}
    return {column: _CODE.format(numbers[page]) for column, page in pages.items()}


def _shown(shop: Shop, campaign: Campaign, link: Link, lead: str | None, code: str, is_anybody: bool) -> str | None:
    """A link as it stands in the message. For nobody in particular that of a product is written as in the template
    where links are long, and that of a landing page which nobody has named always."""
    tracking = campaign.tracking
    host = link_host(shop.settings) if tracking.on and tracking.short_links else ""
    if lead is None:
        is_personal = any(one.is_personal for one in variables_in([link.target]))
        if not is_anybody:
            return None
        return short_link(host, code) if is_personal and host else link.target
    if host:
        return short_link(host, code)
    return with_click(lead, code, shop.settings.tracking.login_path) if tracking.on else lead


def _as_written(placed: Placed, shown: Mapping[str, str | None]) -> Template:
    texts: dict[str, str] = {}
    for place in places(placed.template):
        text = place.text
        for link in placed.links:
            text = text.replace(str(link_variable(link.number)), shown[link.column] or link.target)
        texts[place.path] = text
    return with_texts(placed.template, texts)


def _without_substitute(template: Template) -> Template:
    """A campaign says whether there is a substitute; it is a message of its own."""
    if template.substitute is None:
        return template
    return template.model_copy(update={template.channel: template.part.model_copy(update={"substitute": None})})
