"""What is to be done next, and what became of messages, on every engine."""

import datetime as dt
from collections.abc import Callable

import polars as pl
import pyarrow as pa
import pytest

from connectors.sending.job import Policy
from connectors.store.ledger.agenda import PATIENCE
from connectors.store.ledger.claiming import Wish
from connectors.store.ledger.ledger import Ledger
from connectors.store.ledger.shapes import Closed, Ending, Occurrence, Parcel, Send
from connectors.store.store import Store

pytestmark = pytest.mark.feature("M4")
START = dt.datetime(2026, 3, 2, 1, 0, tzinfo=dt.UTC)
SECOND, HOUR = dt.timedelta(seconds=1), dt.timedelta(hours=1)


class Clock:
    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> dt.datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(url: str, clock: Clock):
    with Store.open(url, secret="s", now=clock) as opened:
        yield opened


@pytest.fixture
def ledger(store: Store) -> Ledger:
    return store.ledger


def planned(ledger: Ledger, campaign: str, at: dt.datetime = START, ends_at: dt.datetime | None = None) -> Send:
    return ledger.plan(Occurrence(campaign, 1, at, "sms", ends_at))


def reserved(ledger: Ledger, send: Send, number: int, not_before: dt.datetime = START) -> Send:
    rows = pl.DataFrame(
        {
            "customer_id": range(number),
            "customer_key": [f"k{place}" for place in range(number)],
            "variant": ["A"] * number,
            "send_order": range(number),
            "not_before": pl.Series([not_before] * number, dtype=pl.Datetime("us", "UTC")),
            "price": [90_000] * number,
        }
    )
    ledger.reserve(send.send_no, rows)
    return ledger.progress(send.send_no)


def claimed(ledger: Ledger, send: Send, most: int = 1000, sender: str = "number-1") -> Parcel:
    wish = Wish("w1", most, ("A",), lambda variant: (sender, most), "2026-03-02")
    (parcel,) = ledger.claim(send.send_no, wish).parcels
    return parcel


def ended(parcel: Parcel, state: str) -> list[Ending]:
    return [Ending(row.seq, state, code="0000", vendor_message_id=f"v{row.seq}") for row in parcel.rows]


def agenda(ledger: Ledger, clock: Clock) -> Callable[[], tuple[float | None, list[str]]]:
    """When there is work, in seconds from now, and the campaigns that have some by then; tests that the two agree."""

    def told() -> tuple[float | None, list[str]]:
        moment = ledger.next_work()
        if moment is None:
            assert ledger.to_do(clock.now + dt.timedelta(days=999)) == ()
            return None, []
        assert ledger.to_do(min(moment, clock.now) - SECOND) == () or moment <= clock.now
        assert moment <= clock.now or ledger.to_do(moment - dt.timedelta(microseconds=1)) == ()
        return (moment - clock.now).total_seconds(), [send.campaign_id for send in ledger.to_do(moment)]

    return told


def test_a_send_is_work_until_it_is_over(ledger: Ledger, clock: Clock) -> None:
    told = agenda(ledger, clock)
    assert told() == (None, [])
    send = planned(ledger, "spring")
    assert told() == (0, ["spring"])
    ledger.decide(send.send_no)
    assert told() == (0, ["spring"])
    reserved(ledger, send, 10, START + HOUR)
    assert told() == (3600, ["spring"])
    clock.now += HOUR
    parcel = claimed(ledger, send)
    assert told() == (PATIENCE.total_seconds(), ["spring"])
    ledger.close(send.send_no, [Closed(parcel, "ambiguous", (), clock.now + 7 * SECOND)])
    assert told() == (7, ["spring"])
    ledger.close(send.send_no, [Closed(parcel, "answered", ended(parcel, "accepted"), clock.now + 20 * SECOND)])
    assert told() == (0, ["spring"])  # nothing is left: it can be finished
    ledger.finish(send.send_no)
    assert told() == (20, ["spring"])  # its results are awaited still
    ledger.settle(send.send_no, [Closed(parcel, "settled", ended(parcel, "delivered"))])
    assert told() == (None, [])


