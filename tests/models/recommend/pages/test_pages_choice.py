"""Every page has a context and a full list for everybody; what is left out is filled up by the rules of the model."""

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.recommend.definitions.built_in import built_in_models
from models.recommend.definitions.document import RecommendModel
from models.recommend.pages.choice import CHOSEN, PAGES, VISITS, Known, candidates, placements, resolved
from models.recommend.pages.shown import LISTS, SERVED, Stock, rules_of_models, served, spare_products, text_lists
from models.recommend.rules.document import Rule
from tests.models.recommend.rules.oracle import products_of, rules_of

pytestmark = pytest.mark.feature("D1")
CATEGORY_OF = {"a": "옷 > 셔츠", "b": "옷 > 셔츠", "c": "옷 > 팬츠", "d": "신발", "e": "신발", "x": None}
PRODUCTS = pl.DataFrame({"product_id": list(CATEGORY_OF), "category_path": list(CATEGORY_OF.values())})
CUSTOMERS = pl.DataFrame(
    [("kim", "c", "신발", "린넨  셔츠"), ("lee", None, None, "팬츠"), ("new", None, None, None)],
    schema=dict.fromkeys(("customer_key", "last_product_id", "last_category_id", "last_query"), pl.String),
    orient="row",
)
SPELLINGS = pl.DataFrame({"query": ["린넨셔츠", "린낸셔츠"], "main": ["린넨셔츠", "린넨셔츠"]})
KNOWN = Known(CUSTOMERS, PRODUCTS, SPELLINGS)
MODELS = placements(built_in_models(), ())
EVERY = {
    "product": ("viewed_together", "bought_together", "next_view", "similar_style"),
    "category": ("best_sellers", "trending"),
    "search": ("search_products",),
    "customer": ("personal",),
}


def visit(page: str, who: str | None = None, **more: Any) -> dict[str, Any]:
    return dict.fromkeys(VISITS) | {"visit": f"{page}-{who}", "page": page, "customer_key": who} | more


def visits_of(*visits: Mapping[str, Any]) -> pl.DataFrame:
    return pl.DataFrame([dict(each) for each in visits], schema=VISITS)


def lists_of(contexts: Mapping[str, Sequence[str]], ids: str = "abcde", lists_of: str = "") -> pl.DataFrame:
    """The same list of products for each algorithm of each context, never a product beside itself."""
    rows = [
        (lists_of, algorithm, basis, context, rank, product, 1.0 / rank, algorithm, 3)
        for basis, names in contexts.items()
        for context in names
        for algorithm in EVERY[basis]
        for rank, product in enumerate((each for each in ids if basis != "product" or each != context), 1)
    ]
    return pl.DataFrame(rows, schema=LISTS, orient="row")


CONTEXTS = {
    "product": list(CATEGORY_OF),
    "category": ["*", "옷", "옷 > 셔츠", "옷 > 팬츠", "신발"],
    "search": ["린넨셔츠", "팬츠"],
    "customer": ["kim"],
}


def chosen(*visits: Mapping[str, Any], contexts: Mapping[str, Sequence[str]] = CONTEXTS) -> dict[str, tuple[str, ...]]:
    """By basis of the built-in model of the page: context, where it came from."""
    found = resolved(candidates(visits_of(*visits), MODELS, KNOWN), lists_of(contexts))
    assert found.schema == CHOSEN
    return {row["basis"]: (row["context_id"], row["came_from"]) for row in found.to_dicts() if row["place"] == 1}


def test_there_are_fifteen_models_on_five_pages() -> None:
    assert MODELS.group_by("page", "basis").len().height == 15
    assert set(MODELS["page"]) == set(PAGES)
    off = built_in_models()[0].model_copy(update={"on": False})
    assert placements([off], ()).is_empty()
    assert placements(built_in_models()[:1], ["main-by-category"])["lists_of"].to_list() == ["main-by-category"]


