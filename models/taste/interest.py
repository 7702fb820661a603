"""What each customer is interested in: one weight per customer and product.

Belongs here: weighing views, carts and purchases, recency, saturation; bestsellers count less (IDF); who has looked at
enough to have a taste at all. Does not belong here: robots (dbt leaves them out), vectors, groups.
"""

import datetime as dt
from dataclasses import dataclass

import numpy as np
import polars as pl

from models.taste.arrays import Rows, Sparse, Vectors

# How much more than a view it says to put something into the cart, and to buy it.
CART_VIEWS, PURCHASE_VIEWS = 2.0, 3.0
_UNIT = 2.0**20  # parts of a view that are counted: sums of whole numbers are the same in any order of rows
LEAST_PRODUCTS = 2  # who looked at one product only has shown no taste
ROWS = pl.Schema(
    {
        "event_day": pl.Date(),
        "session_id": pl.String(),
        "customer_key": pl.String(),
        "product_id": pl.String(),
        "views": pl.Int64(),
        "add_to_carts": pl.Int64(),
        "purchases": pl.Int64(),
    }
)


@dataclass(frozen=True)
class Interest:
    """Weights of customers (rows) in products (columns).

    ``customers``: String series, one per row, in no meaningful but always the same order. ``products``: String series,
    sorted, one per column. ``weights``: float32 CSR matrix; 0 = not looked at. ``idf``: float32, one per column.
    """

    customers: pl.Series
    products: pl.Series
    weights: Sparse
    idf: Vectors

    @property
    def weighted(self) -> Sparse:
        """Weights with bestsellers discounted, same shape."""
        return self._discounted(self.weights)

    def weighted_rows(self, rows: Rows) -> Sparse:
        """Some rows of :attr:`weighted`, without making the others."""
        return self._discounted(self.weights[rows])

    def _discounted(self, weights: Sparse) -> Sparse:
        return weights.multiply(self.idf[None, :]).tocsr()


def window(rows: pl.LazyFrame, last_day: dt.date, days: int) -> pl.LazyFrame:
    """The rows of the ``days`` business days that end with ``last_day``."""
    return rows.filter(pl.col("event_day").is_between(last_day - dt.timedelta(days=days - 1), last_day))


def product_codes(products: pl.Series) -> pl.LazyFrame:
    """``product_id, product``: each of ``products`` and its position."""
    return pl.LazyFrame({"product_id": products, "product": pl.int_range(len(products), dtype=pl.UInt32, eager=True)})


def customer_products(
    rows: pl.LazyFrame, products: pl.Series, last_day: dt.date, half_life_days: float
) -> pl.LazyFrame:
    """One row per customer and product: ``customer`` (hash), ``product`` (position in ``products``), ``weight``.

    ``weight`` = ln(1 + sum of 2^(-age / half life) * (views + CART_VIEWS * carts + PURCHASE_VIEWS * purchases)): the
    hundredth view says little that the tenth did not, and what was last month says less than what was yesterday.
    Customers are hashed to 64 bits: their keys would be most of the memory (a million of them share one with
    probability 3e-8).
    """
    age = (pl.lit(last_day) - pl.col("event_day")).dt.total_days()
    strength = pl.col("views") + CART_VIEWS * pl.col("add_to_carts") + PURCHASE_VIEWS * pl.col("purchases")
    return (
        rows.join(product_codes(products), on="product_id")
        .select(
            pl.col("customer_key").hash(seed=0).alias("customer"),
            "product",
            (strength * 0.5 ** (age / half_life_days) * _UNIT).round().cast(pl.Int64).alias("strength"),
        )
        .group_by("customer", "product")
        .agg((pl.col("strength").sum() / _UNIT).log1p().cast(pl.Float32).alias("weight"))
    )


def weigh(rows: pl.LazyFrame, catalogue: pl.Series, last_day: dt.date, *, days: int = 30) -> Interest:
    """Interest of everybody who looked at two products or more in the ``days`` up to ``last_day``.

    ``rows``: columns :data:`ROWS`, one row per sitting and product. ``catalogue``: product ids known; those looked at
    but unknown are added. Deterministic whatever the order of ``rows``.
    """
    from scipy.sparse import csr_matrix

    recent = window(rows, last_day, days)
    viewed = recent.select(pl.col("product_id").unique()).collect(engine="streaming").to_series()
    products = pl.concat([catalogue.cast(pl.String), viewed]).unique().sort().alias("product_id")
    pairs = customer_products(recent, products, last_day, half_life_days=days / 2).collect(engine="streaming")
    pairs = pairs.filter(pl.len().over("customer") >= LEAST_PRODUCTS).sort("customer", "product")
    present = pairs.select(pl.col("customer").unique(maintain_order=True)).to_series()
    row = pairs["customer"].rle_id().to_numpy()
    shape = (len(present), len(products))
    matrix = csr_matrix((pairs["weight"].to_numpy(), (row, pairs["product"].to_numpy())), shape=shape, dtype=np.float32)
    return Interest(_keys_of(recent, present), products, matrix, inverse_frequency(matrix))


def inverse_frequency(weights: Sparse) -> Vectors:
    """ln(1 + customers / (1 + those who looked)), one per product: a bestseller says little of a taste."""
    seen = np.bincount(weights.indices, minlength=weights.shape[1])
    return np.asarray(np.log1p(weights.shape[0] / (1 + seen)), dtype=np.float32)


def _keys_of(rows: pl.LazyFrame, hashes: pl.Series) -> pl.Series:
    """Customer keys in the order of their hashes."""
    keys = rows.select(pl.col("customer_key").unique()).collect(engine="streaming")
    keyed = keys.select("customer_key", pl.col("customer_key").hash(seed=0).alias("customer")).sort("customer_key")
    found = hashes.to_frame("customer").join(
        keyed.unique("customer", keep="first"), on="customer", how="left", maintain_order="left"
    )
    return found["customer_key"]
