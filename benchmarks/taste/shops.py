"""Planted shops as files: rows as dbt publishes them, the catalogue, and the truth beside them.

Belongs here: writing a planted shop, where its files lie. Does not belong here: the generator (``planted``), what is
made of the files (``chain``). Run as a process, so that the memory of the generator is not counted: ``shops FOLDER
CUSTOMERS SEED``.
"""

import datetime as dt
import sys
from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np
import polars as pl

from benchmarks.taste.planted import PlantedShop, plant

LAST_DAY, DAYS = dt.date(2026, 1, 30), 30


@dataclass(frozen=True)
class ShopFiles:
    """Files of one shop: ``interest`` (rows of ``product_interest``), ``products``, ``truth`` (customer_key, taste)."""

    folder: Path

    @property
    def interest(self) -> Path:
        return self.folder / "product_interest.parquet"

    @property
    def products(self) -> Path:
        return self.folder / "products.parquet"

    @property
    def truth(self) -> Path:
        return self.folder / "truth.parquet"


def write_shop(folder: Path, shop: PlantedShop, seed: int = 0) -> ShopFiles:
    """Write ``shop`` with keys as a real one has them (32 hexadecimal digits), each sitting on a day of the window."""
    files = ShopFiles(folder)
    folder.mkdir(parents=True, exist_ok=True)
    sittings = int(shop.views["session"].to_numpy().max()) + 1
    age = np.random.default_rng(seed).integers(0, DAYS, sittings)
    views = shop.views.with_columns(age=pl.Series(age, dtype=pl.Int32).gather(shop.views["session"]))
    with duckdb.connect(config={"threads": 2, "preserve_insertion_order": False}) as connection:
        connection.execute("SET enable_progress_bar = false")
        connection.register("views", views.to_arrow())
        connection.register("products", shop.products.with_row_index("product").to_arrow())
        connection.execute(f"COPY ({_ROWS.format(last=LAST_DAY)}) TO '{files.interest}' (COMPRESSION zstd)")
        connection.register("tastes", pl.DataFrame({"taste": shop.taste}).with_row_index("customer").to_arrow())
        connection.execute(f"COPY (SELECT {_KEY}, taste FROM tastes ORDER BY 1) TO '{files.truth}'")
    shop.products.write_parquet(files.products)
    return files


_KEY = "md5('c' || customer) AS customer_key"
_ROWS = (
    "SELECT DATE '{last}' - age AS event_day, md5('s' || session) AS session_id, "
    + _KEY
    + ", product_id, views, 0::INTEGER AS add_to_carts, 0::INTEGER AS purchases "
    "FROM views JOIN products USING (product) ORDER BY event_day"
)


if __name__ == "__main__":
    target, customers, chosen_seed = sys.argv[1:]
    write_shop(Path(target), plant(int(customers), seed=int(chosen_seed)))