TREND = ("*", "shop")
KIM = {"category": ("신발", "customer"), "product": ("c", "customer"), "search": ("린넨셔츠", "customer")}
PAGE_OWN = {
    "main": {},
    "category": {"category": ("옷 > 셔츠", "page")},
    "product": {"category": ("옷 > 셔츠", "page"), "product": ("a", "page")},
    "cart": {"category": ("신발", "page"), "product": ("d", "page")},
    "search": {"search": ("린넨셔츠", "page")},
}
ABOUT: dict[str, dict[str, Any]] = {
    "main": {},
    "category": {"category_id": "옷 > 셔츠"},
    "product": {"product_ids": ["a"]},
    "cart": {"product_ids": ["d", "a"]},
    "search": {"query": "린낸 셔츠!"},
}


@pytest.mark.parametrize("page", PAGES)
def test_a_page_serves_its_own_context_else_the_customers_else_the_shops_trend(page: str) -> None:
    own = PAGE_OWN[page]
    assert chosen(visit(page, "kim", **ABOUT[page])) == KIM | own
    nobody = {"category": TREND, "product": TREND, "search": TREND}
    assert chosen(visit(page, **ABOUT[page])) == nobody | own
    assert chosen(visit(page, "new", **ABOUT[page])) == nobody | own
    assert chosen(visit(page, "never-seen", **ABOUT[page])) == nobody | own
    assert chosen(visit(page, "lee", **ABOUT[page])) == nobody | {"search": ("팬츠", "customer")} | own


def test_the_trend_is_the_list_shown_where_nothing_is_known() -> None:
    found = resolved(candidates(visits_of(visit("main")), MODELS, KNOWN), lists_of(CONTEXTS))
    assert set(found.select("algorithm", "basis_used", "context_id").rows()) == {("trending", "category", "*")}


def test_what_has_no_list_gives_way_to_the_next() -> None:
    few = {"product": ["c"], "category": ["*", "옷"], "search": ["팬츠"]}
    assert chosen(visit("category", category_id="옷 > 셔츠 > 새것"), contexts=few)["category"] == ("옷", "page")
    assert chosen(visit("category", "kim", category_id="모르는 것"), contexts=few)["category"] == TREND
    assert chosen(visit("product", "kim", product_ids=["new"]), contexts=few) == {
        "category": TREND, "product": ("c", "customer"), "search": TREND,
    }  # fmt: skip
    assert chosen(visit("cart", "kim", product_ids=["new", "c"]), contexts=few)["category"] == ("옷", "page")
    assert chosen(visit("product", product_ids=["x"]))["category"] == TREND, "a product without a category"
    assert chosen(visit("search", "lee", query="😀 !"), contexts=few)["search"] == ("팬츠", "customer")
    assert resolved(candidates(visits_of(visit("main")), MODELS, KNOWN), lists_of({"product": ["c"]})).is_empty()


def test_a_model_for_the_customer_shows_his_own_list() -> None:
    model = RecommendModel(id="mine", name="내 것", page="main", basis="customer", algorithm="personal")
    placed = placements([model], ())
    found = resolved(
        candidates(visits_of(visit("main", "kim"), visit("main", "new")), placed, KNOWN), lists_of(CONTEXTS)
    )
    assert found.select("visit", "context_id", "algorithm").rows() == [
        ("main-kim", "kim", "personal"), ("main-new", "*", "trending"),
    ]  # fmt: skip


def test_a_model_with_own_lists_shows_no_others() -> None:
    placed = placements(built_in_models(), ["main-by-product"])
    general = lists_of(CONTEXTS)
    found = resolved(candidates(visits_of(visit("main", "kim")), placed, KNOWN), general)
    assert "main-by-product" not in set(found["model_id"]), "its own lists, if any, were emptied by its rules"
    both = pl.concat([general, lists_of({"category": ["*"]}, lists_of="main-by-product")])
    found = resolved(candidates(visits_of(visit("main", "kim")), placed, KNOWN), both).filter(
        model_id="main-by-product"
    )
    assert found.select("lists_of", "context_id").rows() == [("main-by-product", "*")]


# the rows

SHOP = products_of(
    *(
        {
            "product_id": name,
            "name": name,
            "category_path": CATEGORY_OF.get(name),
            "brand": "A" if name in "acf" else "B",
            "price": 1000.0,
            "status": "active",
        }
        for name in "abcdefghxc"
    )
)
NO_PURCHASE = pl.DataFrame(schema={"customer_key": pl.String, "product_id": pl.String})


