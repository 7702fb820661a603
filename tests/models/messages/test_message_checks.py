"""What is wrong with templates before anybody gets them."""

from typing import Any

import pytest
from pydantic import ValidationError

from models.messages.brand_shapes import is_coupon_title
from models.messages.checks import obstacles_in, problems_in, warnings_in
from models.messages.documents.template import NotCopied, Template, copied
from models.messages.problems import SAID
from tests.models.messages.templates import SENDER, brand, card, row, sms, template

pytestmark = pytest.mark.feature("F4")
WEB = {"name": "보기", "mobile": "https://a.kr"}
PICTURE = "https://a.kr/1.jpg"
COUPON = {"title": "10% 할인 쿠폰", "description": "오늘만", "mobile": "https://a.kr"}
PRICE = {"title": "니트", "price": 39000}
LONG = WEB | {"name": "가" * 9}
SHOP = {"image": PICTURE, "commerce": PRICE}


def told(found: Template) -> list[tuple[str, str]]:
    """(place inside of the channel's part, kind) of every problem."""
    return [(".".join(map(str, one.place[1:])), one.kind) for one in problems_in(found)]


def sound() -> list[Template]:
    return [
        brand("TEXT", text="가" * 1300, buttons=[WEB] * 5),
        brand("TEXT", text="a", buttons=[WEB] * 4, coupon=COUPON),
        brand("IMAGE", text="a", image=PICTURE, image_link="https://a.kr"),
        brand("WIDE_IMAGE", text="a", image=PICTURE, buttons=[WEB] * 2),
        brand("WIDE_ITEM_LIST", header="a", items=[row()] * 4, buttons=[WEB]),
        brand("WIDE_ITEM_LIST", header="a", items=[row()] * 5),
        brand("COMMERCE", image=PICTURE, commerce=PRICE, buttons=[WEB], additional="a"),
        brand("COMMERCE", image=PICTURE, commerce=PRICE | {"discount_price": 1, "discount_rate": 99}, buttons=[WEB]),
        brand("CAROUSEL_FEED", cards=[card()] * 2),
        brand("CAROUSEL_FEED", cards=[card()] * 6, more={"mobile": "https://a.kr"}),
        brand("CAROUSEL_COMMERCE", cards=[{"image": PICTURE, "commerce": PRICE, "buttons": [WEB]}] * 2),
        brand("CAROUSEL_COMMERCE", cards=[{"image": PICTURE, "commerce": PRICE, "buttons": [WEB]}],
              head={"title": "a", "text": "b", "image": PICTURE}),
    ]  # fmt: skip


@pytest.mark.parametrize("found", sound(), ids=lambda found: found.brand_message.type)
def test_a_sound_brand_message_has_no_problem(found: Template) -> None:
    assert problems_in(found) == []


@pytest.mark.parametrize(
    ("found", "problem"),
    [
        (brand("TEXT"), ("text", "needed")),
        (brand("TEXT", text="a", image=PICTURE), ("image", "not_of_type")),
        (brand("TEXT", text="a", buttons=[WEB] * 6), ("buttons", "count")),
        (brand("TEXT", text="a", buttons=[WEB] * 5, coupon=COUPON), ("buttons", "count")),
        (brand("TEXT", text="a", buttons=[WEB | {"name": "가" * 15}]), ("buttons.0.name", "too_many_letters")),
        (brand("TEXT", text="a", buttons=[{"name": "a"}]), ("buttons.0.mobile", "needed")),
        (brand("TEXT", text="a", buttons=[{"name": "a", "type": "AL", "ios": "app://a"}]), ("buttons.0", "button_app")),
        (brand("TEXT", text="a", coupon=COUPON | {"title": "할인"}), ("coupon.title", "coupon_title")),
        (brand("IMAGE", text="a", image="https://a.kr/1.gif"), ("image", "image_kind")),
        (brand("WIDE_IMAGE", text="a", image=PICTURE, buttons=[WEB] * 3), ("buttons", "count")),
        (brand("WIDE_IMAGE", text="a", image=PICTURE, buttons=[LONG]), ("buttons.0.name", "too_many_letters")),
        (brand("WIDE_ITEM_LIST", header="a", items=[row()] * 3), ("items", "count")),
        (brand("WIDE_ITEM_LIST", header="a", items=[row()] * 6), ("items", "count")),
        (brand("COMMERCE", **SHOP), ("buttons", "needed")),
        (brand("COMMERCE", **SHOP, buttons=[{"name": "a", "type": "MD"}]), ("buttons.0.type", "button_type")),
        (brand("COMMERCE", image=PICTURE, commerce=PRICE | {"discount_price": 1}, buttons=[WEB]),
         ("commerce", "discount")),
        (brand("COMMERCE", image=PICTURE, commerce=PRICE | {"discount_rate": 1}, buttons=[WEB]),
         ("commerce", "discount")),
        (brand("CAROUSEL_FEED", cards=[card()]), ("cards", "count")),
        (brand("CAROUSEL_FEED", cards=[card()] * 7), ("cards", "count")),
        (brand("CAROUSEL_FEED", cards=[card(), card(title=None)]), ("cards.1.title", "needed")),
        (brand("CAROUSEL_FEED", cards=[card(), card(commerce=PRICE)]), ("cards.1.commerce", "not_of_type")),
        (brand("CAROUSEL_FEED", cards=[card(), card(buttons=[WEB] * 3)]), ("cards.1.buttons", "count")),
        (brand("CAROUSEL_FEED", cards=[card(), card(buttons=[LONG])]), ("cards.1.buttons.0.name", "too_many_letters")),
    ],
)  # fmt: skip
def test_what_a_type_does_not_have_is_told_at_its_place(found: Template, problem: tuple[str, str]) -> None:
    assert told(found) == [problem]


