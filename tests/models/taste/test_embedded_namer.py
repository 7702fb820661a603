"""The embedded namer on hundreds of keyword sets: rules, particles, uniqueness; whether its words find the group."""

import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

import numpy as np
import polars as pl
import pytest

from models.simulation.catalogue import make_catalogue, product_rows
from models.simulation.scenario import Scenario
from models.simulation.tastes import TASTES
from models.taste.keywords import score_keywords
from models.taste.korean import tokenise
from models.taste.korean_keys import words_of
from models.taste.naming.embedded_namer import EmbeddedNamer
from models.taste.naming.embedded_namer_words import read_group
from models.taste.naming.groups import NamedGroup, name_groups
from models.taste.naming.rules import GroupFacts, GroupName, problems_of, squashed

pytestmark = pytest.mark.feature("C1")

UCI = Path(__file__).parents[4] / "shared" / "data" / "uci-online-retail" / "online_retail.parquet"
KOREAN_WORDS = words_of("""
    무선 이어폰 블루투스 헤드폰 충전기 보조배터리 키보드 모니터 게이밍 노트북 사과 유기농 한우 딸기 샐러드 밀키트
    떡볶이 라면 만두 김치 소설 에세이 시집 추리 고전 주식 투자 재테크 기저귀 젖병 유모차 장난감 강아지 사료 고양이
    하네스 소파 책상 원목 수납장 이불 베개 차렵이불 낚싯대 루어 릴 미끼 기타 우쿨렐레 피아노 다이어리 만년필 엽서
    와인 치즈 하몽 텐트 타프 침낭 골프공 아이언 장갑 유산균 오메가3 비타민 타이어 블랙박스 와이퍼 세차 손전등 칫솔
    수건 우산 화분 씨앗 물뿌리개 퍼즐 블록 드론 USB SSD iPhone LED 4K 21호 A4
""")
ENGLISH_WORDS = words_of("""
    heart clock mug tea saucer rose vintage retro christmas tree lantern candle holder wicker basket bag lunch
    paisley cake tin baking ribbon card wrap doll pencil notebook birthday party balloon garden bird flower
    cushion frame glass zinc metal sign chocolate drawer knob ceramic necklace bracelet sofa lamp headphone
    wireless charger novel poetry puppy leash tyre drill dress linen shirt jacket boot umbrella soap towel teapot
    jar jam puzzle rocket zest
""")
ODD: list[tuple[str, ...]] = [
    (),
    ("🎀", "✨"),
    ("ZEST", "NUUN"),
    ("손전등",),
    ("우아한",),
    ("블랙",),
    ("최고", "100%"),
    ("치료",),
    ("\n",),
    ("a" * 40,),
    ("가" * 16,),
    ("여성의류",),
    ("린넨 셔츠", "H라인 스커트"),
    ("<b>", '"따옴표"'),
    ("010-1234-5678",),
    ("日本酒", "お茶"),
    ("ñandú", "café"),
]


@dataclass(frozen=True)
class Shop:
    """Products, their terms, and the weight of every group's look at them."""

    products: pl.DataFrame
    terms: pl.DataFrame
    views: pl.DataFrame
    brands: list[str]


@cache
def demo_shop() -> Shop:
    """A small demo shop and 3,000 views by each planted taste (a tenth of them of anything)."""
    scenario = Scenario(customers=3000, days=1, seed=11)
    made = make_catalogue(scenario)
    rng = np.random.default_rng(5)
    seen = []
    for taste, kind in enumerate(TASTES):
        wanted = made.affinity[:, taste] * made.popularity
        chances = 0.9 * wanted / wanted.sum() + 0.1 * made.popularity / made.popularity.sum()
        counts = rng.multinomial(3000, chances)
        rows = pl.DataFrame({"product_id": made.product_id, "weight": counts.astype(float)})
        seen.append(rows.with_columns(group=pl.lit(kind.key)))
    products = product_rows(made, scenario, 0)
    brands = products["brand"].drop_nulls().unique().sort().to_list()
    return Shop(products, tokenise(products), pl.concat(seen).filter(pl.col("weight") > 0), brands)


def facts_of(shop: Shop, views: pl.DataFrame) -> list[GroupFacts]:
    """The facts of every group of ``views``."""

    def strongest(rows: pl.DataFrame, column: str, count: int) -> tuple[str, ...]:
        weights = rows.drop_nulls(column).group_by(column).agg(pl.col("weight").sum())
        return tuple(weights.sort("weight", column, descending=[True, False])[column].head(count))

    groups = []
    for group, keywords in score_keywords(shop.terms, views).items():
        rows = views.filter(pl.col("group") == group).join(shop.products, on="product_id")
        wide = strongest(rows, "category_path", 4)
        groups.append(GroupFacts(group, keywords, strongest(rows, "name", 8), wide, strongest(rows, "brand", 3)))
    return groups


