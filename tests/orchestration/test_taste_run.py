"""Taste segments through `dangol run` and the graph, on small homes."""

import datetime as dt
import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import dagster as dg
import polars as pl
import pytest
from threadpoolctl import threadpool_limits

from assets.common import PERSONAL_COLUMNS
from assets.taste import GATE
from assets.taste_history import SCHEMAS
from assets.taste_unfinished import why_unfinished
from connectors.erasure.erase import erase_member
from connectors.home.member_key import read_secret
from connectors.home.paths import Home
from connectors.home.settings import read_settings
from connectors.published.tables import PublishedTables
from connectors.store.store import Store
from orchestration.assembly import build_defs
from orchestration.jobs import DAILY_JOB
from orchestration.planning import DayRange
from orchestration.running import Wish, make_plan
from orchestration.sensors import range_tags
from tests.assets.taste_home import TasteHome, clear_products, clear_views, day, until
from tests.orchestration.conftest import dangol_here

pytestmark = [pytest.mark.feature("C1"), pytest.mark.xdist_group("taste_run")]  # one run, made once
LAKE = ("product_embeddings", "taste_profiles", *SCHEMAS)
VIEWS, PRODUCTS = clear_views(), clear_products()
TASTES = 'key:"lake/*" or key:"published/taste_*"'  # the group without what dbt makes for it
KEYS = [dg.AssetKey(["lake", table]) for table in LAKE] + [dg.AssetKey(["published", table]) for table in SCHEMAS]


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> TasteHome:
    """A home with published views of clear tastes, and no taste run. Read only."""
    home = TasteHome(tmp_path_factory.mktemp("shop") / "home")
    home.publish(until(VIEWS, 30), PRODUCTS)
    assert dangol_here(home.home, "init").returncode == 0
    return home


@pytest.fixture(autouse=True, scope="module")
def _environment() -> Iterator[None]:
    """Nobody's key gets in; and one thread, as several would wait for one another longer than these sums take."""
    with pytest.MonkeyPatch.context() as patch, threadpool_limits(limits=1):
        patch.delenv("OPENAI_API_KEY", raising=False)
        for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
            patch.setenv(variable, "1")
        yield


def materialise(home: Home, first: dt.date, last: dt.date) -> dg.ExecuteInProcessResult:
    """Run the group in this process."""
    job = build_defs(home).resolve_job_def(DAILY_JOB)
    tags = range_tags(DayRange(first, last))
    return job.execute_in_process(
        instance=dg.DagsterInstance.ephemeral(), asset_selection=KEYS, tags=tags, raise_on_error=True
    )


@pytest.fixture(scope="module")
def result(shop: TasteHome, tmp_path_factory: pytest.TempPathFactory) -> dg.ExecuteInProcessResult:
    """The group materialised for three days, on a copy."""
    home = shop.copy(tmp_path_factory.mktemp("materialised") / "home")
    return materialise(home.home, day(28), day(30))


def metadata_of(result: dg.ExecuteInProcessResult, *path: str) -> list[dict[str, Any]]:
    """Values of the metadata of each materialisation of an asset, by day."""
    events = [e.step_materialization_data.materialization for e in result.get_asset_materialization_events()]
    mine = [e for e in events if e.asset_key == dg.AssetKey(path)]
    mine.sort(key=lambda e: str(e.partition))
    return [{name: value.value for name, value in e.metadata.items()} for e in mine]


def test_every_materialisation_of_the_group_has_rows_window_and_duration(result: dg.ExecuteInProcessResult) -> None:
    for key in KEYS:
        told = metadata_of(result, *key.path)
        assert len(told) == 3, key
        for each in told:
            assert {"dagster/row_count", "window", "duration_seconds"} <= set(each), key
            assert each["window"] == f"{day(28)} … {day(30)}"
    assert metadata_of(result, "lake", "taste_segments")[0]["dagster/row_count"] == 6
    assert metadata_of(result, "lake", "taste_members")[0]["dagster/row_count"] > 300
    assert metadata_of(result, "published", "taste_segments")[0]["dagster/row_count"] == 6


