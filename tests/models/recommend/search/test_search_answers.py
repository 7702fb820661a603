import datetime as dt

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from models.recommend.counts.decay import StateFromTheFutureError
from models.recommend.search import answers as search
from models.recommend.search.answers import STATE, Weights, fold, fold_queries, for_variants, pooled, top_products
from models.recommend.search.texts import MATCHES, match_text

DAY = dt.date(2025, 10, 1)
EMPTY = pl.DataFrame(schema=STATE)
ROWS = {
    "event_day": pl.Date, "query": pl.String, "product_id": pl.String, "product_views": pl.Int64,
    "add_to_carts": pl.Int64, "purchases": pl.Int64, "searches": pl.Int64,
}  # fmt: skip
PRODUCTS = pl.DataFrame(
    {
        "product_id": ["1", "2", "3", "4"],
        "name": ["린넨 셔츠 화이트", "울 코트 블랙", "린넨 원피스", None],
        "category_path": ["여성의류 > 셔츠", "여성의류 > 아우터 > 코트", "여성의류 > 원피스", None],
        "brand": ["오롯", "NIKE", None, None],
    }
)

rows_of = st.lists(
    st.tuples(st.integers(0, 9), st.sampled_from("ab"), st.sampled_from("xyz"), *[st.integers(0, 4)] * 3), max_size=30
).map(
    lambda rows: pl.DataFrame(
        [(DAY + dt.timedelta(day), query, product, *counts, 1) for day, query, product, *counts in rows],
        schema=ROWS, orient="row",
    )
)  # fmt: skip


def rows(*each: tuple[int, str | None, str | None, int, int, int]) -> pl.DataFrame:
    listed = [(DAY + dt.timedelta(day), *others, 1) for day, *others in each]
    return pl.DataFrame(listed, schema=ROWS, orient="row")


def state(*each: tuple[str, str, int]) -> pl.DataFrame:
    return fold(EMPTY, rows(*((0, query, product, views, 0, 0) for query, product, views in each)), DAY)


def matches(*each: tuple[str, str, float]) -> pl.DataFrame:
    return pl.DataFrame(list(each), schema=MATCHES, orient="row")


def ids(lists: pl.DataFrame, query: str) -> list[str]:
    return lists.filter(pl.col("query") == query).sort("rank")["product_id"].to_list()


@settings(max_examples=100, deadline=None)
@given(rows_of, st.integers(0, 9), st.integers(0, 99))
def test_days_one_by_one_are_the_same_as_all_at_once_in_any_order(days: pl.DataFrame, cut: int, seed: int) -> None:
    last = DAY + dt.timedelta(9)
    at_once = fold(EMPTY, days.sample(fraction=1.0, shuffle=True, seed=seed), last, 7.0)
    stepwise = EMPTY
    for number in range(10):
        day = DAY + dt.timedelta(number)
        stepwise = fold(stepwise, days.filter(pl.col("event_day") == day), day, 7.0)
    assert_frame_equal(at_once, stepwise)
    border = DAY + dt.timedelta(cut)
    late_first = fold(EMPTY, days.filter(pl.col("event_day") > border), last, 7.0)
    assert_frame_equal(at_once, fold(late_first, days.filter(pl.col("event_day") <= border), last, 7.0))


@settings(max_examples=50, deadline=None)
@given(rows_of, st.integers(1, 3))
def test_a_state_is_bounded_and_keeps_the_strongest(days: pl.DataFrame, keep: int) -> None:
    last = DAY + dt.timedelta(9)
    whole, bounded = fold(EMPTY, days, last), fold(EMPTY, days, last, keep=keep)
    assert bounded.group_by("query").len()["len"].max() in (None, *range(1, keep + 1))
    dropped = whole.join(bounded, on=["query", "product_id"], how="anti")
    weight = search.WEIGHTS.evidence()
    weakest = bounded.group_by("query").agg(least=weight.min())
    assert dropped.join(weakest, on="query").select((weight <= pl.col("least") + 1e-9).all()).item()
    assert bounded.schema == STATE


def test_a_count_halves_in_a_half_life_and_days_after_it_are_not_counted() -> None:
    folded = fold(EMPTY, rows((0, "q", "p", 8, 4, 2), (11, "q", "p", 100, 0, 0)), DAY + dt.timedelta(10), 10.0)
    assert folded.rows() == [(DAY + dt.timedelta(10), "q", "p", 4.0, 2.0, 1.0)]


def test_a_state_of_a_later_day_is_refused() -> None:
    with pytest.raises(StateFromTheFutureError, match="2025-10-01"):
        fold(state(("q", "p", 1)), rows(), DAY - dt.timedelta(1))


def test_rows_without_query_or_product_are_left_out() -> None:
    assert fold(EMPTY, rows((0, "", "p", 1, 0, 0), (0, None, "p", 1, 0, 0), (0, "q", None, 1, 0, 0)), DAY).is_empty()


def test_searches_repeated_on_rows_of_a_day_count_once() -> None:
    each = rows((0, "q", "a", 1, 0, 0), (0, "q", "b", 1, 0, 0), (1, "q", "a", 1, 0, 0)).with_columns(searches=6)
    counted = fold_queries(pl.DataFrame(schema=search.QUERY_STATE), each, DAY + dt.timedelta(1), 1.0)
    assert counted.rows() == [(DAY + dt.timedelta(1), "q", 9.0)]