@cache
def drawn_facts() -> list[GroupFacts]:
    """170 groups of products drawn from one or two tastes, 50 each of other Korean and English shops, and odd ones."""
    rng, shop = np.random.default_rng(1), demo_shop()
    tastes = shop.views["group"].unique().sort().to_list()
    parts = []
    for number in range(170):
        own = shop.views.filter(pl.col("group").is_in(rng.choice(tastes, 1 + number % 2, replace=False).tolist()))
        chosen = own[np.sort(rng.choice(len(own), 25, replace=False))]
        parts.append(chosen.with_columns(group=pl.lit(f"demo{number:03}")))
    groups = facts_of(shop, pl.concat(parts).group_by("group", "product_id").agg(pl.col("weight").sum()))
    for name, words in (("ko", KOREAN_WORDS), ("en", ENGLISH_WORDS), ("up", [word.upper() for word in ENGLISH_WORDS])):
        for number in range(50):
            groups.append(GroupFacts(f"{name}{number:03}", tuple(rng.choice(words, 1 + number % 10, replace=False))))
    return groups + [GroupFacts(f"odd{number:03}", words) for number, words in enumerate(ODD)]


def named(groups: list[GroupFacts], locale: Literal["ko", "en"]) -> list[NamedGroup]:
    return name_groups(groups, taken=(), brands=demo_shop().brands, locale=locale, ask=None, asked_as="nobody")


@pytest.mark.parametrize("locale", ["ko", "en"])
def test_every_name_keeps_the_rules_and_is_alone(locale: Literal["ko", "en"]) -> None:
    groups = named(drawn_facts(), locale)
    assert len(groups) == len(drawn_facts()) > 300
    facts = {each.segment_id: each for each in drawn_facts()}
    for group in groups:
        name = GroupName(group.name, group.description)
        found = problems_of(name, facts[group.segment_id], taken=(), brands=demo_shop().brands, locale=locale)
        assert not found, (facts[group.segment_id].keywords, name, found)
        assert "  " not in group.name + group.description
    assert len({squashed(group.name) for group in groups}) == len(groups)
    numbered = [group.name for group in groups if re.search(r" \d+$", group.name)]
    assert not numbered, "names run out"


def test_particles_after_keywords_fit_their_final_consonant() -> None:
    """Independent of the product's own rule: the syllable is taken apart by Unicode."""
    after_consonant, after_vowel = {"을", "은", "과", "이"}, {"를", "는", "와", "가"}
    checked = 0
    for group in named(drawn_facts(), "ko"):
        facts = next(each for each in drawn_facts() if each.segment_id == group.segment_id)
        for word in facts.keywords:
            for particle in re.findall(rf"{re.escape(word)}([을를은는과와이가])(?=[ ,.])", group.description):
                letters = unicodedata.normalize("NFD", word[-1])
                if "가" <= word[-1] <= "힣":
                    assert particle in (after_consonant if len(letters) == 3 else after_vowel), group.description
                    checked += 1
    assert checked > 200


def test_no_mood_says_what_its_head_says() -> None:
    for group in named(drawn_facts(), "ko"):
        stems = [word[:2] for word in group.name.split()]
        assert len(stems) == len(set(stems)), group.name


def test_groups_with_the_same_words_are_told_apart() -> None:
    twins = [GroupFacts(f"g{number:02}", ("린넨", "셔츠", "휴양지", "라탄백")) for number in range(60)]
    for locale in ("ko", "en"):
        names = [group.name for group in named(twins, locale)]  # type: ignore[arg-type]
        assert len({squashed(name) for name in names}) == 60


def test_names_do_not_run_out_where_brands_are_called_like_everything() -> None:
    words = {word for group in named(drawn_facts(), "ko") for word in group.name.split()}
    namer = EmbeddedNamer("ko", (*words, "취향"))
    taken: list[str] = []
    for _ in range(30):
        taken.append(namer.name(GroupFacts("s", ()), taken).name)
    assert len(set(taken)) == 30


def test_the_same_facts_have_the_same_name() -> None:
    first, again = named(drawn_facts(), "ko"), named(drawn_facts()[::-1], "ko")
    assert first == again


