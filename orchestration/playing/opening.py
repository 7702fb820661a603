"""The demo shop's campaigns put in force, started at a simulated moment, and stopped when the play is over.

Belongs here: documents into the store, starting, stopping. Does not belong here: what the documents say
(``models.simulation.campaigns``), the days in between (``days``).
"""

import datetime as dt
from collections.abc import Sequence
from typing import TypeVar

from pydantic import BaseModel

from assets.campaigns.plans.steering import start_campaign, stop_campaign
from assets.campaigns.shop import Shop
from connectors.store.documents import Documents
from models.campaigns.document import Campaign
from models.campaigns.states import SENDING, State
from models.documents.said import said
from models.messages.law import saved
from models.simulation.campaigns import shipped

Document = TypeVar("Document", bound=BaseModel)


class PlayError(Exception):
    """The shop's last days can not be played; the message says why and what to do."""


def put_in_force(shop: Shop, campaigns: Sequence[Campaign]) -> None:
    """The campaigns with all that they name; documents that are there already stay as they are."""
    opt_out = shop.settings.campaigns.opt_out_text
    _add(shop.store.senders, shipped.senders())
    _add(shop.store.templates, [saved(one, opt_out) for one in shipped.templates()])
    _add(shop.store.segments, shipped.segments())
    _add(shop.store.campaigns, campaigns)


def start(shop: Shop, campaigns: Sequence[Campaign]) -> None:
    """Start the campaigns that have not been started. Raises :class:`PlayError` where something is in the way."""
    for campaign in campaigns:
        if shop.store.campaign_states.of(campaign.id) is not None:
            continue
        found = start_campaign(shop, campaign.id)
        if found.state is None:
            why = "; ".join(f"{'.'.join(map(str, one.place))} {one.kind}" for one in found.checked.obstacles)
            raise PlayError(f"{campaign.id} can not be started: {why}. `dangol campaign show {campaign.id}` says more")


def stop(shop: Shop, campaigns: Sequence[Campaign]) -> None:
    """Stop those that would go on: nobody plays the days to come."""
    for campaign in campaigns:
        state = shop.store.campaign_states.of(campaign.id)
        if state is not None and State(state.state) in SENDING:
            stop_campaign(shop, campaign.id)


def next_moment(shop: Shop, fixed: Sequence[dt.datetime], end: dt.datetime, apart: dt.timedelta) -> dt.datetime | None:
    """When the next pass over the campaigns is due: a planned moment, one of ``fixed``, or work that is left and hits
    of triggers (those at least ``apart`` from now); None: not before ``end``."""
    now = shop.clock()
    planned = [state.next_at for state in shop.store.campaign_states.all() if state.next_at is not None]
    hits: list[dt.datetime] = shop.store.triggers.waiting(now)["next_due_at"].drop_nulls().to_list()
    work = shop.store.ledger.next_work()
    found = [*fixed, *planned, *(max(one, now + apart) for one in [*hits, *([] if work is None else [work])])]
    later = [one for one in found if now < one < end]
    return min(later, default=None)


def _add(documents: Documents, wanted: Sequence[Document]) -> None:
    missing = [said(one) for one in wanted if not documents.history(str(getattr(one, "id")))]  # noqa: B009 no protocol
    if missing:
        documents.apply(missing)