def test_the_run_tells_quality_versions_and_settings(result: dg.ExecuteInProcessResult) -> None:
    told = metadata_of(result, "lake", "taste_runs")[-1]
    assert told["state"] == "published"
    assert {"groups", "coverage", "noise_share", "density_validity", "stability", "members"} <= set(told)
    assert {"text_model", "settings", "recipe", "reasons"} <= set(told)
    assert json.loads(told["settings"])["window_days"] == 30
    assert metadata_of(result, "lake", "product_embeddings")[-1]["embedded"] == PRODUCTS.height


def test_map_and_table_of_segments_are_shown_once_and_name_nobody(result: dg.ExecuteInProcessResult) -> None:
    first, *_, last = metadata_of(result, "lake", "taste_segments")
    assert "segments" not in first
    assert "taste_map" not in first
    header, _, *rows = last["segments"].splitlines()
    assert [name.strip() for name in header.strip("|").split("|")] == [
        "segment_id", "name", "customers", "share", "keywords", "named_by",
    ]  # fmt: skip
    assert len(rows) == 6
    assert "data:image/png;base64," in last["taste_map"]
    everything = json.dumps([metadata_of(result, *key.path) for key in KEYS], default=str)
    assert "person-" not in everything
    assert "visit-" not in everything
    assert not any(f"| {column} |" in everything for column in PERSONAL_COLUMNS)


def test_the_check_says_what_it_found(result: dg.ExecuteInProcessResult) -> None:
    (check,) = result.get_asset_check_evaluations()
    assert (check.check_name, check.passed) == (GATE, True)
    assert check.severity == dg.AssetCheckSeverity.WARN
    assert check.description == "the segments are published"
    assert "stability" in check.metadata


def test_the_group_has_one_lineage_and_says_what_it_is(shop: TasteHome) -> None:
    graph = build_defs(shop.home).resolve_asset_graph()
    sources = {dg.AssetKey(["published", table]) for table in ("product_interest", "products", "daily_site_metrics")}
    for key in KEYS:
        node = graph.get(key)
        assert node.group_name == "taste"
        assert "Grain: one row per" in str(node.description)
        assert node.owners == ["team:data-platform"]
        assert node.kinds
    for table in LAKE:
        above = dg.AssetSelection.assets(["lake", table]).upstream().resolve(graph)
        assert {dg.AssetKey(["published", "product_interest"]), dg.AssetKey(["raw", "events"])} <= above
        assert graph.get(dg.AssetKey(["lake", table])).parent_keys <= sources | set(KEYS)
    for table in SCHEMAS:
        assert graph.get(dg.AssetKey(["published", table])).parent_keys == {dg.AssetKey(["lake", table])}


def test_a_range_of_days_is_one_taste_day(shop: TasteHome, tmp_path: Path) -> None:
    home = shop.copy(tmp_path / "home")
    done = dangol_here(home.home, "run", "--select", TASTES, "--from", str(day(29)), "--to", str(day(30)))
    assert done.returncode == 0, done.stdout + done.stderr
    assert "✓ published/taste_segments" in done.stdout
    assert home.lake.days("taste_runs") == [day(30)], "a range of receive days is one taste day: the last one"
    rows = json.loads(dangol_here(home.home, "query", "FROM taste_segments", "--format", "json").stdout)
    assert len(rows) == 6
    assert all(len(row["top_products"]) <= 8 and len(row["name"]) <= 20 for row in rows)


def test_the_group_runs_alone(ran_home: Home, copy_of: Callable[[Home], Home]) -> None:
    home = copy_of(ran_home)
    done = dangol_here(home, "run", "--select", "group:taste", "--from", "2025-09-02", "--to", "2025-09-03")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "✓ published/taste_segments" in done.stdout
    assert "nothing has changed since the taste segments of" in done.stdout


