"""All that is known of one customer, for conditions that are answered without a query.

Belongs here: these facts. Does not belong here: reading them from anywhere, what conditions ask of them (``evaluate``).

Moments are UTC without a zone, as in the published tables; robots are left out, and so are visits off the site.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Product:
    """A product as the catalogue has it; without its name, category or brand where the catalogue does not say."""

    product_id: str
    name: str | None = None
    category_path: str | None = None
    brand: str | None = None


@dataclass(frozen=True)
class Event:
    """One event; ``properties``: the text of a JSON object."""

    name: str
    at: dt.datetime
    device: str | None = None
    product: Product | None = None
    price: float | None = None
    quantity: int | None = None
    query: str | None = None
    url: str | None = None
    properties: str | None = None


@dataclass(frozen=True)
class Visit:
    """One visit and the arrival that began it."""

    started_at: dt.datetime
    device: str | None = None
    channel: str | None = None
    source: str | None = None
    medium: str | None = None
    campaign: str | None = None
    landing_url: str | None = None
    page_views: int = 0
    dwell_seconds: float = 0.0
    is_bounce: bool = False


@dataclass(frozen=True)
class Order:
    """One order; its lines are events named purchase."""

    ordered_at: dt.datetime
    revenue: float
    device: str | None = None
    channel: str | None = None


@dataclass(frozen=True)
class CartItem:
    """One product in the cart now."""

    product: Product
    quantity: int
    price: float | None
    last_added_at: dt.datetime


@dataclass(frozen=True)
class Member:
    """What the shop knows of a member. ``consents``: sms, email, push, kakao, night, as far as the member ever said."""

    joined_day: dt.date | None = None
    grade: str | None = None
    points: int | None = None
    birthday_month: int | None = None
    has_phone: bool | None = None
    has_email: bool | None = None
    has_push_token: bool | None = None
    is_channel_friend: bool | None = None
    consents: Mapping[str, bool] = field(default_factory=dict)
    custom: Mapping[str, str | int | float | bool] = field(default_factory=dict)


@dataclass(frozen=True)
class Figures:
    """What the table of customers has of the customer."""

    is_member: bool | None = None
    first_channel: str | None = None
    first_source: str | None = None
    first_medium: str | None = None
    first_campaign: str | None = None
    first_seen_at: dt.datetime | None = None
    last_seen_at: dt.datetime | None = None
    orders: int | None = None
    revenue: float | None = None
    last_order_day: dt.date | None = None
    purchase_cycle_days: float | None = None
    rfm_grade: str | None = None
    lifecycle: str | None = None


@dataclass(frozen=True)
class CustomerFacts:
    """One customer. ``member`` None: no member. ``segments``: ids of the taste and AI segments the customer is in
    (``taste:…``, ``ai:…``), ``strengths``: how strongly, of those of taste."""

    figures: Figures = Figures()
    events: tuple[Event, ...] = ()
    visits: tuple[Visit, ...] = ()
    orders: tuple[Order, ...] = ()
    cart: tuple[CartItem, ...] = ()
    member: Member | None = None
    segments: frozenset[str] = frozenset()
    strengths: Mapping[str, float] = field(default_factory=dict)
