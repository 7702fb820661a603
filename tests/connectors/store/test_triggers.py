"""Hits of triggers: known once, answered once, on every engine."""

import datetime as dt
import threading

import polars as pl
import pyarrow as pa
import pytest

from connectors.store.ledger.shapes import Occurrence
from connectors.store.store import Store
from connectors.store.triggers import HITS

pytestmark = [pytest.mark.feature("E2"), pytest.mark.feature("M4")]
NOW = dt.datetime(2026, 3, 1, 9, 30, tzinfo=dt.UTC)


def hits(*minutes: int, first: int = 0, key: str | None = None) -> pl.DataFrame:
    """A hit for each of ``minutes``: due so many minutes after NOW, an hour after its event."""
    rows = [
        (f"hit-{first + place}", first + place, key or f"k{first + place}", NOW + dt.timedelta(minutes=minute - 60),
         NOW + dt.timedelta(minutes=minute))
        for place, minute in enumerate(minutes)
    ]  # fmt: skip
    return pl.DataFrame(rows, schema=HITS, orient="row")


def occurrence(second: int = 0, campaign: str = "cart") -> Occurrence:
    return Occurrence(campaign, 1, NOW + dt.timedelta(seconds=second), "sms")


def test_a_hit_is_kept_once_as_it_came_first(store: Store) -> None:
    assert store.triggers.add("cart", hits(0, 5)) == 2
    assert store.triggers.add("cart", hits(30, 30, 30)) == 1
    assert store.triggers.add("welcome", hits(0)) == 1
    assert store.triggers.known("cart", NOW - dt.timedelta(hours=1))["hit_id"].to_list() == ["hit-0", "hit-1", "hit-2"]
    assert store.triggers.known("cart", NOW - dt.timedelta(minutes=50))["hit_id"].to_list() == ["hit-2"]
    send = store.triggers.take(occurrence(), NOW, None)
    assert send is not None
    assert store.triggers.hits(send.send_no).equals(hits(0))
    assert store.triggers.add("cart", hits(0)) == 0
    assert store.triggers.add("cart", hits()) == 0
    with pytest.raises(ValueError, match="lack the columns due_at"):
        store.triggers.add("cart", hits(1).drop("due_at"))
    with pytest.raises(ValueError, match="no customer_key in 1 rows"):
        store.triggers.add("cart", hits(1).with_columns(customer_key=pl.lit(None)))


def test_what_waits_is_told_by_campaign(store: Store) -> None:
    store.triggers.add("cart", hits(-5, 0, 7, 9))
    store.triggers.add("birthday", hits(-1))
    store.triggers.add("welcome", hits(3))
    found = [
        ("birthday", 1, None),
        ("cart", 2, NOW + dt.timedelta(minutes=7)),
        ("welcome", 0, NOW + dt.timedelta(minutes=3)),
    ]
    assert store.triggers.waiting(NOW).rows() == found
    store.triggers.take(occurrence(campaign="birthday"), NOW, None)
    store.triggers.take(occurrence(), NOW, NOW)
    found = [("cart", 0, NOW + dt.timedelta(minutes=7)), ("welcome", 0, NOW + dt.timedelta(minutes=3))]
    assert store.triggers.waiting(NOW).rows() == found


def test_a_hit_goes_into_one_send_or_is_late(store: Store) -> None:
    assert store.triggers.take(occurrence(), NOW, None) is None
    store.triggers.add("cart", hits(-90, -10, 0, 1))
    send = store.triggers.take(occurrence(), NOW, NOW - dt.timedelta(hours=1))
    assert send is not None
    assert (send.state, send.campaign_id, send.planned_at) == ("planned", "cart", NOW)
    assert store.triggers.hits(send.send_no)["hit_id"].to_list() == ["hit-1", "hit-2"]
    # a later call finds neither those nor the late one, nor makes a send for nothing
    assert store.triggers.take(occurrence(1), NOW, None) is None
    assert len(store.ledger.of_campaign("cart")) == 1
    # asked for again, the send is as it was, also where more is due by now
    again = store.triggers.take(occurrence(), NOW + dt.timedelta(minutes=2), None)
    assert again == send
    assert len(store.triggers.hits(send.send_no)) == 2
    later = store.triggers.take(occurrence(120), NOW + dt.timedelta(minutes=2), None)
    assert later is not None
    assert store.triggers.hits(later.send_no)["hit_id"].to_list() == ["hit-3"]


def test_workers_at_once_never_take_the_same_hit(store: Store, url: str) -> None:
    store.triggers.add("cart", hits(*([0] * 300)))
    taken: list[list[str]] = [[], [], []]

    def work(number: int) -> None:
        with Store.open(url, secret="s", now=lambda: NOW) as other:
            other.triggers.add("cart", hits(*([0] * 200), first=200))
            for turn in range(3):
                send = other.triggers.take(occurrence(10 * turn + number), NOW, None)
                taken[number] += [] if send is None else other.triggers.hits(send.send_no)["hit_id"].to_list()

    threads = [threading.Thread(target=work, args=(number,)) for number in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    found = [name for one in taken for name in one]
    assert sorted(found) == sorted(f"hit-{place}" for place in range(400))
    assert all(send.state == "planned" for send in store.ledger.of_campaign("cart"))


@pytest.mark.feature("B4")
def test_an_erased_member_has_no_hits(store: Store) -> None:
    store.upsert_members(pa.table({"member_id": ["m-1", "m-2"]}))
    gone, stays = store.key_of("m-1"), store.key_of("m-2")
    store.triggers.add("cart", hits(0, 5, key=gone))
    store.triggers.add("cart", hits(0, first=5, key="phone-of-m-1"))
    store.triggers.add("cart", hits(0, first=9, key=stays))
    store.triggers.take(occurrence(), NOW, None)
    assert store.record_erasure(gone, {}, ["phone-of-m-1"]).counts == {"store": 1, "store/trigger_hits": 3}
    assert store.triggers.known("cart", NOW - dt.timedelta(days=1))["hit_id"].to_list() == ["hit-9"]
