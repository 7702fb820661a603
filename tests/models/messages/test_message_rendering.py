"""Messages made for recipients."""

import re
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.messages.documents.places import places
from models.messages.filling import MissingColumns
from models.messages.kinds import COST_CLASSES
from models.messages.law import Sender, with_law
from models.messages.rendering import FIELD, Rendered, render, render_one, values_for_test, variables_of
from tests.models.messages.templates import CART, SENDER, brand, card, email, people, product_values, row, sms, template

pytestmark = pytest.mark.feature("F1")


def one(found: Any, **values: Any) -> Rendered:
    return render_one(found, values, SENDER)


@pytest.mark.parametrize(
    ("letters", "kind", "size", "reason"),
    [
        ("가" * 45, "SMS", 90, None),
        ("가" * 45 + "a", "LMS", 91, None),
        ("가" * 1000, "LMS", 2000, None),
        ("가" * 1000 + "a", "LMS", 2001, "too_long:text"),
        ("가🎉", "SMS", 4, "unencodable:text"),
    ],
)
def test_bytes_after_substitution_make_an_sms_or_an_lms(letters: str, kind: str, size: int, reason: str | None) -> None:
    found = one(sms("#{NAME}"), name=letters)
    assert (found.kind, found.cost_class, found.bytes, found.skip_reason) == (kind, kind, size, reason)
    assert (found.fields == {}) == (reason is not None)


def test_longer_than_wanted_is_left_out_and_never_cut() -> None:
    assert one(sms("#{NAME}", longest="SMS"), name="가" * 46).skip_reason == "too_long:text"
    assert one(sms("안녕", subject="#{NAME}"), name="가" * 21).skip_reason == "too_long:subject"


def test_only_an_lms_has_a_subject() -> None:
    made = render(sms("#{NAME}", subject="소식"), people(name=["가", "가" * 50]), SENDER)
    assert made["kind"].to_list() == ["SMS", "LMS"]
    assert made["field:subject"].to_list() == [None, "소식"]
    found = brand("TEXT", text="a", substitute={"text": "#{NAME}", "subject": "소식"})
    both = render(found, people(name=["가", "가" * 50]), Sender("샵", "", "080-1"))
    assert both["substitute_kind"].to_list() == ["SMS", "LMS"]
    assert both["field:substitute.subject"].to_list() == [None, "(광고) 소식"]


def test_pictures_make_an_mms() -> None:
    image = {"file": "a.jpg", "bytes": 1000, "width": 100, "height": 100}
    assert one(sms("안녕", images=[image])).cost_class == "MMS"


@pytest.mark.feature("F3")
def test_a_missing_value_is_substituted_or_leaves_the_recipient_out() -> None:
    frame = people(name=["홍길동", None, "  "], latest_cart__1__name=["니트", "니트", None])
    text = f"#{{NAME}}님 #{{상품명_{CART}}}"
    kept = render(sms(text, if_missing={"NAME": "고객"}), frame, SENDER)
    assert kept["field:text"].to_list() == ["홍길동님 니트", "고객님 니트", None]
    assert kept["skip_reason"].to_list() == [None, None, "missing:상품명_최근 장바구니 상품"]
    assert render(sms(text), frame, SENDER)["skip_reason"].to_list() == [
        None, "missing:회원 이름", "missing:회원 이름",
    ]  # fmt: skip


def test_columns_that_are_not_there_are_named() -> None:
    with pytest.raises(MissingColumns, match=r"#\{회원 이름\} \(column name\)"):
        render(sms("#{NAME}"), people(points=[1]), SENDER)


@pytest.mark.feature("F7")
@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [
        (f"가격_{CART}", 12900.0, "12,900원"),
        (f"가격_{CART}", 900, "900원"),
        (f"가격_{CART}", 1234567, "1,234,567원"),
        ("NOW_POINT", 0, "0"),
        ("NOW_POINT", -1500, "-1,500"),
        ("커스텀_a", 3.0, "3"),
        ("커스텀_a", 3.25, "3.25"),
        ("커스텀_a", True, "예"),
        ("커스텀_a", "여름", "여름"),
        ("MALL_NAME", None, "단골샵"),
    ],
)
def test_values_are_written_as_people_read_them(name: str, value: Any, shown: str) -> None:
    found = sms(f"#{{{name}}}")
    values = {each.column: value for each in variables_of(found) if value is not None}
    assert one(found, **values).fields["text"] == shown


def test_prices_of_other_currencies_have_cents() -> None:
    sender = Sender("Shop", currency="USD", locale="en")
    assert (
        render_one(sms(f"#{{가격_{CART}}}"), {"latest_cart__1__price": 1234.5}, sender).fields["text"] == "1,234.50 USD"
    )


