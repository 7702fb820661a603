"""Previews: a page of each channel that needs nothing else."""

import re
from html.parser import HTMLParser

import pytest

from models.messages.documents.template import Template
from models.messages.preview.page import preview
from models.messages.rendering import render_one
from tests.models.messages.templates import SENDER, UNSUBSCRIBE, brand, card, email, product_values, row, sms, template

pytestmark = pytest.mark.feature("F11")
PICTURE = "https://a.kr/1.jpg"
EVERY = [
    sms("안녕 #{NAME}", subject="소식"),
    template("alimtalk", {
        "code": "A", "text": "#{NAME}님 배송", "title": "제목", "header": "머리말", "image": PICTURE, "extra": "부가",
        "highlight": {"title": "강조", "description": "설명"}, "summary": {"title": "합계", "description": "1원"},
        "items": [{"title": "상품", "description": "니트"}] * 2, "buttons": [{"type": "DS", "name": "배송 조회"}],
        "substitute": {"text": "배송"},
    }),
    brand("TEXT", text="세일", buttons=[{"name": "보기", "mobile": "https://a.kr"}],
          coupon={"title": "배송비 할인 쿠폰", "description": "오늘만", "mobile": "https://a.kr"}),
    brand("WIDE_ITEM_LIST", header="신상 모음", items=[row()] * 4),
    brand("COMMERCE", image=PICTURE, additional="추가", buttons=[{"name": "보기", "mobile": "https://a.kr"}],
          commerce={"title": "니트", "price": 39000, "discount_price": 29000, "discount_rate": 26}),
    brand("CAROUSEL_FEED", cards=[card(), card(title="두 번째")], more={"mobile": "https://a.kr"}),
    brand("CAROUSEL_COMMERCE", head={"title": "머리", "text": "말", "image": PICTURE},
          cards=[{"image": PICTURE, "commerce": {"title": "니트", "price": 39000},
                  "buttons": [{"name": "보기", "mobile": "https://a.kr"}]}]),
    template("push", {"title": "세일", "body": "#{NAME}님", "image": PICTURE, "opt_out": "[해제]"}),
    email(f'<p>#{{NAME}}</p><img src="{PICTURE}">' + UNSUBSCRIBE, preheader="미리"),
    template("onsite", {"style": "popup", "title": "환영", "text": "쿠폰", "image": PICTURE,
                        "button": {"text": "받기", "link": "https://a.kr"}}),
]  # fmt: skip


class _Reader(HTMLParser):
    """Everything a browser would fetch, and every element left open."""

    def __init__(self) -> None:
        super().__init__()
        self.fetched: list[str] = []
        self.open: list[str] = []
        self.frames: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.fetched += [str(given[name]) for name in ("src", "href") if name in given]
        self.frames += [str(given["srcdoc"])] if tag == "iframe" else []
        if tag == "iframe":
            assert given["sandbox"] is None  # nothing is allowed in it
        if tag not in ("meta", "br", "img"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.mark.parametrize("found", EVERY, ids=lambda found: f"{found.channel}-{getattr(found.part, 'type', '')}")
@pytest.mark.parametrize("locale", ["ko", "en"])
def test_a_page_shows_the_message_and_loads_nothing(found: Template, locale: str) -> None:
    rendered = render_one(found, product_values() | {"unsubscribe_url": "https://a.kr/u"}, SENDER)
    assert rendered.skip_reason is None
    page = preview(found, SENDER, rendered, locale)
    reader = _Reader()
    reader.feed(page)
    assert reader.fetched == []
    assert reader.open == []
    assert ("미리보기" if locale == "ko" else "Preview") in page
    for path, text in rendered.fields.items():
        if path.split(".")[-1] in ("text", "title", "body", "subject", "header"):
            assert text.split("\n")[0] in page, path
    for frame in reader.frames:
        inner = _Reader()
        inner.feed(frame)
        assert [one for one in inner.fetched if not one.startswith(("data:", "https://a.kr/u"))] == []


def test_cards_stand_side_by_side_with_their_buttons_and_prices() -> None:
    page = preview(EVERY[5], SENDER, render_one(EVERY[5], product_values(), SENDER))
    assert page.count('class="card"') == 2
    assert "→ 더보기" in page
    assert "(광고) 단골샵" in page
    shop = preview(EVERY[4], SENDER, render_one(EVERY[4], {}, SENDER))
    assert "29,000원" in shop
    assert "26%" in shop


def test_a_mail_is_shown_at_two_widths() -> None:
    page = preview(EVERY[8], SENDER, render_one(EVERY[8], {"name": "홍", "unsubscribe_url": "https://a.kr/u"}, SENDER))
    assert re.findall(r'class="mail" style="width:(\d+)px"', page) == ["640", "360"]


def test_without_a_recipient_variables_are_shown_and_with_a_reason_it_is_told() -> None:
    assert "안녕 #{NAME}" in preview(EVERY[0], SENDER)
    page = preview(EVERY[0], SENDER, render_one(EVERY[0], {}, SENDER))
    assert "missing:회원 이름" in page


def test_what_a_recipient_is_called_is_no_html() -> None:
    found = EVERY[0]
    page = preview(found, SENDER, render_one(found, {"name": "<script>x</script>"}, SENDER))
    assert "<script>" not in page
    mail = preview(
        EVERY[8], SENDER, render_one(EVERY[8], {"name": "<script>", "unsubscribe_url": "https://a.kr"}, SENDER)
    )
    assert "<script>" not in mail


def test_without_a_recipient_all_parts_of_a_mail_are_shown_and_no_commands() -> None:
    page = preview(email("<p>{% if #{적립금} %}적립금 있음{% else %}없음{% endif %}</p>" + UNSUBSCRIBE), SENDER)
    assert "{%" not in page
    assert "적립금 있음" in page


def test_why_a_recipient_gets_nothing_can_be_said_in_words() -> None:
    page = preview(EVERY[0], SENDER, render_one(EVERY[0], {}, SENDER), why="값이 없음: 회원 이름")
    assert "값이 없음: 회원 이름" in page
    assert "missing:" not in page


def test_a_font_that_is_not_installed_has_others_behind_it() -> None:
    banner = template("onsite", {"style": "popup", "title": "환영", "title_font": {"family": "Pretendard"}})
    assert "sans-serif" in preview(banner, SENDER).split("환영")[-2].rpartition("font-family")[2]
