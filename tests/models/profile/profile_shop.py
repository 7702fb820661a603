"""A shop of one day that can be reckoned by hand, for the tests of profiles."""

import datetime as dt
from zoneinfo import ZoneInfo

import polars as pl

from models.profile.period import days_between
from models.profile.profile import Facts

SEOUL = ZoneInfo("Asia/Seoul")
DAY = dt.date(2025, 3, 1)
PERIOD = days_between(DAY, DAY, SEOUL)
MIDNIGHT = PERIOD.since

SESSIONS = pl.Schema(
    {
        "customer_id": pl.Int64,
        "started_at": pl.Datetime("us"),
        "device": pl.String,
        "channel": pl.String,
        "page_views": pl.Int32,
        "dwell_seconds": pl.Float64,
        "orders": pl.Int32,
        "is_new_visitor": pl.Boolean,
        "is_bot": pl.Boolean,
        "is_off_site": pl.Boolean,
    }
)
ORDERS = pl.Schema({"customer_id": pl.Int64, "ordered_at": pl.Datetime("us"), "revenue": pl.Float64})
ACTIONS = pl.Schema({"customer_id": pl.Int64, "event_name": pl.String, "product_id": pl.String, "quantity": pl.Int64})
PRODUCTS = pl.Schema({"product_id": pl.String, "name": pl.String})


def at(hour: float) -> dt.datetime:
    """A moment of the day, by the shop's clock."""
    return MIDNIGHT + dt.timedelta(hours=hour)


def session(customer: int, hour: float, **other: object) -> dict[str, object]:
    usual: dict[str, object] = {
        "device": "pc", "channel": "Direct", "page_views": 1, "dwell_seconds": 0.0, "orders": 0,
        "is_new_visitor": False, "is_bot": False, "is_off_site": False,
    }  # fmt: skip
    return {"customer_id": customer, "started_at": at(hour)} | usual | other


def order(customer: int, hour: float, revenue: float) -> dict[str, object]:
    return {"customer_id": customer, "ordered_at": at(hour), "revenue": revenue}


def action(customer: int, name: str, product: str, quantity: int) -> dict[str, object]:
    return {"customer_id": customer, "event_name": name, "product_id": product, "quantity": quantity}


def facts(
    sessions: list[dict[str, object]] | None = None,
    orders: list[dict[str, object]] | None = None,
    actions: list[dict[str, object]] | None = None,
) -> Facts:
    return Facts(
        sessions=pl.LazyFrame(sessions or [], schema=SESSIONS),
        orders=pl.LazyFrame(orders or [], schema=ORDERS),
        actions=pl.LazyFrame(actions or [], schema=ACTIONS),
        products=pl.LazyFrame({"product_id": ["p1", "p2"], "name": ["린넨 슬랙스", "린넨 스커트"]}, schema=PRODUCTS),
    )


def customers(*ids: int) -> pl.LazyFrame:
    return pl.LazyFrame({"customer_id": list(ids)}, schema={"customer_id": pl.Int64})
