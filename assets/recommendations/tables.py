"""The tables of the lake that recommendations are made in: names, columns, how long they are kept.

Belongs here: schemas that steps share. Does not belong here: making rows.
"""

from collections.abc import Mapping
from typing import Final

import polars as pl

from models.recommend import contents
from models.recommend.counts import pair_state, trends
from models.recommend.message_items import MESSAGE_ITEMS as ITEM_ROWS
from models.recommend.search import answers as search

# What is carried from day to day.
VIEWED, FOLLOWING, BOUGHT = "pairs_viewed", "pairs_next", "pairs_bought"
TRENDS, SEARCHED, QUERIES = "product_trends", "searched_products", "searched_queries"
PERSONAL = "personal_lists"
RANKERS = "recommend_rankers"
COUNTED = "counted_days"
STATES: Final[Mapping[str, pl.Schema]] = {
    VIEWED: pair_state.SCHEMA,
    FOLLOWING: pair_state.SCHEMA,
    BOUGHT: pair_state.SCHEMA,
    TRENDS: trends.STATE,
    SEARCHED: search.STATE,
    QUERIES: search.QUERY_STATE,
    COUNTED: pl.Schema({"event_day": pl.Date(), "events": pl.Int64(), "settings": pl.String()}),
}
PERSONAL_ROWS: Final = pl.Schema(
    {"customer_key": pl.String(), "rank": pl.Int32(), "product_id": pl.String(), "score": pl.Float64()}
)
RANKER_ROWS: Final = pl.Schema(
    {
        "day": pl.Date(),
        "settings": pl.String(),
        "ranker": pl.String(),
        "repeat_model": pl.String(),
        "state": pl.String(),
        "reasons": pl.List(pl.String()),
        "trained_on": pl.Date(),
        "histories": pl.Int64(),
        "hit_rate": pl.Float64(),
        "reciprocal_rank": pl.Float64(),
        "champion_hit_rate": pl.Float64(),
        "champion_reciprocal_rank": pl.Float64(),
        "popular_hit_rate": pl.Float64(),
        "popular_reciprocal_rank": pl.Float64(),
    }
)

# What people read.
RECOMMENDATIONS, MODEL_LISTS, MESSAGES = "recommendations", "model_recommendations", "message_items"
CONTENTS, QUALITY, SHARES, RULES = "content_recommendations", "rec_quality", "rec_sources", "rec_rules"
RUNS, SPELLINGS = "rec_runs", "search_spellings"
_LIST = {
    "day": pl.Date(),
    "algorithm": pl.String(),
    "basis": pl.String(),
    "context_id": pl.String(),
    "rank": pl.Int32(),
    "product_id": pl.String(),
    "score": pl.Float64(),
    "source": pl.String(),
    "support": pl.Int64(),
}
LIST_ROWS: Final = pl.Schema(_LIST)
QUALITY_ROWS: Final = pl.Schema(
    {
        "day": pl.Date(),
        "algorithm": pl.String(),
        "segment_id": pl.String(),
        "histories": pl.Int64(),
        "hr_20": pl.Float64(),
        "mrr_20": pl.Float64(),
        "ndcg_20": pl.Float64(),
        "catalogue_coverage": pl.Float64(),
        "novelty": pl.Float64(),
    }
)
SHARE_ROWS: Final = pl.Schema(
    {
        "day": pl.Date(),
        "algorithm": pl.String(),
        "basis": pl.String(),
        "source": pl.String(),
        "rows": pl.Int64(),
        "share": pl.Float64(),
        "lists": pl.Int64(),
        "full_lists": pl.Int64(),
    }
)
RULE_ROWS: Final = pl.Schema(
    {
        "day": pl.Date(),
        "model_id": pl.String(),
        "rule_id": pl.String(),
        **{name: pl.Int64() for name in ("lists", "rows_removed", "rows_moved", "rows_added")},
        **{name: pl.Int64() for name in ("lists_shortened", "lists_emptied")},
    }
)
RUN_ROWS: Final = pl.Schema(
    {
        "day": pl.Date(),
        "since": pl.Date(),  # the day whose states were continued, null when all was counted anew
        "days": pl.Int64(),
        "ranker_day": pl.Date(),
        "products": pl.Int64(),
        "customers": pl.Int64(),
        "customers_made": pl.Int64(),  # whose lists were made anew; those of the others stand as they were
        "ranked_rows": pl.Int64(),
        "ranked_from": pl.Date(),  # the first of the days whose files hold the ranker's own lists
        "recipe": pl.String(),  # another one made all lists anew
        "settings": pl.String(),
        "signature": pl.String(),
    }
)
PUBLISHED: Final[Mapping[str, pl.Schema]] = {
    RECOMMENDATIONS: LIST_ROWS,
    MODEL_LISTS: pl.Schema(
        {"day": pl.Date(), "model_id": pl.String(), **{k: v for k, v in _LIST.items() if k != "day"}}
    ),
    MESSAGES: pl.Schema({"day": pl.Date(), **ITEM_ROWS}),
    CONTENTS: pl.Schema({"day": pl.Date(), **contents.LISTS}),
    SPELLINGS: pl.Schema({"day": pl.Date(), "query": pl.String(), "spelling": pl.String(), "main": pl.String()}),
    QUALITY: QUALITY_ROWS,
    SHARES: SHARE_ROWS,
    RULES: RULE_ROWS,
    RUNS: RUN_ROWS,
}
HISTORIES: Final = frozenset({QUALITY, SHARES, RULES, RUNS})  # all days are kept and published; of others the last one
KEPT_STATES: Final = 6  # days: of settled counts at least one; an event that comes later still has the window counted
KEPT_LISTS: Final = 2  # days: today's, and yesterday's for somebody who is still reading
STANDING: Final = frozenset({RECOMMENDATIONS, MODEL_LISTS})  # what still holds of the days before is published too
LARGE: Final = STANDING | {MESSAGES}  # published as the lake's own files
