"""`--parts crash`: workers killed again and again, by a vendor that fails in every way: who got the message how often.

Belongs here: killing, and the vendor's count held against the ledger's. Does not belong here: sending
(``assets.campaigns``), the faults (``vendor``).

A worker is killed with -9 shortly after the send has come as far as a number drawn before, so that as many are killed
at work on a slow machine as on a fast one; the next takes its place at once.
"""

import argparse
import multiprocessing
import random
import tempfile
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from assets.campaigns.delivery.results import collect
from assets.campaigns.shop import Shop
from assets.campaigns.vendors.opening import Vendors
from benchmarks.sending.apart import alone, started
from benchmarks.sending.databases import databases
from benchmarks.sending.shop import make_shop, opened, reserved
from benchmarks.sending.vendor import Accepted, vendor
from benchmarks.sending.worker import hurried

MESSAGES, KILLS, SEED = 100_000, 50, 7
_WORKERS = {"SQLite": 1, "PostgreSQL": 2}
_AT_MOST = 1_800.0  # seconds for a send to come further, before this gives up
_FINAL = ("delivered", "failed", "unknown", "cancelled", "expired")


@dataclass(frozen=True)
class Crashed:
    """``killed``: workers that were at work; ``seconds`` of the whole; ``states``: messages by state and code."""

    killed: int
    seconds: float
    states: Mapping[str, int]
    counted: Accepted


def add_options(parser: argparse.ArgumentParser) -> None:
    """The options of this part."""
    group = parser.add_argument_group("sending: crash")
    group.add_argument("--crash-messages", type=int, default=MESSAGES, help="messages of the send that is killed")
    group.add_argument("--crash-kills", type=int, default=KILLS, help="how often a worker is killed")
    group.add_argument("--crash-seed", type=int, default=SEED, help="of the moments and of the vendor's faults")


def run(folder: Path, chosen: argparse.Namespace) -> None:
    """One worker on SQLite, two that race on PostgreSQL."""
    number, kills = chosen.crash_messages, chosen.crash_kills
    print(f"Crash: {number:,} messages, a vendor that fails, {kills} times kill -9, seed {chosen.crash_seed}")
    with databases() as found:
        for name, fresh in found.items():
            root = Path(tempfile.mkdtemp(prefix="crash-", dir=folder))
            url = fresh(root)
            send_no = alone(_made, root, url, number)
            with vendor("sens", latency=0.01, seed=chosen.crash_seed) as (environ, ended), opened(root, url) as shop:
                crash = _Crash(shop, url, environ, send_no, random.Random(chosen.crash_seed))
                began = time.monotonic()
                killed = crash.survived(_WORKERS[name], kills, number)
                collect(shop, Vendors(environ, is_sandbox=False, sandbox=None))
                states = Counter(shop.store.ledger.deliveries(send_no).select("state", "code").rows())
                done = Crashed(killed, time.monotonic() - began, _by_name(states), ended())
            _print(f"{name}, {_WORKERS[name]} at a time", done, number)


class _Crash:
    """One send, the workers at it, and the moments at which they are killed."""

    def __init__(self, shop: Shop, url: str, environ: Mapping[str, str], send_no: int, chance: random.Random) -> None:
        self._given = (shop.home.root, url, environ, send_no)
        self._ledger, self._send_no, self._chance = shop.store.ledger, send_no, chance

    def survived(self, workers: int, kills: int, number: int) -> int:
        """Send all of it, killing a worker so often; how many were at work when they were. Raises RuntimeError where
        the send comes no further, or a worker ends badly by itself."""
        running = [self._worker() for _ in range(workers)]
        killed = 0
        for so_far in sorted(self._chance.sample(range(number), kills)):
            self._wait_for(so_far, running)
            time.sleep(self._chance.uniform(0.0, 0.3))
            chosen = self._chance.randrange(workers)
            killed += running[chosen].is_alive()
            running[chosen].kill()
            running[chosen].join()
            running[chosen] = self._worker()
        for one in running:
            one.join(_AT_MOST)
            if one.exitcode != 0:
                raise RuntimeError(f"a worker ended with {one.exitcode}")
        return killed

    def _worker(self) -> BaseProcess:
        going: Any = multiprocessing.get_context("forkserver").Event()
        process = started(hurried, *self._given, going)
        if not going.wait(120):
            raise RuntimeError("a worker did not begin")
        return process

    def _wait_for(self, so_far: int, running: list[BaseProcess]) -> None:
        """Until so many messages came to an end, or all workers did."""
        until = time.monotonic() + _AT_MOST
        while any(one.is_alive() for one in running):
            send = self._ledger.progress(self._send_no)
            if send.accepted + send.delivered + send.failed + send.unknown >= so_far:
                return
            if time.monotonic() > until:
                raise RuntimeError(f"the send comes no further: {send}")
            time.sleep(0.02)


def _made(root: Path, url: str, number: int) -> int:
    make_shop(root, url, number)
    with opened(root, url) as shop:
        return reserved(shop, "spring").send_no


def _by_name(states: Mapping[tuple[str, str | None], int]) -> dict[str, int]:
    named = {state if code is None else f"{state} ({code})": number for (state, code), number in states.items()}
    return dict(sorted(named.items()))


def _print(name: str, done: Crashed, number: int) -> None:
    counted = done.counted
    print(f"{name}: {done.killed} killed at work, {done.seconds:.0f} s in all")
    took = f"{counted.messages:,} messages to {counted.recipients:,} numbers"
    print(f"  the vendor took {took}, at most {counted.most} each")
    met = ", ".join(f"{name} {times:,}" for name, times in sorted(counted.faults.items()))
    print(f"  requests that met a fault: {met}")
    for state, messages in done.states.items():
        print(f"  {state:30} {messages:>9,}")
    lost = number - sum(done.states.values())
    open_still = sum(messages for state, messages in done.states.items() if not state.startswith(_FINAL))
    print(f"  rows lost {lost:,}, without a final state {open_still:,}", flush=True)
    told = {word: sum(n for state, n in done.states.items() if state.startswith(word)) for word in _FINAL}
    agrees = told["delivered"] <= counted.recipients <= told["delivered"] + told["unknown"]
    if counted.most != 1 or lost or open_still or not agrees:
        raise RuntimeError("somebody got the message twice, or it is not told who got it")
