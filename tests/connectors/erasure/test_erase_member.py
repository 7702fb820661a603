"""Erasing a member removes them from every place, leaves everybody else, and says so."""

import datetime as dt
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from connectors.erasure.erase import erase_member
from connectors.erasure.errors import ErasureError
from connectors.erasure.person import hash63, member_hash
from connectors.home.lock import exclusive
from connectors.lake.sends import SendFiles
from connectors.lake.tables import LakeTables
from connectors.published.lake import publish_lake_table
from connectors.published.tables import PublishedTables
from connectors.warehouse.ledger import REFRESHING, read_build

pytestmark = pytest.mark.feature("B4")

ROOT = Path(__file__).resolve().parents[3]


def erase(world, home, now, member_id="A"):
    said: list[str] = []
    with world.open_store(home) as store:
        report = erase_member(home, member_id, store, now, said.append)
    return report, said


def test_nothing_of_the_member_is_left_and_everybody_else_is(world, home, now) -> None:
    report, _ = erase(world, home, now)
    after = world.contents(home)
    key = world.keys(home)["A"]
    everything = json.dumps(after)
    assert key not in everything
    assert "a-phone'" not in everything
    assert str(hash63("a-phone")) not in everything
    assert str(member_hash(key)) not in everything
    landed = [row for name, rows in after.items() if name.startswith("landing/events") for row in rows]
    assert {page for page in world.KEPT if any(f"'{page}'" in row for row in landed)} == world.KEPT
    assert len(landed) == len(after["warehouse/staging.events"]) == len(after["published/events"]) == len(world.KEPT)
    assert after["store"] == ["B"]
    assert after["left over"] == []
    assert (report.own_devices, report.shared_devices, report.anonymous_rows_kept) == (1, 1, 1)


def test_the_report_counts_the_rows_of_every_place(world, home, now) -> None:
    report, said = erase(world, home, now)
    lost = {(place.area, place.table): place.rows for place in report.places}
    assert lost == {
        ("store", "members"): 1,
        ("landing", "events"): 5,
        ("landing", "quarantine"): 3,
        ("lake", "taste"): 2,
        ("truth", "customers"): 1,
        ("warehouse", "staging.events"): 5,
        ("warehouse", "staging.visitors"): 4,
        ("warehouse", "marts.customers"): 2,
        ("published", "customers"): 2,
        ("published", "events"): 5,
    }
    assert report.rows == sum(lost.values())
    with world.open_store(home) as store:
        (trail,) = store.erasures_of(world.keys(home)["A"])
    assert trail.counts == {f"{area}/{table}": rows for (area, table), rows in lost.items() if area != "store"} | {
        "store": 1
    }
    everything = " ".join(said) + repr(report)
    for secret in ("010-1111-2222", "a-phone", "family-pc", world.keys(home)["A"]):
        assert secret not in everything


def test_erasing_again_finds_nothing(world, home, now) -> None:
    erase(world, home, now)
    before = world.contents(home)
    files = {path: path.stat().st_mtime_ns for path in home.root.rglob("*.parquet")}
    report, _ = erase(world, home, now)
    assert (report.rows, report.resumed) == (0, False)
    assert world.contents(home) == before
    assert {path: path.stat().st_mtime_ns for path in home.root.rglob("*.parquet")} == files


def test_a_member_that_only_the_events_know_is_erased_too(world, home, now) -> None:
    with world.open_store(home) as store:
        store.delete("A")
    report, _ = erase(world, home, now)
    assert next(place.rows for place in report.places if place.area == "store") == 0
    assert world.keys(home)["A"] not in json.dumps(world.contents(home))


def test_only_files_with_the_member_are_rewritten_and_keep_name_columns_and_metadata(world, home, now) -> None:
    before = {path: (path.stat().st_ino, pq.read_schema(path)) for path in home.landing.rglob("*.parquet")}
    erase(world, home, now)
    after = {path: (path.stat().st_ino, pq.read_schema(path)) for path in home.landing.rglob("*.parquet")}
    assert set(after) == set(before)
    for path in before:
        assert after[path][1].equals(before[path][1], check_metadata=True)
    touched = {path.parent.name for path in before if after[path][0] != before[path][0]}
    assert touched == {f"received_day=2026-03-0{day}" for day in (1, 2, 3)} | {"quarantine"}
    with duckdb.connect() as connection:  # the emptied file still is one
        paths = sorted(map(str, home.landing.glob("events/*/*.parquet")))
        described = connection.execute("DESCRIBE FROM read_parquet($f)", {"f": paths}).fetchall()
    assert ("price", "DECIMAL(18,4)") in [row[:2] for row in described]
    assert ("event_at", "TIMESTAMP") in [row[:2] for row in described]


