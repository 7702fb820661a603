"""`dangol recommend show` and `quality` on a small shop: which rows, and reasons whose figures are counted by hand."""

import csv
import io
import json
import re
import string
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from typer.testing import CliRunner

from connectors.home.member_key import member_key, read_secret
from connectors.home.paths import make_home
from orchestration.cli.recommend import recommend_app
from orchestration.cli.recommend_show_words import OWN
from orchestration.cli.recommend_words import PHRASES
from orchestration.cli.words import CommandError
from tests.assets.recommendations.shop_home import ShopHome, catalogue, day, product, products_of, until, visits
from tests.orchestration.conftest import dangol

pytestmark = [pytest.mark.feature("D2"), pytest.mark.xdist_group("recommend_show")]  # one shop, made once
EVENTS, PRODUCTS = until(visits(), 8), catalogue()
RULES = """
- {id: first, name: 이달의 상품, if: {candidate: {ids: [P47]}}, then: {pin: 1}}
- {id: cart, name: 장바구니 전용, pages: [cart], if: {candidate: {brand: {is: 상표1}}}, then: exclude}
"""
MEMBER = "hong@example.com"


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> ShopHome:
    """Eight days of a shop with two rules, and a member who looked at three products and mistyped a query."""
    home = ShopHome(tmp_path_factory.mktemp("shop") / "home")
    key = member_key(MEMBER, read_secret(home.home))
    own = (
        EVENTS.filter(session_id=EVENTS["session_id"].sort()[0])
        .head(4)
        .with_columns(event_id=pl.format("m-{}", "event_id"), session_id=pl.lit("m"), customer_key=pl.lit(key))
    )
    typed = ["alssls", "alssls", *["미니 가방"] * 6]
    asked = pl.concat(
        own.filter(event_name="search").with_columns(
            event_id=pl.lit(f"q-{place}"), session_id=pl.lit(f"q-{place}"), query=pl.lit(query)
        )
        for place, query in enumerate(typed)
    )
    looks = EVENTS.filter(event_name="product_view").head(1).with_columns(
        event_id=pl.lit("q-view"), session_id=pl.lit("q-5"), product_id=pl.lit("P03"),
        event_at=pl.col("event_at") + pl.duration(minutes=9),
    )  # fmt: skip
    home.publish(pl.concat([EVENTS, own, asked, looks]), PRODUCTS)
    home.embed(PRODUCTS)
    home.apply(RULES)
    home.run()
    return home


@pytest.fixture
def said(shop: ShopHome) -> Callable[..., str]:
    """What a command prints; CommandError where it can not be done."""

    def run(*arguments: str, home: ShopHome = shop) -> str:
        done = CliRunner().invoke(recommend_app, [*arguments, "--home", str(home.root)])
        if done.exception is not None and not isinstance(done.exception, SystemExit):
            assert done.stdout == "", "nothing is printed before an error"
            raise done.exception
        assert done.exit_code == 0, done.output
        return done.stdout

    return run


Said = Callable[..., str]


