"""Notices lie beside the sends of campaigns, and neither finds the other's; on both databases."""

import datetime as dt

import polars as pl
import pytest

from connectors.store.ledger.ledger import Ledger
from connectors.store.ledger.shapes import NOTICE, Occurrence, Send
from connectors.store.store import Store
from tests.connectors.sending.conftest import START, Clock, reserved

pytestmark = pytest.mark.feature("I6", "M4")
ENDS = START + dt.timedelta(hours=12)


def rows(*people: int) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "send_order": people,
            "customer_key": [f"{one:032x}" for one in people],
            "customer_id": pl.Series([None] * len(people), dtype=pl.Int64),
            "variant": "A",
            "not_before": pl.Series([START] * len(people), dtype=pl.Datetime("us", "UTC")),
            "price": 75_000,
        }
    )


def noticed(store: Store) -> Send:
    send = store.notices.plan(Occurrence("@diagnosis", 1, START, NOTICE, ENDS))
    store.notices.add(send.send_no, rows(0, 1))
    return store.notices.progress(send.send_no)


def found(ledger: Ledger) -> list[str]:
    """Sends that every way of looking finds."""
    ways = [ledger.unfinished(), ledger.to_do(START), ledger.changed_since(START - dt.timedelta(days=1))]
    assert len({tuple(one.send_id for one in way) for way in ways}) == 1
    return [one.send_id for one in ways[0]]


def test_each_ledger_finds_its_own_sends_alone(store: Store, clock: Clock) -> None:
    assert (store.notices.next_work(), store.ledger.next_work()) == (None, None)
    notice = noticed(store)
    assert (found(store.notices), found(store.ledger)) == ([notice.send_id], [])
    assert store.ledger.next_work() is None
    campaign = reserved(store, 1, ends_at=ENDS)
    assert (found(store.notices), found(store.ledger)) == ([notice.send_id], [campaign.send_id])
    assert (store.ledger.find(notice.send_id), store.notices.find(campaign.send_id)) == (None, None)
    assert (store.ledger.of_campaign("@diagnosis"), store.notices.of_campaign("spring")) == ((), ())
    clock.now = ENDS
    assert [one.send_id for one in store.ledger.expire()] == [campaign.send_id]
    assert [one.send_id for one in store.notices.expire()] == [notice.send_id]


def test_who_comes_later_is_added_once_and_nobody_twice(store: Store, clock: Clock) -> None:
    send = noticed(store)
    assert store.notices.add(send.send_no, rows(0, 1, 2)) == 1
    assert store.notices.add(send.send_no, rows(0, 1, 2)) == 0
    assert store.notices.progress(send.send_no).reserved == 3
    assert store.ledger.recent_sends(START - dt.timedelta(days=1)).is_empty()
    clock.now = ENDS
    store.notices.expire()
    assert store.notices.add(send.send_no, rows(3)) == 0
