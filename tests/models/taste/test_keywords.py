"""Terms of products and the keywords of groups."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.simulation.catalogue import make_catalogue, product_rows
from models.simulation.scenario import Scenario
from models.simulation.tastes import TASTES
from models.taste.keywords import extract_keywords, keywords_moved
from models.taste.korean import TERMS, tokenise, vocabulary_of
from models.taste.korean_keys import key_of

pytestmark = pytest.mark.feature("C1")

COLUMNS = dict.fromkeys(("product_id", "name", "category_path", "brand", "attributes"), pl.String)


def catalogue(*names: str | None, **columns: list[str | None]) -> pl.DataFrame:
    """Products p00, p01 ... of these names; other columns are null unless given."""
    ids = [f"p{number:02}" for number in range(len(names))]
    rest = {column: columns.get(column, [None] * len(names)) for column in ("category_path", "brand", "attributes")}
    return pl.DataFrame({"product_id": ids, "name": list(names), **rest}, schema=COLUMNS)


def views(**groups: list[int]) -> pl.DataFrame:
    """Each group has looked once at the products of these numbers."""
    rows = [(group, f"p{number:02}", 1.0) for group, numbers in groups.items() for number in numbers]
    return pl.DataFrame(rows, schema={"group": pl.String, "product_id": pl.String, "weight": pl.Float64}, orient="row")


def terms_of(name: str) -> set[str]:
    terms = tokenise(catalogue(name))
    return set(terms.filter(pl.col("kind") == "word")["written"])


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("[무료배송] 1+1 린넨 셔츠 XL 신상", {"린넨", "셔츠"}),
        ("비건 시카 토너 200ml", {"비건", "시카", "토너"}),
        ("아이폰 15 케이스 (블랙/화이트)", {"아이폰", "케이스", "블랙", "화이트"}),
        ("아기 피부를 위한 순한 로션으로", {"아기", "피부", "순한", "로션"}),
        ("Nike AIR Max 270 and the bag", {"Nike", "AIR", "Max", "bag"}),
        ("H라인 스커트 90년대 비타민C", {"H라인", "스커트", "90년대", "비타민C"}),
        ("여리여리한 니트를 입는 날", {"여리여리한", "니트"}),
        ("멘톨 앰플 펜슬 차콜 린넨 코튼", {"멘톨", "앰플", "펜슬", "차콜", "린넨", "코튼"}),
        ("🎀✨", set()),
        ("", set()),
        ("1234567890123456789 111111111111111111a", set()),
        ("<b>가방</b>", {"가방"}),
    ],
)
def test_a_title_is_cut_into_words_that_mean_something(name: str, words: set[str]) -> None:
    assert terms_of(name) == words


def test_adjectives_meet_their_noun_and_plurals_their_singular() -> None:
    terms = tokenise(catalogue("심플 코트", "심플한 코트", "HEARTS", "heart"))
    assert terms.filter(pl.col("written").is_in(["심플", "심플한"]))["term"].unique().to_list() == ["심플"]
    assert terms.filter(pl.col("term") == "heart")["product_id"].to_list() == ["p02", "p03"]


def test_attributes_and_categories_count_and_brands_do_not() -> None:
    products = catalogue(
        "마담블랑 코트", category_path=["여성의류 > 아우터"], brand=["마담블랑"],
        attributes=['{"material": "\\uce90\\uc2dc\\ubbf8\\uc5b4", "sizes": ["S"], "age": 3, "link": "https://x.kr"}'],
    )  # fmt: skip
    written = set(tokenise(products)["written"])
    assert {"코트", "여성의류", "아우터", "캐시미어"} <= written
    assert not any("마담" in word or "블랑" in word for word in written)
    assert vocabulary_of(products) == ("마담블랑", "캐시미어")


def test_broken_attributes_are_nothing() -> None:
    products = catalogue("코트", "셔츠", attributes=['{"a": "블랙', "not json"])
    assert tokenise(products).filter(pl.col("kind") == "word")["term"].to_list() == ["코트", "셔츠"]


def test_a_product_has_the_same_terms_whatever_stands_beside_it() -> None:
    products = catalogue("니트가디건 루즈핏", "울 코트", "린넨셔츠를 입은 여름", "코튼 니트")
    together = tokenise(products)
    apart = pl.concat([tokenise(products[[place]]) for place in range(len(products))])
    assert together.equals(apart)
    assert together.schema == TERMS
    assert tokenise(products.reverse()).equals(together)


def test_compounds_meet_however_they_are_written() -> None:
    products = catalogue("니트 가디건 블랙", "니트 가디건 화이트", "니트가디건", "데님 셔츠", "데님 팬츠", "코튼 팬츠")
    words = extract_keywords(products, views(knit=[0, 1, 2], denim=[3, 4, 5]))["knit"]
    assert words[0] == "니트 가디건"
    assert not {"니트", "가디건", "니트가디건"} & set(words)


def test_no_keyword_holds_another_or_shares_its_noun() -> None:
    names = ["롱 원피스 린넨", "롱원피스 레이온", "미니원피스 린넨", "원피스 레이온", "헤어밴드 린넨", "헤어핀 레이온"]
    products = catalogue(*names, *["우드 책상"] * 4)
    words = extract_keywords(products, views(a=[0, 1, 2, 3, 4, 5], b=[6, 7, 8, 9]))["a"]
    assert sum("원피스" in word for word in words) == 1
    assert sum("헤어" in word for word in words) <= 1


def test_a_word_of_every_group_has_no_place() -> None:
    products = catalogue("코튼 셔츠", "코튼 셔츠", "코튼 치마", "코튼 치마")
    found = extract_keywords(products, views(a=[0, 1], b=[2, 3]))
    assert found == {"a": ("셔츠",), "b": ("치마",)}


def test_weights_decide_and_the_commonest_spelling_is_shown() -> None:
    products = catalogue("Retro Clock", "RETRO mug", "retro mug clock", "retro bowl")
    weights = views(a=[0, 1, 2], b=[3]).with_columns(
        weight=pl.when(pl.col("product_id") == "p00").then(50.0).otherwise(1.0)
    )
    assert extract_keywords(products, weights, count=1)["a"] == ("Clock",)
    assert "mug" in extract_keywords(products, weights)["a"]


@pytest.mark.parametrize("names", [["🎀", "✨✨"], ["", None], ["100ml", "1+1"]])
def test_without_words_there_are_no_keywords(names: list[str | None]) -> None:
    assert extract_keywords(catalogue(*names), views(a=[0], b=[1])) == {"a": (), "b": ()}
    assert extract_keywords(catalogue(*names), views()) == {}


def test_one_group_and_equal_groups_still_have_words() -> None:
    products = catalogue("린넨 셔츠", "린넨 바지")
    assert set(extract_keywords(products, views(a=[0, 1]))["a"]) == {"린넨", "셔츠", "바지"}
    assert set(extract_keywords(products, views(a=[0, 1], b=[0, 1]))["b"]) == {"린넨", "셔츠", "바지"}


def test_order_of_rows_changes_nothing() -> None:
    scenario = Scenario(customers=300, days=1)
    products = product_rows(make_catalogue(scenario), scenario, 0)
    ids = products["product_id"].sort()
    weights = pl.DataFrame({"group": [str(place % 7) for place in range(len(ids))], "product_id": ids, "weight": 1.0})
    found = extract_keywords(products, weights)
    assert found == extract_keywords(products.sample(fraction=1, shuffle=True, seed=3), weights.reverse())
    assert all(0 < len(words) <= 10 and all(words) for words in found.values())


def test_keywords_of_planted_tastes_are_words_of_their_vocabulary() -> None:
    scenario = Scenario(customers=3000, days=1)
    made = make_catalogue(scenario)
    weights = pl.DataFrame({"group": [TASTES[taste].key for taste in made.taste], "product_id": made.product_id})
    found = extract_keywords(product_rows(made, scenario, 0), weights.with_columns(weight=pl.lit(1.0)))
    for taste in TASTES:
        texts = [
            *taste.styles,
            *taste.materials,
            *taste.finishes,
            *(f"{item.noun} {item.category}" for item in taste.items),
        ]
        own = key_of(" ".join(texts))
        assert sum(key_of(word) in own for word in found[taste.key]) >= 9, (taste.key, found[taste.key])


LISTS = st.lists(st.text("가나다라마바사abc", min_size=1, max_size=4), max_size=10, unique=True)


@given(LISTS, st.randoms())
def test_the_same_words_in_any_order_have_not_moved(words: list[str], random: object) -> None:
    shuffled = list(words)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert not keywords_moved(words, words)
    assert not keywords_moved(words, shuffled)


@given(LISTS, LISTS)
def test_moving_there_is_moving_back(before: list[str], now: list[str]) -> None:
    assert keywords_moved(before, now) == keywords_moved(now, before)


def test_keywords_move_when_the_strong_ones_go() -> None:
    before = ["리본", "레이스", "하트", "튤", "프릴", "쉬폰", "구두", "핀", "민트", "피치"]
    new_tail = [*before[:6], "코랄", "라임", "버터", "소라"]
    assert not keywords_moved(before, new_tail)
    assert not keywords_moved(before, ["리본 헤어핀", *before[1:]])
    assert keywords_moved(before, ["코랄", "라임", "버터", "소라", *before[6:]])
    assert keywords_moved(before, ["등산", "캠핑"])
    assert keywords_moved([], before)
    assert not keywords_moved([], [])
