"""Limits of Brand Messages, as the played SENS holds them against the finished text.

Belongs here: the table of CHANNELS.md, section 4, written down a second time, so that ours is not tested with itself.
Does not belong here: what we check before sending (``models.messages``).
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

_COUPON: Final = re.compile(
    r"\d[\d,]*원 할인 쿠폰|(?:[1-9]\d?|100)% 할인 쿠폰|배송비 할인 쿠폰|\S{1,7} (?:무료|UP) 쿠폰"
)
_BODY: Final = {"TEXT": (1300, 99), "IMAGE": (1300, 99), "WIDE_IMAGE": (76, 1)}  # characters, line breaks
_BUTTONS: Final = {
    "TEXT": (5, 14),
    "IMAGE": (5, 14),
    "WIDE_IMAGE": (2, 8),
    "WIDE_ITEM_LIST": (2, 8),
    "COMMERCE": (2, 8),
}
BAD_SHAPE, TOO_LONG, BAD_BUTTON, NO_IMAGE, BAD_COUPON = "B001", "B005", "B006", "B007", "B008"
Part = Mapping[str, Any]


def problem_of(kind: str, one: Part, images: Mapping[str, str]) -> str:
    """The code a message is refused with; empty when it is taken. ``images``: what was uploaded."""
    if "coupon" in one and not _COUPON.fullmatch(str(one["coupon"].get("title", ""))):
        return BAD_COUPON
    if kind in _BODY:
        found = _text(one, *_BODY[kind]) or ("" if kind == "TEXT" else _image(one.get("image"), images))
    elif kind == "WIDE_ITEM_LIST":
        found = _list(one, images)
    elif kind == "COMMERCE":
        found = _commerce(one) or _image(one.get("image"), images) or ("" if one.get("buttons") else BAD_BUTTON)
    elif kind in ("CAROUSEL_FEED", "CAROUSEL_COMMERCE"):
        return _carousel(kind, one.get("carousel") or {}, images)
    else:
        return BAD_SHAPE
    most, letters = _BUTTONS[kind]
    return found or _buttons(one.get("buttons") or (), most - (most == 5 and "coupon" in one), letters)


def _text(one: Part, most: int, breaks: int) -> str:
    text = str(one.get("content", ""))
    if not text:
        return BAD_SHAPE
    return TOO_LONG if len(text) > most or text.count("\n") > breaks else ""


def _image(image: Any, images: Mapping[str, str]) -> str:
    known = isinstance(image, Mapping) and image.get("imageId") in images
    return "" if known else NO_IMAGE


def _buttons(given: Sequence[Part], most: int, letters: int) -> str:
    for one in given:
        if len(str(one.get("name", ""))) not in range(1, letters + 1) or "#{" in str(one.get("name")):
            return BAD_BUTTON
        if one.get("type") == "WL" and not one.get("linkMobile"):
            return BAD_BUTTON
        if one.get("type") == "AL" and not (one.get("schemeIos") and one.get("schemeAndroid")):
            return BAD_BUTTON
        if one.get("type") not in ("WL", "AL", "BK", "MD"):
            return BAD_BUTTON
        if any(len(str(value)) > 1_000 for value in one.values()):
            return BAD_BUTTON
    return BAD_BUTTON if len(given) > most else ""


def _list(one: Part, images: Mapping[str, str]) -> str:
    header, rows = str(one.get("headerContent", "")), (one.get("item") or {}).get("list", [])
    if not 1 <= len(header) <= 20 or "\n" in header or not 4 <= len(rows) <= 5:
        return TOO_LONG if header else BAD_SHAPE
    for number, row in enumerate(rows):
        if len(str(row.get("title", ""))) > (25 if number == 0 else 30):
            return TOO_LONG
        if row.get("imageId") not in images or not row.get("linkMobile"):
            return NO_IMAGE
    return ""


def _commerce(one: Part) -> str:
    told = one.get("commerce") or {}
    if len(str(told.get("title", ""))) > 30 or len(str(one.get("additionalContent", ""))) > 34:
        return TOO_LONG
    prices = [str(told[name]) for name in ("regularPrice", "discountPrice") if name in told]
    if "regularPrice" not in told or not all(price.isdecimal() and int(price) <= 99_999_999 for price in prices):
        return BAD_SHAPE
    ways = sum(name in told for name in ("discountRate", "discountFixed"))
    return "" if ways == ("discountPrice" in told) else BAD_SHAPE


def _carousel(kind: str, carousel: Part, images: Mapping[str, str]) -> str:
    cards, head, tail = carousel.get("list", []), carousel.get("head"), carousel.get("tail")
    fewest, most = (1, 5) if head else (2, 6)
    if not fewest <= len(cards) <= most or (tail is not None and not tail.get("linkMobile")):
        return BAD_SHAPE
    if head and (len(str(head.get("header", ""))) > 20 or len(str(head.get("content", ""))) > 50):
        return TOO_LONG
    for card in cards:
        found = _commerce(card) if kind == "CAROUSEL_COMMERCE" else _feed_card(card)
        buttons = card.get("buttons") or ()
        found = found or _image(card.get("image"), images) or _buttons(buttons, 2, 8) or ("" if buttons else BAD_BUTTON)
        if found:
            return found
    return ""


def _feed_card(card: Part) -> str:
    header, text = str(card.get("header", "")), str(card.get("content", ""))
    if not header or not text:
        return BAD_SHAPE
    return TOO_LONG if len(header) > 20 or len(text) > 180 or text.count("\n") > 2 else ""
