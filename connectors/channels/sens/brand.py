"""Brand Messages through SENS.

Belongs here: the body of the request (CHANNELS.md, 4). Does not belong here: limits of texts (``models.messages``),
uploading pictures (``pictures``).

``content`` of a message: the part ``brand_message`` of a template document, filled: ``type``, ``targeting``, ``text`` …
Pictures are addresses; the vendor takes none, so that each is uploaded once and named by its id.
"""

import datetime as dt
from collections.abc import Mapping
from typing import Any, Final

from connectors.channels.protocol import Message
from connectors.channels.sens.alimtalk import buttons, links, picked
from connectors.channels.sens.client import SensClient
from connectors.channels.sens.kakao import Body, KakaoChannel
from connectors.channels.sens.pictures import PictureDesk
from connectors.channels.turns import text_of

RESULTS_FOR: Final = dt.timedelta(hours=25)
Shared = tuple[str, str, bool]  # type, targeting, adult


def brand_channel(
    client: SensClient,
    channel_id: str,
    pictures: PictureDesk,
    *,
    lookup_after: dt.timedelta = dt.timedelta(minutes=2),
    results_for: dt.timedelta = RESULTS_FOR,
) -> KakaoChannel:
    """The sender of Brand Messages from one KakaoTalk channel (``@name``)."""
    return KakaoChannel(
        client,
        "brandmessage",
        channel_id,
        key_of=_shared,
        body_of=lambda key: {"messageType": key[0], "targeting": key[1], "isAdult": key[2]},
        message_of=lambda message: brand_body(message.content, pictures),
        text_of=lambda message: text_of(message.content, "text"),
        lookup_after=lookup_after,
        results_for=results_for,
    )


def brand_body(content: Mapping[str, Any], pictures: PictureDesk) -> Body:
    """One message without its address. Raises ``Refused`` for a picture that can not be had, ``Transient`` for one that
    can not be uploaded now."""
    kind = text_of(content, "type")
    body: Body = {"countryCode": "82", "useSmsFailover": False}
    for ours, theirs in (("text", "content"), ("header", "headerContent"), ("additional", "additionalContent")):
        if text_of(content, ours):
            body[theirs] = text_of(content, ours)
    if text_of(content, "image"):
        body["image"] = {"imageId": pictures.image_id(text_of(content, "image"), kind)}
        if text_of(content, "image_link"):
            body["image"]["imageLink"] = text_of(content, "image_link")
    if content.get("items"):
        body["item"] = {"list": [_row(one, number, pictures) for number, one in enumerate(content["items"])]}
    if content.get("commerce"):
        body["commerce"] = _commerce(content["commerce"])
    if content.get("cards"):
        body["carousel"] = _carousel(content, kind, pictures)
    if content.get("coupon"):
        body["coupon"] = _coupon(content["coupon"])
    if content.get("buttons"):
        body["buttons"] = buttons(content["buttons"])
    return body


def _shared(message: Message) -> Shared:
    content = message.content
    return text_of(content, "type"), text_of(content, "targeting") or "I", content.get("adult") is True


def _row(given: Mapping[str, Any], number: int, pictures: PictureDesk) -> Body:
    kind = "WIDE_ITEM_LIST_MAIN" if number == 0 else "WIDE_ITEM_LIST_SUB"
    return {"title": str(given["title"]), "imageId": pictures.image_id(str(given["image"]), kind), **links(given)}


def _commerce(given: Mapping[str, Any]) -> Body:
    names = {"price": "regularPrice", "discount_price": "discountPrice", "discount_rate": "discountRate",
             "discount_fixed": "discountFixed"}  # fmt: skip
    prices = {theirs: str(given[ours]) for ours, theirs in names.items() if given.get(ours) is not None}
    return {"title": str(given["title"]), **prices}


def _coupon(given: Mapping[str, Any]) -> Body:
    return {**picked(given, ("title", "description")), **links(given)}


def _carousel(content: Mapping[str, Any], kind: str, pictures: PictureDesk) -> Body:
    carousel: Body = {"list": [_card(card, kind, pictures) for card in content["cards"]]}
    head = content.get("head")
    if head:
        image = pictures.image_id(str(head["image"]), kind)
        carousel["head"] = {"header": str(head["title"]), "content": str(head["text"]), "imageId": image, **links(head)}
    if content.get("more"):
        carousel["tail"] = links(content["more"])
    return carousel


def _card(card: Mapping[str, Any], kind: str, pictures: PictureDesk) -> Body:
    """One card. A tap on its picture leads where its first button does (F5)."""
    pressed = buttons(card.get("buttons") or ())
    image = {"imageId": pictures.image_id(str(card["image"]), kind)}
    if pressed and "linkMobile" in pressed[0]:
        image["imageLink"] = pressed[0]["linkMobile"]
    body: Body = {"image": image, "buttons": pressed}
    for ours, theirs in (("title", "header"), ("text", "content"), ("additional", "additionalContent")):
        if text_of(card, ours):
            body[theirs] = text_of(card, ours)
    if card.get("commerce"):
        body["commerce"] = _commerce(card["commerce"])
    if card.get("coupon"):
        body["coupon"] = _coupon(card["coupon"])
    return body
