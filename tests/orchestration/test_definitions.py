"""The code location: it loads without a home, quickly, and every asset says what it is."""

import json
import os
import subprocess
import sys
from pathlib import Path

import dagster as dg
import pytest

from connectors.home.paths import Home, HomeError, open_home
from connectors.published.targets import publish_targets
from connectors.warehouse.load import KINDS
from orchestration.assembly import build_defs
from orchestration.dbt_project import read_manifest

GROUPS = {"raw", "staging", "sessions", "customers", "taste", "recommendations", "segments", "campaigns",
          "attribution", "reports"}  # fmt: skip
HEAVY = (
    "torch", "altair", "vl_convert", "sentence_transformers", "lightgbm", "hdbscan", "openai", "alembic.command",
    "sklearn", "scipy", "kiwipiepy", "tokenizers",
)  # fmt: skip


@pytest.fixture(scope="module")
def definitions(tmp_path_factory: pytest.TempPathFactory) -> dg.Definitions:
    return build_defs(tmp_path_factory.mktemp("none") / "home")


def all_specs(definitions: dg.Definitions) -> list[dg.AssetSpec]:
    return list(definitions.resolve_all_asset_specs())


@pytest.mark.feature("M1")
def test_load_without_a_home_and_resolve_every_job(definitions: dg.Definitions) -> None:
    dg.Definitions.validate_loadable(definitions)
    assert {"daily_job", "campaign_job"} <= {job.name for job in definitions.resolve_all_job_defs()}


@pytest.mark.feature("M5")
def test_a_run_without_a_home_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(HomeError, match="dangol init"):
        open_home(tmp_path / "nowhere")


@pytest.mark.feature("M3")
def test_loading_imports_nothing_heavy(tmp_path: Path) -> None:
    code = (
        "import sys, json, time\n"
        "from orchestration.assembly import build_defs\n"
        f"build_defs({str(tmp_path / 'home')!r})\n"
        f"heavy = [name for name in {HEAVY!r} if name in sys.modules]\n"
        "print(json.dumps({'heavy': heavy, 'modules': len(sys.modules), 'seconds': time.process_time()}))"
    )
    read_manifest()  # so that the process below does not parse it
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=Path.cwd(), env=dict(os.environ)
    )
    told = json.loads(done.stdout.splitlines()[-1])
    assert told["heavy"] == []
    assert told["modules"] < 3500, told  # measured: about 2,700, nearly all of them Dagster's and dbt's own
    assert told["seconds"] < 5, told


@pytest.mark.feature("M3")
def test_every_asset_says_what_it_is(definitions: dg.Definitions) -> None:
    graph = definitions.resolve_asset_graph()
    for key in graph.materializable_asset_keys:
        node = graph.get(key)
        name = key.to_user_string()
        assert node.description, name
        assert len(node.description) > 20, name
        assert node.group_name in GROUPS, (name, node.group_name)
        assert node.owners, name
        assert node.kinds, name
        assert node.tags, name
        assert isinstance(node.partitions_def, dg.DailyPartitionsDefinition), name
        assert node.backfill_policy == dg.BackfillPolicy.single_run(), name


