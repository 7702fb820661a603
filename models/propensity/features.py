"""Everything that is known of each customer when a day begins, as one row of figures.

Belongs here: putting the parts together, in bounded batches. Does not belong here: the figures themselves
(``features_orders``, ``features_browsing``), what happens after the day (``labels``).
"""

import datetime as dt
from collections.abc import Iterator

import polars as pl

from models.propensity.catalogue import FEATURES
from models.propensity.facts import Facts
from models.propensity.features_browsing import browsing_features, session_features
from models.propensity.features_orders import Rhythm, order_features, rhythm_of


def features(facts: Facts, cut_off: dt.date, rhythm: Rhythm | None = None) -> pl.DataFrame:
    """``customer_id`` and :data:`~models.propensity.catalogue.FEATURES` (32-bit; null: not known of this customer).

    One row for everybody with an order or an event before ``cut_off``; nothing of that day or later is looked at.
    Sorted by customer. ``rhythm``: the shop's, where ``facts`` are those of some customers only.
    """
    known = facts.before(cut_off)
    ordered = order_features(known.orders, cut_off, rhythm or rhythm_of(known.orders))
    browsed = browsing_features(known.customer_days, ordered.select("customer_id", "last_order_days_ago"), cut_off)
    visited = session_features(known.sessions, cut_off)
    everything = ordered.join(browsed, on="customer_id", how="full", coalesce=True)
    everything = everything.join(visited, on="customer_id", how="full", coalesce=True)
    known_days = pl.max_horizontal("first_order_days_ago", "first_seen_days_ago").alias("known_days")
    figures = [pl.col(name).cast(pl.Float32).fill_nan(None) for name in FEATURES]
    return everything.with_columns(known_days).select("customer_id", *figures).sort("customer_id").collect()


def feature_batches(facts: Facts, cut_off: dt.date, shards: int) -> Iterator[pl.DataFrame]:
    """:func:`features` of every ``shards``-th customer at a time, so that memory is bounded; no empty ones."""
    rhythm = rhythm_of(facts.before(cut_off).orders)
    for number in range(shards):
        batch = features(facts.shard(number, shards), cut_off, rhythm)
        if len(batch):
            yield batch
