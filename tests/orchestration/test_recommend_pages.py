"""Fifteen contexts and every customer of the demo shop: each list is full and holds nothing that must not be there."""

import datetime as dt
import shutil
from collections.abc import Sequence
from typing import Any

import polars as pl
import pytest

from assets.recommendations import tables as names
from assets.recommendations.inputs import read_inputs
from assets.recommendations.run import run_recommendations
from assets.recommendations.step import publish_table
from connectors.home.member_key import read_secret
from connectors.home.paths import Home
from connectors.home.settings import Settings, read_settings
from connectors.lake.tables import LakeTables
from connectors.published.query import open_reader
from connectors.published.recommendations import RecommendTables
from connectors.published.tables import PublishedTables
from connectors.store.store import Store
from models.documents.reading import read_documents
from models.documents.said import said
from models.recommend.definitions.built_in import built_in_models
from models.recommend.pages.choice import PAGES, VISITS, Known, candidates, placements, resolved
from models.recommend.pages.shown import LISTS, SERVED, Stock, rules_of_models, served, spare_products
from models.recommend.rules.document import Rule
from orchestration.serving import Visit, serve

pytestmark = [pytest.mark.feature("D1"), pytest.mark.xdist_group("recommend_pages")]  # one home, made once
FULL = 20
NEW = "brand-new-product"
RULES = """
- {id: no-shoes, name: 신발 제외, if: {candidate: {category: {under: [신발]}}}, then: exclude}
- {id: other-brands, name: 같은 브랜드 제외, pages: [product], if: {candidate: {brand: {same: true}}}, then: exclude}
"""
STORED = read_documents([("rules.yaml", RULES)], Rule)


