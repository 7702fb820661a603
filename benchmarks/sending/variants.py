"""`--parts variants`: an A/B/N test of eleven among a million, and how exact its shares are.

Belongs here: made-up people, the runs, the differences to the exact shares. Does not belong here: handing variants out
(``models.campaigns.variants``). Floor: 10 s.
"""

import argparse
import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Final

import numpy as np
import polars as pl

from benchmarks.processes import Cost
from benchmarks.sending.apart import alone, cost
from benchmarks.sending.shop import ZONE
from models.campaigns.decide import decide
from models.campaigns.document import Campaign
from models.campaigns.inputs import MEMBER_FLAGS, People, Sending, sending_of
from models.campaigns.policies import ShopPolicies
from models.campaigns.variants import slots

_NAMES: Final = "ABCDEFGHIJK"
_EQUAL: Final = (1,) * 11
_UNEQUAL: Final = (30, 20, 12, 10, 8, 6, 5, 4, 2.5, 1.5, 1)
_DAY: Final = dt.datetime(2026, 3, 2, 12, tzinfo=ZONE)


def run(folder: Path, chosen: argparse.Namespace) -> None:
    """Equal and unequal shares, then the same people again with other shares."""
    print(f"A/B/N of 11 variants: {chosen.recipients:,} recipients, decided with all that belongs to it")
    for told, taken, judged in alone(_judged, chosen.recipients):
        print(f"{told:40} {taken}\n  {judged}", flush=True)


def _judged(number: int) -> list[tuple[str, Cost, str]]:
    found: list[tuple[str, Cost, str]] = []
    previous = None
    for told, shares in (("equal shares", None), ("the same people again", None), ("then unequal shares", _UNEQUAL)):
        people = _people(number, previous)
        sending = _sending(_DAY + dt.timedelta(days=len(found)), shares)
        with cost() as taken:
            decisions = decide(sending, people)
        found.append((told, taken[0], _exactness(decisions, sending.weights, previous)))
        previous = _remembered(decisions)
    return found


def _people(number: int, previous: pl.DataFrame | None) -> People:
    """Members who may all be sent to; ids are 60 bits of a hash, as in a shop."""
    random = np.random.default_rng(11)
    ids = np.unique(random.integers(0, 1 << 60, number + number // 1000 + 10))[:number]
    known = pl.DataFrame({"customer_id": ids}).with_columns(pl.format("{}", "customer_id").alias("customer_key"))
    flags = known.select("customer_id", *(pl.lit(True).alias(name) for name in MEMBER_FLAGS), phone_hash="customer_key")
    candidates = known.select("customer_id", "customer_key")
    return People(candidates, flags) if previous is None else People(candidates, flags, previous=previous)


def _sending(at: dt.datetime, shares: Sequence[float] | None) -> Sending:
    given: Sequence[float | None] = shares or [None] * len(_NAMES)
    variants = [
        {"name": name, "template": "hello", **({} if share is None else {"share": share})}
        for name, share in zip(_NAMES, given, strict=True)
    ]
    campaign = Campaign.model_validate(
        {"id": "test", "name": "test", "advertising": True, "channel": "sms", "sender": "15880000",
         "target": {"include": ["all"]}, "variants": variants, "schedule": {"now": True}}
    )  # fmt: skip
    return sending_of(campaign, ShopPolicies(), at, ZONE, at.date(), dict.fromkeys(_NAMES, Decimal(9)))


def _remembered(decisions: pl.DataFrame) -> pl.DataFrame:
    return decisions.select(
        "customer_id", phone_hash="customer_key", variant=pl.col("variant").cast(pl.String), sent_at="not_before"
    )


def _exactness(decisions: pl.DataFrame, weights: Sequence[int], previous: pl.DataFrame | None) -> str:
    """How far the counts are from the exact shares, at the end and at every beginning of the send."""
    sent = decisions.filter(pl.col("decision") == "send").sort("send_order")
    order = sent["variant"].cast(pl.Enum(list(_NAMES))).to_physical().to_numpy()
    if not np.array_equal(order, slots(weights, 0, len(order))):
        raise RuntimeError("the send is not laid out as its variants are")
    places, worst, last = np.arange(1, len(order) + 1), 0.0, 0.0
    for variant, weight in enumerate(weights):
        apart = np.abs(np.cumsum(order == variant) - places * (weight / sum(weights)))
        worst, last = max(worst, float(apart.max())), max(last, float(apart[-1]))
    told = f"sent {len(order):,}; from the exact shares {last:.3f} messages at most, {worst:.3f} at any beginning of it"
    if previous is None:
        return told
    both = decisions.join(previous.select("customer_id", had="variant"), on="customer_id")
    changed = both.filter(pl.col("variant").cast(pl.String) != pl.col("had")).height
    return f"{told}; {changed:,} of {len(both):,} got another variant than last time"
