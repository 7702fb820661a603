"""Group ``reports``: the pages that marketers read, in the graph.

Belongs here: the one step that writes pages, its assets and their metadata. Does not belong here: choosing and writing
pages (``rendering``), what pages show (``models.reports``), the daily diagnosis as a message (``diagnosis_step``).
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

import dagster as dg

from assets.common import OWNERS, Clock, permanent_failures, present, show_once, window_metadata
from assets.lake_steps import Days
from assets.published import follow_the_mart, published_key
from assets.reports.glossary import glossary_of, recipe_of
from assets.reports.rendering import BATCHES, Rendering, Written
from assets.reports.tables import tables_of
from connectors.home.paths import Home
from connectors.home.settings import Settings
from connectors.published.tables import PublishedTables
from models.reports.places import Kind

GROUP: Final = "reports"
STEP: Final = "render_reports"
_NAMES: Final[Mapping[Kind, str]] = {
    "campaign": "campaign_pages", "channel": "channel_pages", "day": "day_pages", "segment": "segment_pages",
    "dashboard": "dashboard_page", "index": "index_page",
}  # fmt: skip
_DESCRIPTIONS: Final[Mapping[Kind, str]] = {
    "campaign": "The report on each campaign. Grain: campaign; those that sent something in the last 31 days, or whose "
    "results changed, are looked at.",
    "channel": "The report on each channel, and on all of them. Grain: channel.",
    "day": "The diagnosis of each day. Grain: day; the last 8 are looked at.",
    "segment": "The report on each segment beside the whole shop. Grain: segment.",
    "dashboard": "The dashboard, the send history, recommendations and live visitors. Grain: one page each.",
    "index": "The page that leads to all others. Grain: one page.",
}


def report_key(batch: Kind) -> dg.AssetKey:
    """Key of the pages of a kind."""
    return dg.AssetKey([GROUP, _NAMES[batch]])


def build_report_assets(days: Days, zone: str, manifest: Mapping[str, Any]) -> tuple[dg.AssetsDefinition, ...]:
    """The one step that writes every page whose numbers have changed."""
    words = glossary_of(manifest)

    @dg.multi_asset(
        name=STEP, specs=[_spec(batch, days) for batch in BATCHES], can_subset=True,
        backfill_policy=dg.BackfillPolicy.single_run(),
    )  # fmt: skip
    def render_reports(
        context: dg.AssetExecutionContext,
        home: dg.ResourceParam[Home],
        settings: dg.ResourceParam[Settings],
        published: dg.ResourceParam[PublishedTables],
        clock: dg.ResourceParam[Clock],
    ) -> Iterator[dg.MaterializeResult[None]]:
        from assets.reports.opening import open_drafting, report_files

        recipe = recipe_of(settings, words)
        with permanent_failures(), open_drafting(published, settings, words) as drafting:
            rendering = Rendering(drafting, report_files(home), recipe, clock, context.log.info)
            for batch in BATCHES:
                if report_key(batch) in context.selected_asset_keys:
                    written = rendering.write(batch)
                    show_once(context, report_key(batch), _picture(written))
                    yield dg.MaterializeResult(report_key(batch), metadata=_told(written) | window_metadata(context))

    return (render_reports,)


def _spec(batch: Kind, days: Days) -> dg.AssetSpec:
    parents = [published_key(table) for table in tables_of(batch)]
    if batch == "index":
        parents += [report_key(other) for other in BATCHES if other != "index"]
    return dg.AssetSpec(
        report_key(batch),
        deps=parents,
        description=f"{_DESCRIPTIONS[batch]}\n\nHTML and XLSX below published/reports; written when numbers changed.",
        group_name=GROUP,
        owners=OWNERS,
        kinds={"html", "excel"},
        tags={"layer": "reports"},
        partitions_def=days,
        automation_condition=follow_the_mart(),
    )


def _told(written: Written) -> dict[str, dg.MetadataValue]:
    return {
        "pages looked at": dg.MetadataValue.int(written.looked_at),
        "pages written": dg.MetadataValue.int(written.written),
        "pages left for later": dg.MetadataValue.int(written.left),
        "bytes": dg.MetadataValue.int(written.bytes),
        "duration_seconds": dg.MetadataValue.float(round(written.seconds, 3)),
    }


def _picture(written: Written) -> dict[str, dg.MetadataValue]:
    """A chart of the last page written."""
    if written.chart is None:
        return {}
    from assets.charts import draw, inline_picture
    from models.reports.drawing import HALF, specification

    chart, page = written.chart
    png = draw(specification(chart, page.formats, HALF))
    return present({"picture": inline_picture(png, chart.says)})