@pytest.mark.parametrize(
    "value", ["#{NAME}", "#{적립금}", "{{ 7*7 }}", "{% if 1 %}x{% endif %}", "${1}", "\\1", "$name", "%s"]
)
def test_a_value_is_never_read_again(value: str) -> None:
    assert one(sms("<#{NAME}>"), name=value).fields["text"] == f"<{value}>"


def test_values_lose_what_nobody_sees_and_lines_stay_lines() -> None:
    assert one(sms("#{NAME}"), name="홍\t\u202e길\u200b동\x00\ufeff\r\n님").fields["text"] == "홍 길동\n님"
    assert one(sms("가" * 46, subject="#{NAME}"), name="a\r\nBcc: x@y.kr").fields["subject"] == "a Bcc: x@y.kr"
    assert one(sms("#{NAME}"), name="a\ud83d").fields["text"] == "a"  # half an emoji
    assert one(sms("#{NAME}"), name="가" * 100_000).skip_reason == "too_long:text"


@pytest.mark.feature("F5")
@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"latest_cart__1__name": "가" * 20}, None),
        ({"latest_cart__1__name": "가" * 21}, "too_long:cards.0.title"),
        ({"latest_cart__1__name": "가" * 18 + "🎉🎉"}, "too_long:cards.0.title"),
        ({"latest_cart__1__url_mobile": "javascript:alert(1)"}, "bad_link:cards.0.buttons.0.mobile"),
        ({"latest_cart__1__url_mobile": "https://a.kr/" + "a" * 1000}, "too_long:cards.0.buttons.0.mobile"),
        ({"latest_cart__1__image_url": "//a.kr/1.jpg"}, "bad_link:cards.0.image"),
        ({"latest_cart__1__image_url": None}, "missing:이미지 URL_최근 장바구니 상품"),
    ],
)
def test_limits_of_a_carousel_hold_after_substitution(values: dict[str, Any], reason: str | None) -> None:
    carousel = brand("CAROUSEL_FEED", cards=[card(), card()])
    found = one(carousel, **product_values() | values)
    assert found.skip_reason == reason
    assert found.cost_class == "BRAND_CAROUSEL_FEED"


@pytest.mark.feature("F4")
def test_line_breaks_count_after_substitution() -> None:
    found = brand("WIDE_IMAGE", text="#{NAME}", image="https://a.kr/1.jpg")
    assert one(found, name="가\n나").skip_reason is None
    assert one(found, name="가\n나\n다").skip_reason == "too_many_lines:text"


@pytest.mark.feature("G5")
def test_the_substitute_has_its_own_kind_and_reason() -> None:
    found = brand("TEXT", text="세일", substitute={"text": "#{NAME}님 세일"})
    frame = people(name=["홍길동", None, "가" * 100, "🎉"])
    made = render(found, frame, SENDER)
    assert made["skip_reason"].to_list() == [None] * 4
    assert made["substitute_kind"].to_list() == ["SMS", None, "LMS", "SMS"]
    assert made["substitute_skip_reason"].to_list() == [
        None, "missing:회원 이름", None, "unencodable:substitute.text",
    ]  # fmt: skip
    assert made["field:substitute.text"][0].startswith("(광고)[단골샵 02-123-4567] 홍길동님")


def test_a_push_has_to_fit_into_one_request() -> None:
    push = template("push", {"title": "a", "body": "#{NAME}", "link": "https://a.kr"}, purpose="information")
    assert one(push, name="가" * 1200).skip_reason is None
    assert one(push, name="가" * 1300).skip_reason == "too_long:payload"
    assert one(push, name="가").bytes == 3


@pytest.mark.feature("F11")
def test_a_test_send_leaves_kakao_variables_as_they_are() -> None:
    button = {"type": "WL", "name": "보기", "mobile": "https://a.kr/#{주문번호}", "pc": "https://a.kr"}
    found = template("alimtalk", {"code": "A", "text": "#{주문번호} 배송", "buttons": [button]})
    assert one(found, kakao__주문번호="A-1").fields["buttons.0.mobile"] == "https://a.kr/A-1"
    assert one(found, kakao__주문번호="A 1").skip_reason == "bad_link:buttons.0.mobile"
    assert one(found, **values_for_test(found, {})).fields["text"] == "#{주문번호} 배송"
    assert one(found).skip_reason == "missing:주문번호"


