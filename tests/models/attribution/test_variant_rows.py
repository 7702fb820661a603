"""Rows of report_variants: who is compared with whom, and what may be concluded."""

from typing import Any

import polars as pl
import pytest

from models.attribution.variant_rows import variant_rows
from tests.models.attribution.effects import EN, KO, arm, frame, sent

pytestmark = [pytest.mark.feature("E11"), pytest.mark.feature("I4")]
SHARES = {"send_id": pl.String, "variant": pl.String, "place": pl.Int64, "share": pl.Float64}


def shares(*rows: tuple[str, str, int, float]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=SHARES, orient="row")


def found(arms: list[dict[str, Any]], given: pl.DataFrame, words: Any = KO) -> pl.DataFrame:
    return variant_rows(frame(arms), frame([sent(row["send_id"]) for row in arms]), given, words, 0.1)


HALF = shares(("c@1", "new", 2, 0.5), ("c@1", "old", 1, 0.5))


def test_the_campaigns_first_variant_is_what_others_are_compared_with() -> None:
    """300 of 3,000 against 150 of 3,000: 10 % and 5 %; clicks 20 % each."""
    arms = [
        arm("c@1", "send", 3000, "new", buyers=300, clicked=600),
        arm("c@1", "send", 3000, "old", buyers=150, clicked=600),
    ]
    rows = found(arms, HALF)
    told = rows.filter(pl.col("metric") == "conversion")
    assert told.select("place", "variant", "recipients", "conversions", "mean").rows() == [
        (1, "old", 3000, 150, 0.05), (2, "new", 3000, 300, 0.1),
    ]  # fmt: skip
    assert told["difference"].to_list() == [None, pytest.approx(0.05)]
    assert told["low"][1] < 0.1 < told["high"][1]
    assert told["chance_best"].sum() == pytest.approx(1)
    assert set(told["verdict"]) == {"winner"}
    assert set(told["winner"]) == {"new"}
    assert told["split_p_value"][0] == 1
    low, high = told["difference_low"][1], told["difference_high"][1]
    assert told["conclusion"][0] == (
        f"new안이 가장 좋습니다: old안보다 전환율이 5.00%p 높습니다(95% 구간 {low * 100:.2f}%p~{high * 100:.2f}%p)."
    )
    clicks = rows.filter(pl.col("metric") == "click")
    assert clicks["conversions"].to_list() == [600, 600]
    assert clicks["verdict"][0] == "needs_more"
    assert clicks["needed_people"][0] > 3000


def test_sends_are_added_up_and_their_shares_with_them() -> None:
    given = shares(("c@1", "A", 1, 0.5), ("c@1", "B", 2, 0.5), ("c@2", "A", 1, 0.8), ("c@2", "B", 2, 0.2))
    arms = [arm("c@1", "send", 100, "A"), arm("c@1", "send", 100, "B"), arm("c@2", "send", 800, "A"),
            arm("c@2", "send", 200, "B")]  # fmt: skip
    rows = found(arms, given)
    assert rows.filter(pl.col("metric") == "click")["recipients"].to_list() == [900, 300]
    assert set(rows["split_p_value"]) == {1.0}
    assert set(rows["verdict"]) == {"too_small"}


def test_variants_that_lost_recipients_are_not_compared() -> None:
    arms = [arm("c@1", "send", 1500, "old", buyers=90), arm("c@1", "send", 1200, "new", buyers=200)]
    row = found(arms, HALF, EN).filter(pl.col("metric") == "conversion").row(0, named=True)
    assert (row["verdict"], row["winner"]) == ("broken_split", None)
    assert row["conclusion"].startswith("Variant old went to 1,500 people instead of 1,350")
    unknown = found(arms, shares()).filter(pl.col("metric") == "conversion")
    assert unknown["split_p_value"].null_count() == 2
    assert unknown["variant"].to_list() == ["new", "old"]
    assert set(unknown["verdict"]) == {"winner"}


def test_one_variant_is_no_test() -> None:
    assert found([arm("c@1", "send", 500), arm("c@1", "holdout", 500)], shares()).is_empty()
