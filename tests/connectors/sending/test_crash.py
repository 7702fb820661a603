"""Killed at any moment, by a vendor that fails in every way: nobody gets it twice, nobody is lost."""

import multiprocessing
import random
import time
from collections import Counter

import pytest
from sqlalchemy import create_engine, text

from connectors.sandbox.message_vendor import Faults, Vendor, running
from connectors.store.store import Store
from tests.connectors.sending.conftest import reserved
from tests.connectors.sending.crash_worker import clock, work

pytestmark = [pytest.mark.feature("M4"), pytest.mark.slow]
FAULTS = Faults(busy=0.05, broken=0.05, reset_before=0.05, reset_after=0.05, lost=0.03, latency=0.03)


def killed_and_restarted(
    url: str, vendor: Vendor, send_no: int, workers: int, kills: int, seed: int, can_tell: bool
) -> int:
    """Run workers until they are done, killing one at a time at random moments; how many were killed while at work."""
    processes = multiprocessing.get_context("forkserver")
    processes.set_forkserver_preload(["tests.connectors.sending.crash_worker"])
    chance, hit = random.Random(seed), 0

    def started(number: int):
        going = processes.Event()
        child = processes.Process(target=work, args=(url, vendor.port, send_no, f"w{number}", can_tell, going))
        child.start()
        assert going.wait(60)
        return child

    children = {number: started(number) for number in range(workers)}
    for _ in range(kills):
        time.sleep(chance.uniform(0.02, 0.25))
        number = chance.randrange(workers)
        hit += children[number].is_alive()
        children[number].kill()
        children[number].join()
        children[number] = started(number)
    for child in children.values():
        child.join(90)
        assert child.exitcode == 0
    return hit


def messages_of(url: str, send_no: int) -> list[tuple[int, str, str | None]]:
    engine = create_engine(url)
    with engine.connect() as connection:
        chosen = text("SELECT seq, state, code FROM messages WHERE send_no = :no ORDER BY seq")
        rows = [tuple(row) for row in connection.execute(chosen, {"no": send_no})]
    engine.dispose()
    return rows


@pytest.mark.parametrize("workers", [1, 2])
def test_killed_at_random_moments_everybody_gets_it_exactly_once(url: str, workers: int) -> None:
    with running(FAULTS) as vendor, Store.open(url, secret="s", now=clock) as store:
        send = reserved(store, 2000)
        hit = killed_and_restarted(url, vendor, send.send_no, workers, 8, seed=workers, can_tell=True)
        after = store.ledger.progress(send.send_no)
    assert hit >= 6, "the workers were to be killed at work"
    assert vendor.accepted == Counter({f"to-{place}": 1 for place in range(2000)})
    assert Counter(state for _, state, _ in messages_of(url, send.send_no)) == {"accepted": 2000}
    assert (after.state, after.accepted, after.cost) == ("finished", 2000, 2000 * 100)
    assert all(vendor.calls[kind] for kind in ("busy", "broken", "reset_before", "reset_after")), vendor.calls


def test_where_the_vendor_cannot_be_asked_the_doubtful_are_unknown_and_never_sent_again(url: str) -> None:
    with running(FAULTS) as vendor, Store.open(url, secret="s", now=clock) as store:
        send = reserved(store, 1000)
        killed_and_restarted(url, vendor, send.send_no, 1, 3, seed=5, can_tell=False)
    rows = messages_of(url, send.send_no)
    assert [seq for seq, _, _ in rows] == list(range(1000))
    assert set(vendor.accepted.values()) == {1}
    assert {state for _, state, _ in rows} == {"accepted", "unknown"}
    assert all(code for _, state, code in rows if state == "unknown")
    for seq, state, _ in rows:
        assert state == "unknown" or vendor.accepted[f"to-{seq}"] == 1
