"""The single events of a name, as what a campaign answers to.

Belongs here: the query for them. Does not belong here: conditions on customers (``events``), when they are answered
(campaigns).
"""

import datetime as dt

from sqlglot import exp

from models.segments.context import Context
from models.segments.leaves import EventTest
from models.segments.sql.events import event_rows
from models.segments.sql.query import CUSTOMER, Compiled, QueryBuilder, call, column, in_part, within
from models.segments.sql.tables import CUSTOMERS, EVENTS, on_days
from models.segments.windows import Span

LONGEST_ID = 64  # of an event, as it is kept; the hash of a longer one has as many letters


def compile_hits(
    test: EventTest, since: dt.datetime, until: dt.datetime, context: Context, *, members_only: bool
) -> Compiled:
    """``hit_id``, ``customer_id``, ``customer_key``, ``event_at`` of every event that ``test`` names and filters, from
    ``since`` up to ``until`` (aware), by time and id. Robots are left out; ``hit_id`` is the event's id, or the hash of
    one that is longer than ``LONGEST_ID``."""
    query = QueryBuilder()
    span = Span(since.astimezone(context.zone).date(), until.astimezone(context.zone).date())
    first, last = (moment.astimezone(dt.UTC).replace(tzinfo=None) for moment in (since, until))
    rows = [
        *on_days(query, "event_day", span),
        *within(column("event_at"), query, first, last),
        exp.EQ(this=column("event_name"), expression=query.value(test.name)),
        exp.Not(this=column("is_bot")),
        exp.Not(this=exp.Is(this=column(CUSTOMER), expression=exp.null())),
    ]
    if test.where is not None:
        rows += event_rows(test.where, query, context, EVENTS)
    if members_only:
        members = exp.select(column(CUSTOMER)).from_(query.read(CUSTOMERS)).where(column("is_member"))
        rows.append(in_part(column(CUSTOMER), query.part("members", members)))
    columns = [_id(), column(CUSTOMER), column("customer_key"), column("event_at")]
    select = exp.select(*columns).from_(query.read(EVENTS, span)).where(*rows, copy=False)
    return query.finished(select.order_by(column("event_at"), column("hit_id")))


def _id() -> exp.Expr:
    fits = exp.LTE(this=call("length", column("event_id")), expression=exp.Literal.number(LONGEST_ID))
    told = exp.Case(ifs=[exp.If(this=fits, true=column("event_id"))], default=call("sha256", column("event_id")))
    return exp.alias_(told, "hit_id")
