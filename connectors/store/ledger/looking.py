"""Requests about which a vendor has to be asked: what became of them, and of the messages in them.

Belongs here: finding them, taking over those of workers that are gone. Does not belong here: asking
(``connectors.sending``), writing the answer down (``ending``).
"""

import datetime as dt
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, func, or_, select, update

from connectors.store.ledger.counting import locked
from connectors.store.ledger.shapes import Parcel, Row
from connectors.store.schema import as_utc
from connectors.store.send_tables import attempts, messages, sends

Waiting = Literal["ambiguous", "answered"]


def take_over(
    connection: Connection, send_no: int, now: dt.datetime, opened_before: dt.datetime, worker: str | None, wait: float
) -> int:
    """Open requests from before a moment, and all of ``worker``, become ambiguous: whoever made them is gone, and
    whether they went out is not known. The vendor is asked ``wait`` seconds from now. Returns how many."""
    locked(connection, send_no)
    table = attempts.c
    mine = [] if worker is None else [table.worker == worker]
    return connection.execute(
        update(attempts)
        .where(table.state == "open", table.send_no == send_no, or_(table.opened_at < as_utc(opened_before), *mine))
        .values(state="ambiguous", ended_at=as_utc(now), look_at=as_utc(now + dt.timedelta(seconds=wait)))
    ).rowcount


def due(
    connection: Connection, state: Waiting, now: dt.datetime, most: int, of: int | ColumnElement[bool]
) -> tuple[Parcel, ...]:
    """Requests to ask about now, longest due first, with the messages that are still in question; ``of``: one send, or
    which sends."""
    table = attempts.c
    chosen = select(attempts).where(table.state == state, table.look_at <= as_utc(now))
    if isinstance(of, int):
        chosen = chosen.where(table.send_no == of)
    else:
        chosen = chosen.join(sends, sends.c.send_no == table.send_no).where(of)
    rows = connection.execute(chosen.order_by(table.look_at, table.attempt_no).limit(most)).mappings().all()
    return tuple(_parcel(connection, dict(row), "sending" if state == "ambiguous" else "accepted") for row in rows)


def next_look(connection: Connection, send_no: int, state: Waiting) -> dt.datetime | None:
    """When the next request of a send is to be asked about; None: never."""
    table = attempts.c
    found: dt.datetime | None = connection.execute(
        select(func.min(table.look_at)).where(table.state == state, table.send_no == send_no)
    ).scalar_one()
    return found


def _parcel(connection: Connection, attempt: dict[str, object], state: str) -> Parcel:
    table = messages.c
    chosen = (
        select(*(table[name] for name in Row.__dataclass_fields__))
        .where(
            table.send_no == attempt["send_no"],
            table.seq.between(attempt["first_seq"], attempt["last_seq"]),
            table.attempt_no == attempt["attempt_no"],
            table.state == state,
        )
        .order_by(table.seq)
    )
    rows = [Row(*tuple[Any, ...](row)) for row in connection.execute(chosen)]
    known = {name: attempt[name] for name in Parcel.__dataclass_fields__ if name in attempt}
    return Parcel(**known, go_at=known["opened_at"], rows=rows)  # type: ignore[arg-type]
