"""The member index: the same as the store whatever happened to it, and nobody else's to read."""

import datetime as dt
import json
import stat
from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

import polars as pl
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from connectors.erasure.erase import erase_member
from connectors.home.member_key import address_hash, read_secret
from connectors.home.paths import Home, make_home
from connectors.members import index
from connectors.members.index import count_values, open_member_facts
from connectors.store.store import Store
from models.segments.checks import problems_of
from models.segments.context import Context
from models.segments.document import Segment

pytestmark = [pytest.mark.feature("B2"), pytest.mark.feature("C3")]
NOW = dt.datetime(2026, 3, 1, 9, 30, tzinfo=dt.UTC)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return make_home(tmp_path / "home")


@pytest.fixture
def store(home: Home) -> Iterator[Store]:
    with Store.open(home.ops_url, secret=read_secret(home), now=lambda: NOW) as opened:
        yield opened


def put(store: Store, *rows: dict) -> None:
    store.upsert_members(pa.Table.from_pylist(list(rows)))


def read(home: Home, store: Store) -> pl.DataFrame:
    return pl.read_parquet(open_member_facts(home, store).path)


def test_columns_and_values(home: Home, store: Store) -> None:
    joined = dt.datetime(2025, 12, 31, 15, tzinfo=dt.UTC)  # midnight in Seoul
    put(
        store,
        {"member_id": "a", "phone": "010-1234-5678", "email": "nope", "push_token": "t", "consent_sms": True,
         "grade": "GOLD", "points": 7, "joined_at": joined,
         "custom": '{"birthday": "1990-02-29", "point": 500, "vip": true, "a/b~c\\"": "x"}'},
        {"member_id": "b", "phone": None, "email": None, "push_token": None, "consent_sms": None, "grade": None,
         "points": None, "joined_at": None, "custom": None},
    )  # fmt: skip
    facts = open_member_facts(home, store)
    assert dict(facts.columns) == {
        "member_key": "VARCHAR", "customer_id": "BIGINT",
        **{f"consent_{channel}": "BOOLEAN" for channel in ("sms", "email", "push", "kakao", "night")},
        "is_channel_friend": "BOOLEAN", "has_phone": "BOOLEAN", "has_email": "BOOLEAN", "has_push_token": "BOOLEAN",
        "grade": "VARCHAR", "points": "BIGINT", "phone_hash": "VARCHAR", "joined_day": "DATE",
        "birthday_month": "TINYINT", "birthday_day": "TINYINT", 'custom__a/b~c"': "VARCHAR",
        "custom__birthday": "VARCHAR", "custom__point": "DOUBLE", "custom__vip": "BOOLEAN",
    }  # fmt: skip
    rows = {row["member_key"]: row for row in pl.read_parquet(facts.path).to_dicts()}
    key = store.key_of("a")
    row = rows[key]
    assert row["customer_id"] == int(key[:15], 16)
    assert (row["has_phone"], row["has_email"], row["has_push_token"]) == (True, False, True)
    assert (row["consent_sms"], row["consent_email"], row["grade"], row["points"]) == (True, None, "GOLD", 7)
    assert (row["joined_day"], row["birthday_month"], row["birthday_day"]) == (dt.date(2026, 1, 1), 2, 29)
    assert (row["custom__point"], row["custom__vip"], row['custom__a/b~c"']) == (500.0, True, "x")
    nothing = rows[store.key_of("b")]
    assert (nothing["has_phone"], nothing["has_email"], nothing["has_push_token"]) == (False, False, False)
    assert {value for name, value in nothing.items() if name.startswith(("custom__", "birthday"))} == {None}
    assert (row["phone_hash"], nothing["phone_hash"]) == (address_hash("+821012345678", read_secret(home)), None)
    everything = facts.path.read_bytes()
    assert b"1234" not in everything


@pytest.mark.feature("B4")
def test_only_the_owner_may_read_it(home: Home, store: Store) -> None:
    put(store, {"member_id": "a"})
    path = open_member_facts(home, store).path
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    put(store, {"member_id": "b"})
    erase_member(home, "a", store, lambda: NOW)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_nothing_is_written_while_the_store_stays_the_same(home: Home, store: Store) -> None:
    put(store, {"member_id": "a", "consent_sms": True})
    before = open_member_facts(home, store).path.stat().st_ino
    put(store, {"member_id": "a", "consent_sms": True})
    assert open_member_facts(home, store).path.stat().st_ino == before
    put(store, {"member_id": "a", "consent_sms": False})
    assert read(home, store)["consent_sms"].to_list() == [False]


