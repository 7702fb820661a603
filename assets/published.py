"""Keys ``published/<table>``: the tables that people and other programs read.

Belongs here: the step that publishes what the warehouse holds, by the models' configuration, and the quarantine.
Does not belong here: how a table is written and swapped in (``connectors.published``).
"""

import datetime as dt
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import dagster as dg
import duckdb

from assets.charts import daily_chart
from assets.common import (
    OWNERS,
    TRANSIENT_RETRIES,
    WAREHOUSE_POOL,
    morning_freshness,
    permanent_failures,
    present,
    preview,
    show_once,
    window_metadata,
)
from assets.loading import LandingZone
from connectors.home.settings import Settings
from connectors.published.quarantine import publish_quarantine
from connectors.published.tables import PublishedTables
from connectors.published.targets import CHANGED_DAYS, QUARANTINE, Target
from connectors.published.versions import Version
from connectors.warehouse.database import Warehouse
from connectors.warehouse.ledger import read_load_seq, table_exists

STEP = "publish"
QUARANTINE_KIND = "quarantine"


def published_key(table: str) -> dg.AssetKey:
    """Key of a published table."""
    return dg.AssetKey(["published", table])


def follow_the_mart() -> dg.AutomationCondition[Any]:
    """Publish again when somebody builds the mart alone (a backfill, a repair), whatever its day.

    This beats a schedule: nobody has to know that there is something to publish. A run that builds and publishes both,
    as the daily one does, leaves nothing to do: ``any_deps_updated`` ignores it.
    """
    updated = dg.AutomationCondition.any_deps_updated().since_last_handled()
    idle = ~dg.AutomationCondition.any_deps_in_progress() & ~dg.AutomationCondition.in_progress()
    return updated & idle


def published_spec(target: Target, partitions_def: dg.PartitionsDefinition[str], zone: str) -> dg.AssetSpec:
    """The published twin of a model."""
    return dg.AssetSpec(
        published_key(target.table),
        deps=[dg.AssetKey([target.schema, target.relation])],
        description=f"{target.description or target.table}\n\nPublished as Parquet in published/tables/{target.table}; "
        "swapped in by one rename, readable while runs go on.",
        group_name=target.group,
        owners=OWNERS,
        kinds={"parquet", "duckdb"},
        tags={"layer": "published"},
        partitions_def=partitions_def,
        automation_condition=follow_the_mart(),
        freshness_policy=morning_freshness(zone),
        skippable=True,
    )


def build_published_assets(
    targets: Sequence[Target], partitions_def: dg.PartitionsDefinition[str], zone: str
) -> dg.AssetsDefinition:
    """The step that publishes every table of the warehouse."""

    @dg.multi_asset(
        name=STEP,
        specs=[published_spec(target, partitions_def, zone) for target in targets],
        can_subset=True,
        backfill_policy=dg.BackfillPolicy.single_run(),
        pool=WAREHOUSE_POOL,
        retry_policy=TRANSIENT_RETRIES,
    )
    def publish(
        context: dg.AssetExecutionContext,
        settings: dg.ResourceParam[Settings],
        warehouse: dg.ResourceParam[Warehouse],
        published: dg.ResourceParam[PublishedTables],
    ) -> Iterator[dg.MaterializeResult[None]]:
        window = window_metadata(context)
        with permanent_failures(), warehouse.connect(say=context.log.info) as connection:
            for target in targets:
                if published_key(target.table) in context.selected_asset_keys:
                    started = time.monotonic()
                    version = publish_target(
                        connection, published, target, context.log.info, settings.publish.restitch_days
                    )
                    show_once(context, published_key(target.table), _pictures(published, target.table))
                    metadata = version_metadata(version, started) | window
                    yield dg.MaterializeResult(published_key(target.table), metadata=metadata)

    return publish


def publish_target(
    connection: duckdb.DuckDBPyConnection,
    published: PublishedTables,
    target: Target,
    say: Callable[[str], None],
    restitch_days: int | None,
) -> Version:
    """Publish one table unless the version readers see is as new as the warehouse."""
    load_seq, current = read_load_seq(connection), published.current(target.table)
    if current is not None and current.load_seq >= load_seq:
        return current
    if target.day_column is None:
        sql = f"SELECT * FROM {target.source}"
        return published.publish_full(target.table, connection, sql, load_seq=load_seq)
    changed = []
    if current is not None and table_exists(connection, CHANGED_DAYS):
        changed = changed_days(connection, current.load_seq, restitch_days, target.changed_days)
    return published.publish_days(
        target.table,
        connection,
        target.source,
        target.day_column,
        changed,
        order_by=target.order_by,
        load_seq=load_seq,
        say=say,
    )


def changed_days(
    connection: duckdb.DuckDBPyConnection,
    since: int,
    restitch_days: int | None,
    relations: Sequence[str] = (CHANGED_DAYS,),
) -> list[dt.date]:
    """Days that loads after ``since`` changed by any of ``relations``; those where only a customer was recognised, as
    far back as is wanted."""
    newest = f"(SELECT max(day) FROM {CHANGED_DAYS})"
    rows = " UNION ALL ".join(f"SELECT day, load_seq, metrics_load_seq FROM {relation}" for relation in relations)
    sql = (
        f"SELECT DISTINCT day FROM ({rows}) WHERE load_seq > $since AND day IS NOT NULL "
        f"AND (metrics_load_seq > $since OR $days IS NULL OR day > {newest} - $days::INTEGER)"
    )
    return [row[0] for row in connection.execute(sql, {"since": since, "days": restitch_days}).fetchall()]


def build_quarantine_asset(partitions_def: dg.PartitionsDefinition[str]) -> dg.AssetsDefinition:
    """What was refused on ingest, published straight from the landing zone."""

    @dg.asset(
        key=published_key(QUARANTINE),
        deps=[dg.AssetKey(["raw", "events"])],
        description="Rows that ingest refused, with the reason. Grain: one row per refused row of a source file.",
        group_name="raw",
        owners=OWNERS,
        kinds={"parquet"},
        tags={"layer": "published"},
        partitions_def=partitions_def,
        backfill_policy=dg.BackfillPolicy.single_run(),
    )
    def events_quarantine(
        context: dg.AssetExecutionContext,
        landing: dg.ResourceParam[LandingZone],
        published: dg.ResourceParam[PublishedTables],
    ) -> dg.MaterializeResult[None]:
        started = time.monotonic()
        with permanent_failures():
            version = publish_quarantine([file.path for file in landing.files(QUARANTINE_KIND)], published)
        return dg.MaterializeResult(metadata=version_metadata(version, started) | window_metadata(context))

    return events_quarantine


def version_metadata(version: Version, started: float) -> dict[str, dg.MetadataValue]:
    """What every published table tells: rows, size, version, and the time since ``started`` (of ``time.monotonic``)."""
    return {
        "dagster/row_count": dg.MetadataValue.int(version.rows),
        "bytes": dg.MetadataValue.int(version.bytes),
        "version": dg.MetadataValue.text(version.name),
        "load_seq": dg.MetadataValue.int(version.load_seq),
        "duration_seconds": dg.MetadataValue.float(round(time.monotonic() - started, 3)),
    }


def _pictures(published: PublishedTables, table: str) -> dict[str, dg.MetadataValue]:
    """Preview and chart, read from the published Parquet."""
    files = f"read_parquet('{published.path(table)}/**/*.parquet', hive_partitioning = false)"
    with duckdb.connect(":memory:") as connection:
        chart = daily_chart(connection, files) if table == "daily_site_metrics" else None
        return present({"preview": preview(connection, files), "chart": chart})
