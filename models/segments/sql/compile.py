"""Segments as one parameterised query: how many customers, which customers, of one segment or of several.

Belongs here: all, any and not, include and exclude, segments that name others, the shapes of the answer.
Does not belong here: single leaves (``behaviour``, ``events``, ``people``), running the query (``connectors``).

The query reads the table of customers once; each leaf is a part (a common table expression) of customer ids that is
compared with it. Equal leaves are one part, however many segments ask for them.
"""

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any, Final

from pydantic import BaseModel
from sqlglot import exp

from models.segments.checks import check_segments, needed_segments, references
from models.segments.context import Context
from models.segments.document import Condition, Segment
from models.segments.leaves import AcquisitionTest, CartTest, EnvironmentTest, EventTest, PurchaseTest, VisitTest
from models.segments.leaves_people import (
    ConsentTest,
    CustomerTest,
    CustomTest,
    CycleTest,
    MemberTest,
    SegmentTest,
)
from models.segments.sql import behaviour, events, people
from models.segments.sql.query import CUSTOMER, Compiled, QueryBuilder, column, every, in_part, negated, some
from models.segments.sql.tables import CUSTOMERS, of_customer

_PART_EVERY: Final = 8  # levels after which a group becomes a part, so that no expression nests without end
_Leaf = Callable[[Any, QueryBuilder, Context], exp.Expr]
_LEAVES: Final[dict[type[BaseModel], _Leaf]] = {
    EventTest: events.events,
    VisitTest: behaviour.visits,
    PurchaseTest: behaviour.purchases,
    CartTest: behaviour.cart,
    AcquisitionTest: behaviour.acquisition,
    EnvironmentTest: lambda test, query, context: behaviour.visits(test.visits, query, context),
    MemberTest: people.member,
    ConsentTest: people.consent,
    CustomTest: people.custom,
    CustomerTest: people.customer,
    CycleTest: people.cycle_due,
    SegmentTest: people.segment,
}


def compile_count(segment: Segment, context: Context) -> Compiled:
    """One row: ``size``. Raises :class:`DocumentError` for what is wrong beside others (see ``checks``)."""
    query, conditions = _conditions([segment], context)
    return query.finished(_customers(query, conditions[0], [_size()]))


def compile_members(segment: Segment, context: Context) -> Compiled:
    """``customer_key``, ``customer_id`` of every member, by key. Raises :class:`DocumentError`."""
    query, conditions = _conditions([segment], context)
    columns = [of_customer("customer_key"), of_customer(CUSTOMER)]
    return query.finished(_customers(query, conditions[0], columns).order_by(column("customer_key")))


def compile_sizes(segments: Sequence[Segment], context: Context) -> Compiled:
    """``segment_id``, ``size`` of each segment, by id. Raises :class:`DocumentError`."""
    query, conditions = _conditions(segments, context)
    found = [
        _customers(query, condition, [_id(query, one), _size()])
        for one, condition in zip(segments, conditions, strict=True)
    ]
    return query.finished(_stacked(found).order_by(column("segment_id")))


def compile_memberships(segments: Sequence[Segment], context: Context) -> Compiled:
    """``segment_id``, ``customer_key``, ``customer_id`` of every member of each segment, by id and key.

    Raises :class:`DocumentError`.
    """
    query, conditions = _conditions(segments, context)
    found = [
        _customers(query, condition, [_id(query, one), of_customer("customer_key"), of_customer(CUSTOMER)])
        for one, condition in zip(segments, conditions, strict=True)
    ]
    return query.finished(_stacked(found).order_by(column("segment_id"), column("customer_key")))


def _conditions(segments: Sequence[Segment], context: Context) -> tuple[QueryBuilder, list[exp.Expr]]:
    """The condition of each segment over the table of customers."""
    check_segments(segments, context)
    query = QueryBuilder()
    named: dict[str, exp.Table] = {}
    for one in _named(segments, context):
        select = _customers(query, _segment(one, query, context, named), [of_customer(CUSTOMER)])
        named[one.id] = query.part("segment", select)
    return query, [_segment(one, query, context, named) for one in segments]


def _named(segments: Iterable[Segment], context: Context) -> list[Segment]:
    """Rule segments that are named by others, each after those that it names itself."""
    needed = needed_segments(segments, context)
    names = {name for one in needed for _, name in references(one)}
    return [context.segments[one.id] for one in needed if one.id in names]


def _segment(one: Segment, query: QueryBuilder, context: Context, named: dict[str, exp.Table]) -> exp.Expr:
    told = partial(_condition, query=query, context=context, named=named)
    include = told(one.include)
    return include if one.exclude is None else every([include, negated(told(one.exclude))])


def _condition(
    condition: Condition, query: QueryBuilder, context: Context, named: dict[str, exp.Table], depth: int = 1
) -> exp.Expr:
    leaf = condition.leaf
    if isinstance(leaf, SegmentTest) and leaf.is_rule:
        return in_part(of_customer(CUSTOMER), named[leaf.id])
    if leaf is not None:
        return _LEAVES[type(leaf)](leaf, query, context)
    parts = [_condition(part, query, context, named, depth + 1) for part in condition.parts]
    found = every(parts) if condition.all_ else some(parts) if condition.any_ else negated(parts[0])
    if depth % _PART_EVERY:
        return found
    return in_part(of_customer(CUSTOMER), query.part("group", _customers(query, found, [of_customer(CUSTOMER)])))


def _customers(query: QueryBuilder, condition: exp.Expr, columns: list[exp.Expr]) -> exp.Select:
    return exp.select(*columns).from_(query.read(CUSTOMERS)).where(condition, copy=False)


def _size() -> exp.Expr:
    return exp.alias_(exp.Count(this=exp.Star()), "size")


def _id(query: QueryBuilder, segment: Segment) -> exp.Expr:
    return exp.alias_(exp.cast(query.value(segment.id), "varchar"), "segment_id")


def _stacked(selects: Sequence[exp.Select]) -> exp.Query:
    """All rows, one query after the other, halved again and again so that none nests deeply."""
    if len(selects) == 1:
        return selects[0]
    middle = len(selects) // 2
    left, right = _stacked(selects[:middle]), _stacked(selects[middle:])
    return exp.Union(this=left, expression=right, distinct=False)
