"""What taste segments are made from: published views and the catalogue.

Belongs here: which day it is, the rows of the window, a signature that says whether anything changed.
Does not belong here: what is made of them.
"""

import datetime as dt
import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from connectors.home.settings import TasteSettings
from connectors.published.tables import PublishedTables
from models.taste.interest import ROWS

INTEREST, PRODUCTS, METRICS = "product_interest", "products", "daily_site_metrics"
RECIPE = 1  # goes up when the same input would give other segments
_CATALOGUE = ("product_id", "name", "category_path", "brand", "attributes")


@dataclass(frozen=True)
class TasteInputs:
    """``day``: the last business day on which anything happened; ``rows``: ``product_interest`` of the window that ends
    with it; ``catalogue``: products with what makes their text; ``signature``: another one when the result may
    differ."""

    day: dt.date
    rows: pl.LazyFrame
    catalogue: pl.DataFrame
    signature: str


def read_inputs(published: PublishedTables, settings: TasteSettings) -> TasteInputs | None:
    """The window as it is published now; None while there is nothing at all."""
    versions = {name: published.current(name) for name in (INTEREST, PRODUCTS, METRICS)}
    if None in versions.values():
        return None
    day = published.scan(METRICS).select(pl.col("day").max()).collect().item()
    if day is None:
        return None
    first = day - dt.timedelta(days=settings.window_days - 1)
    files = published.files(INTEREST, first, day)
    catalogue = published.scan(PRODUCTS).select(_CATALOGUE).collect()
    told = repr([day, RECIPE, shaping(settings), *(version and version.name for version in versions.values())])
    return TasteInputs(
        day=day,
        rows=_scan(files).filter(pl.col("event_day").is_between(first, day)),
        catalogue=catalogue.sort("product_id"),
        signature=hashlib.sha256(told.encode()).hexdigest()[:32],
    )


def shaping(settings: TasteSettings) -> str:
    """The settings that shape segments, as JSON."""
    return json.dumps(settings.model_dump(exclude={"keep_days"}), sort_keys=True)


def _scan(files: list[Path]) -> pl.LazyFrame:
    if not files:
        return pl.LazyFrame(schema=ROWS)
    return pl.scan_parquet(files, hive_partitioning=False).select(ROWS.names()).cast(ROWS)
