"""Every limit at its edge, for fixed texts and for filled ones."""

import pytest

from models.messages.brand_shapes import SHAPES
from models.messages.checks_texts import text_obstacles
from models.messages.documents.places import pattern_of, places, with_texts
from models.messages.documents.template import Template
from models.messages.law import Sender
from models.messages.limits import limits_of
from models.messages.rendering import render_one
from tests.models.messages.templates import UNSUBSCRIBE, brand, card, email, row, sms, template

pytestmark = [
    pytest.mark.feature("F1"),
    pytest.mark.feature("F2"),
    pytest.mark.feature("F4"),
    pytest.mark.feature("F5"),
]
PICTURE = "https://a.kr/1.jpg"
WEB = {"name": "보기", "mobile": "https://a.kr"}
COUPON = {"title": "배송비 할인 쿠폰", "description": "a", "mobile": "https://a.kr"}
PRICE = {"title": "니트", "price": 39000}
SHOP = {"image": PICTURE, "commerce": PRICE, "additional": "a", "buttons": [WEB], "coupon": COUPON}
FEED = card(title="a", image=PICTURE, buttons=[WEB], coupon=COUPON)
LEFT_TO_KAKAO = Sender("단골샵", "02", "080-1", label_kakao_texts=False)
BASES: dict[str, Template] = {
    "sms": sms("a", subject="a"),
    "short": sms("a", longest="SMS"),
    "alimtalk": template("alimtalk", {
        "code": "A", "text": "a", "title": "a", "header": "a", "highlight": {"title": "a", "description": "b"},
        "items": [{"title": "a", "description": "b"}] * 2, "summary": {"title": "a", "description": "b"},
        "substitute": {"text": "a", "subject": "a"},
    }),
    "picture": template("alimtalk", {
        "code": "A", "text": "a", "highlight": {"title": "a", "description": "b", "image": PICTURE},
        "substitute": {"text": "a", "longest": "SMS"},
    }),
    "TEXT": brand("TEXT", text="a", coupon=COUPON),
    "IMAGE": brand("IMAGE", text="a", image=PICTURE, image_link="https://a.kr", coupon=COUPON),
    "WIDE_IMAGE": brand("WIDE_IMAGE", text="a", image=PICTURE, coupon=COUPON),
    "WIDE_ITEM_LIST": brand("WIDE_ITEM_LIST", header="a", items=[row()] * 4, coupon=COUPON),
    "COMMERCE": brand("COMMERCE", **SHOP),
    "CAROUSEL_FEED": brand("CAROUSEL_FEED", cards=[FEED] * 2),
    "CAROUSEL_COMMERCE": brand("CAROUSEL_COMMERCE", cards=[SHOP] * 2,
                               head={"title": "a", "text": "b", "image": PICTURE}),
    "email": email(UNSUBSCRIBE, preheader="a"),
}  # fmt: skip
# CHANNELS.md sections 2 to 4, written out once more: base, place, most (bytes of text messages, else characters)
TABLE = [
    ("sms", "text", 2000), ("sms", "subject", 40), ("short", "text", 90),
    ("alimtalk", "text", 1000), ("alimtalk", "title", 50), ("alimtalk", "header", 16),
    ("alimtalk", "highlight.title", 30), ("alimtalk", "highlight.description", 19),
    ("alimtalk", "items.1.description", 23), ("alimtalk", "summary.description", 23),
    ("alimtalk", "substitute.text", 2000), ("alimtalk", "substitute.subject", 40),
    ("picture", "highlight.title", 21), ("picture", "highlight.description", 13), ("picture", "substitute.text", 90),
    ("TEXT", "text", 1300), ("TEXT", "coupon.description", 12),
    ("IMAGE", "text", 1300), ("IMAGE", "coupon.description", 12),
    ("WIDE_IMAGE", "text", 76), ("WIDE_IMAGE", "coupon.description", 18),
    ("WIDE_ITEM_LIST", "header", 20), ("WIDE_ITEM_LIST", "items.0.title", 25), ("WIDE_ITEM_LIST", "items.1.title", 30),
    ("WIDE_ITEM_LIST", "coupon.description", 18),
    ("COMMERCE", "commerce.title", 30), ("COMMERCE", "additional", 34), ("COMMERCE", "coupon.description", 12),
    ("CAROUSEL_FEED", "cards.1.title", 20), ("CAROUSEL_FEED", "cards.1.text", 180),
    ("CAROUSEL_FEED", "cards.0.coupon.description", 18),
    ("CAROUSEL_COMMERCE", "head.title", 20), ("CAROUSEL_COMMERCE", "head.text", 50),
    ("CAROUSEL_COMMERCE", "cards.1.commerce.title", 30), ("CAROUSEL_COMMERCE", "cards.0.additional", 34),
    ("CAROUSEL_COMMERCE", "cards.0.coupon.description", 18),
    ("email", "subject", 200), ("email", "preheader", 200),
]  # fmt: skip
LINES = [("TEXT", "text", 99), ("IMAGE", "text", 99), ("WIDE_IMAGE", "text", 1), ("CAROUSEL_FEED", "cards.0.text", 2)]


