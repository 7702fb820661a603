"""What is known of customers, as tables with a day in every row.

Belongs here: which columns the inputs must have, cutting them to a part of the customers and to days before or after a
day. Does not belong here: what is made of them (``features``, ``labels``), reading files.

Only columns that never change after their day are read. Whether somebody is a member *today*, or what of an order came
back *since*, was not known on an earlier day: a model that learns from it would be told its answers.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import polars as pl

CUSTOMER_DAYS: Final = pl.Schema(
    {
        "event_day": pl.Date(),
        "customer_id": pl.Int64(),
        "event_name": pl.String(),
        "device": pl.String(),
        "events": pl.Int64(),
    }
)
ORDERS: Final = pl.Schema(
    {
        "customer_id": pl.Int64(),
        "order_id": pl.String(),
        "order_day": pl.Date(),
        "revenue": pl.Float64(),
        "quantity": pl.Int64(),
    }
)
SESSIONS: Final = pl.Schema(
    {
        "customer_id": pl.Int64(),
        "session_day": pl.Date(),
        "dwell_seconds": pl.Float64(),
        "page_views": pl.Int64(),
        "channel": pl.String(),
        "is_bounce": pl.Boolean(),
    }
)
BROWSING_DAYS: Final = 180  # what somebody looked at half a year ago says nothing about next week
ORDER_DAYS: Final = 730


class FactsError(ValueError):
    """A table lacks columns or has others in their place."""


@dataclass(frozen=True)
class Facts:
    """The inputs, one row as in :data:`ORDERS`, :data:`CUSTOMER_DAYS`, :data:`SESSIONS`; further columns are let be.

    A shop that knows nothing but orders gives these alone. Customers are whole numbers, days business days.
    """

    orders: pl.LazyFrame
    customer_days: pl.LazyFrame
    sessions: pl.LazyFrame

    def before(self, cut_off: dt.date) -> "Facts":
        """What had happened when the day ``cut_off`` began, as far back as is looked."""
        browsed = cut_off - dt.timedelta(days=BROWSING_DAYS)
        ordered = cut_off - dt.timedelta(days=ORDER_DAYS)
        return Facts(
            self.orders.filter(pl.col("order_day") < cut_off, pl.col("order_day") >= ordered),
            self.customer_days.filter(pl.col("event_day") < cut_off, pl.col("event_day") >= browsed),
            self.sessions.filter(pl.col("session_day") < cut_off, pl.col("session_day") >= browsed),
        )

    def of(self, customers: pl.Expr) -> "Facts":
        """The rows of some customers; ``customers``: a condition on the column customer_id."""
        return Facts(
            self.orders.filter(customers), self.customer_days.filter(customers), self.sessions.filter(customers)
        )

    def shard(self, number: int, shards: int) -> "Facts":
        """The rows of every ``shards``-th customer."""
        return self if shards == 1 else self.of(pl.col("customer_id") % shards == number)

    def span(self) -> tuple[dt.date, dt.date] | None:
        """First day and last day of any row; None where there is none."""
        parts = [
            frame.select(pl.col(day).min().alias("first"), pl.col(day).max().alias("last"))
            for frame, day in (
                (self.orders, "order_day"),
                (self.customer_days, "event_day"),
                (self.sessions, "session_day"),
            )
        ]
        first, last = pl.concat(parts).select(pl.col("first").min(), pl.col("last").max()).collect().row(0)
        return None if first is None else (first, last)


def facts_of(
    orders: pl.DataFrame | pl.LazyFrame,
    customer_days: pl.DataFrame | pl.LazyFrame | None = None,
    sessions: pl.DataFrame | pl.LazyFrame | None = None,
) -> Facts:
    """Inputs with the types they should have. Raises :class:`FactsError` where columns are missing.

    Rows without a customer or a day are left out.
    """
    return Facts(
        _typed("orders", orders, ORDERS),
        _typed("customer_days", customer_days, CUSTOMER_DAYS),
        _typed("sessions", sessions, SESSIONS),
    )


def _typed(name: str, frame: pl.DataFrame | pl.LazyFrame | None, columns: Mapping[str, pl.DataType]) -> pl.LazyFrame:
    if frame is None:
        return pl.LazyFrame(schema=dict(columns))
    rows = frame.lazy()
    if missing := [column for column in columns if column not in rows.collect_schema().names()]:
        raise FactsError(f"{name} lacks {', '.join(missing)}: it needs {', '.join(columns)}")
    day = next(column for column in columns if column.endswith("_day"))
    chosen = rows.select(pl.col(column).cast(kind) for column, kind in columns.items())
    return chosen.filter(pl.col("customer_id").is_not_null(), pl.col(day).is_not_null())
