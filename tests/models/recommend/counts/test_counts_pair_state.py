"""Pairs kept from day to day."""

import io

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.recommend.counts.pair_state import SCHEMA, fold, pairs_of, state_frame
from models.recommend.counts.pairs import (
    BOUGHT_TOGETHER,
    EVERY,
    NEXT_VIEW,
    VIEWED_TOGETHER,
    PairKind,
    Pairs,
    count_pairs,
    decay,
    no_pairs,
    top_pairs,
)
from models.recommend.sessions import Sessions, sessions_of

HALF_LIFE = 5.0
KINDS = (VIEWED_TOGETHER, NEXT_VIEW, BOUGHT_TOGETHER)
day_of = st.lists(st.lists(st.integers(0, 12), min_size=1, max_size=8), max_size=6)
days_of = st.lists(day_of, min_size=1, max_size=6)


def visits(sessions: list[list[int]], first: int = 0) -> Sessions:
    rows = [(first + number, f"p{product:02}") for number, session in enumerate(sessions) for product in session]
    schema = {"session_id": pl.Int64, "product_id": pl.String}
    return sessions_of(pl.DataFrame(rows, schema=schema, orient="row"))


def folded(days: list[list[list[int]]], kind: PairKind, keep: int = EVERY, least: float = 0.0) -> Pairs:
    state = no_pairs()
    for day in days:
        state = fold(state, count_pairs(visits(day), kind), days=1, half_life_days=HALF_LIFE, keep=keep, least=least)
    return state


def at_once(days: list[list[list[int]]], kind: PairKind) -> Pairs:
    ages = np.repeat(np.arange(len(days))[::-1], [len(day) for day in days]).astype(float)
    every = visits([session for day in days for session in day])
    return count_pairs(every, kind, strengths=np.asarray(decay(ages, HALF_LIFE)))


def rows(pairs: Pairs) -> pl.DataFrame:
    return top_pairs(pairs, EVERY).drop("rank").sort("product_id", "other_id")


@given(days_of, st.sampled_from(KINDS))
def test_day_by_day_is_all_at_once(days: list[list[list[int]]], kind: PairKind) -> None:
    found, expected = rows(folded(days, kind)), rows(at_once(days, kind))
    assert found.drop("score").equals(expected.drop("score"))
    np.testing.assert_allclose(found["score"], expected["score"], rtol=1e-5, atol=1e-5)


@given(days_of, st.sampled_from(KINDS), st.integers(1, 3))
def test_a_state_is_bounded_ranked_and_of_two_different_products(
    days: list[list[list[int]]], kind: PairKind, keep: int
) -> None:
    state = folded(days, kind, keep)
    products = np.repeat(np.arange(len(state.ids)), state.lengths)
    assert state.lengths.max(initial=0) <= keep
    assert (state.weights > 0).all()
    assert (state.sessions > 0).all()
    assert (products != state.others).all()
    assert not ((np.diff(products) == 0) & (np.diff(state.weights) > 0)).any()
    assert set(np.unique(np.concatenate([products, state.others]))) == set(range(len(state.ids)))


@given(days_of, st.sampled_from([VIEWED_TOGETHER, BOUGHT_TOGETHER]))
def test_what_has_no_direction_stays_exactly_symmetric(days: list[list[list[int]]], kind: PairKind) -> None:
    found = rows(folded(days, kind))
    turned = found.rename({"product_id": "other_id", "other_id": "product_id"}).select(found.columns)
    assert found.equals(turned.sort("product_id", "other_id"))


@given(days_of, st.sampled_from(KINDS), st.integers(1, 40), st.randoms(use_true_random=False))
def test_the_order_of_a_days_visits_does_not_matter(
    days: list[list[list[int]]], kind: PairKind, keep: int, random: object
) -> None:
    mixed = [day.copy() for day in days]
    for day in mixed:
        random.shuffle(day)  # type: ignore[attr-defined]
    assert state_frame(folded(mixed, kind, keep)).equals(state_frame(folded(days, kind, keep)))


@given(days_of, st.sampled_from(KINDS))
def test_a_state_survives_being_written(days: list[list[list[int]]], kind: PairKind) -> None:
    state, file = folded(days, kind), io.BytesIO()
    state_frame(state).write_parquet(file)
    file.seek(0)
    read = pl.read_parquet(file)
    assert read.schema == SCHEMA
    assert state_frame(pairs_of(read)).equals(state_frame(state))
    day = count_pairs(visits([[1, 2, 50]]), kind)
    once, twice = (fold(one, day, days=1, half_life_days=HALF_LIFE) for one in (state, pairs_of(read)))
    assert state_frame(once).equals(state_frame(twice))


def test_a_day_without_visits_only_fades_what_is_known() -> None:
    state = folded([[[1, 2], [1, 3], [1, 2]]], VIEWED_TOGETHER)
    later = fold(state, no_pairs(), days=2 * HALF_LIFE, half_life_days=HALF_LIFE)
    assert rows(later).equals(rows(state).with_columns(pl.col("score") / 4))


def test_products_that_are_gone_leave_the_state() -> None:
    state = folded([[[1, 2]], *[[[3, 4]]] * 60], VIEWED_TOGETHER, least=2.0**-10)
    assert state.ids.to_list() == ["p03", "p04"]
    assert fold(state, no_pairs(), days=1000, half_life_days=HALF_LIFE).ids.is_empty()


def test_new_products_may_sort_anywhere() -> None:
    state = folded([[[5, 7]], [[1, 5]], [[6, 9]], [[9, 5]]], VIEWED_TOGETHER)
    assert state.ids.to_list() == ["p01", "p05", "p06", "p07", "p09"]
    assert rows(state).select("product_id", "other_id").rows() == [
        ("p01", "p05"), ("p05", "p01"), ("p05", "p07"), ("p05", "p09"), ("p06", "p09"), ("p07", "p05"),
        ("p09", "p05"), ("p09", "p06"),
    ]  # fmt: skip


def test_what_was_only_ever_an_other_keeps_its_id() -> None:
    assert folded([[[1, 2]]], NEXT_VIEW).ids.to_list() == ["p01", "p02"]


def test_numbers_of_visits_do_not_fade() -> None:
    state = folded([[[1, 2]] * 3] * 10, VIEWED_TOGETHER)
    assert state.sessions.tolist() == [30, 30]


def test_time_does_not_go_backwards() -> None:
    with pytest.raises(ValueError, match="neither can be negative"):
        fold(no_pairs(), no_pairs(), days=-1, half_life_days=HALF_LIFE)


def test_a_bounded_state_keeps_the_best_of_a_planted_shop() -> None:
    """300 products in 10 kinds, 30 days; 40 others are kept of the hundreds that a product meets."""
    random = np.random.default_rng(1)
    days = []
    for _ in range(30):
        kinds = random.integers(0, 10, 120)
        astray = [random.random(8) < 0.2 for _ in kinds]
        drawn = [np.minimum(random.geometric(0.12, 8), 30) - 1 for _ in kinds]
        steps = [
            np.where(far, random.integers(0, 10, 8), kind) * 30 + rank
            for kind, far, rank in zip(kinds, astray, drawn, strict=True)
        ]
        days.append([session.tolist() for session in steps])
    best = top_pairs(at_once(days, VIEWED_TOGETHER), 10).select("product_id", "other_id")
    kept = top_pairs(folded(days, VIEWED_TOGETHER, keep=40), 10)
    assert best.join(kept, on=["product_id", "other_id"], how="semi").height > 0.95 * best.height
