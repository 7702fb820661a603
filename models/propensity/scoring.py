"""Everybody's probability today, who is in the segment, and why.

Belongs here: applying a model to all customers in bounded batches. Does not belong here: training (``weekly``), writing
tables.
"""

import datetime as dt
from typing import Final

import polars as pl

from models.propensity.card import deciles_of
from models.propensity.facts import Facts
from models.propensity.features import feature_batches
from models.propensity.reasons import KOREAN, reasons_of
from models.propensity.settings import Settings
from models.propensity.trained import Trained

SCORES: Final = pl.Schema(
    {
        "customer_id": pl.Int64(),
        "expected": pl.Float64(),
        "decile": pl.Int64(),
        "is_in_segment": pl.Boolean(),
        "due_day": pl.Date(),
        "reasons": pl.List(pl.String()),
    }
)


def scored(
    model: Trained,
    facts: Facts,
    cut_off: dt.date,
    settings: Settings | None = None,
    *,
    locale: str = KOREAN,
    currency: str = "KRW",
) -> pl.DataFrame:
    """Columns :data:`SCORES`, one row a customer that the target asks about, sorted by customer.

    ``cut_off``: the day after the last complete one; nothing from it on is looked at. ``expected``: probability, or
    amount in the shop's currency; ``decile``: 1 for the highest tenth; ``due_day``: of the next order by the customer's
    own cycle, null where nobody bought; ``reasons``: of customers in the segment, null for others.
    """
    how = settings or Settings()
    batches = [
        _scored(model, rows.filter(model.target.asks_about(model.horizon)), cut_off, how, locale, currency)
        for rows in feature_batches(facts, cut_off, how.shards)
    ]
    found = pl.concat([pl.DataFrame(schema=SCORES), *batches])
    decile = pl.Series("decile", deciles_of(found["expected"].to_numpy(), found["customer_id"]), dtype=pl.Int64)
    return found.with_columns(decile).sort("customer_id")


def _scored(
    model: Trained, rows: pl.DataFrame, cut_off: dt.date, how: Settings, locale: str, currency: str
) -> pl.DataFrame:
    expected = pl.Series("expected", model.expected(rows, how.threads), dtype=pl.Float64)
    # once the cycle is over, an order is due from today on
    left = (pl.col("cycle_days") - pl.col("last_order_days_ago")).round().clip(lower_bound=0)
    due_day = (pl.lit(cut_off) + pl.duration(days=left.cast(pl.Int64))).alias("due_day")
    is_in = (pl.col("expected") >= model.threshold).alias("is_in_segment")
    known = rows.with_columns(expected).with_columns(due_day, is_in, pl.lit(None, pl.Int64).alias("decile"))
    chosen = known.filter("is_in_segment")
    reasons = reasons_of(model, chosen, locale=locale, currency=currency, threads=how.threads)
    told = chosen.select("customer_id", reasons)
    return known.join(told, on="customer_id", how="left", maintain_order="left").select(
        pl.col(name).cast(kind) for name, kind in SCORES.items()
    )