def test_columns_asked_for_come_first_and_rows_keep_their_order() -> None:
    frame = people(customer_id=[3, 1, 2], name=["c", "a", "b"])
    made = render(sms("#{NAME}"), frame, SENDER, keep=["customer_id"])
    assert made.columns == ["customer_id", "kind", "cost_class", "bytes", "skip_reason", "field:text"]
    assert made["field:text"].to_list() == ["c", "a", "b"]
    assert render(sms("#{NAME}"), frame.clear(), SENDER).height == 0
    assert render(sms("안녕"), frame, SENDER)["field:text"].to_list() == ["안녕"] * 3


def test_every_kind_has_a_price_class() -> None:
    made = [sms("a"), brand("TEXT", text="a"), brand("CAROUSEL_FEED", cards=[card(), card()]),
            brand("WIDE_ITEM_LIST", header="a", items=[row()] * 4), template("push", {"title": "a", "body": "b"}),
            template("alimtalk", {"code": "A", "text": "a"}), email("<p>a</p>")]  # fmt: skip
    values = product_values() | {"unsubscribe_url": "https://a.kr/u"}
    assert {one(found, **values).cost_class for found in made} <= set(COST_CLASSES)


NAMES = ("회원 이름", "적립금", f"상품명_{CART}", "커스텀_별명", "MALL_NAME")
VALUES = st.one_of(st.none(), st.text(st.sampled_from("가힣a1 #{}<>&'\"\n\\$🎉"), max_size=30))
PIECES = st.one_of(
    st.text(st.sampled_from("가나 ab{}%&<#"), min_size=1, max_size=12), st.sampled_from(NAMES).map("#{{{}}}".format)
)


@st.composite
def messages(draw: st.DrawFn) -> tuple[str, list[dict[str, str | None]]]:
    text = "x" + "".join(draw(st.lists(PIECES, max_size=6))) + "x"
    columns = ("name", "points", "latest_cart__1__name", "custom__별명", "mall_name")
    return text, draw(st.lists(st.fixed_dictionaries(dict.fromkeys(columns, VALUES)), min_size=1, max_size=5))


def by_hand(text: str, values: dict[str, str | None]) -> tuple[str | None, str | None]:
    """The same message written without the program's own parts: its text, or the reason why there is none."""
    columns = dict(zip(NAMES, ("name", "points", "latest_cart__1__name", "custom__별명", "mall_name"), strict=True))
    shown = {"MALL_NAME": "쇼핑몰 이름", f"상품명_{CART}": f"상품명_{CART}"}
    for match in re.finditer(r"#\{([^{}#\n]+)\}", text):
        if match[1] in columns and not (values[columns[match[1]]] or "").strip():
            return None, f"missing:{shown.get(match[1], match[1])}"
    made = re.sub(r"#\{([^{}#\n]+)\}", lambda match: values[columns[match[1]]] or "", text)
    if len(made.encode("cp949", "replace")) > 2000:
        return None, "too_long:text"
    return (None, "unencodable:text") if "🎉" in made else (made, None)


@settings(max_examples=60, deadline=None)
@given(messages())
def test_many_recipients_at_once_get_what_each_would_get_alone(drawn: tuple[str, list[dict[str, str | None]]]) -> None:
    text, rows = drawn
    if re.search(r"#\{(?!" + "|".join(map(re.escape, NAMES)) + r")[^{}#\n]+\}", text):
        return  # a name that chance made up
    found = sms(text)
    made = render(found, pl.DataFrame(rows, schema=dict.fromkeys(rows[0], pl.String)), SENDER)
    expected = [by_hand(found.sms.text, values) for values in rows]  # type: ignore[union-attr]
    assert list(zip(made["field:text"], made["skip_reason"], strict=True)) == expected
    for values, line in zip(rows, made.iter_rows(named=True), strict=True):
        alone = render_one(found, values, SENDER)
        assert (alone.fields.get("text"), alone.skip_reason) == (line["field:text"], line["skip_reason"])
        assert (alone.kind, alone.bytes) == (line["kind"], line["bytes"])


def test_a_hundred_thousand_recipients_take_no_loop() -> None:
    frame = pl.DataFrame({"name": pl.int_range(100_000, eager=True).cast(pl.String)})
    made = render(sms("#{NAME}님, 안녕하세요", purpose="advertising"), frame, SENDER)
    assert made["field:text"].n_unique() == 100_000
    assert made["skip_reason"].null_count() == 100_000


def test_every_text_of_a_document_becomes_a_field() -> None:
    carousel = with_law(brand("CAROUSEL_FEED", cards=[card(), card()], substitute={"text": "세일"}), SENDER)
    made = render(carousel, pl.DataFrame([product_values()]), SENDER)
    assert {name.removeprefix(FIELD) for name in made.columns if name.startswith(FIELD)} == {
        place.path for place in places(carousel)
    }
