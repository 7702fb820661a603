"""One query while it is being built: its parameters, its common table expressions, the days of facts it reads.

Belongs here: what every leaf needs to become SQL. Does not belong here: what leaves mean (``behaviour``, ``people``).

No value of a document is ever written into the text of the query: each is a named parameter. Names of tables and
columns come from this program, but for custom fields, whose columns are quoted and were checked to exist.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sqlglot import exp

from models.segments.fields import Scalar
from models.segments.windows import Span

DIALECT: Final = "duckdb"
Parameter = Scalar | dt.date | dt.datetime | Sequence[Scalar]
CUSTOMER: Final = "customer_id"
_SHORT: Final = 12  # values of a list that are parameters of their own


@dataclass(frozen=True)
class Compiled:
    """A query: ``parameters`` by name (without the dollar sign), ``tables`` that it reads, with the days it needs of
    those that have a day; None: the whole table."""

    sql: str
    parameters: Mapping[str, Parameter]
    tables: Mapping[str, Span | None]


@dataclass(frozen=True)
class Bound:
    """Something measured over a customer's rows and where it must lie; ``of_none``: what it is without any row, None
    where there is no such thing."""

    measure: exp.Expr
    low: Parameter | None
    high: Parameter | None
    low_open: bool = False
    high_open: bool = False
    of_none: float | None = None

    @property
    def holds_of_none(self) -> bool:
        """Whether a customer without any row fits."""
        if self.of_none is None:
            return False
        low, high = (float(end) if isinstance(end, int | float) else None for end in (self.low, self.high))
        above = low is None or (self.of_none > low if self.low_open else self.of_none >= low)
        return above and (high is None or (self.of_none < high if self.high_open else self.of_none <= high))

    @property
    def is_once(self) -> bool:
        """Whether any row at all is enough: a count of at least one."""
        return self.of_none == 0 and self.low == 1 and self.high is None and isinstance(self.low, int)


class QueryBuilder:
    """Gathers what the parts of one query need. Equal parts are made once."""

    def __init__(self) -> None:
        self._parameters: dict[str, Parameter] = {}
        self._parameter_names: dict[object, str] = {}
        self._parts: dict[str, tuple[str, exp.Expr]] = {}
        self._tables: dict[str, Span | None] = {}

    def value(self, value: Parameter) -> exp.Expr:
        """A parameter that stands for ``value``."""
        key = (type(value).__name__, tuple(value) if isinstance(value, list) else value)
        name = self._parameter_names.setdefault(key, f"p{len(self._parameter_names) + 1}")
        self._parameters[name] = value
        return exp.Parameter(this=exp.var(name))

    def part(self, kind: str, select: exp.Select) -> exp.Table:
        """A common table expression with this content, named after its ``kind``."""
        text = select.sql(DIALECT)
        if text not in self._parts:
            self._parts[text] = (f"{kind}_{len(self._parts) + 1}", select)
        return exp.to_table(self._parts[text][0])

    def read(self, table: str, span: Span | None = None) -> exp.Table:
        """A table of facts, noting the days that are needed of it."""
        if span is not None and span.is_empty:
            span = Span(span.last, span.last)
        before = self._tables.get(table, span)
        self._tables[table] = None if span is None or before is None else span.joined(before)
        return exp.to_table(table)

    def finished(self, select: exp.Query) -> Compiled:
        """The query with its parts."""
        for name, part in self._parts.values():
            select = select.with_(name, as_=part, copy=False)
        return Compiled(select.sql(DIALECT, pretty=True), self._parameters, self._tables)


def call(name: str, *arguments: exp.Expr) -> exp.Expr:
    """A function of DuckDB by its own name."""
    return exp.Anonymous(this=name, expressions=list(arguments))


def column(name: str, quoted: bool = False) -> exp.Expr:
    """A column; ``quoted`` where the name is not this program's own."""
    return exp.column(exp.to_identifier(name, quoted=quoted))


def within(
    value: exp.Expr,
    query: QueryBuilder,
    low: Parameter | None,
    high: Parameter | None,
    *,
    low_open: bool = False,
    high_open: bool = False,
) -> list[exp.Expr]:
    """Conditions that keep ``value`` between two ends; none for ends that are None."""
    found: list[exp.Expr] = []
    if low is not None:
        found.append((exp.GT if low_open else exp.GTE)(this=value.copy(), expression=query.value(low)))
    if high is not None:
        found.append((exp.LT if high_open else exp.LTE)(this=value.copy(), expression=query.value(high)))
    return found


def one_of(value: exp.Expr, query: QueryBuilder, values: Sequence[Scalar]) -> exp.Expr:
    """Whether ``value`` is one of a list of one type, however long. A scan can leave out what is not in a short one."""
    numbers = any(isinstance(one, float) for one in values)  # a list of whole and broken numbers has one type too
    listed: list[Scalar] = [float(one) for one in values] if numbers else [*values]
    if len(listed) <= _SHORT:
        return exp.In(this=value, expressions=[query.value(one) for one in listed])
    return exp.In(this=value, query=exp.Subquery(this=exp.select(call("unnest", query.value(listed)))))


def in_part(value: exp.Expr, part: exp.Table, name: str = CUSTOMER) -> exp.Expr:
    """Whether ``value`` is among column ``name`` of a part."""
    return exp.In(this=value, query=exp.Subquery(this=exp.select(column(name)).from_(part)))


def every(conditions: Sequence[exp.Expr]) -> exp.Expr:
    """All of them; true for none."""
    return _joined(exp.And, conditions) if conditions else exp.true()


def some(conditions: Sequence[exp.Expr]) -> exp.Expr:
    """At least one of them."""
    return _joined(exp.Or, conditions)


def negated(condition: exp.Expr) -> exp.Expr:
    """The opposite."""
    return exp.Not(this=exp.paren(condition, copy=False))


def _joined(kind: type[exp.Connector], conditions: Sequence[exp.Expr]) -> exp.Expr:
    if len(conditions) == 1:
        return conditions[0]
    found, *others = [exp.paren(one, copy=False) if isinstance(one, exp.Connector) else one for one in conditions]
    for other in others:
        found = kind(this=found, expression=other)
    return found
