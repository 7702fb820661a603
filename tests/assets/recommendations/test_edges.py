"""Shops at the edge: nothing to sell, one product, the first day, queries nobody can mean, rules that contradict."""

from pathlib import Path

import polars as pl
import pytest

from assets.recommendations import tables
from assets.recommendations.metadata import verdicts_of
from assets.recommendations.run import RecommendRun
from assets.recommendations.step import FULL
from assets.recommendations.unfinished import why_unfinished
from tests.assets.recommendations.shop_home import (
    EVENT_COLUMNS,
    ShopHome,
    catalogue,
    day,
    product,
    products_of,
    until,
    visits,
)

pytestmark = pytest.mark.feature("D8")
VISITS, PRODUCTS = visits(), catalogue()
LIST = ["algorithm", "basis", "context_id"]
SOLD = pl.col("status") == "active"


def told_of_lists(run: RecommendRun) -> tuple[bool, str]:
    """What the check of full lists says."""
    (check,) = (each for each in verdicts_of(run) if each.check_name == FULL)
    return check.passed, str(check.description)


def assert_lists_are_sound(home: ShopHome, products: pl.DataFrame, n: int = 20) -> None:
    """Every list is full, holds no product twice, and nothing that is not sold."""
    lists = home.lists()
    assert not lists.select(*LIST, "product_id").is_duplicated().any()
    assert set(lists["product_id"]) <= set(products.filter(SOLD)["product_id"])
    short = lists.group_by(LIST).len().filter(pl.col("len") < n)
    assert short.is_empty(), short


def contexts_of(home: ShopHome, basis: str) -> set[str]:
    return set(home.lists().filter(basis=basis)["context_id"])


def test_every_product_category_query_and_customer_has_full_lists(eighth_day: ShopHome) -> None:
    assert_lists_are_sound(eighth_day, PRODUCTS)
    assert contexts_of(eighth_day, "product") == set(PRODUCTS["product_id"])
    assert contexts_of(eighth_day, "category") > {"*", "여성의류", "여성의류 > 셔츠", "잡화 > 벨트"}
    assert contexts_of(eighth_day, "customer") == set(VISITS["customer_key"])
    asked = until(VISITS, 8).filter(event_name="search").group_by("query").len().filter(pl.col("len") >= 2)
    assert contexts_of(eighth_day, "search") == {query.replace(" ", "") for query in asked["query"]}


def test_a_customer_is_recommended_their_style_and_nothing_just_bought(eighth_day: ShopHome) -> None:
    lists = eighth_day.lists().filter(basis="customer").join(PRODUCTS, on="product_id")
    own = pl.concat_str(pl.lit("상표"), (pl.col("context_id").str.tail(3).cast(pl.Int32) % 4).cast(pl.String))
    shares = lists.filter(pl.col("rank") <= 5).select((pl.col("brand") == own).mean())
    assert shares.item() > 0.6, "a quarter would be chance"
    bought = eighth_day.read("product_purchases").select(pl.col("customer_key").alias("context_id"), "product_id")
    repeats = eighth_day.read(tables.MESSAGES).filter(item="repeat_purchase")
    again = repeats.select(pl.col("customer_key").alias("context_id"), "product_id")
    once = bought.join(again, on=["context_id", "product_id"], how="anti")
    assert lists.join(once, on=["context_id", "product_id"], how="semi").is_empty()


def test_nothing_to_sell_gives_no_lists_no_crash_and_a_check_that_says_so(home: ShopHome) -> None:
    home.publish(until(VISITS, 8), PRODUCTS.with_columns(status=pl.lit("sold_out")))
    run = home.run()
    for table in (tables.RECOMMENDATIONS, tables.MESSAGES):
        assert home.read(table).is_empty()
    passed, told = told_of_lists(run)
    assert not passed
    assert "nothing can be sold" in told
    home.publish(until(VISITS, 9), PRODUCTS)
    home.run()
    assert_lists_are_sound(home, PRODUCTS)


