"""What the law asks of advertising."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.messages.checks import obstacles_in, warnings_in
from models.messages.documents.places import places
from models.messages.documents.template import Template
from models.messages.law import LABEL, Sender, has_label, labelled, saved, with_law
from tests.models.messages.templates import SENDER, UNSUBSCRIBE, brand, card, email, sms, template

pytestmark = pytest.mark.feature("F10")


def texts(found: Template) -> dict[str, str]:
    return {place.path: place.text for place in places(found)}


def ads() -> list[Template]:
    return [
        sms("세일", subject="소식", purpose="advertising"),
        brand("TEXT", text="세일", targeting="M", substitute={"text": "세일"}),
        brand("WIDE_IMAGE", text="세일", image="https://a.kr/1.jpg"),
        brand("CAROUSEL_FEED", cards=[card(), card()], substitute={"text": "세일", "subject": "소식"}),
        template("push", {"title": "세일", "body": "오늘만", "opt_out": "[수신 거부: 설정 > 알림 해제]"}),
        email(f"<body><p>세일</p>{UNSUBSCRIBE}</body>", purpose="advertising", text="세일"),
    ]


@pytest.mark.parametrize("ad", ads(), ids=lambda ad: ad.channel)
def test_the_label_stands_first_and_only_once(ad: Template) -> None:
    once = with_law(ad, SENDER)
    assert with_law(once, SENDER) == once
    firsts = {"sms": ["text", "subject"], "push": ["title"], "email": ["subject"]}.get(ad.channel, [])
    firsts += ["substitute.text"] if ad.substitute else []
    for path in firsts:
        assert texts(once)[path].startswith(LABEL)
        assert texts(once)[path].count("광고") == 1


def test_a_text_message_names_the_sender_and_the_free_number() -> None:
    found = texts(with_law(sms("세일", purpose="advertising"), SENDER))["text"]
    assert found == "(광고)[단골샵 02-123-4567] 세일\n무료수신거부 080-123-4567"


def test_what_the_marketer_wrote_already_is_not_written_twice() -> None:
    written = sms("[광 고] [단골샵 02-123-4567] 세일 무료거부 0801234567", purpose="advertising")
    assert texts(with_law(written, SENDER))["text"] == "(광고)[단골샵 02-123-4567] 세일 무료거부 0801234567"


def test_information_has_no_label() -> None:
    for told in (
        sms("주문이 도착했습니다"),
        template("alimtalk", {"code": "A", "text": "배송", "substitute": {"text": "배송"}}),
    ):
        assert with_law(told, SENDER) == told


def test_an_email_ends_with_the_sender_whose_name_is_no_command() -> None:
    sender = Sender("A&B <{{7}}> #{NAME}", "서울시 중구", "080-1")
    page = texts(with_law(ads()[-1], sender))["html"]
    assert page.endswith("</p></body>")
    assert "A&amp;B &lt;&#123;&#123;7}}&gt; &#35;&#123;NAME}" in page
    assert texts(with_law(ads()[-1], sender))["subject"] == "(광고) 소식"


def test_a_brand_message_to_others_than_friends_gives_the_free_number() -> None:
    to_all, to_friends = brand("TEXT", text="세일", targeting="M"), brand("TEXT", text="세일")
    assert texts(with_law(to_all, SENDER))["text"] == "(광고) 세일\n무료수신거부 080-123-4567"
    assert texts(with_law(to_friends, SENDER))["text"].endswith("수신거부: 채널 홈 > 차단")
    left_to_kakao = Sender("단골샵", "02", "080-1", label_kakao_texts=False)
    assert with_law(to_friends, left_to_kakao) == to_friends


@pytest.mark.feature("F8")
def test_a_push_takes_over_the_opt_out_text_when_it_is_saved() -> None:
    old = template("push", {"title": "세일", "body": "오늘만"})
    assert texts(with_law(old, SENDER))["body"] == "오늘만"  # saved before the setting: as it was
    assert [one.kind for one in warnings_in(old, SENDER)] == ["push_no_opt_out"]
    again = saved(old, "[수신 거부 방법 > 설정 > 알림 해제]")
    assert texts(with_law(again, SENDER))["body"] == "오늘만\n[수신 거부 방법 > 설정 > 알림 해제]"
    assert warnings_in(again, SENDER) == []
    assert saved(again, "[다른 문구]").push.opt_out == "[다른 문구]"  # type: ignore[union-attr]
    told = template("push", {"title": "배송", "body": "도착"}, purpose="information")
    assert saved(told, "[문구]") == told
    assert [one.kind for one in obstacles_in(saved(old, "가" * 31), SENDER)] == ["too_many_letters"]


def test_what_the_shop_lacks_for_advertising_is_told() -> None:
    ad = sms("세일", purpose="advertising")
    assert [one.kind for one in obstacles_in(ad, Sender("단골샵"))] == ["no_opt_out_number", "no_contact"]
    assert [one.kind for one in obstacles_in(ad, Sender("단골샵", "02", "070-1"))] == ["opt_out_not_080"]
    assert obstacles_in(sms("배송"), Sender("단골샵")) == []
    assert [one.kind for one in obstacles_in(brand("TEXT", text="세일", targeting="N"), Sender("단골샵"))] == [
        "no_opt_out_number"
    ]
    told = template("alimtalk", {"code": "A", "text": "a"}, purpose="advertising")
    assert "alimtalk_advertises" in [one.kind for one in obstacles_in(told, SENDER)]
    assert [one.kind for one in obstacles_in(brand("TEXT", text="a", purpose="information"), SENDER)] == [
        "brand_informs"
    ]


def test_the_words_of_the_law_count_in_the_limits() -> None:
    wide = brand("WIDE_IMAGE", text="가" * 72, image="https://a.kr/1.jpg")
    (problem,) = obstacles_in(wide, SENDER)
    assert (problem.kind, problem.values["have"], problem.values["most"]) == ("too_many_letters", 77, 76)
    assert obstacles_in(brand("WIDE_IMAGE", text="가" * 71, image="https://a.kr/1.jpg"), SENDER) == []


def test_a_price_and_a_number_are_no_number_to_opt_out() -> None:
    text = texts(with_law(sms("1,080 원 080-123-45678 1080-123-4567", purpose="advertising"), SENDER))["text"]
    assert text.endswith("\n무료수신거부 080-123-4567")


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=40))
def test_labelling_twice_is_labelling_once(text: str) -> None:
    for name in ("", "[단골샵]"):
        assert labelled(labelled(text, name), name) == labelled(text, name)
        assert has_label(labelled(text, name))
