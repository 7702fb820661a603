"""Deciding about one send: who gets it, once and for all, and reserving their messages.

Belongs here: the order of it, prices, the file of decisions. Does not belong here: the rules (``models.campaigns``),
what is known of people (``people``), when something is due (``due``).

The decisions are written into the lake first and reserved in the ledger from there. Whoever is killed in between, or
decides at the same time, finds the file and reserves the very same messages; the ledger takes them once.
"""

import datetime as dt
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

import polars as pl

from assets.campaigns import tables
from assets.campaigns.plans.people import CanNotDecide, Target, people_of, target_of
from assets.campaigns.shop import MissingDocument, Shop
from assets.segments.facts import open_facts
from connectors.lake.sends import SendFiles
from connectors.published.errors import PublishError, QueryError
from connectors.store.campaign_states import CampaignState
from connectors.store.ledger.shapes import Send
from models.campaigns.decide import counted, decide
from models.campaigns.document import Campaign
from models.campaigns.inputs import Sending, sending_of
from models.campaigns.reasons import goes_to_phones
from models.messages.kinds import expected_cost_class
from models.messages.law import with_law

UNDECIDED: Final = ("planned", "deciding")
# As published, and what the ledger needs besides: whom a message goes to is never published.
FILE_ROWS: Final = pl.Schema({**tables.DECISION_ROWS, "price": pl.Int64(), "address_hash": pl.String()})


@dataclass(frozen=True)
class Decided:
    """``send``: as it is now. ``counts``: decision, reason, variant, customers; ``added``: messages reserved by this
    call. ``problem``: why it could not be decided about; it is stopped then."""

    send: Send
    counts: pl.DataFrame
    added: int = 0
    problem: str | None = None


def decide_send(shop: Shop, send: Send) -> Decided:
    """Decide about a planned send, or go on where somebody ended before the messages were reserved.

    A send that is decided about already stays as it is. One whose segments, templates or prices are not there is
    stopped with a word for the reason, and ``shop.say`` tells; resumed, it is decided about anew. Raises ``StoreError``
    and ``LakeError``."""
    if send.ends_at is not None and send.ends_at <= shop.clock():
        shop.store.ledger.expire()
    send = shop.store.ledger.decide(send.send_no)
    files, day = SendFiles(shop.home), send.planned_at.astimezone(shop.zone).date()
    rows = files.read(tables.DECISIONS, day, send.send_no)
    if send.state not in UNDECIDED:
        return Decided(send, _counts(rows))
    if rows is None:
        try:
            rows = files.write_once(tables.DECISIONS, day, send.send_no, _decisions(shop, send, day))
        except CanNotDecide as error:
            shop.say(f"{send.send_id} is stopped: {error}")
            return Decided(shop.store.ledger.stop(send.send_no, error.reason), _counts(None), problem=str(error))
    if (rows["decision"] == "send").any():
        _mark_executed(shop, send.campaign_id)
    added = shop.store.ledger.reserve(send.send_no, rows)
    return Decided(shop.store.ledger.finish(send.send_no), _counts(rows), added)


def prices_of(shop: Shop, campaign: Campaign, moment: dt.datetime) -> dict[str, Decimal]:
    """The price of one message of each variant, by the templates in force at ``moment``. What a message really is
    (a long text, for instance) shows when it is composed; here it counts by the template. Raises
    :class:`CanNotDecide`."""
    found = {}
    for variant in campaign.variants:
        try:
            template = shop.template(variant.template, moment)
        except MissingDocument as error:
            raise CanNotDecide("template", str(error)) from error
        name = expected_cost_class(with_law(template, shop.sender))
        if name not in shop.prices:
            raise CanNotDecide("price", f"messages.prices of shop.yaml has no price for {name}")
        found[variant.name] = shop.prices[name]
    return found


def first_day(shop: Shop, state: CampaignState | None, otherwise: dt.datetime) -> dt.date:
    """The day a campaign was first started on, from which turns of its holdout are counted."""
    started = state.started_at if state is not None and state.started_at is not None else otherwise
    return started.astimezone(shop.zone).date()


def _decisions(shop: Shop, send: Send, day: dt.date) -> pl.DataFrame:
    """Rows of ``FILE_ROWS``, one a candidate."""
    try:
        campaign = shop.campaign(send.campaign_id, send.version)
    except MissingDocument as error:
        raise CanNotDecide("campaign", str(error)) from error
    now, since = shop.clock(), first_day(shop, shop.store.campaign_states.of(send.campaign_id), send.planned_at)
    prices = prices_of(shop, campaign, send.made_at)
    sending = sending_of(campaign, shop.policies, send.planned_at, shop.zone, since, prices, now)
    hits = shop.store.triggers.hits(send.send_no) if campaign.schedule.trigger else None
    today = now.astimezone(shop.zone).date()
    try:
        with open_facts(shop.home, shop.settings, shop.store, shop.published, today) as facts:
            target = target_of(shop, facts, campaign)
            people = people_of(shop, facts, campaign, sending, hits, target)
    except (PublishError, QueryError) as error:
        raise CanNotDecide("segment", str(error)) from error
    _note_uses(shop, send, target)
    phones = people.members.select("customer_id", address_hash="phone_hash") if goes_to_phones(send.channel) else None
    return _rows(decide(sending, people), sending, send, day, phones)


def _rows(
    decisions: pl.DataFrame, sending: Sending, send: Send, day: dt.date, phones: pl.DataFrame | None
) -> pl.DataFrame:
    prices = dict(zip(sending.variants, sending.prices, strict=True))
    told = {"day": day, "send_id": send.send_id, "campaign_id": send.campaign_id}
    rows = decisions.with_columns(
        *(pl.lit(value).alias(name) for name, value in told.items()),
        pl.col("variant").cast(pl.String).replace_strict(prices, return_dtype=pl.Int64).alias("price"),
    )
    if phones is None:
        rows = rows.with_columns(address_hash=pl.lit(None, pl.String))
    else:
        rows = rows.join(phones, on="customer_id", how="left", maintain_order="left")
    return rows.select(pl.col(name).cast(kind) for name, kind in FILE_ROWS.items())


def _note_uses(shop: Shop, send: Send, target: Target) -> None:
    """Which segments the campaign used, and how large they were; once a send."""
    for name, size in sorted(target.sizes.items()):
        shop.store.segment_uses.add(name, send.campaign_id, size, since=send.made_at)


def _mark_executed(shop: Shop, campaign_id: str) -> None:
    """From now on the campaign is never edited. It is said before the messages are there, so that nobody edits it in
    between."""
    state = shop.store.campaign_states.of(campaign_id)
    if state is not None and not state.is_executed:
        shop.store.campaign_states.change(campaign_id, lambda found, now: replace(found or state, is_executed=True))


def _counts(rows: pl.DataFrame | None) -> pl.DataFrame:
    """How many have which decision, for which reason, with which variant."""
    columns = ("decision", "reason", "variant")
    return counted(pl.DataFrame(schema=dict.fromkeys(columns, pl.String)) if rows is None else rows)
