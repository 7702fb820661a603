"""Groups ``attribution`` and ``reports``: the second half of the dbt project, and publishing it.

Belongs here: the two steps and their place in the graph, after what campaigns sent. Does not belong here: running dbt
(``assets.dbt_running``), what is made anew (``building``), the SQL, statistics (``step``), pages (``assets.reports``).
"""

import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import dagster as dg
import duckdb
from dagster_dbt import DbtCliResource, dbt_assets

from assets.attribution.building import finish_making, prepare_making
from assets.common import TRANSIENT_RETRIES, WAREHOUSE_POOL, permanent_failures, preview, show_once, window_metadata
from assets.dbt_running import BuildConfig, Translator, run_dbt
from assets.published import published_key, published_spec, version_metadata
from connectors.home.paths import Home
from connectors.home.settings import Settings
from connectors.published.tables import PublishedTables
from connectors.published.targets import REPORT_FOLDERS, Target
from connectors.published.versions import Version
from connectors.warehouse.database import Warehouse
from connectors.warehouse.report_state import read_report_state, read_touched

STEP, PUBLISH = "dbt_reports", "publish_reports"


def build_report_tables(
    manifest: Mapping[str, Any],
    targets: Sequence[Target],
    partitions_def: dg.PartitionsDefinition[str],
    zone: str,
) -> tuple[dg.AssetsDefinition, dg.AssetsDefinition]:
    """The step that runs ``dbt build`` for attribution and reports, and the one that publishes ``targets``."""
    return _dbt_step(manifest, partitions_def, zone), _publish_step(targets, partitions_def, zone)


def _dbt_step(
    manifest: Mapping[str, Any], partitions_def: dg.PartitionsDefinition[str], zone: str
) -> dg.AssetsDefinition:
    @dbt_assets(
        manifest=manifest,
        select=" ".join(f"group:{folder}" for folder in REPORT_FOLDERS),
        name=STEP,
        partitions_def=partitions_def,
        backfill_policy=dg.BackfillPolicy.single_run(),
        dagster_dbt_translator=Translator(zone),
        retry_policy=TRANSIENT_RETRIES,
        pool=WAREHOUSE_POOL,
    )
    def dbt_reports(
        context: dg.AssetExecutionContext,
        config: BuildConfig,
        home: dg.ResourceParam[Home],
        settings: dg.ResourceParam[Settings],
        warehouse: dg.ResourceParam[Warehouse],
        published: dg.ResourceParam[PublishedTables],
        dbt: dg.ResourceParam[DbtCliResource],
    ) -> Iterator[Any]:
        whole = not context.is_subset
        with permanent_failures():
            making = prepare_making(
                home, settings, warehouse, published, manifest, asked=config.full_refresh, say=context.log.info
            )
            yield from run_dbt(context, dbt, home, settings, warehouse, manifest, full_refresh=making.full_refresh)
            if whole:  # of a selection the rest is still to be made
                finish_making(warehouse, making)

    return dbt_reports


def _publish_step(
    targets: Sequence[Target], partitions_def: dg.PartitionsDefinition[str], zone: str
) -> dg.AssetsDefinition:
    @dg.multi_asset(
        name=PUBLISH,
        specs=[published_spec(target, partitions_def, zone) for target in targets],
        can_subset=True,
        backfill_policy=dg.BackfillPolicy.single_run(),
        pool=WAREHOUSE_POOL,
        retry_policy=TRANSIENT_RETRIES,
    )
    def publish_reports(
        context: dg.AssetExecutionContext,
        warehouse: dg.ResourceParam[Warehouse],
        published: dg.ResourceParam[PublishedTables],
    ) -> Iterator[dg.MaterializeResult[None]]:
        window = window_metadata(context)
        with permanent_failures(), warehouse.connect(say=context.log.info) as connection:
            for target in targets:
                key = published_key(target.table)
                if key in context.selected_asset_keys:
                    started = time.monotonic()
                    version = publish_report_table(connection, published, target)
                    shown = preview(connection, target.source)
                    show_once(context, key, {"preview": shown} if shown is not None else {})
                    yield dg.MaterializeResult(key, metadata=version_metadata(version, started) | window)

    return publish_reports


def publish_report_table(connection: duckdb.DuckDBPyConnection, published: PublishedTables, target: Target) -> Version:
    """Publish one table unless the version readers see is that of the last making."""
    making, current = read_report_state(connection).making, published.current(target.table)
    signature = str(making)
    if current is not None and current.signature == signature:
        return current
    if target.day_column is None:
        return published.publish_full(target.table, connection, f"SELECT * FROM {target.source}", signature=signature)
    since = int(current.signature) if current is not None and current.signature.isdigit() else 0
    return published.publish_days(
        target.table, connection, target.source, target.day_column, read_touched(connection, since),
        order_by=target.order_by, signature=signature,
    )  # fmt: skip
