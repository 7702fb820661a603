"""Products of message items: which product stands for a customer in each item, and what messages say of it.

Belongs here: reading once per send what its templates use, looking customers up in it. Does not belong here: making the
items (``assets.recommendations``), other values (``values``).

Of a million customers and ten products each this keeps keys (50 MB) and four bytes a product.
"""

from collections.abc import Sequence
from typing import Final

import polars as pl

from assets.campaigns import tables
from assets.campaigns.shop import Shop
from connectors.lake.sends import SendFiles
from connectors.published.errors import PublishError
from connectors.store.ledger.shapes import Send
from models.messages.variables import ITEMS, Variable

ITEMS_TABLE: Final = "message_items"
Wanted = tuple[str, int, str]  # item, rank, column of the products


class ProductValues:
    """``found``: customer_key (sorted) and a column ``item__rank`` each with a row of ``products``."""

    def __init__(self, wanted: Sequence[Wanted], found: pl.DataFrame, products: pl.DataFrame) -> None:
        self._wanted, self._found, self._products = wanted, found, products

    def of(self, keys: pl.Series) -> pl.DataFrame:
        """A column ``item__rank__column`` for each value that templates use, row by row of ``keys``; null: no such
        product."""
        places = rows_of(self._found, keys)
        columns = [
            self._products[column].gather(places[_pair(item, rank)]).alias(_name((item, rank, column)))
            for item, rank, column in self._wanted
        ]
        return pl.DataFrame(columns)


def rows_of(table: pl.DataFrame, keys: pl.Series) -> pl.DataFrame:
    """The row of ``table`` for each of ``keys``, nulls where there is none. The table's first column has its keys, each
    once, sorted: a few are found among millions in no time, which a join would index anew every time."""
    if table.is_empty():
        return pl.DataFrame(schema=table.schema).clear(len(keys))
    at = table.to_series(0).search_sorted(keys).clip(0, len(table) - 1)
    known = table.to_series(0).gather(at) == keys
    places = pl.select(pl.when(known).then(at)).to_series()
    return table.select(pl.all().gather(places))


def wanted_of(variables: Sequence[Variable]) -> list[Wanted]:
    """What of products the variables ask for."""
    found: list[Wanted] = []
    for variable in variables:
        item, _, rest = variable.column.partition("__")
        rank, _, column = rest.partition("__")
        if item in ITEMS and rank.isdecimal():
            found.append((item, int(rank), column))
    return found


def product_values(
    shop: Shop, send: Send | None, wanted: Sequence[Wanted], keys: pl.Series | None = None
) -> ProductValues:
    """Read what is ``wanted`` of the newest items, for customers ``keys`` or those whom the send was decided for. What
    was never published has no values."""
    products, empty = _products(shop), _nobody(wanted)
    if keys is None and send is not None:
        keys = _decided(shop, send)
    pairs = sorted({(item, rank) for item, rank, _ in wanted})
    try:
        rows = shop.published.scan(ITEMS_TABLE)
    except PublishError:
        return ProductValues(wanted, empty, products)
    rows = rows.filter(pl.col("day") == pl.col("day").max()) if _days(rows) > 1 else rows
    if keys is not None:
        rows = rows.join(keys.to_frame("customer_key").lazy(), on="customer_key", how="semi")
    places = products.lazy().select("product_id", place=pl.int_range(0, pl.len(), dtype=pl.UInt32))
    chosen = pl.any_horizontal((pl.col("item") == item) & (pl.col("rank") == rank) for item, rank in pairs)
    columns = [
        pl.col("place").filter((pl.col("item") == item) & (pl.col("rank") == rank)).first().alias(_pair(item, rank))
        for item, rank in pairs
    ]
    found = rows.filter(chosen).join(places, on="product_id", how="inner").group_by("customer_key").agg(columns)
    return ProductValues(wanted, found.sort("customer_key").collect(engine="streaming"), products)


def _products(shop: Shop) -> pl.DataFrame:
    """Products as messages show them; the price is the one that is paid."""
    shown = ("product_id", "name", "image_url", "url_mobile", "url_pc")
    try:
        table = shop.published.scan("products")
    except PublishError:
        return pl.DataFrame(schema={**dict.fromkeys(shown, pl.String), "price": pl.Float64})
    price = pl.coalesce("sale_price", "price").alias("price")
    return table.select(*shown, price).sort("product_id").collect()


def _decided(shop: Shop, send: Send) -> pl.Series | None:
    """Who was decided to get the send; None where no file tells."""
    day = send.planned_at.astimezone(shop.zone).date()
    decisions = SendFiles(shop.home).read(tables.DECISIONS, day, send.substitute_of or send.send_no)
    if decisions is None:
        return None
    return decisions.filter(pl.col("decision").cast(pl.String) == "send")["customer_key"].unique()


def _nobody(wanted: Sequence[Wanted]) -> pl.DataFrame:
    pairs = {_pair(item, rank): pl.UInt32 for item, rank, _ in wanted}
    return pl.DataFrame(schema={"customer_key": pl.String, **pairs})


def _days(rows: pl.LazyFrame) -> int:
    return int(rows.select(pl.col("day").n_unique()).collect().item())


def _pair(item: str, rank: int) -> str:
    return f"{item}__{rank}"


def _name(wanted: Wanted) -> str:
    item, rank, column = wanted
    return f"{item}__{rank}__{column}"
