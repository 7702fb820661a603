"""What conditions ask about behaviour: events, visits, purchases, the cart, devices, where customers came from.

Belongs here: the keys of these leaves and what can not be said together. Does not belong here: who the customer is
(``leaves_people``), what a leaf means in SQL (``models.segments.sql``) or on one customer (``models.segments.memory``).

A leaf with several keys holds when each of them does; of a list of values one must fit.
"""

from typing import Final, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from models.documents.fields import Frozen, Texts, require_one
from models.recommend.rules.facts import written_path
from models.segments.fields import Amount, Count, Devices, EventName, Hours, Occurrence, Picked, Properties, Words
from models.segments.windows import DaysAgo, Window

PRODUCT_EVENTS: Final = ("product_view", "add_to_cart", "remove_from_cart", "purchase", "refund")
_PRODUCT_KEYS: Final = ("products", "name_contains", "category", "category_is", "brand")


class ProductFilter(Frozen):
    """Which products. Categories are written with their levels: '여성의류 > 원피스'."""

    products: Picked | None = Field(None, description="picked product ids")
    name_contains: Words | None = Field(None, description="part of the product's name, in capitals or not")
    category: Words | None = Field(None, description="this category or a level below it")
    category_is: Texts | None = Field(None, description="just this category")
    brand: Texts | None = Field(None, description="brand, just as written")

    @property
    def about_products(self) -> bool:
        """Whether it says anything of products."""
        return any(getattr(self, key) is not None for key in _PRODUCT_KEYS)

    @property
    def needs_catalogue(self) -> bool:
        """Whether it asks for more of a product than its id."""
        return any(getattr(self, key) is not None for key in _PRODUCT_KEYS[1:])

    @property
    def top_paths(self) -> tuple[str, ...]:
        """``category`` with one way of writing the border of levels."""
        return tuple(written_path(one) for one in self.category or ())

    @property
    def paths(self) -> tuple[str, ...]:
        """``category_is`` with one way of writing the border of levels."""
        return tuple(written_path(one) for one in self.category_is or ())


class EventFilter(ProductFilter):
    """Which of a customer's events count."""

    device: Devices | None = Field(None, description="pc, mobile_web or app")
    price: Amount | None = Field(None, description="price of one piece at the event")
    quantity: Amount | None = Field(None, description="pieces at the event; without a number 1")
    query_contains: Words | None = Field(None, description="part of the words searched for")
    url_contains: Words | None = Field(None, description="part of the page's address")
    hour_of_day: Hours | None = Field(None, description="{from: 22, to: 5}: from 22:00 until before 5:00")
    properties: Properties | None = Field(None, description="key, or keys joined by dots: value, or a list of values")

    @model_validator(mode="after")
    def _something(self) -> Self:
        require_one(self)
        return self

    @property
    def needs_events(self) -> bool:
        """Whether only the single events can answer it, not their counts by day."""
        keys = ("price", "quantity", "query_contains", "url_contains", "hour_of_day", "properties")
        return any(getattr(self, key) is not None for key in keys)


class EventTest(Frozen):
    """The customer did something so many times."""

    name: EventName = Field(description="what happened")
    window: Window | None = Field(None, description="when; without it, ever")
    count: Count | None = Field(None, description="how many times; without it, at least once")
    where: EventFilter | None = Field(None, description="which of these events count")
    occurrence: Occurrence = Field("any", description="first, last: the first (last) one ever lies in the window")

    @model_validator(mode="after")
    def _sound(self) -> Self:
        require_one_time(self.occurrence, self.window, count=self.count)
        return self


class VisitTest(Frozen):
    """The customer visited the shop so many times. Robots, mere refunds, opened or tapped messages are no visits."""

    window: Window | None = Field(None, description="when the visit began; without it, ever")
    count: Count | None = Field(None, description="how many visits; without it, at least one")
    device: Devices | None = Field(None, description="pc, mobile_web or app")
    channel: Texts | None = Field(None, description="channel of the arrival, such as Organic Search")
    source: Texts | None = Field(None, description="source of the arrival, such as naver")
    medium: Texts | None = Field(None, description="medium of the arrival, such as cpc")
    campaign: Texts | None = Field(None, description="campaign of the arrival, just as written")
    campaign_contains: Words | None = Field(None, description="part of the campaign's name")
    landing_contains: Words | None = Field(None, description="part of the address of the first page")
    hour_of_day: Hours | None = Field(None, description="{from: 22, to: 5}: began from 22:00 until before 5:00")
    page_views: Count | None = Field(None, description="page views of the visit")
    dwell_seconds: Amount | None = Field(None, description="seconds from its first to its last event")
    bounced: bool | None = Field(None, description="true: one page at most, nothing carted, checked out or bought")
    occurrence: Occurrence = Field("any", description="first, last: the first (last) one ever lies in the window")

    @model_validator(mode="after")
    def _sound(self) -> Self:
        require_one_time(self.occurrence, self.window, count=self.count)
        return self