def test_the_bytes_leave_the_warehouse_file_and_views_survive(world, home, now) -> None:
    key = world.keys(home)["A"].encode()
    assert key in home.warehouse.read_bytes()
    erase(world, home, now)
    assert key not in home.warehouse.read_bytes()
    assert b"a-before-login" not in home.warehouse.read_bytes()
    with duckdb.connect(str(home.warehouse), read_only=True) as connection:
        assert connection.execute("SELECT count(*) FROM marts.seen").fetchone() == (len(world.KEPT),)


def test_no_file_of_the_home_still_holds_the_key(world, home, now) -> None:
    (home.root / "warehouse.duckdb.corrupt-1").write_bytes(world.keys(home)["A"].encode())
    erase(world, home, now)
    key = world.keys(home)["A"].encode()
    holding = [path for path in home.root.rglob("*") if path.is_file() and key in path.read_bytes()]
    assert holding == [home.root / "ops.db"]  # the trail


def test_past_daily_numbers_stay_and_a_shared_device_asks_for_a_rebuild(world, home, now) -> None:
    days = world.contents(home)["warehouse/marts.days"]
    report, _ = erase(world, home, now)
    assert world.contents(home)["warehouse/marts.days"] == days
    assert report.needs_rebuild
    with duckdb.connect(str(home.warehouse), read_only=True) as connection:
        assert read_build(connection).fingerprint == REFRESHING


def test_without_a_shared_device_no_rebuild_is_due(world, home, now) -> None:
    erase(world, home, now, "B")
    with duckdb.connect(str(home.warehouse)) as connection:
        connection.execute("UPDATE dangol.build SET fingerprint = 'built'")
    with world.open_store(home) as store:  # family-pc is A's alone now
        report = erase_member(home, "A", store, now)
    assert (report.shared_devices, report.needs_rebuild, report.own_devices) == (0, False, 2)
    with duckdb.connect(str(home.warehouse), read_only=True) as connection:
        assert read_build(connection).fingerprint == "built"
    assert {row for rows in world.contents(home).values() for row in rows if "passer-by" in row}


def test_published_tables_stay_tables_and_lose_their_older_versions(world, home, now) -> None:
    published = PublishedTables(home)
    before = {name: published.current(name) for name in published.names()}
    erase(world, home, now)
    events = published.current("events")
    assert events is not None
    assert (events.rows, events.load_seq, events.signature) == (len(world.KEPT), 2, before["events"].signature)
    assert dict(events.days) == {"2026-03-01": 2, "2026-03-02": 2, "2026-03-04": 1}
    assert {path.name for path in published.path("events").iterdir()} == {f"event_day={day}" for day in events.days}
    assert published.current("days") == before["days"]
    for name in ("events", "customers"):
        assert len(list((home.published / "versions" / name).glob("*.json"))) == 1
    with duckdb.connect(str(home.warehouse), read_only=True) as connection:  # publishing goes on as usual
        version = published.publish_full("customers", connection, "SELECT * FROM marts.customers", load_seq=3)
    assert published.current("customers") == version


def test_members_of_taste_segments_leave_the_lake_and_what_is_published_of_it(world, home, now) -> None:
    key, lake, published = world.keys(home)["A"], LakeTables(home), PublishedTables(home, single_file_rows=2)
    schema = {"day": pl.Date, "customer_key": pl.String, "words": pl.List(pl.String), "vector": pl.Array(pl.Float32, 2)}
    for number, owners in ((1, [key, world.keys(home)["B"], "a-phone", "family-pc"]), (2, ["passer-by"])):
        day = dt.date(2026, 3, number)
        rows = {
            "day": day,
            "customer_key": owners,
            "words": [["린넨"]] * len(owners),
            "vector": [[0.5, 1]] * len(owners),
        }
        lake.write_day("taste_members", day, pl.DataFrame(rows, schema=schema))
    lake.write_day("taste_segments", dt.date(2026, 3, 1), pl.DataFrame({"segment_id": [1], "name": ["상큼 바캉스룩"]}))

    def publish():
        files, signature = lake.paths("taste_members"), lake.signature("taste_members")
        empty = pl.DataFrame(schema=schema)
        return publish_lake_table(published, "taste_members", files, "day", [], signature=signature, empty=empty)

    publish()
    untouched = [lake.paths("taste_members")[1], *lake.paths("taste_segments")]
    before = [(path.stat().st_ino, path.stat().st_mtime_ns) for path in untouched]
    report, _ = erase(world, home, now)
    lost = {(place.area, place.table): place.rows for place in report.places}
    assert (lost["lake", "taste_members"], lost["published", "taste_members"]) == (2, 2)
    assert [(path.stat().st_ino, path.stat().st_mtime_ns) for path in untouched] == before
    kept = lake.read_day("taste_members", dt.date(2026, 3, 1))
    assert dict(kept.schema) == schema
    assert kept["customer_key"].to_list() == [world.keys(home)["B"], "family-pc"]
    assert kept["vector"].to_list() == [[0.5, 1], [0.5, 1]]
    current = published.current("taste_members")
    assert current is not None
    assert dict(current.days) == {"2026-03-01": 2, "2026-03-02": 1}
    assert publish().rows == 3
    holding = [path for path in home.root.rglob("*.parquet") if key.encode() in path.read_bytes()]
    assert holding == []


