"""Making one request, and reading its answer.

Belongs here: the last look before a message goes (night, period, address), the channel's answer or error as endings of
messages. Does not belong here: which messages (the ledger), what happens to senders (``senders``).
Runs in threads; touches nothing but the channel.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final, Literal

from connectors.channels.protocol import (
    Ambiguous,
    Answer,
    Attempt,
    Channel,
    ChannelError,
    Message,
    Outcome,
    Refused,
    SenderDown,
    Transient,
)
from connectors.sending.job import Composed
from connectors.store.ledger.shapes import Ending, Parcel, Row, Send

Health = Literal["well", "failed", "unknown"]  # what the request says about its sender
SENT: Final = ("accepted", "delivered", "unknown")


@dataclass(frozen=True)
class Made:
    """What became of a parcel. ``endings``: of the messages whose end is known; ``again``: those that certainly did not
    go because the sender could not; the rest is in doubt. ``is_try``: whether that counts against a message."""

    parcel: Parcel
    health: Health
    endings: tuple[Ending, ...] = ()
    again: tuple[Row, ...] = ()
    is_try: bool = True
    code: str | None = None
    retry_after: float | None = None
    request_id: str | None = None


def make(
    channel: Channel,
    send: Send,
    parcel: Parcel,
    template: str | None,
    composed: Mapping[int, Composed],
    clock: Callable[[], dt.datetime],
    start_within: float,
    has_limit: bool = False,
) -> Made:
    """Make the request of ``parcel``, unless it is too late for it. ``has_limit``: the money of the day is limited, so
    that a message that turns out dearer goes back, to be claimed at its own price."""
    now = clock()
    if now - max(parcel.opened_at, parcel.go_at) > dt.timedelta(seconds=start_within):
        return Made(parcel, "unknown", tuple(Ending(row.seq, "reserved", is_try=False) for row in parcel.rows))
    held = [_held(row, composed.get(row.seq), send, now, has_limit) for row in parcel.rows]
    endings = tuple(one for one in held if one is not None)
    going = [row for row, one in zip(parcel.rows, held, strict=True) if one is None]
    if not going:
        return Made(parcel, "unknown", endings)
    made = _asked(channel, parcel, attempt_of(parcel, going, template, composed), going)
    return replace(made, endings=(*endings, *priced(made.endings, going, composed)))


def priced(endings: Iterable[Ending], rows: Iterable[Row], composed: Mapping[int, Composed]) -> list[Ending]:
    """Endings of what was sent with the price of the very message, where it is not the one decided with and the vendor
    tells none."""
    own = {row.seq: one.price for row in rows if (one := composed.get(row.seq)) and one.price not in (None, row.price)}
    return [
        replace(ending, price=own[ending.seq])
        if ending.seq in own and ending.price is None and ending.state in SENT
        else ending
        for ending in endings
    ]


def attempt_of(parcel: Parcel, rows: list[Row], template: str | None, composed: Mapping[int, Composed]) -> Attempt:
    """The request as channels know it; who is no longer known has no address."""
    nobody = Composed("")
    messages = [
        Message(parcel.message_id(row), one.to, one.content, row.vendor_message_id)
        for row in rows
        for one in (composed.get(row.seq, nobody),)
    ]
    opened = parcel.opened_at
    return Attempt(parcel.attempt_id, parcel.sender, template, opened, messages, parcel.request_id)


def endings_of(parcel: Parcel, rows: list[Row], answer: Answer) -> tuple[list[Ending], list[Row], list[Row]]:
    """An answer as endings; rows that certainly did not go; rows that nothing is known of."""
    said = {outcome.message_id: outcome for outcome in answer.outcomes}
    endings, again, doubtful = [], [], []
    for row in rows:
        outcome = said.get(parcel.message_id(row))
        if outcome is None or outcome.state == "ambiguous":
            doubtful.append(row)
        elif outcome.state == "retry":
            again.append(row)
        else:
            endings.append(_ending(row, outcome))
    return endings, again, doubtful


def is_elsewhere(row: Row, one: Composed | None) -> bool:
    """Whether the address is not the one that the message was meant for, or is gone."""
    if one is None or not one.to:
        return True
    return row.address_hash is not None and one.address_hash is not None and row.address_hash != one.address_hash


def _held(row: Row, one: Composed | None, send: Send, now: dt.datetime, has_limit: bool) -> Ending | None:
    """Why a message does not go now; None: it goes."""
    if send.ends_at is not None and now >= send.ends_at:
        return Ending(row.seq, "expired", code="after_period")
    if one is None or not one.to or one.code is not None:
        return Ending(row.seq, "cancelled", code=(one.code if one else None) or "no_address")
    if is_elsewhere(row, one):
        return Ending(row.seq, "cancelled", code="address_changed")
    if one.not_before is not None and now < one.not_before:
        return Ending(row.seq, "reserved", code="night", not_before=one.not_before, is_try=False)
    if one.until is not None and now >= one.until:
        soon = now + dt.timedelta(minutes=1)  # the composer will know then until when it has to wait
        return Ending(row.seq, "reserved", code="night", not_before=soon, is_try=False)
    if has_limit and one.price is not None and one.price > row.price:
        return Ending(row.seq, "reserved", code="dearer", price=one.price, is_try=False)
    return None


def _asked(channel: Channel, parcel: Parcel, attempt: Attempt, rows: list[Row]) -> Made:
    try:
        answer = channel.send(attempt)
    except Transient as error:
        return Made(
            parcel, "failed", again=tuple(rows), code=error.code or "transient", retry_after=error.retry_after
        )  # fmt: skip
    except SenderDown as error:
        return Made(parcel, "failed", again=tuple(rows), is_try=False, code=error.code or "sender_down")
    except Refused as error:
        code = error.code or "refused"
        return Made(parcel, "well", tuple(Ending(row.seq, "failed", code=code) for row in rows))
    except (Ambiguous, ChannelError) as error:
        return Made(parcel, "unknown", code=error.code or "ambiguous")
    except Exception as error:  # noqa: BLE001 whatever went wrong, the request may have gone out
        return Made(parcel, "unknown", code=type(error).__name__[:64])
    endings, again, _ = endings_of(parcel, rows, answer)
    return Made(parcel, "well", tuple(endings), tuple(again), request_id=answer.request_id)


def _ending(row: Row, outcome: Outcome) -> Ending:
    state = "failed" if outcome.state == "refused" else outcome.state
    code, vendor_id = outcome.code, outcome.vendor_message_id
    return Ending(row.seq, state, code=code, vendor_message_id=vendor_id, price=outcome.price)
