"""What messages need of members, many at once; tokens that vendors say are gone."""

import datetime as dt
import json
from collections.abc import Iterator

import polars as pl
import pyarrow as pa
import pytest

from connectors.home.member_key import address_hash, member_key
from connectors.store.schema import CHANNELS
from connectors.store.store import Store

START = dt.datetime(2026, 3, 1, tzinfo=dt.UTC)


class Clock:
    """A minute later each time it is asked."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> dt.datetime:
        self.now += dt.timedelta(minutes=1)
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(url: str, clock: Clock) -> Iterator[Store]:
    with Store.open(url, secret="s", now=clock) as opened:
        yield opened


def put(store: Store, **row: object) -> None:
    store.upsert_members(pa.Table.from_pylist([row]))


@pytest.mark.feature("F7")
def test_a_recipient_has_only_addresses_that_can_be_reached(store: Store) -> None:
    put(
        store, member_id="a", name="김", phone="010-1234-5678", email="A@Example.COM", push_token="t", consent_sms=True,
        consent_night=False, is_channel_friend=True, grade="GOLD", points=7, custom='{"point": 5}',
    )  # fmt: skip
    put(store, member_id="b", phone="12", email="nope", push_token="")
    put(store, member_id="c")
    key = store.key_of("a")
    found = store.recipients([store.key_of("b"), key, "unknown", key])
    assert found.columns == [
        "member_key", "member_id", "name", "phone", "email", "push_token",
        *(f"consent_{channel}" for channel in CHANNELS), "is_channel_friend", "grade", "points", "custom",
    ]  # fmt: skip
    assert found["member_key"].to_list() == sorted([key, store.key_of("b")])
    rows = {row["member_id"]: row for row in found.to_dicts()}
    assert json.loads(rows["a"].pop("custom")) == {"point": 5}
    consents = {"consent_sms": True, "consent_email": None, "consent_push": None, "consent_kakao": None}
    assert rows["a"] == {
        "member_key": key, "member_id": "a", "name": "김", "phone": "+821012345678", "email": "A@example.com",
        "push_token": "t", **consents, "consent_night": False, "is_channel_friend": True, "grade": "GOLD", "points": 7,
    }  # fmt: skip
    assert {rows["b"][name] for name in ("phone", "email", "push_token", "name", "points", "custom")} == {None}
    assert store.recipients([]).schema == found.schema


def test_as_many_recipients_as_asked_for(store: Store) -> None:
    ids = [f"m{place}" for place in range(10_050)]
    store.upsert_members(pa.table({"member_id": ids, "points": list(range(len(ids)))}))
    found = store.recipients([store.key_of(one) for one in ids])
    assert found["member_key"].is_sorted()
    assert dict(found.select("member_id", "points").rows()) == {one: place for place, one in enumerate(ids)}


@pytest.mark.feature("B1")
def test_a_token_that_is_gone_makes_way_for_the_next_newest(store: Store, clock: Clock) -> None:
    for token in ("t1", "t2", "t3"):
        put(store, member_id="a", push_token=token)
    put(store, member_id="b", push_token="t3")
    put(store, member_id="c", push_token="other")
    before = store.last_change()
    assert store.forget_push_token("t3", clock()) == 2
    assert [one.token for one in store.push_tokens_of(store.key_of("a"))] == ["t2", "t1"]
    changed = store.keys_since(before)[1].column("member_key").to_pylist()
    assert sorted(changed) == sorted([store.key_of("a"), store.key_of("b")])
    tokens = dict(store.recipients([store.key_of(one) for one in "abc"]).select("member_id", "push_token").rows())
    assert tokens == {"a": "t2", "b": None, "c": "other"}
    # an older one goes without the row noticing, yet who keeps a copy is told
    assert store.forget_push_token("t1", clock()) == 1
    assert store.get("a").push_token == "t2"
    assert store.last_change() == before + 2
    assert store.forget_push_token("t1", clock()) == 0
    assert store.last_change() == before + 2
    # it came again after the vendor had said so
    said = clock()
    put(store, member_id="b", push_token="t3")
    assert store.forget_push_token("t3", said) == 0
    assert store.get("b").push_token == "t3"


@pytest.mark.feature("E7")
def test_hashes_of_addresses_tell_which_are_the_same_and_are_nobodys_key() -> None:
    number = "+821012345678"
    assert address_hash(number, "s") == address_hash(number, "s")
    assert len({address_hash(number, "s"), address_hash(number, "t"), address_hash(number + "0", "s")}) == 3
    assert address_hash(number, "s") not in {member_key(number, "s"), member_key(f"address:{number}", "s")}
    assert pl.Series([address_hash(number, "s")]).str.contains("^[0-9a-f]{32}$").all()
