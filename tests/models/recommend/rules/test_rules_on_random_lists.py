"""Laws that hold for all rules on all lists, and the outcome itself against a plain row-by-row account."""

from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from models.recommend.rules.apply import apply_rules
from models.recommend.rules.contradictions import contradictions
from models.recommend.rules.document import Rule
from tests.models.recommend.rules.oracle import LISTS, PRODUCTS, Row, expected

pytestmark = pytest.mark.feature("D5")

IDS = [f"p{number:02d}" for number in range(14)]
CATEGORIES = ["A", "A > B", "A > B > C", "A2", "D > B"]
PRODUCT = st.fixed_dictionaries(
    {
        "name": st.sampled_from(["Red 셔츠", "blue 바지", None]),
        "category_path": st.sampled_from([*CATEGORIES, None]),
        "brand": st.sampled_from(["x", "y", None]),
        "price": st.sampled_from([0.0, 1000.0, 2000.0, 3000.0, None]),
        "sale_price": st.sampled_from([None, None, 900.0]),
        "status": st.sampled_from(["active"] * 5 + ["sold_out", "hidden", None]),
        "attributes": st.sampled_from(
            [None, '{"season": "SS", "tags": ["n,w", "z"]}', '{"tags": [1, "old"], "season": "AW"}']
        ),
    }
)
BAND = st.sampled_from([{"min": 1000}, {"max": 1500}, {"min": 900, "max": 2000}])
TEST = {
    "brand": st.sampled_from([{"is": "x"}, {"in": ["x", "y"]}]),
    "price": BAND,
    "ids": st.lists(st.sampled_from([*IDS, "gone"]), min_size=1, max_size=3, unique=True),
    "status": st.just("active"),
    "name_contains": st.sampled_from(["red", ["셔츠", "바지"]]),
    "tags": st.sampled_from(["n,w", "1", ["old", "zz"], "n"]),
    "attributes": st.sampled_from([{"season": ["SS", "x"]}]),
    "category": st.sampled_from([{"is": "A > B"}, {"in": ["A", "A2"]}, {"under": "A"}, {"under": ["A>B", "D"]}]),
}
RELATIONS = {
    "category": st.sampled_from([{"same": True}, {"same": False}, {"same_top": True}, {"under": "A", "same": False}]),
    "brand": st.sampled_from([{"same": True}, {"same": False}]),
    "price": st.sampled_from(
        [{"than_context": "cheaper"}, {"ratio": {"min": 0.5, "max": 1}}, {"than_context": "dearer"}]
    ),
}


def one_or_two(tests: dict[str, st.SearchStrategy[Any]]) -> st.SearchStrategy[Row]:
    keys = st.lists(st.sampled_from(sorted(tests)), min_size=1, max_size=2, unique=True)
    return keys.flatmap(lambda chosen: st.fixed_dictionaries({key: tests[key] for key in chosen}))


SIDES = st.one_of(
    st.fixed_dictionaries({"candidate": one_or_two(TEST | RELATIONS) | one_or_two(TEST)}),
    st.fixed_dictionaries({"context": one_or_two(TEST)}),
)
CONDITION = st.recursive(
    SIDES,
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=2).map(lambda parts: {"all": parts}),
        st.lists(inner, min_size=1, max_size=2).map(lambda parts: {"any": parts}),
        inner.map(lambda part: {"not": part}),
    ),
    max_leaves=3,
)
LIMIT = st.builds(
    lambda most, per: {"limit": {"most": most, "per": per}},
    st.integers(1, 2), st.sampled_from(["brand", "category", "top_category"]),
)  # fmt: skip
STILL = [{"exclude": True}, {"bury": "end"}, *({"pin": place} for place in (1, 2, 3, 7))]  # twice is as once
MOVING = [{"boost": 2}, {"boost": 1.5}, {"bury": 3}]


@st.composite
def rule_sets(draw: st.DrawFn, placing: list[Row]) -> list[Rule]:
    documents = []
    for number in range(draw(st.integers(1, 5))):
        first = draw(st.sampled_from(placing) | LIMIT)
        candidate = draw(st.fixed_dictionaries({"candidate": one_or_two(TEST)}))
        condition = {"all": [draw(CONDITION), candidate]} if "pin" in first else draw(CONDITION)
        if "pin" in first and draw(st.booleans()):
            condition = candidate
        documents.append(
            {
                "id": f"r{number}", "name": "r", "on": draw(st.sampled_from([True, True, True, False])),
                "priority": draw(st.sampled_from([1, 100])), "pages": draw(st.sampled_from([[], ["main"], ["cart"]])),
                "if": condition,
                "then": [first, draw(LIMIT)] if "exclude" not in first and draw(st.booleans()) else [first],
            }
        )  # fmt: skip
    return [Rule.model_validate(document) for document in documents]


