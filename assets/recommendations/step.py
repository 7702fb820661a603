"""Group ``recommendations``: lists for every page, message items, their quality, and the tables that people read.

Belongs here: the steps as assets and checks. Does not belong here: what a run does (``run``), metadata (``metadata``),
models.
"""

import time
from collections.abc import Iterator

import dagster as dg
import polars as pl

from assets.common import permanent_failures, show_once, window_metadata
from assets.lake_steps import build_publish_step, lake_key, lake_spec, published_lake_spec
from assets.published import published_key
from assets.recommendations import tables
from connectors.home.paths import Home
from connectors.home.settings import Settings
from connectors.lake.tables import LakeTables
from connectors.published.lake import link_lake_table, publish_lake_table
from connectors.published.tables import PublishedTables
from connectors.published.versions import Version

GROUP = "recommendations"
FIND, PUBLISH = "find_recommendations", "publish_recommendations"
GATE, FULL = "ranker_is_not_worse_than_the_one_in_use", "every_list_is_full"
_STEPS = (published_key("events"), published_key("products"))
# What each table of the lake is made from: published tables, and what the same step made before.
_PARENTS = {
    tables.VIEWED: (published_key("events"),),
    tables.FOLLOWING: (published_key("events"),),
    tables.BOUGHT: (published_key("product_purchases"),),
    tables.TRENDS: (published_key("product_interest"),),
    tables.SEARCHED: (published_key("search_products_daily"),),
    tables.QUERIES: (published_key("searches_daily"),),
    tables.COUNTED: (published_key("events"),),
    tables.RANKERS: (*_STEPS, published_key("product_purchases")),
    tables.PERSONAL: (*_STEPS, published_key("customers"), lake_key(tables.RANKERS)),
    tables.RECOMMENDATIONS: (
        *(lake_key(table) for table in (tables.VIEWED, tables.FOLLOWING, tables.BOUGHT, tables.TRENDS)),
        *(lake_key(table) for table in (tables.SEARCHED, tables.PERSONAL, "product_embeddings")),
        *(published_key(table) for table in ("products", "customer_contexts", "product_purchases")),
    ),
    tables.MODEL_LISTS: (lake_key(tables.RECOMMENDATIONS),),
    tables.MESSAGES: (
        lake_key(tables.RECOMMENDATIONS),
        published_key("customer_products"),
        published_key("product_purchases"),
    ),
    tables.CONTENTS: (published_key("contents"), published_key("products"), lake_key(tables.SPELLINGS)),
    tables.SPELLINGS: (published_key("searches_daily"), published_key("products")),
    tables.QUALITY: (lake_key(tables.RECOMMENDATIONS), published_key("events"), published_key("taste_members")),
    tables.SHARES: (lake_key(tables.RECOMMENDATIONS),),
    tables.RULES: (lake_key(tables.RECOMMENDATIONS),),
    tables.RUNS: (lake_key(tables.RECOMMENDATIONS), published_key("daily_site_metrics")),
}
_COUNTS = "Counts that fade by a half-life and are carried from day to day; the last days are kept. Grain: one row per "
_DESCRIPTIONS = {  # what a table is made from before it
    tables.VIEWED: f"Which products are looked at in the same visit, close to each other. {_COUNTS}product.",
    tables.FOLLOWING: f"Which products are looked at after a product in the same visit. {_COUNTS}product.",
    tables.BOUGHT: f"Which products are bought in the same order. {_COUNTS}product.",
    tables.TRENDS: f"How much each product is looked at, carted and bought, lately and usually. {_COUNTS}product.",
    tables.SEARCHED: f"What is looked at, carted and bought after a search. {_COUNTS}query key and product.",
    tables.QUERIES: f"How often is searched for what. {_COUNTS}query key.",
    tables.COUNTED: "How many events were known of each day that the counts of a day hold: another number now means "
    "late events, and that they can not be gone on from. Grain: one row per day of events.",
    tables.RANKERS: "The rankers in use, of personal lists and of repeat purchases, with the figures of the gate. "
    "Grain: one row per day.",
    tables.PERSONAL: "The ranker's own lists before anything fills them up: of all customers on the days of its "
    "training, else of those who chose something lately; the newest day that has a customer counts. Grain: one row per "
    "customer and rank.",
    tables.RECOMMENDATIONS: "What is recommended: full lists of every algorithm for every product, category, query and "
    "customer, after the rules that hold on all pages. The day is the one a list was made on: lists of customers who "
    "did nothing stand for some weeks. Grain: one row per algorithm, context and rank.",
    tables.MODEL_LISTS: "Lists of models that have rules of their own (or of their page); models without read "
    "recommendations. Grain: one row per model, algorithm, context and rank.",
    tables.MESSAGES: "The seven product items of messages for each customer. Grain: one row per customer, item and "
    "rank.",
    tables.SPELLINGS: "How searched queries are written and which query a misspelt one means. Grain: one row per query "
    "key.",
    tables.CONTENTS: "Contents recommended for products, queries and the main page. Grain: one row per basis, context "
    "and rank.",
    tables.QUALITY: "How well the lists of the evening before predicted what was looked at, by algorithm and taste "
    "segment. Grain: one row per day, algorithm and segment.",
    tables.SHARES: "Which source supplied how many rows of the lists, and how many lists are full. Grain: one row per "
    "day, algorithm and source.",
    tables.RULES: "What each rule did to the lists made on the day. Grain: one row per day, model and rule.",
    tables.RUNS: "Runs that made recommendations: days counted, customers ranked, settings. Grain: one row per day.",
}
_GATE = (
    "The newly trained ranker is neither worse than the one in use nor than best sellers for everybody, on the newest "
    "sessions; else the one in use stays."
)
_FULL = "Every product, category, query and customer has a full list of each algorithm after rules."