def test_a_refused_run_warns_and_ends_well(shop: TasteHome, tmp_path: Path) -> None:
    home = shop.copy(tmp_path / "home")
    home.run()
    home.publish(until(clear_views(straying=1.0), 31), PRODUCTS)
    done = dangol_here(home.home, "run", "--select", TASTES, "--from", str(day(31)), "--to", str(day(31)))
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"! lake/taste_runs: {GATE}: not published, what was published before stays" in done.stdout
    assert home.read("taste_segments")["day"].unique().to_list() == [day(30)]
    assert home.read("taste_runs")["state"].to_list() == ["published", "kept_previous"]


def test_a_torn_lake_file_fails_the_run_with_one_clear_message(shop: TasteHome, tmp_path: Path) -> None:
    home = shop.copy(tmp_path / "home")
    home.run()
    before = home.read("taste_segments")
    path = home.lake.paths("taste_members")[-1]
    path.write_bytes(path.read_bytes()[:-20])
    home.publish(until(VIEWS, 31), PRODUCTS)
    done = dangol_here(home.home, "run", "--select", TASTES, "--from", str(day(31)), "--to", str(day(31)))
    assert done.returncode == 1
    assert f"{path} can not be read" in done.stderr
    assert "then run that day again" in done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    assert home.read("taste_segments").equals(before)


def test_a_home_without_enough_customers_publishes_that(ran_home: Home) -> None:
    published = PublishedTables(ran_home)
    assert set(SCHEMAS) <= set(published.names())
    rows = json.loads(
        dangol_here(ran_home, "query", "SELECT state, reasons FROM taste_runs", "--format", "json").stdout
    )
    assert [row["state"] for row in rows] == ["not_enough_data"]
    assert "are needed" in rows[0]["reasons"][0]
    done = dangol_here(ran_home, "query", "from taste_segments")
    assert done.returncode == 0
    assert done.stdout.startswith("day")


def test_a_run_that_ended_before_its_segments_is_made_up_for(ran_home: Home, copy_of: Callable[[Home], Home]) -> None:
    home = copy_of(ran_home)
    published, settings = PublishedTables(home), read_settings(home.settings_file)
    assert why_unfinished(home, published, settings.taste) is None
    shutil.rmtree(home.lake / "taste_runs")
    plan = make_plan(home, settings, Wish(), dt.date(2025, 9, 5), lambda text: None)
    assert plan.reason == why_unfinished(home, published, settings.taste)
    assert plan.days is not None
    days = ("--from", str(plan.days.first), "--to", str(plan.days.last))
    done = dangol_here(home, "run", "--select", TASTES, *days)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "✓ lake/taste_runs" in done.stdout
    assert why_unfinished(home, published, settings.taste) is None


@pytest.mark.feature("M4")
def test_an_erased_member_leaves_the_segments_and_stays_away(shop: TasteHome, tmp_path: Path) -> None:
    home = shop.copy(tmp_path / "home")

    def now() -> dt.datetime:
        return dt.datetime(2026, 2, 1, tzinfo=dt.UTC)

    with Store.open(f"sqlite:///{home.root / 'ops.db'}", secret=read_secret(home.home), now=now) as store:
        key = store.key_of("member-1")
        mine = until(VIEWS, 30).with_columns(pl.col("customer_key").replace("person-0-0001", key))
        home.publish(mine, PRODUCTS)
        home.run()
        before = home.read("taste_members")
        assert key in before["customer_key"].to_list()
        report = erase_member(home.home, "member-1", store, now, home.said.append)
    removed = {(place.area, place.table): place.rows for place in report.places}
    assert removed["lake", "taste_members"] == removed["published", "taste_members"] == 1
    assert (
        home.read("taste_members")
        .sort("customer_key")
        .equals(before.filter(pl.col("customer_key") != key).sort("customer_key"))
    )
    assert key.encode() not in b"".join(home.in_the_lake().values())
    run = home.run()
    assert run.found is not None, "the views have changed: the day is done again"
    assert (run.row["state"], run.row["new_segments"]) == ("published", 6)
    assert run.named is not None
    assert run.named.fresh == 0
    after = home.read("taste_members")
    assert key not in after["customer_key"].to_list()
    assert set(after["segment_id"]) == set(before["segment_id"])
    assert key.encode() not in b"".join(home.in_the_lake().values())
