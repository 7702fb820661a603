"""`--parts send`: the whole way of a message, from the reserved row to the vendor that took it.

Belongs here: the shop, the runs, where the time goes. Does not belong here: sending (``assets.campaigns``,
``connectors.sending``). Floor: 2,000 messages a second on either database, aim 5,000.
"""

import argparse
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from assets.campaigns.delivery.composing import CampaignComposer
from assets.campaigns.delivery.sending import send_on
from assets.campaigns.vendors.opening import Vendors
from benchmarks.processes import Cost
from benchmarks.sending.apart import Spent, alone, cost, timed
from benchmarks.sending.databases import databases
from benchmarks.sending.shop import make_shop, opened, reserved
from benchmarks.sending.vendor import Accepted, vendor
from connectors.channels.sens.sms import SmsChannel
from connectors.store.ledger.ledger import Ledger

SENT, LATENCY = 50_000, 0.01
_WORK = {  # of the one thread that everything goes through, one after the other
    "claim": (Ledger, "claim"), "compose": (CampaignComposer, "compose"), "record": (Ledger, "close"),
}  # fmt: skip
_OPERATIONS = {**_WORK, "requests": (SmsChannel, "send")}  # these in threads of their own


@dataclass(frozen=True)
class Sent:
    """What one worker took; ``messages``: that it sent."""

    cost: Cost
    spent: Mapping[str, Spent]
    messages: int


def add_options(parser: argparse.ArgumentParser) -> None:
    """The options of this part."""
    group = parser.add_argument_group("sending: send")
    group.add_argument("--sent", type=int, default=SENT, help="messages to send")
    group.add_argument("--latency", type=float, default=LATENCY, help="seconds the vendor takes for a request")


def run(folder: Path, chosen: argparse.Namespace) -> None:
    """Send on both databases, with the worker and the vendor each in a process of its own."""
    number, latency = chosen.sent, chosen.latency
    print(f"Sending: {number:,} SMS, three variables and a tracked link each, 100 a request, {latency} s each")
    with databases() as found:
        for name, fresh in found.items():
            root = Path(tempfile.mkdtemp(prefix="send-", dir=folder))
            url = fresh(root)
            send_no = alone(_made, root, url, number)
            with vendor("sens", latency=latency) as (environ, ended):
                sent = alone(_send, root, url, send_no, environ)
                counted = ended()
            if (counted.messages, counted.most, sent.messages) != (number, 1, number):
                raise RuntimeError(f"not everybody got one message: {counted}")
            _print(name, sent, counted)


def _made(root: Path, url: str, number: int) -> int:
    """The number of a send of so many messages."""
    make_shop(root, url, number)
    with opened(root, url) as shop:
        return reserved(shop, "spring").send_no


def _send(root: Path, url: str, send_no: int, environ: Mapping[str, str]) -> Sent:
    with opened(root, url) as shop, timed(_OPERATIONS) as spent, cost() as found:
        vendors = Vendors(environ, is_sandbox=False, sandbox=None)
        report = send_on(shop, vendors, shop.store.ledger.progress(send_no))
    return Sent(found[0], spent, report.send.accepted)


def _print(name: str, sent: Sent, counted: Accepted) -> None:
    taken, number = sent.cost, sent.messages
    print(f"{name}: {number / taken.wall:,.0f} a second; a CPU second of the worker {number / taken.cpu:,.0f}")
    print(f"  worker {taken}; vendor {counted.cpu:.1f} CPU s")
    for part, one in sent.spent.items():
        where = "of the worker's one thread" if part in _WORK else "of the threads that make requests, together"
        print(f"  {part:10} {one.wall:6.1f} s {one.cpu:6.1f} CPU s in {one.calls:,} calls, {where}")
    busy = sum(sent.spent[part].wall for part in _WORK)
    print(f"  {'waiting':10} {taken.wall - busy:6.1f} s for answers and the rest", flush=True)
