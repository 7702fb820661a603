"""What the small shop of ``reports_by_hand`` knows of its campaigns beyond their sends: hours, orders, statistics.

Belongs here: frames of the tables that the page of a campaign asks. Does not belong here: sends and days
(``reports_by_hand``), checks.
"""

import datetime as dt
from typing import Any

import polars as pl

from models.reports.results_words import WINDOWS

ID, CHANNEL = "cart-reminder", "alimtalk"
VARIANTS = ("A", "B")
Row = dict[str, Any]


def campaign_tables(sends: pl.DataFrame, last: dt.date) -> dict[str, pl.DataFrame]:
    """By name; ``sends``: rows of ``report_send_days``."""
    return {
        "report_conservation": _conservation(sends),
        "report_campaign_hours": _hours(sends),
        "report_campaign_orders": _orders(last),
        "report_campaign_products": _products(last),
        "report_lift": _lift(last),
        "report_variants": _variants(last),
        "report_attribution_models": _models(),
        "deliveries": pl.DataFrame(
            [{"day": last, "send_id": f"{ID}@{last}", "campaign_id": ID, "channel": CHANNEL, "state": state,
              "vendor_code": code} for state, code in (("failed", "3019"), ("failed", "3019"), ("accepted", "0000"))]
        ),
    }  # fmt: skip


def _conservation(sends: pl.DataFrame) -> pl.DataFrame:
    """Fifty orders of 20,000 won more than the campaigns have, each day."""
    return sends.group_by("day", "window", maintain_order=True).agg(
        attributed_orders=pl.col("orders").sum(), attributed_revenue=pl.col("revenue").sum(),
        claimed_orders=pl.col("orders").sum() + 2,
    ).with_columns(
        unattributed_orders=pl.lit(50), unattributed_revenue=pl.lit(1e6),
        orders=pl.col("attributed_orders") + 50, revenue=pl.col("attributed_revenue") + 1e6,
    )  # fmt: skip


def _hours(sends: pl.DataFrame) -> pl.DataFrame:
    """Half of a day's messages went out at ten, half at eight in the evening, when twice as many order."""
    mine = sends.filter(campaign_id=ID)
    return pl.concat(
        mine.select("day", "campaign_id", "channel", "window", "revenue", messages=pl.col("accepted") // 2,
                    clicks="clicked", sent_clicked="clicked", sent_revenue="revenue", hour=pl.lit(hour),
                    orders=pl.col("orders") * weight, sent_ordered=pl.col("ordered") * weight)
        for hour, weight in ((10, 1), (20, 2))
    )  # fmt: skip


def _orders(last: dt.date) -> pl.DataFrame:
    ordered = dt.datetime.combine(last, dt.time(11))
    return pl.DataFrame(
        [{"day": last, "send_id": f"{ID}@{last}", "campaign_id": ID, "channel": CHANNEL, "variant": "A",
          "window": window, "order_id": f"o{one}", "ordered_at": ordered + dt.timedelta(minutes=one),
          "lag_seconds": 3600.0 + 60 * one, "device": "app", "products": 1, "quantity": 2, "gross_revenue": 30_000.0,
          "refund_amount": 10_000.0, "revenue": 20_000.0} for window in WINDOWS for one in range(3)]
    )  # fmt: skip


def _products(last: dt.date) -> pl.DataFrame:
    return pl.DataFrame(
        [{"day": last, "send_id": f"{ID}@{last}", "campaign_id": ID, "channel": CHANNEL, "window": window,
          "product_id": f"P{one}", "product_name": f"상품 {one}", "category_path": "의류 > 니트", "orders": 3 - one,
          "quantity": 4 - one, "refunded_quantity": 1, "gross_revenue": 60_000.0, "refund_amount": 20_000.0,
          "revenue": 40_000.0 - one} for window in WINDOWS for one in range(2)]
    )  # fmt: skip


def _lift(last: dt.date) -> pl.DataFrame:
    return pl.DataFrame(
        [{"day": last, "campaign_id": ID, "send_id": "", "window": window, "metric": metric, "treated": 4000,
          "held_out": 400, "treated_mean": 0.05, "held_out_mean": 0.03, "incremental": 80.0, "incremental_low": 10.0,
          "incremental_high": 150.0, "last_touch": 120.0, "p_value": 0.02, "detectable_lift": 0.02,
          "needed_people": 9000, "warnings": "", "is_collecting": False,
          "conclusion": "이 캠페인으로 주문이 늘었습니다."} for window in WINDOWS for metric in ("orders", "revenue")]
    )  # fmt: skip


def _variants(last: dt.date) -> pl.DataFrame:
    return pl.DataFrame(
        [{"day": last, "campaign_id": ID, "window": window, "metric": metric, "place": place, "variant": variant,
          "recipients": 2000, "conversions": 100, "mean": 0.05, "low": 0.03, "high": 0.07, "chance_best": 0.5,
          "expected_loss": 0.001, "verdict": "needs_more", "conclusion": "아직 더 필요합니다."}
         for window in WINDOWS
         for metric in ("click", "conversion")
         for place, variant in enumerate(VARIANTS, 1)]
    )  # fmt: skip


def _models() -> pl.DataFrame:
    return pl.DataFrame(
        [{"period": "30d", "scope": "campaign", "scope_id": ID, "window": window, "model": model, "orders": 12.5,
          "revenue": 250_000.0} for window in WINDOWS for model in ("last_touch", "markov")]
    )  # fmt: skip