class PurchaseTest(ProductFilter):
    """Orders of the customer; where it says which products, order lines with them. Refunds are not subtracted."""

    window: Window | None = Field(None, description="when ordered; without it, ever")
    count: Count | None = Field(None, description="how many orders (order lines); without anything, at least one")
    amount: Amount | None = Field(None, description="bought in all; 0 for who bought nothing")
    average: Amount | None = Field(None, description="mean amount of an order")
    device: Devices | None = Field(None, description="pc, mobile_web or app")
    channel: Texts | None = Field(None, description="channel of the visit that ordered")
    occurrence: Occurrence = Field("any", description="first, last: the first (last) one ever lies in the window")
    days_since_last: DaysAgo | None = Field(None, description="{from: 30, to: 90}: days since the last one")

    @model_validator(mode="after")
    def _sound(self) -> Self:
        require_one_time(self.occurrence, self.window, count=self.count, amount=self.amount, average=self.average)
        if self.about_products:
            wrong = [name for name in ("average", "channel") if getattr(self, name) is not None]
            if wrong:
                raise PydanticCustomError(
                    "orders_only", "{wrong} is known of whole orders, not of products", {"wrong": ", ".join(wrong)}
                )
        return self

    @property
    def counts(self) -> bool:
        """Whether it asks how many or how much, and not only how long ago."""
        return self.days_since_last is None or any(
            one is not None for one in (self.window, self.count, self.amount, self.average)
        ) or self.occurrence != "any"  # fmt: skip


class CartTest(ProductFilter):
    """What lies in the customer's cart now, after the shop's reset point; of these products where it says which."""

    items: Count | None = Field(None, description="different products; without anything, at least one")
    pieces: Count | None = Field(None, description="pieces of them")
    amount: Amount | None = Field(None, description="price times pieces")
    last_added: Window | None = Field(None, description="when one of them was last put in")


class EnvironmentTest(Frozen):
    """The customer visited with such a device."""

    device: Devices = Field(description="pc, mobile_web or app")
    window: Window | None = Field(None, description="when; without it, ever")

    @property
    def visits(self) -> VisitTest:
        """The same said of visits."""
        return VisitTest(device=self.device, window=self.window)


class AcquisitionTest(Frozen):
    """Where the customer came from: the first time ever, or at any visit."""

    touch: Literal["first", "any"] = Field("first", description="first: the first visit ever; any: any visit")
    channel: Texts | None = Field(None, description="such as Organic Search")
    source: Texts | None = Field(None, description="such as naver")
    medium: Texts | None = Field(None, description="such as cpc")
    campaign: Texts | None = Field(None, description="just as written")
    window: Window | None = Field(None, description="with touch any: when")

    @model_validator(mode="after")
    def _sound(self) -> Self:
        if not any((self.channel, self.source, self.medium, self.campaign)):
            known = "channel, source, medium, campaign"
            raise PydanticCustomError("says_nothing", "says nothing; it needs one of: {known}", {"known": known})
        if self.touch == "first" and self.window is not None:
            raise PydanticCustomError("first_touch_window", "window goes with touch any only")
        return self

    @property
    def visits(self) -> VisitTest:
        """The same said of visits, for touch any."""
        return VisitTest(
            channel=self.channel, source=self.source, medium=self.medium, campaign=self.campaign, window=self.window
        )


def require_one_time(occurrence: Occurrence, window: Window | None, **measures: object) -> None:
    """Refuse ``first`` and ``last`` where they mean nothing: without a window, or together with how many."""
    if occurrence == "any":
        return
    if window is None:
        raise PydanticCustomError("occurrence_window", "occurrence {which} needs a window", {"which": occurrence})
    wrong = [name for name, measure in measures.items() if measure is not None]
    if wrong:
        values = {"which": occurrence, "wrong": ", ".join(wrong)}
        raise PydanticCustomError("occurrence_count", "occurrence {which} is one, so there is no {wrong}", values)
