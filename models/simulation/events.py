"""The event rows of one day, as integer columns: pages and actions become canonical events.

Belongs here: which events a page emits and what they carry. Does not belong here: pages (``pages``), times
(``moments``), how and when rows reach the shop (``delivery``), turning codes into text (``rows``).
"""

from dataclasses import dataclass, fields
from typing import Any, Final

import numpy as np

from models.simulation.carts import paid_price
from models.simulation.moments import (
    ADDS,
    CLICKS_BANNER,
    CLICKS_WIDGET,
    LOGS_IN,
    REMOVES,
    SIGNS_UP,
    Moments,
    removed_line,
)  # fmt: skip
from models.simulation.pages import Pages
from models.simulation.plan import Plan
from models.simulation.sampling import Bools, Ints
from models.simulation.scenario import SECOND
from models.simulation.urls import Addresses
from models.simulation.words_traffic import CATEGORY, CHECKOUT, COMPLETE, ENTRIES, HOME, PRODUCT, SEARCH

NAMES: Final = (
    "page_view", "product_view", "category_view", "search", "add_to_cart", "remove_from_cart", "begin_checkout",
    "purchase", "refund", "sign_up", "login", "banner_impression", "banner_click", "widget_impression",
    "widget_click", "message_open", "message_click",
)  # fmt: skip
CODE: Final = {name: number for number, name in enumerate(NAMES)}
BANNERS: Final = 6  # properties 0 … 5 are banners, then come WIDGETS widgets, then the messages
WIDGETS: Final = 4
SLOTS: Final = 16  # events that one page can emit; a purchase has one for each order line
REFUND_SERIAL: Final = 900_000_000
DAY_SERIAL: Final = 1_000_000_000


@dataclass(frozen=True)
class Events:
    """Event rows in no particular order; arrays have shape (events,), -1 means null."""

    name: Ints  # index into NAMES
    at: Ints  # UTC microseconds
    visit: Ints  # index into the plan's visits
    page: Ints  # index into the day's pages, -1 for events without one
    serial: Ints  # unique within the scenario; the event id is made of it
    is_logged_in: Bools
    product: Ints
    category: Ints
    query: Ints
    price: Ints  # won
    quantity: Ints
    order: Ints  # visit in which the order was placed
    note: Ints  # index into the texts of properties

    def take(self, index: Ints) -> "Events":
        """The rows at ``index``."""
        return Events(**{field.name: getattr(self, field.name)[index] for field in fields(self)})


_OPTIONAL: Final = ("product", "category", "query", "price", "quantity", "order", "note")


class _Rows:
    """Collects rows of one day; every column that is not given is null."""

    def __init__(self, plan: Plan, day: int, pages: Pages, moments: Moments) -> None:
        self.plan, self.day, self.pages, self.moments = plan, day, pages, moments
        self.parts: list[Events] = []

    def add(self, name: str, page: Ints, after: Any, slot: Any, **given: Any) -> None:
        """Events ``name`` on the pages ``page``, ``after`` microseconds from their load."""
        size, pages = len(page), self.pages
        columns = {column: np.full(size, -1) for column in _OPTIONAL} | given
        logged_in = columns.pop("is_logged_in", pages.is_logged_in[page])
        self.parts.append(
            Events(
                name=np.full(size, CODE[name]),
                at=self.moments.at[page] + after,
                visit=pages.visit[page],
                page=page,
                serial=self.day * DAY_SERIAL + page * SLOTS + slot,
                is_logged_in=logged_in,
                **columns,
            )
        )

    def all(self) -> Events:
        """All rows, in the order in which they were added."""
        return Events(**{f.name: np.concatenate([getattr(p, f.name) for p in self.parts]) for f in fields(Events)})


def make_events(plan: Plan, day: int, pages: Pages, moments: Moments, addresses: Addresses, suffix: Ints) -> Events:
    """All events of the visits that start on ``day``, and the refunds of that day.

    ``suffix`` has shape (pages,): the campaign by which a landing page was reached, -1 for none.
    """
    rows = _Rows(plan, day, pages, moments)
    rows.add("page_view", np.arange(len(pages.visit)), 0, 0)
    _views(rows)
    _impressions(rows)
    _actions(rows)
    _orders(rows)
    _messages(rows, suffix)
    _refunds(rows)
    return rows.all()


def _price(rows: _Rows, product: Ints) -> Ints:
    return rows.plan.catalogue.price(product, rows.day)


def _views(rows: _Rows) -> None:
    pages, after = rows.pages, rows.moments.detail_after
    page = np.flatnonzero(pages.kind == PRODUCT)
    product = pages.product[page]
    rows.add("product_view", page, after[page], 1, product=product, price=_price(rows, product))
    page = np.flatnonzero(pages.kind == CATEGORY)
    rows.add("category_view", page, after[page], 1, category=pages.category[page])
    page = np.flatnonzero(pages.kind == SEARCH)
    rows.add("search", page, after[page], 1, query=pages.query[page])
    page = np.flatnonzero(pages.kind == CHECKOUT)
    rows.add("begin_checkout", page, after[page], 1)


