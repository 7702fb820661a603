"""Which variable may stand in which field: the table of seed 000, and that of the other channels.

Belongs here: the table and the question. Does not belong here: sentences about it (``checks``).
"""

from typing import Final

from models.messages.documents.places import Place
from models.messages.documents.template import Channel, Template
from models.messages.variables import Use

Uses = frozenset[Use]
_NONE: Final[Uses] = frozenset()
_PRODUCT_TEXT: Final[Uses] = frozenset({"product_name", "price", "member_name"})
_IMAGE: Final[Uses] = frozenset({"image_url"})
_PAGE: Final[Uses] = frozenset({"mobile_url", "pc_url", "landing"})
_TEXT: Final[Uses] = frozenset({"member_name", "member", "shop", "custom", "product_name", "price"})
_TEXT_OR_LINK: Final[Uses] = _TEXT | _PAGE

# Cards of a carousel feed and rows of a wide list, after the table of seed 000.
_CAROUSEL: Final[dict[str, Uses]] = {
    "cards.*.image": _IMAGE,
    "cards.*.title": _PRODUCT_TEXT,
    "cards.*.text": _PRODUCT_TEXT,
    "cards.*.buttons.0.mobile": _PAGE,
    "cards.*.buttons.0.pc": _PAGE,
    "cards.*.buttons.0.ios": _NONE,
    "cards.*.buttons.0.android": _NONE,
    "cards.*.commerce.title": _PRODUCT_TEXT,
    "cards.*.additional": _PRODUCT_TEXT,
}
_WIDE: Final[dict[str, Uses]] = {
    "header": _PRODUCT_TEXT,
    "items.*.title": _PRODUCT_TEXT,
    "items.*.image": _IMAGE,
    "items.*.mobile": _PAGE,
    "items.*.pc": _PAGE,
    "buttons.0.mobile": _PAGE,
    "buttons.0.pc": _PAGE,
}
_STRICT: Final = {"CAROUSEL_FEED": _CAROUSEL, "CAROUSEL_COMMERCE": _CAROUSEL, "WIDE_ITEM_LIST": _WIDE}
# Places that are the same for everybody whatever the type: Kakao refuses variables in the 'more' link.
_FIXED: Final = ("more.mobile", "more.pc")
_KAKAO: Final[frozenset[Channel]] = frozenset({"alimtalk", "brand_message"})
_BY_ROLE: Final[dict[str, Uses]] = {
    "line": _TEXT,
    "body": _TEXT_OR_LINK,
    "link": _PAGE,
    "image": _IMAGE,
    "html": _TEXT_OR_LINK | _IMAGE | frozenset({"unsubscribe"}),
}


def uses_at(template: Template, place: Place) -> Uses:
    """What variables may be for, that stand at a place of a template."""
    if place.path in _FIXED:
        return _NONE
    brand = template.brand_message
    if brand is not None and not place.path.startswith("substitute."):
        table = _STRICT.get(brand.type)
        if table is not None:
            return table.get(_button_pattern(place), _NONE)
    found = _BY_ROLE[place.role]
    if template.channel == "email" and place.path == "text":
        return found | {"unsubscribe"}
    return found | {"kakao"} if template.channel in _KAKAO else found


def _button_pattern(place: Place) -> str:
    """The pattern of a place, in which the number of a button is kept: a card's second button takes no variables."""
    parts = place.path.split(".")
    return ".".join(
        part if not part.isdecimal() or parts[at - 1] == "buttons" else "*" for at, part in enumerate(parts)
    )
