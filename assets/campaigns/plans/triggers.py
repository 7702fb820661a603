"""Behaviour triggers: finding what customers did that a campaign answers to, and planning sends for what is due.

Belongs here: which events are looked at, when, and what becomes of those that are answered late. Does not belong here:
keeping them (``Store.triggers``), who of them gets a message (``people``, ``models.campaigns``).

A hit is one event; it is kept under the event's id, so it fires once however often it is found. It is due ``delay``
after the event. All hits of a campaign that are due at one look go into one send.

Events are looked for when facts were published since the last look, or the campaign was started since; never those from
before it was started or resumed, nor those of which the message would have been due more than two days ago. While the
published tables are of different runs (one of them is being published) nothing is looked for: an event would be met by
facts that do not know of it yet.

Lateness: facts come as they are published, hours or a day after the events, and that is no lateness. With the policies
``expire`` and ``ask`` hits that are overdue by more than ``LATE`` are let go (there is nobody to ask about each of
them); with ``send`` none is.
"""

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Final

import polars as pl

from assets.campaigns.shop import MissingDocument, Shop
from assets.segments.facts import Facts, open_facts
from assets.segments.tables import EVENTS, FACTS
from connectors.published.errors import PublishError, QueryError
from connectors.published.tables import PublishedTables
from connectors.store.campaign_states import CampaignState
from connectors.store.ledger.shapes import Occurrence, Send
from connectors.store.store import Store
from models.campaigns.document import Campaign
from models.campaigns.schedule import local_moment, period_end
from models.campaigns.states import SENDING, State
from models.segments.leaves import EventTest
from models.segments.sql.hits import compile_hits

LOOK_BACK: Final = dt.timedelta(days=2)
LATE: Final = dt.timedelta(hours=24)
_AHEAD: Final = dt.timedelta(days=1)  # clocks of visitors may be fast
_NOTE: Final = "triggers_looked_at"
Started = tuple[CampaignState, Campaign]


@dataclass(frozen=True)
class _Look:
    """What a campaign looks for: events from ``since`` on, which are due ``delay`` later."""

    campaign_id: str
    test: EventTest
    since: dt.datetime
    delay: dt.timedelta


def look_for_hits(shop: Shop, begun: Sequence[Started], ids: Collection[str] | None) -> None:
    """Keep what customers did since: for campaigns just ``begun``, and for all that run (of ``ids``, where given) when
    facts were published since the last look."""
    facts_are = _facts_version(shop.published)
    if facts_are is None:
        return
    is_new = unseen_facts(shop.store, shop.published) is not None
    wanted = {state.campaign_id: (state, campaign) for state, campaign in begun}
    if is_new or ids is not None:
        wanted |= {one[0].campaign_id: one for one in _running(shop, ids)}
    if wanted:
        with _facts(shop) as facts:
            find_hits(shop, facts, [wanted[name] for name in sorted(wanted)])
    if is_new and ids is None:
        shop.store.notes.write(_NOTE, facts_are)


def unseen_facts(store: Store, published: PublishedTables) -> str | None:
    """A word for published facts in which nobody has looked for hits of all triggers yet; None: there are none."""
    facts_are = _facts_version(published)
    return None if facts_are is None or store.notes.read(_NOTE) == facts_are else facts_are


def find_hits(shop: Shop, facts: Facts, started: Sequence[Started]) -> int:
    """Keep the hits of campaigns; returns how many are new. Campaigns that look for the same events ask once. One whose
    filter can not be answered has none, and ``shop.say`` tells."""
    now, alike = shop.clock(), dict[tuple[str, bool], list[_Look]]()
    for state, campaign in started:
        try:
            look = _look(shop, state, campaign, now)
        except ValueError as error:
            shop.say(f"{campaign.id}: its trigger can not be answered ({error}); mend the campaign and start it again")
            continue
        key = look.test.model_dump_json(), campaign.channel != "onsite"
        alike.setdefault(key, []).append(look)
    return sum(_kept(shop, facts, looks, now, members_only=key[1]) for key, looks in sorted(alike.items()))


