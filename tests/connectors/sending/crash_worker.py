"""A worker of the crash test: a process that sends until it is done, or killed.

Belongs here: what runs in the process. Does not belong here: killing it (``test_crash``).
"""

import datetime as dt
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from connectors.sandbox.message_channel import MessageChannel
from connectors.sending.engine import Engine
from connectors.sending.job import Composed, Job, Policy, Route
from connectors.store.ledger.shapes import Row, Send
from connectors.store.store import Store

POLICY = Policy(
    in_flight=4, most_tries=12, stop_share=1.0, backoff=0.05, longest_backoff=0.2, patience=2.5, start_within=0.5,
    longest_wait=5.0,
)  # fmt: skip


class Numbers:
    """Composes numbered addresses."""

    def compose(self, send: Send, rows: Sequence[Row], now: dt.datetime) -> Mapping[int, Composed]:
        return {row.seq: Composed(f"to-{row.seq}", {"text": "안녕하세요"}) for row in rows}

    def addresses(self, send: Send, rows: Sequence[Row]) -> Mapping[int, str]:
        return {row.seq: f"to-{row.seq}" for row in rows}


def clock() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def work(url: str, port: int, send_no: int, worker: str, can_tell: bool, going: Any) -> None:
    """Send until nothing is left. ``going`` (an event) is set when it begins."""
    channel = MessageChannel(port, batch_size=20, timeout=0.5, lookup_after=1.0, can_tell=can_tell)
    job = Job(send_no, worker, Numbers(), {"one": channel}, {"A": Route({"one": 1.0})}, dt.UTC)
    with Store.open(url, secret="s", now=clock) as store, ThreadPoolExecutor(POLICY.in_flight) as pool:
        going.set()
        while Engine(store.ledger, job, POLICY, clock=clock, sleep=time.sleep, pool=pool).run().reason == "waiting":
            time.sleep(0.1)
