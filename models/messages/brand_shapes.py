"""Which parts a Brand Message of each type has, as a table.

Belongs here: parts and how many of them. Does not belong here: lengths of texts (``limits``), the checks themselves
(``checks_brand``). Source: CHANNELS.md section 4, seed 000 for carousels and wide lists.
"""

import re
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Shape:
    """Parts that a type needs and may have, buttons (how many, how long their names are, which types)."""

    needs: frozenset[str]
    may: frozenset[str] = frozenset()
    buttons: tuple[int, int] = (0, 0)
    with_coupon: int = 0  # buttons beside a coupon
    name: int = 0
    types: frozenset[str] = frozenset({"WL", "AL", "BK", "MD"})


@dataclass(frozen=True)
class CardShape:
    """The same for cards of a carousel."""

    needs: frozenset[str]
    may: frozenset[str]
    buttons: tuple[int, int] = (1, 2)
    name: int = 8


ALWAYS: Final = frozenset({"type", "targeting", "adult", "substitute"})
WEB: Final = frozenset({"WL", "AL"})
SHAPES: Final[dict[str, Shape]] = {
    "TEXT": Shape(frozenset({"text"}), frozenset({"buttons", "coupon"}), (0, 5), 4, 14),
    "IMAGE": Shape(frozenset({"text", "image"}), frozenset({"image_link", "buttons", "coupon"}), (0, 5), 4, 14),
    "WIDE_IMAGE": Shape(frozenset({"text", "image"}), frozenset({"image_link", "buttons", "coupon"}), (0, 2), 2, 8),
    "WIDE_ITEM_LIST": Shape(frozenset({"header", "items"}), frozenset({"buttons", "coupon"}), (0, 2), 2, 8),
    "COMMERCE": Shape(
        frozenset({"image", "commerce", "buttons"}),
        frozenset({"image_link", "additional", "coupon"}),
        (1, 2),
        2,
        8,
        WEB,
    ),
    "CAROUSEL_FEED": Shape(frozenset({"cards"}), frozenset({"more"})),
    "CAROUSEL_COMMERCE": Shape(frozenset({"cards"}), frozenset({"head", "more"})),
}
CARDS: Final[dict[str, CardShape]] = {
    "CAROUSEL_FEED": CardShape(frozenset({"image", "title", "text", "buttons"}), frozenset({"coupon"})),
    "CAROUSEL_COMMERCE": CardShape(frozenset({"image", "commerce", "buttons"}), frozenset({"additional", "coupon"})),
}
ROWS: Final = (4, 5)  # of a wide list: the main row and 3 or 4 more
PRODUCTS: Final = 4  # of one variable in a wide list (F6)


def cards_allowed(with_head: bool) -> tuple[int, int]:
    """How many cards a carousel has, its head not counted."""
    return (1, 5) if with_head else (2, 6)


_COUPONS: Final = (
    re.compile(r"(?P<won>[1-9][0-9]{0,7})원 할인 쿠폰"),
    re.compile(r"(?P<rate>[1-9][0-9]?|100)% 할인 쿠폰"),
    re.compile(r"배송비 할인 쿠폰"),
    re.compile(r"\S{1,7} 무료 쿠폰"),
    re.compile(r"\S{1,7} UP 쿠폰"),
)


def is_coupon_title(title: str) -> bool:
    """Whether Kakao takes a coupon with this title."""
    return any(pattern.fullmatch(title) for pattern in _COUPONS)
