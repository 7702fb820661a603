"""A send's row: finding it, locking it, counting in it.

Belongs here: what every operation on a send begins and ends with. Does not belong here: the operations.

The row is the send's lock: whoever changes anything of a send holds it first (on SQLite the writer's lock does the same
for all), then the costs of the day, then a speed limit. So no two workers claim the same message, a stop holds for
every claim after it, and the counts are exact.
"""

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, select, update
from sqlalchemy.dialects import postgresql, sqlite

from connectors.store.ledger.shapes import NOTICE, Send
from connectors.store.schema import as_utc
from connectors.store.send_tables import campaign_costs, sends

OVER = ("finished", "cancelled", "expired")
ALIVE = ("planned", "deciding", "sending", "stopped")


def sends_of(notices: bool) -> ColumnElement[bool]:
    """Whether a send is a notice, or one of campaigns."""
    return sends.c.channel == NOTICE if notices else sends.c.channel != NOTICE


def locked(connection: Connection, send_no: int) -> Send:
    """The send, kept from everybody else until the transaction ends. Raises KeyError for one that is not there."""
    row = connection.execute(select(sends).where(sends.c.send_no == send_no).with_for_update()).mappings().one_or_none()
    if row is None:
        raise KeyError(f"there is no send {send_no}")
    return Send(**row)


def of_id(connection: Connection, send_id: str) -> Send | None:
    """The send with this id."""
    row = connection.execute(select(sends).where(sends.c.send_id == send_id)).mappings().one_or_none()
    return None if row is None else Send(**row)


def where(connection: Connection, *conditions: ColumnElement[bool]) -> tuple[Send, ...]:
    """Sends, oldest first."""
    rows = connection.execute(select(sends).where(*conditions).order_by(sends.c.send_no)).mappings()
    return tuple(Send(**row) for row in rows)


def count(
    connection: Connection,
    send_no: int,
    moved: Counter[str],
    cost: int = 0,
    sent_at: dt.datetime | None = None,
    **values: Any,
) -> Send:
    """Add ``moved`` to the counts by state and ``cost`` to the costs; the send afterwards."""
    values |= {state: sends.c[state] + number for state, number in moved.items() if number}
    if cost:
        values["cost"] = sends.c.cost + cost
    if sent_at is not None:
        values["last_sent_at"] = as_utc(sent_at)
    if values:
        connection.execute(update(sends).where(sends.c.send_no == send_no).values(**values))
    return Send(**connection.execute(select(sends).where(sends.c.send_no == send_no)).mappings().one())


def spent(connection: Connection, campaign_id: str, day: str) -> int:
    """What the campaign has spent on a day, kept from everybody else until the transaction ends."""
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    added = dialect.insert(campaign_costs).values(campaign_id=campaign_id, day=day, cost=0)
    connection.execute(added.on_conflict_do_nothing(index_elements=["campaign_id", "day"]))
    mine = (campaign_costs.c.campaign_id == campaign_id) & (campaign_costs.c.day == day)
    return int(connection.execute(select(campaign_costs.c.cost).where(mine).with_for_update()).scalar_one())


def spend(connection: Connection, campaign_id: str, days: Sequence[tuple[str, int]]) -> None:
    """Add to the costs of days; the rows exist, since a request was opened on each."""
    for day, cost in sorted(days):
        mine = (campaign_costs.c.campaign_id == campaign_id) & (campaign_costs.c.day == day)
        if cost:
            connection.execute(update(campaign_costs).where(mine).values(cost=campaign_costs.c.cost + cost))