def bought(*pairs: tuple[str, str]) -> pl.DataFrame:
    return pl.DataFrame(pairs, schema=NO_PURCHASE.schema, orient="row")


def shown(
    *visits: Mapping[str, Any],
    lists: pl.DataFrame | None = None,
    purchases: pl.DataFrame = NO_PURCHASE,
    spare: str = "abcdefgh",
    rules: Sequence[Rule] = (),
    n: int = 4,
) -> dict[str, str]:
    """By model: the ids of the one list that each shows."""
    frame, known = visits_of(*visits), lists_of(CONTEXTS) if lists is None else lists
    found = resolved(candidates(frame, MODELS, KNOWN), known)
    stock = Stock(pl.Series(list(spare), dtype=pl.String), SHOP, rules_of_models(built_in_models(), rules))
    out = served(frame, found, known, purchases, stock, n)
    assert out.schema == SERVED
    assert out.select("visit", "model_id", "rank").equals(
        out.select("visit", "model_id", "rank").unique().sort(pl.all())
    )
    return {model: "".join(rows["product_id"]) for (model,), rows in out.group_by("model_id", maintain_order=True)}


def test_a_list_is_shown_as_it_is() -> None:
    assert shown(visit("product", product_ids=["x"]))["product-by-product"] == "abcd"
    assert shown(visit("product", product_ids=["x"]), n=2)["product-by-product"] == "ab"


def test_what_is_on_the_page_and_what_was_just_bought_is_left_out_and_the_list_stays_full() -> None:
    on_page = shown(visit("product", product_ids=["a"]))
    assert on_page == {"product-by-category": "bcde", "product-by-product": "bcde", "product-by-search": "bcde"}
    after = shown(visit("main", "kim"), purchases=bought(("kim", "a"), ("kim", "d"), ("lee", "b")))
    assert after["main-by-product"] == "befg", "c is the product that the list is of"
    assert after["main-by-category"] == "bcef"
    cart = shown(visit("cart", "kim", product_ids=["a", "b"]), purchases=bought(("kim", "f")))
    assert cart["cart-by-product"] == "cdeg"


def test_the_products_of_a_cart_fill_the_list_one_after_the_other() -> None:
    lists = pl.concat(
        [lists_of({"product": ["a"]}, "bc"), lists_of({"product": ["b"]}, "acde"), lists_of({"category": ["*"]})]
    )
    assert shown(visit("cart", product_ids=["a", "b"]), lists=lists)["cart-by-product"] == "cdef"
    assert shown(visit("cart", product_ids=["b", "a"]), lists=lists, n=2)["cart-by-product"] == "cd"


def test_rows_say_where_they_are_from() -> None:
    frame, lists = visits_of(visit("main", "kim")), lists_of(CONTEXTS)
    found = resolved(candidates(frame, MODELS, KNOWN), lists)
    out = served(frame, found, lists, bought(("kim", "a")), Stock(pl.Series(["a", "h"]), SHOP), 4)
    rows = (
        out.filter(model_id="main-by-product")
        .select("product_id", "source", "support", "came_from", "context_id")
        .rows()
    )
    assert rows == [
        ("b", "viewed_together", 3, "customer", "c"),
        ("d", "viewed_together", 3, "customer", "c"),
        ("e", "viewed_together", 3, "customer", "c"),
        ("h", "shop_best_sellers", 0, "customer", "c"),
    ]


def test_what_is_filled_in_keeps_the_rules_of_the_page() -> None:
    own_brand = rules_of("- {id: r, name: r, pages: [product], if: {candidate: {brand: {same: true}}}, then: exclude}")
    lists = pl.concat([lists_of({"product": ["a"]}, "bd"), lists_of({"category": ["*", "옷 > 셔츠"]}, "bd")])
    told = shown(visit("product", product_ids=["a"]), lists=lists, rules=own_brand)
    assert told["product-by-product"] == "bdeg", "c and f are of the brand of a"
    elsewhere = rules_of("- {id: r, name: r, pages: [cart], if: {candidate: {brand: {same: true}}}, then: exclude}")
    assert shown(visit("product", product_ids=["a"]), lists=lists, rules=elsewhere)["product-by-product"] == "bdce"
    limit = rules_of("- {id: r, name: r, then: {limit: {most: 3, per: brand}}}")
    assert shown(visit("product", product_ids=["a"]), lists=lists, rules=limit)["product-by-product"] == "bdce"
    assert shown(visit("product", product_ids=["a"]), lists=lists, rules=limit, n=6)["product-by-product"] == "bdcef"


