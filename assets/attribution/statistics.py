"""Statistics of reports: lift, variants, characteristics, models of attribution and segments, as of a day.

Belongs here: which published rows each needs, the order of the steps, what is written into the lake. Does not belong
here: the maths and its words (``models.attribution``, ``models.profile``), Dagster (``step``).

All tables hold the present state: campaigns and messages of the last 90 days, segments of the last 7 and 30. So the
work does not grow with history.
"""

import datetime as dt
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import polars as pl

from assets.attribution import tables
from assets.attribution.designs import designs_of
from connectors.home.paths import Home
from connectors.home.settings import Settings
from connectors.lake.tables import LakeTables
from connectors.published.tables import PublishedTables
from connectors.store.store import Store
from models.attribution.characteristic_rows import characteristic_rows, recipients
from models.attribution.lift_rows import lift_rows
from models.attribution.model_rows import model_rows
from models.attribution.standing import Known, categories_before, standing_before
from models.attribution.variant_rows import variant_rows
from models.attribution.words import StatisticsWords
from models.profile.actions import actions_by_day
from models.profile.many import profiles_of
from models.profile.period import days_between, last_days
from models.profile.profile import Facts
from models.reports.formats import Formats

RECIPE: Final = 1  # goes up when the same input would give other rows
DAYS: Final = 90
PERIODS: Final = {"7d": 7, "30d": 30}  # of segments
_SEEN: Final = dt.timedelta(days=30)  # how long before the first message a device is remembered
_REACHED: Final = ("accepted", "delivered")


@dataclass(frozen=True)
class StatisticsRun:
    """``rows`` of each table that was written, none when nothing had changed; ``lift``: rows of ``report_lift``."""

    rows: Mapping[str, int]
    lift: pl.DataFrame

    @property
    def is_new(self) -> bool:
        """Whether anything was written."""
        return bool(self.rows)


def run_statistics(
    home: Home, settings: Settings, store: Store, published: PublishedTables, say: Callable[[str], None]
) -> StatisticsRun | None:
    """Make all tables as of the last complete day; None while the tables they come from are not there."""
    if not has_facts(published):
        return None
    lake, day = LakeTables(home), last_complete_day(published)
    if day is None:
        return None
    lake.finish_writing()
    if is_done(lake, settings, published, day):
        say(f"nothing has changed since the statistics of {day} were made")
        return StatisticsRun({}, tables.PUBLISHED[tables.LIFT].to_frame())
    frames = _Work(settings, published, day).made(store, say)
    run = pl.DataFrame([(day, _signature(settings, published, day))], schema=tables.RUN_ROWS, orient="row")
    lake.write_together(day, {**frames, tables.RUNS: run})
    for table in (*frames, tables.RUNS):
        lake.remove_days_before(table, lake.days(table)[-tables.KEPT_DAYS :][0])
    return StatisticsRun({table: frame.height for table, frame in frames.items()}, frames[tables.LIFT])


def has_facts(published: PublishedTables) -> bool:
    """Whether everything that must be there is."""
    return all(published.current(table) is not None for table in tables.FACTS)


def is_done(lake: LakeTables, settings: Settings, published: PublishedTables, day: dt.date) -> bool:
    """Whether the tables of ``day`` were made from what is published now."""
    done = lake.row_of(tables.RUNS, day)
    return done is not None and done["signature"] == _signature(settings, published, day)


def last_complete_day(published: PublishedTables) -> dt.date | None:
    """The day that the periods of dbt's report tables end with; None while no day is over."""
    day = published.scan("report_dashboard").select(pl.col("last_day").max()).collect().item()
    return day if isinstance(day, dt.date) else None


def _signature(settings: Settings, published: PublishedTables, day: dt.date) -> str:
    """Another one when the result may differ. Campaigns are versions: what a send was made from does not change."""
    versions = [published.current(table) for table in (*tables.FACTS, *tables.OPTIONAL)]
    own = (settings.attribution, settings.customers)
    told = [
        RECIPE, day, settings.time_zone, settings.locale, settings.currency,
        [section.model_dump_json() for section in own], [version and version.name for version in versions],
    ]  # fmt: skip
    return hashlib.sha256(repr(told).encode()).hexdigest()[:32]


