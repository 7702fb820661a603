"""A home whose published tables hold a made-up shop, for the tests of the step that makes recommendations.

Belongs here: events and a catalogue; what dbt would publish of them; filling, running and reading back a home without a
warehouse. Does not belong here: checks.
"""

import datetime as dt
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import polars as pl

from assets.recommendations import tables
from assets.recommendations.inputs import Inputs, read_inputs
from assets.recommendations.run import RecommendRun, run_recommendations
from assets.recommendations.step import publish_table
from connectors.home.member_key import read_secret
from connectors.home.paths import Home, make_home
from connectors.home.settings import Settings
from connectors.lake.tables import LakeTables
from connectors.published.tables import PublishedTables
from connectors.store.store import Store
from models.documents.reading import read_documents
from models.documents.said import said
from models.recommend.rules.document import Rule

FIRST = dt.date(2026, 3, 1)
STYLES = ("린넨", "데님", "캔버스", "실크")
KINDS = ("셔츠", "팬츠", "자켓", "가방", "스커트", "모자", "원피스", "코트", "니트", "조끼", "양말", "벨트")
TOPS = ("여성의류", "잡화")
CONTENTS = {
    **dict.fromkeys(("content_id", "title", "body", "category_path", "url", "image_url", "attributes"), pl.String),
    **dict.fromkeys(("published_at", "updated_at"), pl.Datetime("us")),
}
EVENT_COLUMNS = {
    "event_id": pl.String, "event_day": pl.Date, "event_at": pl.Datetime("us"), "event_name": pl.String,
    "session_id": pl.String, "customer_key": pl.String, "product_id": pl.String, "query": pl.String,
    "order_id": pl.String, "is_bot": pl.Boolean,
}  # fmt: skip


def day(number: int) -> dt.date:
    """The ``number``-th day of the shop, from 1."""
    return FIRST + dt.timedelta(days=number - 1)


def product(number: int, name: str, category: str, brand: str = "오롯", **more: Any) -> dict[str, Any]:
    """A row of ``products``."""
    row = {"product_id": f"P{number:02d}", "name": name, "category_path": category, "brand": brand}
    return row | {"price": 10_000.0 + 500 * number, "sale_price": None, "status": "active", "attributes": None} | more


def products_of(rows: Sequence[dict[str, Any]]) -> pl.DataFrame:
    texts = ("product_id", "name", "category_path", "brand", "status", "attributes")
    schema = {**dict.fromkeys(texts, pl.String), "price": pl.Float64, "sale_price": pl.Float64}
    return pl.DataFrame(list(rows), schema=schema)


def catalogue() -> pl.DataFrame:
    """48 products of four styles; two are sold out and one is hidden."""
    rows = [
        product(
            12 * style + kind,
            f"{STYLES[style]} {KINDS[kind]}",
            f"{TOPS[kind % 2]} > {KINDS[kind]}",
            f"상표{style}",
            status={(0, 1): "sold_out", (1, 2): "hidden", (2, 3): "sold_out"}.get((style, kind), "active"),
        )
        for style in range(len(STYLES))
        for kind in range(len(KINDS))
    ]
    return products_of(rows)


def visits(days: int = 10, customers: int = 60, seed: int = 3) -> pl.DataFrame:
    """Events of a shop in which every customer has one style: each comes every third day, searches, looks at five
    products of the style, puts one into the cart and buys it or two every other time."""
    rng, rows = np.random.default_rng(seed), list[dict[str, Any]]()
    for who in range(customers):
        for number in range(1 + who % 3, days + 1, 3):
            rows += _visit(rng, who, number)
    return pl.DataFrame(rows, schema=EVENT_COLUMNS).sort("event_at", "event_id")


def _visit(rng: np.random.Generator, who: int, number: int) -> list[dict[str, Any]]:
    session, style = f"S{who:03d}-{number:02d}", who % len(STYLES)
    looks = 12 * style + rng.choice(len(KINDS), 5, replace=False)
    kind = KINDS[int(looks[0]) % 12]
    steps = [("search", None, f"{STYLES[style]} {kind}" if who % 2 else kind)]
    steps += [("product_view", f"P{look:02d}", None) for look in looks]
    steps += [("add_to_cart", f"P{looks[0]:02d}", None)]
    if rng.random() < 0.5:
        steps += [("purchase", f"P{look:02d}", None) for look in looks[:2]]
    began = dt.datetime.combine(day(number), dt.time(1 + who % 20, who % 60))
    return [
        {
            "event_id": f"{session}-{place}",
            "event_day": day(number),
            "event_at": began + dt.timedelta(seconds=20 * place),
            "event_name": name,
            "session_id": session,
            "customer_key": f"C{who:03d}",
            "product_id": seen,
            "query": query,
            "order_id": f"O{session}" if name == "purchase" else None,
            "is_bot": False,
        }
        for place, (name, seen, query) in enumerate(steps)
    ]


def until(events: pl.DataFrame, number: int) -> pl.DataFrame:
    """The events up to the ``number``-th day."""
    return events.filter(pl.col("event_day") <= day(number))


