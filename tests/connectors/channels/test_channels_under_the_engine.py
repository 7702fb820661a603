"""The sending engine over every real channel, with vendors that fail: nobody gets a message twice, nobody is lost."""

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from connectors.sandbox.local_http import Connection, Fault, FaultMix, Reply
from connectors.sandbox.smtp_server import MailFault, Say, SmtpServer
from connectors.sending.engine import Engine
from connectors.sending.job import Composed
from connectors.store.ledger.shapes import Row, Send
from connectors.store.send_tables import MESSAGE_STATES
from connectors.store.store import Store
from tests.connectors.channels.rigs import Clock, Rig
from tests.connectors.sending.conftest import QUICK, START, Inline, job, reserved

pytestmark = pytest.mark.feature("G1", "M4")
PEOPLE = 330
TROUBLE: list[tuple[Fault, float]] = [
    (Connection.RESET, 0.15),
    (Connection.LOST, 0.2),
    (Reply(429, None, {"Retry-After": "2"}), 0.1),
    (Reply(503), 0.1),
    (Reply(500), 0.05),
]


@dataclass
class Composer:
    """Messages of a rig, by place."""

    rig: Rig

    def compose(self, send: Send, rows: Sequence[Row], now: object) -> Mapping[int, Composed]:
        return {
            row.seq: Composed(self.rig.address(row.seq), self.rig.content(row.seq), f"hash-{row.seq}") for row in rows
        }

    def addresses(self, send: Send, rows: Sequence[Row]) -> Mapping[int, str]:
        return {row.seq: self.rig.address(row.seq) for row in rows}


@pytest.fixture
def clock() -> Clock:
    return Clock(START)


@pytest.fixture
def store(clock: Clock, tmp_path: Path) -> Iterator[Store]:
    with Store.open(f"sqlite:///{tmp_path / 'ops.db'}", secret="s", now=clock.now) as opened:
        yield opened


def mail_trouble() -> Callable[[], MailFault | None]:
    chance = random.Random(5)
    drawn: list[MailFault | None] = [Connection.RESET, Connection.LOST, Say("RCPT", 450), Say("MAIL", 421)]
    return lambda: chance.choice(drawn) if chance.random() < 0.1 else None


def test_nobody_is_sent_to_twice_and_nobody_is_lost(rig: Rig, store: Store, clock: Clock) -> None:
    if isinstance(rig.server, SmtpServer):
        rig.server.choose = mail_trouble()
    elif rig.server is not None:
        rates = TROUBLE if rig.can_look_up else [(fault, share / 5) for fault, share in TROUBLE]
        rig.server.choose = FaultMix(rates, 11)  # what stays unknown may stop a send: less of it
    send = reserved(store, PEOPLE)
    work = job(send, Composer(rig), {"one": rig.channel})
    engine = Engine(
        store.ledger, work, QUICK, clock=clock.now, sleep=lambda seconds: clock.pass_(seconds=seconds), pool=Inline()
    )
    for _ in range(200):
        report = engine.run(None)
        if report.reason == "finished":
            break
        clock.pass_(minutes=1)
    ended = {state: getattr(report.send, state) for state in MESSAGE_STATES if getattr(report.send, state)}
    vendor = [rig.accepted(rig.address(place)) for place in range(PEOPLE)]
    assert report.reason == "finished"
    assert sum(ended.values()) == PEOPLE
    assert max(vendor) == 1
    known = ended.get("accepted", 0) + ended.get("delivered", 0)
    assert known <= sum(vendor) <= known + ended.get("unknown", 0)
    if rig.can_look_up:
        assert ended.get("unknown", 0) == 0
