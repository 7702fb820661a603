"""What the operational store promises, on every engine it runs on."""

import datetime as dt
import json
import time
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connectors.home.member_key import member_key
from connectors.store.errors import InvalidMembers
from connectors.store.member_rows import COLUMNS
from connectors.store.members import UpsertResult
from connectors.store.schema import CHANNELS
from connectors.store.store import Store

pytestmark = [pytest.mark.feature("B1"), pytest.mark.feature("M5")]

NOW = dt.datetime(2026, 3, 1, 9, 30, tzinfo=dt.UTC)
FULL = {
    "member_id": "m-1",
    "name": "홍길동 🎉",
    "phone": "010-1234-5678",
    "email": "hong@example.kr",
    "push_token": "t0",
    "consent_sms": True,
    "consent_email": False,
    "consent_push": None,
    "consent_kakao": True,
    "consent_night": False,
    "is_channel_friend": True,
    "grade": "GOLD",
    "points": 1200,
    "joined_at": dt.datetime(2024, 5, 1, 12, 0, 0, 123456),
    "custom": '{"생일": "03-01", "point": 1.0, "vip": true}',
    "push_platform": "ios",
    "consent_source": "sign-up form",
    **{f"consent_{channel}_at": dt.datetime(2025, 1, 1, tzinfo=dt.UTC) for channel in CHANNELS},
}
NOT_ON_THE_ROW = {"push_platform", "consent_source"}


def table(*rows: dict) -> pa.Table:
    return pa.Table.from_pylist(list(rows))


def test_insert_then_read_by_id_and_by_key(store: Store) -> None:
    assert set(FULL) == set(COLUMNS)
    assert store.upsert_members(table(FULL)) == UpsertResult(1, 0, 0)
    member = store.get("m-1")
    assert member is not None
    assert member.member_key == member_key("m-1", "5ec4e7") == store.key_of("m-1")
    assert store.by_key(member.member_key) == member
    for name in set(FULL) - {"joined_at", "custom", "consent_push_at"} - NOT_ON_THE_ROW:
        assert getattr(member, name) == FULL[name], name
    assert member.consent_push_at is None, "nobody ever said"
    assert member.joined_at == dt.datetime(2024, 5, 1, 12, 0, 0, 123456, tzinfo=dt.UTC)
    assert member.custom == {"생일": "03-01", "point": 1, "vip": True}
    assert member.updated_at == NOW
    assert store.get("m-2") is None
    assert store.by_key("0" * 32) is None


def test_the_same_table_again_changes_nothing(store: Store) -> None:
    rows = table(FULL, {**FULL, "member_id": "m-2", "custom": None, "joined_at": None})
    assert store.upsert_members(rows) == UpsertResult(2, 0, 0)
    assert store.upsert_members(rows) == UpsertResult(0, 0, 2)
    reordered = table({"member_id": "m-1", "custom": '{"vip":true,"point":1,"생일":"03-01"}'})
    assert store.upsert_members(reordered) == UpsertResult(0, 0, 1)


def test_updated_at_moves_only_with_a_change(url: str) -> None:
    later = NOW + dt.timedelta(days=1)
    with Store.open(url, secret="s", now=lambda: NOW) as store:
        store.upsert_members(table(FULL, {**FULL, "member_id": "m-2"}))
    with Store.open(url, secret="s", now=lambda: later) as store:
        changed = store.upsert_members(table(FULL, {**FULL, "member_id": "m-2", "points": 0}))
        assert changed == UpsertResult(0, 1, 1)
        assert [m.updated_at for m in (store.get("m-1"), store.get("m-2")) if m] == [NOW, later]


def test_absent_columns_and_nulls_keep_what_is_stored(store: Store) -> None:
    store.upsert_members(table(FULL))
    assert store.upsert_members(table({"member_id": "m-1", "grade": "VIP"})) == UpsertResult(0, 1, 0)
    unknown = pa.table({"member_id": ["m-1"], "phone": pa.nulls(1), "custom": pa.nulls(1, pa.string())})
    assert store.upsert_members(unknown) == UpsertResult(0, 0, 1)
    taken_back = table({"member_id": "m-1", "consent_sms": False, "points": 0, "email": "", "push_token": ""})
    assert store.upsert_members(taken_back) == UpsertResult(0, 1, 0)
    member = store.get("m-1")
    assert member is not None
    assert (member.grade, member.phone, member.name) == ("VIP", FULL["phone"], FULL["name"])
    assert (member.consent_sms, member.points, member.email, member.push_token) == (False, 0, "", "")
    assert store.push_tokens_of(member.member_key) == ()


