"""Markov removal effects and Shapley values: their laws, and worlds worked out by hand."""

import datetime as dt
import itertools
import math
from fractions import Fraction

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.attribution.markov import markov
from models.attribution.sequences import coalitions, sequences
from models.attribution.shapley import shapley

pytestmark = pytest.mark.feature("H5")

Counted = dict[tuple[str, ...], tuple[int, int]]  # paths, conversions


def counted(paths: Counted) -> pl.DataFrame:
    rows = [(list(players), *numbers) for players, numbers in paths.items()]
    return pl.DataFrame(
        rows, schema={"players": pl.List(pl.String), "paths": pl.Int64, "conversions": pl.Int64}, orient="row"
    )


def column(found: pl.DataFrame, name: str) -> dict[str, float]:
    return dict(zip(found["player"], found[name], strict=True))


players = st.lists(st.sampled_from("abcd"), min_size=1, max_size=5).map(tuple)
numbers = st.integers(1, 200).flatmap(lambda paths: st.tuples(st.just(paths), st.integers(0, paths)))
worlds = st.dictionaries(players, numbers, min_size=1, max_size=12)


def test_touches_become_counted_sequences() -> None:
    rows = [
        (1, "b", "t2", 1, True), (1, "a", "t1", 1, True), (2, "a", "t3", 1, False), (2, "b", "t4", 2, False),
        (3, "a", "t5", 3, True), (3, "a", "t6", 4, True),
    ]  # fmt: skip
    touches = pl.DataFrame(rows, schema=["path_id", "player", "touch_id", "day", "is_converted"], orient="row")
    touches = touches.with_columns(touched_at=dt.datetime(2025, 10, 1) + pl.duration(days="day"))
    assert sequences(touches).rows() == [(["a", "a"], 1, 1), (["a", "b"], 2, 1)]
    assert coalitions(sequences(touches)).rows() == [(["a"], 1, 1), (["a", "b"], 2, 1)]
    with pytest.raises(ValueError, match="some of their rows"):
        sequences(touches.with_columns(is_converted=pl.col("touch_id") == "t1"))


def test_markov_of_a_world_worked_out_by_hand() -> None:
    """From a: 60 of 100 to b, 10 convert; from b: 30 of 80 convert. Begin: 100 of 120 at a, 20 at b.
    All: 5/6 (0.1 + 0.6 * 0.375) + 1/6 * 0.375 = 1/3. Without b: 5/6 * 0.1. Without a: 1/6 * 0.375."""
    found = markov(counted({("a",): (40, 10), ("a", "b"): (60, 25), ("b",): (20, 5)}))
    effects = column(found, "removal_effect")
    assert effects == pytest.approx({"a": 1 - 0.0625 * 3, "b": 1 - 3 / 12})
    assert column(found, "credit") == pytest.approx({"a": 40 * 0.8125 / 1.5625, "b": 40 * 0.75 / 1.5625})


def test_a_single_campaign_gets_every_conversion() -> None:
    world = counted({("a",): (100, 3), ("a", "a", "a"): (50, 4)})
    for order in (1, 2):
        assert markov(world, order).rows() == [("a", pytest.approx(1.0), pytest.approx(7.0))]
    assert shapley(world)["credit"].to_list() == pytest.approx([7.0])
    nobody = counted({("a",): (100, 0), ("b",): (10, 0)})
    assert markov(nobody)["credit"].to_list() == shapley(nobody)["credit"].to_list() == [0.0, 0.0]


def removed(world: Counted, player: str, order: int) -> tuple[float, float]:
    """Conversion rate of the chain, with and without a player, by following probabilities 2,000 steps."""
    steps: dict[object, dict[object, float]] = {}
    for path, (paths, conversions) in world.items():
        states: list[object] = ["begin", *(path[max(0, at + 1 - order) : at + 1] for at in range(len(path)))]
        for state, following in itertools.pairwise(states):
            row = steps.setdefault(state, {})
            row[following] = row.get(following, 0.0) + paths
        for end, ended in (("yes", conversions), ("no", paths - conversions)):
            row = steps.setdefault(states[-1], {})
            row[end] = row.get(end, 0.0) + ended
    rates = []
    for gone in (None, player):
        here: dict[object, float] = {"begin": 1.0}
        yes = 0.0
        for _ in range(2_000):
            following_: dict[object, float] = {}
            for state, share in here.items():
                for to, count in steps[state].items():
                    if to == "yes":
                        yes += share * count / sum(steps[state].values())
                    elif to != "no" and (gone is None or to[-1] != gone):  # type: ignore[index]
                        part = share * count / sum(steps[state].values())
                        following_[to] = following_.get(to, 0) + part
            here = following_
            if sum(here.values()) < 1e-13:
                break
        rates.append(yes)
    return rates[0], rates[1]


@settings(max_examples=25, deadline=None)
@given(worlds, st.sampled_from([1, 2]))
def test_removal_effects_are_those_of_the_chain_without_the_player(world: Counted, order: int) -> None:
    conversions = sum(numbers[1] for numbers in world.values())
    found = markov(counted(world), order)  # type: ignore[arg-type]
    assert found["credit"].sum() == pytest.approx(conversions)
    if conversions:
        for player, effect in column(found, "removal_effect").items():
            whole, without = removed(world, player, order)
            assert effect == pytest.approx(1 - without / whole, abs=1e-8)
        assert found["removal_effect"].sum() >= 1 - 1e-9


def test_order_two_sees_what_order_one_can_not() -> None:
    """b converts only after a; nobody converts after c, b."""
    world = counted({("a", "b"): (100, 50), ("c", "b"): (100, 0)})
    assert column(markov(world, 2), "removal_effect") == pytest.approx({"a": 1, "b": 1, "c": 0})
    assert column(markov(world, 1), "removal_effect") == pytest.approx({"a": 0.5, "b": 1, "c": 0.5})


