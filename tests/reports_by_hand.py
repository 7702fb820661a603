"""A small shop's published tables of reports, and a home that has them.

Belongs here: frames of forty days with three campaigns on two channels, in whole numbers that are easy to add up; a
home they are published in. Does not belong here: checks.
"""

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from connectors.home import paths
from connectors.home.paths import Home
from connectors.published.tables import PublishedTables
from models.reports.results import RATES
from models.reports.results_words import WINDOWS
from tests.campaign_reports_by_hand import campaign_tables
from tests.diagnosis_by_hand import tables as diagnosis_tables

LAST = dt.date(2025, 10, 30)
FIRST = LAST - dt.timedelta(days=39)
NOW = dt.datetime(2025, 10, 30, 18, 0, tzinfo=dt.UTC)
Row = dict[str, Any]
COUNTS = ("messages", "accepted", "delivered", "failed", "opened", "clicked", "ordered", "orders")
# id, name, channel, every how many days it sends, messages of each
CAMPAIGNS = (
    ("cart-reminder", "장바구니 리마인드", "alimtalk", 1, 100),
    ("season-news", "가을 신상품 & <소식>", "email", 7, 1000),
    ("old-sale", "지난 세일", "email", 100, 500),
)


def days(count: int = 40) -> list[dt.date]:
    """The last so many days."""
    return [LAST - dt.timedelta(days=back) for back in reversed(range(count))]


def tables() -> dict[str, pl.DataFrame]:
    """By name."""
    sends = send_days()
    return {
        **diagnosis_tables(),
        "report_daily": pl.concat([_daily(), diagnosis_tables()["report_daily"]], how="diagonal_relaxed").unique(
            ["day", "device"], keep="last", maintain_order=True
        ),
        "report_send_days": sends,
        "report_sends": _sends(sends),
        "report_campaign_days": sends.select(
            "day", "campaign_id", "channel", "window", "messages", "orders", "revenue", clicks="clicked"
        ),
        "report_channels": channels(sends),
        **campaign_tables(sends, LAST),
        "report_dashboard": _dashboard(),
        "report_segments": _segments(),
        "report_characteristics": _traits(),
        "report_segment_profiles": _profiles(),
        "report_segment_products": _bought(),
        "report_live_visitors": _visitors(),
        "segment_members": pl.DataFrame(
            [{"day": LAST, "segment_id": "vip", "customer_key": f"secret-{one}"} for one in range(3)]
        ),
        "segments": pl.DataFrame({"day": [LAST], "segment_id": ["vip"], "name": ["VIP 고객"]}),
        "products": pl.DataFrame({"product_id": ["P1", "P2"], "name": ["울 코트", None]}),
        "report_recommendations": _widget_days(),
        "report_recommendation_models": _widgets(),
        "rec_runs": pl.DataFrame({"day": [LAST], "ranker_day": [LAST - dt.timedelta(days=3)]}),
        "sends": pl.DataFrame(
            [{"day": LAST, "campaign_id": one[0], "state": "finished", "planned_at": NOW, "substitute_of": None}
             for one in CAMPAIGNS[:2]], schema_overrides={"substitute_of": pl.String},
        ).with_columns(
            send_id=pl.col("campaign_id") + "@2025-10-30", channel=pl.lit("email"), advertising=pl.lit(True),
            version=1, attribution_window=pl.lit("7d"), utm_campaign=pl.lit("code"), targeted=100, excluded=2,
            holdout=10, messages=90,
        ),
    }  # fmt: skip


def send_days() -> pl.DataFrame:
    """Sends by day, campaign and window: the wider the window, the more of it. The last day collects."""
    rows: list[Row] = []
    for number, (campaign, name, channel, every, messages) in enumerate(CAMPAIGNS):
        for place, day in enumerate(days()):
            if place % every:
                continue
            for wide, window in enumerate(WINDOWS, 1):
                sent = {
                    "messages": messages + place,
                    "accepted": messages,
                    "delivered": messages - 5,
                    "failed": place,
                    "opened": messages // 4 if channel == "email" else 0,
                    "clicked": 4 * wide,
                    "ordered": wide,
                    "orders": wide + number,
                    "revenue": 10_000.0 * wide,
                    "cost": 9.0 * messages,
                }
                rows.append({
                    "day": day, "campaign_id": campaign, "campaign_name": name, "channel": channel, "window": window,
                    "is_default_window": window == ("7d" if number else "3d"),
                    "is_collecting": day == LAST and wide > 2, **sent,
                })  # fmt: skip
    return pl.DataFrame(rows)


