"""Purchases for the tests of repeat purchases."""

import datetime as dt
import random

import polars as pl

from models.recommend.repeat.cycles import PURCHASES

DAY = dt.date(2026, 6, 30)


def bought(customer: str, product: str, *ages: int, quantity: int = 1) -> list[tuple[object, ...]]:
    """One order line on each of the days so many days before DAY; all of a customer's day are one order."""
    days = [DAY - dt.timedelta(days=age) for age in ages]
    return [(customer, product, f"{customer}-{day}", day, quantity) for day in days]


def purchases(*lines: list[tuple[object, ...]], seed: int | None = None) -> pl.LazyFrame:
    rows = [row for found in lines for row in found]
    if seed is not None:
        random.Random(seed).shuffle(rows)
    return pl.LazyFrame(rows, schema=PURCHASES, orient="row")


def shop_with_cycles(customers: int, days: int = 240, seed: int = 7) -> pl.LazyFrame:
    """Everybody buys milk every 7 days, soap every 30, and now and then something that is never bought again."""
    chance = random.Random(seed)
    lines: list[list[tuple[object, ...]]] = []
    for n in range(customers):
        customer = f"k{n:04d}"
        for product, cycle in (("milk", 7), ("soap", 30), ("rice", 60)):
            start = chance.randrange(cycle)
            ages = [min(days, max(0, age + chance.randint(-1, 1))) for age in range(start, days, cycle)]
            lines.append(bought(customer, product, *ages))
        for once in range(12):
            lines.append(
                bought(customer, f"gift{chance.randrange(60):02d}", chance.randrange(days), quantity=1 + once % 3)
            )
    return purchases(*lines)