@pytest.mark.feature("M1")
def test_keys_of_the_graph(definitions: dg.Definitions) -> None:
    keys = {key.to_user_string() for key in definitions.resolve_asset_graph().materializable_asset_keys}
    outside_dbt = {key for key in keys if key.split("/")[0] in ("raw", "lake", "store", "published")}
    assert outside_dbt == {
        "raw/contents",
        "raw/events",
        "raw/members",
        "raw/products",
        "lake/ai_model_cards",
        "lake/ai_models",
        "lake/ai_scores",
        "lake/content_recommendations",
        "lake/counted_days",
        "lake/message_items",
        "lake/model_recommendations",
        "lake/pairs_bought",
        "lake/pairs_next",
        "lake/pairs_viewed",
        "lake/personal_lists",
        "lake/product_embeddings",
        "lake/product_trends",
        "lake/rec_quality",
        "lake/rec_rules",
        "lake/rec_runs",
        "lake/rec_sources",
        "lake/recommend_rankers",
        "lake/recommendations",
        "lake/report_attribution_models",
        "lake/report_characteristics",
        "lake/report_lift",
        "lake/report_segment_products",
        "lake/report_segment_profiles",
        "lake/report_variants",
        "lake/search_spellings",
        "lake/searched_products",
        "lake/searched_queries",
        "lake/segment_members",
        "lake/segment_runs",
        "lake/segments",
        "lake/send_decisions",
        "lake/taste_bundles",
        "lake/taste_drift",
        "lake/taste_members",
        "lake/taste_profiles",
        "lake/taste_runs",
        "lake/taste_segments",
        "published/ai_model_cards",
        "published/ai_models",
        "published/ai_scores",
        "published/carts",
        "published/content_recommendations",
        "published/contents",
        "published/conversions",
        "published/customer_contexts",
        "published/customer_days",
        "published/customer_product_days",
        "published/customer_products",
        "published/customers",
        "published/daily_site_metrics",
        "published/deliveries",
        "published/events",
        "published/events_quarantine",
        "published/message_items",
        "published/model_recommendations",
        "published/orders",
        "published/product_interest",
        "published/product_purchases",
        "published/products",
        "published/rec_quality",
        "published/rec_rules",
        "published/rec_runs",
        "published/rec_sources",
        "published/recommendations",
        "published/report_attribution_models",
        "published/report_campaign_days",
        "published/report_campaign_hours",
        "published/report_campaign_orders",
        "published/report_campaign_products",
        "published/report_channel_days",
        "published/report_channels",
        "published/report_characteristics",
        "published/report_conservation",
        "published/report_daily",
        "published/report_daily_campaigns",
        "published/report_daily_hours",
        "published/report_daily_products",
        "published/report_daily_referrers",
        "published/report_dashboard",
        "published/report_lift",
        "published/report_live_visitors",
        "published/report_paths",
        "published/report_recommendation_models",
        "published/report_recommendations",
        "published/report_segment_products",
        "published/report_segment_profiles",
        "published/report_segments",
        "published/report_send_arms",
        "published/report_send_days",
        "published/report_sends",
        "published/report_variants",
        "published/search_products_daily",
        "published/search_spellings",
        "published/searches_daily",
        "published/segment_members",
        "published/segment_runs",
        "published/segment_sizes",
        "published/segments",
        "published/send_decisions",
        "published/sends",
        "published/sessions",
        "published/taste_bundles",
        "published/taste_drift",
        "published/taste_members",
        "published/taste_runs",
        "published/taste_segments",
        "store/messages",
        "store/notices",
        "store/results",
    }
    assert {
        "staging/stg_landing__contents",
        "staging/stg_landing__events",
        "staging/stg_landing__files",
        "staging/stg_landing__members",
        "staging/stg_landing__products",
        "intermediate/int_sessions",
        "marts/fct_sessions",
        "marts/dim_customers",
        "marts/fct_customer_days",
        "marts/fct_orders",
        "marts/fct_product_interest",
        "marts/fct_search_products",
        "marts/dim_contents",
        "intermediate/int_touches",
        "marts/fct_conversions",
        "reports/rpt_sends",
        "reports/rpt_daily",
    } <= keys


@pytest.mark.feature("M1")
def test_one_lineage_from_raw_events_to_every_published_table(definitions: dg.Definitions) -> None:
    graph = definitions.resolve_asset_graph()
    raw = {dg.AssetKey(["raw", kind]) for kind in KINDS}
    manifest = read_manifest()
    for target in (*publish_targets(manifest), *publish_targets(manifest, reports=True)):
        key = dg.AssetKey(["published", target.table])
        ancestors = dg.AssetSelection.assets(key).upstream().resolve(graph)
        assert ancestors & raw, key


@pytest.mark.feature("M3")
def test_checks_come_from_dbt_and_from_ingest(definitions: dg.Definitions) -> None:
    checks = {key.name for key in definitions.resolve_asset_graph().asset_check_keys}
    assert {"quarantine_share_is_low", "taste_run_is_good_enough_to_be_published", "every_list_is_full"} <= checks
    assert len(checks) > 20


@pytest.mark.feature("M3")
def test_marts_and_published_tables_have_a_freshness_policy(definitions: dg.Definitions) -> None:
    for spec in all_specs(definitions):
        published = spec.key.path[0] == "published" and spec.key.path[1] != "events_quarantine"
        if published or spec.key.path[0] == "marts":
            assert spec.freshness_policy is not None, spec.key


@pytest.mark.feature("M3")
def test_partitions_follow_the_shop(tmp_path: Path) -> None:
    home = Home(tmp_path)
    home.settings_file.write_text("time_zone: America/New_York\nfirst_day: 2024-02-03\n", encoding="utf-8")
    graph = build_defs(home).resolve_asset_graph()
    days = graph.get(dg.AssetKey(["raw", "events"])).partitions_def
    assert isinstance(days, dg.DailyPartitionsDefinition)
    assert days.timezone == "America/New_York"
    assert days.get_first_partition_key() == "2024-02-03"


@pytest.mark.feature("M3")
def test_any_resource_can_be_replaced(tmp_path: Path) -> None:
    definitions = build_defs(tmp_path / "home", {"landing": dg.ResourceDefinition.hardcoded_resource("mine")})
    assert definitions.resources is not None
    assert definitions.resources["landing"].resource_fn(None) == "mine"
