"""How requests and messages end: answers, results, and what turned out not to have been sent.

Belongs here: writing endings down, each once, with counts and costs. Does not belong here: asking vendors
(``connectors.sending``), which requests are to be asked about (``looking``).
"""

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from typing import Final, Literal

from sqlalchemy import Connection, func, select, update

from connectors.store.ledger import bulk
from connectors.store.ledger.counting import count, locked, spend, spent
from connectors.store.ledger.shapes import Closed, Ending, Parcel, Row, Send
from connectors.store.schema import as_utc
from connectors.store.send_tables import attempts, messages

Was = Literal["sending", "accepted"]
_FROM: Final[dict[Was, tuple[str, ...]]] = {"sending": ("open", "ambiguous"), "accepted": ("answered",)}
_UNPAID: Final = ("failed", "cancelled", "expired")
_SENT: Final = ("accepted", "delivered", "unknown")


class LedgerBroken(Exception):
    """The ledger is not in the state that its own rules lead to; nothing was written."""


def close(connection: Connection, send_no: int, closed: Sequence[Closed], was: Was, now: dt.datetime) -> Send:
    """Write down how requests of one send ended (``was`` "sending"), or what came of accepted messages ("accepted").

    A request that somebody else closed meanwhile is passed over with its endings. The send afterwards."""
    send = locked(connection, send_no)
    moved, costs, sent_at = Counter[str](), Counter[str](), None
    for one in closed:
        found = _state(connection, one.parcel)
        if found not in _FROM[was]:
            continue
        _close_attempt(connection, one, now)
        rows = {row.seq: row for row in one.parcel.rows}
        endings = [_in_send(ending, send) for ending in one.endings]
        if found != "open" and endings:  # somebody else may have learnt of some of them
            still = _still(connection, one.parcel, was)
            endings = [ending for ending in endings if ending.seq in still]
        written = [_written(one, ending, rows[ending.seq], now) for ending in endings]
        if written:
            done = bulk.end_messages(connection, send_no, one.parcel.attempt_no, was, written)
            if done != len(written):
                raise LedgerBroken(f"attempt {one.parcel.attempt_no}: {done} of {len(written)} messages were {was}")
        moved.update(Counter(ending.state for ending in endings))
        moved[was] -= len(endings)
        costs[one.parcel.day] += sum(_dearer(ending, rows[ending.seq]) for ending in endings)
        if was == "sending" and any(ending.state in _SENT for ending in endings):
            sent_at = max(sent_at or one.parcel.opened_at, one.parcel.opened_at)
    for day in sorted(costs):
        spent(connection, send.campaign_id, day)
    spend(connection, send.campaign_id, list(costs.items()))
    return count(connection, send_no, moved, costs.total(), sent_at)


def _state(connection: Connection, parcel: Parcel) -> str:
    chosen = select(attempts.c.state).where(attempts.c.attempt_no == parcel.attempt_no)
    return str(connection.execute(chosen).scalar_one())


def _still(connection: Connection, parcel: Parcel, was: Was) -> set[int]:
    """Places of the messages of a request that are in state ``was`` still."""
    table, seqs = messages.c, [row.seq for row in parcel.rows]
    chosen = select(table.seq).where(
        table.send_no == parcel.send_no, table.seq.between(min(seqs), max(seqs)),
        table.attempt_no == parcel.attempt_no, table.state == was,
    )  # fmt: skip
    return set(connection.scalars(chosen))


def _close_attempt(connection: Connection, one: Closed, now: dt.datetime) -> None:
    table = attempts.c
    ended_at = now if one.parcel.ended_at is None else one.parcel.ended_at
    connection.execute(
        update(attempts)
        .where(table.attempt_no == one.parcel.attempt_no)
        .values(
            state=one.state,
            ended_at=as_utc(ended_at),
            look_at=None if one.look_at is None else as_utc(one.look_at),
            looks=0 if one.parcel.ended_at is None else table.looks + 1,
            request_id=func.coalesce(one.request_id, table.request_id),
        )
    )


def _in_send(ending: Ending, send: Send) -> Ending:
    """What would go again does not in a send that is over."""
    if ending.state != "reserved" or send.state not in ("cancelled", "expired"):
        return ending
    return Ending(ending.seq, send.state, code=send.reason)


def _written(one: Closed, ending: Ending, row: Row, now: dt.datetime) -> bulk.EndRow:
    is_final = ending.state not in ("reserved", "accepted") or (ending.state == "accepted" and one.state == "settled")
    price = (ending.price or 0) if ending.state in _UNPAID else ending.price
    sent_at = one.parcel.opened_at if ending.state in _SENT else None
    final_at = (ending.at or now) if is_final else None
    tries = int(ending.state == "reserved" and ending.is_try)
    vendor_id, again = ending.vendor_message_id, ending.not_before
    return (ending.state, ending.code, vendor_id, price, again, tries, sent_at, final_at, row.seq)


def _dearer(ending: Ending, row: Row) -> int:
    """What the ending adds to the costs, which were counted when the request was opened."""
    if ending.state == "reserved":
        return -row.price
    if ending.state in _UNPAID:
        return (ending.price or 0) - row.price
    return 0 if ending.price is None else ending.price - row.price