@dataclass(frozen=True)
class _Work:
    """``end``: the last complete day."""

    settings: Settings
    published: PublishedTables
    end: dt.date

    @property
    def first(self) -> dt.date:
        return self.end - dt.timedelta(days=DAYS - 1)

    @property
    def words(self) -> StatisticsWords:
        return StatisticsWords(Formats(self.settings.locale, self.settings.currency, self.settings.zone))

    def made(self, store: Store, say: Callable[[str], None]) -> dict[str, pl.DataFrame]:
        """Rows of each table."""
        say("lift and variants of campaigns")
        found = self._campaigns(store)
        say("what customers who converted have in common")
        found[tables.CHARACTERISTICS] = self._characteristics()
        say("models of attribution")
        conversions = self._since("conversions", self.end)
        found[tables.MODELS] = model_rows(conversions, self._since("report_paths", self.end), self.end)
        say("segments beside the shop")
        found |= self._segments()
        return {table: found[table].select(schema.names()).cast(schema) for table, schema in tables.PUBLISHED.items()}

    def _campaigns(self, store: Store) -> dict[str, pl.DataFrame]:
        arms, sends = self._since("report_send_arms"), self._since("report_sends")
        designs = designs_of(store, self._optional("sends", "send_id", "campaign_id", "version"))
        smallest = self.settings.attribution.smallest_lift
        return {
            tables.LIFT: lift_rows(arms, sends, designs.holdouts, self.words, smallest),
            tables.VARIANTS: variant_rows(arms, sends, designs.shares, self.words, smallest),
        }

    def _characteristics(self) -> pl.DataFrame:
        empty = tables.PUBLISHED[tables.CHARACTERISTICS].to_frame()
        if self.published.current("deliveries") is None:
            return empty
        deliveries = self.published.scan("deliveries", self.first, self.end)
        people = recipients(
            deliveries.filter(pl.col("day").is_between(self.first, self.end), pl.col("state").is_in(_REACHED))
        )
        if people.is_empty():
            return empty
        since = days_between(self.first, self.end, self.settings.zone).since
        conversions = self._since("conversions").filter(
            pl.col("model") == "last_touch", pl.col("sent_at").cast(pl.Datetime("us")) >= since
        )
        messages, known = people.lazy().select("customer_id", "day").unique(), self._known()
        standing, bought = standing_before(messages, known), categories_before(messages, known)
        rows = characteristic_rows(people, conversions, standing, bought, self.words)
        return rows.with_columns(pl.lit(self.end).alias("day"))

    def _known(self) -> Known:
        scan, customers = self.published.scan, self.settings.customers
        return Known(
            customers=scan("customers"),
            orders=scan("orders"),
            purchases=scan("product_purchases"),
            products=scan("products"),
            sessions=scan("sessions", self.first - _SEEN, self.end),
            new_days=customers.new_days,
            lapsed_days=customers.lapsed_days,
        )

    def _segments(self) -> dict[str, pl.DataFrame]:
        members = self._optional("segment_members", "segment_id", "customer_id")
        names = self._optional("segments", "segment_id", "name", "kind").unique("segment_id")
        sizes = members.group_by("segment_id").agg(pl.col("customer_id").n_unique().cast(pl.Int64).alias("members"))
        profiles = [tables.PUBLISHED[tables.PROFILES].to_frame()]
        products = [tables.PUBLISHED[tables.PRODUCTS].to_frame()]
        for period, days in PERIODS.items():
            span = last_days(self.end, days, self.settings.zone)
            found = profiles_of(members, self._facts(span.first_day), span)
            dated = {"day": self.end, "period": period, "first_day": span.first_day}
            told = [pl.lit(value).alias(name) for name, value in dated.items()]
            figures = found.figures.join(names, on="segment_id", how="left").join(sizes, on="segment_id", how="left")
            for frames, frame in ((profiles, figures), (products, found.products.rename({"name": "product_name"}))):
                schema = frames[0].schema
                frames.append(frame.with_columns(told).select(schema.names()).cast(schema))
        return {
            tables.PROFILES: pl.concat(profiles).sort("segment_id", "period", "place"),
            tables.PRODUCTS: pl.concat(products).sort("segment_id", "period", "kind", "rank"),
        }

    def _facts(self, first: dt.date) -> Facts:
        """What a profile from ``first`` to the end needs; see ``assets.segments.report``."""
        scan, day = self.published.scan, dt.timedelta(days=1)
        period = days_between(first, self.end, self.settings.zone)
        return Facts(
            sessions=scan("sessions", first, self.end),
            orders=scan("orders", first - day, self.end + day),
            actions=actions_by_day(scan("customer_product_days", first, self.end), period),
            products=scan("products"),
        )

    def _since(self, table: str, last: dt.date = dt.date.max) -> pl.DataFrame:
        """Rows of the last 90 days of a table, and of those that have begun since; or up to ``last``."""
        return self.published.scan(table, self.first, last).filter(pl.col("day").is_between(self.first, last)).collect()

    def _optional(self, table: str, *columns: str) -> pl.DataFrame:
        """Columns of a table that may not be there."""
        if self.published.current(table) is None:
            return pl.DataFrame(schema={name: _TYPES.get(name, pl.String()) for name in columns})
        return self.published.scan(table).select(columns).collect()


_TYPES: Final[Mapping[str, pl.DataType]] = {"customer_id": pl.Int64(), "version": pl.Int64()}