def channels(sends: pl.DataFrame) -> pl.DataFrame:
    """``report_channels`` of these sends."""
    own = sends.filter("is_default_window").with_columns(window=pl.lit("default"))
    every = pl.concat([sends, own])
    every = pl.concat([every, every.with_columns(channel=pl.lit("all"))])
    found = []
    for period, length in (("7d", 7), ("30d", 30), ("90d", 90)):
        first = LAST - dt.timedelta(days=length - 1)
        now, before = (
            every.filter(pl.col("day").is_between(first - back, LAST - back))
            .group_by("channel", "window", maintain_order=True)
            .agg(pl.col(*COUNTS, "revenue", "cost").sum(), pl.col("is_collecting").any())
            .with_columns(
                **{name: pl.col(rate.top) / pl.col(rate.bottom) for name, rate in RATES.items()}
            )
            for back in (dt.timedelta(0), dt.timedelta(days=length))
        )  # fmt: skip
        kept = [name for name in before.columns if name not in ("channel", "window", "is_collecting")]
        earlier = before.select("channel", "window", pl.col(kept).name.prefix("previous_"))
        found.append(
            now.join(earlier, on=["channel", "window"], how="left", maintain_order="left").with_columns(
                period=pl.lit(period), first_day=pl.lit(first), last_day=pl.lit(LAST)
            )
        )
    return pl.concat(found)


def publish(home: Home, frames: Mapping[str, pl.DataFrame]) -> PublishedTables:
    """The published tables of a home, with these frames among them."""
    published = PublishedTables(home)
    with duckdb.connect() as connection:
        for name, frame in frames.items():
            connection.register("given", frame.to_arrow())
            published.publish_full(name, connection, "SELECT * FROM given")
    return published


def make_home(root: Path, frames: Mapping[str, pl.DataFrame] | None = None) -> Home:
    """A home with all tables published."""
    home = paths.make_home(root)
    publish(home, tables() if frames is None else frames)
    return home


def _sends(sends: pl.DataFrame) -> pl.DataFrame:
    """``report_sends``: each of them one send of one variant at ten."""
    planned = pl.col("day").cast(pl.Datetime("us")) + pl.duration(hours=10)
    name = pl.col("campaign_id") + "@" + pl.col("day").cast(pl.String)
    nothing = ("unknown", "waiting", "cancelled", "expired", "viewed", "carted", "sign_ups")
    return sends.with_columns(
        planned_at=planned, closes_at=planned + pl.duration(days=7), send_id=name, variant=pl.lit("A"),
        clicks=pl.col("clicked") + 1, gross_revenue=pl.col("revenue") + 500.0, refund_amount=pl.lit(500.0),
        **dict.fromkeys(nothing, pl.lit(0)),
    )  # fmt: skip


def _daily() -> pl.DataFrame:
    return pl.DataFrame(
        [{"day": day, "device": "all", "visitors": 700 + place, "orders": 40 + place % 7, "revenue": 1e6 + 1000 * place,
          "conversion_rate": 0.05} for place, day in enumerate(days()) if place > 30]
    )  # fmt: skip


def _dashboard() -> pl.DataFrame:
    lengths = {"1d": 1, "7d": 7, "30d": 30, "90d": 90}
    now = {"visitors": 700, "sessions": 900, "conversion_rate": 0.051, "orders": 46, "revenue": 2_300_000.0,
           "attributed_orders": 12, "attributed_revenue": 640_000.0, "cost": 80_000.0, "roas": 8.0}  # fmt: skip
    before = {f"previous_{name}": value * 0.9 for name, value in now.items()}
    rows: list[Row] = [
        {"period": period, "first_day": LAST - dt.timedelta(days=length - 1), "last_day": LAST,
         **{name: value * (1 if "rate" in name or name == "roas" else length) for name, value in now.items()},
         **(before if length < 90 else dict.fromkeys(before))}
        for period, length in lengths.items()
    ]  # fmt: skip
    return pl.DataFrame(rows)


