"""Whose messages clicks come from, on every engine."""

import datetime as dt

import polars as pl
import pytest

from connectors.store.ledger.shapes import Occurrence
from connectors.store.store import Store

pytestmark = pytest.mark.feature("H1")
START = dt.datetime(2026, 3, 2, 1, 0, tzinfo=dt.UTC)


def test_messages_have_addressees_until_these_are_erased(store: Store) -> None:
    ledger, key = store.ledger, store.key_of
    sends = [ledger.plan(Occurrence(name, 1, START, "sms")) for name in ("a", "b")]
    for send in sends:
        decided = {
            "customer_id": range(3), "customer_key": [key(name) for name in "xyz"], "variant": ["A", "B", "A"],
            "decision": ["send"] * 3, "send_order": range(3), "price": [1] * 3,
            "not_before": pl.Series([START] * 3, dtype=pl.Datetime("us", "UTC")),
        }  # fmt: skip
        ledger.reserve(send.send_no, pl.DataFrame(decided))
    first, second = (send.send_no for send in sends)
    found = ledger.addressees({second: [1, 0, 1, 99], first: [2], 77: [0]})
    assert found.rows() == [
        (first, 2, key("z"), "A", sends[0].send_id, "a", "sms"),
        (second, 0, key("x"), "A", sends[1].send_id, "b", "sms"),
        (second, 1, key("y"), "B", sends[1].send_id, "b", "sms"),
    ]
    store.record_erasure(key("x"), {})
    assert ledger.addressees({second: [0, 1]})["customer_key"].to_list() == [key("y")]
    assert ledger.addressees({}).is_empty()
