"""Purchase cycles of a customer and a product."""

import math
import random

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.recommend.repeat.cycles import DueWindow, due, gaps_of, pooled_cycles, with_cycles

Gaps = dict[tuple[str, str], list[int]]
DAYS = pl.Schema({"customer": pl.String(), "product": pl.String(), "gap": pl.Int32()})


def cycles(
    gaps: Gaps, categories: dict[str, str] | None = None, seed: int | None = None
) -> dict[tuple[str, str], tuple[float, float]]:
    """Cycle in days and its spread by customer and product; an empty list of gaps is a product bought once."""
    rows = [(*pair, gap) for pair, found in gaps.items() for gap in (None, *found)]
    if seed is not None:
        random.Random(seed).shuffle(rows)
    days = pl.DataFrame(rows, schema=DAYS, orient="row")
    groups = pl.DataFrame(
        {"product": list(categories or {}), "category": list((categories or {}).values())},
        schema={"product": pl.String(), "category": pl.String()},
    )
    found = gaps_of(days)
    pairs = days.select("customer", "product").unique().join(found, on=["customer", "product"], how="left")
    done = with_cycles(pairs, pooled_cycles(found, groups)).select("customer", "product", "cycle_days", "spread")
    return {(customer, product): (cycle, spread) for customer, product, cycle, spread in done.iter_rows()}


# two kinds of customers of two kinds of products: every level has something to tell apart
SHOP: Gaps = {
    **{(f"quick{n}", "milk"): [6, 7, 8, 7 + n % 3] for n in range(8)},
    **{(f"slow{n}", "milk"): [20, 28, 24] for n in range(4)},
    **{(f"quick{n}", "soap"): [55, 65 + n] for n in range(8)},
}


def test_a_long_regular_history_is_believed() -> None:
    assert cycles({**SHOP, ("k", "soap"): [10] * 40})["k", "soap"][0] == pytest.approx(10, rel=0.1)


def test_one_long_pause_hardly_moves_the_cycle() -> None:
    steady = cycles({**SHOP, ("k", "milk"): [14] * 9})["k", "milk"][0]
    assert cycles({**SHOP, ("k", "milk"): [*[14] * 8, 300]})["k", "milk"][0] == pytest.approx(steady, rel=0.15)


def test_one_gap_lies_between_the_customer_and_the_others() -> None:
    usual = cycles({**SHOP, ("k", "milk"): []})["k", "milk"][0]
    assert usual < cycles({**SHOP, ("k", "milk"): [90]})["k", "milk"][0] < 90
    assert 1 < cycles({**SHOP, ("k", "milk"): [1]})["k", "milk"][0] < usual


def test_the_longer_the_history_the_closer_to_the_customer_and_the_surer() -> None:
    found = [cycles({**SHOP, ("k", "milk"): [90] * n})["k", "milk"] for n in (0, 1, 2, 5, 20)]
    assert [cycle for cycle, _ in found] == sorted(cycle for cycle, _ in found)
    assert [spread for _, spread in found] == sorted((spread for _, spread in found), reverse=True)


def test_a_product_bought_once_takes_the_cycle_of_its_product() -> None:
    found = cycles({**SHOP, ("k", "milk"): [], ("k", "soap"): []})
    assert 7 <= found["k", "milk"][0] <= 24
    assert found["k", "milk"][0] < found["k", "soap"][0] / 2


def test_a_product_nobody_bought_twice_takes_the_cycle_of_the_shop() -> None:
    found = cycles({**SHOP, ("k", "new"): [], ("k", "other"): []})
    assert found["k", "new"] == found["k", "other"]
    assert 7 < found["k", "new"][0] < 60


