"""What is in the way of starting a campaign, and what one should know before.

Belongs here: asking the store and the published tables for what a campaign names. Does not belong here: the rules
(``models.campaigns.checks``, ``models.messages.checks``), words for problems (``orchestration.cli``), starting.
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass

import polars as pl

from assets.campaigns.plans.deciding import prices_of
from assets.campaigns.plans.people import CanNotDecide
from assets.campaigns.shop import MissingDocument, Shop
from assets.campaigns.texts.links import link_warnings
from assets.segments.facts import open_facts
from assets.segments.tables import RULE, SEGMENTS
from connectors.published.errors import PublishError
from connectors.store.documents import Documents
from models.campaigns.checks import Beside, problems_beside
from models.campaigns.document import Campaign, Variant
from models.campaigns.inflow import lacks_tracking, untracked_links
from models.campaigns.schedule import is_over, next_occurrence, timetable_of
from models.documents.reading import Place, Problem
from models.messages.checks import obstacles_in, warnings_in
from models.messages.documents.template import Template
from models.messages.links import links_in
from models.messages.senders import SenderAccount
from models.segments.context import Context
from models.tracking.urls import with_utm


@dataclass(frozen=True)
class Checked:
    """``obstacles``: what has to be mended before the start; ``warnings``: what one should look at. ``source`` of each:
    the campaign, or the template that it is about."""

    obstacles: tuple[Problem, ...]
    warnings: tuple[Problem, ...]


def check_start(shop: Shop, campaign: Campaign) -> Checked:
    """Everything that can be said of a campaign before it is started now."""
    now = shop.clock()
    templates, senders = _templates(shop, campaign), _senders(shop, campaign)
    beside = Beside(
        segments=_there(shop.store.segments, [*campaign.target.include, *campaign.target.exclude]),
        found=_found_segments(shop),
        templates=templates,
        senders=senders,
        context=_context(shop, now) if campaign.schedule.trigger else None,
    )
    obstacles = [*problems_beside(campaign, beside), *_may_not_send(campaign, senders)]
    for template in templates.values():
        obstacles += obstacles_in(template, shop.sender)
    obstacles += [*_substitutes(campaign, templates), *_prices(shop, campaign, now), *_moments(shop, campaign, now)]
    warnings = [problem for template in templates.values() for problem in warnings_in(template, shop.sender)]
    return Checked(tuple(obstacles), (*_links(shop, campaign, templates), *warnings))


def _problem(campaign: Campaign, place: Place, kind: str, **values: object) -> Problem:
    return Problem(campaign.id, 0, campaign.id, place, kind, values)


def _there(documents: Documents, names: Sequence[str]) -> frozenset[str]:
    """Those of ``names`` that are in force."""
    newest = {name: documents.history(name)[-1:] for name in names}
    return frozenset(name for name, found in newest.items() if found and found[0].document is not None)


def _found_segments(shop: Shop) -> frozenset[str] | None:
    """Ids of segments that are found by themselves; None while nobody knows."""
    if shop.published.current(SEGMENTS) is None:
        return None
    rows = shop.published.scan(SEGMENTS).filter(pl.col("kind") != RULE).select("segment_id").collect()
    return frozenset(rows["segment_id"])


def _named_senders(campaign: Campaign) -> dict[Place, str]:
    found: dict[Place, str] = {("sender",): campaign.sender}
    for at, variant in enumerate(campaign.variants):
        if variant.sender is not None:
            found["variants", at, "sender"] = variant.sender
        if variant.substitute is not None:
            found["variants", at, "substitute", "sender"] = variant.substitute.sender
    return found


def _named_templates(variants: Sequence[Variant]) -> set[str]:
    own = {variant.template for variant in variants}
    return own | {one.substitute.template for one in variants if one.substitute and one.substitute.template}


def _templates(shop: Shop, campaign: Campaign) -> dict[str, Template]:
    found = {}
    for name in sorted(_named_templates(campaign.variants)):
        with suppress(MissingDocument):
            found[name] = shop.template(name)
    return found


def _senders(shop: Shop, campaign: Campaign) -> dict[str, SenderAccount]:
    found = {}
    for name in sorted(set(_named_senders(campaign).values())):
        with suppress(MissingDocument):
            found[name] = shop.sender_account(name)
    return found


def _context(shop: Shop, now: dt.datetime) -> Context | None:
    """What conditions of triggers may name; None before there are facts."""
    try:
        today = now.astimezone(shop.zone).date()
        with open_facts(shop.home, shop.settings, shop.store, shop.published, today) as facts:
            return facts.context
    except PublishError:
        return None


def _may_not_send(campaign: Campaign, senders: dict[str, SenderAccount]) -> Iterator[Problem]:
    for place, name in _named_senders(campaign).items():
        sender = senders.get(name)
        if sender is not None and not sender.may_send:
            yield _problem(campaign, place, "sender_may_not_send", sender=name, state=sender.state)


def _substitutes(campaign: Campaign, templates: dict[str, Template]) -> Iterator[Problem]:
    """A substitute needs a text: a template of its own, or the one that the Kakao template has."""
    for at, variant in enumerate(campaign.variants):
        template = templates.get(variant.template)
        wants = variant.substitute is not None and variant.substitute.template is None
        if wants and template is not None and template.substitute is None:
            yield _problem(campaign, ("variants", at, "substitute"), "substitute_text", template=variant.template)


def _links(shop: Shop, campaign: Campaign, templates: dict[str, Template]) -> Iterator[Problem]:
    """What is wrong with links: the inflow would be 0 whatever people do (H4), or there is nowhere to lead them."""
    if lacking := lacks_tracking(campaign):
        yield _problem(campaign, (), lacking)
    for kind in link_warnings(shop.settings, campaign):
        yield _problem(campaign, (), kind)
    for at, variant in enumerate(campaign.variants):
        template, utm = templates.get(variant.template), campaign.utm(variant)
        written = [link.target for link in links_in(template)] if template is not None and utm else []
        sent = [with_utm(link, utm) for link in written if "#{" not in link]
        for link in untracked_links(sent, utm):
            yield _problem(campaign, ("variants", at, "template"), "untracked_link", link=link)


def _prices(shop: Shop, campaign: Campaign, now: dt.datetime) -> Iterator[Problem]:
    try:
        prices_of(shop, campaign, now)
    except CanNotDecide as error:
        if error.reason == "price":
            yield _problem(campaign, (), "no_price", message=str(error))


def _moments(shop: Shop, campaign: Campaign, now: dt.datetime) -> Iterator[Problem]:
    """Its time, or its period, must not have gone by."""
    timetable = timetable_of(campaign, shop.zone, now)
    goes_on = campaign.schedule.trigger is not None or timetable.runs_on
    before = now - dt.timedelta(microseconds=1)
    if is_over(timetable, now) if goes_on else next_occurrence(timetable, before) is None:
        yield _problem(campaign, ("schedule",), "never_sends")
