"""Links of templates, and the places of tracked ones."""

import polars as pl
import pytest

from models.messages.links import link_targets, links_in, told_by_target, with_link_places
from models.messages.rendering import render
from tests.models.messages.templates import CART, SENDER, UNSUBSCRIBE, brand, card, email, people, sms

pytestmark = pytest.mark.feature("H1")


@pytest.mark.parametrize(
    ("text", "targets"),
    [
        ("보세요 https://a.kr/b?c=1&d=2.", ["https://a.kr/b?c=1&d=2"]),
        ("https://a.kr에서 https://a.kr/b,", ["https://a.kr", "https://a.kr/b"]),
        ("https://a.kr https://a.kr", ["https://a.kr"]),
        (f"#{{모바일 URL_{CART}}} 보기", [f"#{{모바일 URL_{CART}}}"]),
        (f"#{{모바일 URL_{CART}}}?utm=a 보기", [f"#{{모바일 URL_{CART}}}?utm=a"]),
        ("#{NAME}님 a.kr", []),
        ("(https://a.kr/x)", ["https://a.kr/x"]),
    ],
)
def test_addresses_in_a_text_are_found_whole(text: str, targets: list[str]) -> None:
    assert [link.target for link in links_in(sms(text))] == targets


def test_places_take_tracked_links_of_each_recipient() -> None:
    carousel = brand("CAROUSEL_FEED", cards=[card(), card(buttons=[{"name": "보기", "mobile": "https://a.kr", "pc": "https://b.kr"}])],
                     more={"mobile": "https://a.kr"}, substitute={"text": "https://a.kr/x 보기"})  # fmt: skip
    placed = with_link_places(carousel)
    assert [(link.number, link.path, link.device) for link in placed.links] == [
        (1, "cards.0.buttons.0.mobile", "mobile"), (2, "cards.1.buttons.0.mobile", "mobile"),
        (3, "cards.1.buttons.0.pc", "pc"), (4, "more.mobile", "mobile"), (5, "substitute.text", "any"),
    ]  # fmt: skip
    assert with_link_places(placed.template).links == ()
    frame = people(
        latest_cart__1__name=["니트", "코트"], latest_cart__1__image_url=["https://a.kr/1.jpg"] * 2,
        latest_cart__1__url_mobile=["https://m.a.kr/1", None],
    )  # fmt: skip
    targets = link_targets(placed.links, frame)
    assert targets["link__1"].to_list() == ["https://m.a.kr/1", None]
    assert targets["link__5"].to_list() == ["https://a.kr/x"] * 2
    tracked = targets.select(
        targets[name].str.replace("https://", "https://d.kr/").alias(name) for name in targets.columns
    )
    made = render(placed.template, frame.hstack(tracked), SENDER)
    assert made["field:cards.0.buttons.0.mobile"].to_list() == ["https://d.kr/m.a.kr/1", None]
    assert made["skip_reason"].to_list() == [None, "missing:DANGOL_LINK_1"]
    reasons = made["skip_reason"].replace(told_by_target(placed.links))
    assert reasons.to_list() == [None, "missing:모바일 URL_최근 장바구니 상품"]
    assert "https://d.kr/a.kr/x 보기" in made["field:substitute.text"][0]


def test_only_links_of_a_mail_become_places() -> None:
    link = '<a href="https://a.kr/?a=1&amp;b=2">https://a.kr/?a=1</a>'
    page = f'{link}<img src="https://a.kr/1.jpg"><a href="mailto:a@a.kr">m</a>{UNSUBSCRIBE}'
    placed = with_link_places(email(page, text="#{수신거부 링크}"))
    assert [link.target for link in placed.links] == ["https://a.kr/?a=1&b=2"]
    assert placed.template.email is not None
    assert placed.template.email.html == page.replace("https://a.kr/?a=1&amp;b=2", "#{DANGOL_LINK_1}")


def test_a_target_that_is_no_address_is_none() -> None:
    (link,) = links_in(sms(f"#{{모바일 URL_{CART}}}"))
    frame = people(latest_cart__1__url_mobile=["javascript:x", "https://a.kr/a b", "HTTPS://a.kr"])
    assert link_targets([link], frame)["link__1"].to_list() == [None, None, "HTTPS://a.kr"]


def test_a_link_without_variables_leads_every_recipient_somewhere() -> None:
    made = sms("보러 오세요 https://shop.example/new", purpose="information")
    (link,) = links_in(made)
    found = link_targets([link], pl.DataFrame({"customer_key": ["a", "b", "c"]}))
    assert found[link.column].to_list() == ["https://shop.example/new"] * 3
