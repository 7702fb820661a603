"""What is wrong with a Brand Message: parts its type lacks or does not have, cards, rows, buttons, coupons, prices.

Belongs here: shape. Does not belong here: the tables (``brand_shapes``), lengths of texts (``checks_texts``).
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

from models.documents.reading import Problem
from models.messages.brand_shapes import (
    ALWAYS,
    CARDS,
    PRODUCTS,
    ROWS,
    SHAPES,
    WEB,
    CardShape,
    Shape,
    cards_allowed,
    is_coupon_title,
)
from models.messages.documents.brand import BrandButton, BrandMessage, Card, Commerce, Coupon
from models.messages.documents.places import places
from models.messages.documents.template import Template
from models.messages.letters import units
from models.messages.problems import problem
from models.messages.variables import ANY_VARIABLE, variable

_PICTURE: Final = re.compile(r"\.(?:jpe?g|png)(?:\?|$)", re.IGNORECASE)


def brand_problems(template: Template, brand: BrandMessage) -> Iterator[Problem]:
    """Everything wrong with the shape of a Brand Message."""
    shape = SHAPES[brand.type]
    yield from _parts(template, "", brand, shape.needs, shape.needs | shape.may | ALWAYS, brand.type)
    yield from _buttons(template, "buttons", brand.buttons, shape)
    if brand.cards:
        yield from _cards(template, brand)
    if brand.items:
        yield from _rows(template, brand)
    if brand.coupon:
        yield from _coupon(template, "coupon", brand.coupon)
    if brand.commerce:
        yield from _commerce(template, "commerce", brand.commerce)
    for place in places(template):
        if place.role == "image" and "#{" not in place.text and not _PICTURE.search(place.text):
            yield problem(template, place.path, "image_kind", image=place.text[:60])


def _parts(
    template: Template, path: str, part: BrandMessage | Card, needs: frozenset[str], may: frozenset[str], name: str
) -> Iterator[Problem]:
    start = f"{path}." if path else ""
    for field in type(part).model_fields:
        given = bool(getattr(part, field)) and field in part.model_fields_set
        if field in needs and not given:
            yield problem(template, start + field, "needed", type=name)
        elif given and field not in may:
            yield problem(template, start + field, "not_of_type", type=name)


def _cards(template: Template, brand: BrandMessage) -> Iterator[Problem]:
    least, most = cards_allowed(brand.head is not None)
    if not least <= len(brand.cards) <= most:
        yield _count(template, "cards", least, most, len(brand.cards))
    shape = CARDS.get(brand.type)
    for at, card in enumerate(brand.cards if shape else ()):
        path = f"cards.{at}"
        if shape:
            yield from _parts(template, path, card, shape.needs, shape.needs | shape.may, brand.type)
            yield from _card_buttons(template, f"{path}.buttons", card, shape)
        if card.coupon:
            yield from _coupon(template, f"{path}.coupon", card.coupon)
        if card.commerce:
            yield from _commerce(template, f"{path}.commerce", card.commerce)


def _card_buttons(template: Template, path: str, card: Card, shape: CardShape) -> Iterator[Problem]:
    if card.buttons and len(card.buttons) > shape.buttons[1]:
        yield _count(template, path, *shape.buttons, len(card.buttons))
    for at, button in enumerate(card.buttons):
        yield from _button(template, f"{path}.{at}", button, shape.name, WEB)


def _buttons(template: Template, path: str, buttons: Sequence[BrandButton], shape: Shape) -> Iterator[Problem]:
    brand = template.brand_message
    least, most = shape.buttons
    most = min(most, shape.with_coupon) if brand is not None and brand.coupon else most
    if buttons and not least <= len(buttons) <= most:
        yield _count(template, path, least, most, len(buttons))
    for at, button in enumerate(buttons):
        yield from _button(template, f"{path}.{at}", button, shape.name, shape.types)


def _button(template: Template, path: str, button: BrandButton, most: int, types: frozenset[str]) -> Iterator[Problem]:
    if units(button.name) > most:
        yield problem(template, f"{path}.name", "too_many_letters", have=units(button.name), most=most)
    if button.type not in types:
        yield problem(template, f"{path}.type", "button_type", types=", ".join(sorted(types)))
    if button.type == "WL" and button.mobile is None:
        yield problem(template, f"{path}.mobile", "needed", type="WL")
    if button.type == "AL" and sum(one is not None for one in (button.ios, button.android, button.mobile)) < 2:
        yield problem(template, path, "button_app")


def _rows(template: Template, brand: BrandMessage) -> Iterator[Problem]:
    if not ROWS[0] <= len(brand.items) <= ROWS[1]:
        yield _count(template, "items", *ROWS, len(brand.items))
    written = (place.text for place in places(template) if place.path.startswith("items."))
    used = Counter(one.use for text in written for one in {variable(match[1]) for match in ANY_VARIABLE.finditer(text)})
    for use in ("product_name", "price", "image_url", "mobile_url", "pc_url"):
        if used[use] > PRODUCTS:
            yield problem(template, "items", "too_many_products", have=used[use], use=use, most=PRODUCTS)


def _coupon(template: Template, path: str, coupon: Coupon) -> Iterator[Problem]:
    if not is_coupon_title(coupon.title):
        yield problem(template, f"{path}.title", "coupon_title")


def _commerce(template: Template, path: str, commerce: Commerce) -> Iterator[Problem]:
    discounts = sum(one is not None for one in (commerce.discount_rate, commerce.discount_fixed))
    if (commerce.discount_price is None and discounts) or (commerce.discount_price is not None and discounts != 1):
        yield problem(template, path, "discount")
    if commerce.discount_price is not None and commerce.discount_price > commerce.price:
        yield problem(template, f"{path}.discount_price", "discount_above", price=commerce.price)


def _count(template: Template, path: str, least: int, most: int, have: int) -> Problem:
    return problem(template, path, "count", least=least, most=most, have=have)
