"""Which products meet which others, and how much a meeting counts."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.recommend.counts.pairs import (
    BOUGHT_TOGETHER,
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

PLAIN = PairKind(reach=3, falloff=1.0, directed=False, calm=10**6, restraint=0.0)
KINDS = (PLAIN, VIEWED_TOGETHER, NEXT_VIEW, BOUGHT_TOGETHER)
visits_of = st.lists(st.lists(st.integers(0, 9), min_size=1, max_size=15), max_size=20)


def visits(*sessions: "str | list[int]") -> Sessions:
    """Sessions given as words, each letter a product, or as lists of numbers."""
    rows = [(f"s{number}", str(product)) for number, session in enumerate(sessions) for product in session]
    schema = {"session_id": pl.String, "product_id": pl.String}
    return sessions_of(pl.DataFrame(rows, schema=schema, orient="row"))


def table(pairs: Pairs) -> dict[tuple[str, str], tuple[float, int]]:
    """(product, other) -> (score, sessions)."""
    rows = top_pairs(pairs, 10**6).select("product_id", "other_id", "score", "support").iter_rows()
    return {(product, other): (score, sessions) for product, other, score, sessions in rows}


def by_hand(sessions: Sessions, kind: PairKind, strengths: np.ndarray) -> dict[tuple[str, str], tuple[float, int]]:
    """The definition, written as loops."""
    found: dict[tuple[str, str], tuple[float, int]] = {}
    for number, strength in enumerate(strengths):
        steps = sessions.products[sessions.starts[number] : sessions.starts[number + 1]]
        calm = (kind.calm / max(kind.calm, len(steps))) ** kind.restraint
        heaviest: dict[tuple[str, str], float] = {}
        for i, one in enumerate(steps):
            for j, two in enumerate(steps):
                if one != two and abs(i - j) <= kind.reach and (i < j or not kind.directed):
                    pair = sessions.ids[int(one)], sessions.ids[int(two)]
                    weight = strength * calm * abs(i - j) ** -kind.falloff
                    heaviest[pair] = max(heaviest.get(pair, 0), weight)
        for pair, weight in heaviest.items():
            before = found.get(pair, (0.0, 0))
            found[pair] = before[0] + weight, before[1] + 1
    return found


@pytest.mark.feature("D2")
@given(visits_of, st.sampled_from(KINDS), st.integers(0, 2**32 - 1))
def test_counts_are_those_of_the_definition(sessions: list[list[int]], kind: PairKind, seed: int) -> None:
    made = visits(*sessions)
    strengths = np.random.default_rng(seed).random(len(made))
    found, expected = table(count_pairs(made, kind, strengths=strengths)), by_hand(made, kind, strengths)
    assert {pair: met for pair, (_, met) in found.items()} == {pair: met for pair, (_, met) in expected.items()}
    for pair, (weight, _) in expected.items():
        assert found[pair][0] == pytest.approx(weight, rel=1e-3, abs=1e-5)


@given(visits_of, st.sampled_from([PLAIN, VIEWED_TOGETHER, BOUGHT_TOGETHER]))
def test_what_has_no_direction_is_exactly_symmetric(sessions: list[list[int]], kind: PairKind) -> None:
    strengths = np.linspace(0.1, 1, len(sessions))
    found = table(count_pairs(visits(*sessions), kind, strengths=strengths))
    assert found == {(other, product): counted for (product, other), counted in found.items()}


@given(visits_of, st.sampled_from(KINDS), st.integers(0, 4), st.randoms(use_true_random=False))
def test_lists_are_bounded_ranked_and_the_same_in_any_order_of_sessions(
    sessions: list[list[int]], kind: PairKind, keep: int, random: object
) -> None:
    strengths = np.linspace(0.3, 1, len(sessions))
    found = count_pairs(visits(*sessions), kind, keep, strengths)
    every = top_pairs(count_pairs(visits(*sessions), kind, strengths=strengths), keep)
    shuffled = list(range(len(sessions)))
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    again = count_pairs(visits(*(sessions[place] for place in shuffled)), kind, keep, strengths[shuffled])
    assert top_pairs(found, 99).equals(every)
    assert top_pairs(again, 99).equals(every)
    assert found.lengths.max(initial=0) <= keep
    assert (found.weights > 0).all()
    assert (found.others != np.repeat(np.arange(len(found.ids)), found.lengths)).all()
    ordered = every.sort("product_id", "score", "other_id", descending=[False, True, False])
    assert every.equals(ordered)


def test_a_pair_counts_once_in_a_visit_at_its_shortest_distance() -> None:
    assert table(count_pairs(visits("abxa", "ab"), PLAIN))["a", "b"] == (2.0, 2)
    assert table(count_pairs(visits("axb"), PLAIN))["a", "b"] == (0.5, 1)
    assert ("a", "b") not in table(count_pairs(visits("axxxb"), PLAIN))


def test_next_view_looks_forward_only() -> None:
    assert set(table(count_pairs(visits("abc"), NEXT_VIEW))) == {("a", "b"), ("a", "c"), ("b", "c")}


def test_all_products_of_an_order_were_bought_together_wherever_they_stand() -> None:
    found = table(count_pairs(visits("abcdefghijklmnopqrstuvwxyz"), BOUGHT_TOGETHER))
    assert len(found) == 26 * 25
    assert len({weight for weight, _ in found.values()}) == 1


def test_a_large_order_says_less_of_each_pair() -> None:
    found = table(count_pairs(visits("ab", "cdefghij"), BOUGHT_TOGETHER))
    assert found["a", "b"][0] == 1
    assert found["c", "d"][0] == pytest.approx(0.5, abs=1e-3)


def test_equals_stand_in_the_order_of_their_codes() -> None:
    found = top_pairs(count_pairs(visits("az", "ay", "ax", "aw"), PLAIN, 2), 2)
    assert found.filter(pl.col("product_id") == "a")["other_id"].to_list() == ["w", "x"]


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_meets_nothing(kind: PairKind) -> None:
    for sessions in (visits(), visits("a"), visits("aaaa"), visits("a", "b")):
        assert len(count_pairs(sessions, kind).others) == 0
    assert top_pairs(no_pairs(), 20).is_empty()


@pytest.mark.parametrize("kind", KINDS)
def test_a_robot_of_one_product_meets_nothing(kind: PairKind) -> None:
    assert len(count_pairs(visits([7] * 10_000), kind).others) == 0


def test_a_robot_costs_its_steps_and_does_not_outweigh_people() -> None:
    """10,000 views of 3,000 products, among them each step from a to z; twenty people go from a to b."""
    robot = np.random.default_rng(1).integers(0, 3000, 10_000).tolist()
    robot[::50] = ["a"] * 200
    robot[1::50] = ["z"] * 200
    pairs = count_pairs(visits(robot, *["ab"] * 20), VIEWED_TOGETHER)
    assert len(pairs.others) <= 2 * VIEWED_TOGETHER.reach * 10_000
    found = table(pairs)
    assert found["a", "b"] == (20.0, 20)
    assert found["a", "z"] == (pytest.approx(0.01, abs=1e-5), 1)
    assert top_pairs(pairs, 1).filter(pl.col("product_id") == "a")["other_id"].to_list() == ["b"]


def test_a_robots_order_is_bounded() -> None:
    pairs = count_pairs(visits(list(range(3000))), BOUGHT_TOGETHER)
    assert pairs.lengths.max() == 2 * BOUGHT_TOGETHER.reach


def test_a_million_products_need_no_table_of_products_by_products() -> None:
    count = 1_000_000
    ids = pl.Series("product_id", range(count)).cast(pl.String).str.zfill(7)
    sessions = Sessions(np.arange(count, dtype=np.int32), np.arange(0, count + 1, 2), ids)
    pairs = count_pairs(sessions, VIEWED_TOGETHER, 128)
    assert len(pairs.others) == count
    assert (pairs.others == np.arange(count) ^ 1).all()
    assert sum(values.nbytes for values in pairs.rows) < 40 * count


def test_what_can_not_be_sold_is_left_out_before_the_best_are_taken() -> None:
    pairs = count_pairs(visits("ab", "ab", "ab", "ac", "ac", "ad", "ae"), PLAIN)
    found = top_pairs(pairs, 2, pl.Series(["a", "c", "e", "d", "unknown"])).filter(pl.col("product_id") == "a")
    assert found.select("other_id", "rank", "score", "support").rows() == [("c", 1, 2.0, 2), ("d", 2, 1.0, 1)]
    assert top_pairs(pairs, 2, pl.Series([], dtype=pl.String)).is_empty()
    assert "b" in top_pairs(pairs, 2, pl.Series(["a"]))["product_id"]  # its page can still be looked at


def test_half_is_left_after_a_half_life() -> None:
    assert decay(90, 90) == 0.5
    assert decay(0, 90) == 1
