"""Stopping, resuming, cancelling, expiring and finishing sends.

Belongs here: changes of a send's state and what they mean for its messages. Does not belong here: states of campaigns
(``connectors.store.campaign_states``), sending.
"""

import datetime as dt
from collections import Counter

from sqlalchemy import ColumnElement, Connection, text, update

from connectors.store.ledger.counting import ALIVE, OVER, count, locked, where
from connectors.store.ledger.shapes import Send
from connectors.store.schema import as_utc
from connectors.store.send_tables import READY, messages, sends


def decide(connection: Connection, send_no: int) -> Send:
    """Somebody begins to decide about a planned send."""
    send = locked(connection, send_no)
    return count(connection, send_no, Counter(), state="deciding") if send.state == "planned" else send


def stop(connection: Connection, send_no: int, reason: str) -> Send:
    """Nothing more is claimed until the send is resumed; what was requested already is not called back."""
    send = locked(connection, send_no)
    if send.state in OVER or send.state == "stopped":
        return send
    return count(connection, send_no, Counter(), state="stopped", reason=reason)


def resume(connection: Connection, send_no: int) -> Send:
    """A stopped send goes on where it was."""
    send = locked(connection, send_no)
    if send.state != "stopped":
        return send
    state = "planned" if send.reserved_at is None else "sending"
    return count(connection, send_no, Counter(), state=state, reason=None)


def end(connection: Connection, send_no: int, state: str, reason: str, now: dt.datetime) -> Send:
    """Cancel or expire a send: what is reserved never goes out. One that is over stays as it is."""
    send = locked(connection, send_no)
    if send.state in OVER:
        return send
    ended = connection.execute(
        update(messages)
        .where(messages.c.send_no == send_no, text(READY))
        .values(state=state, code=reason, final_at=as_utc(now))
    ).rowcount
    moved = Counter({"reserved": -ended, state: ended})
    return count(connection, send_no, moved, state=state, reason=reason, finished_at=as_utc(now))


def finish(connection: Connection, send_no: int, now: dt.datetime) -> Send:
    """A send of which nothing is left is finished; any other stays as it is."""
    send = locked(connection, send_no)
    if send.state != "sending" or not send.is_handed_over:
        return send
    return count(connection, send_no, Counter(), state="finished", finished_at=as_utc(now))


def past_end(connection: Connection, now: dt.datetime, own: ColumnElement[bool]) -> tuple[Send, ...]:
    """Sends that may not go out any more and are not over; ``own``: which are looked at."""
    return where(connection, own, sends.c.state.in_(ALIVE), sends.c.ends_at <= as_utc(now))
