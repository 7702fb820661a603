"""`dangol campaign apply`, `copy`, `delete`, `templates`: campaigns as documents.

Belongs here: putting documents in force and taking them out, examples to start from. Does not belong here: what may be
done in which state (``models.campaigns.states``), what is wrong beside other documents (``models.campaigns.checks``).
"""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from connectors.published.errors import PublishError
from connectors.store.campaign_states import CampaignState
from models.campaigns.checks import Beside, problems_beside
from models.campaigns.document import Campaign
from models.campaigns.states import SENDING, Action, State, allowed_actions
from models.campaigns.templates.shipped import PURPOSES, purpose_template, template_text
from models.documents.fields import Id
from models.documents.reading import Problem
from models.documents.said import said
from models.segments.context import Context
from orchestration.cli.campaign_view import Desk
from orchestration.cli.screen import Column, write_rows
from orchestration.cli.words import CommandError

_SEGMENTS = "segments"


def apply_campaigns(desk: Desk, files: Sequence[Path]) -> None:
    """Put the campaigns of ``files`` in force, all of them or none."""
    documents = desk.read(files, Campaign)
    beside = _beside(desk)
    problems = [problem for one in documents for problem in problems_beside(one, beside)]
    desk.refuse([*problems, *(problem for one in documents for problem in _not_editable(desk, one))])
    applied = desk.store.campaigns.apply([said(one) for one in documents])
    for one in documents:
        _save(desk, one)
    desk.tell_applied(applied)
    for one in documents:
        if State(desk.standing(one.id).state) not in SENDING:
            desk.screen.line(desk.words("paused_hint", id=one.id, when=desk.told.schedule(one.schedule, desk.names)))


def copy_campaign(desk: Desk, name: str, new_id: str, new_name: str) -> None:
    """The same campaign under another id, paused."""
    campaign = desk.pick_campaign(name)
    if new_id in desk.campaigns or desk.store.campaigns.history(new_id):
        raise CommandError(desk.words("id_taken", id=new_id))
    _require_id(desk, new_id)
    copied = campaign.copied(new_id, new_name or desk.words("copy_name", name=campaign.name))
    desk.store.campaigns.apply([said(copied)])
    _save(desk, copied)
    desk.screen.line(desk.words("copied", id=name, new=new_id))
    desk.screen.line(desk.words("copied_hint", new=new_id))


def delete_campaign(desk: Desk, name: str) -> None:
    """Take a campaign out of force that was never executed and is not started."""
    campaign = desk.pick_campaign(name)
    standing = desk.standing(name)
    if standing.is_executed:
        raise CommandError(desk.words("delete_executed", id=name))
    if State(standing.state) in SENDING:
        raise CommandError(desk.words("delete_started", id=name))
    desk.store.campaigns.remove(campaign.id)
    desk.screen.line(desk.words("was_removed", id=name))


def show_templates(desk: Desk, purpose: str) -> None:
    """Print the examples, or one of them (or the segments that they need) as a file."""
    words, known = desk.words, (*PURPOSES, _SEGMENTS)
    if purpose:
        if purpose not in known:
            raise CommandError(words("no_purpose", id=purpose, hint=desk.hint(purpose, known)))
        desk.out.write(template_text(f"{purpose}.yaml"))
        return
    examples = {one: purpose_template(one) for one in PURPOSES}
    if desk.form != "table":
        rows = [{"purpose": key, "id": one.id, "name": one.name, "channel": one.channel,
                 "schedule": desk.told.schedule(one.schedule), "segments": list(one.target.include)}
                for key, one in examples.items()]  # fmt: skip
        write_rows(("purpose", "id", "name", "channel", "schedule", "segments"), rows, desk.form, desk.out)
        return
    desk.screen.line(words("templates", count=len(examples)), "bold")
    desk.screen.line()
    columns = [
        Column(words("purpose"), whole=True),
        *(Column(words(key)) for key in ("name", "channel", "when", "who")),
    ]
    told = [[key, one.name, desk.told.named("channel", one.channel), desk.told.schedule(one.schedule),
             ", ".join(one.target.include)] for key, one in examples.items()]  # fmt: skip
    desk.screen.table(columns, told)
    desk.screen.line()
    desk.screen.line(words("template_hint"))


def _beside(desk: Desk) -> Beside:
    """What campaigns may name. Before the first run nobody knows the segments that are found, nor custom fields."""
    return Beside(desk.segments, desk.found, desk.templates, desk.senders, _context(desk))


def _context(desk: Desk) -> Context | None:
    try:
        with desk.facts() as facts:
            return replace(facts.context, found=desk.found)
    except PublishError:
        return None


def _not_editable(desk: Desk, campaign: Campaign) -> list[Problem]:
    """Why a changed campaign can not be edited as it stands; nothing where it may, or where nothing changes."""
    known = desk.campaigns.get(campaign.id)
    if known is None or known == campaign:
        return []
    standing = desk.standing(campaign.id)
    state = State(standing.state)
    if Action.EDIT in allowed_actions(state, known.schedule.kind, executed=standing.is_executed):
        return []
    kind = "executed" if standing.is_executed else "completed" if state is State.COMPLETED else "started"
    return [Problem(campaign.id, 0, campaign.id, (), kind, {"id": campaign.id})]


def _save(desk: Desk, campaign: Campaign) -> None:
    """A campaign that is new, also one that was deleted before, is paused from now on."""
    is_new = campaign.id not in desk.campaigns
    desk.store.campaign_states.change(
        campaign.id,
        lambda before, now: CampaignState(campaign.id, State.PAUSED, now) if before is None or is_new else before,
    )


def _require_id(desk: Desk, name: str) -> None:
    from pydantic import TypeAdapter, ValidationError

    try:
        TypeAdapter(Id).validate_python(name)
    except ValidationError:
        raise CommandError(desk.words("bad_id", id=name)) from None
