"""Groups ``staging`` to ``segments``: the first half of the dbt project, facts, as one step.

Belongs here: the step and its place in the graph. Does not belong here: running dbt (``dbt_running``), when a full
refresh is due and what follows it (``building``), the second half (``attribution.dbt_step``), the SQL.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import dagster as dg
from dagster_dbt import DbtCliResource, dbt_assets

from assets.building import finish_build, prepare_build
from assets.common import TRANSIENT_RETRIES, WAREHOUSE_POOL, permanent_failures
from assets.dbt_running import BuildConfig, Translator, run_dbt
from assets.loading import LandingZone
from connectors.home.paths import Home
from connectors.home.settings import Settings
from connectors.published.tables import PublishedTables
from connectors.published.targets import REPORT_FOLDERS
from connectors.warehouse.database import Warehouse

STEP = "dbt_build"


def build_transformed_assets(
    manifest: Mapping[str, Any], partitions_def: dg.PartitionsDefinition[str], zone: str
) -> dg.AssetsDefinition:
    """The step that runs ``dbt build``."""

    @dbt_assets(
        manifest=manifest,
        exclude=" ".join(f"group:{folder}" for folder in REPORT_FOLDERS),
        name=STEP,
        partitions_def=partitions_def,
        backfill_policy=dg.BackfillPolicy.single_run(),
        dagster_dbt_translator=Translator(zone),
        retry_policy=TRANSIENT_RETRIES,
        pool=WAREHOUSE_POOL,
    )
    def dbt_build(
        context: dg.AssetExecutionContext,
        config: BuildConfig,
        home: dg.ResourceParam[Home],
        settings: dg.ResourceParam[Settings],
        landing: dg.ResourceParam[LandingZone],
        warehouse: dg.ResourceParam[Warehouse],
        published: dg.ResourceParam[PublishedTables],
        dbt: dg.ResourceParam[DbtCliResource],
    ) -> Iterator[Any]:
        whole = not context.is_subset
        with permanent_failures():
            build = prepare_build(
                home, settings, landing, warehouse, published.highest_load_seq(), manifest,
                asked=config.full_refresh, whole=whole, say=context.log.info,
            )  # fmt: skip
            yield from run_dbt(context, dbt, home, settings, warehouse, manifest, full_refresh=build.full_refresh)
            finish_build(home, warehouse, build)

    return dbt_build
