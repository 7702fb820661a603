"""What a customer's visits tell: what was looked for, carted and searched, how lately, and whether that grows.

Belongs here: figures per customer from daily counts of events and from visits before a day. Does not belong here:
orders (``features_orders``), names and sentences (``catalogue``).
"""

import datetime as dt
import math
from typing import Final

import polars as pl

KINDS: Final = {
    "product_view": "views",
    "add_to_cart": "carts",
    "remove_from_cart": "removals",
    "search": "searches",
    "begin_checkout": "checkouts",
    "page_view": "pages",
    "category_view": "pages",
    "message_open": "messages",
    "message_click": "messages",
    "banner_click": "clicks",
    "widget_click": "clicks",
    "refund": "refunds",
    "login": "logins",
    "sign_up": "logins",
}
COUNTED: Final = ("views", "carts", "searches", "checkouts", "pages", "messages", "clicks")
WINDOWS: Final = (1, 7, 30)
HALF_LIVES: Final = (2, 7, 30)
_ACTIVE_WINDOWS: Final = (7, 30, 90)


def browsing_features(customer_days: pl.LazyFrame, last_orders: pl.LazyFrame, cut_off: dt.date) -> pl.LazyFrame:
    """One row a customer with an event before ``cut_off``.

    ``last_orders``: customer_id, last_order_days_ago; what was carted since then still lies in the cart.
    """
    ago = (pl.lit(cut_off) - pl.col("event_day")).dt.total_days()
    rows = customer_days.filter(pl.col("event_day") < cut_off).with_columns(
        ago.alias("ago"), pl.col("event_name").replace_strict(KINDS, default="other").alias("kind")
    )
    counts = _counts(rows)
    days = _days(rows)
    cart = _cart(rows, last_orders)
    found = days.join(counts, on="customer_id", how="left").join(cart, on="customer_id", how="left")
    return found.with_columns(
        (pl.col(f"{kind}_half_7") - pl.col(f"{kind}_half_30") * (7 / 30)).alias(f"{kind}_trend")
        for kind in ("views", "carts")
    )


def session_features(sessions: pl.LazyFrame, cut_off: dt.date) -> pl.LazyFrame:
    """One row a customer with a visit before ``cut_off``."""
    ago = (pl.lit(cut_off) - pl.col("session_day")).dt.total_days()
    rows = sessions.filter(pl.col("session_day") < cut_off).with_columns(ago.alias("ago"))
    within = [(pl.col("ago") <= days).sum().alias(f"visits_{days}d") for days in (7, 30)]
    decayed = [_half("ago", days).sum().alias(f"visits_half_{days}") for days in HALF_LIVES]
    direct = (pl.col("channel") == "Direct").mean()
    return rows.group_by("customer_id").agg(
        *within,
        *decayed,
        pl.len().alias("visits"),
        pl.col("dwell_seconds").mean().alias("visit_seconds"),
        pl.col("dwell_seconds").filter(pl.col("ago") <= 7).sum().alias("seconds_7d"),
        pl.col("page_views").mean().alias("visit_pages"),
        pl.col("is_bounce").mean().alias("bounce_share"),
        direct.alias("direct_share"),
    )


def _counts(rows: pl.LazyFrame) -> pl.LazyFrame:
    """Events of a kind by window and decayed, and how long ago the last was. First by kind, in long form, which is
    several times as fast as one filtered sum a column."""
    events = pl.col("events")
    figures = {
        **{f"{days}d": (events * (pl.col("ago") <= days)).sum() for days in WINDOWS},
        **{f"half_{days}": (events * _half("ago", days)).sum() for days in HALF_LIVES},
        "days_ago": pl.col("ago").min(),
    }
    long = rows.filter(pl.col("kind") != "other").group_by("customer_id", "kind")
    found = long.agg(figure.alias(name) for name, figure in figures.items())
    wide = [
        pl.col(name).filter(pl.col("kind") == kind).first().alias(f"{kind}_{name}")
        for kind in COUNTED
        for name in figures
    ]
    rare = [
        pl.col(f"half_{HALF_LIVES[-1]}").filter(pl.col("kind") == kind).first().alias(f"{kind}_half_30")
        for kind in ("refunds", "logins")
    ]
    return found.group_by("customer_id").agg(*wide, *rare)


def _days(rows: pl.LazyFrame) -> pl.LazyFrame:
    """The days on which somebody was there at all, and by which device."""
    of_device = [
        pl.col("events").filter(pl.col("device") == device).sum().alias(f"{device}_events") for device in ("app", "pc")
    ]
    days = rows.group_by("customer_id", "event_day", "ago").agg(
        pl.col("events").sum(), *of_device, pl.col("device").n_unique().alias("devices")
    )
    days = days.sort("customer_id", "event_day").with_columns(
        pl.col("event_day").diff().over("customer_id").dt.total_days().alias("gap")
    )
    weekend = pl.col("event_day").dt.weekday() >= 6
    found = days.group_by("customer_id").agg(
        *((pl.col("ago") <= window).sum().alias(f"active_days_{window}d") for window in _ACTIVE_WINDOWS),
        *(_half("ago", life).sum().alias(f"active_half_{life}") for life in (7, 30, 90)),
        pl.len().alias("active_days"),
        pl.col("ago").min().alias("last_seen_days_ago"),
        pl.col("ago").max().alias("first_seen_days_ago"),
        pl.col("gap").mean().alias("visit_gap_mean"),
        weekend.mean().alias("weekend_share"),
        (pl.col("app_events").sum() / pl.col("events").sum()).alias("app_share"),
        (pl.col("pc_events").sum() / pl.col("events").sum()).alias("pc_share"),
    )
    return found.with_columns(
        (pl.col("active_days") / pl.col("first_seen_days_ago")).alias("active_rate"),
        (pl.col("last_seen_days_ago") / pl.col("visit_gap_mean")).alias("visit_gap_gone"),
    )


def _cart(rows: pl.LazyFrame, last_orders: pl.LazyFrame) -> pl.LazyFrame:
    """What was put into the cart, less what was taken out, on the days after the last order."""
    put = pl.when(pl.col("kind") == "carts").then(pl.col("events")).otherwise(-pl.col("events"))
    carted = rows.filter(pl.col("kind").is_in(["carts", "removals"])).join(last_orders, on="customer_id", how="left")
    since = carted.filter(pl.col("last_order_days_ago").is_null() | (pl.col("ago") < pl.col("last_order_days_ago")))
    return since.group_by("customer_id").agg(
        put.sum().clip(lower_bound=0).alias("cart_left"),
        pl.col("ago").filter(pl.col("kind") == "carts").min().alias("cart_left_days_ago"),
    )


def _half(ago: str, days: int) -> pl.Expr:
    return (-(pl.col(ago) - 1) * (math.log(2) / days)).exp()