def test_a_stopped_send_only_has_requests_to_look_after_and_an_end(ledger: Ledger, clock: Clock) -> None:
    told = agenda(ledger, clock)
    send = reserved(ledger, planned(ledger, "spring", ends_at=START + 2 * HOUR), 10)
    parcel = claimed(ledger, send, 4)
    ledger.stop(send.send_no, "by hand")
    assert told() == (90, ["spring"])
    ledger.close(send.send_no, [Closed(parcel, "settled", ended(parcel, "accepted"))])
    assert told() == (7200, ["spring"])
    clock.now += 2 * HOUR
    assert told() == (0, ["spring"])
    assert [one.state for one in ledger.expire()] == ["expired"]
    assert told() == (None, [])


def test_work_is_told_oldest_send_first(ledger: Ledger, clock: Clock) -> None:
    for name, hours in (("b", 2), ("a", 0), ("c", 1), ("d", 3)):
        reserved(ledger, planned(ledger, name), 3, START + hours * HOUR)
    planned(ledger, "e")
    assert [send.campaign_id for send in ledger.to_do(START)] == ["a", "e"]
    assert [send.campaign_id for send in ledger.to_do(START + 2 * HOUR)] == ["b", "a", "c", "e"]
    assert ledger.next_work() == START


def test_a_request_counts_as_abandoned_when_the_engine_thinks_so() -> None:
    assert PATIENCE.total_seconds() == Policy().patience


@pytest.mark.feature("G6")
def test_deliveries_tell_every_message_as_it_is(store: Store, ledger: Ledger, clock: Clock) -> None:
    store.upsert_members(pa.table({"member_id": ["m"]}))
    send = reserved(ledger, planned(ledger, "spring"), 6, START - HOUR)
    assert ledger.deliveries(send.send_no)["state"].to_list() == ["reserved"] * 6
    first = claimed(ledger, send, 3, "number-1")
    ledger.close(send.send_no, [Closed(first, "settled", ended(first, "failed"))])
    clock.now += HOUR
    second = claimed(ledger, send, 2, "number-2")
    ledger.close(send.send_no, [Closed(second, "answered", ended(second, "accepted"), clock.now)])
    found = ledger.deliveries(send.send_no)
    assert found.columns == [
        "seq", "customer_key", "customer_id", "variant", "state", "code", "vendor_message_id", "price", "tries",
        "not_before", "sent_at", "final_at", "sender",
    ]  # fmt: skip
    assert found.rows()[0] == (
        0, "k0", 0, "A", "failed", "0000", "v0", 0, 0, START - HOUR, None, START, "number-1"
    )  # fmt: skip
    later = START + HOUR
    assert found.rows()[3] == (
        3, "k3", 3, "A", "accepted", "0000", "v3", 90_000, 0, START - HOUR, later, None, "number-2"
    )  # fmt: skip
    assert found["sender"].to_list() == ["number-1"] * 3 + ["number-2"] * 2 + [None]
    store.record_erasure("k3", {})
    assert ledger.deliveries(send.send_no).select("customer_key", "customer_id").rows()[3] == ("erased-3", None)
    assert ledger.deliveries(999).schema == found.schema


def test_changed_sends_are_the_new_the_open_and_those_that_ended(ledger: Ledger, clock: Clock) -> None:
    old = START - 72 * HOUR
    finished, still_open, ended_late = (planned(ledger, name, old) for name in ("finished", "open", "late"))
    ledger.cancel(finished.send_no, "by hand")
    reserved(ledger, still_open, 3)
    clock.now += 5 * HOUR
    ledger.cancel(ended_late.send_no, "by hand")
    planned(ledger, "new", START + HOUR)
    names = [send.campaign_id for send in ledger.changed_since(START + HOUR)]
    assert names == ["open", "late", "new"]
    assert len(ledger.changed_since(old)) == 4


@pytest.mark.feature("E7")
def test_claims_are_messages_of_other_campaigns_of_the_hour_that_count(ledger: Ledger) -> None:
    for name, at in (("a", START), ("b", START + HOUR - SECOND), ("late", START + HOUR), ("early", START - SECOND)):
        reserved(ledger, planned(ledger, name, at), 3)
    failed = ledger.of_campaign("b")[0]
    parcel = claimed(ledger, failed, 1)
    ledger.close(failed.send_no, [Closed(parcel, "settled", ended(parcel, "failed"))])
    found = ledger.claims(START, START + HOUR, "mine")
    assert found.rows() == [(0, "a"), (1, "a"), (1, "b"), (2, "a"), (2, "b")]
    assert ledger.claims(START, START + HOUR, "a").rows() == [(1, "b"), (2, "b")]
    assert ledger.claims(START, START, "a").schema == {"customer_id": pl.Int64, "campaign_id": pl.String}