def rows_of(said: Said, *arguments: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(said("show", *arguments, "--format", "json"))
    return found


def refused(said: Said, *arguments: str) -> str:
    with pytest.raises(CommandError) as told:
        said(*arguments)
    assert "\n" not in str(told.value)
    return str(told.value)


def together(shop: ShopHome, table: str, unit: str, counted: str, one: str) -> Mapping[str, int]:
    """Customers who did something with ``one`` and with each other product together, counted in the plainest way."""
    rows = shop.read(table).filter(pl.col(counted) > 0)
    sets: dict[tuple[str, str], set[str]] = {}
    for where, who, what in rows.select(unit, "customer_key", "product_id").iter_rows():
        sets.setdefault((where, who), set()).add(what)
    found: dict[str, set[str]] = {}
    for (_, who), products in sets.items():
        for other in products - {one} if one in products else ():
            found.setdefault(other, set()).add(who)
    return {other: len(who) for other, who in found.items()}


def test_a_product_shows_all_four_lists_with_names_prices_and_reasons(said: Said, shop: ShopHome) -> None:
    text = said("show", "--product", "P16")
    assert text.startswith("데님 스커트 (P16)\n여성의류 > 스커트\n2026-03-08까지의 데이터로 만든 추천\n")
    for title in ("함께 본 상품", "함께 구매한 상품", "이어서 본 상품", "유사 스타일"):
        assert f"\n{title}\n" in text
    first = next(line for line in text.splitlines() if line.lstrip().startswith("1  P47"))
    assert re.split(r"\s{2,}", first.strip()) == ["1", "P47", "실크 벨트", "33,500원", "규칙 이달의 상품"]


def test_counts_in_reasons_are_exact(said: Said, shop: ShopHome) -> None:
    rows = rows_of(said, "--product", "P16", "--limit", "20")
    viewed = together(shop, "product_interest", "session_id", "views", "P16")
    bought = together(shop, "product_purchases", "order_id", "quantity", "P16")
    told = {(row["list"], row["product_id"]): row for row in rows}
    for (_, other), row in told.items():
        if row["source"] == "viewed_together":
            assert row["reason"].startswith(f"함께 본 고객 {viewed[other]}명")
        if row["source"] == "bought_together":
            assert row["reason"] == f"함께 산 고객 {bought[other]}명"
        if row["source"] == "next_view":
            assert row["reason"] == f"이 상품 다음에 본 방문 {row['support']}회"
        if row["source"] == "similar_style":
            assert row["reason"].startswith(f"비슷한 스타일 (유사도 {row['score']:.2f})")
    assert {row["source"] for row in rows} >= {"viewed_together", "bought_together", "next_view", "similar_style"}
    others = [row for row in rows if row["source"] != row["algorithm"] and not row["source"].startswith("rule:")]
    assert others
    assert all(row["reason"].endswith(" · 대신 채움") for row in others)


def test_rows_for_machines_have_one_shape_in_json_and_csv(said: Said) -> None:
    as_json = rows_of(said, "--product", "P16", "--algorithm", "next_view", "--limit", "3")
    as_csv = list(
        csv.DictReader(
            io.StringIO(said(*["show", "--product", "P16", "--algorithm", "next_view", "--limit", "3", "-f", "csv"]))
        )
    )
    assert [row["product_id"] for row in as_csv] == [row["product_id"] for row in as_json]
    assert [int(row["rank"]) for row in as_csv] == [1, 2, 3]
    assert set(as_json[0]) == {
        "list", "algorithm", "basis", "context_id", "rank", "product_id", "name", "price", "score", "source", "support",
        "reason",
    }  # fmt: skip


def test_a_sold_out_product_has_lists_and_says_that_it_is_not_sold(said: Said) -> None:
    assert "판매 중이 아닌 상품" in said("show", "--product", "P01")
    assert "판매 중이 아닌 상품" not in said("show", "--product", "P16")


def test_a_category_and_the_whole_shop_have_their_lists(said: Said) -> None:
    assert "카테고리 여성의류 > 셔츠\n" in said("show", "--category", "여성의류>셔츠")
    rows = rows_of(said, "--category", "*", "--algorithm", "best_sellers", "--limit", "5")
    assert [row["reason"] for row in rows] == ["규칙 이달의 상품", *["쇼핑몰 인기 상품"] * 4]
    inside = rows_of(said, "--category", "여성의류 > 셔츠", "--algorithm", "best_sellers", "--limit", "20")
    assert {row["reason"].partition(" (")[0] for row in inside} == {
        "규칙 이달의 상품", "이 카테고리 인기 상품", "상위 카테고리 인기 상품 · 대신 채움",
    }  # fmt: skip


def test_a_query_tells_clicks_of_all_its_spellings(said: Said, shop: ShopHome) -> None:
    (row,) = shop.read("search_spellings").filter(query="데님벨트").to_dicts()
    spelled = shop.read("search_products_daily").with_columns(pl.col("query").str.replace_all(" ", ""))
    clicks = spelled.filter(query=row["query"]).group_by("product_id").agg(pl.col("product_views").sum())
    exact = dict(clicks.filter(pl.col("product_views") > 0).iter_rows())
    told = rows_of(said, "--query", row["spelling"], "--limit", "20")
    found = {each["product_id"]: each["reason"] for each in told if each["source"] == "search_products"}
    for product_id, reason in found.items():
        count = exact.get(product_id)
        expected = (
            f"'{row['spelling']}' 검색 후 클릭 {count}회" if count else f"상품 이름·분류가 '{row['spelling']}'와 맞음"
        )
        assert reason == expected
    assert any("클릭" in reason for reason in found.values())


def test_a_mistyped_query_shows_what_it_was_taken_for(said: Said) -> None:
    text = said("show", "--query", "미니가방!!")
    assert "'미니가방!!'은(는) '미니 가방'(으)로 보고 찾았습니다." in text
    assert "P03" in text
    assert "taken" not in text
    assert "보고 찾았습니다" not in said("show", "--query", "미니 가방")


def test_a_query_never_seen_is_answered_by_text_and_names_queries_like_it(said: Said) -> None:
    text = said("show", "--query", "실크 원피스 롱", "--limit", "3")
    assert "실크 원피스" in text
    assert "두 번 이상 검색된 적이 없어" in text
    assert "비슷한 검색어: '실크 원피스'" in text
    told = refused(said, "show", "--query", "😀" * 500)
    assert told.endswith("비슷한 것도 없습니다.")


def test_a_customer_shows_the_personal_list_and_the_seven_items_of_messages(said: Said) -> None:
    text = said("show", "--customer", "C005")
    assert text.startswith("고객 C005\n")
    for item in (
        "장바구니 연관",
        "최근 본 상품 연관",
        "많이 본 상품 연관",
        "최근 담은",
        "가장 많이 본",
        "재구매할 때가 된",
    ):
        assert f"메시지 상품 항목: {item}" in text
    rows = rows_of(said, "--customer", "C005", "--limit", "20")
    own = [row for row in rows if row["list"] == "personal"]
    assert len(own) == 20
    assert [row["rank"] for row in own] == list(range(1, 21))
    assert any(re.search(r"^최근 본 '.+'와 함께 본 고객 \d+명$", row["reason"]) for row in own)
    items = {row["list"] for row in rows} - {"personal"}
    assert items >= {"latest_cart", "latest_viewed", "most_viewed", "cart_related", "recent_related"}


def test_a_customer_is_found_by_the_shops_own_member_id(said: Said, shop: ShopHome) -> None:
    key = member_key(MEMBER, read_secret(shop.home))
    assert said("show", "--customer", MEMBER).startswith(f"고객 {key}\n")
    seen = [row for row in rows_of(said, "--customer", MEMBER) if row["list"] == "latest_viewed"]
    looked_at = shop.read("customer_products").filter(pl.col("views") > 0, customer_key=key)["product_id"]
    on_sale = PRODUCTS.filter(pl.col("product_id").is_in(looked_at.implode()), status="active")
    assert {row["product_id"] for row in seen} == set(on_sale["product_id"])
    assert seen


def test_a_page_shows_the_lists_of_its_models_and_why_these(said: Said, shop: ShopHome) -> None:
    text = said("show", "--page", "product", "--product", "P16", "--customer", "C005")
    assert "상품 상세 페이지\n고객 C005\n" in text
    assert "함께 본 상품 (product-by-product) · 함께 본 상품\n이 페이지의 상품 데님 스커트 (P16)\n" in text
    assert "이 페이지의 카테고리 여성의류 > 스커트" in text
    assert "고객이 최근 검색한 검색어" in text
    text = said("show", "--page", "main")
    assert text.count("아는 것이 없어 쇼핑몰 전체 추세") == 3
    cart = rows_of(said, "--page", "cart", "--customer", "C005", "--limit", "20")
    assert {row["list"] for row in cart} == {"cart-by-category", "cart-by-product", "cart-by-search"}
    ids = [row["product_id"] for row in cart]
    assert PRODUCTS.filter(pl.col("product_id").is_in(ids), brand="상표1").is_empty(), "a rule of this page alone"
    in_cart = set(shop.read("carts").filter(customer_key="C005")["product_id"])
    assert not in_cart & set(ids)
    assert len(ids) == 60
    unseen = rows_of(said, "--page", "search", "--query", "린넨 셔츠 롱", "--limit", "20")
    assert {row["source"] for row in unseen if row["list"] == "search-by-search"} >= {"text"}


def test_what_is_not_there_is_told_with_what_is_near(said: Said) -> None:
    assert "가까운 것: P18 데님 원피스" in refused(said, "show", "--product", "데님 원피스")
    assert "비슷한 것도 없습니다" in refused(said, "show", "--product", "없는상품")
    assert "여성의류 > 셔츠" in refused(said, "show", "--category", "셔츠")
    assert "--page main" in refused(said, "show", "--customer", "nobody")
    assert "viewed_together" in refused(said, "show", "--product", "P16", "--algorithm", "trending")
    assert "bought_together" in refused(said, "show", "--page", "cart", "--algorithm", "nope")
    assert "하나를 고르십시오" in refused(said, "show")
    assert "하나를 고르십시오" in refused(said, "show", "--product", "P16", "--query", "셔츠")
    assert "main, category" in refused(said, "show", "--page", "home")
    assert "1 이상" in refused(said, "show", "--product", "P16", "--limit", "0")
    assert "table" in refused(said, "show", "--product", "P16", "--format", "xml")
    assert "1 이상" in refused(said, "quality", "--days", "0")


def test_a_product_that_came_after_the_lists_is_told_apart(said: Said, shop: ShopHome, tmp_path: Path) -> None:
    home = shop.copy(tmp_path / "home")
    home.publish(EVENTS, pl.concat([PRODUCTS, products_of([product(90, "린넨 파자마", "여성의류 > 파자마")])]))
    with pytest.raises(CommandError, match="마지막으로 추천을 만든 뒤에"):
        said("show", "--product", "P90", home=home)


def test_a_home_without_lists_says_what_to_do(said: Said, tmp_path: Path) -> None:
    make_home(tmp_path / "empty")
    for command in (["show", "--page", "main"], ["quality"]):
        done = CliRunner().invoke(recommend_app, [*command, "--home", str(tmp_path / "empty")])
        assert isinstance(done.exception, CommandError)
        assert "dangol run" in str(done.exception)


def test_quality_shows_the_newest_figures_and_what_filled_the_lists(said: Said, shop: ShopHome) -> None:
    text = said("quality")
    assert text.startswith("추천 품질 · 2026-03-02 ~ 2026-03-08\n")
    assert "목록을 채운 출처 · 2026-03-08" in text
    assert "함께 본 상품" in text
    rows = {row["algorithm"]: row for row in json.loads(said("quality", "--days", "3", "--format", "json"))}
    quality = shop.read("rec_quality").filter(pl.col("day") > day(5), segment_id="*", algorithm="viewed_together")
    mean = (quality["hr_20"] * quality["histories"]).sum() / quality["histories"].sum()
    assert rows["viewed_together"]["hr_20"] == pytest.approx(mean)
    assert rows["viewed_together"]["first"] == "2026-03-06"


def test_a_model_says_when_it_was_made(said: Said, shop: ShopHome, tmp_path: Path) -> None:
    assert re.search(r"마지막 생성\s+2026-03-08 \(8일치 데이터\)\n", said("models", "show", "main-by-product"))
    young = ShopHome(tmp_path / "home")
    young.publish(until(EVENTS, 3), PRODUCTS)
    young.run()
    text = said("models", "show", "main-by-product", home=young)
    assert "데이터가 아직 3일치입니다" in text


def test_everything_is_said_in_english_too(said: Said, shop: ShopHome, tmp_path: Path) -> None:
    home = shop.copy(tmp_path / "home")
    home.home.settings_file.write_text("locale: en\ncurrency: USD\n", encoding="utf-8")
    for arguments in (["--product", "P16"], ["--customer", "C005"], ["--page", "cart", "--customer", "C005"]):
        text = said("show", *arguments, home=home)
        names = "|".join(map(re.escape, [*PRODUCTS["name"], *PRODUCTS["category_path"], *PRODUCTS["brand"]]))
        rest = re.sub(names, "", text)
        titles = [line for line in rest.splitlines() if re.search("[가-힣]", line)]
        assert all("-by-" in line or "이달의 상품" in line or "search" in line for line in titles), titles
    assert "USD" in text


def test_every_phrase_stands_in_both_languages_with_the_same_values() -> None:
    fields = [
        {name for _, name, _, _ in string.Formatter().parse(text) if name} for pair in OWN.values() for text in pair
    ]
    assert fields[::2] == fields[1::2]
    assert not set(OWN) & set(PHRASES), "a phrase of both would be another one in each"


def test_the_command_reads_no_table_whole(shop: ShopHome) -> None:
    """As users call it: one line of help, one list, one error on the error stream."""
    done = dangol(shop.home, "recommend", "show", "--product", "P16", "--limit", "1")
    assert done.returncode == 0
    assert "P47" in done.stdout
    bad = dangol(shop.home, "recommend", "show", "--product", "nope")
    assert (bad.returncode, bad.stdout) == (1, "")
    assert bad.stderr.startswith("dangol: nope 상품이 없습니다.")
