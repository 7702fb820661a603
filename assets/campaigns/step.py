"""Campaigns in the graph: decide what is due, send it, collect results, publish what became of it.

Belongs here: the assets, their descriptions, metadata and checks. Does not belong here: the work (``work``), when a run
is started (``orchestration``).

These steps take no run lock: a send must not wait for the daily run, nor that for a send of hours. They read published
tables, which stay whole while newer ones are swapped in, and write only what is theirs.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any, Protocol

import dagster as dg

from assets.campaigns import tables
from assets.common import OWNERS, markdown_table, morning_freshness, permanent_failures, show_once, window_metadata
from assets.lake_steps import Days, lake_key
from assets.published import published_key, version_metadata
from assets.segments.tables import EVENTS, FACTS, MEMBERS

if TYPE_CHECKING:
    from assets.campaigns.shop import Shop
    from assets.campaigns.vendors.opening import Vendors
    from connectors.store.ledger.shapes import Send

GROUP = "campaigns"
DECIDE, SEND, COLLECT, PUBLISH = "decide_campaigns", "send_messages", "collect_results", "publish_campaigns"
MESSAGES, RESULTS = dg.AssetKey(["store", "messages"]), dg.AssetKey(["store", "results"])
NOBODY_LOST = "every_recipient_has_an_outcome"
OpenShop = Callable[[Callable[[str], None]], AbstractContextManager[Any]]  # of a ``Shop``, given whom it tells
_SHOWN = 20
_FACTS = (*FACTS, EVENTS, MEMBERS)


class VendorDesk(Protocol):
    """Opens the vendors the first time they are asked for, and keeps them for the length of the run."""

    def open(self, shop: "Shop") -> "Vendors":
        """The vendors of the shop."""


class Wanted(dg.Config):
    """What a run is about."""

    campaigns: list[str] = []  # ids; empty: all


def build_campaign_assets(days: Days, zone: str) -> tuple[dg.AssetsDefinition, ...]:
    """The steps in the order of the work."""
    return _decide_step(days), _send_step(days), _collect_step(days), _publish_step(days, zone)


def working_keys() -> tuple[dg.AssetKey, ...]:
    """Assets that only runs of campaigns make: a daily run sends nothing."""
    return lake_key(tables.DECISIONS), MESSAGES, RESULTS


def _decide_step(days: Days) -> dg.AssetsDefinition:
    text = (
        "Who is meant by a send, and what was decided about each of them. Campaigns that are due are planned here, in "
        "the order of their importance. Kept as a file a send. Grain: send, customer."
    )
    spec = _spec(lake_key(tables.DECISIONS), [published_key(table) for table in _FACTS], text, "lake", "polars", days)

    @dg.multi_asset(name=DECIDE, specs=[spec], backfill_policy=dg.BackfillPolicy.single_run())
    def decide_campaigns(
        context: dg.AssetExecutionContext,
        config: Wanted,
        campaign_shop: dg.ResourceParam[OpenShop],
    ) -> Iterator[dg.MaterializeResult[None]]:
        from assets.campaigns.work import decide_due

        started = time.monotonic()
        with permanent_failures(), campaign_shop(context.log.info) as shop:
            decided = decide_due(shop, config.campaigns or None)
        counts = {"sends decided": len(decided)}
        yield dg.MaterializeResult(spec.key, metadata=_told(counts, started) | window_metadata(context))

    return decide_campaigns


def _send_step(days: Days) -> dg.AssetsDefinition:
    text = (
        "The ledger's messages, in the operational store: each is written down before its request is made, so that "
        "nothing is sent twice or lost, whoever is killed. Grain: message."
    )
    parents = [lake_key(tables.DECISIONS), published_key("message_items"), published_key("products")]
    spec = _spec(MESSAGES, parents, text, "store", "sqlite", days)

    @dg.multi_asset(name=SEND, specs=[spec], backfill_policy=dg.BackfillPolicy.single_run())
    def send_messages(
        context: dg.AssetExecutionContext,
        config: Wanted,
        campaign_shop: dg.ResourceParam[OpenShop],
        vendors: dg.ResourceParam[VendorDesk],
    ) -> Iterator[dg.MaterializeResult[None]]:
        from assets.campaigns.work import send_due

        started = time.monotonic()
        with permanent_failures(), campaign_shop(context.log.info) as shop:
            opened = vendors.open(shop)
            reports = send_due(shop, opened, config.campaigns or None)
        if reports:
            show_once(context, MESSAGES, {"sends": _sends_table([report.send for report in reports])})
        told = {"vendors": dg.MetadataValue.text("sandbox: nothing is delivered" if opened.is_sandbox else "live")}
        yield dg.MaterializeResult(
            MESSAGES, metadata=_told({"sends worked on": len(reports)}, started) | told | window_metadata(context)
        )

    return send_messages


def _collect_step(days: Days) -> dg.AssetsDefinition:
    text = (
        "Results that vendors tell later, substitute text messages for those whom Kakao does not reach, opt-outs that "
        "become consents. In the operational store. Grain: message."
    )
    spec = _spec(RESULTS, [MESSAGES], text, "store", "sqlite", days)

    @dg.multi_asset(name=COLLECT, specs=[spec], backfill_policy=dg.BackfillPolicy.single_run())
    def collect_results(
        context: dg.AssetExecutionContext,
        config: Wanted,
        campaign_shop: dg.ResourceParam[OpenShop],
        vendors: dg.ResourceParam[VendorDesk],
    ) -> Iterator[dg.MaterializeResult[None]]:
        from assets.campaigns.work import collect_due

        started = time.monotonic()
        with permanent_failures(), campaign_shop(context.log.info) as shop:
            rounds = collect_due(shop, vendors.open(shop), config.campaigns or None)
        names = ("results", "substitutes", "opt_outs", "forgotten_tokens")
        counts = {name.replace("_", " "): sum(getattr(one, name) for one in rounds) for name in names}
        yield dg.MaterializeResult(RESULTS, metadata=_told(counts, started) | window_metadata(context))

    return collect_results


def _publish_step(days: Days, zone: str) -> dg.AssetsDefinition:
    specs = [_published_spec(table, days, zone) for table in tables.PUBLISHED]
    check = dg.AssetCheckSpec(
        NOBODY_LOST,
        asset=published_key(tables.SENDS),
        description="Of every send that is over, each message has come to an end: nobody is lost. Messages that wait "
        "for a vendor's result have been sent and count as such.",
    )

    @dg.multi_asset(
        name=PUBLISH, specs=specs, check_specs=[check], can_subset=True, backfill_policy=dg.BackfillPolicy.single_run()
    )
    def publish_campaigns(
        context: dg.AssetExecutionContext,
        campaign_shop: dg.ResourceParam[OpenShop],
    ) -> Iterator[dg.MaterializeResult[None] | dg.AssetCheckResult]:
        from assets.campaigns.work import publish

        selected = [table for table in tables.PUBLISHED if published_key(table) in context.selected_asset_keys]
        with permanent_failures(), campaign_shop(context.log.info) as shop:
            for table in selected:
                started = time.monotonic()
                version = publish(shop, [table])[table]
                metadata = version_metadata(version, started) | window_metadata(context)
                yield dg.MaterializeResult(published_key(table), metadata=metadata)
            if tables.SENDS in selected:
                yield _nobody_lost(shop)

    return publish_campaigns


def _published_spec(table: str, days: Days, zone: str) -> dg.AssetSpec:
    decisions = lake_key(tables.DECISIONS)
    parents = {tables.SENDS: [RESULTS, decisions], tables.DECISIONS: [decisions], tables.DELIVERIES: [RESULTS]}
    text = f"{tables.DESCRIPTIONS[table]}\n\nPublished as Parquet in published/tables/{table}."
    spec = _spec(published_key(table), parents[table], text, "published", "duckdb", days)
    return spec.replace_attributes(freshness_policy=morning_freshness(zone))


def _nobody_lost(shop: "Shop") -> dg.AssetCheckResult:
    import polars as pl

    over = pl.col("state").is_in(["finished", "cancelled", "expired"])
    lost = shop.published.scan(tables.SENDS).filter(over & (pl.col("waiting") > 0)).collect()
    return dg.AssetCheckResult(
        asset_key=published_key(tables.SENDS),
        check_name=NOBODY_LOST,
        passed=lost.is_empty(),
        severity=dg.AssetCheckSeverity.ERROR,
        metadata={"sends": dg.MetadataValue.text(", ".join(lost["send_id"].head(_SHOWN)) or "none")},
    )


def _spec(
    key: dg.AssetKey, parents: Sequence[dg.AssetKey], description: str, layer: str, kind: str, days: Days
) -> dg.AssetSpec:
    return dg.AssetSpec(
        key,
        deps=parents,
        description=description,
        group_name=GROUP,
        owners=OWNERS,
        kinds={"parquet", kind} if layer != "store" else {kind},
        tags={"layer": layer},
        partitions_def=days,
    )


def _sends_table(sends: Sequence["Send"]) -> dg.MetadataValue:
    columns = ["send_id", "channel", "state", "delivered", "accepted", "failed", "unknown", "reserved"]
    last = {send.send_id: send for send in sends}
    return markdown_table(
        columns, [tuple(getattr(send, name) for name in columns) for send in list(last.values())[:_SHOWN]], longest=80
    )


def _told(counts: dict[str, int], started: float) -> dict[str, dg.MetadataValue]:
    seconds = round(time.monotonic() - started, 3)
    return {
        **{name: dg.MetadataValue.int(number) for name, number in counts.items()},
        "duration_seconds": dg.MetadataValue.float(seconds),
    }
