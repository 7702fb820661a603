"""Variables of messages, such as ``#{회원 이름}`` or ``#{가격_반복 구매 상품}``, and where their values come from.

Belongs here: names, and the column of the recipients' frame that holds a variable's values. Does not belong here: which
variable may stand in which field (``allowed``), putting values in (``filling``).

A product variable is a part of a product and an item of the customer, with a number where the item is a list:
``#{가격_반복 구매 상품_2}``. A name that nothing here knows is a *Kakao variable*, filled from an uploaded CSV file.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final, Literal

Use = Literal[
    "member_name", "member", "shop", "custom", "product_name", "price", "image_url", "mobile_url", "pc_url", "kakao",
    "landing", "unsubscribe", "link",
]  # fmt: skip

ANY_VARIABLE: Final = re.compile(r"#\{([^{}#\n]{1,100})\}")
MOST_RANK: Final = 8  # products of an item that messages are filled from
PERSONAL: Final[frozenset[Use]] = frozenset(
    {"member_name", "member", "custom", "product_name", "price", "image_url", "mobile_url", "pc_url"}
)
LINKS: Final[frozenset[Use]] = frozenset({"mobile_url", "pc_url", "landing", "unsubscribe", "link"})

# The seven items of seed 000 as marketers call them: key of the table message_items, with and without the last word.
ITEMS: Final[dict[str, str]] = {
    "cart_related": "장바구니 연관 상품",
    "recent_related": "최근 상세보기 연관 상품",
    "most_viewed_related": "최다 상세보기 연관 상품",
    "latest_cart": "최근 장바구니 상품",
    "most_viewed": "최다 상세보기 상품",
    "latest_viewed": "최근 상세보기 상품",
    "repeat_purchase": "반복 구매 상품",
}
# Part of a product: Korean name, English name, column of the products table.
_PARTS: Final[dict[Use, tuple[str, str, str]]] = {
    "product_name": ("상품명", "PRODUCT_NAME", "name"),
    "price": ("가격", "PRICE", "price"),
    "image_url": ("이미지 URL", "IMAGE_URL", "image_url"),
    "mobile_url": ("모바일 URL", "MOBILE_URL", "url_mobile"),
    "pc_url": ("PC URL", "PC_URL", "url_pc"),
}
# Of the member and the shop: names that mean the same (the first is the one shown), use, column.
_PLAIN: Final[tuple[tuple[tuple[str, ...], Use, str], ...]] = (
    (("회원 이름", "NAME"), "member_name", "name"),
    (("회원 아이디", "USER_ID"), "member", "user_id"),
    (("적립금", "NOW_POINT"), "member", "points"),
    (("회원 등급", "GRADE"), "member", "grade"),
    (("쇼핑몰 이름", "MALL_NAME"), "shop", "mall_name"),
    (("랜딩 URL", "LANDING_URL"), "landing", "landing_url"),  # of the campaign, so that several share a template
    (("수신거부 링크", "UNSUBSCRIBE_URL"), "unsubscribe", "unsubscribe_url"),
)
_CUSTOM: Final = ("커스텀", "CUSTOM")
_LINK: Final = "DANGOL_LINK"  # a place that a tracked link is put into, never written by hand


@dataclass(frozen=True, order=True)
class Variable:
    """``name``: as it is shown; ``use``: what it is; ``column``: where its values stand in a frame of recipients."""

    name: str
    use: Use
    column: str

    @property
    def is_personal(self) -> bool:
        """Whether its values come from what is known about a member (conditional sends only)."""
        return self.use in PERSONAL

    def __str__(self) -> str:
        return f"#{{{self.name}}}"


def link_variable(number: int) -> Variable:
    """The place of a tracked link, counted from 1."""
    return Variable(f"{_LINK}_{number}", "link", f"link__{number}")


def product_variable(use: Use, item: str, rank: int = 1) -> Variable:
    """A part of the ``rank``-th product of an item of :data:`ITEMS`."""
    name, _, column = _PARTS[use]
    number = f"_{rank}" if rank > 1 else ""
    return Variable(f"{name}_{ITEMS[item]}{number}", use, f"{item}__{rank}__{column}")


def _tidy(name: str) -> str:
    return re.sub(r"\s+", " ", unicodedata.normalize("NFC", name)).strip()


def _key(name: str) -> str:
    """What a name is known by: 회원이름 and 회원 이름 are one."""
    return _tidy(name).replace(" ", "")


def _known() -> dict[str, Variable]:
    known = {name: Variable(names[0], use, column) for names, use, column in _PLAIN for name in names}
    for use, (korean, english, _) in _PARTS.items():
        for item, shown in ITEMS.items():
            for rank in range(1, MOST_RANK + 1):
                variable = product_variable(use, item, rank)
                for start in (f"{korean}_{shown}", f"{korean}_{shown.removesuffix(' 상품')}", f"{english}_{item}"):
                    known[f"{start}_{rank}"] = variable
                    if rank == 1:
                        known[start] = variable
    return {_key(name): variable for name, variable in known.items()}


_KNOWN: Final = _known()


def variable(name: str) -> Variable:
    """The variable of a name without ``#{}``; what nothing here knows is a Kakao variable."""
    key = _tidy(name)
    if _key(name) in _KNOWN:
        return _KNOWN[_key(name)]
    start, _, rest = key.partition("_")
    if start in _CUSTOM and rest:
        return Variable(f"{_CUSTOM[0]}_{rest}", "custom", f"custom__{rest}")
    number = key.removeprefix(f"{_LINK}_")
    if number != key and number.isdecimal():
        return link_variable(int(number))
    return Variable(key, "kakao", f"kakao__{key}")


def variables_in(texts: Iterable[str]) -> tuple[Variable, ...]:
    """Each variable once, in the order in which they stand."""
    return tuple(dict.fromkeys(variable(match[1]) for text in texts for match in ANY_VARIABLE.finditer(text)))


def parts_of(text: str) -> tuple[str | Variable, ...]:
    """A text as its fixed pieces and variables, in order."""
    pieces = ANY_VARIABLE.split(text)
    return tuple(variable(piece) if at % 2 else piece for at, piece in enumerate(pieces) if at % 2 or piece)


def meant(found: Variable) -> Variable | None:
    """The known variable that a Kakao variable's name nearly is: most likely a slip of the pen."""
    near = get_close_matches(_key(found.name), _KNOWN, n=1, cutoff=0.75)
    return _KNOWN[near[0]] if near else None


def catalogue() -> tuple[tuple[tuple[str, ...], Use], ...]:
    """What a marketer may choose from: names that mean the same, and the use; products with the first of an item."""
    products: tuple[tuple[tuple[str, ...], Use], ...] = tuple(
        ((f"{korean}_{shown}", f"{english}_{item}"), use)
        for use, (korean, english, _) in _PARTS.items()
        for item, shown in ITEMS.items()
    )
    return tuple((names, use) for names, use, _ in _PLAIN) + products
