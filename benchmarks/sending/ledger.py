"""`--parts ledger`: reserving and sending by the ledger alone, with a vendor of no form and texts of no template.

Belongs here: what the ledger and the engine cost by themselves, on both databases. Does not belong here: the whole way
(``through``).
"""

import argparse
import datetime as dt
import resource
import tempfile
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import polars as pl

from benchmarks.sending.apart import timed
from benchmarks.sending.databases import databases
from benchmarks.sending.shop import now
from benchmarks.sending.vendor import vendor
from connectors.sandbox.message_channel import MessageChannel
from connectors.sending.engine import Engine
from connectors.sending.job import Composed, Job, Policy, Route
from connectors.store.ledger.ledger import Ledger
from connectors.store.ledger.shapes import Occurrence, Row, Send
from connectors.store.store import Store

RESERVED = 100_000
_TIMED = ("claim", "close", "in_doubt", "take_over", "finish", "next_doubt", "progress")


class _Composer:
    def compose(self, send: Send, rows: Sequence[Row], now: dt.datetime) -> Mapping[int, Composed]:
        """A short text for everybody."""
        return {row.seq: Composed(f"0{row.seq:010d}", {"text": "(광고) 단골 상점 봄 신상 안내"}) for row in rows}

    def addresses(self, send: Send, rows: Sequence[Row]) -> Mapping[int, str]:
        """Numbered addresses."""
        return {row.seq: f"0{row.seq:010d}" for row in rows}


def add_options(parser: argparse.ArgumentParser) -> None:
    """The options of this part."""
    group = parser.add_argument_group("sending: ledger")
    group.add_argument("--reserved", type=int, default=RESERVED, help="messages to reserve by the ledger alone")


def run(folder: Path, chosen: argparse.Namespace) -> None:
    """Reserve and send on both databases."""
    sent = f"{chosen.sent:,} sent in requests of 100, {chosen.latency} s each"
    print(f"Ledger alone: {chosen.reserved:,} reserved, {sent}")
    with databases() as found:
        for name, fresh in found.items():
            root = Path(tempfile.mkdtemp(prefix="ledger-", dir=folder))
            with Store.open(fresh(root), secret="s", now=now) as store:
                _reserve(name, store, chosen.reserved)
                _send(name, store, chosen.sent, chosen.latency)


def decisions(number: int) -> pl.DataFrame:
    """Decisions to send to so many customers, in no order of their keys."""
    ids = np.random.default_rng(7).permutation(number)
    return pl.DataFrame({"customer_id": ids}).select(
        "customer_id",
        pl.format("{}{}", pl.col("customer_id").hash(1).cast(pl.String), "customer_id").alias("customer_key"),
        pl.lit("A").alias("variant"),
        pl.lit("send").alias("decision"),
        pl.int_range(number).alias("send_order"),
        pl.lit(now()).cast(pl.Datetime("us", "UTC")).alias("not_before"),
        pl.lit(90_000).alias("price"),
        pl.col("customer_id").hash(2).cast(pl.String).alias("address_hash"),
    )


def _reserve(name: str, store: Store, number: int) -> None:
    rows, before = decisions(number), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    send = store.ledger.plan(Occurrence("reserve", 1, now(), "sms"))
    began = time.perf_counter()
    store.ledger.reserve(send.send_no, rows)
    took = time.perf_counter() - began
    more = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024
    print(f"{name}: reserved {number:,} in {took:.1f} s ({number / took:,.0f}/s), {more} MiB more at the peak")
    began = time.perf_counter()
    recent = store.ledger.recent_sends(now() - dt.timedelta(days=1))
    print(f"{name}: recent sends of {len(recent):,} customers read in {time.perf_counter() - began:.2f} s")


def _send(name: str, store: Store, number: int, latency: float) -> None:
    send = store.ledger.plan(Occurrence("send", 1, now(), "sms"))
    store.ledger.reserve(send.send_no, decisions(number))
    operations = {method: (Ledger, method) for method in _TIMED}
    with vendor("plain", latency=latency) as (port, ended), ThreadPoolExecutor(8) as pool, timed(operations) as spent:
        channel = MessageChannel(port, timeout=10.0)
        job = Job(send.send_no, "bench", _Composer(), {"one": channel}, {"A": Route({"one": 1.0})}, dt.UTC)
        began, cpu = time.perf_counter(), time.process_time()
        report = Engine(store.ledger, job, Policy(), clock=now, sleep=time.sleep, pool=pool).run()
        took, used = time.perf_counter() - began, time.process_time() - cpu
        counted = ended()
    if (report.reason, counted.messages, counted.most) != ("finished", number, 1):
        raise RuntimeError(f"not everybody got one message: {report}, {counted}")
    print(f"{name}: sent {number:,} in {took:.1f} s: {number / took:,.0f} a second, {used:.1f} s CPU of the worker")
    most = sorted(spent.items(), key=lambda one: -one[1].wall)[:3]
    parts = ", ".join(f"{part} {one.wall:.1f} s" for part, one in most)
    print(f"{name}: of these in the ledger {sum(one.wall for one in spent.values()):.1f} s: {parts}", flush=True)