def _look(shop: Shop, state: CampaignState, campaign: Campaign, now: dt.datetime) -> _Look:
    trigger = campaign.schedule.trigger
    if trigger is None:
        raise ValueError("it has none")
    test = EventTest.model_validate({"name": trigger.event, "where": trigger.where})
    since = max(now - trigger.delay - LOOK_BACK, _begin(shop, state, campaign))
    return _Look(campaign.id, test, since, trigger.delay)


def _kept(shop: Shop, facts: Facts, looks: Sequence[_Look], now: dt.datetime, *, members_only: bool) -> int:
    """Keep the hits of campaigns that look for the same events."""
    first = min(look.since for look in looks)
    asked = compile_hits(looks[0].test, first, now + _AHEAD, facts.context, members_only=members_only)
    try:
        found = facts.ask(asked)
    except (PublishError, QueryError) as error:
        shop.say(f"{', '.join(look.campaign_id for look in looks)}: events could not be looked for: {error}")
        return 0
    rows, added = found.with_columns(pl.col("event_at").cast(pl.Datetime("us")).dt.replace_time_zone("UTC")), 0
    for look in looks:
        hits = rows.filter(pl.col("event_at") >= look.since).with_columns(due_at=pl.col("event_at") + look.delay)
        if not hits.is_empty():
            known = shop.store.triggers.known(look.campaign_id, look.since)
            added += shop.store.triggers.add(look.campaign_id, hits.join(known, on="hit_id", how="anti"))
    return added


def document_of(shop: Shop, state: CampaignState) -> Campaign | None:
    """The document that a campaign is executed by; None, and ``shop.say`` tells, where it is gone."""
    try:
        return shop.campaign(state.campaign_id, state.version)
    except MissingDocument as error:
        shop.say(str(error))
        return None


def plan_hits(shop: Shop, ids: Collection[str] | None) -> list[Send]:
    """Plan a send for each campaign that has hits due now; those that are stopped or over have theirs wait."""
    now, planned = shop.clock(), []
    due = shop.store.triggers.waiting(now).filter(pl.col("due") > 0)
    for name in due["campaign_id"]:
        state = shop.store.campaign_states.of(name)
        if (ids is not None and name not in ids) or state is None or State(state.state) not in SENDING:
            continue
        if (campaign := document_of(shop, state)) is not None:
            end = period_end(campaign.period, shop.zone)
            occurrence = Occurrence(name, state.version or 1, now.replace(microsecond=0), campaign.channel, end)
            late = campaign.in_force(shop.policies).late
            send = shop.store.triggers.take(occurrence, now, None if late == "send" else now - LATE)
            planned += [send] if send is not None else []
    return planned


def _begin(shop: Shop, state: CampaignState, campaign: Campaign) -> dt.datetime:
    """From when events count."""
    begun = state.resumed_at or state.since
    first = campaign.period.from_ if campaign.period else None
    return begun if first is None else max(begun, local_moment(first, dt.time(), shop.zone))


def _running(shop: Shop, ids: Collection[str] | None) -> Iterable[Started]:
    """Triggers that run, and what they say."""
    states = shop.store.campaign_states
    named = [states.of(name) for name in sorted(ids)] if ids is not None else states.of_state(State.RUNNING)
    for state in named:
        if state is None or state.state != State.RUNNING:
            continue
        campaign = document_of(shop, state)
        if campaign is not None and campaign.schedule.trigger is not None:
            yield state, campaign


def _facts(shop: Shop) -> AbstractContextManager[Facts]:
    today = shop.clock().astimezone(shop.zone).date()
    return open_facts(shop.home, shop.settings, shop.store, shop.published, today)


def _facts_version(published: PublishedTables) -> str | None:
    """A word for the facts that are published; None while there are none, or while those of a run are coming in."""
    versions = [published.current(table) for table in (*FACTS, EVENTS)]
    there = [version for version in versions if version is not None]
    if len(there) < len(versions) or len({version.load_seq for version in there}) > 1:
        return None
    return " ".join(version.name for version in there)
