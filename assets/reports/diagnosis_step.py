"""The daily diagnosis in the graph: reserve the day's, send what is reserved, ask for results.

Belongs here: the asset, its metadata. Does not belong here: the work (``diagnosis_sending``), when a run is started
(``orchestration.diagnosis_sensor``). Takes no run lock, as runs of campaigns take none.
"""

import datetime as dt
import time
from collections import Counter
from collections.abc import Iterator

import dagster as dg

from assets.campaigns.step import OpenShop, VendorDesk
from assets.common import OWNERS, permanent_failures
from assets.lake_steps import Days

GROUP = "reports"
SEND = "send_diagnosis"
NOTICES = dg.AssetKey(["store", "notices"])
DAILY = dg.AssetKey(["published", "report_daily"])


class WantedDay(dg.Config):
    """What a run is about."""

    day: str = ""  # whose diagnosis to reserve, ISO 8601; empty: what is reserved goes on


def build_diagnosis_assets(days: Days) -> tuple[dg.AssetsDefinition, ...]:
    """The one step. A partition is the day on which it is sent."""

    @dg.multi_asset(name=SEND, specs=[_spec(days)], backfill_policy=dg.BackfillPolicy.single_run())
    def send_diagnosis(
        context: dg.AssetExecutionContext,
        config: WantedDay,
        campaign_shop: dg.ResourceParam[OpenShop],
        vendors: dg.ResourceParam[VendorDesk],
    ) -> Iterator[dg.MaterializeResult[None]]:
        from assets.reports.diagnosis_sending import outcomes, reserve_diagnosis, send_notices

        started, day = time.monotonic(), dt.date.fromisoformat(config.day) if config.day else None
        with permanent_failures(), campaign_shop(context.log.info) as shop:
            opened = vendors.open(shop)
            reserved = reserve_diagnosis(shop, opened, day) if day else 0
            worked_on = len(send_notices(shop, opened))
            states = Counter(one.state for one in outcomes(shop, day)) if day else Counter[str]()
        told = {
            "diagnosis of": config.day or "-",
            "outcomes": ", ".join(f"{name} {number}" for name, number in sorted(states.items())) or "-",
            "vendors": "sandbox: nothing is delivered" if opened.is_sandbox else "live",
        }
        counts = {"reserved": reserved, "sends worked on": worked_on}
        yield dg.MaterializeResult(
            NOTICES,
            metadata={
                **{name: dg.MetadataValue.text(text) for name, text in told.items()},
                **{name: dg.MetadataValue.int(number) for name, number in counts.items()},
                "duration_seconds": dg.MetadataValue.float(round(time.monotonic() - started, 3)),
            },
        )

    return (send_diagnosis,)


def _spec(days: Days) -> dg.AssetSpec:
    return dg.AssetSpec(
        NOTICES,
        deps=[DAILY],
        description="The daily diagnosis to the marketers named in shop.yaml, in the operational store's ledger beside "
        "the messages of campaigns and never among them. Grain: day, marketer.",
        group_name=GROUP,
        owners=OWNERS,
        kinds={"sqlite"},
        tags={"layer": "store"},
        partitions_def=days,
    )