_NOTE = "; swapped in by one rename, readable while runs go on."


def build_recommendation_assets(
    partitions_def: dg.PartitionsDefinition[str], zone: str
) -> tuple[dg.AssetsDefinition, dg.AssetsDefinition]:
    """The step that makes recommendations, and the one that publishes them."""
    published = [
        published_lake_spec(table, GROUP, _DESCRIPTIONS[table], partitions_def, zone, _NOTE)
        for table in tables.PUBLISHED
    ]
    return _find_step(partitions_def), build_publish_step(PUBLISH, published, publish_table)


def _find_step(partitions_def: dg.PartitionsDefinition[str]) -> dg.AssetsDefinition:
    @dg.multi_asset(
        name=FIND,
        specs=[
            lake_spec(table, GROUP, text, _PARENTS[table], _kind(table), partitions_def)
            for table, text in _DESCRIPTIONS.items()
        ],
        check_specs=[
            dg.AssetCheckSpec(GATE, asset=lake_key(tables.RANKERS), description=_GATE),
            dg.AssetCheckSpec(FULL, asset=lake_key(tables.RECOMMENDATIONS), description=_FULL),
        ],
        backfill_policy=dg.BackfillPolicy.single_run(),
    )
    def find_recommendations(
        context: dg.AssetExecutionContext,
        home: dg.ResourceParam[Home],
        settings: dg.ResourceParam[Settings],
        published: dg.ResourceParam[PublishedTables],
    ) -> Iterator[dg.MaterializeResult[None] | dg.AssetCheckResult]:
        from assets.recommendations.inputs import read_inputs
        from assets.recommendations.metadata import told_of, verdicts_of
        from assets.recommendations.run import run_recommendations

        started = time.monotonic()
        with permanent_failures():
            inputs = read_inputs(home, published, settings)
            run = None if inputs is None else run_recommendations(home, settings, inputs, context.log.info)
            told = told_of(run)
        duration = {"duration_seconds": dg.MetadataValue.float(round(time.monotonic() - started, 3))}
        for table in _DESCRIPTIONS:
            small, large = told[table]
            show_once(context, lake_key(table), large)
            yield dg.MaterializeResult(lake_key(table), metadata=small | duration | window_metadata(context))
        yield from verdicts_of(run)

    return find_recommendations


def publish_table(lake: LakeTables, published: PublishedTables, table: str, memory_limit: str) -> Version:
    """Publish all days of a history, and of lists that stand; of any other table its last day."""
    kept = slice(None) if table in tables.HISTORIES | tables.STANDING else slice(-1, None)
    files, days, empty = lake.paths(table)[kept], lake.days(table)[kept], pl.DataFrame(schema=tables.PUBLISHED[table])
    signature = lake.signature(table)
    if table in tables.LARGE:
        return link_lake_table(
            published, table, files, "day", signature=signature, empty=empty, memory_limit=memory_limit
        )
    return publish_lake_table(
        published, table, files, "day", days, signature=signature, empty=empty, memory_limit=memory_limit
    )


def _kind(table: str) -> str:
    return "lightgbm" if table in (tables.RANKERS, tables.PERSONAL) else "polars"
