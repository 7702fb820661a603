"""Small shops for the tests of taste segments: rows as dbt publishes them, with planted tastes."""

import datetime as dt

import numpy as np
import polars as pl

from benchmarks.taste.planted import PlantedShop, plant

DAY = dt.date(2026, 1, 30)


def rows_of(shop: PlantedShop) -> pl.DataFrame:
    """The planted views as rows of ``product_interest``."""
    views = shop.views
    return views.select(
        pl.lit(DAY).alias("event_day"),
        pl.format("s{}", "session").alias("session_id"),
        pl.format("c{}", pl.col("customer").cast(pl.String).str.zfill(6)).alias("customer_key"),
        shop.products["product_id"].gather(views["product"]).alias("product_id"),
        pl.col("views").cast(pl.Int64),
        pl.lit(0, pl.Int64).alias("add_to_carts"),
        pl.lit(0, pl.Int64).alias("purchases"),
    )


def truth_of(shop: PlantedShop) -> pl.DataFrame:
    """``customer_key, taste`` (-1: browser)."""
    keys = pl.Series("customer_key", [f"c{number:06d}" for number in range(len(shop.taste))])
    return pl.DataFrame({"customer_key": keys, "taste": shop.taste})


def small_shop(customers: int = 3000, seed: int = 1) -> PlantedShop:
    return plant(customers, products=900, seed=seed)


def row(
    customer: str, product: str, *, session: str = "s", age: int = 0, views: int = 1, carts: int = 0, bought: int = 0
):
    """One row of ``product_interest``."""
    return {
        "event_day": DAY - dt.timedelta(days=age), "session_id": session, "customer_key": customer,
        "product_id": product, "views": views, "add_to_carts": carts, "purchases": bought,
    }  # fmt: skip


def shuffled(frame: pl.DataFrame, seed: int) -> pl.DataFrame:
    return frame[np.random.default_rng(seed).permutation(frame.height)]