def published_frames(events: pl.DataFrame, products: pl.DataFrame, last: dt.date) -> dict[str, pl.DataFrame]:
    """What dbt would publish of events that happened up to ``last``."""
    seen = events.filter(pl.col("product_id").is_not_null())
    kinds = {"views": "product_view", "add_to_carts": "add_to_cart", "purchases": "purchase"}
    counts = [(pl.col("event_name") == kind).sum().cast(pl.Int32).alias(name) for name, kind in kinds.items()]
    searches = events.filter(event_name="search")
    asked = searches.select("session_id", "event_day", "query")
    found = (
        seen.drop("query")
        .join(asked, on=["session_id", "event_day"])
        .group_by("event_day", "query", "product_id")
        .agg(counts)
    )
    when = [
        pl.col("event_at").filter(pl.col("event_name") == kind).max().alias(name)
        for name, kind in (("last_viewed_at", "product_view"), ("last_carted_at", "add_to_cart"))
    ]
    bought = seen.filter(event_name="purchase")
    days = pl.DataFrame({"day": [*events["event_day"], last]}, schema={"day": pl.Date}).unique()
    return {
        "events": events,
        "products": products,
        "product_interest": seen.group_by("event_day", "session_id", "customer_key", "product_id").agg(counts),
        "searches_daily": asked.group_by("event_day", "query").agg(pl.len().cast(pl.Int32).alias("searches")),
        "search_products_daily": found.rename({"views": "product_views"}),
        "customers": events.select("customer_key").unique(),
        "customer_products": seen.group_by("customer_key", "product_id").agg(*counts, *when),
        "customer_contexts": _contexts(events, products),
        "product_purchases": bought.select(
            "event_day", "customer_key", "product_id", "order_id", pl.col("event_at").alias("ordered_at"),
            pl.lit(1, pl.Int32).alias("quantity"),
        ),
        "carts": seen.filter(event_name="add_to_cart")
        .group_by("customer_key", "product_id")
        .agg(pl.col("event_at").max().alias("last_added_at")),
        "contents": pl.DataFrame(schema=CONTENTS),
        "daily_site_metrics": days.with_columns(device=pl.lit("all"), sessions=pl.lit(1, pl.Int32)),
    }  # fmt: skip


def _contexts(events: pl.DataFrame, products: pl.DataFrame) -> pl.DataFrame:
    ordered = events.sort("event_at", "event_id")
    last = [
        pl.col(column).filter(pl.col("event_name") == kind).last().alias(name)
        for name, column, kind in (
            ("last_product_id", "product_id", "product_view"),
            ("last_query", "query", "search"),
        )
    ]
    paths = products.select(pl.col("product_id").alias("last_product_id"), pl.col("category_path").alias("path"))
    recent = ordered.group_by("customer_key").agg(last).join(paths, on="last_product_id", how="left")
    return recent.rename({"path": "last_category_id"})


@dataclass
class ShopHome:
    """A home, what it published, and what its runs said."""

    root: Path
    settings: Settings = field(
        default_factory=lambda: Settings.model_validate({"recommend": {"threads": 1, "train_histories": 1000}})
    )
    said: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.home: Home = make_home(self.root)
        self.published = PublishedTables(self.home)
        self.lake = LakeTables(self.home)

    def publish(self, events: pl.DataFrame, products: pl.DataFrame, last: dt.date | None = None) -> None:
        """Publish what dbt would; ``last``: the shop went on until then, though nothing happened."""
        newest = events["event_day"].max()
        assert last is not None or isinstance(newest, dt.date)
        with duckdb.connect() as connection:
            for name, frame in published_frames(events, products, last or newest).items():  # type: ignore[arg-type]
                connection.register("published_frame", frame.to_arrow())
                self.published.publish_full(name, connection, "SELECT * FROM published_frame")

    def embed(self, products: pl.DataFrame, number: int = 1) -> None:
        """Style vectors of products, as the taste step leaves them: alike within a style."""
        rng = np.random.default_rng(1)
        style = products["name"].str.split(" ").list.first().rank("dense").to_numpy().astype(int) - 1
        vectors = np.eye(8)[style % 8] + 0.2 * rng.normal(size=(len(products), 8))
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        frame = pl.DataFrame(
            {"product_id": products["product_id"], "vector": vectors.astype(np.float32)},
            schema={"product_id": pl.String, "vector": pl.Array(pl.Float32, 8)},
        )
        self.lake.write_day("product_embeddings", day(number), frame)

    def apply(self, rules: str) -> None:
        """Put rules (YAML) in force."""
        documents = read_documents([("rules.yaml", rules)], Rule)
        with Store.open(self.home.ops_url, secret=read_secret(self.home), now=lambda: dt.datetime.now(dt.UTC)) as store:
            store.recommend_rules.apply([said(rule) for rule in documents])

    def inputs(self) -> Inputs:
        found = read_inputs(self.home, self.published, self.settings)
        assert found is not None
        return found

    def run(self) -> RecommendRun:
        """The step on what is published now; its tables are published too."""
        run = self.find()
        self.publish_lists()
        return run

    def find(self) -> RecommendRun:
        """The step alone."""
        self.said.clear()
        return run_recommendations(self.home, self.settings, self.inputs(), self.said.append)

    def publish_lists(self) -> None:
        for table in tables.PUBLISHED:
            publish_table(self.lake, self.published, table, "500MB")

    def read(self, table: str) -> pl.DataFrame:
        """The rows of a published table."""
        return pl.read_parquet(sorted(self.published.path(table).rglob("*.parquet")), hive_partitioning=False)

    def lists(self) -> pl.DataFrame:
        """All recommendations."""
        return self.read(tables.RECOMMENDATIONS)

    def in_the_lake(self) -> dict[str, bytes]:
        """Every file of the step's tables."""
        names = [*tables.STATES, tables.RANKERS, tables.PERSONAL, *tables.PUBLISHED]
        return {f"{table}/{path.parent.name}": path.read_bytes() for table in names for path in self.lake.paths(table)}

    def copy(self, root: Path) -> "ShopHome":
        """A home of the test's own, equal to this one."""
        shutil.copytree(self.root, root, symlinks=True)
        return ShopHome(root, self.settings)
