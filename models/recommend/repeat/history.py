"""Who bought what on which day, as whole numbers: what cycles and the ranker of repeat purchases start from.

Belongs here: coding purchases, pieces of a bounded size, what was bought after a day. Does not belong here: reading
purchases, what is told from them (``features``).
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl

EPOCH = dt.date(1970, 1, 1)
_PART_LINES = 2_000_000  # lines coded at once
PIECE_LINES = 1_000_000  # purchase days looked at at once: some 300 MB with all features


@dataclass(frozen=True)
class History:
    """Days on which a customer bought a product, sorted by customer, product and day, one row each.

    ``days``: customer (hash), product (place in ``products``), day (since 1970), orders (that day), quantity, nth (days
    before on which the same was bought), gap (days since the last of them, null at the first), basket (days before on
    which the customer bought anything), items (products bought that day). All of a row is known on its day, whatever
    came after. ``products``: ids, sorted. ``keys``: customer, customer_key.
    """

    days: pl.DataFrame
    products: pl.Series
    keys: pl.DataFrame

    def until(self, as_of: dt.date) -> pl.DataFrame:
        """The days up to ``as_of``, itself included."""
        return self.days.filter(pl.col("day") <= day_number(as_of))

    def product_codes(self, product_ids: pl.Series) -> pl.DataFrame:
        """``product_id, product`` of those of ``product_ids`` that were ever bought."""
        found = product_ids.to_frame("product_id").unique()
        return found.join(_coded(self.products).collect(), on="product_id").sort("product")


def day_number(day: dt.date) -> int:
    """Days since 1970."""
    return (day - EPOCH).days


def history_of(purchases: pl.LazyFrame) -> History:
    """History of ``purchases`` (columns ``cycles.PURCHASES``, one row per order line).

    Lines of a quantity below one (returns) and without customer or product are left out. Customers are hashed to 64
    bits: their keys would be most of the memory (two of a million share one with probability 3e-8).
    """
    known = pl.col("customer_key").is_not_null() & pl.col("product_id").is_not_null() & (pl.col("quantity") > 0)
    hashed = pl.col("customer_key").hash(seed=0).alias("customer")
    lines = purchases.filter(known)
    found = lines.select(pl.len(), pl.col("product_id").unique().implode()).collect(engine="streaming")
    ids = found["product_id"].explode().drop_nulls().sort()
    coded = lines.with_columns(hashed).join(_coded(ids), on="product_id")
    parts = 2 + found["len"].item() // _PART_LINES
    width = 2**64 // parts + 1  # of hashes: parts come one after the other, so that all are sorted
    days = pl.concat([_days(coded.filter(pl.col("customer") // width == part)) for part in range(parts)])
    keys = lines.select(pl.col("customer_key").unique()).with_columns(hashed).collect(engine="streaming")
    keys = keys.sort("customer_key").unique("customer", keep="first", maintain_order=True)
    return History(days, ids, keys)


def pieces(days: pl.DataFrame, lines: int = PIECE_LINES) -> Iterator[pl.DataFrame]:
    """``days``, sorted by customer, in pieces of about ``lines`` rows that tear no customer apart."""
    starts = days.select((pl.col("customer") != pl.col("customer").shift(1)).fill_null(True).arg_true()).to_series()
    wanted = pl.Series(range(lines, len(days), lines), dtype=starts.dtype)
    places = starts.search_sorted(wanted, side="left").unique().sort()
    borders = [0, *starts.gather(places.filter(places < len(starts))).to_list(), len(days)]
    for first, last in zip(borders, borders[1:], strict=False):
        if last > first:
            yield days.slice(first, last - first)


def bought_after(history: History, as_of: dt.date, horizon_days: int) -> pl.DataFrame:
    """``customer, product, is_next`` bought in the ``horizon_days`` after ``as_of``; is_next: on the first such day."""
    first = day_number(as_of) + 1
    later = history.days.filter(pl.col("day").is_between(first, first + horizon_days - 1))
    is_next = (pl.col("day") == pl.col("day").min().over("customer")).alias("is_next")
    return later.with_columns(is_next).group_by("customer", "product").agg(pl.col("is_next").any())


def _days(lines: pl.LazyFrame) -> pl.DataFrame:
    """Purchase days of some customers, all of each."""
    day = pl.col("bought_on").to_physical().alias("day")
    return _placed(
        lines.select("customer", "product", day, pl.col("order_id").hash(), "quantity")
        .group_by("customer", "product", "day")
        .agg(pl.col("order_id").n_unique().alias("orders"), pl.col("quantity").sum())
        .collect(engine="streaming")
        .sort("customer", "product", "day")
    )


def _coded(ids: pl.Series) -> pl.LazyFrame:
    return pl.LazyFrame({"product_id": ids, "product": pl.int_range(len(ids), dtype=pl.UInt32, eager=True)})


def _placed(days: pl.DataFrame) -> pl.DataFrame:
    """Sorted days with their place among the customer's days, and among those with the same product."""
    same = (pl.col("customer") == pl.col("customer").shift(1)) & (pl.col("product") == pl.col("product").shift(1))
    first = (~same.fill_null(False)).alias("first")
    row = pl.int_range(pl.len(), dtype=pl.Int32)
    visits = days.group_by("customer", "day").agg(pl.len().cast(pl.Int32).alias("items")).sort("customer", "day")
    new = pl.col("customer") != pl.col("customer").shift(1)
    start = pl.when(new.fill_null(True)).then(row).forward_fill()
    visits = visits.with_columns((row - start).alias("basket"))
    return (
        days.with_columns(first)
        .with_columns(
            (row - pl.when(pl.col("first")).then(row).forward_fill()).alias("nth"),
            pl.when(~pl.col("first")).then(pl.col("day") - pl.col("day").shift(1)).alias("gap"),
        )
        .drop("first")
        .join(visits, on=["customer", "day"], how="left", maintain_order="left")
    )
