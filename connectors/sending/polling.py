"""Asking vendors for the results of accepted messages, until each carrier's limit.

Belongs here: one round of asking. Does not belong here: how often a round is made (a sensor), requests in doubt
(``looking_up``).
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence

from connectors.channels.protocol import Attempt, Channel, ChannelError, Message, Result
from connectors.sending.job import Composer, Policy
from connectors.store.ledger.ledger import Ledger
from connectors.store.ledger.shapes import Closed, Ending, Parcel, Send


def poll(
    ledger: Ledger,
    channels: Mapping[str, Channel],
    composer: Callable[[Send], Composer],
    clock: Callable[[], dt.datetime],
    policy: Policy,
    most: int = 200,
    send_no: int | None = None,
) -> int:
    """Ask about up to ``most`` requests that are due, of one send or of all; returns how many messages came to an end.

    A message that its vendor says nothing about until the limit is ``unknown``. A sender that is no longer set up
    counts as one that says nothing."""
    by_send: dict[int, list[Parcel]] = defaultdict(list)
    for parcel in ledger.awaited(most, send_no):
        by_send[parcel.send_no].append(parcel)
    ended = 0
    for number, parcels in sorted(by_send.items()):
        send = ledger.progress(number)
        said = _said(channels, composer(send), send, parcels)
        closed = [_closed(channels.get(parcel.sender), policy, parcel, said, clock()) for parcel in parcels]
        ledger.settle(number, closed)
        ended += sum(len(one.endings) for one in closed)
    return ended


def _said(
    channels: Mapping[str, Channel], composer: Composer, send: Send, parcels: Sequence[Parcel]
) -> dict[str, Result]:
    """Results by id of message; senders that can not be asked now say nothing."""
    said: dict[str, Result] = {}
    addresses = composer.addresses(send, [row for parcel in parcels for row in parcel.rows])
    for sender in sorted({parcel.sender for parcel in parcels} & set(channels)):
        asked = [_attempt(parcel, addresses) for parcel in parcels if parcel.sender == sender]
        try:
            results = channels[sender].results(asked)
        except ChannelError:
            continue
        said |= {result.message_id: result for result in results}
    return said


def _attempt(parcel: Parcel, addresses: Mapping[int, str]) -> Attempt:
    messages = [
        Message(parcel.message_id(row), addresses.get(row.seq, ""), vendor_message_id=row.vendor_message_id)
        for row in parcel.rows
    ]
    return Attempt(parcel.attempt_id, parcel.sender, None, parcel.opened_at, messages, parcel.request_id)


def _closed(
    channel: Channel | None, policy: Policy, parcel: Parcel, said: Mapping[str, Result], now: dt.datetime
) -> Closed:
    endings, pending = [], []
    for row in parcel.rows:
        result = said.get(parcel.message_id(row))
        if result is None or result.state == "pending":
            pending.append(row)
            continue
        vendor_id, price = result.vendor_message_id, result.price
        endings.append(Ending(row.seq, result.state, result.code, vendor_id, price, at=result.at))
    limit = channel.results_for if channel else dt.timedelta(0)
    if pending and now - (parcel.ended_at or parcel.opened_at) < limit:
        pause = min(3600.0, policy.first_poll * 2 ** min(20, parcel.looks + 1))
        return Closed(parcel, "answered", endings, now + dt.timedelta(seconds=pause))
    endings += [Ending(row.seq, "unknown", code="no_result") for row in pending]
    return Closed(parcel, "settled", endings)
