"""Every list of every basis is full, in the written order."""

from collections.abc import Callable, Sequence

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.recommend.counts.trends import WHOLE_SHOP
from models.recommend.pages.shelves import (
    BEST,
    BOUGHT,
    CATALOGUE,
    CATEGORY,
    CUSTOMER,
    FILLED,
    FOUND,
    NEXT,
    PARENT,
    PERSONAL,
    PRODUCT,
    SEARCH,
    SHOP,
    STAND_INS,
    STYLE,
    TRENDING,
    VIEWED,
    Candidates,
    of_categories,
    of_customers,
    of_products,
    of_queries,
)

PRODUCTS = [f"p{number}" for number in range(9)]
TOPS, BOTTOMS = "clothes > tops", "clothes > bottoms"
SHIRTS = f"{TOPS} > shirts"
# p8 has no category
PLACES = dict(zip(PRODUCTS, [SHIRTS, SHIRTS, TOPS, BOTTOMS, BOTTOMS, "clothes", "food", "food"], strict=False))

Lists = dict[str, list[str]]


def keyed(lists: Lists) -> pl.DataFrame:
    rows = [(key, rank, product, 1 / rank, rank) for key, ids in lists.items() for rank, product in enumerate(ids, 1)]
    types = {"key": pl.String, "rank": pl.Int32, "product_id": pl.String, "score": pl.Float64, "support": pl.Int64}
    return pl.DataFrame(rows, schema=types, orient="row")


def levels() -> pl.DataFrame:
    rows = [
        (product, depth, " > ".join(place.split(" > ")[:depth]))
        for product, place in PLACES.items()
        for depth in range(1, place.count(" > ") + 2)
    ]
    return pl.DataFrame(
        rows, schema={"product_id": pl.String, "level": pl.Int32, "context_id": pl.String}, orient="row"
    )


def knowing(
    n: int,
    by_product: dict[str, Lists] | None = None,
    *,
    best: Lists | None = None,
    trending: Lists | None = None,
    found: Lists | None = None,
    sellable: Sequence[str] = PRODUCTS,
) -> Candidates:
    def asked(lists: Lists) -> Callable[[pl.Series], pl.DataFrame]:
        return lambda products: keyed({key: ids for key, ids in lists.items() if key in products.to_list()})

    products = {name: asked((by_product or {}).get(name, {})) for name in STAND_INS}
    ids = pl.Series("product_id", sorted(sellable), dtype=pl.String)
    return Candidates(products, keyed(best or {}), keyed(trending or {}), keyed(found or {}), levels(), ids, n)


def on(lists: pl.DataFrame, algorithm: str, context: str) -> list[tuple[str, str]]:
    """(product, source) of a list."""
    rows = lists.filter(pl.col("algorithm") == algorithm, pl.col("context_id") == context).sort("rank")
    assert rows["rank"].to_list() == list(range(1, rows.height + 1))
    return list(rows.select("product_id", "source").iter_rows())


@pytest.mark.feature("D2")
def test_a_product_is_followed_by_its_algorithms_then_its_categories_then_the_shop() -> None:
    known = knowing(
        7,
        {BOUGHT: {"p0": ["p1"]}, VIEWED: {"p0": ["p1", "p2"]}, STYLE: {"p0": ["p3", "p0"]}, NEXT: {"p0": ["p7"]}},
        best={SHIRTS: ["p0", "p1"], TOPS: ["p2"], "clothes": ["p4"], WHOLE_SHOP: ["p6", "p4"]},
    )
    lists = of_products(known, pl.Series("product_id", ["p0", "p8"]))
    assert lists.schema == FILLED
    assert lists["basis"].unique().to_list() == [PRODUCT]
    assert on(lists, BOUGHT, "p0") == [
        ("p1", BOUGHT), ("p2", VIEWED), ("p3", STYLE), ("p4", PARENT), ("p6", SHOP), ("p5", CATALOGUE),
        ("p7", CATALOGUE),
    ]  # fmt: skip
    assert on(lists, STYLE, "p0")[:3] == [("p3", STYLE), ("p1", VIEWED), ("p2", VIEWED)]
    assert on(lists, NEXT, "p0")[:3] == [("p7", NEXT), ("p1", VIEWED), ("p2", VIEWED)]
    assert on(lists, VIEWED, "p0")[:3] == [("p1", VIEWED), ("p2", VIEWED), ("p3", STYLE)]
    assert [source for _, source in on(lists, VIEWED, "p8")] == [SHOP, SHOP, *[CATALOGUE] * 5]


def test_of_a_products_categories_the_deepest_comes_first() -> None:
    known = knowing(4, best={"clothes": ["p4"], TOPS: ["p2"], SHIRTS: ["p1"], BOTTOMS: ["p3"], WHOLE_SHOP: ["p6"]})
    assert on(of_products(known, pl.Series(["p0"])), VIEWED, "p0") == [
        ("p1", PARENT), ("p2", PARENT), ("p4", PARENT), ("p6", SHOP),
    ]  # fmt: skip


@pytest.mark.feature("D4")
def test_a_category_has_its_own_best_sellers_then_those_of_its_parents_then_the_shops() -> None:
    best = {SHIRTS: ["p1"], TOPS: ["p2", "p1"], "clothes": ["p4"], WHOLE_SHOP: ["p6", "p7"]}
    lists = of_categories(knowing(5, best=best, trending={SHIRTS: ["p0"], WHOLE_SHOP: ["p7"]}))
    assert lists["basis"].unique().to_list() == [CATEGORY]
    contexts = {"clothes", TOPS, BOTTOMS, SHIRTS, "food", WHOLE_SHOP}
    assert set(lists["context_id"]) == contexts
    assert on(lists, BEST, SHIRTS) == [("p1", BEST), ("p2", PARENT), ("p4", PARENT), ("p6", SHOP), ("p7", SHOP)]
    assert on(lists, TRENDING, SHIRTS) == [
        ("p0", TRENDING), ("p1", BEST), ("p2", PARENT), ("p4", PARENT), ("p6", SHOP),
    ]  # fmt: skip
    assert on(lists, BEST, BOTTOMS)[0] == ("p4", PARENT)
    assert on(lists, TRENDING, WHOLE_SHOP)[:3] == [("p7", TRENDING), ("p6", BEST), ("p0", CATALOGUE)]


