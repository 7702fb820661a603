"""Statistics of reports in the graph: one step that makes them, one that publishes.

Belongs here: the assets and their descriptions. Does not belong here: what is computed (``statistics``,
``models.attribution``), the tables that dbt makes (``dbt_step``), pages (``assets.reports``).
"""

import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

import dagster as dg

from assets.attribution import tables
from assets.common import Clock, markdown_table, permanent_failures, show_once, window_metadata
from assets.lake_steps import build_publish_step, lake_key, lake_spec, publish_days, published_lake_spec
from assets.published import published_key
from connectors.home.member_key import read_secret
from connectors.home.paths import Home
from connectors.home.settings import Settings
from connectors.lake.tables import LakeTables
from connectors.published.tables import PublishedTables
from connectors.published.versions import Version
from connectors.store.store import Store

if TYPE_CHECKING:
    from assets.attribution.statistics import StatisticsRun

GROUP: Final = "attribution"
FIND, PUBLISH = "find_effects", "publish_effects"
_SHOWN: Final = ["campaign_id", "window", "metric", "treated", "held_out", "incremental", "last_touch", "warnings"]


def build_statistics_assets(
    partitions_def: dg.PartitionsDefinition[str], zone: str
) -> tuple[dg.AssetsDefinition, dg.AssetsDefinition]:
    """The step that makes statistics, and the one that publishes them."""
    published = [
        published_lake_spec(table, GROUP, tables.DESCRIPTIONS[table], partitions_def, zone)
        for table in tables.PUBLISHED
    ]
    return _find_step(partitions_def), build_publish_step(PUBLISH, published, publish_table)


def _find_step(partitions_def: dg.PartitionsDefinition[str]) -> dg.AssetsDefinition:
    @dg.multi_asset(
        name=FIND,
        specs=[
            lake_spec(
                table, GROUP, tables.DESCRIPTIONS[table], [published_key(parent) for parent in parents], "polars",
                partitions_def,
            )
            for table, parents in tables.PARENTS.items()
        ],
        backfill_policy=dg.BackfillPolicy.single_run(),
    )  # fmt: skip
    def find_effects(
        context: dg.AssetExecutionContext,
        home: dg.ResourceParam[Home],
        settings: dg.ResourceParam[Settings],
        published: dg.ResourceParam[PublishedTables],
        clock: dg.ResourceParam[Clock],
    ) -> Iterator[dg.MaterializeResult[None]]:
        from assets.attribution.statistics import run_statistics

        started = time.monotonic()
        with permanent_failures(), Store.open(home.ops_url, secret=read_secret(home), now=clock) as store:
            run = run_statistics(home, settings, store, published, context.log.info)
        shared = {"duration_seconds": dg.MetadataValue.float(round(time.monotonic() - started, 3))}
        if run is not None and run.is_new:
            show_once(context, lake_key(tables.LIFT), {"preview": _preview(run)})
        for table in tables.PUBLISHED:
            yield dg.MaterializeResult(lake_key(table), metadata=shared | window_metadata(context) | _rows(table, run))

    return find_effects


def _rows(table: str, run: "StatisticsRun | None") -> dict[str, dg.MetadataValue]:
    if run is None:
        return {"state": dg.MetadataValue.text("there are no report tables yet that statistics could be made from")}
    if not run.is_new:
        return {"state": dg.MetadataValue.text("nothing has changed since statistics were made")}
    return {"dagster/row_count": dg.MetadataValue.int(run.rows[table])}


def _preview(run: "StatisticsRun") -> dg.MetadataValue:
    """Campaigns as a whole; no person is in these rows."""
    whole = run.lift.filter(run.lift["send_id"] == "").head(10)
    return markdown_table(_SHOWN, whole.select(_SHOWN).rows())


def publish_table(lake: LakeTables, published: PublishedTables, table: str, memory_limit: str) -> Version:
    """Publish a table of statistics: what the last day holds."""
    return publish_days(lake, published, table, tables.PUBLISHED[table], memory_limit)
