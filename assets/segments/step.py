"""Segments of the graph: one step that counts them, one that publishes them.

Belongs here: the assets, their descriptions and checks. Does not belong here: counting (``run``), conditions
(``models.segments``).
"""

import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

import dagster as dg

from assets.common import Clock, markdown_table, permanent_failures, show_once, window_metadata
from assets.lake_steps import build_publish_step, lake_key, lake_spec, publish_days, published_lake_spec
from assets.published import published_key
from assets.segments import tables
from connectors.home.member_key import read_secret
from connectors.home.paths import Home
from connectors.home.settings import Settings
from connectors.lake.tables import LakeTables
from connectors.published.tables import PublishedTables
from connectors.published.versions import Version
from connectors.store.store import Store

if TYPE_CHECKING:
    from assets.segments.run import SegmentRun

GROUP = "segments"
FIND, PUBLISH = "find_segments", "publish_segments"
ANSWERED = "every_segment_could_be_counted"
_PARENTS = {
    tables.MEMBERS: tuple(
        published_key(table) for table in (*tables.FACTS, tables.EVENTS, "taste_members", "ai_scores")
    ),
    tables.SEGMENTS: (lake_key(tables.MEMBERS), published_key("taste_segments"), published_key("ai_models")),
    tables.RUNS: (lake_key(tables.SEGMENTS),),
}
_DESCRIPTIONS = {
    tables.MEMBERS: "Who is in which segment: rule segments of the marketer, tastes, and customers that models point "
    "out. Grain: segment, customer. Made anew whenever facts, member data or a document changed.",
    tables.SEGMENTS: "Segments of the day: name, kind, size and share of all customers. Grain: day, segment.",
    tables.RUNS: "What each day's count was made from, and segments that could not be answered. Grain: day.",
    tables.SIZES: "How large each segment was on each day. Grain: day, segment.",
}


def build_segment_assets(
    partitions_def: dg.PartitionsDefinition[str], zone: str
) -> tuple[dg.AssetsDefinition, dg.AssetsDefinition]:
    """The step that counts segments, and the one that publishes them."""
    published = [_published_spec(table, partitions_def, zone) for table in tables.PUBLISHED]
    return _find_step(partitions_def), build_publish_step(PUBLISH, published, publish_table)


def _find_step(partitions_def: dg.PartitionsDefinition[str]) -> dg.AssetsDefinition:
    @dg.multi_asset(
        name=FIND,
        specs=[
            lake_spec(table, GROUP, _DESCRIPTIONS[table], parents, "duckdb", partitions_def)
            for table, parents in _PARENTS.items()
        ],
        check_specs=[dg.AssetCheckSpec(ANSWERED, asset=lake_key(tables.RUNS), description=_CHECK)],
        backfill_policy=dg.BackfillPolicy.single_run(),
    )
    def find_segments(
        context: dg.AssetExecutionContext,
        home: dg.ResourceParam[Home],
        settings: dg.ResourceParam[Settings],
        published: dg.ResourceParam[PublishedTables],
        clock: dg.ResourceParam[Clock],
    ) -> Iterator[dg.MaterializeResult[None] | dg.AssetCheckResult]:
        from assets.segments.run import run_segments

        started = time.monotonic()
        with permanent_failures(), Store.open(home.ops_url, secret=read_secret(home), now=clock) as store:
            today = clock().astimezone(settings.zone).date()
            run = run_segments(home, settings, store, published, today, context.log.info)
        shared = {"duration_seconds": dg.MetadataValue.float(round(time.monotonic() - started, 3))}
        if run is not None and not run.segments.is_empty():
            show_once(context, lake_key(tables.SEGMENTS), {"largest": _largest(run)})
        for table in _PARENTS:
            yield dg.MaterializeResult(lake_key(table), metadata=shared | window_metadata(context) | _rows(table, run))
        yield _verdict(run)

    return find_segments


_CHECK = (
    "Every segment that is on could be answered from the facts there are. One that could not (it names a field or a "
    "segment that is gone) has nobody on the day; `dangol segment list` says which and why."
)


def _rows(table: str, run: "SegmentRun | None") -> dict[str, dg.MetadataValue]:
    if run is None:
        return {"state": dg.MetadataValue.text("there are no facts yet that segments could be answered from")}
    if run.segments.is_empty():
        return {"state": dg.MetadataValue.text("nothing has changed since this day was counted")}
    counts = {tables.MEMBERS: run.members, tables.SEGMENTS: run.segments.height, tables.RUNS: 1}
    return {"dagster/row_count": dg.MetadataValue.int(counts[table])}


def _largest(run: "SegmentRun") -> dg.MetadataValue:
    columns = ["segment_id", "name", "kind", "size"]
    rows = run.segments.sort("size", "segment_id", descending=[True, False]).head(10).select(columns).rows()
    return markdown_table(columns, rows)


def _verdict(run: "SegmentRun | None") -> dg.AssetCheckResult:
    failed = list(run.row["failed"]) if run is not None else []
    return dg.AssetCheckResult(
        asset_key=lake_key(tables.RUNS),
        check_name=ANSWERED,
        passed=not failed,
        severity=dg.AssetCheckSeverity.WARN,
        metadata={"could not be counted": dg.MetadataValue.text("\n".join(failed) or "none")},
    )


def publish_table(lake: LakeTables, published: PublishedTables, table: str, memory_limit: str) -> Version:
    """Publish a table of segments."""
    source, schema = tables.PUBLISHED[table]
    is_history = table in tables.HISTORIES
    return publish_days(lake, published, table, schema, memory_limit, source=source, is_history=is_history)


def _published_spec(table: str, partitions_def: dg.PartitionsDefinition[str], zone: str) -> dg.AssetSpec:
    source, _ = tables.PUBLISHED[table]
    spec = published_lake_spec(table, GROUP, _DESCRIPTIONS[table], partitions_def, zone)
    return spec.replace_attributes(deps=[lake_key(source)])
