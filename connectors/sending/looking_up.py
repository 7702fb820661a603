"""Asking vendors what became of requests that nobody got an answer to.

Belongs here: turning what a vendor knows into endings. Does not belong here: making requests (``requesting``), results
of accepted messages (``polling``).

What the vendor has was sent; what it certainly never got goes out again; of what it can not tell, nobody ever will:
such a message is ``unknown``, and never sent again by itself.
"""

import datetime as dt
from collections.abc import Sequence

from connectors.channels.protocol import CannotTell, Channel, ChannelError
from connectors.sending.job import Job, Policy
from connectors.sending.requesting import attempt_of, endings_of, is_elsewhere, priced
from connectors.store.ledger.shapes import Closed, Ending, Parcel, Send


def look_up(job: Job, policy: Policy, send: Send, parcel: Parcel, now: dt.datetime) -> Closed:
    """What became of one request in doubt, as far as it can be known now."""
    channel = job.channels.get(parcel.sender)
    if channel is None:
        return _later(None, policy, parcel, now, "no_such_sender")
    rows = list(parcel.rows)
    composed = job.composer.compose(send, rows, now)
    route = job.routes.get(parcel.variant)
    try:
        answer = channel.lookup(attempt_of(parcel, rows, route.template if route else None, composed))
    except CannotTell as error:
        code = error.code or "cannot_tell"
        decide = _later if error.later else _given_up
        return decide(channel, policy, parcel, now, code)
    except ChannelError as error:
        return _later(channel, policy, parcel, now, error.code or "cannot_tell")
    said = {outcome.message_id for outcome in answer.outcomes}
    endings, again, doubtful = endings_of(parcel, rows, answer)
    endings = priced(endings, rows, composed)
    unsure = [row for row in doubtful if parcel.message_id(row) in said]
    for row in again + [row for row in doubtful if parcel.message_id(row) not in said]:
        if is_elsewhere(row, composed.get(row.seq)):  # the vendor was asked about another address
            endings.append(Ending(row.seq, "unknown", code="address_changed"))
        elif row.tries + 1 >= policy.most_tries:
            endings.append(Ending(row.seq, "failed", code="too_many_tries"))
        else:
            endings.append(Ending(row.seq, "reserved", code="not_found", not_before=now))
    if unsure:
        later = _later(channel, policy, parcel, now, "cannot_tell")
        gone = {ending.seq for ending in endings}
        endings += [ending for ending in later.endings if ending.seq not in gone]
        return Closed(parcel, later.state, endings, later.look_at, answer.request_id)
    return _over(channel, policy, parcel, endings, now, answer.request_id)


def _over(
    channel: Channel | None,
    policy: Policy,
    parcel: Parcel,
    endings: Sequence[Ending],
    now: dt.datetime,
    request_id: str | None = None,
) -> Closed:
    """Nothing is in doubt any more; results may be, of messages known to be accepted now or before."""
    if channel is None or not channel.results_for:
        return Closed(parcel, "settled", endings, request_id=request_id)
    return Closed(parcel, "answered", endings, now + dt.timedelta(seconds=policy.first_poll), request_id)


def _later(channel: Channel | None, policy: Policy, parcel: Parcel, now: dt.datetime, code: str) -> Closed:
    ended = parcel.ended_at or parcel.opened_at
    if (now - ended).total_seconds() >= policy.give_up_looking:
        return _given_up(channel, policy, parcel, now, code)
    return Closed(parcel, "ambiguous", (), now + dt.timedelta(seconds=policy.pause(parcel.looks + 2)))


def _given_up(channel: Channel | None, policy: Policy, parcel: Parcel, now: dt.datetime, code: str) -> Closed:
    return _over(channel, policy, parcel, [Ending(row.seq, "unknown", code=code) for row in parcel.rows], now)
