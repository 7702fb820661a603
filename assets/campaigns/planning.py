"""The dry run of the shop's own campaigns (E10): what they would send in the coming days.

Belongs here: putting together what is played through. Does not belong here: playing (``models.campaigns.plan``),
pictures and words.
"""

import datetime as dt
from collections.abc import Iterator, Sequence

from assets.campaigns.deciding import first_day, prices_of
from assets.campaigns.people import people_of
from assets.campaigns.shop import Shop
from assets.segments.facts import Facts, open_facts
from models.campaigns.document import Campaign
from models.campaigns.inputs import sending_of
from models.campaigns.plan import Entry, Rehearsed, rehearse
from models.campaigns.schedule import timetable_of
from models.campaigns.states import SENDING, State


def rehearsals(shop: Shop, campaigns: Sequence[Campaign], days: int) -> Iterator[Rehearsed]:
    """Every occurrence of ``campaigns`` within ``days`` days from now, decided as a real send would be, by time and
    rank. They know of one another, and of what the ledger has: messages sent and waiting, money spent.

    Raises ``CanNotDecide`` for what they name and is not there, ``PublishError`` while there are no facts."""
    now = shop.clock()
    with open_facts(shop.home, shop.settings, shop.store, shop.published, _day(shop, now)) as facts:
        entries = [entry_of(shop, facts, campaign, now) for campaign in campaigns]
    yield from rehearse(entries, shop.policies, now, days, shop.zone)


def entry_of(shop: Shop, facts: Facts, campaign: Campaign, now: dt.datetime) -> Entry:
    """One campaign with the people of now, as if it were started ``now``; one that is started goes on as it is."""
    state = shop.store.campaign_states.of(campaign.id)
    is_started = state is not None and State(state.state) in SENDING
    begun = state.resumed_at or now if state is not None and is_started else now
    prices, since = prices_of(shop, campaign, now), first_day(shop, state, now)
    sending = sending_of(campaign, shop.policies, now, shop.zone, since, prices)
    people = people_of(shop, facts, campaign, sending, is_dry=True)
    return Entry(campaign, timetable_of(campaign, shop.zone, begun), people, prices, since)


def _day(shop: Shop, now: dt.datetime) -> dt.date:
    return now.astimezone(shop.zone).date()
