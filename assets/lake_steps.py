"""What steps share that make tables in the lake and publish them: specs, and the step that publishes.

Belongs here: keys and specs of such tables, publishing those that a run selects. Does not belong here: any one table,
making rows (``taste``, ``recommendations``).
"""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

import dagster as dg
import polars as pl

from assets.common import OWNERS, morning_freshness, permanent_failures, window_metadata
from assets.published import follow_the_mart, published_key, version_metadata
from connectors.home.paths import Home
from connectors.home.settings import Settings
from connectors.lake.tables import LakeTables
from connectors.published.lake import publish_lake_table
from connectors.published.tables import PublishedTables
from connectors.published.versions import Version

Days = dg.PartitionsDefinition[str]
Publish = Callable[[LakeTables, PublishedTables, str, str], Version]  # with the table and DuckDB's memory limit


def lake_key(table: str) -> dg.AssetKey:
    """Key of a table of the lake."""
    return dg.AssetKey(["lake", table])


def lake_spec(
    table: str, group: str, description: str, parents: Sequence[dg.AssetKey], kind: str, days: Days
) -> dg.AssetSpec:
    """A table of the lake that a step makes."""
    return dg.AssetSpec(
        lake_key(table),
        deps=parents,
        description=description,
        group_name=group,
        owners=OWNERS,
        kinds={"parquet", kind},
        tags={"layer": "lake"},
        partitions_def=days,
    )


def published_lake_spec(
    table: str, group: str, description: str, days: Days, zone: str, note: str = "."
) -> dg.AssetSpec:  # fmt: skip
    """The published twin of a table of the lake. ``note``: what follows where it is published."""
    return dg.AssetSpec(
        published_key(table),
        deps=[lake_key(table)],
        description=f"{description}\n\nPublished as Parquet in published/tables/{table}{note}",
        group_name=group,
        owners=OWNERS,
        kinds={"parquet", "duckdb"},
        tags={"layer": "published"},
        partitions_def=days,
        automation_condition=follow_the_mart(),
        freshness_policy=morning_freshness(zone),
    )


def build_publish_step(name: str, specs: Sequence[dg.AssetSpec], publish: Publish) -> dg.AssetsDefinition:
    """The step that publishes, of the tables of ``specs``, those that a run selects."""

    @dg.multi_asset(name=name, specs=specs, can_subset=True, backfill_policy=dg.BackfillPolicy.single_run())
    def publish_step(
        context: dg.AssetExecutionContext,
        home: dg.ResourceParam[Home],
        settings: dg.ResourceParam[Settings],
        published: dg.ResourceParam[PublishedTables],
    ) -> Iterator[dg.MaterializeResult[None]]:
        lake, window = LakeTables(home), window_metadata(context)
        with permanent_failures():
            lake.finish_writing()
        for spec in specs:
            if spec.key in context.selected_asset_keys:
                started = time.monotonic()
                with permanent_failures():
                    version = publish(lake, published, spec.key.path[-1], settings.memory_limit)
                yield dg.MaterializeResult(spec.key, metadata=version_metadata(version, started) | window)

    return publish_step


def publish_days(
    lake: LakeTables,
    published: PublishedTables,
    table: str,
    schema: pl.Schema,
    memory_limit: str,
    *,
    source: str = "",
    is_history: bool = False,
) -> Version:
    """Publish all days of a history, of any other table its last day. ``source``: the table of the lake, where it has
    another name."""
    source = source or table
    return publish_lake_table(
        published,
        table,
        lake.paths(source)[slice(None) if is_history else slice(-1, None)],
        "day",
        lake.days(source)[-1:],
        signature=lake.signature(source),
        empty=schema.to_frame(),
        memory_limit=memory_limit,
    )


def why_not_published(
    lake: LakeTables, published: PublishedTables, tables: Iterable[str], sources: Mapping[str, str] | None = None
) -> str | None:
    """Why readers do not see what the lake holds of ``tables``; None where they do. ``sources``: the table of the lake
    that each comes from, of those that have another name there."""
    for table in tables:
        version = published.current(table)
        if version is None or version.signature != lake.signature((sources or {}).get(table, table)):
            return "the previous run ended before all tables were published"
    return None