def broken(found: Template, values: dict[str, str]) -> str | None:
    made = render_one(found, {"unsubscribe_url": "https://a.kr/u"} | values, LEFT_TO_KAKAO)
    return made.skip_reason or made.substitute_skip_reason


@pytest.mark.parametrize(("base", "path", "most"), TABLE)
def test_a_text_may_be_as_long_as_its_limit_and_no_longer(base: str, path: str, most: int) -> None:
    for length, reason in ((most, None), (most + 1, f"too_long:{path}")):
        fixed = with_texts(BASES[base], {path: "a" * length})
        assert broken(fixed, {}) == reason
        assert [one.values["most"] for one in text_obstacles(fixed)] == ([] if reason is None else [most])
        variable = with_texts(BASES[base], {path: "#{NAME}"})
        assert broken(variable, {"name": "a" * length}) == reason
        assert list(text_obstacles(variable)) == []


@pytest.mark.parametrize(("base", "path", "most"), LINES)
def test_a_text_may_have_so_many_line_breaks(base: str, path: str, most: int) -> None:
    for count, reason in ((most, None), (most + 1, f"too_many_lines:{path}")):
        fixed = with_texts(BASES[base], {path: "a" + "\na" * count})
        assert broken(fixed, {}) == reason
        assert [one.kind for one in text_obstacles(fixed)] == ([] if reason is None else ["too_many_breaks"])


@pytest.mark.parametrize("base", sorted(set(BASES) - {"short", "picture"}))
def test_every_limit_of_the_program_is_in_this_table(base: str) -> None:
    limits = limits_of(BASES[base])
    limited = {place.pattern for place in places(BASES[base]) if {place.path, place.pattern} & set(limits)}
    assert limited - {"html"} == {pattern_of(path) for name, path, _ in TABLE if name == base}


def test_links_have_up_to_a_thousand_characters() -> None:
    address = "https://a.kr/"
    for length, reason in ((1000, None), (1001, "too_long:image_link")):
        fixed = with_texts(BASES["IMAGE"], {"image_link": address + "a" * (length - len(address))})
        assert broken(fixed, {}) == reason


# buttons without a coupon, with one, letters of a name (CHANNELS.md section 4)
BUTTONS = {
    "TEXT": (5, 4, 14),
    "IMAGE": (5, 4, 14),
    "WIDE_IMAGE": (2, 2, 8),
    "WIDE_ITEM_LIST": (2, 2, 8),
    "COMMERCE": (2, 2, 8),
}


def test_buttons_of_each_type_are_those_of_the_table() -> None:
    found = {
        name: (shape.buttons[1], shape.with_coupon, shape.name) for name, shape in SHAPES.items() if shape.buttons[1]
    }
    assert found == BUTTONS
