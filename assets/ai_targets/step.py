"""AI targets of the graph: one step that trains and scores, one that publishes.

Belongs here: the assets, their descriptions and the check. Does not belong here: training and scoring (``run``,
``models.propensity``), segments (``assets.segments``).
"""

import time
from collections.abc import Iterator

import dagster as dg

from assets.ai_targets import tables
from assets.common import Clock, permanent_failures, show_once, window_metadata
from assets.lake_steps import build_publish_step, lake_key, lake_spec, publish_days, published_lake_spec
from assets.published import published_key
from connectors.home.paths import Home
from connectors.home.settings import Settings
from connectors.lake.tables import LakeTables
from connectors.published.tables import PublishedTables
from connectors.published.versions import Version

GROUP = "segments"
SCORE, PUBLISH = "score_customers", "publish_ai_targets"
GATE = "ai_models_beat_recency_and_frequency"
_FACTS = tuple(published_key(table) for table in tables.FACTS)
_PARENTS = {
    tables.MODELS: _FACTS,
    tables.CARDS: (lake_key(tables.MODELS),),
    tables.SCORES: (lake_key(tables.MODELS), *_FACTS),
}
_DESCRIPTIONS = {
    tables.MODELS: "Models of the AI targets in use (likely to buy, at risk, high potential, repeat due): when they "
    "were trained, what the gate said. Grain: day, target.",
    tables.CARDS: "Model cards: figures with their 95 % interval, lift by tenth, calibration, features, windows. "
    "Grain: target, part, name, measure.",
    tables.SCORES: "What is expected of each customer by each AI target, its tenth, whether the customer is in the "
    "segment, and why. Grain: target, customer.",
}
_CHECK = (
    "Each AI target's newest model orders customers better than recency and frequency alone, and than the model in "
    "use, on the newest window; else the one in use stays. It says so too where there is too little data for a model."
)


def build_ai_assets(
    partitions_def: dg.PartitionsDefinition[str], zone: str
) -> tuple[dg.AssetsDefinition, dg.AssetsDefinition]:
    """The step that trains and scores, and the one that publishes."""
    published = [
        published_lake_spec(table, GROUP, _DESCRIPTIONS[table], partitions_def, zone) for table in tables.PUBLISHED
    ]
    return _score_step(partitions_def), build_publish_step(PUBLISH, published, publish_table)


def _score_step(partitions_def: dg.PartitionsDefinition[str]) -> dg.AssetsDefinition:
    @dg.multi_asset(
        name=SCORE,
        specs=[
            lake_spec(table, GROUP, _DESCRIPTIONS[table], parents, "lightgbm", partitions_def)
            for table, parents in _PARENTS.items()
        ],
        check_specs=[dg.AssetCheckSpec(GATE, asset=lake_key(tables.MODELS), description=_CHECK)],
        backfill_policy=dg.BackfillPolicy.single_run(),
    )
    def score_customers(
        context: dg.AssetExecutionContext,
        home: dg.ResourceParam[Home],
        settings: dg.ResourceParam[Settings],
        published: dg.ResourceParam[PublishedTables],
        clock: dg.ResourceParam[Clock],
    ) -> Iterator[dg.MaterializeResult[None] | dg.AssetCheckResult]:
        from assets.ai_targets.metadata import told_of, verdict_of
        from assets.ai_targets.run import run_ai_targets

        started = time.monotonic()
        with permanent_failures():
            today = clock().astimezone(settings.zone).date()
            run = run_ai_targets(home, settings, published, today, context.log.info)
            told = told_of(run)
        shared = window_metadata(context)
        shared["duration_seconds"] = dg.MetadataValue.float(round(time.monotonic() - started, 3))
        for table in _PARENTS:
            small, large = told[table]
            show_once(context, lake_key(table), large)
            yield dg.MaterializeResult(lake_key(table), metadata=shared | small)
        yield verdict_of(run)

    return score_customers


def publish_table(lake: LakeTables, published: PublishedTables, table: str, memory_limit: str) -> Version:
    """Publish a table of AI targets."""
    schema, is_history = tables.PUBLISHED[table], table in tables.HISTORIES
    return publish_days(lake, published, table, schema, memory_limit, is_history=is_history)