@pytest.mark.parametrize("part", [{"more": {"mobile": "#{NAME}"}}, {"cards": [card(buttons=[{"name": "#{NAME}"}])]}])
def test_button_names_have_no_variables(part: dict[str, Any]) -> None:
    if "more" in part:
        found = brand("CAROUSEL_FEED", cards=[card()] * 2, **part)
        assert told(found) == [("more.mobile", "variable_not_here")]
    else:
        with pytest.raises(ValidationError, match="can not have variables"):
            brand("CAROUSEL_FEED", **part)


@pytest.mark.parametrize("price", [-1, 100_000_000])
def test_prices_have_up_to_eight_digits(price: int) -> None:
    with pytest.raises(ValidationError):
        brand("COMMERCE", image=PICTURE, commerce={"title": "a", "price": price}, buttons=[WEB])


@pytest.mark.parametrize(
    ("title", "is_one"),
    [
        ("3000원 할인 쿠폰", True), ("99999999원 할인 쿠폰", True), ("0원 할인 쿠폰", False),
        ("3,000원 할인 쿠폰", False),
        ("1% 할인 쿠폰", True), ("100% 할인 쿠폰", True), ("101% 할인 쿠폰", False), ("0% 할인 쿠폰", False),
        ("배송비 할인 쿠폰", True), ("첫구매 무료 쿠폰", True), ("여덟글자상품이름 무료 쿠폰", False),
        ("첫 구매 무료 쿠폰", False),
        ("포인트 UP 쿠폰", True), ("포인트 up 쿠폰", False), ("3000원 할인 쿠폰 ", False), ("", False),
    ],
)  # fmt: skip
def test_coupons_have_one_of_five_titles(title: str, is_one: bool) -> None:
    assert is_coupon_title(title) == is_one


@pytest.mark.parametrize("count", [1300, 1301])
def test_fixed_texts_beyond_a_limit_are_told_before_anybody_is_asked(count: int) -> None:
    found = brand("TEXT", text="(광고) " + "가" * (count - 5 - 16) + "\n수신거부: 채널 홈 > 차단")
    assert [one.kind for one in obstacles_in(found, SENDER)] == ([] if count == 1300 else ["too_many_letters"])


@pytest.mark.feature("F1")
def test_letters_that_no_sms_carries_are_named_with_their_places() -> None:
    (problem,) = obstacles_in(sms("#{NAME}님 🎉"), SENDER)
    assert problem.kind == "unencodable"
    assert "🎉 (U+1F389) at 10" in str(problem.values["letters"])
    assert obstacles_in(sms("똠양꿍"), SENDER) == []
    (warning,) = warnings_in(sms("똠양꿍"), SENDER)
    assert "똠 (U+B620) at 1" in str(warning.values["letters"])
    substitute = brand("TEXT", text="🎉", substitute={"text": "🎉"})
    assert [".".join(map(str, one.place)) for one in obstacles_in(substitute, SENDER)] == [
        "brand_message.substitute.text"
    ]


