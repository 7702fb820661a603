import datetime as dt

import polars as pl
import pytest

from models.recommend.contents import LISTS, for_main, for_products, for_queries

CONTENTS = pl.DataFrame(
    {
        "content_id": ["c1", "c2", "c3", "c4", "c5"],
        "title": ["린넨 셔츠 잘 고르는 법", "겨울 코트 관리", "이달의 소식", "가방 이야기", "구두 고르기"],
        "body": ["여름에는 린넨을 입는다", "울 코트를 오래 입는 법", None, "가죽 가방", "수제화"],
        "category_path": ["여성의류 > 셔츠", "여성의류 > 아우터 > 코트", None, "가방", "신발 > 구두"],
        "published_at": [dt.datetime(2025, 10, day) for day in (1, 2, 5, 4, 3)],
        "attributes": ['{"theme": "여름"}', None, "no json", '{"product_ids": ["p1", "p9"]}', '{"product_code": 77}'],
    }
)
PRODUCTS = pl.DataFrame(
    {
        "product_id": ["p1", "p2", "77", "p4"],
        "name": ["린넨 셔츠", "울 코트", "로퍼", None],
        "category_path": ["여성의류 > 셔츠", "여성의류 > 아우터 > 코트", "신발 > 구두", None],
        "brand": ["오롯", None, None, None],
    }
)


def lists(found: pl.DataFrame, context: str) -> list[tuple[str, str]]:
    return found.filter(pl.col("context_id") == context).sort("rank").select("content_id", "source").rows()


@pytest.mark.feature("D7")
def test_contents_of_a_product_are_those_that_name_it_then_match_it_then_share_its_category() -> None:
    found = for_products(CONTENTS, PRODUCTS)
    assert lists(found, "p1") == [
        ("c4", "product_code"), ("c1", "match"), ("c2", "category"), ("c3", "shop"), ("c5", "shop"),
    ]  # fmt: skip
    assert lists(found, "p2")[:2] == [("c2", "match"), ("c1", "category")]
    assert lists(found, "77")[0] == ("c5", "product_code")
    assert [content for content, _ in lists(found, "p4")] == ["c3", "c4", "c5", "c2", "c1"]
    assert found.schema == LISTS


@pytest.mark.feature("D7")
def test_contents_of_a_query_are_those_that_hold_it_then_their_category() -> None:
    found = for_queries(CONTENTS, pl.Series(["린넨셔츠", "자동차", "", None]))
    assert lists(found, "린넨셔츠")[:2] == [("c1", "match"), ("c2", "category")]
    assert {source for _, source in lists(found, "자동차")} == {"shop"}
    assert found["context_id"].unique().sort().to_list() == ["린넨셔츠", "자동차"]


@pytest.mark.feature("D7")
def test_the_main_page_has_the_latest_and_the_most_viewed() -> None:
    viewed = for_main(CONTENTS.with_columns(views=pl.Series([5, 9, None, 1, 5])))
    latest = viewed.filter(pl.col("basis") == "latest").sort("rank")["content_id"].to_list()
    popular = viewed.filter(pl.col("basis") == "popular").sort("rank")["content_id"].to_list()
    assert latest == ["c3", "c4", "c5", "c2", "c1"]
    assert popular == ["c2", "c5", "c1", "c4", "c3"]
    unknown = for_main(CONTENTS)
    assert unknown.filter(pl.col("basis") == "popular")["content_id"].to_list() == latest


def test_contents_without_a_date_come_last() -> None:
    undated = CONTENTS.with_columns(published_at=pl.when(pl.col("content_id") != "c3").then("published_at"))
    assert for_main(undated).filter(pl.col("basis") == "latest")["content_id"].to_list()[-1] == "c3"


def test_every_list_is_full_without_repetition_and_scores_of_a_step_fall() -> None:
    many = pl.concat([CONTENTS.with_columns(pl.col("content_id") + f"-{copy}") for copy in range(10)])
    found = for_products(many, PRODUCTS, 20)
    assert found.group_by("context_id").len().sort("context_id").rows() == [
        (p, 20) for p in sorted(PRODUCTS["product_id"])
    ]
    assert found.select("context_id", "content_id").is_unique().all()
    steps = found.sort("context_id", "rank").select((pl.col("score").diff() <= 0).over("context_id", "source").all())
    assert steps.item()


def test_the_order_of_rows_does_not_matter() -> None:
    expected = for_products(CONTENTS, PRODUCTS)
    assert for_products(CONTENTS.reverse(), PRODUCTS.reverse()).equals(expected)
    queries = pl.Series(["코트", "가방"])
    assert for_queries(CONTENTS.reverse(), queries.reverse()).equals(for_queries(CONTENTS, queries))
    assert for_main(CONTENTS.reverse()).equals(for_main(CONTENTS))


def test_products_in_chunks_get_the_same_lists(monkeypatch: pytest.MonkeyPatch) -> None:
    expected = for_products(CONTENTS, PRODUCTS)
    monkeypatch.setattr("models.recommend.contents._CHUNK", 1)
    assert for_products(CONTENTS, PRODUCTS).equals(expected)


def test_without_contents_or_products_lists_are_empty() -> None:
    nothing = CONTENTS.clear()
    for found in (
        for_products(nothing, PRODUCTS),
        for_products(CONTENTS, PRODUCTS.clear()),
        for_queries(nothing, pl.Series(["코트"])),
        for_queries(CONTENTS, pl.Series([], dtype=pl.String)),
        for_main(nothing),
    ):
        assert found.is_empty()
        assert found.schema == LISTS
