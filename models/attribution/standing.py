"""What was known of a customer before a message: grade, stage, device, and what was bought.

Belongs here: traits that an order after the message cannot have changed. Does not belong here: comparing traits
(``characteristics``); segments, since who is in them is known as of now only, and whoever bought through the message
may be in one because of that very order.

The tables of customers tell how they stand today, after whatever the message brought about; "new buyers convert best"
would then be true of any campaign. So orders and visits up to the day before the message are looked at again. Grades
are cut where they are cut today: a customer's values of that day get the scores that the same values get in
``customers``, and the grade that as many points have there.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Final

import polars as pl

SCORES: Final = ("recency_score", "frequency_score", "monetary_score")
TRAITS: Final = ("rfm_grade", "lifecycle", "device")


@dataclass(frozen=True)
class Known:
    """Published tables: ``customers``, ``orders``, ``product_purchases``, ``products``, ``sessions`` (a few weeks
    before the first message will do); ``new_days``, ``lapsed_days``: what the shop calls new and lapsed (settings
    ``customers``)."""

    customers: pl.LazyFrame
    orders: pl.LazyFrame
    purchases: pl.LazyFrame
    products: pl.LazyFrame
    sessions: pl.LazyFrame
    new_days: int
    lapsed_days: int


def standing_before(messages: pl.LazyFrame, known: Known) -> pl.DataFrame:
    """``messages`` (customer_id, day; each pair once) with the columns :data:`TRAITS`, as of the beginning of ``day``;
    null where there is none: no grade of who never bought, no device of who was not seen lately. Sorted."""
    told = messages.join(_bought(messages, known.orders), on=["customer_id", "day"], how="left")
    told = told.with_columns(_lifecycle(known), _recency=(pl.col("day") - pl.col("last_day")).dt.total_days())
    graded = _graded(
        told.collect(engine="streaming"), known.customers.filter(pl.col("rfm_grade").is_not_null()).collect()
    )
    return _devices(graded, known.sessions).select("customer_id", "day", *TRAITS).sort("customer_id", "day")


def categories_before(messages: pl.LazyFrame, known: Known) -> pl.DataFrame:
    """``messages`` (customer_id, day) with each ``category`` (the first part of its path) of which something was bought
    before ``day``; several rows for who bought of several, none for who bought nothing. Sorted."""
    first = pl.col("category_path").str.split(" > ").list.first().alias("category")
    bought = known.purchases.select("order_id", "product_id").join(
        known.products.filter(pl.col("category_path").is_not_null()).select("product_id", first), on="product_id"
    )
    orders = known.orders.select("order_id", "customer_id", "order_day")
    firsts = bought.join(orders, on="order_id").group_by("customer_id", "category").agg(pl.col("order_day").min())
    told = messages.join(firsts, on="customer_id").filter(pl.col("order_day") < pl.col("day"))
    return told.select("customer_id", "day", "category").collect(engine="streaming").sort(pl.all())


def _bought(messages: pl.LazyFrame, orders: pl.LazyFrame) -> pl.LazyFrame:
    """Of each message the customer's orders before its day."""
    earlier = messages.join(
        orders.filter(pl.col("lines") > 0).select("customer_id", "order_day", "revenue", "refund_amount"),
        on="customer_id",
    ).filter(pl.col("order_day") < pl.col("day"))
    gaps = pl.col("order_day").unique().sort().diff().drop_nulls().dt.total_days()
    return earlier.group_by("customer_id", "day").agg(
        orders=pl.len().cast(pl.Int64), money=(pl.col("revenue") - pl.col("refund_amount")).sum(),
        last_day=pl.col("order_day").max(), cycle=gaps.median(),
    )  # fmt: skip


def _lifecycle(known: Known) -> pl.Expr:
    """The shop's stages, see ``lifecycle`` of ``customers``."""
    age = (pl.col("day") - pl.col("last_day")).dt.total_days()
    lapses = pl.max_horizontal(pl.lit(float(known.lapsed_days)), 2 * pl.col("cycle"))
    return (
        pl.when(pl.col("orders").is_null())
        .then(pl.lit("prospect"))
        .when(age > lapses)
        .then(pl.lit("lapsed"))
        .when(pl.col("orders") > 1)
        .then(pl.lit("returning"))
        .when(age <= known.new_days)
        .then(pl.lit("new"))
        .otherwise(pl.lit("one_time"))
        .alias("lifecycle")
    )


def _graded(told: pl.DataFrame, buyers: pl.DataFrame) -> pl.DataFrame:
    """With the grade that customers of today with the same values have."""
    money, recency = pl.col("revenue") - pl.col("refund_amount"), -pl.col("recency_days")
    values = zip(SCORES, (recency, pl.col("orders"), money), strict=True)
    cuts = [buyers.group_by(score).agg(value.min().alias("least")).sort(score) for score, value in values]
    own = (-pl.col("_recency"), pl.col("orders"), pl.col("money"))
    points = pl.sum_horizontal(_reached(value, cut, score) for value, cut, score in zip(own, cuts, SCORES, strict=True))
    grades = buyers.group_by("rfm_grade").agg(pl.sum_horizontal(SCORES).min().alias("least")).sort("least")
    grade = pl.lit(None, pl.String)
    for place, (name, least) in enumerate(grades.rows()):
        grade = pl.when(pl.col("_points") >= least if place else pl.lit(value=True)).then(pl.lit(name)).otherwise(grade)
    has_bought = pl.col("orders").is_not_null()
    return told.with_columns(_points=points).with_columns(rfm_grade=pl.when(has_bought).then(grade))


def _reached(value: pl.Expr, cut: pl.DataFrame, score: str) -> pl.Expr:
    """The highest score whose least value is reached; the lowest where none is."""
    lowest = pl.lit(1, pl.Int64)
    steps = cut.select(pl.col(score).cast(pl.Int64), "least").rows()
    return pl.max_horizontal(lowest, *(pl.when(value >= least).then(number) for number, least in steps))


def _devices(told: pl.DataFrame, sessions: pl.LazyFrame) -> pl.DataFrame:
    """With the device of the last visit before the day."""
    visits = sessions.filter(~pl.col("is_bot"), pl.col("device").is_not_null()).select(
        "customer_id", "session_id", "started_at", "device", pl.col("session_day").alias("day")
    )
    latest = visits.join(told.lazy().select("customer_id").unique(), on="customer_id", how="semi")
    newest = pl.col("device").sort_by("started_at", "session_id").last()
    latest = latest.group_by("customer_id", "day").agg(newest)
    before = latest.with_columns(pl.col("day") + dt.timedelta(days=1)).sort("day").collect(engine="streaming")
    return told.sort("day").join_asof(before, on="day", by="customer_id", strategy="backward", check_sortedness=False)
