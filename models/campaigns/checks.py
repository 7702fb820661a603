"""What is wrong with campaigns that only shows beside the shop's other documents: what they name and nobody knows.

Belongs here: these checks, as problems with their place. Does not belong here: what a document alone shows
(``document``), sentences (``orchestration.cli.campaign_problems``), whether something may be sent now.
"""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, Final

from models.campaigns.document import Campaign, Variant
from models.documents.reading import DocumentError, Place, Problem, read_documents
from models.messages.checks_variables import sends_by
from models.messages.documents.template import Template
from models.messages.senders import KIND_OF, SenderAccount
from models.segments.checks import problems_of
from models.segments.context import Context
from models.segments.document import Segment

_MOST_LISTED: Final = 12
_WHERE: Final = ("schedule", "trigger", "where")
_CONDITION: Final = ("schedule", "trigger", "condition")


@dataclass(frozen=True)
class Beside:
    """What campaigns may name. ``found``: ids of segments that are found by themselves; None: nobody knows them yet,
    and any is taken. ``context``: what conditions may name; None before there are facts."""

    segments: Collection[str]
    found: Collection[str] | None
    templates: Mapping[str, Template]
    senders: Mapping[str, SenderAccount]
    context: Context | None = None


def problems_beside(campaign: Campaign, beside: Beside) -> list[Problem]:
    """Every problem of a campaign beside ``beside``; its ``source`` is the campaign's id."""
    found = [*_segments(campaign, beside), *_sender(campaign, ("sender",), campaign.sender, campaign.channel, beside)]
    for at, variant in enumerate(campaign.variants):
        found += _variant(campaign, ("variants", at), variant, beside)
    return [*found, *_conditions(campaign, beside)]


def _segments(campaign: Campaign, beside: Beside) -> Iterator[Problem]:
    for part in ("include", "exclude"):
        for at, name in enumerate(getattr(campaign.target, part)):
            is_found = ":" in name
            if name in beside.segments or (is_found and (beside.found is None or name in beside.found)):
                continue
            known = sorted(beside.found or ()) if is_found else sorted(beside.segments)
            yield _missing(campaign, ("target", part, at), "target", "segment", name, known)


def _sender(campaign: Campaign, place: Place, name: str, channel: str, beside: Beside) -> Iterator[Problem]:
    sender = beside.senders.get(name)
    if sender is None:
        fitting = sorted(one.id for one in beside.senders.values() if one.kind == KIND_OF[channel])
        yield _missing(campaign, place, "sender", "sender", name, fitting or sorted(beside.senders))
        return
    if sender.kind != KIND_OF[channel]:
        values = {"sender": name, "is_for": sender.kind, "wanted": KIND_OF[channel]}
        yield Problem(campaign.id, 0, campaign.id, place, "sender_kind", values)
    targeting = campaign.brand_targeting
    if channel == "brand_message" and sender.kind == "kakao" and targeting not in sender.targeting:
        values = {"sender": name, "targeting": targeting or "", "approved": ", ".join(sender.targeting)}
        yield Problem(campaign.id, 0, campaign.id, place, "sender_targeting", values)


def _variant(campaign: Campaign, place: Place, variant: Variant, beside: Beside) -> Iterator[Problem]:
    yield from _template(campaign, (*place, "template"), variant.template, campaign.channel, beside)
    if variant.sender is not None:
        yield from _sender(campaign, (*place, "sender"), variant.sender, campaign.channel, beside)
    if variant.substitute is not None:
        inside = (*place, "substitute")
        yield from _sender(campaign, (*inside, "sender"), variant.substitute.sender, "sms", beside)
        if variant.substitute.template is not None:
            yield from _template(campaign, (*inside, "template"), variant.substitute.template, "sms", beside)


def _template(campaign: Campaign, place: Place, name: str, channel: str, beside: Beside) -> Iterator[Problem]:
    template = beside.templates.get(name)
    if template is None:
        fitting = sorted(one.id for one in beside.templates.values() if one.channel == channel)
        yield _missing(campaign, place, "template", "template", name, fitting or sorted(beside.templates))
        return
    if template.channel != channel:
        values = {"template": name, "is_for": template.channel, "wanted": channel}
        yield Problem(campaign.id, 0, campaign.id, place, "template_channel", values)
        return
    if channel != "onsite" and template.advertises != campaign.advertising:
        kind = "template_informs" if campaign.advertising else "template_advertises"
        yield Problem(campaign.id, 0, campaign.id, place, kind, {"template": name})
    brand = template.brand_message
    if brand is not None and brand.targeting != campaign.brand_targeting:
        values = {"template": name, "is_for": brand.targeting, "wanted": campaign.brand_targeting or ""}
        yield Problem(campaign.id, 0, campaign.id, place, "template_targeting", values)
    if "conditional" not in sends_by(template) and campaign.schedule.kind in ("recurring", "trigger"):
        yield Problem(campaign.id, 0, campaign.id, place, "template_by_hand", {"template": name})


def _conditions(campaign: Campaign, beside: Beside) -> Iterator[Problem]:
    """``where`` and ``condition`` of a trigger are conditions of segments."""
    trigger = campaign.schedule.trigger
    if trigger is None:
        return
    if trigger.where is not None:
        asked = {"event": {"name": trigger.event, "where": trigger.where}}
        yield from _condition(campaign, asked, ("include", "event", "where"), _WHERE, beside)
    if trigger.condition is not None:
        yield from _condition(campaign, trigger.condition, ("include",), _CONDITION, beside)


def _condition(
    campaign: Campaign, asked: Mapping[str, Any], inside: Place, place: Place, beside: Beside
) -> Iterator[Problem]:
    """Problems of a condition, as those of a segment that asks it, at the place where the campaign has it."""
    text = json.dumps({"id": "trigger", "name": "trigger", "include": asked}, ensure_ascii=False)  # JSON is YAML
    try:
        (segment,) = read_documents([(campaign.id, text)], Segment)
        found: Sequence[Problem] = [] if beside.context is None else problems_of(segment, beside.context, campaign.id)
    except DocumentError as error:
        found = error.problems
    for one in found:
        yield Problem(campaign.id, 0, campaign.id, (*place, *one.place[len(inside) :]), one.kind, one.values)


def _missing(campaign: Campaign, place: Place, kind: str, key: str, name: str, known: Sequence[str]) -> Problem:
    if not known:
        return Problem(campaign.id, 0, campaign.id, place, f"no_{kind}s", {key: name})
    nearest = get_close_matches(name, known, n=1, cutoff=0) or known[:1]
    listed = ", ".join(known[:_MOST_LISTED]) + (", …" if len(known) > _MOST_LISTED else "")
    values = {key: name, "nearest": nearest[0], "known": listed}
    return Problem(campaign.id, 0, campaign.id, place, f"unknown_{kind}", values)
