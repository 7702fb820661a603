"""Names of the tables of facts that conditions are answered from, and tests of one customer's rows of them.

Belongs here: what leaves of behaviour have in common. Does not belong here: the leaves (``behaviour``, ``events``).
"""

import datetime as dt
from collections.abc import Sequence
from typing import Final

from sqlglot import exp

from models.segments.fields import Amount, Count, Hours, Occurrence
from models.segments.leaves import ProductFilter
from models.segments.sql.query import (
    CUSTOMER,
    Bound,
    QueryBuilder,
    call,
    column,
    every,
    in_part,
    negated,
    one_of,
    some,
    within,
)
from models.segments.windows import Span

CUSTOMERS: Final = "customers"
CUSTOMER_DAYS: Final = "customer_days"
CUSTOMER_PRODUCT_DAYS: Final = "customer_product_days"
EVENTS: Final = "events"
SESSIONS: Final = "sessions"
ORDERS: Final = "orders"
CARTS: Final = "carts"
PRODUCTS: Final = "products"
MEMBER_FACTS: Final = "member_facts"
SEGMENT_MEMBERS: Final = "segment_members"
TASTE_MEMBERS: Final = "taste_members"
PRODUCT_ID: Final = "product_id"
PRODUCT_HASH: Final = "product_hash"  # of the days of products
LEVEL: Final = " > "  # between levels of a category path


def of_customer(name: str) -> exp.Expr:
    """A column of the customer who is asked about."""
    return exp.column(name, table=CUSTOMERS)


def customers_with(
    query: QueryBuilder, table: exp.Table, rows: Sequence[exp.Expr], bounds: Sequence[Bound]
) -> exp.Expr:
    """Whether the customer's ``rows`` of ``table`` lie within all ``bounds``; a customer without any counts as none."""
    known = exp.Not(this=exp.Is(this=column(CUSTOMER), expression=exp.null()))
    select = exp.select(column(CUSTOMER)).from_(table).where(known, *rows, copy=False)
    of_none = all(bound.holds_of_none for bound in bounds)
    tests = [test for bound in bounds if not bound.is_once for test in _tests(bound, query)]
    if of_none or tests:  # where any row is enough nothing need be gathered, which saves up to half of the time
        select = select.group_by(column(CUSTOMER), copy=False)
    if of_none:  # who has no rows fits, so those are looked for who do not
        select = select.having(negated(every(tests)), copy=False)
        return negated(in_part(of_customer(CUSTOMER), query.part(table.name, select)))
    if tests:
        select = select.having(*tests, copy=False)
    return in_part(of_customer(CUSTOMER), query.part(table.name, select))


def _tests(bound: Bound, query: QueryBuilder) -> list[exp.Expr]:
    return within(bound.measure, query, bound.low, bound.high, low_open=bound.low_open, high_open=bound.high_open)


def counted(measure: exp.Expr, count: Count | None) -> Bound:
    """How many, at least one where nothing is said."""
    low, high = count.ends if count else (1, None)
    return Bound(measure, low, high, of_none=0)


def measured(measure: exp.Expr, amount: Amount, of_none: float | None) -> Bound:
    """How much."""
    (low, high), (low_open, high_open) = amount.ends, amount.open_ends
    return Bound(measure, low, high, low_open, high_open, of_none)


def total(value: exp.Expr) -> exp.Expr:
    """A sum of prices, to the four decimals that prices have, so that adding up leaves no trace."""
    return call("round", call("coalesce", call("sum", value), exp.Literal.number(0)), exp.Literal.number(4))


def on_days(query: QueryBuilder, day: str, span: Span) -> list[exp.Expr]:
    """Rows whose day lies in ``span``."""
    return within(column(day), query, span.first, span.last)


def at_occurrence(occurrence: Occurrence, span: Span, as_of: dt.date, day: str) -> tuple[Span, list[Bound]]:
    """Days of rows to look at, and what must hold of them, so that the first (last) one ever, or any, is in ``span``.

    Whether the last one lies in a span that ends today shows within the span, whether the first one does within all
    days up to its end.
    """
    if occurrence == "first" and span.first is not None:
        return Span(None, span.last), [Bound(call("min", column(day)), span.first, None)]
    if occurrence == "last" and span.last < as_of:
        return Span(span.first, as_of), [Bound(call("max", column(day)), None, span.last)]
    return span, []


def of_products(query: QueryBuilder, asked: ProductFilter, table: str) -> list[exp.Expr]:
    """Rows of ``table`` with the products asked for.

    The days of products have millions of rows, in which products are told by a number: looking for thousands of them
    costs half of what their ids, which are texts, would.
    """
    name = PRODUCT_HASH if table == CUSTOMER_PRODUCT_DAYS else PRODUCT_ID
    found: list[exp.Expr] = []
    if asked.products:
        picked = exp.select(_told(call("unnest", query.value(list(asked.products))), name))
        found.append(exp.In(this=column(name), query=exp.Subquery(this=picked)))
    if asked.needs_catalogue:
        known = exp.Not(this=exp.Is(this=column(PRODUCT_ID), expression=exp.null()))
        select = exp.select(exp.alias_(_told(column(PRODUCT_ID), name), name)).from_(query.read(PRODUCTS))
        select = select.where(known, *_catalogue(query, asked), copy=False)
        found.append(in_part(column(name), query.part(PRODUCTS, select), name))
    return found


def _told(product_id: exp.Expr, name: str) -> exp.Expr:
    """A product as the column ``name`` tells it: by its id, or by 63 bits of the id's MD5."""
    if name == PRODUCT_ID:
        return product_id
    half = exp.BitwiseRightShift(this=call("md5_number_lower", product_id), expression=exp.Literal.number(1))
    return exp.cast(half, "bigint")


def _catalogue(query: QueryBuilder, asked: ProductFilter) -> list[exp.Expr]:
    found = []
    if asked.name_contains:
        found.append(containing(query, "name", asked.name_contains))
    if asked.category:
        found.append(some([_under(query, path) for path in asked.top_paths]))
    if asked.category_is:
        found.append(one_of(column("category_path"), query, asked.paths))
    if asked.brand:
        found.append(one_of(column("brand"), query, asked.brand))
    return found


def _under(query: QueryBuilder, path: str) -> exp.Expr:
    same = exp.EQ(this=column("category_path"), expression=query.value(path))
    return exp.Or(this=same, expression=call("starts_with", column("category_path"), query.value(path + LEVEL)))


def containing(query: QueryBuilder, name: str, words: Sequence[str]) -> exp.Expr:
    """Whether a text has one of ``words`` in it, in capitals or not."""
    lowered = call("lower", column(name))
    return some([call("contains", lowered.copy(), call("lower", query.value(word))) for word in words])


def at_hours(query: QueryBuilder, name: str, hours: Hours, zone: str) -> exp.Expr:
    """Whether a moment (UTC) lies in hours of the day of the shop's zone."""
    local = call("timezone", query.value(zone), call("timezone", exp.Literal.string("UTC"), column(name)))
    hour = call("hour", local)
    since = exp.GTE(this=hour, expression=query.value(hours.from_))
    until = exp.LT(this=hour.copy(), expression=query.value(hours.to))
    return exp.Or(this=since, expression=until) if hours.wraps else exp.And(this=since, expression=until)