def test_lists_of_a_shop_with_one_product_hold_it_and_never_beside_itself(tmp_path: Path) -> None:
    home = ShopHome(tmp_path / "home")
    only = products_of([product(1, "린넨 셔츠", "여성의류 > 셔츠")])
    home.publish(VISITS.filter((pl.col("product_id") == "P01") | pl.col("product_id").is_null()), only)
    run = home.run()
    lists = home.lists()
    assert set(lists["product_id"]) == {"P01"}
    assert "product" not in set(lists["basis"])
    assert {"category", "customer", "search"} <= set(lists["basis"])
    assert told_of_lists(run) == (True, "every list is full")


def test_an_empty_catalogue_and_no_visit_at_all_end_in_empty_tables(tmp_path: Path) -> None:
    home = ShopHome(tmp_path / "home")
    home.publish(pl.DataFrame(schema=EVENT_COLUMNS), products_of([]), last=day(1))
    home.run()
    assert all(home.read(table).is_empty() for table in (tables.RECOMMENDATIONS, tables.MESSAGES, tables.QUALITY))
    assert home.read(tables.RUNS).height == 1


def test_products_without_any_visit_have_full_lists_too(tmp_path: Path) -> None:
    home = ShopHome(tmp_path / "home")
    home.publish(pl.DataFrame(schema=EVENT_COLUMNS), PRODUCTS, last=day(1))
    home.run()
    assert_lists_are_sound(home, PRODUCTS)
    assert contexts_of(home, "product") == set(PRODUCTS["product_id"])


def test_new_product_and_new_customer_have_full_lists_on_their_first_day(home: ShopHome) -> None:
    products = pl.concat([PRODUCTS, products_of([product(90, "린넨 파자마", "여성의류 > 파자마")])])
    look = until(VISITS, 9).filter(event_name="product_view", event_day=day(9)).head(1)
    first = look.with_columns(
        event_id=pl.lit("new-1"),
        session_id=pl.lit("new"),
        customer_key=pl.lit("C999"),
        product_id=pl.lit("P90"),
    )
    home.publish(pl.concat([until(VISITS, 9), first]), products)
    home.run()
    assert_lists_are_sound(home, products)
    assert {"P90"} <= contexts_of(home, "product")
    assert {"C999"} <= contexts_of(home, "customer")
    assert home.lists().filter(context_id="P90", algorithm="viewed_together").height == 20
    items = home.read(tables.MESSAGES).filter(customer_key="C999")
    assert set(items["item"]) >= {"latest_viewed", "recent_related"}


def test_queries_that_nobody_can_mean_have_no_list_and_harm_none(home: ShopHome) -> None:
    strange = [
        "😀" * 500,
        "👩‍👩‍👧‍👦" * 200,
        "!!! ???",
        "ㅋ" * 3000,
        "\u200b",
        "가" * 100_000,
        "'; DROP TABLE products; --",
        "셔츠",
    ]
    search = until(VISITS, 9).filter(event_name="search").head(1)
    more = pl.concat(
        search.with_columns(
            event_id=pl.lit(f"odd-{number}-{again}"),
            session_id=pl.lit(f"odd-{number}-{again}"),
            event_day=pl.lit(day(9)),
            query=pl.lit(query),
        )
        for number, query in enumerate(strange)
        for again in range(3)
    )
    home.publish(pl.concat([until(VISITS, 9), more]), PRODUCTS)
    home.run()
    assert_lists_are_sound(home, PRODUCTS)
    keys = contexts_of(home, "search")
    assert all(0 < len(key) <= 60 for key in keys)
    assert "셔츠" in keys
    assert not any("😀" in key for key in keys)


