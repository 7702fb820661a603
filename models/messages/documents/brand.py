"""Brand Message (브랜드 메시지): advertising in KakaoTalk as text, picture, list, product or carousel.

Belongs here: what its document says. Does not belong here: which part goes with which type, and how long it may be
(``models.messages.brand_shapes``).
"""

from typing import Literal

from pydantic import Field

from models.messages.documents.fields import AppLink, Body, Fixed, Frozen, Image, Line, Link
from models.messages.documents.sms import Substitute

BrandType = Literal[
    "TEXT", "IMAGE", "WIDE_IMAGE", "WIDE_ITEM_LIST", "COMMERCE", "CAROUSEL_FEED", "CAROUSEL_COMMERCE"
]  # fmt: skip


class BrandButton(Frozen):
    """A button: WL web link, AL app link, BK bot keyword, MD pass the message on."""

    name: Fixed = Field(description="up to 14 characters, 8 on wide messages and cards; no variables")
    type: Literal["WL", "AL", "BK", "MD"] = "WL"
    mobile: Link | None = Field(None, description="web address on a phone (WL needs it)")
    pc: Link | None = Field(None, description="web address on a computer")
    ios: AppLink | None = None
    android: AppLink | None = None


class Coupon(Frozen):
    """A coupon under the message."""

    title: Fixed = Field(
        description="one of: 3000원 할인 쿠폰, 10% 할인 쿠폰, 배송비 할인 쿠폰, X 무료 쿠폰, X UP 쿠폰"
    )
    description: Line = Field(description="up to 12 characters, 18 on wide messages and cards")
    mobile: Link
    pc: Link | None = None


class Commerce(Frozen):
    """A product with its price, in the shop's currency."""

    title: Line
    price: int = Field(ge=0, le=99_999_999)
    discount_price: int | None = Field(None, ge=0, le=99_999_999)
    discount_rate: int | None = Field(None, ge=0, le=100, description="per cent, or discount_fixed")
    discount_fixed: int | None = Field(None, ge=0, le=999_999)


class ListItem(Frozen):
    """A row of a wide list."""

    title: Line = Field(description="up to 25 characters in the first row, 30 in the others")
    image: Image
    mobile: Link
    pc: Link | None = None


class Card(Frozen):
    """A card of a carousel."""

    image: Image
    title: Line | None = Field(None, description="of a feed: up to 20 characters")
    text: Body | None = Field(None, description="of a feed: up to 180 characters")
    commerce: Commerce | None = Field(None, description="of a commerce carousel")
    additional: Line | None = Field(None, description="of a commerce carousel: up to 34 characters")
    buttons: tuple[BrandButton, ...] = Field(
        (), max_length=5, description="1 or 2; the picture leads where the 1st does"
    )
    coupon: Coupon | None = None


class CarouselHead(Frozen):
    """The first card of a commerce carousel."""

    title: Line = Field(description="up to 20 characters")
    text: Body = Field(description="up to 50 characters")
    image: Image
    mobile: Link | None = None
    pc: Link | None = None


class More(Frozen):
    """The 'more' (더보기) link after the last card."""

    mobile: Link = Field(description="no variables")
    pc: Link | None = None


class BrandMessage(Frozen):
    """A Brand Message. M: who agreed to advertising; N: of them who are no friend of the channel; I: friends."""

    type: BrandType
    targeting: Literal["M", "N", "I"] = "I"
    adult: bool = Field(False, description="only for adults")
    text: Body | None = None
    header: Line | None = Field(None, description="of a wide list: up to 20 characters")
    image: Image | None = None
    image_link: Link | None = Field(None, description="where the picture leads")
    items: tuple[ListItem, ...] = Field((), max_length=10, description="of a wide list: the main row, then 3 or 4 more")
    commerce: Commerce | None = None
    additional: Line | None = Field(None, description="of a commerce message: up to 34 characters")
    head: CarouselHead | None = None
    cards: tuple[Card, ...] = Field((), max_length=10, description="2 to 6")
    more: More | None = None
    buttons: tuple[BrandButton, ...] = Field((), max_length=10)
    coupon: Coupon | None = None
    substitute: Substitute | None = None
