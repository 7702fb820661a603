"""Planning what is due: occurrences of campaigns whose moment has come, triggers, periods that are over.

Belongs here: from the states of campaigns to planned sends, and the states moved on. Does not belong here: the calendar
(``models.campaigns.schedule``), events (``triggers``), deciding (``deciding``), what people do with a campaign
(``steering``).

Each campaign has the moment at which it is to be looked at next (``next_at``): its next occurrence, else the end of its
period, of a trigger just started that of its start. A look costs a few small reads, whatever else there is: campaigns
that are not due are not read. All occurrences up to now are planned first, each under an id made of campaign and
moment, and only then the campaign moves on: whoever is killed in between plans the same again, which changes nothing.
"""

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Final

from assets.campaigns.plans.triggers import document_of, look_for_hits, plan_hits
from assets.campaigns.shop import Shop
from connectors.store.campaign_states import CampaignState
from connectors.store.ledger.shapes import Born, Occurrence, Send
from models.campaigns.document import CONTINUOUS, Campaign
from models.campaigns.lateness import Judged, judge_missed
from models.campaigns.schedule import Timetable, is_over, next_occurrence, occurrences_between, period_end, timetable_of
from models.campaigns.states import SENDING, Action, State, next_state

LATE: Final = "late"  # the reason of sends that wait for an answer, and of those that expired by policy
_OVER: Final = ("finished", "cancelled", "expired")
_INSTANT: Final = dt.timedelta(microseconds=1)
_END_OF_TIME: Final = dt.datetime(9000, 1, 1, tzinfo=dt.UTC)


def plan_due(shop: Shop, campaign_ids: Sequence[str] | None = None) -> list[Send]:
    """Plan everything that is due now, of all campaigns or of ``campaign_ids``; returns the sends that are to be
    decided about, oldest first, with those that somebody planned before and did not decide.

    May be repeated at any time, by anybody: nothing is planned twice. Campaigns whose document is gone are told of by
    ``shop.say`` and left alone. Raises ``StoreError``."""
    ids = None if campaign_ids is None else frozenset(campaign_ids)
    due = [(state, campaign) for state in _due(shop, ids) if (campaign := document_of(shop, state)) is not None]
    begun = [one for one in due if one[1].schedule.trigger is not None and State(one[0].state) in SENDING]
    look_for_hits(shop, begun, ids)
    for state, campaign in due:
        _move_on(shop, state, campaign)
    plan_hits(shop, ids)
    return [
        send
        for send in shop.store.ledger.unfinished()
        if send.state in ("planned", "deciding") and (ids is None or send.campaign_id in ids)
    ]


def wakes_at(
    campaign: Campaign, timetable: Timetable, after: dt.datetime, *, is_started: bool = True
) -> dt.datetime | None:
    """When a campaign is to be looked at next: its next occurrence after ``after`` where it is started, else the end of
    its period; None: never by itself."""
    end = period_end(campaign.period, timetable.zone)
    found = next_occurrence(timetable, after) if is_started else None
    return found or (end if end is not None and end > after else None)


def next_send_at(campaign: Campaign, state: CampaignState, shop: Shop) -> dt.datetime | None:
    """The next planned moment as marketers see it: none of a campaign that is not started, of a trigger, or of one that
    only waits for the end of its period."""
    is_shown = State(state.state) in SENDING and campaign.schedule.trigger is None
    return state.next_at if is_shown and state.next_at != period_end(campaign.period, shop.zone) else None


def _due(shop: Shop, ids: Collection[str] | None) -> list[CampaignState]:
    return [state for state in shop.store.campaign_states.due() if ids is None or state.campaign_id in ids]


def _move_on(shop: Shop, state: CampaignState, campaign: Campaign) -> None:
    """Plan what is due of one campaign, then set its state and its next moment."""
    now = shop.clock()
    timetable = timetable_of(campaign, shop.zone, state.resumed_at or state.since)
    judged = _judged(shop, state, campaign, timetable, now) if State(state.state) in SENDING else []
    sends = [_planned(shop, state, campaign, one) for one in judged]
    if campaign.schedule.kind in CONTINUOUS or timetable.runs_on:
        ends = is_over(timetable, now)
    else:
        ends = bool(sends) and all(send.state in _OVER for send in sends)
    if ends:
        shop.store.segment_uses.close(state.campaign_id)
        shop.store.triggers.drop(state.campaign_id, _END_OF_TIME)

    def moved(found: CampaignState | None, moment: dt.datetime) -> CampaignState:
        if found is None or _seen(found) != _seen(state):  # somebody else was here in between
            return found or state
        new = _after(State(found.state), campaign, ends=ends, executed=found.is_executed)
        next_at = wakes_at(campaign, timetable, now, is_started=new in SENDING) if new is not State.COMPLETED else None
        return replace(found, state=new, next_at=next_at, since=found.since if new == found.state else moment)

    shop.store.campaign_states.change(state.campaign_id, moved)


def _judged(
    shop: Shop, state: CampaignState, campaign: Campaign, timetable: Timetable, now: dt.datetime
) -> list[Judged]:
    """The occurrences from the campaign's next moment up to now, and what is to be done about each."""
    if state.next_at is None:
        return []
    moments = occurrences_between(timetable, state.next_at - _INSTANT, now)
    late = campaign.in_force(shop.policies).late
    return judge_missed(moments, now, late, period_end(campaign.period, shop.zone))


def _planned(shop: Shop, state: CampaignState, campaign: Campaign, judged: Judged) -> Send:
    """The send of an occurrence. One that was missed begins as its judgement says, in the same transaction."""
    end = period_end(campaign.period, shop.zone)
    occurrence = Occurrence(campaign.id, state.version or 1, judged.due_at, campaign.channel, end)
    reason = LATE if judged.why == "policy" else judged.why
    born = {"expire": Born("expired", reason), "ask": Born("stopped", LATE)}.get(judged.judgement, Born())
    return shop.store.ledger.plan(occurrence, born)


def _after(state: State, campaign: Campaign, *, ends: bool, executed: bool) -> State:
    kind = campaign.schedule.kind
    if state is State.WAITING:
        state = next_state(state, Action.BEGIN, kind, executed=executed)
    return next_state(state, Action.END, kind, executed=executed) if ends else state


def _seen(state: CampaignState) -> tuple[object, ...]:
    return state.state, state.next_at, state.resumed_at, state.version
