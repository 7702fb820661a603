"""What planning occurrences asks of the store: missed ones, hits that are let go, messages of the same hour, uses."""

import datetime as dt
from collections.abc import Iterator

import polars as pl
import pytest

from connectors.store.ledger.history import Besides
from connectors.store.ledger.shapes import Born, Occurrence
from connectors.store.store import Store

START = dt.datetime(2026, 3, 2, 1, 0, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    with Store.open(url, secret="s", now=lambda: START) as opened:
        yield opened


@pytest.mark.feature("E3")
def test_a_missed_occurrence_begins_as_it_was_judged_and_stays_so(store: Store) -> None:
    ledger = store.ledger
    late = ledger.plan(Occurrence("spring", 1, START, "sms"), Born("expired", "late"))
    assert (late.state, late.reason, late.finished_at) == ("expired", "late", START)
    asks = ledger.plan(Occurrence("spring", 1, START + HOUR, "sms"), Born("stopped", "late"))
    assert (asks.state, asks.finished_at) == ("stopped", None)
    assert ledger.resume(asks.send_no).state == "planned"
    assert ledger.plan(Occurrence("spring", 1, START + HOUR, "sms"), Born("expired", "late")).state == "planned"
    assert ledger.plan(Occurrence("spring", 1, START, "sms")) == late


@pytest.mark.feature("E7")
def test_messages_of_sends_that_are_left_out_do_not_count_as_recent(store: Store) -> None:
    for name, planned_at, customer in (("a", START, 1), ("a", START - HOUR, 2), ("b", START, 3)):
        send = store.ledger.plan(Occurrence(name, 1, planned_at, "sms"))
        rows = pl.DataFrame({"customer_id": [customer], "customer_key": [f"k{customer}"], "variant": ["A"],
                             "send_order": [0], "not_before": [START], "price": [9]})  # fmt: skip
        store.ledger.reserve(send.send_no, rows)
    besides = Besides(["a"], START, START + HOUR)
    assert store.ledger.recent_sends(START - HOUR)["customer_id"].to_list() == [1, 2, 3]
    assert store.ledger.recent_sends(START - HOUR, besides)["customer_id"].to_list() == [2, 3]


@pytest.mark.feature("E2")
def test_hits_that_are_let_go_are_never_answered_nor_found_anew(store: Store) -> None:
    hits = pl.DataFrame(
        {"hit_id": ["early", "later"], "customer_id": [1, 2], "customer_key": ["k1", "k2"],
         "event_at": [START, START + HOUR], "due_at": [START, START + HOUR]}
    )  # fmt: skip
    assert store.triggers.add("spring", hits) == 2
    assert store.triggers.drop("other", START) == 0
    assert store.triggers.drop("spring", START) == 1
    assert store.triggers.add("spring", hits) == 0
    send = store.triggers.take(Occurrence("spring", 1, START, "sms"), START + HOUR, None)
    assert send is not None
    assert store.triggers.hits(send.send_no)["hit_id"].to_list() == ["later"]


@pytest.mark.feature("C5")
def test_a_use_that_may_have_been_written_down_before_is_written_once(store: Store) -> None:
    for _ in range(2):
        store.segment_uses.add("carted", "spring", 7, since=START)
    store.segment_uses.add("carted", "autumn", 7, since=START)
    assert [one.campaign_id for one in store.segment_uses.of("carted")] == ["autumn", "spring"]


def test_states_are_found_by_state(store: Store) -> None:
    from connectors.store.campaign_states import CampaignState

    for name, state in (("b", "running"), ("a", "running"), ("c", "paused")):
        store.campaign_states.change(name, lambda found, now, s=state, n=name: CampaignState(n, s, now))
    assert [one.campaign_id for one in store.campaign_states.of_state("running")] == ["a", "b"]