@pytest.mark.feature("D1")
def test_variants_share_what_was_clicked_after_any_of_them() -> None:
    variants = pl.DataFrame({"query": ["원피스", "원피쓰"], "main": ["원피스", "원피스"]})
    together = pooled(state(("원피스", "a", 3), ("원피쓰", "b", 2), ("원피쓰", "a", 1)), variants)
    assert together.select("query", "product_id", "product_views").rows() == [
        ("원피스", "a", 4.0),
        ("원피스", "b", 2.0),
    ]
    lists = for_variants(top_products(together, matches(), pl.Series(["a", "b"])), variants)
    assert ids(lists, "원피쓰") == ids(lists, "원피스") == ["a", "b"]


def test_purchases_weigh_more_than_clicks() -> None:
    bought = fold(EMPTY, rows((0, "q", "clicked", 2, 0, 0), (0, "q", "bought", 1, 0, 1)), DAY)
    assert ids(top_products(bought, matches(), pl.Series(["clicked", "bought"])), "q") == ["bought", "clicked"]


@pytest.mark.feature("D5")
def test_sold_out_products_make_room_for_the_next() -> None:
    clicked = state(*(("q", f"p{number:02d}", 100 - number) for number in range(40)))
    allowed = pl.Series([f"p{number:02d}" for number in range(10, 40)])
    lists = top_products(clicked, matches(), allowed)
    assert ids(lists, "q") == [f"p{number:02d}" for number in range(10, 30)]
    assert lists["rank"].to_list() == list(range(1, 21))
    assert top_products(clicked, matches(("q", "p01", 1.0)), pl.Series([], dtype=pl.String)).is_empty()


def test_text_matches_help_thin_queries_and_give_way_to_clicks() -> None:
    text = matches(("q", "matching", 0.9), ("q", "clicked", 0.1))
    allowed = pl.Series(["matching", "clicked"])
    assert ids(top_products(state(("q", "clicked", 1)), text, allowed), "q") == ["matching", "clicked"]
    often = top_products(state(("q", "clicked", 500)), text, allowed)
    assert often.select("product_id", "source", "support").rows() == [
        ("clicked", "search", 500.0), ("matching", "text", 0.0),
    ]  # fmt: skip


def test_of_equal_matches_the_popular_product_comes_first() -> None:
    text = matches(("new", "a", 0.5), ("new", "b", 0.5))
    assert ids(top_products(state(("other", "b", 9)), text, pl.Series(["a", "b"])), "new") == ["b", "a"]


@settings(max_examples=60, deadline=None)
@given(rows_of, st.integers(0, 99), st.sampled_from([0.0, 3.0, 30.0]))
def test_lists_are_ranked_without_gaps_and_do_not_depend_on_the_order_of_rows(
    days: pl.DataFrame, seed: int, text: float
) -> None:
    counted = fold(EMPTY, days, DAY + dt.timedelta(9))
    found = matches(("a", "x", 0.3), ("a", "z", 0.3), ("c", "y", 0.9))
    allowed, weights = pl.Series(["x", "y", "z"]), Weights(text=text)
    lists = top_products(counted, found, allowed, 2, weights)
    shuffled = counted.sample(fraction=1.0, shuffle=True, seed=seed)
    assert lists.equals(top_products(shuffled, found.reverse(), allowed.reverse(), 2, weights))
    assert lists.schema == search.LISTS
    assert lists.select((pl.col("rank") == pl.int_range(1, pl.len() + 1).over("query")).all()).item()
    sums = lists.group_by("query").agg(pl.col("score").sum())
    assert sums.filter(pl.col("score") > 1 + 1e-6).is_empty()


def found_by(query: str, products: pl.DataFrame = PRODUCTS) -> list[str]:
    return match_text(pl.Series([query]), products)["product_id"].to_list()


def test_queries_never_seen_find_products_by_their_texts() -> None:
    assert found_by("린넨원피스")[0] == "3"
    assert found_by("셔츠린넨")[0] == "1"
    assert found_by("nike") == ["2"]
    assert found_by("코") == ["2"]


def test_korean_typed_on_the_english_keyboard_is_matched() -> None:
    assert found_by("fflspsdnjsvltm")[:0] == []
    assert found_by("flsspsdnjsvltm")[0] == "3"


def test_a_misspelt_query_still_finds_what_it_shares() -> None:
    assert found_by("원피쓰")[0] == "3"


@pytest.mark.parametrize("query", ["", "자동차타이어", "zzzz", "😀"])
def test_what_matches_nothing_finds_nothing(query: str) -> None:
    found = match_text(pl.Series([query]), PRODUCTS)
    assert found.is_empty()
    assert found.schema == MATCHES


def test_texts_of_nothing_match_nothing() -> None:
    assert match_text(pl.Series([], dtype=pl.String), PRODUCTS).schema == MATCHES
    assert match_text(pl.Series(["셔츠"]), PRODUCTS.clear()).schema == MATCHES
    assert found_by("셔츠", PRODUCTS.filter(pl.col("name").is_null())) == []


def test_matching_in_blocks_is_the_same_as_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    queries = pl.Series(["린넨", "셔츠", "코트", "원피스", "여성의류", "오롯", "자동차"])
    whole = match_text(queries, PRODUCTS, 2)
    for block, chunk in ((1, 1), (2, 3), (5, 2)):
        monkeypatch.setattr("models.recommend.search.texts._BLOCK", block)
        monkeypatch.setattr("models.recommend.search.texts._CHUNK", chunk)
        assert match_text(queries.reverse(), PRODUCTS.reverse(), 2).equals(whole)
    assert whole.group_by("query").len()["len"].max() == 2
