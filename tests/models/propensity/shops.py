"""A small made-up shop to try AI targets on: customers who differ in how often they come, cart and buy."""

import datetime as dt

import numpy as np
import polars as pl

from models.propensity.facts import Facts, facts_of

FIRST = dt.date(2025, 1, 1)


def frames(customers: int = 1500, days: int = 84, seed: int = 3) -> dict[str, pl.DataFrame]:
    """``orders``, ``customer_days``, ``sessions``: a cart makes an order within the next days more likely."""
    random = np.random.default_rng(seed)
    rate = np.minimum(random.lognormal(-2.2, 1.0, (customers, 1)), 1.0)
    spend = random.gamma(1.0, 1.0, (customers, 1))
    there = random.random((customers, days)) < rate
    carted = there & (random.random((customers, days)) < 0.15)
    wants = np.zeros((customers, days), bool)
    for later in range(1, 9):
        wants[:, later:] |= carted[:, : days - later]
    bought = there & (random.random((customers, days)) < np.where(wants, 0.6, 0.02) * np.minimum(spend, 1.5))
    names = {"product_view": there, "add_to_cart": carted, "purchase": bought}
    events = pl.concat(
        [_rows(where, "event_day").with_columns(event_name=pl.lit(name)) for name, where in names.items()]
    )
    views = pl.Series("events", 1 + random.poisson(1.5, len(events)), dtype=pl.Int64)
    visits = _rows(there, "session_day")
    pages = pl.Series("page_views", 1 + random.poisson(2.0, len(visits)), dtype=pl.Int64)
    orders = _rows(bought, "order_day")
    revenue = pl.Series("revenue", np.round(random.lognormal(10.0, 0.6, len(orders))))
    return {
        "orders": orders.with_columns(
            revenue, pl.format("o{}", pl.int_range(pl.len())).alias("order_id"), pl.lit(1, pl.Int64).alias("quantity")
        ),
        "customer_days": events.with_columns(views, device=pl.lit("app")),
        "sessions": visits.with_columns(
            pages, dwell_seconds=pl.lit(60.0), channel=pl.lit("Direct"), is_bounce=pages == 1
        ),
    }


def facts(**sizes: int) -> Facts:
    return facts_of(**frames(**sizes))


def _rows(where: np.ndarray, day: str) -> pl.DataFrame:
    who, when = np.nonzero(where)
    days = pl.Series(when).cast(pl.Int32)
    return pl.DataFrame({"customer_id": who.astype(np.int64) * 7919}).with_columns(
        (pl.lit(FIRST) + pl.duration(days=days)).alias(day)
    )
