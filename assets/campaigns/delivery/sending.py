"""Sending what was reserved, resumable at any moment.

Belongs here: a send, its channels and composer handed to the engine under the campaign's policies. Does not belong
here: the engine (``connectors.sending``), which sends there are to go on with (``work``), results (``results``).
"""

import datetime as dt
import os
import socket
import uuid
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Final

from assets.campaigns.delivery.composing import CampaignComposer
from assets.campaigns.delivery.routes import (
    CannotSend,
    Message,
    channels_of,
    check_messages,
    messages_of,
    routes_of,
)
from assets.campaigns.shop import MissingDocument, Shop
from assets.campaigns.vendors.channels import CONNECTIONS
from assets.campaigns.vendors.opening import Vendors, introduce
from connectors.channels.protocol import Channel
from connectors.sending.engine import Engine
from connectors.sending.job import Composed, Job, Policy, Report
from connectors.sending.polling import poll
from connectors.store.ledger.shapes import Rate, Row, Send
from models.campaigns.document import Campaign
from models.campaigns.fields import money_units

_UNDECIDED: Final = ("planned", "deciding")
_MANY_AT_ONCE: Final = ("sms", "alimtalk", "brand_message")  # by a vendor that takes a hundred messages in a request


def send_on(
    shop: Shop, vendors: Vendors, send: Send, until: dt.datetime | None = None, policy: Policy | None = None
) -> Report:
    """Send what of ``send`` may go now, until nothing is left, it is stopped, or has to wait. What keeps it from going
    out stops it with a word for the reason, and ``shop.say`` tells; mended and resumed, it goes on where it was.

    Safe to call at any moment, again, and by several processes at once. ``policy``: how patient the engine is; by
    default as the settings say. Raises ``StoreError`` and what reading published tables raises."""
    send = shop.store.ledger.progress(send.send_no)
    if send.state in _UNDECIDED:
        return Report(send.state, send)
    try:
        campaign, messages = campaign_of(shop, send)
        check_messages(shop, vendors, send, campaign, messages)
        introduce(vendors, (one.sender for one in messages.values()), (one.template for one in messages.values()))
        channels = channels_of(shop, vendors, send, messages)
    except CannotSend as error:
        return _kept_back(shop, vendors, send, error)
    policy = policy or policy_of(shop, vendors, send.channel)
    composer = CampaignComposer(shop, send, campaign, messages)
    speed, limit = campaign.in_force(shop.policies).speed, campaign.in_force(shop.policies).daily_cost_limit
    job = Job(
        send.send_no, worker_name(), composer, channels, routes_of(messages), shop.zone,
        rate=None if speed == "max" else Rate(_bucket(campaign, messages), speed),
        daily_limit=None if limit is None else money_units(limit),
    )  # fmt: skip
    report = _run(shop, job, policy, until)
    if vendors.is_sandbox:  # it remembers nothing once it is closed
        results_of(shop, channels, send, composer)
    return replace(report, send=shop.store.ledger.progress(send.send_no))


def campaign_of(shop: Shop, send: Send) -> tuple[Campaign, dict[str, Message]]:
    """The campaign as it is executed, and the messages of its variants. Raises :class:`CannotSend`."""
    try:
        campaign = shop.campaign(send.campaign_id, send.version)
    except MissingDocument as error:
        raise CannotSend("missing_document", str(error)) from None
    return campaign, messages_of(shop, send, campaign)


def results_of(shop: Shop, channels: Mapping[str, Channel], send: Send, composer: CampaignComposer) -> int:
    """Ask for the results of one send that are due, until none is; how many messages came to an end."""
    ended, ledger = 0, shop.store.ledger
    while ledger.awaited(1, send.send_no):
        ended += poll(ledger, channels, lambda _: composer, shop.clock, Policy(), send_no=send.send_no)
    return ended


def policy_of(shop: Shop, vendors: Vendors, channel: str) -> Policy:
    """How patient the engine is in this shop. The sandbox has results at once."""
    policy = Policy(stop_share=shop.settings.campaigns.stop_share)
    if channel in _MANY_AT_ONCE:
        policy = replace(policy, in_flight=CONNECTIONS)
    return replace(policy, first_poll=0.0) if vendors.is_sandbox else policy


def worker_name() -> str:
    """A name that no other process or thread bears: machine, process, and a number drawn anew."""
    return f"{socket.gethostname()[:24]}/{os.getpid()}/{uuid.uuid4().hex[:16]}"


def _bucket(campaign: Campaign, messages: Mapping[str, Message]) -> str:
    """Campaigns of one sender share its speed."""
    senders = sorted({message.sender.id for message in messages.values()})
    return campaign.sender if campaign.sender in senders else senders[0]


def _run(shop: Shop, job: Job, policy: Policy, until: dt.datetime | None) -> Report:
    with ThreadPoolExecutor(policy.in_flight, thread_name_prefix="requests") as pool:
        engine = Engine(shop.store.ledger, job, policy, clock=shop.clock, sleep=shop.sleep, pool=pool)
        return engine.run(until)


def _kept_back(shop: Shop, vendors: Vendors, send: Send, error: CannotSend) -> Report:
    """Stop the send. Requests in doubt are given up as the engine does for senders that are gone."""
    stopped = shop.store.ledger.stop(send.send_no, error.reason)
    if stopped.state == "stopped" and send.state != "stopped":
        shop.say(f"{send.send_id} is stopped: {error}")
    if not stopped.sending:
        return Report(stopped.state, stopped)
    job = Job(send.send_no, worker_name(), _Nobody(), {}, {}, shop.zone)
    return _run(shop, job, policy_of(shop, vendors, send.channel), None)


class _Nobody:
    """Composes nothing: of senders that are gone no request can be asked about."""

    def compose(self, send: Send, rows: Sequence[Row], now: dt.datetime) -> Mapping[int, Composed]:
        return {}

    def addresses(self, send: Send, rows: Sequence[Row]) -> Mapping[int, str]:
        return {}