def by_definition(world: dict[frozenset[str], tuple[int, int]]) -> dict[str, float]:
    """Shapley's sum over all orders of all players, every coalition's rate known."""
    everybody = sorted(frozenset().union(*world))
    values = dict.fromkeys(everybody, Fraction(0))

    def worth(there: set[str]) -> Fraction:
        total = Fraction(0)
        for got, (paths, _) in world.items():
            both = frozenset(got & there)
            total += Fraction(world[both][1], world[both][0]) * paths if both else 0
        return total

    for order in itertools.permutations(everybody):
        for at, player in enumerate(order):
            values[player] += worth(set(order[: at + 1])) - worth(set(order[:at]))
    return {player: float(value / math.factorial(len(everybody))) for player, value in values.items()}


@settings(max_examples=15, deadline=None)
@given(st.lists(st.tuples(st.integers(30, 500), st.integers(0, 30)), min_size=7, max_size=7))
def test_shapley_values_are_those_of_the_definition(rows: list[tuple[int, int]]) -> None:
    sets = [frozenset(chosen) for size in (1, 2, 3) for chosen in itertools.combinations("abc", size)]
    world = dict(zip(sets, rows, strict=True))
    found = shapley(counted({tuple(sorted(players)): numbers for players, numbers in world.items()}))
    assert column(found, "value") == pytest.approx(by_definition(world), abs=1e-9)


@settings(max_examples=40, deadline=None)
@given(worlds, st.floats(0, 0.2))
def test_shapley_is_efficient_and_treats_equals_alike(world: Counted, base: float) -> None:
    found = shapley(counted(world), base_rate=base)
    paths, conversions = (sum(numbers[at] for numbers in world.values()) for at in (0, 1))
    assert found["value"].sum() == pytest.approx(conversions - base * paths, abs=1e-9)
    assert found["credit"].sum() == pytest.approx(conversions)
    assert (found["credit"] >= 0).all()
    assert found["error"].sum() == 0
    swapped = {"a": "b", "b": "a"}
    turned: Counted = {tuple(swapped.get(one, one) for one in path): numbers for path, numbers in world.items()}
    values, others = column(found, "value"), column(shapley(counted(turned), base_rate=base), "value")
    assert {swapped.get(player, player): value for player, value in values.items()} == pytest.approx(others, abs=1e-9)


def test_a_campaign_that_changes_no_rate_gets_nothing() -> None:
    world: Counted = {("a",): (1000, 50), ("b",): (500, 10), ("a", "b"): (400, 30)}
    world |= {(*path, "null"): (paths // 10, conversions // 10) for path, (paths, conversions) in world.items()}
    found = column(shapley(counted({**world, ("null",): (300, 0)})), "value")
    assert found["null"] == pytest.approx(0)
    assert found["a"] > found["b"] > 0


def test_long_paths_are_sampled_with_an_error_that_holds_the_truth() -> None:
    """15 campaigns that each add their own to the rate, and a bonus for the first two together: the values are
    known."""
    random = np.random.default_rng(7)
    names = [f"c{at:02}" for at in range(15)]
    effects = random.integers(1, 30, 15)
    world: Counted = {}
    for _ in range(300):
        chosen = sorted(random.choice(15, random.integers(1, 5), replace=False))
        bonus = 100 if {0, 1} <= set(chosen) else 0
        world[tuple(names[at] for at in chosen)] = (1_000, int(effects[chosen].sum()) + bonus)
    world[tuple(names)] = (1_000, int(effects.sum()) + 100)
    first, again = (shapley(counted(world), permutations=200, seed=3) for _ in range(2))
    assert first.equals(again)
    assert first["value"].sum() == pytest.approx(sum(numbers[1] for numbers in world.values()))
    more = shapley(counted(world), permutations=4_000, seed=4)
    gap = (first["value"] - more["value"]).abs()
    assert (gap <= 1.5 * first["error"] + 1e-9).all()
    assert 0 < more["error"].sum() < first["error"].sum() / 3


def test_sampled_values_are_those_solved_exactly(monkeypatch: pytest.MonkeyPatch) -> None:
    """Five campaigns, a third of the coalitions never seen and some too rarely to be believed."""
    random = np.random.default_rng(5)
    sets = [chosen for size in (1, 2, 3, 4, 5) for chosen in itertools.combinations("abcde", size)]
    seen = [chosen for chosen in sets if len(chosen) == 5 or random.random() < 0.66]
    world: Counted = {
        chosen: (int(paths), int(random.integers(0, paths)))
        for chosen, paths in zip(seen, random.integers(5, 200, len(seen)), strict=True)
    }
    exact = shapley(counted(world), base_rate=0.1)
    monkeypatch.setattr("models.attribution.shapley.EXACT", 1)
    sampled = shapley(counted(world), base_rate=0.1, permutations=4_000)
    assert sampled["value"].sum() == pytest.approx(exact["value"].sum())
    assert ((sampled["value"] - exact["value"]).abs() <= 1.5 * sampled["error"]).all()
    assert sampled["error"].max() < 2  # type: ignore[operator]


def test_wrong_counts_are_refused() -> None:
    worlds_: tuple[Counted, ...] = ({("a",): (1, 2)}, {(): (1, 0)})
    for wrong in worlds_:
        for model in (markov, shapley):
            with pytest.raises(ValueError, match="each counted path"):
                model(counted(wrong))
    with pytest.raises(ValueError, match="order"):
        markov(counted({("a",): (1, 1)}), 3)  # type: ignore[arg-type]
