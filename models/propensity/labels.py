"""Rows to learn and to judge from: what was known on a day, and what happened after it.

Belongs here: joining features and outcomes, drawing customers. Does not belong here: what was known (``features``), who
is asked about what (``targets``), fitting.
"""

import datetime as dt
from collections.abc import Iterable

import polars as pl

from models.propensity.catalogue import FEATURES
from models.propensity.facts import Facts
from models.propensity.features import features
from models.propensity.features_orders import rhythm_of
from models.propensity.targets import Target

_FINE = 1_000_000


def training_set(
    facts: Facts, cut_offs: Iterable[dt.date], target: Target, horizon: int, share: float = 1.0, seed: int = 0
) -> pl.DataFrame:
    """``cut_off, customer_id, label, revenue`` and features, a row per cut-off and customer asked about.

    Features are of the days before the cut-off, ``label`` of the ``horizon`` days from it on. ``share``: of customers,
    drawn anew for each cut-off and always the same for a seed. Sorted by cut-off and customer.
    """
    parts = [_rows(facts, cut_off, target, horizon, share, seed) for cut_off in sorted(cut_offs)]
    return pl.concat(parts) if parts else pl.DataFrame()


def outcomes(facts: Facts, cut_off: dt.date, horizon: int) -> pl.LazyFrame:
    """``customer_id, ordered (true), ordered_revenue`` of those who ordered on the ``horizon`` days from it on.

    Revenue is before refunds: these may come after the window, so that newer windows would look better than older.
    """
    end = cut_off + dt.timedelta(days=horizon)
    within = facts.orders.filter(pl.col("order_day") >= cut_off, pl.col("order_day") < end)
    # summed in a fixed order: the last digits depend on it
    bought = within.sort("customer_id", "order_day", "order_id").group_by("customer_id", maintain_order=True)
    return bought.agg(pl.lit(True).alias("ordered"), pl.col("revenue").sum().alias("ordered_revenue"))


def known_customers(facts: Facts, cut_off: dt.date) -> int:
    """How many customers were known, about (a sketch: within some per cent)."""
    known = facts.before(cut_off)
    ids = [frame.select("customer_id") for frame in (known.orders, known.customer_days, known.sessions)]
    return int(pl.concat(ids).select(pl.col("customer_id").approx_n_unique()).collect().item())


def _rows(facts: Facts, cut_off: dt.date, target: Target, horizon: int, share: float, seed: int) -> pl.DataFrame:
    rhythm = rhythm_of(facts.before(cut_off).orders)
    if share < 1:
        chance = pl.col("customer_id").hash(seed=seed + cut_off.toordinal()) % _FINE
        facts = facts.of(chance < int(share * _FINE))
    known = features(facts, cut_off, rhythm).filter(target.asks_about(horizon))
    after = outcomes(facts, cut_off, horizon).collect()
    return known.join(after, on="customer_id", how="left", maintain_order="left").select(
        pl.lit(cut_off).alias("cut_off"),
        "customer_id",
        target.label().alias("label"),
        pl.col("ordered_revenue").fill_null(0.0).alias("revenue_after"),
        *FEATURES,
    )