def test_ids_alone_are_members_too(store: Store) -> None:
    assert store.upsert_members(table({"member_id": "a"}, {"member_id": "b"})) == UpsertResult(2, 0, 0)
    assert store.upsert_members(table({"member_id": "a"})) == UpsertResult(0, 0, 1)
    assert store.upsert_members(pa.table({"member_id": pa.array([], pa.string())})) == UpsertResult(0, 0, 0)
    assert store.count() == 2


def test_rows_about_one_member_apply_in_order(store: Store) -> None:
    rows = table(
        {"member_id": "a", "grade": "NEW", "points": 1},
        {"member_id": "b", "grade": "NEW", "points": 1},
        {"member_id": "a", "grade": "GOLD", "points": None},
    )
    assert store.upsert_members(rows) == UpsertResult(2, 0, 0)
    member = store.get("a")
    assert member is not None
    assert (member.grade, member.points) == ("GOLD", 1)


def test_times_with_a_zone_become_utc(store: Store) -> None:
    seoul = pa.array([1714532400_000000], pa.timestamp("us", "Asia/Seoul"))
    store.upsert_members(pa.table({"member_id": ["a"], "joined_at": seoul}))
    member = store.get("a")
    assert member is not None
    assert member.joined_at == dt.datetime(2024, 5, 1, 3, 0, tzinfo=dt.UTC)
    assert member.joined_at.utcoffset() == member.updated_at.utcoffset() == dt.timedelta(0)


def test_arrow_types_that_readers_produce_are_taken(store: Store) -> None:
    rows = pa.table(
        {
            "member_id": pa.array(["a"]).dictionary_encode(),
            "name": pa.array(["김"], pa.large_string()),
            "points": pa.array([5], pa.int16()),
            "joined_at": pa.array([dt.date(2024, 5, 1)]),
        }
    )
    assert store.upsert_members(rows) == UpsertResult(1, 0, 0)
    member = store.get("a")
    assert member is not None
    assert (member.name, member.points) == ("김", 5)
    assert member.joined_at == dt.datetime(2024, 5, 1, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("wrong", "rows"),
    [
        ({"member_id": ["a", None, ""]}, (1, 2)),
        ({"member_id": ["a", "b\x00"]}, (1,)),
        ({"member_id": ["a", "b"], "name": ["ok", "010-9999\x00"]}, (1,)),
        ({"member_id": ["a", "b", "c", "d"], "custom": ['{"a":1}', "[1]", "{", '{"a":"\\u0000"}']}, (1, 2, 3)),
        ({"member_id": ["a", "b"], "custom": ['{"a":"\\ud800"}', '{"a":1e999}']}, (0, 1)),
        ({"member_id": ["a"], "points": ["010-9999"]}, ()),
        ({"member_id": ["a"], "address": ["010-9999"]}, ()),
        ({"name": ["010-9999"]}, ()),
    ],
)
def test_a_table_that_can_not_be_stored_is_refused_whole(store: Store, wrong: dict, rows: tuple[int, ...]) -> None:
    with pytest.raises(InvalidMembers) as refused:
        store.upsert_members(pa.table(wrong))
    assert refused.value.rows == rows
    assert "010-9999" not in str(refused.value)  # messages are logged, values are personal
    assert store.count() == 0


def test_delete_removes_one_member(store: Store) -> None:
    store.upsert_members(table({"member_id": "a"}, {"member_id": "b"}))
    assert store.delete("a") == 1
    assert store.delete("a") == 0
    assert (store.get("a"), store.count()) == (None, 1)


@pytest.mark.feature("B4")
def test_an_erasure_removes_the_row_and_leaves_a_trail_without_the_id(store: Store) -> None:
    store.upsert_members(table(FULL))
    key = store.key_of("m-1")
    store.request_erasure("m-1", "an app")
    assert [request.member_id for request in store.erasure_requests()] == ["m-1"]
    done = store.record_erasure(key, {"landing/events": 12})
    assert done.counts == {"landing/events": 12, "store": 1, "store/member_consents": 4, "store/push_tokens": 1}
    assert (store.erasure_requests(), store.consents_of(key), store.push_tokens_of(key)) == ((), (), ())
    again = store.record_erasure(key, {})
    assert again.counts == {"store": 0}
    assert store.erasures_of(key) == (done, again)
    assert (done.erased_at, store.get("m-1")) == (NOW, None)


