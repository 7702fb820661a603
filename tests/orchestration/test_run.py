"""`dangol run` from end to end, on small homes."""

import datetime as dt
import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from connectors.home.lock import exclusive
from connectors.home.paths import Home
from connectors.home.settings import read_settings
from connectors.published.tables import PublishedTables
from connectors.warehouse.ledger import REFRESHING, BuildState, read_build, write_build
from tests.orchestration.conftest import dangol, dangol_here

TABLES = [
    "ai_model_cards", "ai_models", "ai_scores", "carts", "content_recommendations", "contents", "conversions",
    "customer_contexts", "customer_days", "customer_product_days", "customer_products", "customers",
    "daily_site_metrics", "deliveries", "events", "events_quarantine", "message_items", "model_recommendations",
    "orders", "product_interest", "product_purchases", "products", "rec_quality", "rec_rules", "rec_runs",
    "rec_sources", "recommendations", "report_attribution_models", "report_campaign_days", "report_campaign_hours",
    "report_campaign_orders", "report_campaign_products", "report_channel_days", "report_channels",
    "report_characteristics", "report_conservation", "report_daily", "report_daily_campaigns", "report_daily_hours",
    "report_daily_products", "report_daily_referrers", "report_dashboard", "report_lift", "report_live_visitors",
    "report_paths", "report_recommendation_models", "report_recommendations", "report_segment_products",
    "report_segment_profiles", "report_segments", "report_send_arms", "report_send_days", "report_sends",
    "report_variants", "search_products_daily", "search_spellings", "searches_daily", "segment_members",
    "segment_runs", "segment_sizes", "segments", "send_decisions", "sends", "sessions", "taste_bundles", "taste_drift",
    "taste_members", "taste_runs", "taste_segments",
]  # fmt: skip
RECOMMENDED = ("recommendations", "message_items")
OF_EACH_RUN = ("rec_quality", "rec_sources", "rec_rules", "rec_runs", "segment_sizes", "segment_runs", "ai_models")
Rows = dict[str, list[tuple[object, ...]]]


def keys_of(rows: list[tuple[object, ...]]) -> set[tuple[object, ...]]:
    """Day, whose list it is, and rank: of recommendations and of message items alike."""
    return {row[:5] if len(row) > 5 else row[:4] for row in rows}


def published_rows(home: Home) -> Rows:
    """Every published row, in an order that does not depend on the run; without the number of the load, and without
    the signature of a taste run, which names the versions of tables that it has read."""
    tables, rows = PublishedTables(home), {}
    for name in tables.names():
        with duckdb.connect() as connection:
            files = f"read_parquet('{tables.path(name)}/**/*.parquet', hive_partitioning = false)"
            described = connection.execute(f"DESCRIBE FROM {files}").fetchall()
            columns = [f'"{r[0]}"' for r in described if r[0] not in ("load_seq", "signature")]
            found = connection.execute(f"SELECT {', '.join(columns)} FROM {files}").fetchall()
            rows[name] = sorted(found, key=repr)
    return rows


@pytest.mark.feature("M1")
def test_a_run_publishes_every_table_and_says_so(ran_home: Home) -> None:
    said = (ran_home.root / "first-run.txt").read_text(encoding="utf-8")
    assert PublishedTables(ran_home).names() == TABLES
    for name in TABLES:
        assert f"✓ published/{name}" in said
    assert "✓ intermediate/int_sessions" in said
    assert 'dangol query "' in said


@pytest.mark.feature("A1")
def test_published_events_are_the_distinct_landed_ones(ran_home: Home) -> None:
    with duckdb.connect() as connection:
        landed = f"read_parquet('{ran_home.landing}/events/*/*.parquet', hive_partitioning = false)"
        distinct = f"SELECT DISTINCT event_id, event_at FROM {landed}"
        expected = connection.execute(f"SELECT count(*) FROM ({distinct})").fetchone()
    assert expected is not None
    assert len(published_rows(ran_home)["events"]) == expected[0]


