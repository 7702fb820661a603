"""What sending is tried with: a fake clock, a channel that does as it is told, both databases.

Belongs here: fixtures. Does not belong here: checks. A real server stands in ``test_crash``.
"""

import datetime as dt
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field
from typing import Any

import polars as pl
import pytest

from connectors.channels.protocol import Answer, Attempt, Outcome, Result
from connectors.sending.job import Composed, Job, Policy, Route
from connectors.store.ledger.shapes import Occurrence, Row, Send
from connectors.store.store import Store
from tests.connectors.store.conftest import postgres, url

__all__ = ["postgres", "url"]
START = dt.datetime(2026, 3, 2, 1, 0, tzinfo=dt.UTC)


class Clock:
    """Time that passes only when somebody sleeps."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> dt.datetime:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += dt.timedelta(seconds=seconds)


class Inline(Executor):
    """A pool without threads, so that time passes the same way every time."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        done: Future[Any] = Future()
        done.set_result(fn(*args, **kwargs))
        return done


@dataclass
class Told:
    """A channel that does what the test says. ``does``: called with each attempt, may raise or answer."""

    clock: Clock
    does: Callable[[Attempt], Answer | None] = lambda attempt: None
    looked: Callable[[Attempt], Answer] = lambda attempt: Answer([])
    said: Callable[[Sequence[Attempt]], Sequence[Result]] = lambda attempts: []
    batch_size: int = 100
    lookup_after: dt.timedelta = dt.timedelta(seconds=2)
    results_for: dt.timedelta = dt.timedelta(0)
    sent: list[tuple[dt.datetime, Attempt]] = field(default_factory=list)

    def send(self, attempt: Attempt) -> Answer:
        self.sent.append((self.clock(), attempt))
        answer = self.does(attempt)
        return answer or Answer([Outcome(message.id, "accepted") for message in attempt.messages], "req")

    def lookup(self, attempt: Attempt) -> Answer:
        return self.looked(attempt)

    def results(self, attempts: Sequence[Attempt]) -> Sequence[Result]:
        return self.said(attempts)

    @property
    def people(self) -> Counter[str]:
        return Counter(message.to for _, attempt in self.sent for message in attempt.messages)


@dataclass
class Phones:
    """Composes numbered addresses; ``special``: what is different for some, by place."""

    special: dict[int, Composed | None] = field(default_factory=dict)

    def compose(self, send: Send, rows: Sequence[Row], now: dt.datetime) -> Mapping[int, Composed]:
        usual = {row.seq: Composed(f"to-{row.seq}", {"text": "x"}, f"hash-{row.seq}") for row in rows}
        changed = usual | {row.seq: self.special[row.seq] for row in rows if row.seq in self.special}
        return {seq: one for seq, one in changed.items() if one is not None}

    def addresses(self, send: Send, rows: Sequence[Row]) -> Mapping[int, str]:
        return {row.seq: f"to-{row.seq}" for row in rows}


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(url: str, clock: Clock):
    with Store.open(url, secret="s", now=clock) as opened:
        yield opened


def reserved(
    store: Store, number: int, *, price: int = 100, variants: tuple[str, ...] = ("A",), **options: Any
) -> Send:
    """A send with so many messages."""
    name, not_before = options.get("campaign", "spring"), options.get("not_before", START)
    send = store.ledger.plan(Occurrence(name, 1, START, "sms", options.get("ends_at")))
    rows = pl.DataFrame(
        {
            "customer_id": range(number),
            "customer_key": [f"{place:032x}" for place in range(number)],
            "variant": [variants[place % len(variants)] for place in range(number)],
            "send_order": range(number),
            "not_before": pl.Series([not_before] * number, dtype=pl.Datetime("us", "UTC")),
            "price": [price] * number,
            "address_hash": [f"hash-{place}" for place in range(number)],
        }
    )
    store.ledger.reserve(send.send_no, rows)
    return send


def job(send: Send, composer: Any, channels: Mapping[str, Any], **options: Any) -> Job:
    """The job of one worker; every variant goes out by all channels alike."""
    routes = {variant: Route(dict.fromkeys(channels, 1.0), "t") for variant in options.pop("variants", ("A",))}
    worker = options.pop("worker", "w1")
    return Job(send.send_no, worker, composer, channels, routes, dt.timezone(dt.timedelta(hours=9)), **options)


QUICK = Policy(backoff=0.5, patience=30.0)
