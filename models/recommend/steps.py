"""What people did, as ordered steps.

Belongs here: bringing events into order, leaving out repetitions. Does not belong here: reading them.
"""

import polars as pl

STEPS = pl.Schema(
    {
        "event_day": pl.Date(),
        "session_id": pl.UInt64(),
        "customer_key": pl.UInt64(),
        "product_id": pl.String(),
        "is_view": pl.Boolean(),
    }
)
EVENTS = ("product_view", "add_to_cart", "purchase")
SEED = 1  # of the hashes that stand for sessions and customers


def ordered_steps(events: pl.LazyFrame) -> pl.DataFrame:
    """Steps of :data:`STEPS`, sessions from old to new, each in the order in which it happened.

    ``events``: event_id, event_day, event_at, event_name, session_id, customer_key, product_id, is_bot. Robots and
    other events are left out. The same product several times in a row is one step: reloading a page, or putting into
    the cart what is looked at, says nothing new.
    """
    kept = pl.col("event_name").is_in(EVENTS) & pl.col("product_id").is_not_null() & ~pl.col("is_bot")
    rows = events.filter(kept).select(
        "event_day",
        pl.col("session_id").hash(SEED),
        customer_of("customer_key"),
        "product_id",
        (pl.col("event_name") == EVENTS[0]).alias("is_view"),
        "event_at",
        pl.col("event_id").hash(SEED).alias("tie"),
    )
    began = pl.col("event_at").min().over("session_id").alias("began")
    ordered = rows.collect(engine="streaming").with_columns(began).sort("began", "session_id", "event_at", "tie")
    again = (pl.col("product_id") == pl.col("product_id").shift(1)) & (
        pl.col("session_id") == pl.col("session_id").shift(1)
    )
    return ordered.filter(~again.fill_null(False)).select(STEPS.names())


def customer_of(column: str) -> pl.Expr:
    """The number that stands for a customer in steps."""
    return pl.col(column).hash(SEED)


def by_customer(steps: pl.DataFrame, most: int) -> pl.DataFrame:
    """The last ``most`` steps of each customer as one sequence: ``session_id`` is the customer."""
    last = pl.int_range(pl.len()).reverse().over("customer_key") < most
    return steps.filter(last).with_columns(pl.col("customer_key").alias("session_id"))
