"""Behaviour asked of one customer: events, visits, purchases, the cart, acquisition.

Belongs here: what these leaves mean on facts in memory. Does not belong here: who the customer is (``people``), the
same in SQL (``models.segments.sql``).
"""

import datetime as dt
from collections.abc import Sequence

from models.segments.context import Context
from models.segments.fields import Count
from models.segments.leaves import AcquisitionTest, CartTest, EventFilter, EventTest, PurchaseTest, VisitTest
from models.segments.memory.facts import CustomerFacts, Event, Order, Visit
from models.segments.memory.rows import (
    at_hours,
    contains,
    day_of,
    has_property,
    in_span,
    of_products,
    one_of,
    total,
    within,
)
from models.segments.windows import span_of, utc_bounds

_ONCE = Count(at_least=1)
_ARRIVALS = ("channel", "source", "medium", "campaign")


def events(test: EventTest, customer: CustomerFacts, context: Context) -> bool:
    """Events of a name, counted."""
    days = [
        day_of(one.at, context)
        for one in customer.events
        if one.name == test.name and (test.where is None or _fits(one, test.where, context))
    ]
    times = in_span(days, span_of(test.window, context.as_of), test.occurrence, context.as_of)
    return (test.count or _ONCE).holds(times)


def _fits(event: Event, where: EventFilter, context: Context) -> bool:
    return (
        of_products(event.product, where)
        and one_of(event.device, where.device)
        and within(event.price, where.price)
        and within(_pieces(event), where.quantity)
        and contains(event.query, where.query_contains)
        and contains(event.url, where.url_contains)
        and at_hours(event.at, where.hour_of_day, context)
        and all(has_property(event.properties, key, wanted) for key, wanted in (where.properties or {}).items())
    )


def _pieces(event: Event) -> int:
    return 1 if event.quantity is None else event.quantity


def visits(test: VisitTest, customer: CustomerFacts, context: Context) -> bool:
    """Visits, counted."""
    days = [day_of(one.started_at, context) for one in customer.visits if _visited(one, test, context)]
    times = in_span(days, span_of(test.window, context.as_of), test.occurrence, context.as_of)
    return (test.count or _ONCE).holds(times)


def _visited(visit: Visit, test: VisitTest, context: Context) -> bool:
    return (
        all(one_of(getattr(visit, name), getattr(test, name)) for name in ("device", *_ARRIVALS))
        and contains(visit.campaign, test.campaign_contains)
        and contains(visit.landing_url, test.landing_contains)
        and at_hours(visit.started_at, test.hour_of_day, context)
        and within(visit.page_views, test.page_views)
        and within(visit.dwell_seconds, test.dwell_seconds)
        and (test.bounced is None or visit.is_bounce == test.bounced)
    )


def purchases(test: PurchaseTest, customer: CustomerFacts, context: Context) -> bool:
    """Orders, or order lines with the products asked for: how many, how much, how long ago."""
    bought = _lines(test, customer, context) if test.about_products else _orders(test, customer, context)
    days = [day for day, _ in bought]
    if test.days_since_last and not in_span(days, test.days_since_last.span(context.as_of), "last", context.as_of):
        return False
    if not test.counts:
        return True
    span = span_of(test.window, context.as_of)
    if test.occurrence != "any":
        return bool(in_span(days, span, test.occurrence, context.as_of))
    return _measured(test, [amount for day, amount in bought if span.holds(day)])


def _measured(test: PurchaseTest, amounts: Sequence[float]) -> bool:
    counted = test.count or (None if test.amount or test.average else _ONCE)
    spent = total(amounts)
    return (
        within(len(amounts), counted)
        and within(spent, test.amount)
        and within(spent / len(amounts) if amounts else None, test.average)
    )


Bought = list[tuple[dt.date, float]]  # the day and the amount


def _orders(test: PurchaseTest, customer: CustomerFacts, context: Context) -> Bought:
    def fits(order: Order) -> bool:
        return one_of(order.device, test.device) and one_of(order.channel, test.channel)

    return [(day_of(one.ordered_at, context), one.revenue) for one in customer.orders if fits(one)]


def _lines(test: PurchaseTest, customer: CustomerFacts, context: Context) -> Bought:
    def fits(event: Event) -> bool:
        return event.name == "purchase" and one_of(event.device, test.device) and of_products(event.product, test)

    return [
        (day_of(one.at, context), 0.0 if one.price is None else one.price * _pieces(one))
        for one in customer.events
        if fits(one)
    ]


def cart(test: CartTest, customer: CustomerFacts, context: Context) -> bool:
    """What lies in the cart now."""
    items = [item for item in customer.cart if of_products(item.product, test)]
    counted = test.items or (None if test.pieces or test.amount else _ONCE)
    if test.last_added:
        since, until = utc_bounds(test.last_added.span(context.as_of), context.zone)
        last = max((item.last_added_at for item in items), default=None)
        if last is None or last >= until or (since is not None and last < since):
            return False
    return (
        within(len(items), counted)
        and within(sum(item.quantity for item in items), test.pieces)
        and within(total([(item.price or 0.0) * item.quantity for item in items]), test.amount)
    )


def acquisition(test: AcquisitionTest, customer: CustomerFacts, context: Context) -> bool:
    """The first visit ever, as the figures of the customer have it, or any visit."""
    if test.touch == "any":
        return visits(test.visits, customer, context)
    return all(one_of(getattr(customer.figures, f"first_{name}"), getattr(test, name)) for name in _ARRIVALS)
