"""Rows of report_lift: sums of sends, CUPED, what is missing, what may be concluded. Worked out by hand."""

from typing import Any

import polars as pl
import pytest

from models.attribution.lift import mean_lift, rate_lift
from models.attribution.lift_rows import holdout_p_value, lift_rows, needed_people
from models.attribution.moments import Moments
from models.attribution.sample_size import detectable, needed_for_rates
from tests.models.attribution.effects import EN, KO, arm, frame, holdouts, sent

pytestmark = [pytest.mark.feature("H5"), pytest.mark.feature("I4")]


def found(arms: list[dict[str, Any]], sends: list[dict[str, Any]], words: Any = KO, **shares: float) -> pl.DataFrame:
    return lift_rows(frame(arms), frame(sends), holdouts(**shares), words, 0.1)


def one(rows: pl.DataFrame, metric: str, send: str = "") -> dict[str, Any]:
    return rows.filter(pl.col("metric") == metric, pl.col("send_id") == send).row(0, named=True)


def test_a_campaign_is_the_sum_of_its_sends() -> None:
    """40 of 600 and 20 of 400 bought, 9 of 300 and 1 of 200 without a message: 6 % against 2 %."""
    arms = [arm("c@1", "send", 600, buyers=40), arm("c@1", "holdout", 300, buyers=9),
            arm("c@2", "send", 400, buyers=20), arm("c@2", "holdout", 200, buyers=1)]  # fmt: skip
    sends = [sent("c@1", ordered=5, orders=6), sent("c@1/s", "c@1", ordered=2, orders=2),
             sent("c@2", ordered=1, orders=1, is_collecting=True)]  # fmt: skip
    rows = found(arms, sends)
    whole, first = one(rows, "buyers"), one(rows, "buyers", "c@1")
    assert (whole["treated"], whole["held_out"], whole["sends"], first["sends"]) == (1000, 500, 2, 1)
    assert (whole["treated_mean"], whole["held_out_mean"]) == pytest.approx((0.06, 0.02))
    assert (whole["absolute_lift"], whole["relative_lift"], whole["incremental"]) == pytest.approx((0.04, 2.0, 40))
    expected = rate_lift(1000, 60, 500, 10)
    assert whole["incremental_low"] == pytest.approx(expected.total.low)
    assert whole["p_value"] == pytest.approx(expected.p_value)
    assert (whole["last_touch"], first["last_touch"], one(rows, "orders")["last_touch"]) == (8, 7, 9)
    assert (whole["is_collecting"], first["is_collecting"]) == (True, False)
    assert first["conclusion"] == (
        "이 발송으로 구매 고객이 22.0명(95% 구간 "
        f"{first['incremental_low']:.1f}~{first['incremental_high']:.1f}명) 늘었습니다."
    )
    assert whole["conclusion"].startswith("아직 성과 수집 중이라 지금까지의 수치입니다. 이 캠페인으로")


def test_spending_before_makes_the_interval_of_revenue_narrower() -> None:
    """Amounts 10, 30, 26 against 0, 20, 10, of people who had spent 1, 3, 2. Products about the means 20 + 20, squares
    2 + 2: theta 10. What is left of 224 and 200 is 24 and 0; variances 12 and, pooled, 6, where they were 112, 106."""
    names = ("revenue", "revenue_squares", "revenue_cubes", "revenue_products", "before", "before_squares")
    treated, control = ((66, 1676, 45_576, 152, 6, 14), (30, 500, 9_000, 80, 6, 14))
    arms = [arm("c@1", "send", 3, buyers=3, **dict(zip(names, treated, strict=True))),
            arm("c@1", "holdout", 3, buyers=2, **dict(zip(names, control, strict=True)))]  # fmt: skip
    row = one(found(arms, [sent("c@1")]), "revenue")
    assert (row["cuped_theta"], row["variance_kept"]) == pytest.approx((10, 9 / 109))
    assert (row["absolute_lift"], row["incremental"], row["relative_lift"]) == pytest.approx((12, 36, 1.2))
    moments = [Moments(3, 66, 1676, 45_576, 6, 14, 152), Moments(3, 30, 500, 9_000, 6, 14, 80)]
    assert row["absolute_high"] == pytest.approx(mean_lift(*moments, cuped=True).absolute.high)