@pytest.mark.feature("F1")
@pytest.mark.parametrize(
    "image",
    [
        {"file": "a.png", "bytes": 1, "width": 1, "height": 1},
        {"file": "a.jpg", "bytes": 300 * 1024 + 1, "width": 1, "height": 1},
        {"file": "a.jpg", "bytes": 1, "width": 1501, "height": 1},
        {"file": "a.jpg", "bytes": 1, "width": 1, "height": 1441},
        {"file": "a" * 37 + ".jpg", "bytes": 1, "width": 1, "height": 1},
    ],
)
def test_pictures_that_no_carrier_takes_are_told(image: dict[str, Any]) -> None:
    assert told(sms("a", images=[image])) == [("images.0", "mms_image")]
    fine = {"file": "a" * 36 + ".JPG", "bytes": 300 * 1024, "width": 1500, "height": 1440}
    assert told(sms("a", images=[fine])) == []
    assert told(sms("a", images=[fine], longest="SMS")) == [("longest", "mms_is_no_sms")]


def alimtalk(**more: Any) -> Template:
    return template("alimtalk", {"code": "A", "text": "배송", "inspection": {"state": "approved"}, **more})


@pytest.mark.feature("F2")
@pytest.mark.parametrize(
    ("found", "problem"),
    [
        (alimtalk(buttons=[{"type": "WL", "name": "a", "mobile": "https://a.kr"}]), ("buttons.0.pc", "needed")),
        (alimtalk(buttons=[{"type": "AL", "name": "a", "ios": "app://a"}]), ("buttons.0.android", "needed")),
        (alimtalk(buttons=[{"type": "AC", "name": "추가"}]), ("buttons.0.name", "button_ac")),
        (alimtalk(buttons=[{"type": "DS", "name": "가" * 21}]), ("buttons.0.name", "too_many_letters")),
        (alimtalk(items=[{"title": "a", "description": "b"}]), ("items", "count")),
        (alimtalk(items=[{"title": "가" * 7, "description": "b"}] * 2), ("items.0.title", "too_many_letters")),
        (alimtalk(summary={"title": "a", "description": "b"}), ("summary", "needs")),
        (alimtalk(type="EX"), ("extra", "needed")),
        (alimtalk(emphasis="title"), ("title", "needed")),
    ],
)
def test_what_an_alimtalk_lacks_is_told(found: Template, problem: tuple[str, str]) -> None:
    assert told(found)[:1] == [problem]


@pytest.mark.feature("F2")
@pytest.mark.parametrize("state", ["draft", "requested", "rejected", "approved"])
def test_only_approved_templates_are_sent(state: str) -> None:
    found = alimtalk(inspection={"state": state, "reason": "광고성 문구"})
    assert [one.kind for one in obstacles_in(found, SENDER)] == ([] if state == "approved" else ["not_approved"])


@pytest.mark.feature("F2")
def test_limits_of_an_alimtalk() -> None:
    long = alimtalk(
        text="가" * 1001, header="가" * 17, highlight={"title": "가" * 22, "description": "b", "image": PICTURE}
    )
    assert [(".".join(map(str, one.place[1:])), one.kind) for one in obstacles_in(long, SENDER)] == [
        ("text", "too_many_letters"), ("header", "too_many_letters"), ("highlight.title", "too_many_letters"),
    ]  # fmt: skip
    assert obstacles_in(alimtalk(text="가" * 1000, highlight={"title": "가" * 30, "description": "b"}), SENDER) == []


@pytest.mark.feature("F12")
def test_templates_are_copied_but_those_of_alimtalk() -> None:
    found = sms("#{NAME}", if_missing={"NAME": "고객"})
    copy = copied(found, "t2", "사본")
    assert (copy.id, copy.name, copy.sms, copy.if_missing) == ("t2", "사본", found.sms, found.if_missing)
    with pytest.raises(NotCopied, match="approved at the vendor"):
        copied(alimtalk(), "t2", "사본")


def test_every_sentence_can_be_said() -> None:
    for kind, sentence in SAID.items():
        assert sentence.format_map(_Anything()), kind


class _Anything(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "x"
