"""Messages as templates make them go out as they are: the one place where rendering and channels meet."""

from pathlib import Path
from typing import Any

import pytest

from connectors.channels.protocol import Attempt, Channel, Message
from connectors.sandbox.fcm_server import FcmServer
from connectors.sandbox.sens_kakao import SandboxTemplate
from connectors.sandbox.sens_server import SensServer
from connectors.sandbox.smtp_server import SmtpServer
from models.messages.documents.places import part_with
from models.messages.documents.template import Template
from models.messages.law import with_law
from models.messages.rendering import render_one
from tests.connectors.channels.rigs import (
    Clock,
    alimtalk_rig,
    brand_rig,
    mail_rig,
    onsite_rig,
    phone,
    push_rig,
    sms_rig,
)
from tests.models.messages.templates import (
    SENDER,
    UNSUBSCRIBE,
    brand,
    card,
    email,
    product_values,
    row,
    sms,
    template,
)

pytestmark = pytest.mark.feature("G1", "F1", "F2", "F4")
VALUES: dict[str, Any] = {
    **product_values(),
    "kakao__주문번호": "20251015-7",
    "unsubscribe_url": "https://shop.example/u/1",
}

COUPON = {"title": "3000원 할인 쿠폰", "description": "오늘만", "mobile": "https://a.kr"}
SALE = {"title": "니트", "price": 39000, "discount_price": 29000, "discount_fixed": 10000}
BUTTON = {"name": "사기", "mobile": "https://a.kr"}
BRAND = [
    brand("TEXT", text="#{회원 이름}님 안녕하세요", coupon=COUPON),
    brand("WIDE_ITEM_LIST", header="이런 상품은?", items=[row() for _ in range(4)]),
    brand("CAROUSEL_FEED", cards=[card(), card()], more={"mobile": "https://a.kr"}),
    brand("COMMERCE", image="https://a.kr/1.jpg", commerce=SALE, buttons=[BUTTON]),
]


def content_of(made: Template) -> dict[str, Any]:
    """The channel's part, filled, with what the law asks for."""
    said = render_one(made, VALUES, SENDER)
    assert said.skip_reason is None, said.skip_reason
    content = part_with(with_law(made, SENDER), said.fields)
    if made.sms is not None:
        content |= {"kind": said.kind, "advertising": made.advertises}
    if made.email is not None:
        content |= {"unsubscribe_url": said.fields["unsubscribe_url"], "text": said.fields["text"]}
    return content


def taken(channel: Channel, content: dict[str, Any], to: str, clock: Clock) -> bool:
    made = Attempt("d" * 32, "sender", "t", clock.now(), [Message("m1", to, content)])
    (outcome,) = channel.send(made).outcomes
    assert outcome.state in ("accepted", "delivered"), outcome
    return True


@pytest.mark.parametrize(
    "made",
    [
        sms("#{회원 이름}님, 안녕하세요"),
        sms(
            "#{회원 이름}님, #{상품명_최근 장바구니 상품}이 아직 기다리고 있어요. 품절되기 전에 보러 오세요",
            purpose="advertising",
            subject="장바구니 안내",
        ),
    ],
)
def test_text_messages(sens: SensServer, clock: Clock, made: Template) -> None:
    assert taken(sms_rig(sens, clock).channel, content_of(made), phone(1), clock)
    body = sens.requests[-1].json
    assert body["contentType"] == ("AD" if made.advertises else "COMM")
    assert body["type"] == ("LMS" if made.advertises else "SMS")


def test_an_alimtalk(sens: SensServer, clock: Clock) -> None:
    text = "안녕하세요, #{회원 이름}님.\n적립금 안내입니다."
    buttons = [{"type": "WL", "name": "보기", "mobile": "https://m.a.kr", "pc": "https://a.kr"}]
    part = {"code": "D01", "text": text, "buttons": buttons, "inspection": {"state": "approved"}}
    sens.alimtalk.templates["D01"] = SandboxTemplate("D01", text, buttons=[{"name": "보기"}])
    assert taken(alimtalk_rig(sens, clock).channel, content_of(template("alimtalk", part)), phone(1), clock)


@pytest.mark.parametrize(
    "made",
    BRAND,
    ids=lambda made: made.brand_message.type,
)
def test_brand_messages(sens: SensServer, clock: Clock, made: Template) -> None:
    assert taken(brand_rig(sens, clock).channel, content_of(made), phone(1), clock)


def test_a_push(fcm: FcmServer, clock: Clock, tmp_path: Path) -> None:
    made = template(
        "push",
        {"title": "주말 세일", "body": "#{회원 이름}님, 20%", "link": "https://a.kr", "opt_out": "수신거부: 설정"},
    )
    assert taken(push_rig(fcm, clock, tmp_path).channel, content_of(made), "device-1", clock)
    notification = fcm.requests[-1].json["message"]["notification"]
    assert notification["title"].startswith("(광고)")
    assert notification["body"].endswith("수신거부: 설정")


def test_an_email(smtp: SmtpServer, clock: Clock) -> None:
    made = email(f"<p>#{{회원 이름}}님, 안녕하세요</p>{UNSUBSCRIBE}", purpose="advertising")
    assert taken(mail_rig(smtp, clock).channel, content_of(made), "a@example.com", clock)
    letter = smtp.letters[-1].parsed
    assert letter["List-Unsubscribe"] == "<https://shop.example/u/1>"
    html = letter.get_body(("html",))
    assert html is not None
    assert "홍길동님" in html.get_content()


def test_an_onsite_message(clock: Clock, tmp_path: Path) -> None:
    made = template("onsite", {"style": "popup", "title": "#{회원 이름}님께 10%", "frequency": "once"})
    assert taken(onsite_rig(tmp_path, clock).channel, content_of(made), "customer1", clock)
