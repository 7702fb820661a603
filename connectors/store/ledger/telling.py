"""What became of sends and their messages, for the tables that people read, and for campaigns of the same hour.

Belongs here: frames of messages, which sends changed. Does not belong here: what decisions need of the past
(``history``), publishing.
"""

import datetime as dt
from typing import Any, Final

import polars as pl
from sqlalchemy import ColumnElement, Connection, or_, select

from connectors.store.ledger.counting import ALIVE, where
from connectors.store.ledger.history import COUNTING, frame, micros
from connectors.store.ledger.shapes import Send
from connectors.store.schema import as_utc
from connectors.store.send_tables import attempts, messages, sends

MOMENT: Final = pl.Datetime("us", "UTC")
DELIVERIES: Final = {
    "seq": pl.Int64(), "customer_key": pl.String(), "customer_id": pl.Int64(), "variant": pl.String(),
    "state": pl.String(), "code": pl.String(), "vendor_message_id": pl.String(), "price": pl.Int64(),
    "tries": pl.Int64(), "not_before": MOMENT, "sent_at": MOMENT, "final_at": MOMENT, "sender": pl.String(),
}  # fmt: skip


def deliveries(connection: Connection, send_no: int) -> pl.DataFrame:
    """See ``Ledger.deliveries``."""
    columns: list[Any] = [
        attempts.c.sender if name == "sender" else
        micros(messages.c[name], connection).label(name) if kind == MOMENT else messages.c[name]
        for name, kind in DELIVERIES.items()
    ]  # fmt: skip
    chosen = (
        select(*columns)
        .outerjoin(attempts, attempts.c.attempt_no == messages.c.attempt_no)
        .where(messages.c.send_no == send_no)
        .order_by(messages.c.seq)
    )
    return frame(connection, chosen, DELIVERIES)


def changed_since(connection: Connection, moment: dt.datetime, own: ColumnElement[bool]) -> tuple[Send, ...]:
    """See ``Ledger.changed_since``; ``own``: sends that are looked at."""
    table, since = sends.c, as_utc(moment)
    return where(connection, own, or_(table.planned_at >= since, table.state.in_(ALIVE), table.finished_at >= since))


def claims(connection: Connection, first: dt.datetime, last: dt.datetime, besides: str) -> pl.DataFrame:
    """See ``Ledger.claims``."""
    chosen = (
        select(messages.c.customer_id, sends.c.campaign_id)
        .join(sends, sends.c.send_no == messages.c.send_no)
        .where(sends.c.planned_at >= as_utc(first), sends.c.planned_at < as_utc(last), sends.c.campaign_id != besides)
        .where(messages.c.state.in_(COUNTING), messages.c.customer_id.is_not(None))
        .distinct()
    )
    found = frame(connection, chosen, {"customer_id": pl.Int64(), "campaign_id": pl.String()})
    return found.sort("customer_id", "campaign_id")
