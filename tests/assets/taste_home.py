"""A home whose published tables hold a made-up shop, for the tests of the taste step.

Belongs here: views and catalogues; filling, running and reading back a home without a warehouse. Does not belong here:
checks.
"""

import datetime as dt
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import numpy as np
import polars as pl

from assets.taste import publish_taste_table
from assets.taste_history import SCHEMAS
from assets.taste_inputs import TasteInputs, read_inputs
from assets.taste_run import TasteRun, run_tastes
from benchmarks.taste.planted import PlantedShop
from connectors.home.paths import Home, make_home
from connectors.home.settings import Settings
from connectors.lake.tables import LakeTables
from connectors.published.tables import PublishedTables
from models.taste.interest import ROWS

FIRST = dt.date(2026, 1, 1)
TABLES = ("product_embeddings", "taste_profiles", *SCHEMAS)
CATALOGUE = ("product_id", "name", "category_path", "brand", "attributes")


def day(number: int) -> dt.date:
    """The ``number``-th day of the shop's views, from 1."""
    return FIRST + dt.timedelta(days=number - 1)


def planted(shop: PlantedShop, days: int, seed: int = 5) -> pl.DataFrame:
    """Planted views as rows of ``product_interest``, each sitting on one of ``days`` days."""
    views = shop.views
    sittings = 1 + int(views["session"].to_numpy().max())
    ages = pl.Series(np.random.default_rng(seed).integers(0, days, sittings))
    when = pl.lit(FIRST) + pl.duration(days=ages.gather(views["session"]))
    return views.select(
        when.cast(pl.Date).alias("event_day"),
        pl.format("visit-{}", "session").alias("session_id"),
        pl.format("person-{}", pl.col("customer").cast(pl.String).str.zfill(6)).alias("customer_key"),
        shop.products["product_id"].gather(views["product"]).alias("product_id"),
        pl.col("views").cast(pl.Int64),
        pl.lit(0, pl.Int64).alias("add_to_carts"),
        pl.lit(0, pl.Int64).alias("purchases"),
    )


STYLES = ("린넨", "데님", "캔버스", "실크", "가죽", "니트")
KINDS = ("셔츠", "팬츠", "자켓", "가방", "스커트", "모자", "원피스")
PRODUCTS = 20  # of each taste


def clear_products(styles: Sequence[str] = STYLES, name: Callable[[str, str], str] = "{} {}".format) -> pl.DataFrame:
    """A catalogue of clear tastes, one a style; ``name`` makes a product's name of style and kind."""
    rows = [
        (f"P{taste}-{number:02d}", name(style, KINDS[number % len(KINDS)]), f"분류{number % 5}", f"상표{taste}", None)
        for taste, style in enumerate(styles)
        for number in range(PRODUCTS)
    ]
    return pl.DataFrame(rows, schema=dict.fromkeys(CATALOGUE, pl.String), orient="row")


def clear_views(
    customers: Sequence[int] = (90, 80, 70, 60, 50, 40), *, last_day: int = 33, straying: float = 0.0, seed: int = 3
) -> pl.DataFrame:
    """Views of a shop of clear tastes: so many customers of each. ``straying``: share of views of any product at all.

    Customers come three times, ten days apart.
    """
    rng = np.random.default_rng(seed)
    taste = np.repeat(np.arange(len(customers)), customers)
    person = np.concatenate([np.arange(count) for count in customers])
    looks = 9
    views = pl.DataFrame({"taste": np.repeat(taste, looks), "person": np.repeat(person, looks)})
    visit = np.tile(np.arange(looks) // 3, len(taste))
    product = np.concatenate([rng.choice(PRODUCTS, looks, replace=False) for _ in taste])
    strays = rng.random(len(product)) < straying
    of = np.where(strays, rng.integers(0, len(customers), len(product)), views["taste"].to_numpy())
    age = (views["person"].to_numpy() + 10 * visit) % last_day
    return (
        views.with_columns(visit=pl.Series(visit), of=pl.Series(of), product=pl.Series(product), age=pl.Series(age))
        .select(
            (pl.lit(FIRST) + pl.duration(days="age")).cast(pl.Date).alias("event_day"),
            pl.format("visit-{}-{}-{}", "taste", "person", "visit").alias("session_id"),
            pl.format("person-{}-{}", "taste", pl.col("person").cast(pl.String).str.zfill(4)).alias("customer_key"),
            pl.format("P{}-{}", "of", pl.col("product").cast(pl.String).str.zfill(2)).alias("product_id"),
            pl.lit(1, pl.Int64).alias("views"),
            pl.lit(0, pl.Int64).alias("add_to_carts"),
            pl.lit(0, pl.Int64).alias("purchases"),
        )
        .unique(maintain_order=True)
    )


def until(rows: pl.DataFrame, number: int) -> pl.DataFrame:
    """The views up to the ``number``-th day."""
    return rows.filter(pl.col("event_day") <= day(number))


@dataclass
class TasteHome:
    """A home, what it published, and what its runs said."""

    root: Path
    settings: Settings = field(default_factory=lambda: Settings.model_validate({}))
    said: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.home: Home = make_home(self.root)
        self.published = PublishedTables(self.home)
        self.lake = LakeTables(self.home)

    def publish(self, rows: pl.DataFrame, products: pl.DataFrame, last_day: dt.date | None = None) -> None:
        """What dbt would publish of ``rows`` and the catalogue; ``last_day``: the shop went on until then."""
        days = rows["event_day"].unique().to_list() + ([last_day] if last_day else [])
        tables = {
            "product_interest": rows.select(ROWS.names()).cast(ROWS),
            "products": products,
            "daily_site_metrics": pl.DataFrame({"day": days}, schema={"day": pl.Date}),
        }
        with duckdb.connect() as connection:
            for name, frame in tables.items():
                connection.register("published_frame", frame.to_arrow())
                self.published.publish_full(name, connection, "SELECT * FROM published_frame")

    def inputs(self) -> TasteInputs:
        found = read_inputs(self.published, self.settings.taste)
        assert found is not None
        return found

    def run(self) -> TasteRun:
        """The taste step on what is published now; its tables are published too."""
        run = self.find()
        self.publish_tastes()
        return run

    def find(self) -> TasteRun:
        """The taste step alone."""
        self.said.clear()
        return run_tastes(self.home, self.settings, self.inputs(), self.said.append)

    def publish_tastes(self) -> None:
        for table in SCHEMAS:
            publish_taste_table(self.lake, self.published, table, "500MB")

    def read(self, table: str) -> pl.DataFrame:
        """The rows of a published table."""
        return pl.read_parquet(sorted(self.published.path(table).rglob("*.parquet")), hive_partitioning=False)

    def read_day(self, table: str, number: int) -> pl.DataFrame:
        """Published rows of one day, in an order that does not depend on the run."""
        rows = self.read(table).filter(pl.col("day") == day(number))
        return rows.sort([name for name in ("segment_id", "customer_key") if name in rows.columns] or "day")

    def in_the_lake(self) -> dict[str, bytes]:
        """Every file of the lake's tables."""
        return {f"{table}/{path.parent.name}": path.read_bytes() for table in TABLES for path in self.lake.paths(table)}

    def copy(self, root: Path) -> "TasteHome":
        """A home of the test's own, equal to this one."""
        shutil.copytree(self.root, root, symlinks=True)
        return TasteHome(root, self.settings)
