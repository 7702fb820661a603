"""The step that writes pages, in the graph."""

import datetime as dt

import dagster as dg
import pytest

from assets.reports.rendering import BATCHES
from assets.reports.step import build_report_assets, report_key
from assets.reports.tables import tables_of
from connectors.home.paths import Home
from connectors.home.settings import Settings
from connectors.published.tables import PublishedTables
from orchestration.dbt_project import read_manifest
from tests.reports_by_hand import make_home

pytestmark = pytest.mark.feature("I5")
DAYS = dg.DailyPartitionsDefinition("2025-10-30", end_date="2025-11-01")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    return make_home(tmp_path_factory.mktemp("step") / "home")


def test_a_run_writes_pages_and_shows_what_it_wrote_and_a_picture(home: Home) -> None:
    assets = build_report_assets(DAYS, "Asia/Seoul", read_manifest())
    settings = Settings.model_validate({"site_hosts": ["shop.example"]})
    done = dg.materialize(
        [*assets], partition_key="2025-10-31", selection=[report_key("segment"), report_key("index")],
        resources={
            "home": home, "settings": settings, "published": PublishedTables(home),
            "clock": dg.ResourceDefinition.hardcoded_resource(lambda: dt.datetime(2025, 11, 1, tzinfo=dt.UTC)),
        },
    )  # fmt: skip
    assert done.success
    (told,) = done.asset_materializations_for_node("render_reports")[:1]
    written = {one.asset_key: one.metadata for one in done.asset_materializations_for_node("render_reports")}
    assert told.asset_key == report_key("segment")
    assert written[report_key("segment")]["pages written"].value == 2
    assert written[report_key("index")]["pages looked at"].value == 1
    assert (home.published / "reports" / "index.html").is_file()


def test_pages_stand_after_every_table_they_ask() -> None:
    (step,) = build_report_assets(DAYS, "Asia/Seoul", read_manifest())
    for batch in BATCHES:
        (spec,) = [one for one in step.specs if one.key == report_key(batch)]
        parents = {parent.asset_key.path[-1] for parent in spec.deps if parent.asset_key.path[0] == "published"}
        assert parents == set(tables_of(batch))
    assert {"report_daily", "report_daily_hours"} <= set(tables_of("day"))
    assert {"report_live_visitors", "segment_members", "products", "sends"} <= set(tables_of("dashboard"))
