"""Visits, purchases, the cart and acquisition as SQL.

Belongs here: which rows of which table answer these leaves. Does not belong here: events (``events``), who the customer
is (``people``).
"""

from sqlglot import exp

from models.segments.context import Context
from models.segments.leaves import AcquisitionTest, CartTest, PurchaseTest, VisitTest
from models.segments.sql.query import Bound, QueryBuilder, call, column, every, one_of, within
from models.segments.sql.tables import (
    CARTS,
    CUSTOMER_PRODUCT_DAYS,
    ORDERS,
    SESSIONS,
    at_hours,
    at_occurrence,
    containing,
    counted,
    customers_with,
    measured,
    of_customer,
    of_products,
    on_days,
    total,
)
from models.segments.windows import Span, span_of, utc_bounds

_ARRIVALS = ("channel", "source", "medium", "campaign")


def visits(test: VisitTest, query: QueryBuilder, context: Context) -> exp.Expr:
    """Sessions, but those of robots and those off the site."""
    span = span_of(test.window, context.as_of)
    looked_at, bounds = at_occurrence(test.occurrence, span, context.as_of, "session_day")
    people = [exp.Not(this=column("is_bot")), exp.Not(this=column("is_off_site"))]
    rows = [*people, *on_days(query, "session_day", looked_at), *_visit_rows(test, query, context)]
    bounds.append(counted(exp.Count(this=exp.Star()), test.count))
    return customers_with(query, query.read(SESSIONS, looked_at), rows, bounds)


def _visit_rows(test: VisitTest, query: QueryBuilder, context: Context) -> list[exp.Expr]:
    found = [one_of(column(name), query, wanted) for name in ("device", *_ARRIVALS) if (wanted := getattr(test, name))]
    for name, words in (("campaign", test.campaign_contains), ("landing_url", test.landing_contains)):
        if words:
            found.append(containing(query, name, words))
    if test.hour_of_day:
        found.append(at_hours(query, "started_at", test.hour_of_day, context.zone.key))
    if test.page_views:
        found += within(column("page_views"), query, *test.page_views.ends)
    if test.dwell_seconds:
        low_open, high_open = test.dwell_seconds.open_ends
        ends = test.dwell_seconds.ends
        found += within(column("dwell_seconds"), query, *ends, low_open=low_open, high_open=high_open)
    if test.bounced is not None:
        found.append(exp.EQ(this=column("is_bounce"), expression=query.value(test.bounced)))
    return found


def purchases(test: PurchaseTest, query: QueryBuilder, context: Context) -> exp.Expr:
    """Orders; where products are asked for, order lines of them by day."""
    found = []
    if test.counts:
        span = span_of(test.window, context.as_of)
        looked_at, bounds = at_occurrence(test.occurrence, span, context.as_of, _purchase_day(test))
        found.append(_purchase_test(test, query, looked_at, [*bounds, *_purchase_bounds(test)]))
    if test.days_since_last:
        span = test.days_since_last.span(context.as_of)
        looked_at, bounds = at_occurrence("last", span, context.as_of, _purchase_day(test))
        found.append(_purchase_test(test, query, looked_at, [*bounds, counted(_purchase_count(test), None)]))
    return every(found)


def _purchase_test(test: PurchaseTest, query: QueryBuilder, span: Span, bounds: list[Bound]) -> exp.Expr:
    rows = on_days(query, _purchase_day(test), span)
    if test.device:
        rows.append(one_of(column("device"), query, test.device))
    if not test.about_products:
        if test.channel:
            rows.append(one_of(column("channel"), query, test.channel))
        return customers_with(query, query.read(ORDERS, span), rows, bounds)
    rows += [
        exp.EQ(this=column("event_name"), expression=query.value("purchase")),
        *of_products(query, test, CUSTOMER_PRODUCT_DAYS),
    ]
    return customers_with(query, query.read(CUSTOMER_PRODUCT_DAYS, span), rows, bounds)


def _purchase_day(test: PurchaseTest) -> str:
    return "event_day" if test.about_products else "order_day"


def _purchase_count(test: PurchaseTest) -> exp.Expr:
    return call("sum", column("events")) if test.about_products else exp.Count(this=exp.Star())


def _purchase_bounds(test: PurchaseTest) -> list[Bound]:
    """At least one where neither how many nor how much is said."""
    amount = total(column("amount" if test.about_products else "revenue"))
    bounds = []
    if test.count or not (test.amount or test.average):
        bounds.append(counted(_purchase_count(test), test.count))
    if test.amount:
        bounds.append(measured(amount, test.amount, of_none=0))
    if test.average:
        bounds.append(measured(exp.Div(this=amount.copy(), expression=_purchase_count(test)), test.average, None))
    return bounds


def cart(test: CartTest, query: QueryBuilder, context: Context) -> exp.Expr:
    """Rows of the cart as it is now."""
    pieces = column("quantity")
    value = exp.Mul(this=column("price"), expression=column("quantity"))
    bounds = []
    if test.items or not (test.pieces or test.amount):
        bounds.append(counted(exp.Count(this=exp.Star()), test.items))
    if test.pieces:
        bounds.append(counted(call("coalesce", call("sum", pieces), exp.Literal.number(0)), test.pieces))
    if test.amount:
        bounds.append(measured(total(value), test.amount, of_none=0))
    if test.last_added:
        since, until = utc_bounds(test.last_added.span(context.as_of), context.zone)
        bounds.append(Bound(call("max", column("last_added_at")), since, until, high_open=True))
    return customers_with(query, query.read(CARTS), of_products(query, test, CARTS), bounds)


def acquisition(test: AcquisitionTest, query: QueryBuilder, context: Context) -> exp.Expr:
    """The first visit ever, as the table of customers has it, or any visit."""
    if test.touch == "any":
        return visits(test.visits, query, context)
    wanted = [
        one_of(of_customer(f"first_{name}"), query, values) for name in _ARRIVALS if (values := getattr(test, name))
    ]
    return call("coalesce", every(wanted), exp.false())