def test_only_sends_that_hold_somebody_out_count() -> None:
    arms = [arm("c@1", "send", 100, buyers=5), arm("c@1", "holdout", 50, buyers=2), arm("c@2", "send", 900),
            arm("c@3", "send", 4), arm("d@1", "send", 9)]  # fmt: skip
    rows = found(arms, [sent("c@1")], c_3=0.1)
    assert one(rows, "buyers")["treated"] == 104  # of c@3 nobody was drawn, by chance
    assert set(rows["send_id"]) == {"", "c@1"}
    assert one(rows, "buyers")["is_collecting"]  # c@3 has not been told of yet
    assert set(rows["campaign_id"]) == {"c"}


def test_a_holdout_far_from_its_share_is_told_and_nothing_concluded() -> None:
    arms = [arm("c@1", "send", 164, buyers=60), arm("c@1", "holdout", 22, buyers=1)]
    row = one(found(arms, [sent("c@1")], c_1=0.05), "buyers")
    assert (row["expected_held_out"], row["warnings"].split(",")[0]) == (pytest.approx(9.3), "broken_split")
    assert "대조군이 11.8%로 설정한 5.0%와 크게 달라" in row["conclusion"]
    assert "늘었습니다" not in row["conclusion"]
    fitting = one(found(arms, [sent("c@1")], c_1=0.12), "buyers")
    assert fitting["split_p_value"] > 0.9
    assert fitting["warnings"] == "underpowered,few_conversions"
    assert "늘었습니다" in fitting["conclusion"]
    assert one(found(arms, [sent("c@1")]), "buyers")["split_p_value"] is None


def test_the_chance_of_a_split_is_exact() -> None:
    assert holdout_p_value(0, 3, 0.5) == pytest.approx(2 / 8)
    assert holdout_p_value(3, 3, 0.5) == pytest.approx(2 / 8)
    assert holdout_p_value(1, 2, 0.5) == 1
    assert holdout_p_value(2, 2, 0.1) == pytest.approx(2 / 100)


def test_what_can_not_be_compared_says_so() -> None:
    rows = found([arm("c@1", "send", 9, buyers=1), arm("c@1", "holdout", 1)], [sent("c@1")])
    assert rows["warnings"].to_list() == ["too_small"] * 6
    assert rows["incremental"].null_count() == 6
    assert rows["conclusion"][0] == "한 집단이 1명뿐이라 비교할 수 없습니다."
    nobody = found([arm("c@1", "send", 9), arm("c@1", "holdout", 3)], [sent("c@1")])
    assert one(nobody, "orders")["conclusion"] == "아직 비교할 주문이 없습니다."
    assert one(nobody, "orders")["incremental_low"] is None
    assert one(nobody, "buyers")["needed_people"] is None
    assert found([arm("c@1", "send", 9)], [sent("c@1")]).is_empty()


def test_too_few_people_are_told_how_many_more_it_takes() -> None:
    """3 % of 1,000 against 3 % of 1,000: a tenth of it takes twice
    (1.959964 * 0.247013 + 0.841621 * 0.247004)^2 / 0.003^2 = 53,211."""
    arms = [arm("c@1", "send", 1000, buyers=30), arm("c@1", "holdout", 1000, buyers=30)]
    row = one(found(arms, [sent("c@1")], EN), "buyers")
    assert row["needed_people"] == needed_for_rates(0.03, 0.003, 0.5).audience == 106_422
    assert "needs about 110,000 more people" in row["conclusion"]
    assert row["conclusion"].startswith("Too few people yet: whether this campaign changed buyers can't be told")


def test_so_many_people_do_find_the_lift_worth_knowing() -> None:
    lift = mean_lift(Moments(1000, 3000, 1e6), Moments(1000, 3000, 1e6))
    needed = needed_people(lift, "revenue", 1000, 1000, 0.1)
    assert needed is not None
    variance = (lift.detectable / detectable(1.0)) ** 2 * 2000 / needed
    assert detectable(variance) == pytest.approx(0.3, rel=1e-4)


def test_a_large_sample_without_a_lift_says_there_is_none() -> None:
    many = {"orders": 1e6, "orders_squares": 1e6, "orders_cubes": 1e6}
    arms = [arm("c@1", side, 10_000_000, buyers=1_000_000, **many) for side in ("send", "holdout")]
    row = one(found(arms, [sent("c@1")]), "orders")
    assert row["warnings"] == ""
    assert "늘었다고 볼 수 없습니다" in row["conclusion"]
    assert "10% 이상의 차이는" in row["conclusion"]
    fewer = [arm("c@1", "send", 1000, buyers=10), arm("c@1", "holdout", 1000, buyers=60)]
    assert "줄었습니다" in one(found(fewer, [sent("c@1")]), "buyers")["conclusion"]