def _impressions(rows: _Rows) -> None:
    pages, moments = rows.pages, rows.moments
    for name, kind in (("banner_impression", HOME), ("widget_impression", PRODUCT)):
        page = np.flatnonzero(moments.has_impression & (pages.kind == kind))
        rows.add(name, page, moments.impression_after[page], 2, note=_note(rows, page), product=pages.product[page])


def _note(rows: _Rows, page: Ints) -> Ints:
    """Which banner or widget a page shows: always the same for the same page, so that clicks fit impressions."""
    mixed = rows.moments.at[page] // 1000
    return np.where(rows.pages.kind[page] == HOME, mixed % BANNERS, BANNERS + mixed % WIDGETS)


def _actions(rows: _Rows) -> None:
    plan, pages, action = rows.plan, rows.pages, rows.moments.action
    after = rows.moments.action_after
    page = np.flatnonzero(action == ADDS)
    line = pages.line[page]
    product, quantity = plan.carts.product[line], plan.carts.quantity[line]
    rows.add("add_to_cart", page, after[page], 3, product=product, price=_price(rows, product), quantity=quantity)
    page = np.flatnonzero(action == REMOVES)
    line = removed_line(plan, pages.visit[page])
    product, quantity = plan.carts.product[line], plan.carts.quantity[line]
    rows.add("remove_from_cart", page, after[page], 3, product=product, price=_price(rows, product), quantity=quantity)
    for name, code in (("login", LOGS_IN), ("sign_up", SIGNS_UP)):
        page = np.flatnonzero(action == code)
        rows.add(name, page, after[page], 3, is_logged_in=np.ones(len(page), dtype=bool))
    page = np.flatnonzero(action == CLICKS_WIDGET)
    rows.add("widget_click", page, after[page], 3, product=pages.product[page + 1], note=_note(rows, page))
    page = np.flatnonzero(action == CLICKS_BANNER)
    rows.add("banner_click", page, after[page], 3, note=_note(rows, page))


def _orders(rows: _Rows) -> None:
    """One purchase for each line of the cart that is bought, all at the moment the order is complete."""
    plan, carts = rows.plan, rows.plan.carts
    complete = np.flatnonzero(rows.pages.kind == COMPLETE)
    source = carts.bought_from[rows.pages.visit[complete]]
    counts = carts.first_line[source + 1] - carts.first_line[source]
    owner = np.repeat(np.arange(len(complete)), counts)
    place = np.arange(len(owner)) - (np.cumsum(counts) - counts)[owner]
    line = carts.first_line[source][owner] + place
    kept = np.flatnonzero(~gone(plan, line))
    line, page, place = line[kept], complete[owner[kept]], place[kept]
    price = paid_price(carts, plan.catalogue, line, plan.visits.day[rows.pages.visit[page]])
    rows.add(
        "purchase", page, rows.moments.detail_after[page], 4 + place,
        product=carts.product[line], price=price,
        quantity=carts.quantity[line], order=rows.pages.visit[page],
    )  # fmt: skip


def gone(plan: Plan, line: Ints) -> Bools:
    """Whether each line was really taken out of the cart: seen on a cart page of its own visit."""
    visit = plan.carts.visit[line]
    has_cart_page = (plan.carts.tail[visit] > 0) & ~plan.carts.buys_at_once[visit]
    result: Bools = has_cart_page & (removed_line(plan, visit) == line)
    return result


def _messages(rows: _Rows, suffix: Ints) -> None:
    """Landing pages reached from a message: the click at the load, for e-mail the opening before it."""
    channels = np.array([entry.message is not None for entry in ENTRIES])
    mails = np.array([entry.message == "email" for entry in ENTRIES])
    entry = rows.plan.visits.entry[rows.pages.visit]
    page = np.flatnonzero((suffix >= 0) & channels[entry])
    rows.add("message_click", page, 0, 10, note=BANNERS + WIDGETS + suffix[page])
    page = page[mails[entry[page]]]
    rows.add("message_open", page, -15 * SECOND, 11, note=BANNERS + WIDGETS + suffix[page])


def _refunds(rows: _Rows) -> None:
    """Refunds of the day; the shop's back office books them, so they belong to no page."""
    plan, refunds = rows.plan, rows.plan.refunds
    chosen = np.flatnonzero(refunds.day == rows.day)
    chosen = chosen[~gone(plan, refunds.line[chosen])]
    line, visit, size = refunds.line[chosen], refunds.order_visit[chosen], len(chosen)
    none = np.full(size, -1)
    rows.parts.append(
        Events(
            name=np.full(size, CODE["refund"]), at=refunds.at[chosen], visit=visit, page=none,
            serial=rows.day * DAY_SERIAL + REFUND_SERIAL + np.arange(size),
            is_logged_in=plan.logins.mode[visit] != 0, product=plan.carts.product[line], category=none, query=none,
            price=paid_price(plan.carts, plan.catalogue, line, plan.visits.day[visit]),
            quantity=refunds.quantity[chosen], order=visit, note=none,
        )
    )  # fmt: skip
