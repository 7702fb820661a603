"""Segments that are found by themselves: tastes, and customers that models point out.

Belongs here: their members and names in the form that all segments have. Does not belong here: finding them (``taste``,
``propensity``), rule segments (``run``).
"""

import polars as pl

from assets.segments.tables import AI, MEMBER_ROWS, TASTE
from connectors.published.tables import PublishedTables
from models.propensity.targets import TARGETS

NAMES = pl.Schema({"segment_id": pl.String(), "name": pl.String(), "kind": pl.String(), "description": pl.String()})


def taste_members(published: PublishedTables) -> pl.DataFrame:
    """:data:`MEMBER_ROWS` of the tastes of the last day that has any, under ids such as ``taste:t7``."""
    newest = _newest(published, "taste_members")
    if newest is None:
        return pl.DataFrame(schema=MEMBER_ROWS)
    customers = published.scan("customers").select("customer_key", "customer_id")
    rows = newest.join(customers, on="customer_key").with_columns(
        pl.format(f"{TASTE}:{{}}", "segment_id").alias("segment_id"), pl.lit(TASTE).alias("kind")
    )
    return rows.select(MEMBER_ROWS.names()).cast(MEMBER_ROWS).sort("segment_id", "customer_key").collect()


def taste_names(published: PublishedTables) -> pl.DataFrame:
    """:data:`NAMES` of the same tastes."""
    newest = _newest(published, "taste_segments")
    if newest is None:
        return pl.DataFrame(schema=NAMES)
    rows = newest.with_columns(
        pl.format(f"{TASTE}:{{}}", "segment_id").alias("segment_id"), pl.lit(TASTE).alias("kind")
    )
    return rows.select(NAMES.names()).cast(NAMES).sort("segment_id").collect()


def ai_members(published: PublishedTables) -> pl.DataFrame:
    """:data:`MEMBER_ROWS` of the customers that models point out, under ids such as ``ai:at_risk``."""
    newest = _newest(published, "ai_scores")
    if newest is None:
        return pl.DataFrame(schema=MEMBER_ROWS)
    rows = newest.filter("is_in_segment").with_columns(
        pl.format(f"{AI}:{{}}", "target").alias("segment_id"),
        pl.lit(AI).alias("kind"),
        pl.lit(None, pl.Float64).alias("strength"),
    )
    return rows.select(MEMBER_ROWS.names()).cast(MEMBER_ROWS).sort("segment_id", "customer_key").collect()


def ai_names(published: PublishedTables, locale: str) -> pl.DataFrame:
    """:data:`NAMES` of the targets that have a model."""
    newest = _newest(published, "ai_models")
    if newest is None:
        return pl.DataFrame(schema=NAMES)
    trained = set(newest.filter(pl.col("trained_on").is_not_null()).select("target").collect()["target"])
    rows = [
        (f"{AI}:{one.id}", one.name_ko if locale == "ko" else one.name_en, AI, None)
        for one in TARGETS.values()
        if one.id in trained
    ]
    return pl.DataFrame(rows, schema=NAMES, orient="row").sort("segment_id")


def _newest(published: PublishedTables, table: str) -> pl.LazyFrame | None:
    """Rows of the last day of a table; None while there are none."""
    if published.current(table) is None:
        return None
    rows = published.scan(table)
    day = rows.select(pl.col("day").max()).collect().item()
    return None if day is None else rows.filter(pl.col("day") == day)