def test_a_rare_product_leans_on_its_category() -> None:
    gaps = {
        (f"k{n}", product): [days, days + 2]
        for product, days in (("a", 7), ("b", 8), ("c", 60), ("d", 70))
        for n in range(6)
    }
    gaps = {**gaps, ("one", "rare"): [30]}
    fast = cycles(gaps, {"a": "food", "b": "food", "c": "tools", "d": "tools", "rare": "food"})["one", "rare"][0]
    slow = cycles(gaps, {"a": "food", "b": "food", "c": "tools", "d": "tools", "rare": "tools"})["one", "rare"][0]
    assert fast < 30 < slow


def test_a_shop_of_one_repeat_purchase_knows_one_cycle() -> None:
    found = cycles({("k", "a"): [12], ("k", "b"): []})
    assert [cycle for cycle, _ in found.values()] == pytest.approx([12, 12])
    assert 0 < found["k", "a"][1] < found["k", "b"][1]


def test_a_shop_without_a_repeat_purchase_has_a_month() -> None:
    assert cycles({("k", "a"): []})["k", "a"][0] == pytest.approx(30)


def test_two_orders_of_one_day_are_no_gap() -> None:
    assert cycles({("k", "a"): [0, 12], ("l", "a"): [0]})["k", "a"][0] == pytest.approx(12)


SHOPS = st.dictionaries(
    st.tuples(st.sampled_from(["k", "l", "m", "n"]), st.sampled_from(["a", "b", "c"])),
    st.lists(st.integers(1, 400), max_size=6),
    min_size=1,
)
CATEGORIES = st.dictionaries(st.sampled_from(["a", "b", "c"]), st.sampled_from(["x", "y"]))


@settings(max_examples=80, deadline=None)
@given(gaps=SHOPS, categories=CATEGORIES)
def test_cycles_are_positive_and_between_the_shortest_and_the_longest_gap(
    gaps: Gaps, categories: dict[str, str]
) -> None:
    every = [gap for found in gaps.values() for gap in found] or [30]
    for cycle, spread in cycles(gaps, categories).values():
        assert min(every) * 0.999 <= cycle <= max(every) * 1.001
        assert 0 <= spread < math.inf


@settings(max_examples=60, deadline=None)
@given(gaps=SHOPS.filter(lambda found: any(found.values())), categories=CATEGORIES)
def test_gaps_twice_as_long_make_cycles_twice_as_long(gaps: Gaps, categories: dict[str, str]) -> None:
    once, twice = (
        cycles(gaps, categories),
        cycles({pair: [2 * gap for gap in found] for pair, found in gaps.items()}, categories),
    )
    for pair, (cycle, spread) in once.items():
        assert twice[pair][0] == pytest.approx(2 * cycle)
        assert twice[pair][1] == pytest.approx(spread, abs=1e-6)


@settings(max_examples=40, deadline=None)
@given(gaps=SHOPS, categories=CATEGORIES, seed=st.integers(0, 99))
def test_the_order_of_rows_makes_no_difference(gaps: Gaps, categories: dict[str, str], seed: int) -> None:
    once, again = cycles(gaps, categories), cycles(gaps, categories, seed)
    assert once.keys() == again.keys()
    for pair in once:
        assert again[pair] == pytest.approx(once[pair])


@pytest.mark.parametrize(
    ("as_of", "is_due"), [(107, False), (108, True), (110, True), (115, True), (116, False), (100, False)]
)
def test_due_from_four_fifths_of_a_cycle_to_one_and_a_half(as_of: int, is_due: bool) -> None:
    row = pl.DataFrame({"last_day": [100], "cycle_days": [10.0]})
    window = DueWindow(due_from=0.8, due_to=1.5)
    assert row.select(*due(pl.col("last_day"), pl.lit(as_of), window)).row(0) == (110, is_due)


@pytest.mark.parametrize("edges", [(1.5, 0.8), (1.0, 1.0), (-0.1, 1.0)])
def test_an_empty_window_is_refused(edges: tuple[float, float]) -> None:
    with pytest.raises(ValueError, match="expected 0 <= from < to"):
        DueWindow(*edges)
