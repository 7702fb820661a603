"""Templates and recipients that the tests of messages share."""

from typing import Any

import polars as pl

from models.messages.documents.template import Template
from models.messages.law import Sender

SENDER = Sender("단골샵", "02-123-4567", "080-123-4567")
CART = "최근 장바구니 상품"
UNSUBSCRIBE = '<a href="#{수신거부 링크}">수신거부</a>'


def template(channel: str, part: dict[str, Any], **top: Any) -> Template:
    return Template.model_validate({"id": "t", "name": "시험", channel: part, **top})


def sms(text: str, /, **more: Any) -> Template:
    top = {key: more.pop(key) for key in ("purpose", "if_missing") if key in more}
    return template("sms", {"text": text, **more}, **({"purpose": "information"} | top))


def email(html: str, /, **more: Any) -> Template:
    top = {key: more.pop(key) for key in ("purpose", "if_missing") if key in more}
    part = {"sender": {"name": "단골", "address": "shop@dangol.kr"}, "subject": "소식", "html": html, **more}
    return template("email", part, **({"purpose": "information"} | top))


def card(**more: Any) -> dict[str, Any]:
    return {
        "image": f"#{{이미지 URL_{CART}}}", "title": f"#{{상품명_{CART}}}", "text": "관심 있으세요?",
        "buttons": [{"name": "보러 가기", "mobile": f"#{{모바일 URL_{CART}}}"}], **more,
    }  # fmt: skip


def row(**more: Any) -> dict[str, Any]:
    return {"title": "신상", "image": "https://a.kr/1.jpg", "mobile": "https://a.kr/1", **more}


def brand(kind: str, /, **more: Any) -> Template:
    top = {key: more.pop(key) for key in ("purpose", "if_missing") if key in more}
    return template("brand_message", {"type": kind, **more}, **top)


def people(**columns: list[Any]) -> pl.DataFrame:
    return pl.DataFrame(columns, strict=False)


def product_values() -> dict[str, Any]:
    return {
        "name": "홍길동",
        "latest_cart__1__name": "울 니트",
        "latest_cart__1__price": 39000.0,
        "latest_cart__1__image_url": "https://a.kr/1.jpg",
        "latest_cart__1__url_mobile": "https://m.a.kr/1",
        "latest_cart__1__url_pc": "https://a.kr/1",
    }
