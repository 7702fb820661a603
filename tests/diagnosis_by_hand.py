"""Three days of a small shop, as the tables of the daily diagnosis have them: the day, the day before, a week before.

Belongs here: the frames, and asking them. Does not belong here: checks. On mobile, visits leave at once far more often
than a week ago, and revenue has fallen; on PC nothing has changed.
"""

import datetime as dt
from collections.abc import Sequence
from typing import Any

import duckdb
import polars as pl

from models.reports.diagnosis_facts import DayFacts, diagnosis_questions
from models.reports.questions import Answer, Question

DAY = dt.date(2025, 10, 30)  # a Thursday
WEEK_BEFORE, DAY_BEFORE = dt.date(2025, 10, 23), dt.date(2025, 10, 29)
PHONES = ("010-2222-3333", "010-4444-5555")
Row = dict[str, Any]


def tables() -> dict[str, pl.DataFrame]:
    """By name."""
    daily = [
        *_site(DAY_BEFORE, pc=(200, 40, 60, 12, 600_000.0), mobile=(500, 100, 110, 35, 1_700_000.0)),
        *_site(WEEK_BEFORE, pc=(195, 35, 55, 14, 620_000.0), mobile=(520, 90, 125, 40, 2_000_000.0)),
        *_site(DAY, pc=(198, 38, 57, 13, 640_000.0), mobile=(510, 95, 180, 11, 410_000.0)),
    ]
    return {
        "report_daily": pl.DataFrame(daily).sort("day", "device"),
        "report_conservation": pl.DataFrame(
            [
                {
                    "day": DAY,
                    "window": "7d",
                    "orders": 24,
                    "attributed_orders": 5,
                    "unattributed_orders": 19,
                    "claimed_orders": 6,
                    "revenue": 1e6,
                    "attributed_revenue": 2e5,
                    "unattributed_revenue": 8e5,
                }
            ]
        ),
        "report_daily_referrers": pl.DataFrame(_referrers()),
        "report_daily_hours": pl.DataFrame(_hours()),
        "report_daily_products": pl.DataFrame(_products()),
        "report_daily_campaigns": pl.DataFrame(_campaigns(), infer_schema_length=None),
    }


def ask(questions: Sequence[Question], frames: dict[str, pl.DataFrame]) -> dict[str, Answer]:
    """Answers as published tables would give them."""
    made_at = dt.datetime(2025, 10, 30, 18, 0, tzinfo=dt.UTC)
    with duckdb.connect() as connection:
        for name, frame in frames.items():
            connection.register(name, frame.to_arrow())
        return {
            one.name: Answer(one, pl.DataFrame(connection.sql(one.sql()).to_arrow_table()), "v1", made_at)
            for one in questions
        }  # fmt: skip


def facts(day: dt.date = DAY, frames: dict[str, pl.DataFrame] | None = None) -> DayFacts:
    """The day as the report knows it."""
    return DayFacts(day, ask(diagnosis_questions(day), frames or tables()))


def _site(day: dt.date, **devices: tuple[int, int, int, int, float]) -> list[Row]:
    rows = [_device(day, name, *figures) for name, figures in devices.items()]
    whole = [sum(each) for each in zip(*devices.values(), strict=True)]
    return [_device(day, "all", *whole), *rows]


def _device(day: dt.date, device: str, sessions: int, new: int, bounced: int, orders: int, revenue: float) -> Row:
    visitors = sessions - 20
    return {
        "day": day, "device": device, "visitors": visitors, "new_visitors": new, "returning_visitors": visitors - new,
        "sessions": sessions, "bounce_rate": bounced / sessions, "page_views": sessions * 5,
        "page_views_per_session": 5.0, "product_views": sessions * 2, "product_views_per_session": 2.0,
        "dwell_seconds_per_session": 143.2, "add_to_carts": sessions // 5, "orders": orders, "revenue": revenue,
        "refund_amount": 20_000.0, "conversion_rate": orders / sessions, "peak_order_hour": 20,
        "funnel_visits": sessions, "funnel_product_views": sessions * 7 // 10, "funnel_carts": sessions // 5,
        "funnel_checkouts": sessions // 8, "funnel_orders": orders, "banner_impressions": 400, "banner_clicks": 21,
        "widget_impressions": 900, "widget_clicks": 64, "widget_orders": 5, "widget_revenue": 210_000.0,
        "message_orders": 4, "message_revenue": 180_000.0,
    }  # fmt: skip


def _referrers() -> list[Row]:
    sites = (("naver.com", "Organic Search", 310), ("instagram.com", "Paid Social", 120), ("(direct)", "Direct", 90))
    return [
        {"day": DAY, "device": device, "rank": rank, "source": source, "channel": channel, "sessions": sessions // part,
         "share": sessions / 708}
        for device, part in (("all", 1), ("mobile", 2), ("pc", 3))
        for rank, (source, channel, sessions) in enumerate(sites, 1)
    ]  # fmt: skip


def _hours() -> list[Row]:
    orders = {9: 2, 12: 4, 13: 3, 18: 3, 20: 6, 21: 4, 22: 2}
    return [
        {"day": DAY, "device": device, "hour": hour, "sessions": 10 + 3 * hour // part,
         "orders": orders.get(hour, 0) // part, "revenue": 43_000.0 * (orders.get(hour, 0) // part)}
        for device, part in (("all", 1), ("mobile", 2), ("pc", 2))
        for hour in range(24)
    ]  # fmt: skip


def _products() -> list[Row]:
    names = (
        "울 블렌드 오버핏 코트",
        "캐시미어 터틀넥 니트",
        "와이드 데님 팬츠",
        "레더 미니 크로스백",
        "기모 후드 집업",
    )
    return [
        {"day": DAY, "device": device, "rank": rank, "product_id": f"P{rank}", "product_name": name,
         "views": (140 - 20 * rank) // part, "carts": (30 - 4 * rank) // part, "orders": 6 - rank,
         "quantity": 7 - rank, "revenue": 49_000.0 * (6 - rank), "order_rate": (6 - rank) / (140 - 20 * rank)}
        for device, part in (("all", 1), ("mobile", 2), ("pc", 2))
        for rank, name in enumerate(names, 1)
    ]  # fmt: skip


def _campaigns() -> list[Row]:
    rows = (
        ("onsite", "winter-banner", 400, 21, 2, 98_000.0),
        ("recommendation", "cart_related", 600, 44, 4, 160_000.0),
        ("recommendation", "most_viewed", 300, 20, 1, 50_000.0),
        ("message", "cart-reminder", 420, 37, 4, 180_000.0),
    )
    names = ("kind", "campaign", "impressions", "clicks", "orders", "revenue")
    made = [{"day": DAY, **dict(zip(names, row, strict=True))} for row in rows]
    told = {"cart-reminder": "장바구니 리마인드", "winter-banner": "겨울 배너"}
    made = [one | {"campaign_name": told.get(str(one["campaign"]), one["campaign"])} for one in made]
    return [one | {"ctr": one["clicks"] / one["impressions"] if one["impressions"] else None} for one in made]
