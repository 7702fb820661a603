import datetime as dt

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from models.recommend.counts.trends import LISTS, STATE, best_sellers, contexts, fold, trending

DAY = dt.date(2025, 10, 1)
EMPTY = pl.DataFrame(schema=STATE)
ROWS = {
    "event_day": pl.Date, "product_id": pl.String, "views": pl.Int64, "add_to_carts": pl.Int64, "purchases": pl.Int64,
}  # fmt: skip

rows_of = st.lists(st.tuples(st.integers(0, 9), st.sampled_from("wxyz"), *[st.integers(0, 5)] * 3), max_size=40).map(
    lambda rows: pl.DataFrame([(DAY + dt.timedelta(day), *others) for day, *others in rows], schema=ROWS, orient="row")
)


def rows(*each: tuple[int, str, int, int, int]) -> pl.DataFrame:
    return pl.DataFrame([(DAY + dt.timedelta(day), *others) for day, *others in each], schema=ROWS, orient="row")


def at(day: int) -> dt.date:
    return DAY + dt.timedelta(day)


def shop(*products: str) -> pl.DataFrame:
    paths = ["신발 > 구두"] * len(products)
    schema = {"product_id": pl.String, "category_path": pl.String}
    return contexts(pl.DataFrame({"product_id": products, "category_path": paths}, schema))


def ids(lists: pl.DataFrame, context: str = "*") -> list[str]:
    return lists.filter(pl.col("context_id") == context).sort("rank")["product_id"].to_list()


@settings(max_examples=100, deadline=None)
@given(rows_of, st.integers(0, 9), st.integers(0, 99))
def test_days_one_by_one_are_the_same_as_all_at_once_in_any_order(days: pl.DataFrame, cut: int, seed: int) -> None:
    at_once = fold(EMPTY, days.sample(fraction=1.0, shuffle=True, seed=seed), at(9))
    stepwise = EMPTY
    for number in range(10):
        stepwise = fold(stepwise, days.filter(pl.col("event_day") == at(number)), at(number))
    assert_frame_equal(at_once, stepwise)
    late = fold(EMPTY, days.filter(pl.col("event_day") > at(cut)), at(9))
    assert_frame_equal(at_once, fold(late, days.filter(pl.col("event_day") <= at(cut)), at(9)))


def test_counts_fade_with_their_own_half_lives() -> None:
    state = fold(EMPTY, rows((0, "p", 8, 4, 2)), at(6), fast=2.0, slow=6.0)
    assert state.rows() == [(at(6), "p", 1.0, 0.5, 0.25, 4.0, 2.0, 1.0)]


def test_every_level_of_a_category_and_the_shop_are_contexts() -> None:
    products = pl.DataFrame({"product_id": ["1", "2", "3"], "category_path": ["패션 > 여성 > 코트", "패션>남성", None]})
    assert contexts(products).rows() == [
        ("*", "1"), ("*", "2"), ("*", "3"), ("패션", "1"), ("패션", "2"),
        ("패션 > 남성", "2"), ("패션 > 여성", "1"), ("패션 > 여성 > 코트", "1"),
    ]  # fmt: skip


def test_best_sellers_are_what_is_bought_lately_in_every_level() -> None:
    state = fold(EMPTY, rows((0, "old", 0, 0, 30), (29, "sold", 5, 0, 5), (29, "seen", 20, 0, 0)), at(29))
    lists = best_sellers(state, shop("old", "sold", "seen"), pl.Series(["old", "sold", "seen"]))
    for context in ("*", "신발", "신발 > 구두"):
        assert ids(lists, context)[:2] == ["sold", "seen"]
    assert lists.schema == LISTS
    assert lists["algorithm"].unique().to_list() == ["best_sellers"]


@pytest.mark.feature("D5")
@pytest.mark.parametrize("algorithm", [best_sellers, trending])
def test_products_that_may_not_be_shown_are_left_out_before_the_list_is_cut(algorithm: object) -> None:
    names = [f"p{number:02d}" for number in range(30)]
    usual = rows(*((day, "base", 50, 0, 0) for day in range(30)))
    new = rows(*((30, name, 90 - place, 0, 0) for place, name in enumerate(names)))
    state = fold(EMPTY, pl.concat([usual, new]), at(30))
    lists = algorithm(state, shop(*names, "base"), pl.Series(names[5:]), 20)  # type: ignore[operator]
    assert ids(lists) == names[5:25]
    nothing = algorithm(state, shop(*names), pl.Series([], dtype=pl.String), 20)  # type: ignore[operator]
    assert nothing.is_empty()
    assert nothing.schema == LISTS


def test_two_views_are_no_trend_and_a_real_rise_is() -> None:
    steady = [(day, f"s{number}", 10, 0, 0) for day in range(40) for number in range(10)]
    noise = [(39, "two_views", 2, 0, 0)]
    risen = [(day, "risen", 2 if day < 37 else 25, 0, 0) for day in range(40)]
    state = fold(EMPTY, rows(*steady, *noise, *risen), at(39))
    names = [*(f"s{number}" for number in range(10)), "two_views", "risen"]
    assert ids(trending(state, shop(*names), pl.Series(names))) == ["risen"]


def test_a_busy_day_of_the_whole_shop_is_no_trend_of_its_products() -> None:
    days = rows(*((day, f"p{number}", 5 if day < 37 else 50, 0, 0) for day in range(40) for number in range(8)))
    names = [f"p{number}" for number in range(8)]
    assert trending(fold(EMPTY, days, at(39)), shop(*names), pl.Series(names)).is_empty()


@settings(max_examples=60, deadline=None)
@given(rows_of, st.integers(0, 99))
def test_lists_do_not_depend_on_the_order_of_rows_and_ties_go_to_the_lower_id(days: pl.DataFrame, seed: int) -> None:
    state, where, allowed = fold(EMPTY, days, at(9)), shop(*"wxyz"), pl.Series(list("wxyz"))
    for algorithm in (best_sellers, trending):
        lists = algorithm(state, where, allowed, 3)
        shuffled = state.sample(fraction=1.0, shuffle=True, seed=seed)
        assert lists.equals(algorithm(shuffled, where.reverse(), allowed.reverse(), 3))
        placed = lists.sort("context_id", "rank")
        expected = lists.sort("context_id", "score", "product_id", descending=[False, True, False])
        assert placed.equals(expected)


def test_an_empty_shop_has_empty_lists() -> None:
    where, nothing = shop(), pl.Series([], dtype=pl.String)
    assert best_sellers(EMPTY, where, nothing).schema == LISTS
    assert trending(fold(EMPTY, rows(), at(0)), where, nothing).is_empty()


def test_one_product_is_its_shop_s_best_seller() -> None:
    state = fold(EMPTY, rows((0, "only", 1, 0, 0)), at(0))
    assert ids(best_sellers(state, shop("only"), pl.Series(["only"]))) == ["only"]