@pytest.mark.feature("M3")
def test_every_materialisation_has_rows_window_and_duration(ran_home: Home, copy_of: Callable[[Home], Home]) -> None:
    import dagster as dg

    from connectors.published.targets import publish_targets
    from orchestration.dbt_project import read_manifest
    from orchestration.instance import open_instance

    home = copy_of(ran_home)
    with open_instance(home) as instance:
        for target in publish_targets(read_manifest()):
            event = instance.get_latest_materialization_event(dg.AssetKey(["published", target.table]))
            assert event is not None
            assert event.asset_materialization is not None
            told = event.asset_materialization.metadata
            assert {"dagster/row_count", "window", "duration_seconds", "version"} <= set(told), target.table
            preview = told["preview"].value if "preview" in told else ""
            for personal in ("member_key", "visitor_id", "customer_key", "url", "query", "last_query", "user_agent"):
                assert f"| {personal} " not in str(preview), target.table
        (run,) = instance.get_runs()
        assert run.status == dg.DagsterRunStatus.SUCCESS
        keys = instance.get_materialized_partitions(dg.AssetKey(["marts", "fct_sessions"]))
        assert len(keys) >= 3


@pytest.mark.feature("M4")
def test_nothing_new_is_said_and_costs_no_run(ran_home: Home, copy_of: Callable[[Home], Home]) -> None:
    home = copy_of(ran_home)
    with duckdb.connect() as connection:  # a table that did not come from the warehouse has no load number
        PublishedTables(home).publish_full("made_elsewhere", connection, "SELECT 1 AS i")
    done = dangol_here(home, "run")
    assert done.returncode == 0
    assert "Nothing to do" in done.stdout


@pytest.mark.feature("M4")
def test_a_second_run_waits_or_refuses(landed_home: Home, copy_of: Callable[[Home], Home]) -> None:
    home = copy_of(landed_home)
    with exclusive(home.run_lock, purpose="another run"):
        refused = dangol(home, "run", "--no-wait")
        waiting = subprocess.Popen(
            [sys.executable, "-m", "orchestration", "run", "--from", "2030-01-01", "--home", str(home.root)],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip
        assert waiting.stdout is not None
        line = waiting.stdout.readline()
        time.sleep(0.5)
        assert waiting.poll() is None
    assert refused.returncode == 1
    assert "another run" in refused.stderr
    assert "waiting" in line
    assert waiting.wait(60) == 1  # the lock is ours now; the days asked for are refused
    assert "first_day" in waiting.stdout.read()


@pytest.mark.feature("M4")
def test_damaged_warehouse_and_unfinished_refresh_end_in_the_same_tables(
    ran_home: Home, copy_of: Callable[[Home], Home]
) -> None:
    home = copy_of(ran_home)
    before = published_rows(home)
    home.warehouse.write_bytes(b"this is no database" * 1000)
    (home.warehouse.parent / "warehouse.duckdb.wal").unlink(missing_ok=True)
    done = dangol_here(home, "run")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "moved aside" in done.stdout
    assert (home.root / "warehouse.duckdb.corrupt-1").exists()
    assert published_rows(home) == before

    with duckdb.connect(str(home.warehouse)) as connection:  # as if a full refresh had been killed half way
        state = read_build(connection)
        write_build(connection, BuildState(REFRESHING, state.load_seq), dt.datetime.now(dt.UTC))
        connection.execute("DELETE FROM intermediate.int_sessions")
    done = dangol_here(home, "run")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "full refresh" in done.stdout
    assert published_rows(home) == before


@pytest.mark.feature("M3")
def test_day_by_day_ends_in_the_same_tables(landed_home: Home, ran_home: Home, copy_of: Callable[[Home], Home]) -> None:
    home = copy_of(landed_home)
    first = dangol_here(home, "run", "--from", "2025-09-01", "--to", "2025-09-01")
    assert first.returncode == 0, first.stdout + first.stderr
    assert len(published_rows(home)["sessions"]) < len(published_rows(ran_home)["sessions"])
    rest = dangol_here(home, "run")
    assert rest.returncode == 0, rest.stdout + rest.stderr
    assert "2025-09-01" not in rest.stdout.splitlines()[0]
    ended, at_once = published_rows(home), published_rows(ran_home)
    # One taste run a run; the text model of the first one goes on, so that later figures are not those of one run.
    first_taste, last_taste = ended.pop("taste_runs")
    (only_taste,) = at_once.pop("taste_runs")
    assert first_taste[0] == dt.date(2025, 9, 1)
    assert last_taste[:6] == only_taste[:6], "day, state, reasons, window, customers"
    for table in RECOMMENDED:  # what the text model and the ranker of the first run go into
        assert keys_of(ended.pop(table)) == keys_of(at_once.pop(table)), table
    for table in OF_EACH_RUN:
        assert len(ended.pop(table)) >= len(at_once.pop(table)), table
    assert ended == at_once


@pytest.mark.feature("M3")
def test_a_failing_test_of_a_model_fails_the_run(ran_home: Home, copy_of: Callable[[Home], Home]) -> None:
    home = copy_of(ran_home)
    with duckdb.connect(str(home.warehouse)) as connection:
        twice = (
            "SELECT * EXCLUDE (range) REPLACE (999 AS load_seq) FROM (FROM intermediate.int_sessions LIMIT 1), range(2)"
        )
        connection.execute(f"INSERT INTO intermediate.int_sessions {twice}")
    done = dangol_here(home, "run", "--from", "2025-09-02", "--to", "2025-09-02")
    assert done.returncode == 1
    assert "unique" in done.stderr
    assert "Where to look" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.feature("M3")
@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["run", "--from", "yesterday"], "YYYY-MM-DD"),
        (["run", "--select", "published/nope"], "selects nothing"),
        (["run", "--select", "published/events", "--full-refresh"], "has none of them"),
        (["query", "FROM nope"], "Published tables: ai_model_cards"),
        (["query", "DROP VIEW sessions"], "only SELECT"),
        (["query", "FROM sessions", "--format", "xml"], "table, csv, json"),
    ],
)
def test_users_errors_are_one_clear_message(ran_home: Home, arguments: list[str], words: str) -> None:
    done = dangol_here(ran_home, *arguments)
    assert done.returncode == 1
    assert words in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.feature("M5")