@pytest.fixture(scope="module")
def home(ran_home: Home, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """The demo shop with a rule for all pages and one for the product page in force."""
    made = Home(tmp_path_factory.mktemp("pages") / "home")
    shutil.copytree(ran_home.root, made.root, symlinks=True)
    with Store.open(made.ops_url, secret=read_secret(made), now=lambda: dt.datetime.now(dt.UTC)) as store:
        store.recommend_rules.apply([said(rule) for rule in STORED])
    settings, published = read_settings(made.settings_file), PublishedTables(made)
    inputs = read_inputs(made, published, settings)
    assert inputs is not None
    run_recommendations(made, settings, inputs, lambda text: None)
    for table in names.PUBLISHED:
        publish_table(LakeTables(made), published, table, "500MB")
    return made


def read(home: Home, table: str) -> pl.DataFrame:
    folder = PublishedTables(home).path(table)
    return pl.read_parquet(sorted(folder.rglob("*.parquet")), hive_partitioning=False)


def all_visits(home: Home, customers: Sequence[str | None], products: Sequence[str]) -> pl.DataFrame:
    """Every customer on every page; product pages in turn, so that all customers and all products have their visit."""
    carts = read(home, "carts").sort("last_added_at", "product_id", descending=[True, False])
    in_cart = dict(carts.group_by("customer_key", maintain_order=True).agg("product_id").iter_rows())
    paths = read(home, "products")["category_path"].drop_nulls().unique().sort().to_list()
    queries = [*read(home, "search_spellings")["spelling"], "처음 보는 검색어", "😀" * 500]
    rows = list[dict[str, Any]]()
    for number in range(max(len(customers), len(products))):
        who, product = customers[number % len(customers)], products[number % len(products)]
        about: dict[str, dict[str, Any]] = {
            "main": {},
            "category": {"category_id": paths[number % len(paths)]},
            "product": {"product_ids": [product]},
            "cart": {"product_ids": in_cart.get(who, [])},
            "search": {"query": queries[number % len(queries)]},
        }
        rows += [
            dict.fromkeys(VISITS) | {"visit": f"{number}-{page}", "page": page, "customer_key": who} | about[page]
            for page in PAGES
        ]
    return pl.DataFrame(rows, schema=VISITS)


def all_lists(home: Home) -> pl.DataFrame:
    """General lists and those of models."""
    general = read(home, "recommendations").with_columns(lists_of=pl.lit(""))
    own = read(home, "model_recommendations").rename({"model_id": "lists_of"})
    return pl.concat([part.select(LISTS.names()).cast(LISTS) for part in (general, own)])


def just_bought(home: Home, settings: Settings) -> pl.DataFrame:
    """What customers bought in the last days and need no second one of."""
    rows, items = read(home, "product_purchases"), read(home, "message_items")
    day = read(home, "rec_runs")["day"].max()
    assert isinstance(day, dt.date)
    after = day - dt.timedelta(days=settings.recommend.just_bought_days)
    pairs = rows.filter(pl.col("event_day") > after).select("customer_key", "product_id").unique()
    return pairs.join(items.filter(item="repeat_purchase"), on=["customer_key", "product_id"], how="anti")


@pytest.fixture(scope="module")
def visits(home: Home) -> pl.DataFrame:
    everyone = read(home, "customers")["customer_key"].sort().to_list()
    ids = read(home, "products")["product_id"].sort().to_list()
    return all_visits(home, [*everyone, None, "never-seen"], [*ids, NEW])


@pytest.fixture(scope="module")
def shown(home: Home, visits: pl.DataFrame) -> pl.DataFrame:
    """What all of them are shown at once."""
    lists, products, models = all_lists(home), read(home, "products"), built_in_models()
    with open_reader(PublishedTables(home)) as connection:
        own = RecommendTables(connection).models_with_own_lists()
    known = Known(read(home, "customer_contexts"), products, read(home, "search_spellings").select("query", "main"))
    found = resolved(candidates(visits, placements(models, own), known), lists)
    of_categories = lists.filter(lists_of="", basis="category")
    stock = Stock(spare_products(of_categories), products, rules_of_models(models, STORED))
    return served(visits, found, lists, just_bought(home, read_settings(home.settings_file)), stock, FULL)


def test_every_list_of_every_page_and_basis_is_full_for_everybody(visits: pl.DataFrame, shown: pl.DataFrame) -> None:
    sizes = shown.group_by("visit", "page", "basis").len()
    assert sizes.height == visits.height * 3, "each page has a model of each basis"
    assert sizes.select("page", "basis").unique().height == 15
    assert sizes.filter(pl.col("len") != FULL).is_empty(), sizes.filter(pl.col("len") != FULL)
    assert shown.schema == SERVED
    assert shown.group_by("visit", "model_id").agg(pl.col("rank"))["rank"].to_list() == [list(range(1, FULL + 1))] * (
        visits.height * 3
    )


def test_no_list_holds_a_product_twice_or_one_that_must_not_be_shown(
    home: Home, visits: pl.DataFrame, shown: pl.DataFrame
) -> None:
    assert not shown.select("visit", "model_id", "product_id").is_duplicated().any()
    facts = shown.join(read(home, "products"), on="product_id", how="left")
    assert set(facts["status"].unique()) == {"active"}
    assert facts.filter(pl.col("category_path").str.starts_with("신발")).is_empty(), "excluded by a rule"
    bought = just_bought(home, read_settings(home.settings_file))
    assert bought.height > 10
    assert shown.join(bought, on=["customer_key", "product_id"], how="semi").is_empty()
    on_page = visits.select("visit", product_id="product_ids").explode("product_id").drop_nulls()
    assert shown.join(on_page, on=["visit", "product_id"], how="semi").is_empty()


def test_a_rule_of_one_page_about_the_product_looked_at_holds_there(home: Home, shown: pl.DataFrame) -> None:
    brands = read(home, "products").select("product_id", "brand")
    of_context = brands.rename({"product_id": "context_id", "brand": "context_brand"})
    rows = shown.filter(basis_used="product").join(brands, on="product_id").join(of_context, on="context_id")
    same = rows.filter(pl.col("brand") == pl.col("context_brand"))
    assert same.filter(page="product").is_empty()
    assert same.filter(page="main").height > 0


def test_where_a_context_came_from_is_as_the_page_says(visits: pl.DataFrame, shown: pl.DataFrame) -> None:
    came = shown.filter(rank=1).join(visits.select("visit", "product_ids"), on="visit")
    assert set(came.filter(page="main")["came_from"]) == {"customer", "shop"}
    assert set(came.filter(pl.col("customer_key").is_null(), page="main")["came_from"]) == {"shop"}
    assert set(came.filter(customer_key="never-seen", page="main")["came_from"]) == {"shop"}
    known = came.filter(page="product", basis="product").filter(pl.col("product_ids").list.first() != NEW)
    assert set(known["came_from"]) == {"page"}
    new = came.filter(page="product", basis="product").filter(pl.col("product_ids").list.first() == NEW)
    assert set(new["came_from"]) <= {"customer", "shop"}


def test_one_visit_is_served_as_all_of_them_are(home: Home, visits: pl.DataFrame, shown: pl.DataFrame) -> None:
    settings = read_settings(home.settings_file)
    day = read(home, "rec_runs")["day"].max()
    assert isinstance(day, dt.date)
    some = visits.filter(pl.col("query").is_null()).gather_every(97)
    with open_reader(PublishedTables(home)) as connection:
        tables = RecommendTables(connection)
        for row in some.to_dicts():
            products = tuple(row["product_ids"] or ())
            visit = Visit(row["page"], row["customer_key"], row["category_id"], products, row["query"])
            one = serve(tables, built_in_models(), STORED, visit, settings.recommend, day).drop("visit")
            of_all = shown.filter(visit=row["visit"]).drop("visit")
            assert one.select("model_id", "rank", "product_id", "source").equals(
                of_all.select("model_id", "rank", "product_id", "source")
            ), row
        unseen = serve(
            tables, built_in_models(), STORED, Visit("search", query="시카 토너 😀"), settings.recommend, day
        )
    assert set(unseen.group_by("model_id").len()["len"]) == {FULL}
