"""A planted shop that changes slowly from day to day, with the truth of every day.

Belongs here: the generator. Does not belong here: what is measured on it (``days``), a single day (``planted``).

Sixty days. Every day some customers go and others come, a few change their taste, some products are taken off and as
many are new, popularity and the sizes of tastes wander. One taste is born, one dies, and two become one, on days that
are known.
"""

import datetime as dt
from dataclasses import dataclass

import numpy as np
import polars as pl

from benchmarks.taste.planted import (
    BROWSERS,
    NO_TASTE,
    STRAYING,
    TASTES,
    VIEWS_A_SITTING,
    Floats,
    Ints,
    looked_at,
    name_products,
    plant_customers,
    plant_products,
    zipf,
)

FIRST_DAY, DAYS, WINDOW = dt.date(2026, 1, 1), 60, 30
BORN, DYING, MERGED, INTO = TASTES, 9, 12, 6  # tastes; the last two become one
BORN_ON, DIES_ON, MERGES_ON = 36, 41, 46  # days from 0; coming and going takes :data:`SLOWLY` days
SLOWLY = 7
CHURN, CHANGE_OF_TASTE, NEW_PRODUCTS = 0.02, 0.003, 0.007  # shares a day
WANDERING = 0.04  # standard deviation a day of the logarithm of sizes and popularities
VIEWS_A_DAY = 17.5 / 30


@dataclass(frozen=True)
class DriftingShop:
    """``products``: as ``planted``, and ``first_day``; ``rows``: ``product_interest`` of all days; ``taste``: Int64
    (days, customers), the taste of each customer (position = number in their key), -1 for browsers."""

    products: pl.DataFrame
    rows: pl.DataFrame
    taste: Ints

    def truth(self, day: dt.date) -> pl.DataFrame:
        """``customer_key, taste`` of ``day``, everybody who ever comes."""
        taste = self.taste[(day - FIRST_DAY).days]
        return pl.DataFrame({"customer_key": [_key(number) for number in range(taste.size)], "taste": taste})


def plant_drifting(customers: int, *, products: int = 3000, seed: int = 1) -> DriftingShop:
    """A shop with about ``customers`` customers and ``products`` products at any time, deterministic for a seed."""
    rng = np.random.default_rng([seed, customers, products, DAYS])
    sizes = _wander(rng, np.append(zipf(TASTES, 0.9), 0.08))
    sizes = sizes * _presence() / (sizes * _presence()).sum(axis=1, keepdims=True)
    arrival, departure = _stays(rng, customers, CHURN)
    first, last = _stays(rng, products, NEW_PRODUCTS)
    product_taste, likes = plant_products(rng, first.size, TASTES + 1)
    first = np.where(product_taste == BORN, np.maximum(first, BORN_ON - 1), first)
    last = np.where(product_taste == BORN, DAYS, last)
    last = np.where(product_taste == DYING, np.minimum(last, DIES_ON + SLOWLY), last)
    main, second, lean = plant_customers(rng, arrival.size, sizes[0], BROWSERS)
    second = np.where((second == main) | (second == BORN), NO_TASTE, second)
    taste = _tastes_by_day(rng, main, arrival, sizes)
    popularity = _wander(rng, np.ones(first.size))
    rate = rng.gamma(1.5, VIEWS_A_DAY / VIEWS_A_SITTING / 1.5, arrival.size)
    days = []
    for day in range(DAYS):
        here = np.flatnonzero((arrival <= day) & (day < departure))
        shown = _likes_on(day, likes) * popularity[day] * ((first <= day) & (day < last))
        days.append(_views_on(rng, day, np.repeat(here, rng.poisson(rate[here])), taste[day], second, lean, shown))
    catalogue = name_products(rng, product_taste, TASTES + 1).with_columns(first_day=pl.Series(first))
    return DriftingShop(catalogue, _rows(days, catalogue["product_id"]), taste)


def _key(number: int) -> str:
    return f"{number:032x}"


def _wander(rng: np.random.Generator, start: Floats) -> Floats:
    """A random walk of the logarithm, shape (days, things)."""
    return np.asarray(start * np.exp(WANDERING * rng.normal(size=(DAYS, start.size)).cumsum(axis=0)))


