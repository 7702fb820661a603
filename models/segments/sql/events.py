"""Events as SQL: from the smallest table that can tell.

Belongs here: which table answers, and the filters that only single events can answer. Does not belong here: visits,
purchases (``behaviour``).
"""

import json
from typing import Final

from sqlglot import exp

from models.segments.context import Context
from models.segments.fields import Scalar
from models.segments.leaves import PRODUCT_EVENTS, EventFilter, EventTest
from models.segments.sql.query import QueryBuilder, call, column, every, one_of, some, within
from models.segments.sql.tables import (
    CUSTOMER_DAYS,
    CUSTOMER_PRODUCT_DAYS,
    EVENTS,
    at_hours,
    at_occurrence,
    containing,
    counted,
    customers_with,
    of_products,
    on_days,
)
from models.segments.windows import span_of

_WHOLE: Final = ("BIGINT", "UBIGINT")  # what DuckDB calls the numbers of a JSON text
_NUMBERS: Final = (*_WHOLE, "DOUBLE")


def event_table(test: EventTest) -> str:
    """The table with the fewest rows that can answer."""
    if test.where is None:
        return CUSTOMER_DAYS
    if test.where.needs_events:
        return EVENTS
    if not test.where.about_products:
        return CUSTOMER_DAYS
    return CUSTOMER_PRODUCT_DAYS if test.name in PRODUCT_EVENTS else EVENTS


def events(test: EventTest, query: QueryBuilder, context: Context) -> exp.Expr:
    """Events of a name, counted by customer."""
    table = event_table(test)
    span = span_of(test.window, context.as_of)
    looked_at, bounds = at_occurrence(test.occurrence, span, context.as_of, "event_day")
    rows = [*on_days(query, "event_day", looked_at)]
    rows.append(exp.EQ(this=column("event_name"), expression=query.value(test.name)))
    if table == EVENTS:
        rows.append(exp.Not(this=column("is_bot")))
    if test.where:
        rows += event_rows(test.where, query, context, table)
    times = exp.Count(this=exp.Star()) if table == EVENTS else call("sum", column("events"))
    bounds.append(counted(times, test.count))
    return customers_with(query, query.read(table, looked_at), rows, bounds)


def event_rows(where: EventFilter, query: QueryBuilder, context: Context, table: str) -> list[exp.Expr]:
    """Conditions that each row of ``table`` has to meet."""
    found = of_products(query, where, table)
    if where.device:
        found.append(one_of(column("device"), query, where.device))
    pieces = call("coalesce", column("quantity"), exp.Literal.number(1))
    for value, amount in ((column("price"), where.price), (pieces, where.quantity)):
        if amount:
            low_open, high_open = amount.open_ends
            found += within(value, query, *amount.ends, low_open=low_open, high_open=high_open)
    for name, words in (("query", where.query_contains), ("url", where.url_contains)):
        if words:
            found.append(containing(query, name, words))
    if where.hour_of_day:
        found.append(at_hours(query, "event_at", where.hour_of_day, context.zone.key))
    for key, wanted in (where.properties or {}).items():
        values = wanted if isinstance(wanted, tuple) else (wanted,)
        found.append(_property(query, key, values))
    return found


def _property(query: QueryBuilder, key: str, values: tuple[Scalar, ...]) -> exp.Expr:
    """Whether the value at a path of keys is one of ``values``; what is no JSON has no values."""
    path = "$" + "".join(f'."{part}"' for part in key.split("."))
    text = call("json_extract_string", column("properties"), query.value(path))
    kind = call("json_type", column("properties"), query.value(path))
    fits = some([_equal(query, text, kind, value) for value in values])
    valid = call("json_valid", column("properties"))
    return exp.Case(ifs=[exp.If(this=valid, true=fits)], default=exp.false())


def _equal(query: QueryBuilder, text: exp.Expr, kind: exp.Expr, value: Scalar) -> exp.Expr:
    """A text fits itself and the whole number written so; a number fits its like and the text of it."""
    if isinstance(value, bool):
        return every([_is(kind, "BOOLEAN"), _same(text, query.value(json.dumps(value)))])
    if isinstance(value, str):
        return every([_is(kind, "VARCHAR", *_WHOLE), _same(text, query.value(value))])
    number = exp.TryCast(this=text.copy(), to=exp.DataType.build("double"))
    as_number = every([_is(kind, *_NUMBERS), exp.EQ(this=number, expression=query.value(float(value)))])
    return some([as_number, every([_is(kind, "VARCHAR"), _same(text, query.value(json.dumps(value)))])])


def _is(kind: exp.Expr, *names: str) -> exp.Expr:
    return exp.In(this=kind.copy(), expressions=[exp.Literal.string(name) for name in names])


def _same(text: exp.Expr, value: exp.Expr) -> exp.Expr:
    return exp.EQ(this=text.copy(), expression=value)