def test_a_robot_session_of_thousands_of_views_changes_little(home: ShopHome) -> None:
    views = until(VISITS, 9).filter(event_name="product_view", event_day=day(9)).head(1)
    ids = [f"P{number % 48:02d}" for number in range(10_000)]
    crawl = pl.concat([views] * len(ids)).with_columns(
        event_id=pl.format("crawl-{}", pl.int_range(pl.len())),
        session_id=pl.lit("crawl"),
        customer_key=pl.lit("crawler"),
        product_id=pl.Series(ids),
        event_at=pl.col("event_at") + pl.duration(seconds=pl.int_range(pl.len())),
    )
    home.publish(until(VISITS, 9), PRODUCTS)
    home.run()
    calm = home.lists().filter(algorithm="viewed_together").sort(*LIST, "rank")
    home.publish(pl.concat([until(VISITS, 9), crawl]), PRODUCTS)
    home.run()
    assert_lists_are_sound(home, PRODUCTS)
    top = pl.col("rank") <= 5
    after = home.lists().filter(algorithm="viewed_together").filter(top)
    kept = after.join(calm.filter(top), on=["context_id", "product_id"], how="semi")
    assert kept.height > 0.8 * after.height


RULES = """
- {id: never-denim, name: 데님 제외, if: {candidate: {brand: {in: [상표1]}}}, then: exclude}
- {id: pin-denim, name: 데님 고정, priority: 1, if: {candidate: {ids: [P15]}}, then: {pin: 1}}
- {id: first, name: 앞으로, if: {candidate: {ids: [P25]}}, then: {boost: 10}}
- {id: last, name: 뒤로, priority: 200, if: {candidate: {ids: [P25]}}, then: {bury: end}}
- {id: pin-a, name: 첫째, if: {candidate: {ids: [P30]}}, then: {pin: 1}}
- {id: pin-b, name: 또 첫째, if: {candidate: {ids: [P31]}}, then: {pin: 1}}
"""


def test_rules_alone_remake_the_lists_and_those_that_contradict_have_one_winner(home: ShopHome) -> None:
    assert why_unfinished(home.home, home.published, home.settings) is None
    home.apply(RULES)
    assert "rules" in str(why_unfinished(home.home, home.published, home.settings))
    run = home.run()
    assert run.row["since"] is None or run.row["since"] < day(8)
    assert_lists_are_sound(home, PRODUCTS)
    lists = home.lists()
    assert lists.join(PRODUCTS, on="product_id").filter(brand="상표1").is_empty(), "exclusion wins over a pin"
    others = lists.filter(~pl.col("context_id").is_in(["P30", "P31"]), pl.col("basis") != "customer")
    assert set(others.filter(rank=1)["product_id"]) == {"P30"}, "of two pins to one place the smaller id is there"
    assert set(others.filter(rank=2)["product_id"]) == {"P31"}
    report = home.read(tables.RULES).filter(model_id="*", day=day(8))
    by_rule = dict(report.select("rule_id", "rows_removed").iter_rows())
    assert by_rule["never-denim"] > 0
    assert set(by_rule) >= {"never-denim", "pin-denim", "first", "last", "pin-a", "pin-b"}


def test_a_rule_that_takes_everything_leaves_no_list_and_is_told(home: ShopHome) -> None:
    home.apply("{id: all, name: 모두 제외, then: exclude}")
    run = home.run()
    assert home.lists().is_empty()
    passed, told = told_of_lists(run)
    assert not passed
    assert "viewed_together: 48 of 48 lists are short" in told
    report = home.read(tables.RULES).filter(model_id="*", rule_id="all", day=day(8)).row(0, named=True)
    assert report["lists_emptied"] > 100
    home.apply("{id: all, name: 모두 제외, on: false, then: exclude}")
    home.run()
    assert_lists_are_sound(home, PRODUCTS)


def test_rules_of_one_page_make_lists_of_its_models_alone(home: ShopHome) -> None:
    home.apply(
        "{id: cart-only, name: 장바구니에서 제외, pages: [cart], if: {candidate: {brand: {is: 상표0}}}, then: exclude}"
    )
    home.run()
    assert home.lists().join(PRODUCTS, on="product_id").filter(brand="상표0").height > 0
    own = home.read(tables.MODEL_LISTS)
    assert set(own["model_id"]) == {"cart-by-category", "cart-by-product", "cart-by-search"}
    assert own.join(PRODUCTS, on="product_id").filter(brand="상표0").is_empty()
    trend = own.filter(algorithm="trending", context_id="*").group_by("model_id").len()
    assert dict(trend.iter_rows()) == dict.fromkeys(set(own["model_id"]), 20), "what is shown to who is not known"
