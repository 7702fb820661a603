"""`--parts decide`: deciding about a send to a whole shop, from published facts to reserved messages.

Belongs here: the shop, the campaign, what is printed. Does not belong here: deciding (``assets.campaigns``).
Floor: 1,000,000 recipients in less than 60 s and 4 GiB on two cores, aim 20 s.
"""

import argparse
import datetime as dt
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl

from assets.campaigns.plans.due import plan_due
from assets.segments.facts import Facts
from benchmarks.processes import Cost
from benchmarks.sending.apart import Spent, alone, cost, timed
from benchmarks.sending.databases import databases
from benchmarks.sending.shop import ZONE, Clock, campaign, decided, make_shop, now, opened, start
from connectors.lake.sends import SendFiles
from connectors.store.ledger.ledger import Ledger

RECIPIENTS = 1_000_000
_VARIANTS = [{"name": name, "template": "hello"} for name in "ABCDEFGHIJK"]
_BOTH: Mapping[str, Any] = {
    "variants": _VARIANTS, "holdout": {"share": 5}, "target": {"include": ["all"], "range": {"visited_last_days": 7}},
}  # fmt: skip
_DAILY = {"recurring": {"unit": "day", "time": "11:00"}}
_LIMITS = {"cooldown": "24h", "daily_cost_limit": 90_000_000}
_CAMPAIGNS: Mapping[str, Mapping[str, Any]] = {
    "careful": {**_BOTH, "schedule": _DAILY, "policies": {**_LIMITS, "exclude_duplicates": True}},
    "daily": {**_BOTH, "schedule": _DAILY, "policies": _LIMITS},
}
# campaign, days from tomorrow, what it shows; sends of another day are no cooldown any more
_SENDS = (
    ("careful", 0, "all rules"),
    ("daily", 2, "each day, the first time"),
    ("daily", 4, "each day, again: variants are kept"),
)
_OPERATIONS = {
    "segment": (Facts, "members"), "recent sends": (Ledger, "recent_sends"), "earlier sends": (Ledger, "previous"),
    "file": (SendFiles, "write_once"), "reserve": (Ledger, "reserve"),
}  # fmt: skip


def add_options(parser: argparse.ArgumentParser) -> None:
    """The options of this part."""
    group = parser.add_argument_group("sending: decide")
    group.add_argument("--recipients", type=int, default=RECIPIENTS, help="customers to decide about")


def run(folder: Path, chosen: argparse.Namespace) -> None:
    """Decide on both databases, each time in a process of its own."""
    number = chosen.recipients
    print(f"Deciding: {number:,} customers, 11 variants, range, cooldown, duplicates, holdout of 5 %, cost limit")
    with databases() as found:
        for name, fresh in found.items():
            root = Path(tempfile.mkdtemp(prefix="decide-", dir=folder))
            url = fresh(root)
            _print(f"{name}: making the shop", alone(_made, root, url, number))
            for campaign, days, told in _SENDS:
                taken, spent, counts = alone(_decide, root, url, campaign, days)
                _print(f"{name}: {told}", taken)
                print(f"  {counts}")
                print("  wall s of " + ", ".join(f"{part} {one.wall:.1f}" for part, one in spent.items()), flush=True)


def _print(what: str, taken: Cost) -> None:
    print(f"{what:46} {taken}", flush=True)


def _made(root: Path, url: str, number: int) -> Cost:
    with cost() as found:
        make_shop(root, url, number, refuses=20)
    return found[0]


def _decide(root: Path, url: str, name: str, days: int) -> tuple[Cost, dict[str, Spent], str]:
    """What deciding takes, from a planned send to reserved messages, and how many got which decision."""
    tomorrow = now().astimezone(ZONE).date() + dt.timedelta(days=1 + days)
    clock = Clock(dt.datetime.combine(tomorrow, dt.time(10), ZONE))
    with opened(root, url, clock) as shop:
        if shop.store.campaign_states.of(name) is None:
            campaign(shop, name, **_CAMPAIGNS[name])
            start(shop, name)
        clock.now += dt.timedelta(hours=1)
        send = plan_due(shop, [name])[-1]
        with timed(_OPERATIONS) as spent, cost() as found:
            done = decided(shop, send)
    counts = done.counts.group_by("decision", "reason").agg(pl.sum("customers")).sort("reason")
    told = ", ".join(f"{reason} {customers:,}" for _, reason, customers in counts.iter_rows())
    return found[0], spent, f"{told}; {done.added:,} reserved"