def test_products_that_are_not_sold_are_not_filled_in() -> None:
    gone = SHOP.with_columns(
        pl.when(pl.col("product_id") == "f").then(pl.lit("sold_out")).otherwise("status").alias("status")
    )
    frame, lists = visits_of(visit("main")), lists_of({"category": ["*"]}, "ab")
    found = resolved(candidates(frame, MODELS, KNOWN), lists)
    out = served(frame, found, lists, NO_PURCHASE, Stock(pl.Series(["f", "g"]), gone), 4)
    assert out.filter(model_id="main-by-search")["product_id"].to_list() == ["a", "b", "g"]


def test_nobody_and_nothing_give_an_empty_frame() -> None:
    none = lists_of({})
    found = resolved(candidates(visits_of(), MODELS, KNOWN), none)
    assert served(visits_of(), found, none, NO_PURCHASE, Stock(pl.Series([], dtype=pl.String), SHOP)).schema == SERVED


def test_spare_products_begin_with_the_best_sellers_of_the_shop() -> None:
    rows = [
        ("trending", "*", 1, "t"), ("best_sellers", "옷", 1, "o"), ("best_sellers", "*", 2, "b"),
        ("best_sellers", "*", 1, "a"), ("best_sellers", "옷", 2, "a"), ("trending", "*", 2, "a"),
    ]  # fmt: skip
    lists = pl.DataFrame(rows, schema=["algorithm", "context_id", "rank", "product_id"], orient="row")
    assert spare_products(lists).to_list() == ["a", "b", "t", "o"]
    assert spare_products(lists.sample(fraction=1, shuffle=True, seed=4)).to_list() == ["a", "b", "t", "o"]


def test_a_query_that_nobody_searched_for_is_answered_by_its_text() -> None:
    catalogue = pl.DataFrame({"product_id": ["1", "2"], "name": ["린넨 셔츠", "데님 팬츠"]})
    found = text_lists(pl.Series(["린넨 셔츠 zz"]), catalogue, 5)
    assert found.schema == LISTS
    assert found.select("context_id", "rank", "product_id", "source").rows() == [("린넨셔츠zz", 1, "1", "text")]
    assert text_lists(pl.Series(["😀" * 500]), catalogue, 5).is_empty()


_ids = st.lists(st.sampled_from("abcdefgh"), max_size=8, unique=True)


@given(
    own=_ids,
    spare=_ids,
    cart=st.lists(st.sampled_from("abcdex"), max_size=3, unique=True),
    gone=st.lists(st.sampled_from("abcdefgh"), max_size=5, unique=True),
    n=st.integers(1, 6),
)
def test_lists_hold_nothing_twice_nothing_left_out_and_are_full_where_they_can_be(
    own: list[str], spare: list[str], cart: list[str], gone: list[str], n: int
) -> None:
    lists = lists_of({"category": ["*", "옷", "옷 > 셔츠"], "product": ["a", "b"]}, "".join(own))
    told = shown(
        visit("cart", "kim", product_ids=cart),
        lists=lists,
        purchases=bought(*(("kim", product) for product in gone)),
        spare="".join(spare),
        n=n,
    )
    unwanted = {*cart, *gone}
    for model, ids in told.items():
        assert len(set(ids)) == len(ids) <= n
        assert not unwanted & set(ids)
        possible = {*own, *spare} - unwanted
        if model == "cart-by-category":  # the context is no product: everything else may be shown
            assert len(ids) == min(n, len(possible))
            expected = [product for product in own if product not in unwanted][:n]
            assert ids.startswith("".join(expected))
