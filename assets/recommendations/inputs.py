"""What recommendations are made from: published tables, rules and models in force.

Belongs here: which day it is, reading the rows of a span of days, a signature that says whether anything changed.
Does not belong here: what is made of them.
"""

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import polars as pl

from assets.recommendations.documents import own_models, rules_in_force
from connectors.home.member_key import read_secret
from connectors.home.paths import Home
from connectors.home.settings import Settings
from connectors.lake.tables import LakeTables
from connectors.published.errors import PublishError
from connectors.published.tables import PublishedTables
from connectors.store.store import Store
from models.recommend.definitions.built_in import effective_models
from models.recommend.definitions.document import RecommendModel
from models.recommend.rules.document import Rule
from models.recommend.steps import STEPS, ordered_steps

RECIPE = 2  # goes up when the same input would give other lists
_DAILY = ("events", "product_interest", "searches_daily", "search_products_daily")
_WHOLE = ("products", "customers", "customer_products", "customer_contexts", "product_purchases", "contents")
_EVENT_COLUMNS = (
    "event_id", "event_day", "event_at", "event_name", "session_id", "customer_key", "product_id", "is_bot",
)  # fmt: skip


@dataclass(frozen=True)
class Inputs:
    """``day``: the last business day with events; ``first``: where the window begins; ``signature``: another one when
    the result may differ."""

    published: PublishedTables
    day: dt.date
    first: dt.date
    rules: tuple[Rule, ...]
    models: tuple[RecommendModel, ...]
    signature: str

    @property
    def documents(self) -> str:
        """Rules and models in force and how lists are made of them, as text."""
        return repr((RECIPE, *([one.model_dump_json() for one in each] for each in (self.rules, self.models))))

    @cached_property
    def events_by_day(self) -> Mapping[dt.date, int]:
        """Events of each day of the window; read when it is asked for: not by who asks only whether to run."""
        return _events_by_day(self.published, self.first, self.day)

    def whole(self, table: str) -> pl.LazyFrame:
        """All rows of a table."""
        return self.published.scan(table)

    def of_days(self, table: str, first: dt.date, last: dt.date) -> pl.LazyFrame:
        """Rows of a table by ``event_day`` from ``first`` to ``last``."""
        return self.published.scan(table, first, last).filter(pl.col("event_day").is_between(first, last))

    def steps(self, first: dt.date, last: dt.date) -> pl.DataFrame:
        """Steps of the days from ``first`` to ``last``."""
        events = self.of_days("events", first, last).select(_EVENT_COLUMNS)
        return ordered_steps(events).cast(STEPS)

    def purchases(self, first: dt.date, last: dt.date) -> pl.LazyFrame:
        """Order lines as repeat purchases want them."""
        rows = self.whole("product_purchases").filter(pl.col("event_day").is_between(first, last))
        columns = ("customer_key", "product_id", "order_id", "quantity")
        return rows.select(*columns, pl.col("event_day").alias("bought_on")).cast({"quantity": pl.Int64})


def read_inputs(home: Home, published: PublishedTables, settings: Settings) -> Inputs | None:
    """The inputs as they are published now; None while there is nothing to recommend from."""
    versions = {name: published.current(name) for name in (*_DAILY, *_WHOLE)}
    if any(version is None for version in versions.values()):
        return None
    day = published.scan("daily_site_metrics").select(pl.col("day").max()).collect().item()
    if day is None:
        return None
    first = day - dt.timedelta(days=settings.recommend.window_days - 1)
    rules, models = _documents(home)
    style = LakeTables(home).signature("product_embeddings")
    told = [
        day, RECIPE, shaping(settings), style, [rule.model_dump_json() for rule in rules],
        [model.model_dump_json() for model in models], *(version and version.name for version in versions.values()),
    ]  # fmt: skip
    signature = hashlib.sha256(repr(told).encode()).hexdigest()[:32]
    return Inputs(published, day, first, rules, models, signature)


def shaping(settings: Settings) -> str:
    """The settings that shape recommendations, as JSON."""
    return json.dumps(settings.recommend.model_dump(), sort_keys=True)


def _events_by_day(published: PublishedTables, first: dt.date, last: dt.date) -> dict[dt.date, int]:
    version = published.current("events")
    if version is None:
        raise PublishError("events were never published: `dangol run` publishes them")
    if version.day_column is not None:
        counts = {dt.date.fromisoformat(day): rows for day, rows in version.days.items()}
        return {day: rows for day, rows in sorted(counts.items()) if first <= day <= last}
    files: list[Path] = published.files("events", first, last)
    rows = pl.scan_parquet(files, hive_partitioning=False).filter(pl.col("event_day").is_between(first, last))
    return dict(rows.group_by("event_day").len().collect().sort("event_day").iter_rows())


def _documents(home: Home) -> tuple[tuple[Rule, ...], tuple[RecommendModel, ...]]:
    """Rules and models in force."""
    with Store.open(home.ops_url, secret=read_secret(home), now=_no_clock) as store:
        return rules_in_force(store), effective_models(own_models(store))


def _no_clock() -> dt.datetime:
    """The clock of a store that is only read: whatever asks for the time here would write."""
    raise AssertionError("recommendations only read the operational store, which needs no time")
