"""The dry run of the shop's own campaigns (E10): what they would send in the coming days.

Belongs here: putting together what is played through. Does not belong here: playing (``models.campaigns.plan``),
pictures and words.
"""

import datetime as dt

from assets.campaigns.plans.deciding import first_day, prices_of
from assets.campaigns.plans.people import people_of
from assets.campaigns.shop import Shop
from assets.segments.facts import Facts
from models.campaigns.document import Campaign
from models.campaigns.inputs import sending_of
from models.campaigns.plan import Entry
from models.campaigns.schedule import timetable_of
from models.campaigns.states import SENDING, State


def entry_of(shop: Shop, facts: Facts, campaign: Campaign, now: dt.datetime) -> Entry:
    """One campaign with the people of now, as if it were started ``now``; one that is started goes on as it is."""
    state = shop.store.campaign_states.of(campaign.id)
    is_started = state is not None and State(state.state) in SENDING
    begun = state.resumed_at or now if state is not None and is_started else now
    prices, since = prices_of(shop, campaign, now), first_day(shop, state, now)
    sending = sending_of(campaign, shop.policies, now, shop.zone, since, prices)
    people = people_of(shop, facts, campaign, sending, is_dry=True)
    return Entry(campaign, timetable_of(campaign, shop.zone, begun), people, prices, since)
