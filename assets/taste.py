"""Group ``taste``: product vectors, taste segments with their names, and the tables that marketers read.

Belongs here: the steps as assets and checks. Does not belong here: what a run does (``taste_run``), metadata
(``taste_metadata``), models.
"""

import datetime as dt
import time
from collections.abc import Iterator

import dagster as dg
import polars as pl

from assets import taste_history as history
from assets.common import permanent_failures, show_once, window_metadata
from assets.lake_steps import build_publish_step, lake_key, lake_spec, published_lake_spec
from assets.published import published_key
from connectors.home.paths import Home
from connectors.home.settings import Settings
from connectors.lake.tables import LakeTables
from connectors.published.lake import publish_lake_table
from connectors.published.tables import PublishedTables
from connectors.published.versions import Version

GROUP = "taste"
FIND, PUBLISH = "find_tastes", "publish_tastes"
GATE = "taste_run_is_good_enough_to_be_published"


# What each table of the lake is made from: published tables, and what the same step made before.
_PARENTS = {
    history.EMBEDDINGS: (published_key("product_interest"), published_key("products")),
    history.MEMBERS_TABLE: (published_key("product_interest"), lake_key(history.EMBEDDINGS)),
    history.PROFILES_TABLE: (published_key("product_interest"), lake_key(history.MEMBERS_TABLE)),
    history.DRIFT_TABLE: (lake_key(history.MEMBERS_TABLE),),
    history.SEGMENTS: (published_key("products"), lake_key(history.PROFILES_TABLE)),
    history.BUNDLES: (lake_key(history.SEGMENTS),),
    history.RUNS: (published_key("daily_site_metrics"), lake_key(history.MEMBERS_TABLE)),
}
_NOTE = (
    "; a run that is worse than the one before, or has too little data, adds no segments: the last good day stays the "
    "latest."
)
_DESCRIPTIONS = {
    history.EMBEDDINGS: "Where products lie in the taste space: what people look at together, and what products are "
    "called. Grain: one row per product, of the last two days.",
    history.MEMBERS_TABLE: "Who is in which taste segment, and how strongly. Grain: one row per day and customer with "
    "a taste of their own.",
    history.PROFILES_TABLE: "What each taste segment looks at. Grain: one row per day, segment and product.",
    history.DRIFT_TABLE: "What became of each segment since the run before: kept, born, died, split, merged, returned. "
    "Grain: one row per day and segment.",
    history.RUNS: "Attempts to make taste segments: settings, versions, quality figures, verdict. Grain: one row per "
    "day.",
    history.SEGMENTS: "Taste segments: name, description, ten keywords, products most looked at, size. Grain: one row "
    "per day and segment.",
    history.BUNDLES: "Bundles of like taste segments, to which parent_segment_id of a segment leads; their members are "
    "those of their segments. Grain: one row per day and bundle.",
}
_CHECK = (
    "Today's segments are sound, and not clearly worse than the published ones in density validity, noise share, "
    "stability and coverage; else the published ones stay."
)


def build_taste_assets(
    partitions_def: dg.PartitionsDefinition[str], zone: str
) -> tuple[dg.AssetsDefinition, dg.AssetsDefinition]:
    """The step that makes taste segments, and the one that publishes them."""
    published = [
        published_lake_spec(table, GROUP, _DESCRIPTIONS[table], partitions_def, zone, _NOTE)
        for table in history.SCHEMAS
    ]
    return _find_step(partitions_def), build_publish_step(PUBLISH, published, publish_taste_table)


def _find_step(partitions_def: dg.PartitionsDefinition[str]) -> dg.AssetsDefinition:
    @dg.multi_asset(
        name=FIND,
        specs=[
            lake_spec(table, GROUP, text, _PARENTS[table], _kind(table), partitions_def)
            for table, text in _DESCRIPTIONS.items()
        ],
        check_specs=[dg.AssetCheckSpec(GATE, asset=lake_key(history.RUNS), description=_CHECK)],
        backfill_policy=dg.BackfillPolicy.single_run(),
    )
    def find_tastes(
        context: dg.AssetExecutionContext,
        home: dg.ResourceParam[Home],
        settings: dg.ResourceParam[Settings],
        published: dg.ResourceParam[PublishedTables],
    ) -> Iterator[dg.MaterializeResult[None] | dg.AssetCheckResult]:
        from assets.taste_inputs import read_inputs
        from assets.taste_metadata import told_of, verdict_of
        from assets.taste_run import run_tastes

        started = time.monotonic()
        with permanent_failures():
            inputs = read_inputs(published, settings.taste)
            run = None if inputs is None else run_tastes(home, settings, inputs, context.log.info)
            told = told_of(run)
        duration = {"duration_seconds": dg.MetadataValue.float(round(time.monotonic() - started, 3))}
        for table in _DESCRIPTIONS:
            small, large = told[table]
            show_once(context, lake_key(table), large)
            yield dg.MaterializeResult(lake_key(table), metadata=small | duration | window_metadata(context))
        yield verdict_of(run, GATE, lake_key(history.RUNS))

    return find_tastes


def publish_taste_table(lake: LakeTables, published: PublishedTables, table: str, memory_limit: str) -> Version:
    """Publish a table of the lake; of a large one only the days that were written since it was published last."""
    current = published.current(table)
    since = dt.datetime.fromisoformat(current.created).timestamp() if current else 0.0
    days = zip(lake.days(table), lake.paths(table), strict=True)
    return publish_lake_table(
        published,
        table,
        lake.paths(table),
        "day",
        [day for day, path in days if path.stat().st_mtime >= since],
        signature=lake.signature(table),
        empty=pl.DataFrame(schema=history.SCHEMAS[table]),
        memory_limit=memory_limit,
    )


def _kind(table: str) -> str:
    return "sentencetransformers" if table == history.EMBEDDINGS else "hdbscan"
