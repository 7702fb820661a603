"""Group ``raw``: which landing files a run takes in.

Belongs here: opening the load and saying what is in it. Does not belong here: reading the files' rows (dbt does).
"""

import time
from collections.abc import Iterator

import dagster as dg

from assets.common import OWNERS, TRANSIENT_RETRIES, WAREHOUSE_POOL, permanent_failures, window_metadata
from assets.loading import Days, LandingZone, OpenedLoad, open_load
from connectors.home.paths import Home
from connectors.home.settings import Settings
from connectors.published.tables import PublishedTables
from connectors.warehouse.database import Warehouse
from connectors.warehouse.load import KINDS

EVENTS, PRODUCTS, CONTENTS, MEMBERS = (dg.AssetKey(["raw", kind]) for kind in KINDS)
_SPECS = [
    dg.AssetSpec(
        EVENTS,
        description="Canonical events in the landing zone, as received; possibly delivered more than once. "
        "Grain: one row per event and delivery. A partition is the day they were received.",
        group_name="raw", owners=OWNERS, kinds={"parquet"}, tags={"layer": "landing"}, skippable=False,
    ),
    dg.AssetSpec(
        PRODUCTS,
        description="States of products in the landing zone. Grain: one row per product and state received.",
        group_name="raw", owners=OWNERS, kinds={"parquet"}, tags={"layer": "landing"}, skippable=False,
    ),
    dg.AssetSpec(
        CONTENTS,
        description="States of contents (articles, videos, reviews) in the landing zone. "
        "Grain: one row per content and state received.",
        group_name="raw", owners=OWNERS, kinds={"parquet"}, tags={"layer": "landing"}, skippable=False,
    ),
    dg.AssetSpec(
        MEMBERS,
        description="Pseudonyms of members that the shop told of, whether they ever came to the site or not. "
        "Grain: one row per member.",
        group_name="raw", owners=OWNERS, kinds={"parquet"}, tags={"layer": "landing"}, skippable=False,
    ),
]  # fmt: skip
_QUARANTINE_CHECK = dg.AssetCheckSpec(
    "quarantine_share_is_low",
    asset=EVENTS,
    description="The share of rows refused on ingest is at most quality.max_quarantine_share of shop.yaml.",
)


def build_raw_assets(partitions_def: dg.PartitionsDefinition[str]) -> dg.AssetsDefinition:
    """The step that opens the load of a run."""

    @dg.multi_asset(
        name="open_load",
        specs=[spec.replace_attributes(partitions_def=partitions_def) for spec in _SPECS],
        check_specs=[_QUARANTINE_CHECK],
        backfill_policy=dg.BackfillPolicy.single_run(),
        pool=WAREHOUSE_POOL,
        retry_policy=TRANSIENT_RETRIES,
    )
    def landing_files(
        context: dg.AssetExecutionContext,
        home: dg.ResourceParam[Home],
        settings: dg.ResourceParam[Settings],
        landing: dg.ResourceParam[LandingZone],
        warehouse: dg.ResourceParam[Warehouse],
        published: dg.ResourceParam[PublishedTables],
    ) -> Iterator[dg.MaterializeResult[None] | dg.AssetCheckResult]:
        started, window = time.monotonic(), context.partition_key_range
        days = Days.between(
            window.start, window.end, partitions_def.get_first_partition_key(), partitions_def.get_last_partition_key()
        )
        with permanent_failures():
            opened = open_load(home, landing, warehouse, published.highest_load_seq(), context.log.info, days=days)
        for kind, key in zip(KINDS, (EVENTS, PRODUCTS, CONTENTS, MEMBERS), strict=True):
            yield dg.MaterializeResult(
                key, metadata=_metadata(opened, kind) | window_metadata(context) | _duration(started)
            )
        yield _quarantine_result(opened, settings.quality.max_quarantine_share)

    return landing_files


def _metadata(opened: OpenedLoad, kind: str) -> dict[str, dg.MetadataValue]:
    return {
        "dagster/row_count": dg.MetadataValue.int(opened.rows[kind]),
        "files": dg.MetadataValue.int(len(opened.load.files[kind]) - 1),
        "load_seq": dg.MetadataValue.int(opened.load.load_seq),
        "refused_by_reason": dg.MetadataValue.json(dict(opened.refused)),
    }


def _duration(started: float) -> dict[str, dg.MetadataValue]:
    return {"duration_seconds": dg.MetadataValue.float(round(time.monotonic() - started, 3))}


def _quarantine_result(opened: OpenedLoad, allowed: float) -> dg.AssetCheckResult:
    refused, read = sum(opened.refused.values()), sum(opened.rows.values()) + sum(opened.refused.values())
    share = refused / read if read else 0.0
    return dg.AssetCheckResult(
        check_name=_QUARANTINE_CHECK.name,
        asset_key=EVENTS,
        passed=share <= allowed,
        severity=dg.AssetCheckSeverity.WARN,
        description=f"{refused:,} of {read:,} rows were refused ({share:.2%}; allowed {allowed:.2%})",
        metadata={"refused_by_reason": dg.MetadataValue.json(dict(opened.refused)), "share": share},
    )