def test_no_home_is_one_clear_message(tmp_path: Path) -> None:
    done = dangol_here(Home(tmp_path / "none"), "run")
    assert done.returncode == 1
    assert "dangol init" in done.stderr


@pytest.mark.feature("M3")
def test_query_prints_all_three_formats(ran_home: Home) -> None:
    sql = "SELECT device, sum(sessions)::BIGINT AS n FROM daily_site_metrics GROUP BY ALL ORDER BY ALL"
    as_json = json.loads(dangol_here(ran_home, "query", sql, "--format", "json").stdout)
    assert [row["device"] for row in as_json][0] == "all"
    lines = dangol_here(ran_home, "query", sql, "--format", "csv").stdout.splitlines()
    assert lines[0] == "device,n"
    assert lines[1] == f"all,{as_json[0]['n']}"
    assert f"{as_json[0]['n']}" in dangol_here(ran_home, "query", sql).stdout


@pytest.mark.feature("M3")
def test_help_is_quick() -> None:
    code = (
        "import sys; sys.argv = ['dangol', '--help']\n"
        "from orchestration.cli.main import main\n"
        "try: main()\n"
        "except SystemExit: print('dagster' in sys.modules, 'duckdb' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "False False"


@pytest.mark.feature("M5")
def test_settings_that_can_not_be_used_are_named(landed_home: Home, copy_of: Callable[[Home], Home]) -> None:
    home = copy_of(landed_home)
    home.settings_file.write_text("time_zone: Mars/Olympus\n", encoding="utf-8")
    done = dangol_here(home, "run")
    assert done.returncode == 1
    assert "time_zone" in done.stderr
    assert read_settings.__name__ not in done.stderr


@pytest.mark.feature("M4")
@pytest.mark.parametrize(
    "error",
    [OSError(28, "No space left on device"), RuntimeError("(sqlite3.OperationalError) database or disk is full")],
)
def test_a_full_disk_is_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], error: Exception
) -> None:
    from orchestration.cli import main as command_line

    def run_out_of_space() -> None:
        raise error

    monkeypatch.setattr(command_line, "app", run_out_of_space)
    monkeypatch.setattr("sys.argv", ["dangol", "run"])
    with pytest.raises(SystemExit) as ended:
        command_line.main()
    assert ended.value.code == 1
    assert "the disk is full" in capsys.readouterr().err