def _segments() -> pl.DataFrame:
    known = (("vip", "VIP 고객", 40), ("taste:taste-0001", "미니멀", 11), ("gone", "이탈", 0))
    return pl.DataFrame(
        [{"period": period, "first_day": LAST, "last_day": LAST, "segment_id": segment, "name": name, "kind": "rule",
          "targets": 500, "visitors": 300, "conversions": bought, "conversion_rate": bought / 500, "orders": bought,
          "revenue": bought * 50_000.0, "aov": 50_000.0 if bought else None}
         for period in ("7d", "30d")
         for segment, name, bought in known]
    )  # fmt: skip


def _traits() -> pl.DataFrame:
    return pl.DataFrame(
        [{"scope": scope, "scope_id": scope_id, "window": window, "rank": 1, "trait_kind": "device",
          "trait": "app", "trait_name": "앱 이용", "people": 120, "support": 0.4, "rate": 0.08,
          "overall_rate": 0.04, "lift": 2.0, "low": 1.3, "high": 3.1, "is_over": True,
          "sentence": "앱을 이용하는 고객은 전체보다 2.0배 많이 구매했습니다."}
         for scope, scope_id, window in (("channel", "all", "7d"), ("channel", "email", "7d"),
                                         ("campaign", "cart-reminder", "3d"))]
    )  # fmt: skip


def _profiles() -> pl.DataFrame:
    figures: tuple[tuple[str, str, float, float, float | None, float | None, float | None], ...] = (
        ("visits", "count", 90, 900, 0.1, None, None),
        ("revenue", "money", 5e5, 2e6, 0.25, None, None),
        ("page_views_per_visit", "number", 6.0, 5.0, None, 1.0, 20.0),
        ("dwell_seconds_per_visit", "seconds", 95.0, 120.0, None, -25.0, -20.8),
        ("purchase_rate", "rate", 0.176, 0.079, None, 9.7, 122.8),
    )
    names = ("figure", "unit", "segment", "site", "share", "difference", "percent")
    return pl.DataFrame(
        [{"day": LAST, "segment_id": segment, "name": name, "members": 500, "period": period, "first_day": LAST,
          "place": place, **dict(zip(names, figure, strict=True))}
         for period in ("7d", "30d")
         for segment, name in (("vip", "VIP 고객"), ("taste:taste-0001", "미니멀"))
         for place, figure in enumerate(figures, 1)]
    )  # fmt: skip


def _bought() -> pl.DataFrame:
    return pl.DataFrame(
        [{"segment_id": "vip", "period": "30d", "kind": kind, "rank": rank, "product_id": f"P{rank}",
          "product_name": f"상품 {rank}", "quantity": 20 - rank, "customers": 12 - rank, "share": 0.1 / rank,
          "site_share": 0.05} for kind in ("bought", "carted") for rank in range(1, 8)]
    )  # fmt: skip


def _visitors() -> pl.DataFrame:
    rows: list[Row] = [
        {"customer_key": f"secret-{one}", "period": period, "visits": 1 + one, "page_views": 5 + one,
         "product_views": 3, "latest_cart_product": "P1" if one % 2 else None,
         "latest_cart_at": NOW if one % 2 else None, "latest_order_product": "P2" if one == 1 else None,
         "latest_order_at": NOW if one == 1 else None, "cumulative_spend": 10_000.0 * one,
         "last_seen_at": NOW - dt.timedelta(minutes=one), "device": "app", "channel": "Direct"}
        for period, many in (("24h", 4), ("7d", 6))
        for one in range(many)
    ]  # fmt: skip
    return pl.DataFrame(rows)


def _widget_days() -> pl.DataFrame:
    return pl.DataFrame(
        [{"day": day, "widget": "best", "impressions": 200, "clicks": 10, "ctr": 0.05, "direct_revenue": 30_000.0}
         for day in days(20)]
    )  # fmt: skip


def _widgets() -> pl.DataFrame:
    one = {"first_day": FIRST, "last_day": LAST, "impressions": 4000, "clicks": 200, "ctr": 0.05, "orders": 8,
           "revenue": 600_000.0, "conversion_rate": 0.04, "session_orders": 15,
           "session_revenue": 900_000.0}  # fmt: skip
    return pl.DataFrame([
        {"widget": "best", "days_with_data": 20, "is_enough": True, **one},
        {"widget": "recent", "days_with_data": 3, "is_enough": False, **one},
    ])  # fmt: skip
