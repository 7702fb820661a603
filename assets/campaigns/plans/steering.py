"""Starting, resuming and stopping campaigns, and answering for occurrences that were missed.

Belongs here: what these do to the state, the sends under way and the hits of triggers. Does not belong here: which
action goes in which state (``models.campaigns.states``), what is in the way (``checking``), words (``orchestration``).

Each may be repeated: killed half way and asked again it does what is left.
"""

import datetime as dt
from dataclasses import dataclass, replace
from typing import Final

from assets.campaigns.plans.checking import Checked, check_start
from assets.campaigns.plans.due import LATE, wakes_at
from assets.campaigns.shop import MissingDocument, Shop
from connectors.store.campaign_states import CampaignState
from connectors.store.ledger.shapes import Send
from models.campaigns.document import CONTINUOUS, Campaign
from models.campaigns.schedule import timetable_of
from models.campaigns.states import SENDING, Action, State, next_state

STOPPED: Final = "campaign_stopped"  # the reason of sends that a stop of their campaign has stopped
_INSTANT: Final = dt.timedelta(microseconds=1)


class NotAsked(Exception):
    """A send does not wait for an answer; the message says why."""


@dataclass(frozen=True)
class Started:
    """``state``: of the campaign, None when it was not started because of obstacles."""

    state: CampaignState | None
    checked: Checked


def start_campaign(shop: Shop, campaign_id: str) -> Started:
    """Start a campaign, or resume one that was stopped: its schedule counts from now. Sends that were stopped with it
    go on; one that is sent once goes on where it was and is not sent to anybody again.

    Nothing happens where something is in the way. Raises ``MissingDocument`` and ``ActionRefused``."""
    version, campaign = _to_execute(shop, campaign_id)
    undone = [send for send in shop.store.ledger.of_campaign(campaign_id) if send.finished_at is None]
    goes_on = campaign.schedule.kind not in CONTINUOUS and bool(undone)
    state = shop.store.campaign_states.of(campaign_id)
    if state is None or State(state.state) not in SENDING:
        kind = campaign.schedule.kind
        next_state(State(state.state) if state else State.PAUSED, Action.START, kind, executed=goes_on)
        checked = _checked(shop, campaign, goes_on=goes_on)
        if checked.obstacles:
            return Started(None, checked)
        shop.store.triggers.drop(campaign_id, shop.clock())
    else:
        checked = Checked((), ())

    def started(found: CampaignState | None, now: dt.datetime) -> CampaignState:
        before = found or CampaignState(campaign_id, State.PAUSED, now)
        if State(before.state) in SENDING:
            return before
        new = next_state(State(before.state), Action.START, campaign.schedule.kind, executed=goes_on)
        next_at = None if goes_on else _first_look(shop, campaign, now)
        begun = before.started_at or now
        return replace(before, state=new, since=now, started_at=begun, resumed_at=now, next_at=next_at, version=version)

    state = shop.store.campaign_states.change(campaign_id, started)
    for send in undone:
        if send.state == "stopped" and send.reason == STOPPED:
            shop.store.ledger.resume(send.send_no)
    return Started(state, checked)


def stop_campaign(shop: Shop, campaign_id: str) -> CampaignState:
    """Stop a campaign and its sends under way: at most what is on its way to a vendor still goes out. What waits for a
    trigger's delay is let go. Raises ``MissingDocument`` and ``ActionRefused``."""
    _, campaign = _to_execute(shop, campaign_id)

    def stopped(found: CampaignState | None, now: dt.datetime) -> CampaignState:
        before = found or CampaignState(campaign_id, State.PAUSED, now)
        if State(before.state) is State.PAUSED:
            return before
        new = next_state(State(before.state), Action.STOP, campaign.schedule.kind, executed=before.is_executed)
        timetable = timetable_of(campaign, shop.zone, before.resumed_at or now)
        return replace(before, state=new, since=now, next_at=wakes_at(campaign, timetable, now, is_started=False))

    state = shop.store.campaign_states.change(campaign_id, stopped)
    for send in shop.store.ledger.of_campaign(campaign_id):
        if send.state in ("planned", "deciding", "sending"):
            shop.store.ledger.stop(send.send_no, STOPPED)
    shop.store.triggers.drop(campaign_id, shop.clock())
    return state


def answer_late(shop: Shop, send_id: str, send: bool) -> Send:
    """Say of an occurrence that was missed whether it is to be sent now or never. Raises :class:`NotAsked`."""
    found = shop.store.ledger.find(send_id)
    if found is None:
        raise NotAsked(f"there is no send {send_id}: `dangol campaign history` shows those there are")
    if found.state != "stopped" or found.reason != LATE:
        raise NotAsked(f"{send_id} does not wait for an answer: it is {found.state}")
    if not send:
        return shop.store.ledger.cancel(found.send_no, LATE)
    state = shop.store.campaign_states.of(found.campaign_id)
    if state is None or State(state.state) not in SENDING:
        raise NotAsked(f"{found.campaign_id} is stopped: start it first, then answer")
    return shop.store.ledger.resume(found.send_no)


def _checked(shop: Shop, campaign: Campaign, *, goes_on: bool) -> Checked:
    """What is in the way. Of one that goes on where it was, the moment it was planned for may have gone by."""
    found = check_start(shop, campaign)
    kept = tuple(one for one in found.obstacles if not (goes_on and one.kind == "never_sends"))
    return replace(found, obstacles=kept)


def _to_execute(shop: Shop, campaign_id: str) -> tuple[int, Campaign]:
    """The version that is executed and its document: the newest, or the one that messages were sent by."""
    state = shop.store.campaign_states.of(campaign_id)
    if state is not None and state.version is not None and (state.is_executed or State(state.state) in SENDING):
        return state.version, shop.campaign(campaign_id, state.version)
    newest = shop.store.campaigns.history(campaign_id)
    if not newest:
        raise MissingDocument(f"there is no campaign {campaign_id!r}: apply it first, see `dangol campaign --help`")
    return newest[-1].version, shop.campaign(campaign_id, newest[-1].version)


def _first_look(shop: Shop, campaign: Campaign, now: dt.datetime) -> dt.datetime | None:
    """Of a trigger now, to look for what happens from here on; else the first occurrence."""
    if campaign.schedule.trigger is not None:
        return now
    return wakes_at(campaign, timetable_of(campaign, shop.zone, now), now - _INSTANT)
