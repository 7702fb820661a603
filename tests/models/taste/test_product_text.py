import json

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from models.taste.text.product_text import LONGEST, product_texts

SCHEMA = dict.fromkeys(("product_id", "name", "category_path", "brand", "attributes"), pl.String)


def texts_of(*rows: tuple[str, str | None, str | None, str | None, str | None]) -> list[str]:
    return product_texts(pl.DataFrame(list(rows), schema=SCHEMA, orient="row"))["text"].to_list()


def test_a_text_has_name_category_brand_and_attribute_values() -> None:
    attributes = '{"colour": "퍼플", "sizes": ["M", "L"], "made": {"in": "서울"}, "stock": 12, "material": null}'
    assert texts_of(("1", "요가 헤어밴드", "액세서리 > 헤어", "한강러너스", attributes)) == [
        "요가 헤어밴드 액세서리 헤어 한강러너스 L M 서울 퍼플"
    ]


def test_the_order_of_keys_is_no_other_text() -> None:
    rows = [("1", "a", None, None, '{"x": "p", "y": "q"}'), ("2", "a", None, None, '{"y": "q", "x": "p"}')]
    assert len(set(texts_of(*rows))) == 1


def test_forms_of_one_character_are_one_and_hangul_stays_whole() -> None:
    decomposed = "\u1112\u116e\u1103\u1173"  # 후드 in letters
    assert texts_of(("1", f"ＡＢＣ　{decomposed}\n 티", None, None, None)) == ["ABC 후드 티"]


def test_each_word_stands_once() -> None:
    assert texts_of(("1", "블랙 코트", "여성의류 > 코트", None, '{"colour": "블랙"}')) == ["블랙 코트 여성의류"]


def test_a_product_without_anything_has_its_id() -> None:
    assert texts_of(("p7", None, None, None, None), ("p8", " ", "", "", "{}")) == ["p7", "p8"]


def test_an_emoji_keeps_the_company_of_category_and_brand() -> None:
    assert texts_of(("1", "👗", "여성의류 > 원피스", "달밤", None)) == ["👗 여성의류 원피스 달밤"]


def test_links_and_prose_are_no_properties() -> None:
    attributes = json.dumps({"img": "https://x.kr/1.jpg", "note": "말" * 61, "fit": "오버핏"})
    assert texts_of(("1", "티", None, None, attributes)) == ["티 오버핏"]


def test_escapes_are_decoded() -> None:
    assert texts_of(("1", "티", None, None, '{"a": "\\ube14\\ub799", "b": "5\\" \\/ \\ud83d\\ude00 6"}')) == [
        '티 5" / 6 블랙'
    ]


def test_texts_are_bounded() -> None:
    (text,) = texts_of(("1", " ".join(f"단어{i}" for i in range(1000)), None, None, None))
    assert 0 < len(text) <= LONGEST


def test_the_hash_is_that_of_the_text_alone() -> None:
    rows = [("1", "a", "b", None, None), ("2", "a b", None, None, None), ("3", "a", None, None, None)]
    found = product_texts(pl.DataFrame(rows, schema=SCHEMA, orient="row"))
    one, two, three = found["text_hash"]
    assert one == two != three
    # SHA-256 of 'a': the same in every process and on every machine
    assert three == "ca978112ca1bbdcafac231b39a23dc4d"


def test_no_products_give_no_texts() -> None:
    empty = product_texts(pl.DataFrame(schema=SCHEMA))
    assert empty.schema == {"product_id": pl.String, "text": pl.String, "text_hash": pl.String}
    assert empty.is_empty()


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(*[st.none() | st.text(max_size=40)] * 4), max_size=5))
def test_no_product_is_without_a_text_whatever_its_fields_hold(fields: list[tuple[str | None, ...]]) -> None:
    rows = [(f"{number}", *each) for number, each in enumerate(fields)]
    found = product_texts(pl.DataFrame(rows, schema=SCHEMA, orient="row"))
    assert found["text"].str.len_chars().min() != 0
    assert found.null_count().sum_horizontal().sum() == 0


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(st.text(max_size=8), st.from_regex(r"[a-z가-힣]{1,12}", fullmatch=True), max_size=5))
def test_every_value_is_found_and_no_key(attributes: dict[str, str]) -> None:
    (text,) = texts_of(("ID", None, None, None, json.dumps(attributes)))
    assert set(text.split(" ")) == (set(attributes.values()) or {"ID"})


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet='{}[]":,\\ud83ab0123x \n', max_size=60))
def test_attributes_that_are_no_json_are_no_crash(attributes: str) -> None:
    assert len(texts_of(("1", "티", None, None, attributes))) == 1
