"""What a customer's orders tell: how recently, how often, for how much, in which rhythm.

Belongs here: figures per customer from the orders before a day. Does not belong here: browsing
(``features_browsing``), names and sentences (``catalogue``).

Several orders of one day are one purchase where rhythm is concerned. A short history of gaps is shrunk towards the
shop's: the mean logarithm of a gap with a normal prior whose variances come from all customers (Efron and Morris, 1975,
"Data analysis using Stein's estimator and its generalizations", JASA 70).
"""

import datetime as dt
import math
from dataclasses import dataclass
from typing import Final

import polars as pl

WINDOWS: Final = (30, 90, 365)
HALF_LIVES: Final = (15, 45, 135)
_MONTH: Final = math.log(30.0)  # the rhythm of a shop in which nobody has bought twice


@dataclass(frozen=True)
class Rhythm:
    """The shop's purchases as of a day: mean of ln(days between two), and how many gaps of a customer's own weigh as
    much as that mean."""

    ln_gap: float = _MONTH
    weight: float = 2.0


def rhythm_of(orders: pl.LazyFrame) -> Rhythm:
    """The shop's rhythm; ``orders``: those before the day in question."""
    gaps = _gaps(_purchases(orders)).filter(pl.col("gap").is_not_null())
    own = gaps.group_by("customer_id").agg(
        pl.len().alias("n"),
        pl.col("gap").log().mean().alias("mean"),
        ((pl.col("gap").log() - pl.col("gap").log().mean()) ** 2).sum().alias("squares"),
    )
    several = pl.col("n") > 1
    customers, mean, spread, within, freedom, harmonic = (
        own.sort("customer_id")
        .select(
            pl.len(),
            pl.col("mean").mean(),
            pl.col("mean").var().alias("spread"),
            pl.col("squares").filter(several).sum().alias("within"),
            (pl.col("n") - 1).filter(several).sum().alias("freedom"),
            (1 / pl.col("n")).mean().alias("harmonic"),
        )
        .collect()
        .row(0)
    )
    if customers == 0:
        return Rhythm()
    if customers < 2 or not freedom:
        return Rhythm(ln_gap=mean)
    noise = within / freedom
    between = max(spread - noise * harmonic, 0.05 * noise, 1e-6)  # moments; never so small that nobody has an own cycle
    return Rhythm(mean, noise / between)


def order_features(orders: pl.LazyFrame, cut_off: dt.date, rhythm: Rhythm) -> pl.LazyFrame:
    """One row a customer with an order before ``cut_off``; every other table's days are counted to it alike."""
    ago = (pl.lit(cut_off) - pl.col("order_day")).dt.total_days()
    rows = orders.filter(pl.col("order_day") < cut_off).with_columns(ago.alias("ago"))
    spent = rows.group_by("customer_id").agg(*_counts(), *_money())
    return spent.join(_rhythm_features(rows, rhythm), on="customer_id", how="left").with_columns(
        (pl.col("orders_30d") - pl.col("orders_90d") / 3).alias("orders_trend"),
        (pl.col("last_order_value") / pl.col("order_value")).alias("last_order_value_ratio"),
    )


def _counts() -> list[pl.Expr]:
    within = [(pl.col("ago") <= days).sum().alias(f"orders_{days}d") for days in WINDOWS]
    decayed = [_half("ago", days).sum().alias(f"orders_half_{days}") for days in HALF_LIVES]
    return [pl.len().alias("orders"), *within, *decayed]


def _money() -> list[pl.Expr]:
    within = [pl.col("revenue").filter(pl.col("ago") <= days).sum().alias(f"revenue_{days}d") for days in WINDOWS]
    latest = pl.col("revenue").sort_by("ago", "order_id").first()
    return [
        *within,
        pl.col("revenue").sum().alias("revenue"),
        (pl.col("revenue") * _half("ago", HALF_LIVES[1])).sum().alias(f"revenue_half_{HALF_LIVES[1]}"),
        pl.col("revenue").mean().alias("order_value"),
        pl.col("revenue").max().alias("order_value_most"),
        latest.alias("last_order_value"),
        pl.col("quantity").mean().alias("order_pieces"),
    ]


def _rhythm_features(rows: pl.LazyFrame, rhythm: Rhythm) -> pl.LazyFrame:
    gap = pl.col("gap").drop_nulls()
    found = (
        _gaps(_purchases(rows))
        .group_by("customer_id")
        .agg(
            pl.len().alias("order_days"),
            pl.col("ago").min().alias("last_order_days_ago"),
            pl.col("ago").max().alias("first_order_days_ago"),
            gap.mean().alias("order_gap_mean"),
            gap.std().alias("order_gap_spread"),
            gap.sort_by(pl.col("ago").filter(pl.col("gap").is_not_null())).first().alias("order_gap_last"),
            gap.log().sum().alias("ln_gaps"),
        )
    )
    cycle = (pl.col("ln_gaps") + rhythm.weight * rhythm.ln_gap) / (pl.col("order_days") - 1 + rhythm.weight)
    found = found.with_columns(cycle.exp().alias("cycle_days")).drop("ln_gaps")
    return found.with_columns(
        (pl.col("last_order_days_ago") / pl.col("cycle_days")).alias("cycle_gone"),
        (pl.col("last_order_days_ago") - pl.col("cycle_days")).alias("cycle_late_days"),
        (pl.col("order_days") / pl.col("first_order_days_ago")).alias("order_rate"),
        (pl.col("last_order_days_ago") / pl.col("first_order_days_ago")).alias("order_silence"),
    )


def _purchases(orders: pl.LazyFrame) -> pl.LazyFrame:
    return orders.select(pl.col("customer_id", "order_day"), *_carried(orders)).unique(["customer_id", "order_day"])


def _carried(orders: pl.LazyFrame) -> list[pl.Expr]:
    return [pl.col("ago")] if "ago" in orders.collect_schema().names() else []


def _gaps(purchases: pl.LazyFrame) -> pl.LazyFrame:
    """``gap``: days since the purchase before, null at the first."""
    ordered = purchases.sort("customer_id", "order_day")
    return ordered.with_columns(pl.col("order_day").diff().over("customer_id").dt.total_days().alias("gap"))


def _half(ago: str, days: int) -> pl.Expr:
    """Weight of something ``ago`` days ago: 1 on the last day, half of it ``days`` days before."""
    return (-(pl.col(ago) - 1) * (math.log(2) / days)).exp()
