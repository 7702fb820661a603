"""Who one customer is: member fields, consents, custom data, figures, segments that are found by themselves.

Belongs here: what these leaves mean on facts in memory. Does not belong here: behaviour (``behaviour``), rule segments
that are named by others (``evaluate``).
"""

import datetime as dt
import operator
from collections.abc import Callable
from typing import Any, Final

from models.segments.checks import values_of
from models.segments.context import CUSTOM_PREFIX, Context
from models.segments.leaves_people import (
    ConsentTest,
    CustomerTest,
    CustomTest,
    CycleTest,
    MemberTest,
    SegmentTest,
)
from models.segments.memory.facts import CustomerFacts, Member
from models.segments.memory.rows import lowered, one_of, within
from models.segments.windows import Window, utc_bounds

_FLAGS: Final = ("has_phone", "has_email", "has_push_token", "is_channel_friend")
_MEMBER_KEYS: Final = (*_FLAGS, "joined", "grade", "points", "birthday_month")
_COMPARISONS: Final[dict[str, Callable[[Any, Any], bool]]] = {
    "==": operator.eq, "!=": operator.ne, ">=": operator.ge, ">": operator.gt, "<=": operator.le, "<": operator.lt,
    "in": lambda found, wanted: found in wanted,
    "contains": lambda found, wanted: lowered(wanted) in lowered(found),
}  # fmt: skip


def member(test: MemberTest, customer: CustomerFacts, context: Context) -> bool:
    """Fields of the member; ``is_member`` itself is known of every customer."""
    if test.is_member is not None and customer.figures.is_member != test.is_member:
        return False
    if all(getattr(test, name) is None for name in _MEMBER_KEYS):
        return True
    found = customer.member
    if found is None:
        return False
    month = test.birthday_month
    months = (context.as_of.month,) if month == "this_month" else month
    return (
        all(getattr(test, name) is None or getattr(found, name) == getattr(test, name) for name in _FLAGS)
        and (test.joined is None or test.joined.span(context.as_of).holds(found.joined_day))
        and one_of(found.grade, test.grade)
        and within(found.points, test.points)
        and one_of(found.birthday_month, months)
    )


def consent(test: ConsentTest, customer: CustomerFacts, context: Context) -> bool:
    """Consents, each as it was last said."""
    said = customer.member.consents if customer.member else {}
    wanted = {name: getattr(test, name) for name in ConsentTest.model_fields}
    return all(value is None or said.get(name) == value for name, value in wanted.items())


def custom(test: CustomTest, customer: CustomerFacts, context: Context) -> bool:
    """One field of the shop's own."""
    column = context.column_of(test.name)
    if column is None:
        raise ValueError(f"custom field {test.name} was not checked")
    found = _field(customer.member, column[0])
    if found is None or test.op == "exists":
        return found is not None
    values = values_of(test)
    return _COMPARISONS[test.op](found, values if test.op == "in" else values[0])


def _field(found: Member | None, column: str) -> object:
    if found is None:
        return None
    if column.startswith(CUSTOM_PREFIX):
        return found.custom.get(column.removeprefix(CUSTOM_PREFIX))
    return getattr(found, column, None)


def customer_figures(test: CustomerTest, customer: CustomerFacts, context: Context) -> bool:
    """Figures of the customer."""
    figures = customer.figures
    return (
        one_of(figures.rfm_grade, test.rfm_grade)
        and one_of(figures.lifecycle, test.lifecycle)
        and within(figures.orders, test.orders)
        and within(figures.revenue, test.revenue)
        and within(figures.purchase_cycle_days, test.purchase_cycle_days)
        and _seen(figures.first_seen_at, test.first_seen, context)
        and _seen(figures.last_seen_at, test.last_seen, context)
    )


def _seen(moment: dt.datetime | None, window: Window | None, context: Context) -> bool:
    if window is None:
        return True
    since, until = utc_bounds(window.span(context.as_of), context.zone)
    return moment is not None and (since is None or moment >= since) and moment < until


def cycle_due(test: CycleTest, customer: CustomerFacts, context: Context) -> bool:
    """Days since the last order over the customer's own cycle."""
    last, cycle = customer.figures.last_order_day, customer.figures.purchase_cycle_days
    if last is None or cycle is None:
        return False
    return cycle * test.from_ <= (context.as_of - last).days <= cycle * test.to


def found_segment(test: SegmentTest, customer: CustomerFacts, context: Context) -> bool:
    """A segment that is found by itself."""
    if test.strength is not None:
        return within(customer.strengths.get(test.id), test.strength)
    return test.id in customer.segments