@st.composite
def shops(draw: st.DrawFn) -> tuple[dict[str, Row], pl.DataFrame]:
    products = {one: {"product_id": one, **draw(PRODUCT)} for one in IDS}
    rows = []
    for basis, contexts in (("product", IDS[:2]), ("category", ["A", "*"]), ("search", ["q"]), ("customer", ["c"])):
        for context in contexts:
            ids = draw(st.lists(st.sampled_from([*IDS, "unknown"]), unique=True, max_size=12))
            rows += [
                (f"by-{basis}", basis, context, rank, one, -float(rank), "own", 1) for rank, one in enumerate(ids, 1)
            ]
    return products, pl.DataFrame(rows, schema=LISTS, orient="row")


def frame(products: dict[str, Row]) -> pl.DataFrame:
    return pl.DataFrame(list(products.values()), schema=PRODUCTS)


def as_lists(frame: pl.DataFrame) -> dict[tuple[str, str], list[str]]:
    return {
        (basis, context): part["product_id"].to_list()
        for (basis, context), part in frame.group_by("basis", "context_id", maintain_order=True)
    }  # type: ignore[misc]


@settings(max_examples=120)
@given(shop=shops(), rules=rule_sets(STILL + MOVING), n=st.integers(1, 8), part_rows=st.sampled_from([1, 5, 1000]))
def test_the_outcome_is_that_of_the_row_by_row_account(shop: Any, rules: list[Rule], n: int, part_rows: int) -> None:
    products, lists = shop
    out, report = apply_rules(lists, frame(products), rules, "main", n, part_rows=part_rows)
    found = as_lists(out)
    for (basis, context), candidates in as_lists(lists).items():
        assert found.get((basis, context), []) == expected(candidates, basis, context, products, rules, "main", n)
    assert out.select("basis", "context_id", "product_id").is_unique().all()
    assert out.schema == lists.schema
    ranks = out.group_by("algorithm", "context_id").agg(pl.col("rank").sort())["rank"].to_list()
    assert all(one == list(range(1, len(one) + 1)) for one in ranks)
    assert report["lists_emptied"].max() <= sum(1 for key in as_lists(lists) if key not in found)


@settings(max_examples=40)
@given(shop=shops(), rules=rule_sets(STILL + MOVING), seed=st.integers(0, 10))
def test_the_order_of_rows_and_rules_says_nothing(shop: Any, rules: list[Rule], seed: int) -> None:
    products, lists = shop
    once = apply_rules(lists, frame(products), rules, "main", 6)
    mixed = lists.sample(fraction=1, shuffle=True, seed=seed)
    shuffled = frame(products).sample(fraction=1, shuffle=True, seed=seed)
    again = apply_rules(mixed.lazy(), shuffled, rules[::-1], "main", 6, part_rows=3)
    for left, right in zip(once, again, strict=True):
        assert_frame_equal(left, right)


@settings(max_examples=60)
@given(shop=shops(), rules=rule_sets(STILL), n=st.integers(1, 8))
def test_twice_is_as_once_but_for_boosts(shop: Any, rules: list[Rule], n: int) -> None:
    products, lists = shop
    once, _ = apply_rules(lists, frame(products), rules, "main", n)
    twice, _ = apply_rules(once, frame(products), rules, "main", n)
    assert_frame_equal(once, twice)


@settings(max_examples=30)
@given(shop=shops(), rules=rule_sets(STILL + MOVING))
def test_rules_that_are_off_change_nothing(shop: Any, rules: list[Rule]) -> None:
    products, lists = shop
    off = [rule.model_copy(update={"on": False}) for rule in rules]
    with_off, report = apply_rules(lists, frame(products), off, "main", 6)
    without, _ = apply_rules(lists, frame(products), [], "main", 6)
    assert_frame_equal(with_off, without)
    assert report.height == 4  # only what is always excluded


@settings(max_examples=60)
@given(rules=rule_sets(STILL + MOVING))
def test_contradictions_name_rules_that_are_on_and_of_which_one_is_in_the_way(rules: list[Rule]) -> None:
    on = {rule.id: rule for rule in rules if rule.on}
    for one in contradictions(rules):
        assert {one.winner, one.loser} <= set(on)
        assert one.winner != one.loser
        if one.kind in ("pin_excluded", "move_excluded"):
            assert on[one.winner].action("exclude")
            assert not on[one.loser].action("exclude")


@settings(max_examples=60)
@given(shop=shops(), rules=rule_sets(STILL))
def test_a_pin_that_is_told_to_be_excluded_is_never_shown(shop: Any, rules: list[Rule]) -> None:
    products, lists = shop
    alone = [rule.model_copy(update={"pages": ()}) for rule in rules]
    for one in contradictions(alone):
        if one.kind == "pin_excluded":
            out, report = apply_rules(lists, frame(products), alone, "main", 8)
            if not one.products:
                assert report.filter(rule_id=one.loser)["rows_moved"].item() == 0
                assert report.filter(rule_id=one.loser)["rows_added"].item() == 0
            assert out.filter(
                pl.col("source") == f"rule:{one.loser}", pl.col("product_id").is_in(one.products)
            ).is_empty()
