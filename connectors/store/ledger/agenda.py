"""What is to be done next, and for which sends: what a sensor asks every few seconds.

Belongs here: finding it by indexes alone, however much was sent before. Does not belong here: doing it
(``connectors.sending``).

Something can be done for a send that is not decided about, that has messages whose moment has come, of which nothing is
left (it can be finished), whose end has come, or that has a request about which the vendor can be asked. A stopped send
keeps its messages, but its requests are looked after like all others, and so are those of sends that are over.
"""

import datetime as dt
from collections.abc import Iterator
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, and_, func, select, text

from connectors.store.engine import chunks
from connectors.store.ledger.counting import ALIVE, where
from connectors.store.ledger.shapes import Send
from connectors.store.schema import as_utc
from connectors.store.send_tables import READY, attempts, messages, sends

# After that long an open request counts as abandoned by whoever made it.
PATIENCE: Final = dt.timedelta(seconds=90)


def next_work(connection: Connection, now: dt.datetime, own: ColumnElement[bool]) -> dt.datetime | None:
    """The earliest moment at which something can be done for sends that are ``own``, perhaps past; None: never."""
    return min((moment for _, moment in _moments(connection, now, own)), default=None)


def to_do(connection: Connection, now: dt.datetime, own: ColumnElement[bool]) -> tuple[Send, ...]:
    """Sends for which something can be done by ``now``, oldest first; ``own``: which are looked at."""
    found = sorted({send_no for send_no, moment in _moments(connection, now, own) if moment <= as_utc(now)})
    return tuple(send for chunk in chunks(found) for send in where(connection, sends.c.send_no.in_(chunk)))


def _moments(connection: Connection, now: dt.datetime, own: ColumnElement[bool]) -> Iterator[tuple[int, dt.datetime]]:
    """(send_no, from when something can be done), perhaps several of a send."""
    first: Any = (
        select(func.min(messages.c.not_before))
        .where(messages.c.send_no == sends.c.send_no, text(READY))
        .correlate(sends)
        .scalar_subquery()
    )
    table = sends.c
    names = (table.send_no, table.state, table.ends_at, table.reserved, table.sending)
    for row in connection.execute(select(*names, first.label("first")).where(table.state.in_(ALIVE), own)):
        if row.ends_at is not None:
            yield row.send_no, row.ends_at
        if row.state in ("planned", "deciding") or (row.state == "sending" and not (row.reserved or row.sending)):
            yield row.send_no, as_utc(now)
        elif row.state == "sending" and row.first is not None:
            yield row.send_no, row.first
    asked = sorted(_requests(connection))
    for chunk in chunks(sorted({send_no for send_no, _ in asked})):
        mine: set[int] = set(connection.scalars(select(table.send_no).where(table.send_no.in_(chunk), own)))
        yield from ((send_no, moment) for send_no, moment in asked if send_no in mine)


def _requests(connection: Connection) -> Iterator[tuple[int, dt.datetime]]:
    table = attempts.c
    asked = and_(table.state.in_(("ambiguous", "answered")), table.look_at.is_not(None))
    for row in connection.execute(
        select(table.send_no, func.min(table.look_at).label("at")).where(asked).group_by(table.send_no)
    ):
        yield row.send_no, row.at
    for row in connection.execute(
        select(table.send_no, func.min(table.opened_at).label("at"))
        .where(table.state == "open")
        .group_by(table.send_no)
    ):
        yield row.send_no, row.at + PATIENCE