def test_a_query_has_what_was_found_then_the_shops_best_sellers() -> None:
    lists = of_queries(knowing(3, found={"shirt": ["p1"]}, best={WHOLE_SHOP: ["p6"]}), pl.Series(["shirt", "hat"]))
    assert lists["basis"].unique().to_list() == [SEARCH]
    assert on(lists, FOUND, "shirt") == [("p1", FOUND), ("p6", SHOP), ("p0", CATALOGUE)]
    assert on(lists, FOUND, "hat") == [("p6", SHOP), ("p0", CATALOGUE), ("p1", CATALOGUE)]


def customers(*rows: tuple[str, str | None, str | None]) -> pl.DataFrame:
    names = ("context_id", "last_product_id", "last_category_id")
    return pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String), orient="row")


def unwanted(lists: Lists) -> pl.DataFrame:
    rows = [(customer, product) for customer, products in lists.items() for product in products]
    return pl.DataFrame(rows, schema={"context_id": pl.String, "product_id": pl.String}, orient="row")


@pytest.mark.feature("D3")
def test_a_customer_has_the_personal_list_then_what_goes_with_the_last_choice() -> None:
    known = knowing(
        6,
        {VIEWED: {"p1": ["p2", "p3"]}, BOUGHT: {"p1": ["p2"]}, STYLE: {"p1": ["p3", "p5"]}, NEXT: {"p1": ["p8"]}},
        best={"food": ["p7"], WHOLE_SHOP: ["p6"]},
    )
    chosen = customers(("known", "p1", "food"), ("new", None, None), ("gone", "never heard of", None))
    lists = of_customers(known, keyed({"known": ["p4", "p2"]}), chosen, unwanted({"known": ["p3"], "new": ["p6"]}))
    assert lists["basis"].unique().to_list() == [CUSTOMER]
    assert on(lists, PERSONAL, "known") == [
        ("p4", PERSONAL), ("p2", PERSONAL), ("p5", STYLE), ("p7", PARENT), ("p6", SHOP), ("p0", CATALOGUE),
    ]  # fmt: skip
    assert [product for product, _ in on(lists, PERSONAL, "new")] == ["p0", "p1", "p2", "p3", "p4", "p5"]
    assert on(lists, PERSONAL, "gone")[0] == ("p6", SHOP)


def test_a_customer_who_bought_nearly_all_still_has_a_full_list() -> None:
    """The catalogue goes as deep as the longest list of what is unwanted."""
    products = [f"q{number:03d}" for number in range(200)]
    known = knowing(3, sellable=products)
    bought = unwanted({"much": products[:197], "little": products[:1]})
    lists = of_customers(known, keyed({}), customers(("much", None, None), ("little", None, None)), bought)
    assert [product for product, _ in on(lists, PERSONAL, "much")] == products[197:]
    assert [product for product, _ in on(lists, PERSONAL, "little")] == products[1:4]


ids_of = st.lists(st.sampled_from(PRODUCTS), max_size=5, unique=True)
places_of = st.sampled_from([SHIRTS, TOPS, BOTTOMS, "clothes", "food", WHOLE_SHOP])


@settings(max_examples=25)
@given(st.data(), st.integers(1, 6), st.sets(st.sampled_from(PRODUCTS)))
def test_lists_are_full_distinct_and_can_be_sold(data: st.DataObject, n: int, sold_out: set[str]) -> None:
    sellable = [product for product in PRODUCTS if product not in sold_out]

    def some(keys: st.SearchStrategy[str]) -> Lists:
        found = data.draw(st.dictionaries(keys, ids_of, max_size=4))
        return {key: [product for product in ids if product in sellable] for key, ids in found.items()}

    of_product = st.sampled_from(PRODUCTS)
    known = knowing(
        n,
        {name: some(of_product) for name in STAND_INS},
        best=some(places_of),
        trending=some(places_of),
        found=some(st.sampled_from(["shirt", "hat"])),
        sellable=sellable,
    )
    chosen = customers(("a", "p1", TOPS), ("b", None, "food"), ("c", "p8", None))
    bought = data.draw(st.dictionaries(st.sampled_from("ab"), ids_of))
    shelves = [
        (of_products(known, pl.Series(PRODUCTS)), len(PRODUCTS) * len(STAND_INS)),
        (of_categories(known), 2 * 6),
        (of_queries(known, pl.Series(["shirt", "hat"])), 2),
        (of_customers(known, keyed(some(st.sampled_from("abc"))), chosen, unwanted(bought)), 3),
    ]
    for lists, count in shelves:
        grouped = lists.group_by("algorithm", "basis", "context_id").agg("rank", "product_id").rows()
        assert len(grouped) <= count
        full = 0
        for _, basis, context, ranks, products in grouped:
            may_not = set(bought.get(context, [])) if basis == CUSTOMER else {context} if basis == PRODUCT else set()
            may = set(sellable) - may_not
            assert len(products) == len(set(products)) == min(n, len(may))
            assert set(products) <= may
            assert sorted(ranks) == list(range(1, len(ranks) + 1))
            full += 1
        if len(sellable) > 5:
            assert full == count  # nobody is left without a list