def _presence() -> Floats:
    """How much of each taste there is for those who choose one, 0 to 1, shape (days, tastes)."""
    present, day = np.ones((DAYS, TASTES + 1)), np.arange(DAYS)
    present[:, BORN] = np.clip((day - BORN_ON) / SLOWLY, 0, 1)
    present[:, DYING] = np.clip((DIES_ON + SLOWLY - day) / SLOWLY, 0, 1)
    present[:, MERGED] = day < MERGES_ON
    return present


def _stays(rng: np.random.Generator, count: int, turnover: float) -> tuple[Ints, Ints]:
    """First day and day after the last of ``count`` things present at any time, of which ``turnover`` go a day."""
    new = round(count * turnover)
    first = np.concatenate([np.zeros(count, np.int64), np.repeat(np.arange(1, DAYS), new)])
    return first, first + rng.geometric(turnover, first.size)


def _tastes_by_day(rng: np.random.Generator, main: Ints, arrival: Ints, sizes: Floats) -> Ints:
    """Main taste of each customer on each day: some change it, all must when theirs is gone."""
    taste = np.empty((DAYS, main.size), np.int64)
    now = main.copy()
    for day in range(DAYS):
        if day > 0:
            leaving = rng.random(main.size) < CHANGE_OF_TASTE + 0.01 * (BORN_ON <= day < BORN_ON + SLOWLY)
            leaving |= (arrival == day) | ((now == DYING) & (rng.random(main.size) < max(0, day - DIES_ON) / SLOWLY))
            chosen = rng.choice(TASTES + 1, main.size, p=sizes[day])
            now = np.where(leaving & (now != NO_TASTE), chosen, now)
        if day >= MERGES_ON:
            now = np.where(now == MERGED, INTO, now)
        taste[day] = now
    return taste


def _likes_on(day: int, likes: Floats) -> Floats:
    """Likes of ``day``: those of two tastes become their mean, step by step around the day on which they merge."""
    part = float(np.clip((day - MERGES_ON) / SLOWLY + 0.5, 0, 1)) / 2
    merged = likes.copy()
    merged[INTO] = (1 - part) * likes[INTO] + part * likes[MERGED]
    merged[MERGED] = (1 - part) * likes[MERGED] + part * likes[INTO]
    return merged


def _views_on(
    rng: np.random.Generator, day: int, sittings: Ints, taste: Ints, second: Ints, lean: Floats, likes: Floats
) -> pl.DataFrame:
    """Views of one day: ``sittings`` names the customer of each."""
    main = taste[sittings]
    is_main = (rng.random(sittings.size) < lean[sittings]) | (second[sittings] == NO_TASTE)
    is_main |= (second[sittings] == DYING) & (day >= DIES_ON)
    mood = np.where(is_main, main, second[sittings])
    mood[(rng.random(sittings.size) < STRAYING) | (main == NO_TASTE)] = TASTES + 1
    sitting = np.repeat(np.arange(sittings.size), 1 + rng.geometric(1 / (VIEWS_A_SITTING - 1), sittings.size))
    product = looked_at(rng, mood[sitting], likes)
    return pl.DataFrame({"day": day, "customer": sittings[sitting], "sitting": sitting, "product": product})


def _rows(days: list[pl.DataFrame], products: pl.Series) -> pl.DataFrame:
    """All views as rows of ``product_interest``."""
    counted = pl.concat(days).group_by("day", "customer", "sitting", "product").agg(views=pl.len())
    ordered = counted.sort("day", "sitting", "product")
    keys = pl.Series([_key(number) for number in range(int(ordered["customer"].to_numpy().max()) + 1)])
    return ordered.select(
        event_day=pl.lit(FIRST_DAY) + pl.duration(days="day"),
        session_id=pl.format("{}-{}", "day", "sitting"),
        customer_key=keys.gather(ordered["customer"]),
        product_id=products.gather(ordered["product"]),
        views=pl.col("views").cast(pl.Int64),
        add_to_carts=pl.lit(0, pl.Int64),
        purchases=pl.lit(0, pl.Int64),
    )
