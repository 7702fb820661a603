"""A shop's visits of many days, planted: popularity like Zipf's, products that belong together, products that are new.

Belongs here: the generator. Does not belong here: what is measured on it.
"""

from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

VIEWS_PER_VISIT = 20 / 3
PRODUCTS_PER_KIND = 250
ASTRAY, AGAIN = 0.2, 0.1  # of the views: of any product of the shop; of the product that was just looked at
NEW = 0.25  # of the products: they come during the days, all days alike
SKEW = 0.8  # exponent of Zipf's law, of kinds and of the products of a kind


def plant_days(folder: Path, views: int, products: int, days: int, seed: int = 1) -> list[Path]:
    """One Parquet file a day of ``session_id`` (int), ``product_id`` (text), in the order of the views; made once.

    About ``views`` views in all, in visits of somewhat less than :data:`VIEWS_PER_VISIT` views on average.
    """
    files = [folder / f"day-{day:03}.parquet" for day in range(days)]
    if all(file.exists() for file in files):
        return files
    folder.mkdir(parents=True, exist_ok=True)
    random = np.random.default_rng(seed)
    born = np.where(random.random(products) < NEW, random.integers(0, days, products), 0)
    names = pl.Series("product_id", [f"P{number:09d}" for number in random.permutation(products)])
    visits = round(views / (1 - NEW / 2) / days / VIEWS_PER_VISIT)  # some views would be of products yet to come
    for day, file in enumerate(files):
        visit, product = _plant_day(random, visits, products)
        there = born[product] <= day
        frame = pl.DataFrame({"session_id": visit[there] + day * 10**9, "product_id": names.gather(product[there])})
        frame.write_parquet(file)
    return files


def _plant_day(random: np.random.Generator, visits: int, products: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Visit and product of each view of a day."""
    kinds = max(products // PRODUCTS_PER_KIND, 1)
    visit = np.repeat(np.arange(visits), random.geometric(1 / VIEWS_PER_VISIT, visits))
    of_visit, of_view = _zipf(random, kinds, visits), _zipf(random, kinds, len(visit))
    kind = np.where(random.random(len(visit)) < ASTRAY, of_view, of_visit[visit])
    product = _zipf(random, products // kinds, len(visit)) * kinds + kind
    again = np.flatnonzero((random.random(len(visit)) < AGAIN) & (np.diff(visit, prepend=-1) == 0))
    product[again] = product[again - 1]
    return visit, product


def _zipf(random: np.random.Generator, things: int, size: int) -> NDArray[np.int64]:
    shares = np.cumsum(np.arange(1, things + 1) ** -SKEW)
    return np.asarray(np.minimum(np.searchsorted(shares / shares[-1], random.random(size)), things - 1))