def test_lists_of_the_member_leave_and_those_of_products_with_the_same_id_stay(world, home, now) -> None:
    key, lake, day = world.keys(home)["A"], LakeTables(home), dt.date(2026, 3, 1)
    rows = {
        "basis": ["customer", "customer", "customer", "product"],
        "context_id": [key, "a-phone", world.keys(home)["B"], "a-phone"],
        "product_id": ["p1", "p1", "p2", "p3"],
    }
    lake.write_day("recommendations", day, pl.DataFrame(rows))
    report, _ = erase(world, home, now)
    assert {(place.area, place.table): place.rows for place in report.places}["lake", "recommendations"] == 2
    assert lake.read_day("recommendations", day)["product_id"].to_list() == ["p2", "p3"]


def test_a_table_that_loses_all_its_rows_keeps_its_columns(world, home, now) -> None:
    published = PublishedTables(home, single_file_rows=0)
    rows = "SELECT DATE '2026-03-01' + i::INT AS day, 'a-phone' AS visitor_id FROM range(2) AS t(i)"
    with duckdb.connect() as connection:
        connection.execute(f"CREATE TABLE v AS {rows}")
        published.publish_days("mine", connection, "v", "day", [])
    erase(world, home, now)
    version = published.current("mine")
    assert version is not None
    assert (version.rows, dict(version.days), version.day_column) == (0, {}, None)
    with duckdb.connect() as connection:
        files = [str(path) for path in published.path("mine").rglob("*.parquet")]
        assert connection.execute("SELECT count(*) FROM read_parquet($f)", {"f": files}).fetchone() == (0,)


def test_a_home_without_warehouse_and_files_still_erases_the_store(world, tmp_path, now) -> None:
    home = world.make_home(tmp_path / "fresh")
    with world.open_store(home) as store:
        store.upsert_members(pa.table({"member_id": ["A"]}))
        report = erase_member(home, "A", store, now)
        assert (report.rows, store.count()) == (1, 0)
    assert not home.warehouse.exists()


def test_the_erasure_waits_for_a_run_to_finish(world, home, now) -> None:
    script = "import sys, world; home = world.Home(world.Path(sys.argv[1]))\n" + ERASE
    with exclusive(home.run_lock, purpose="a run"):
        child = start("-c", script, home.root)
        with pytest.raises(subprocess.TimeoutExpired):
            child.communicate(timeout=2.5)
        assert len(world.contents(home)["store"]) == 2
    child.communicate(timeout=60)
    assert world.contents(home)["store"] == ["B"]


def test_an_unreadable_file_stops_the_erasure_before_anything_is_removed(world, home, now) -> None:
    before = world.contents(home)
    broken = home.landing / "events" / "received_day=2026-03-02" / "0000000099-x.parquet"
    broken.write_bytes(b"PAR1 nothing")
    with pytest.raises(ErasureError, match=r"0000000099-x\.parquet.*erase again"):
        erase(world, home, now)
    broken.unlink()
    assert world.contents(home) == before


def test_an_empty_id_is_refused(world, home, now) -> None:
    with pytest.raises(ErasureError, match="no member id"):
        erase(world, home, now, "")


ERASE = """
from connectors.erasure.erase import erase_member
with world.open_store(home) as store:
    erase_member(home, "A", store, world.now)
"""


def start(*arguments: object) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{Path(__file__).parent}"}
    return subprocess.Popen([sys.executable, *map(str, arguments)], env=environment)


@pytest.mark.slow
def test_killed_at_any_step_and_erased_again_it_ends_the_same(world, home, now, tmp_path) -> None:
    once = world.Home(tmp_path / "once")
    shutil.copytree(home.root, once.root, symlinks=True)
    erase(world, once, now)
    expected, steps = tmp_path / "expected.json", tmp_path / "steps"
    expected.write_text(json.dumps(world.contents(once), sort_keys=True))
    (tmp_path / "work").mkdir()
    child = start(Path(__file__).with_name("kill_everywhere.py"), home.root, tmp_path / "work", expected, steps)
    assert child.wait(timeout=120) == 0
    assert int(steps.read_text()) > 30


