import datetime as dt
import json
from pathlib import Path

import duckdb
import pytest

from connectors.home.paths import Home
from connectors.home.settings import Settings
from connectors.warehouse.dbt_vars import dbt_arguments, dbt_environment, dbt_vars
from connectors.warehouse.fingerprint import shaping_fingerprint
from connectors.warehouse.ledger import BuildState, read_build, read_load_seq, read_taken_in, write_build
from connectors.warehouse.load import Load, choose_load, next_load_seq, read_last_load, write_load

ROOT = Path("/home/landing")
SCHEMAS = {kind: ROOT / kind / "schema.parquet" for kind in ("events", "products")}


@pytest.mark.feature("M4")
def test_a_load_lists_what_was_not_taken_in_and_is_never_empty() -> None:
    files = {"events": [ROOT / "events" / "received_day=2025-01-01" / f"{n}.parquet" for n in (1, 2)]}
    load = choose_load(7, files, SCHEMAS, {"events/received_day=2025-01-01/1.parquet"}, ROOT)
    assert load.document() == {
        "load_seq": 7,
        "events": [str(SCHEMAS["events"]), str(files["events"][1])],
        "products": [str(SCHEMAS["products"])],
    }


@pytest.mark.feature("M4")
def test_the_list_survives_being_written_and_half_written(tmp_path: Path) -> None:
    path = tmp_path / "lake" / "load.json"
    assert read_last_load(path) is None
    load = Load(3, {"events": ("a",), "products": ("b", "c")})
    write_load(path, load)
    assert read_last_load(path) == load
    assert [found.name for found in path.parent.iterdir()] == ["load.json"]
    path.write_text('{"load_seq": 3, "ev', encoding="utf-8")
    assert read_last_load(path) is None


@pytest.mark.feature("M4")
def test_numbers_rise_above_everything_known() -> None:
    assert next_load_seq() == 1
    assert next_load_seq(4, 9, 2) == 10


@pytest.mark.feature("M4")
def test_the_ledger_of_a_new_warehouse_is_empty() -> None:
    with duckdb.connect() as connection:
        assert read_taken_in(connection) == frozenset()
        assert read_load_seq(connection) == 0
        assert read_build(connection) == BuildState()
        for state in (BuildState("abc", 4), BuildState(None, 5)):
            write_build(connection, state, dt.datetime(2025, 1, 1, tzinfo=dt.UTC))
            assert read_build(connection) == state


@pytest.mark.feature("M5")
def test_dbt_is_told_every_setting_it_needs() -> None:
    settings = Settings.model_validate({"site_hosts": ["b.kr", "a.kr"], "cart": {"reset_after_days": 5}})
    told = dbt_vars(settings)
    assert told["site_hosts"] == ["a.kr", "b.kr"]
    assert told["cart_reset_after_days"] == 5
    assert set(told) == {
        "time_zone", "session_gap_minutes", "new_campaign_breaks_session", "cart_reset_after_days",
        "cart_purchase_empties", "bot_min_views", "bot_max_seconds_per_view", "customer_new_days",
        "customer_lapsed_days", "recommend_window_days", "recommend_items_window_days", "recommend_search_views",
        "attribution_basis", "attribution_half_life_hours", "attribution_before_days", "site_hosts",
    }  # fmt: skip
    arguments = dbt_arguments(settings, full_refresh=True)
    assert json.loads(arguments[arguments.index("--vars") + 1]) == told
    assert arguments[-1] == "--full-refresh"
    assert "--full-refresh" not in dbt_arguments(settings, full_refresh=False)
    assert dbt_environment(Home(Path("/h")), settings)["DANGOL_WAREHOUSE"] == "/h/warehouse.duckdb"


def manifest(**changes: str) -> dict[str, object]:
    """A small project: one incremental model over a view and a seed, a table beside it, a dispatched macro."""
    code = {
        "staged": "select {{ day('ts') }} from x where zone = '{{ var('time_zone') }}'",
        "sessions": "select * from {{ ref('staged') }} where gap > {{ var('session_gap_minutes') }}",
        "customers": "select {{ var('customer_new_days') }} from {{ ref('sessions') }}",
        "report": "select day from {{ ref('sessions') }}",
        "macro": "{{ adapter.dispatch('day', 'shop')() }}",
        "default": "cast({{ ts }} as date)",
        "seed": "checksum-1",
    } | changes

    def model(name: str, kind: str, nodes: list[str], macros: list[str], folder: str = "sessions") -> dict[str, object]:
        return {
            "resource_type": "model", "raw_code": code[name], "config": {"materialized": kind},
            "fqn": ["shop", folder, name],
            "depends_on": {"nodes": nodes, "macros": macros},
        }  # fmt: skip

    return {
        "metadata": {"project_name": "shop"},
        "nodes": {
            "model.shop.staged": model("staged", "view", ["seed.shop.bots"], ["macro.shop.day"]),
            "model.shop.sessions": model("sessions", "incremental", ["model.shop.staged"], []),
            "model.shop.customers": model("customers", "table", ["model.shop.sessions"], []),
            "model.shop.report": model("report", "incremental", ["model.shop.sessions"], [], "reports"),
            "seed.shop.bots": {
                "resource_type": "seed", "checksum": {"checksum": code["seed"]}, "config": {"materialized": "seed"},
            },
        },
        "macros": {
            "macro.shop.day": {"macro_sql": code["macro"], "depends_on": {"macros": []}},
            "macro.shop.default__day": {"macro_sql": code["default"], "depends_on": {"macros": []}},
        },
    }  # fmt: skip


VARIABLES = {"time_zone": "Asia/Seoul", "session_gap_minutes": 30, "customer_new_days": 30}


@pytest.mark.feature("A3")
class TestFingerprint:
    base = shaping_fingerprint(manifest(), VARIABLES)

    @pytest.mark.parametrize(
        "changes",
        [
            {"sessions": "select 1"}, {"staged": "select 2"}, {"macro": "changed"}, {"default": "changed"},
            {"seed": "2"},
        ],
    )  # fmt: skip
    def test_what_shapes_an_incremental_table_counts(self, changes: dict[str, str]) -> None:
        assert shaping_fingerprint(manifest(**changes), VARIABLES) != self.base

    @pytest.mark.parametrize("name", ["time_zone", "session_gap_minutes"])
    def test_a_setting_that_it_reads_counts(self, name: str) -> None:
        assert shaping_fingerprint(manifest(), VARIABLES | {name: "other"}) != self.base

    def test_the_rest_does_not(self) -> None:
        assert shaping_fingerprint(manifest(), VARIABLES | {"customer_new_days": 60}) == self.base
        assert shaping_fingerprint(manifest(customers="select 3"), VARIABLES) == self.base
        commented = (
            "-- why\n{# and how #}\nselect *   from {{ ref('staged') }}\nwhere gap > {{ var('session_gap_minutes') }}"
        )
        assert shaping_fingerprint(manifest(sessions=commented), VARIABLES) == self.base

    def test_reports_are_a_half_of_their_own_that_stands_on_the_other(self) -> None:
        reports = shaping_fingerprint(manifest(), VARIABLES, reports=True)
        changed = manifest(report="select 4")
        assert shaping_fingerprint(changed, VARIABLES) == self.base
        assert shaping_fingerprint(changed, VARIABLES, reports=True) != reports
        assert shaping_fingerprint(manifest(sessions="select 1"), VARIABLES, reports=True) != reports