@pytest.mark.feature("B4")
def test_an_erased_member_is_gone_at_once(home: Home, store: Store) -> None:
    put(store, {"member_id": "a", "custom": '{"address": "Seoul"}'}, {"member_id": "b", "custom": None})
    path = open_member_facts(home, store).path
    report = erase_member(home, "a", store, lambda: NOW)
    assert ("member_index", "members", 1) in {(p.area, p.table.split(".")[0], p.rows) for p in report.places}
    assert pl.read_parquet(path)["member_key"].to_list() == [store.key_of("b")]
    assert read(home, store)["member_key"].to_list() == [store.key_of("b")]


def test_a_private_field_stays_out(home: Home, store: Store) -> None:
    put(store, {"member_id": "a", "custom": '{"address": "Seoul", "point": 1}'})
    assert count_values(home, store) == {"address": 1, "point": 1}
    text = home.settings_file.read_text(encoding="utf-8").replace("private_fields: []", "private_fields: [Address]")
    home.settings_file.write_text(text, encoding="utf-8")
    assert count_values(home, store) == {"point": 1}


@pytest.mark.feature("E7")
def test_an_index_of_a_program_that_knew_no_hashes_of_phones_is_made_anew(home: Home, store: Store) -> None:
    put(store, {"member_id": "a", "phone": "010-1234-5678"})
    path = open_member_facts(home, store).path
    note = json.loads(pl.read_parquet_metadata(path)["dangol_member_index"])
    older = {"seq": note["seq"], "layout": note["layout"][:2], "columns": note["columns"]}
    pl.read_parquet(path).drop("phone_hash").write_parquet(
        path, metadata={"dangol_member_index": json.dumps(older)}
    )  # fmt: skip
    assert read(home, store)["phone_hash"].to_list() == [address_hash("+821012345678", read_secret(home))]
    # and then from change to change, as everything else
    put(store, {"member_id": "b", "phone": "010-1234-5678"}, {"member_id": "c", "phone": "12"})
    assert read(home, store)["phone_hash"].n_unique() == 2
    put(store, {"member_id": "a", "phone": "010-1234-5679"})
    hashes = dict(read(home, store).select("member_key", "phone_hash").rows())
    assert hashes[store.key_of("c")] is None
    assert len(set(hashes.values())) == 3


def test_no_condition_of_a_segment_can_name_the_hash_of_a_phone(home: Home, store: Store) -> None:
    put(store, {"member_id": "a", "phone": "010-1234-5678", "custom": '{"point": 1}'})
    columns = open_member_facts(home, store).columns
    assert [name for name in columns if name.startswith(index.PREFIX)] == ["custom__point"]
    context = Context(NOW.date(), ZoneInfo("Asia/Seoul"), {"point": "number"})
    segment = {"id": "a", "name": "a", "include": {"custom": "phone_hash == 'x'"}}
    assert problems_of(Segment.model_validate(segment), context)
    with pytest.raises(ValidationError, match="phone_hash"):
        Segment.model_validate(segment | {"include": {"member": {"phone_hash": "x"}}})


@pytest.mark.parametrize("broken", [b"", b"no parquet"])
def test_a_damaged_index_is_made_anew(home: Home, store: Store, broken: bytes) -> None:
    put(store, {"member_id": "a"})
    path = open_member_facts(home, store).path
    path.write_bytes(broken)
    assert len(read(home, store)) == 1


def test_no_members_are_an_empty_index(home: Home, store: Store) -> None:
    assert len(read(home, store)) == 0


_ACTIONS = st.lists(
    st.tuples(
        st.sampled_from(["put", "delete", "look"]),
        st.sampled_from("abcd"),
        st.fixed_dictionaries(
            {"grade": st.sampled_from(["S", "G"]), "consent_sms": st.booleans(), "points": st.integers(0, 3)},
            optional={"custom": st.sampled_from(['{"point": 1}', '{"point": null}', '{"vip": true}'])},
        ),
    ),
    max_size=8,
)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(_ACTIONS)
def test_made_step_by_step_it_is_what_it_is_made_at_once(home: Home, store: Store, actions: list) -> None:
    for action, member, row in actions:
        if action == "put":
            put(store, {"member_id": member, **row})
        elif action == "delete":
            store.delete(member)
        else:
            open_member_facts(home, store)
    stepwise = read(home, store)
    (index.index_folder(home) / "members.parquet").unlink()
    assert read(home, store).equals(stepwise)
    assert len(stepwise) == store.count()