def test_leftovers_of_dead_processes_go_and_those_of_live_ones_stay(world, home, now) -> None:
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    live = home.scratch / f"sources-{os.getppid()}-abc"
    for folder in (live, home.scratch / f"sources-{gone.pid}-abc"):
        folder.mkdir()
    erase(world, home, now)
    assert list(home.scratch.iterdir()) == [live]


def command(*arguments: object, answer: str = ""):
    from typer.testing import CliRunner

    from orchestration.cli.member import member_app

    return CliRunner().invoke(member_app, list(map(str, arguments)), input=answer)


def test_the_command_asks_and_does_nothing_without_a_yes(world, home) -> None:
    before = world.contents(home)
    result = command("erase", "A", "--home", home.root, answer="n\n")
    assert (result.exit_code, "Nothing was changed" in result.output) == (1, True)
    assert world.contents(home) == before


def test_the_command_prints_place_and_rows_and_nothing_personal(world, home) -> None:
    result = command("erase", "A", "--home", home.root, "--yes")
    assert result.exit_code == 0, result.output
    lines = [line.split() for line in result.output.splitlines()]
    assert ["landing/events", "5"] in lines
    assert ["store/members", "1"] in lines
    assert ["total", "30"] in lines
    assert "1 devices were used by other members too: 1 events" in result.output
    for secret in ("010-1111-2222", "a-phone", "family-pc", world.keys(home)["A"]):
        assert secret not in result.output
    again = command("erase", "A", "--home", home.root, "--yes")
    assert (again.exit_code, "No trace" in again.output) == (0, True)


def test_the_command_explains_what_is_wrong(world, home, tmp_path, monkeypatch) -> None:
    nowhere = command("erase", "A", "--home", tmp_path / "nowhere", "--yes")
    assert (nowhere.exit_code, "dangol init" in nowhere.output) == (1, True)
    monkeypatch.setenv("DANGOL_OPS_URL", "mysql://host/shop")
    wrong = command("erase", "A", "--home", home.root, "--yes")
    assert (wrong.exit_code, "DANGOL_OPS_URL" in wrong.output) == (1, True)


def test_files_of_sends_lose_the_member_and_keep_their_names_and_signatures(world, home, now) -> None:
    files, known, day = SendFiles(home), world.keys(home), dt.date(2026, 3, 4)
    rows = pl.DataFrame(
        {
            "customer_key": [known["A"], known["B"], "a-phone", "passer-by"],
            "customer_id": [member_hash(known["A"]), member_hash(known["B"]), hash63("a-phone"), hash63("passer-by")],
            "not_before": [now()] * 4,
            "decision": ["send", "send", "exclude", "exclude"],
        }
    )
    tables = ("send_decisions", "deliveries")
    for table in tables:
        files.write(table, day, 7, rows, signature=f"{table}-7")
        files.write(table, day, 12, rows.tail(1), signature="12")
    other = [path.stat().st_ino for table in tables for path in files.paths(table) if path.stem == "12"]
    report, _ = erase(world, home, now)
    lost = {place.table: place.rows for place in report.places if place.area == "lake"}
    assert [lost[table] for table in tables] == [2, 2]
    for table in tables:
        assert [path.name for path in files.paths(table)] == ["7.parquet", "12.parquet"]
        left = files.read(table, day, 7)
        assert left is not None
        assert left.equals(rows.gather([1, 3]))
        assert [files.signature(table, day, number) for number in (7, 12)] == [f"{table}-7", "12"]
        everything = (home.lake / table / "day=2026-03-04" / "7.parquet").read_bytes()
        assert known["A"].encode() not in everything
    assert other == [path.stat().st_ino for table in tables for path in files.paths(table) if path.stem == "12"]


def test_hits_of_triggers_by_the_member_and_their_own_devices_go(world, home, now) -> None:
    known = world.keys(home)
    keys = [known["A"], "a-phone", "family-pc", known["B"]]
    hits = pl.DataFrame({"hit_id": keys, "customer_id": [1, 2, 3, 4], "customer_key": keys})
    with world.open_store(home) as store:
        store.triggers.add("cart", hits.with_columns(event_at=now(), due_at=now()))
    report, _ = erase(world, home, now)
    assert ("store", "trigger_hits", 2) in {(place.area, place.table, place.rows) for place in report.places}
    with world.open_store(home) as store:
        assert store.triggers.known("cart", now())["hit_id"].to_list() == sorted(["family-pc", known["B"]])
