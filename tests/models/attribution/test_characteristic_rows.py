"""Rows of report_characteristics: what was known before, and what converters have in common."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import polars as pl
import pytest

from models.attribution.characteristic_rows import BEST, characteristic_rows, recipients
from models.attribution.characteristics import characteristics
from models.attribution.standing import Known, categories_before, standing_before
from tests.models.attribution.effects import DAY, EN, KO

pytestmark = [pytest.mark.feature("I3"), pytest.mark.feature("I4")]
CUSTOMERS: dict[str, Any] = {
    "customer_id": pl.Int64, "orders": pl.Int32, "revenue": pl.Float64, "refund_amount": pl.Float64,
    "recency_days": pl.Int32, "recency_score": pl.Int32, "frequency_score": pl.Int32, "monetary_score": pl.Int32,
    "rfm_grade": pl.String,
}  # fmt: skip
ORDERS: dict[str, Any] = {"order_id": pl.String, "customer_id": pl.Int64, "order_day": pl.Date, "revenue": pl.Float64,
                          "refund_amount": pl.Float64, "lines": pl.Int32}  # fmt: skip
SESSIONS: dict[str, Any] = {"customer_id": pl.Int64, "session_id": pl.String, "started_at": pl.Datetime("us"),
            "session_day": pl.Date, "device": pl.String, "is_bot": pl.Boolean}  # fmt: skip
# as customers of today are cut: orders 1, 2, 5; amounts 10, 100, 500; 90, 30 and 5 days since the last order
TODAY = pl.DataFrame(
    [(91, 1, 10.0, 0.0, 90, 1, 1, 1, "BRONZE"), (92, 2, 120.0, 20.0, 30, 3, 3, 3, "SILVER"),
     (93, 5, 500.0, 0.0, 5, 5, 5, 5, "VIP"), (94, 0, None, None, None, None, None, None, None)],
    schema=CUSTOMERS, orient="row",
)  # fmt: skip


def ago(days: int) -> dt.date:
    return DAY - dt.timedelta(days=days)


PRODUCTS = pl.LazyFrame(
    [("p1", "상의 > 니트"), ("p2", "상의 > 셔츠"), ("p3", "신발"), ("p4", None)],
    schema={"product_id": pl.String, "category_path": pl.String}, orient="row",
)  # fmt: skip


def known(
    orders: Sequence[tuple[Any, ...]],
    sessions: Sequence[tuple[Any, ...]] = (),
    purchases: Sequence[tuple[str, str]] = (),
) -> Known:
    return Known(
        TODAY.lazy(),
        pl.LazyFrame([(f"o{place}", *one, 1) for place, one in enumerate(orders)], schema=ORDERS, orient="row"),
        pl.LazyFrame(purchases, schema={"order_id": pl.String, "product_id": pl.String}, orient="row"),
        PRODUCTS,
        pl.LazyFrame(sessions, schema=SESSIONS, orient="row"),
        new_days=30,
        lapsed_days=90,
    )


def test_what_came_after_the_message_is_not_known_before_it() -> None:
    """1 never bought before; 2 once, 5 days ago (5, 1, 3 points: SILVER); 3 five times for 500 (VIP); 4 once, 40 days
    ago (1, 1, 1); 5 twice, 200 days ago; 6 every 70 days, 130 days ago, less than twice its cycle."""
    orders = [(1, DAY, 900.0, 0.0), (2, ago(5), 150.0, 50.0), (4, ago(40), 5.0, 0.0),
              *((3, ago(days), 100.0, 0.0) for days in (1, 2, 3, 4, 5)), (5, ago(200), 50.0, 0.0),
              (5, ago(210), 50.0, 0.0), *((6, ago(days), 1.0, 0.0) for days in (130, 200, 270))]  # fmt: skip
    visits = [
        (2, "s1", dt.datetime(2025, 3, 1), ago(2), "app", False),
        (2, "s2", dt.datetime(2025, 3, 2), ago(1), "pc", True),
        (2, "s3", dt.datetime(2025, 3, 3), DAY, "mobile_web", False),
    ]  # fmt: skip
    messages = pl.LazyFrame({"customer_id": range(1, 7)}).with_columns(day=pl.lit(DAY))
    found = standing_before(messages, known(orders, visits))
    assert found.select("customer_id", "rfm_grade", "lifecycle", "device").rows() == [
        (1, None, "prospect", None),
        (2, "SILVER", "new", "app"),
        (3, "VIP", "returning", None),
        (4, "BRONZE", "one_time", None),
        (5, "BRONZE", "lapsed", None),
        (6, "BRONZE", "returning", None),
    ]


def test_a_customer_bought_for_the_first_time_through_the_campaign_is_no_buyer_before_it() -> None:
    messages = pl.LazyFrame({"customer_id": [1, 1], "day": [DAY, DAY + dt.timedelta(days=1)]})
    found = standing_before(messages, known([(1, DAY, 900.0, 0.0)]))
    assert found["lifecycle"].to_list() == ["prospect", "new"]
    alone = replace(known([(1, DAY, 9.0, 0.0)]), customers=TODAY.lazy().clear())
    assert standing_before(messages, alone)["rfm_grade"].null_count() == 2  # nobody is graded yet


def test_categories_are_those_of_earlier_orders() -> None:
    """1 bought a knit and shoes before, shirts on the day; 2 something without category; 3 shoes on the day only."""
    orders = [(1, ago(3), 1.0, 0.0), (1, DAY, 1.0, 0.0), (2, ago(1), 1.0, 0.0), (3, DAY, 1.0, 0.0)]
    purchases = [("o0", "p1"), ("o0", "p3"), ("o0", "p2"), ("o1", "p2"), ("o2", "p4"), ("o3", "p3")]
    messages = pl.LazyFrame({"customer_id": [1, 2, 3]}).with_columns(day=pl.lit(DAY))
    found = categories_before(messages, known(orders, purchases=purchases))
    assert found.rows() == [(1, DAY, "상의"), (1, DAY, "신발")]
    later = messages.with_columns(day=pl.lit(DAY + dt.timedelta(days=1)))
    assert categories_before(later, known(orders, purchases=purchases))["customer_id"].to_list() == [1, 1, 3]


def shop() -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """400 people got an SMS; the first 100 are VIP, of whom 40 order in 7 days and 20 in 3 hours; of the others 20."""
    people = pl.DataFrame({"campaign_id": "c", "channel": "sms", "customer_id": range(400), "day": DAY})
    converted = [*range(40), *range(200, 220)]
    conversions = pl.DataFrame({"campaign_id": "c", "channel": "sms", "customer_id": converted, "window": "7d"})
    soon = conversions.head(20).with_columns(window=pl.lit("3h"))
    standing = pl.DataFrame({"customer_id": range(400), "day": DAY, "rfm_grade": ["VIP"] * 100 + [None] * 300})
    standing = standing.with_columns(lifecycle=pl.lit("returning"), device=pl.lit(None, pl.String))
    return recipients(people.lazy()), pl.concat([conversions, soon]).with_columns(credit=1.0), standing


def bought(category: str, customers: Sequence[int]) -> pl.DataFrame:
    return pl.DataFrame({"customer_id": customers, "day": DAY, "category": category})


NOTHING = bought("상의", [9999])


def test_the_rate_of_those_with_a_trait_stands_beside_everybodys() -> None:
    """40 of 100 against 60 of 400: 40 % is 2.67 times 15 %; two thirds of those who converted are VIP. Of 80 who bought
    shoes 40 are VIP."""
    rows = characteristic_rows(*shop(), bought("신발", [*range(10, 50), *range(300, 340), 9999]), KO)
    week = rows.filter(pl.col("window") == "7d", pl.col("scope") == "campaign")
    assert week.select("rank", "trait_kind", "trait", "trait_name").rows() == [
        (1, "grade_and_category", "VIP × 신발", "VIP 등급 · 신발 구매"), (2, "rfm_grade", "VIP", "VIP 등급"),
        (3, "bought_category", "신발", "신발 구매"),
    ]  # fmt: skip
    both, vip, shoes = week.rows(named=True)
    assert (both["people"], both["converters"]) == (40, 30)
    assert (vip["people"], vip["converters"], vip["rate"], vip["overall_rate"]) == (100, 40, 0.4, 0.15)
    assert (vip["lift"], vip["support"]) == (pytest.approx(8 / 3), pytest.approx(2 / 3))
    assert vip["low"] < vip["lift"] < vip["high"]
    assert vip["sentence"].startswith("VIP 등급 고객의 전환율이 40.0%로 전체(15.0%)보다 2.7배 높습니다")
    assert (shoes["people"], shoes["converters"]) == (80, 30)
    assert rows.filter(pl.col("window") == "3h", pl.col("scope") == "channel")["rate"].to_list() == [0.2, 0.25, 0.125]
    assert "lifecycle" not in rows["trait_kind"]  # everybody is the same there


def test_counts_are_judged_as_the_rows_behind_them() -> None:
    people, conversions, standing = shop()
    rows = characteristic_rows(people, conversions, standing, NOTHING, EN)
    converted = set(conversions["customer_id"])
    persons = pl.DataFrame({"customer_key": range(400)}).with_columns(
        is_converted=pl.col("customer_key").is_in(converted)
    )
    traits = standing.filter(pl.col("rfm_grade") == "VIP").select(customer_key="customer_id", trait="rfm_grade")
    expected = characteristics(persons, traits).row(0, named=True)
    found = rows.filter(pl.col("window") == "7d").row(0, named=True)
    assert [found[name] for name in ("low", "high", "p_value")] == [
        expected[name] for name in ("low", "high", "q_value")
    ]


def test_at_most_the_best_are_kept_and_nobody_is_named() -> None:
    people, conversions, standing = shop()
    many = pl.concat([bought(f"c{n}", range(40 + n)) for n in range(30)])
    rows = characteristic_rows(people, conversions, standing, many, KO)
    assert rows.group_by("scope", "window").len()["len"].to_list() == [BEST] * 4
    assert not {"customer_id", "customer_key"} & set(rows.columns)
    assert rows.height == rows.unique(["scope", "scope_id", "window", "rank"]).height
    assert characteristic_rows(people, conversions.clear(), standing, many, KO).is_empty()