@pytest.mark.feature("B4")
def test_sqlite_forgets_the_bytes_of_an_erased_member(tmp_path: Path) -> None:
    with Store.open(f"sqlite:///{tmp_path / 'ops.db'}", secret="s", now=lambda: NOW) as store:
        store.upsert_members(table(FULL, *({**FULL, "member_id": f"x{i}", "phone": f"{i}"} for i in range(500))))
        assert any(b"010-1234-5678" in path.read_bytes() for path in tmp_path.iterdir())
        store.record_erasure(store.key_of("m-1"), {})
        assert not any(b"010-1234-5678" in path.read_bytes() for path in tmp_path.iterdir())


def test_a_hundred_thousand_members_take_seconds(tmp_path: Path) -> None:
    ids = [f"m{i}" for i in range(100_000)]
    rows = pa.table({"member_id": ids, **{n: ["010-0000-0000"] * len(ids) for n in ("name", "phone", "email")}})
    rows = rows.append_column("custom", pa.array(['{"point": 5}'] * len(ids)))
    with Store.open(f"sqlite:///{tmp_path / 'ops.db'}", secret="s", now=lambda: NOW) as store:
        started = time.process_time()
        assert store.upsert_members(rows) == UpsertResult(100_000, 0, 0, invalid_emails=100_000)
        assert time.process_time() - started < 10


_IDS = ("a", "b", "가", "🎉", "' OR 1=1 --")
_TEXT = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=8)
_JSON = st.fixed_dictionaries({}, optional={
    "point": st.none() | st.integers(-(2**60), 2**60),
    "생일 \"'\\": st.none() | _TEXT,
    "vip": st.none() | st.booleans(),
})  # fmt: skip
_VALUES = {
    "name": _TEXT,
    "consent_sms": st.booleans(),
    "points": st.integers(-(2**63), 2**63 - 1),
    "joined_at": st.datetimes(dt.datetime(1900, 1, 1), dt.datetime(2200, 1, 1), timezones=st.just(dt.UTC)),
    "custom": _JSON,
}
_TYPES = {
    "name": pa.string(),
    "consent_sms": pa.bool_(),
    "points": pa.int64(),
    "joined_at": pa.timestamp("us", "UTC"),
    "custom": pa.string(),
}


@st.composite
def uploads(draw: st.DrawFn) -> tuple[list[str], list[dict]]:
    columns = draw(st.lists(st.sampled_from(sorted(_VALUES)), unique=True))
    row = st.fixed_dictionaries(
        {"member_id": st.sampled_from(_IDS), **{name: st.none() | _VALUES[name] for name in columns}}
    )
    return columns, draw(st.lists(row, max_size=6))


def as_arrow(columns: list[str], rows: list[dict]) -> pa.Table:
    text = [{**row, "custom": json.dumps(row["custom"])} if row.get("custom") is not None else row for row in rows]
    schema = pa.schema([("member_id", pa.string()), *((name, _TYPES[name]) for name in columns)])
    return pa.Table.from_pylist(text, schema=schema)


def applied(known: dict, row: dict, columns: list[str]) -> dict:
    """What a member is after one row: the model that the store must equal."""
    new = {**known, **{name: row[name] for name in columns if row[name] is not None and name != "custom"}}
    if "custom" in columns and row["custom"] is not None:
        merged = {**(known["custom"] or {}), **row["custom"]}
        new["custom"] = {name: value for name, value in merged.items() if value is not None}
        if known["custom"] is None and not row["custom"]:
            new["custom"] = None  # nothing was said
    return new


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(sequence=st.lists(uploads(), max_size=4))
def test_any_sequence_of_uploads_equals_a_dictionary(store: Store, sequence: list) -> None:
    for member_id in _IDS:
        store.delete(member_id)
    model: dict[str, dict] = {}
    for columns, rows in sequence:
        before, changed = set(model), set()
        for row in rows:
            known = model.get(row["member_id"], dict.fromkeys(_VALUES))
            model[row["member_id"]] = applied(known, row, columns)
            changed |= {row["member_id"]} if model[row["member_id"]] != known else set()
        touched = {row["member_id"] for row in rows}
        new = touched - before
        expected = UpsertResult(len(new), len(changed - new), len(touched - new - changed))
        assert store.upsert_members(as_arrow(columns, rows)) == expected
    assert store.count() == len(model)
    for member_id, values in model.items():
        member = store.get(member_id)
        assert member is not None
        assert {name: getattr(member, name) for name in _VALUES} == values
