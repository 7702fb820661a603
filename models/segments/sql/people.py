"""Who the customer is, as SQL: member facts, consents, custom data, figures of customers, other segments.

Belongs here: these leaves. Does not belong here: behaviour (``behaviour``, ``events``).

Member facts are a table of their own, which customers who are no members are not in; what is not known makes a test
false.
"""

from sqlglot import exp

from models.segments.checks import values_of
from models.segments.context import Context
from models.segments.fields import Amount
from models.segments.leaves_people import (
    TASTE,
    ConsentTest,
    CustomerTest,
    CustomTest,
    CycleTest,
    MemberTest,
    SegmentTest,
)
from models.segments.sql.query import CUSTOMER, QueryBuilder, call, column, every, in_part, one_of, within
from models.segments.sql.tables import (
    MEMBER_FACTS,
    SEGMENT_MEMBERS,
    TASTE_MEMBERS,
    of_customer,
    on_days,
)
from models.segments.windows import Window, utc_bounds

_FLAGS = ("has_phone", "has_email", "has_push_token", "is_channel_friend")
_COMPARISONS: dict[str, type[exp.Binary]] = {
    "==": exp.EQ, "!=": exp.NEQ, ">=": exp.GTE, ">": exp.GT, "<=": exp.LTE, "<": exp.LT,
}  # fmt: skip


def member(test: MemberTest, query: QueryBuilder, context: Context) -> exp.Expr:
    """Fields of the member; ``is_member`` itself is known of every customer."""
    found, rows = [], _member_rows(test, query, context)
    if test.is_member is not None:
        found.append(_known(exp.EQ(this=of_customer("is_member"), expression=query.value(test.is_member))))
    if rows:
        found.append(_members_with(query, rows))
    return every(found)


def _member_rows(test: MemberTest, query: QueryBuilder, context: Context) -> list[exp.Expr]:
    rows: list[exp.Expr] = [
        exp.EQ(this=column(name), expression=query.value(wanted))
        for name in _FLAGS
        if (wanted := getattr(test, name)) is not None
    ]
    if test.joined:
        rows += on_days(query, "joined_day", test.joined.span(context.as_of))
    if test.grade:
        rows.append(one_of(column("grade"), query, test.grade))
    if test.points:
        rows += _amount(column("points"), test.points, query)
    if test.birthday_month is not None:
        months = [context.as_of.month] if test.birthday_month == "this_month" else list(test.birthday_month)
        rows.append(one_of(column("birthday_month"), query, months))
    return rows


def consent(test: ConsentTest, query: QueryBuilder, context: Context) -> exp.Expr:
    """Consents, each as it was last said."""
    wanted = {name: getattr(test, name) for name in ConsentTest.model_fields}
    return _members_with(
        query,
        [
            exp.EQ(this=column(f"consent_{name}"), expression=query.value(value))
            for name, value in wanted.items()
            if value is not None
        ],
    )


def custom(test: CustomTest, query: QueryBuilder, context: Context) -> exp.Expr:
    """One field of the shop's own, of the type it was registered with."""
    found = context.column_of(test.name)
    if found is None:
        raise ValueError(f"custom field {test.name} was not checked")
    return _members_with(query, [_compared(column(found[0], quoted=True), test, query)])


def _compared(field: exp.Expr, test: CustomTest, query: QueryBuilder) -> exp.Expr:
    values = values_of(test)
    if test.op == "exists":
        return exp.Not(this=exp.Is(this=field, expression=exp.null()))
    if test.op == "in":
        return one_of(field, query, values)
    if test.op == "contains":
        return call("contains", call("lower", field), call("lower", query.value(values[0])))
    return _COMPARISONS[test.op](this=field, expression=query.value(values[0]))


def customer(test: CustomerTest, query: QueryBuilder, context: Context) -> exp.Expr:
    """Figures of the table of customers."""
    found = []
    if test.rfm_grade:
        found.append(one_of(of_customer("rfm_grade"), query, test.rfm_grade))
    if test.lifecycle:
        found.append(one_of(of_customer("lifecycle"), query, test.lifecycle))
    if test.orders:
        found += within(of_customer("orders"), query, *test.orders.ends)
    for name in ("revenue", "purchase_cycle_days"):
        if amount := getattr(test, name):
            found += _amount(of_customer(name), amount, query)
    for name in ("first_seen", "last_seen"):
        if window := getattr(test, name):
            found += _seen(of_customer(f"{name}_at"), window, query, context)
    return _known(every(found))


def _seen(moment: exp.Expr, window: Window, query: QueryBuilder, context: Context) -> list[exp.Expr]:
    """The window's borders are moved to UTC, not the moments of all customers to the shop's zone."""
    since, until = utc_bounds(window.span(context.as_of), context.zone)
    return within(moment, query, since, until, high_open=True)


def cycle_due(test: CycleTest, query: QueryBuilder, context: Context) -> exp.Expr:
    """Days since the last order over the customer's own cycle."""
    today = exp.cast(query.value(context.as_of), "date")
    days = call("date_diff", exp.Literal.string("day"), of_customer("last_order_day"), today)
    cycle = of_customer("purchase_cycle_days")
    since = exp.GTE(this=days, expression=exp.Mul(this=cycle, expression=query.value(test.from_)))
    until = exp.LTE(this=days.copy(), expression=exp.Mul(this=cycle.copy(), expression=query.value(test.to)))
    return _known(exp.And(this=since, expression=until))


def segment(test: SegmentTest, query: QueryBuilder, context: Context) -> exp.Expr:
    """A segment that is found by itself, as it was on the newest day; with a strength the table of tastes tells."""
    if test.strength is None:
        same = exp.EQ(this=column("segment_id"), expression=query.value(test.id))
        select = exp.select(column(CUSTOMER)).from_(query.read(SEGMENT_MEMBERS)).where(_not_null(CUSTOMER), same)
        return in_part(of_customer(CUSTOMER), query.part(SEGMENT_MEMBERS, select))
    table = query.read(TASTE_MEMBERS)
    newest = exp.Subquery(this=exp.select(call("max", column("day"))).from_(table.copy()))
    rows = [
        exp.EQ(this=column("segment_id"), expression=query.value(test.id.removeprefix(TASTE))),
        exp.EQ(this=column("day"), expression=newest),
        *_amount(column("strength"), test.strength, query),
    ]
    select = exp.select(column("customer_key")).from_(table).where(_not_null("customer_key"), *rows)
    return in_part(of_customer("customer_key"), query.part(TASTE_MEMBERS, select), "customer_key")


def _members_with(query: QueryBuilder, rows: list[exp.Expr]) -> exp.Expr:
    select = exp.select(column(CUSTOMER)).from_(query.read(MEMBER_FACTS)).where(_not_null(CUSTOMER), *rows)
    return in_part(of_customer(CUSTOMER), query.part(MEMBER_FACTS, select))


def _amount(value: exp.Expr, amount: Amount, query: QueryBuilder) -> list[exp.Expr]:
    low_open, high_open = amount.open_ends
    return within(value, query, *amount.ends, low_open=low_open, high_open=high_open)


def _not_null(name: str) -> exp.Expr:
    return exp.Not(this=exp.Is(this=column(name), expression=exp.null()))


def _known(condition: exp.Expr) -> exp.Expr:
    return call("coalesce", condition, exp.false())