@pytest.mark.parametrize(
    ("keywords", "theme"),
    [
        ("린넨 라탄백 휴양지 로브", "vacance"),
        ("무선 이어폰 블루투스 충전기", "devices"),
        ("기저귀 젖병 유모차", "kids"),
        ("소설 에세이 시집", "books"),
        ("시카 토너 저자극", "calm"),
        ("사료 강아지 하네스", "pets"),
        ("밀키트 라면 만두", "meal"),
        ("CHRISTMAS TREE BAUBLE", "christmas"),
        ("TEA SAUCER MUG", "tea"),
        ("sofa chair table", "furniture"),
        ("낚싯대 루어", "general"),
        ("", "general"),
    ],
)
def test_a_shop_of_any_kind_is_understood(keywords: str, theme: str) -> None:
    assert read_group(GroupFacts("s", tuple(keywords.split()))).theme.key == theme


@pytest.mark.parametrize(("locale", "least"), [("ko", 0.9), ("en", 0.8)])
def test_name_and_description_find_their_group(locale: Literal["ko", "en"], least: float) -> None:
    """The issue asks for 0.8 in the shop's language; in English the keywords of this Korean shop are few."""
    shop = demo_shop()
    groups = named(facts_of(shop, shop.views), locale)
    assert retrieval(groups, shop, shop.views) >= least


def test_halves_of_tastes_are_found_too() -> None:
    """Twice as many groups, each half of a taste's kinds of products."""
    shop = demo_shop()
    category = shop.products.select("product_id", half=pl.col("category_path").rank("dense") % 2)
    views = shop.views.join(category, on="product_id").with_columns(group=pl.format("{}_{}", "group", "half"))
    groups = named(facts_of(shop, views), "ko")
    assert len(groups) == 28
    assert retrieval(groups, shop, views) >= 0.8


def retrieval(groups: list[NamedGroup], shop: Shop, views: pl.DataFrame) -> float:
    """Share of groups whose name and description are closest (cosine of TF-IDF) to the group's own viewed products."""
    ids = sorted(group.segment_id for group in groups)
    bags = views.join(shop.terms, on="product_id").group_by("group", "term").agg(amount=pl.col("weight").sum())
    vocabulary = {term: place for place, term in enumerate(bags["term"].unique().sort())}
    matrix = np.zeros((len(ids), len(vocabulary)))
    for group, term, amount in bags.iter_rows():
        matrix[ids.index(group), vocabulary[term]] = amount
    matrix /= matrix.sum(axis=1, keepdims=True)
    idf = np.log(1 + matrix.max(axis=0) / matrix.mean(axis=0))
    texts = pl.DataFrame(
        {"product_id": [group.segment_id for group in groups], "name": [f"{g.name} {g.description}" for g in groups]}
    ).with_columns(pl.lit(None, pl.String).alias(name) for name in ("category_path", "brand", "attributes"))
    asked = np.zeros_like(matrix)
    for group, term in tokenise(texts).select("product_id", "term").iter_rows():
        if term in vocabulary:
            asked[ids.index(group), vocabulary[term]] = 1
    matrix, asked = matrix * idf, asked * idf
    matrix /= np.linalg.norm(matrix, axis=1, keepdims=True)
    return float(np.mean((asked @ matrix.T).argmax(axis=1) == np.arange(len(ids))))


if UCI.exists():

    def test_a_real_english_catalogue_is_named_in_both_languages() -> None:
        bought = pl.read_parquet(UCI).filter(pl.col("Description").is_not_null() & pl.col("CustomerID").is_not_null())
        products = bought.group_by(product_id="StockCode").agg(name=pl.col("Description").mode().sort().first())
        products = products.with_columns(
            pl.lit(None, pl.String).alias(c) for c in ("category_path", "brand", "attributes")
        )
        views = bought.group_by(group=pl.col("CustomerID").cast(pl.String).str.slice(3, 2), product_id="StockCode").agg(
            weight=pl.len().cast(pl.Float64)
        )
        some = views.filter(pl.col("group") < "60")
        facts = facts_of(Shop(products, tokenise(products), some, []), some)
        for locale in ("ko", "en"):
            names = named(facts, locale)  # type: ignore[arg-type]
            assert len({squashed(each.name) for each in names}) == len(facts) > 50
            for each, own in zip(names, sorted(facts, key=lambda f: f.segment_id), strict=True):
                answer = GroupName(each.name, each.description)
                assert not problems_of(answer, own, taken=(), brands=demo_shop().brands, locale=locale)  # type: ignore[arg-type]
