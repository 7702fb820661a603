"""Importing members: store first, landing second, and a rerun makes up for what a kill left."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb
import pyarrow as pa
import pytest

from connectors.erasure.erase import erase_member
from connectors.home.member_key import read_secret
from connectors.home.paths import Home, make_home
from connectors.members.importing import import_members, land_members
from connectors.sources.landing import Landing
from connectors.store.store import Store
from orchestration.cli.ingest import import_members_command

pytestmark = [pytest.mark.feature("B1"), pytest.mark.feature("B2")]
NOW = dt.datetime(2026, 3, 1, 20, tzinfo=dt.UTC)  # the next day in Seoul
MAPPING = """
name: crm
kind: members
format: csv
targets:
  - kind: members
    columns: {member_id: id, phone: phone, consent_sms: sms, custom: custom}
"""
HEAD = "id,phone,sms,custom\n"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return make_home(tmp_path / "home")


@pytest.fixture
def landing(home: Home) -> Landing:
    return Landing(home, ZoneInfo("Asia/Seoul"))


@pytest.fixture
def store(home: Home) -> Iterator[Store]:
    with Store.open(home.ops_url, secret=read_secret(home), now=lambda: NOW) as opened:
        yield opened


def landed(home: Home) -> list[str]:
    files = [str(path) for path in sorted(home.landing.glob("members/*/*.parquet"))]
    if not files:
        return []
    with duckdb.connect() as con:
        sql = "select member_key from read_parquet($1, hive_partitioning = false) order by 1"
        return [key for (key,) in con.execute(sql, [files]).fetchall()]


def table(*ids: str) -> pa.Table:
    return pa.table({"member_id": list(ids), "grade": ["G"] * len(ids)})


def test_a_pseudonym_lands_once_and_nothing_else_of_the_member(home: Home, store: Store, landing: Landing) -> None:
    def land() -> int:
        return land_members(store, landing, NOW)[0]

    first = import_members(store, table("a", "b"), evidence="f", land=land)
    assert (first.stored.inserted, first.landed) == (2, 2)
    again = import_members(store, table("b", "c", "a"), evidence="f", land=land)
    assert (again.stored.inserted, again.stored.unchanged, again.landed) == (1, 2, 1)
    assert landed(home) == sorted(store.key_of(one) for one in "abc")
    assert [str(file.received_day) for file in landing.files("members")] == ["2026-03-02"] * 2
    with duckdb.connect() as con:
        described = con.execute("describe from read_parquet($1)", [str(landing.files("members")[0].path)]).fetchall()
    assert {row[0] for row in described if row[0] != "received_day"} == {"member_key", "received_at"}


def test_what_a_kill_between_store_and_landing_left_lands_with_the_next_import(
    home: Home, store: Store, landing: Landing
) -> None:
    def killed() -> int:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        import_members(store, table("a"), evidence="f", land=killed)
    assert (store.count(), landed(home)) == (1, [])
    report = import_members(store, table("a"), evidence="f", land=lambda: land_members(store, landing, NOW)[0])
    assert (report.stored.unchanged, report.landed) == (1, 1)


def test_only_what_changed_since_is_looked_at(store: Store, landing: Landing) -> None:
    store.upsert_members(table("a"))
    landed_now, seq = land_members(store, landing, NOW)
    store.upsert_members(table("b"))
    assert (landed_now, seq) == (1, store.last_change() - 1)
    assert land_members(store, landing, NOW, seq) == (1, seq + 1)
    assert land_members(store, landing, NOW, seq + 1) == (0, seq + 1)


@pytest.mark.feature("B4")
def test_an_erased_member_who_is_in_a_newer_file_comes_back(home: Home, store: Store, landing: Landing) -> None:
    store.upsert_members(table("a", "b"))
    land_members(store, landing, NOW)
    report = erase_member(home, "a", store, lambda: NOW)
    assert ("landing", "members", 1) in {(place.area, place.table, place.rows) for place in report.places}
    assert landed(home) == [store.key_of("b")]
    import_members(store, table("a"), evidence="newer", land=lambda: land_members(store, landing, NOW)[0])
    assert landed(home) == sorted([store.key_of("a"), store.key_of("b")])


def test_the_command_says_what_became_of_members(
    home: Home, store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "m.yaml").write_text(MAPPING, encoding="utf-8")
    file = tmp_path / "m.csv"
    rows = ['a,010-1234-5678,Y,"{""point"": 5}"', 'b,12,N,"{""point"": ""five""}"', ",010,,"]
    file.write_text(HEAD + "\n".join(rows) + "\n", encoding="utf-8")
    assert import_members_command(home.root, tmp_path / "m.yaml", [file]) == 0
    printed = capsys.readouterr().out
    for words in ("1  no_member_id", "2  new", "1  phones that can not", "1  custom values refused", "row 2: custom"):
        assert words in printed
    assert "12\n" not in printed
    assert "five" not in printed
    assert landed(home) == sorted(store.key_of(one) for one in "ab")
    assert [one.evidence for one in store.consents_of(store.key_of("a"))] == ["m.csv"]
    file.write_text(HEAD + 'a,010-1234-5678,Y,"{""point"": 6}"\nb,12,N,\n', encoding="utf-8")
    assert import_members_command(home.root, tmp_path / "m.yaml", [file]) == 0
    printed = capsys.readouterr().out
    assert "1  changed" in printed
    assert "1  unchanged" in printed


def test_a_mapping_without_members_is_refused(home: Home, tmp_path: Path) -> None:
    from connectors.sources.errors import MappingError

    mapping = tmp_path / "p.yaml"
    mapping.write_text(
        "name: p\nkind: products\nformat: csv\ntargets:\n  - {kind: products, columns: {product_id: id}}\n"
    )
    with pytest.raises(MappingError, match="no target of kind members"):
        import_members_command(home.root, mapping, [])
