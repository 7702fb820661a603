"""Claiming messages: the request is written down before it is made.

Belongs here: which messages a worker gets, in which requests, at what speed and within what money. Does not belong
here: making the requests (``connectors.sending``).
"""

import datetime as dt
import uuid
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, func, insert, select, text, update
from sqlalchemy.dialects import postgresql, sqlite

from connectors.store.ledger import bulk
from connectors.store.ledger.counting import count, locked, spend, spent
from connectors.store.ledger.shapes import Assign, Claim, Parcel, Rate, Row, Send
from connectors.store.schema import as_utc
from connectors.store.send_tables import READY, attempts, messages, rate_buckets

LEASE = dt.timedelta(seconds=0.5)  # how far ahead of the speed limit messages are claimed


@dataclass(frozen=True)
class Wish:
    """What a worker asks for: at most ``most`` messages of ``variants`` (those that somebody can send now). ``day``: of
    the shop's zone; ``daily_limit``: of the campaign's costs, in 1/10,000 of the currency."""

    worker: str
    most: int
    variants: Sequence[str]
    assign: Assign
    day: str
    daily_limit: int | None = None
    rate: Rate | None = None


def claim(connection: Connection, send_no: int, wish: Wish, now: dt.datetime) -> Claim:
    """See ``Ledger.claim``."""
    send = locked(connection, send_no)
    if send.state != "sending" or (send.ends_at is not None and now >= send.ends_at):
        return Claim("expired" if send.state == "sending" else send.state)
    left = None if wish.daily_limit is None else wish.daily_limit - spent(connection, send.campaign_id, wish.day)
    start, most = now, wish.most
    if wish.rate is not None:
        start, most = _room(connection, wish.rate, wish.most, now)
        if not most:
            return Claim(send.state, wait_until=start)
    rows = _ready(connection, send_no, wish, most, now)
    if not rows:
        return Claim(send.state, wait_until=_next(connection, send_no, wish))
    paid = _paid(rows, left)
    if not paid:
        return Claim(send.state, is_broke=True)
    parcels = _opened(connection, send, wish, paid, start, now)
    taken = [row for parcel in parcels for row in parcel.rows]
    if not taken:
        return Claim(send.state, wait_until=now + LEASE)
    bulk.open_messages(
        connection, send_no, sorted((parcel.attempt_no, row.seq) for parcel in parcels for row in parcel.rows)
    )
    cost = sum(row.price for row in taken)
    if wish.daily_limit is None and cost:
        spent(connection, send.campaign_id, wish.day)
    spend(connection, send.campaign_id, [(wish.day, cost)])
    if wish.rate is not None:
        _use(connection, wish.rate, start, len(taken))
    count(connection, send_no, Counter(reserved=-len(taken), sending=len(taken)), cost)
    return Claim(send.state, parcels)


def _ready(connection: Connection, send_no: int, wish: Wish, most: int, now: dt.datetime) -> list[Row]:
    table = messages.c
    chosen = (
        _reserved(select(*(table[name] for name in Row.__dataclass_fields__)), send_no, wish)
        .where(table.not_before <= as_utc(now))
        .order_by(table.not_before, table.seq)
        .limit(most)
    )
    return [Row(*tuple[Any, ...](row)) for row in connection.execute(chosen)]


def _next(connection: Connection, send_no: int, wish: Wish) -> dt.datetime | None:
    """When the next message may go; None: there is none."""
    found: dt.datetime | None = connection.execute(
        _reserved(select(func.min(messages.c.not_before)), send_no, wish)
    ).scalar_one()
    return found


def _reserved(chosen: Select[Any], send_no: int, wish: Wish) -> Select[Any]:
    # as a text, not a parameter: otherwise neither engine knows that the partial index serves it
    return chosen.where(messages.c.send_no == send_no, text(READY), messages.c.variant.in_(wish.variants))


def _paid(rows: list[Row], left: int | None) -> list[Row]:
    """The longest beginning that the day's money reaches for."""
    if left is None:
        return rows
    for place, row in enumerate(rows):
        left -= row.price
        if left < 0:
            return rows[:place]
    return rows


def _opened(
    connection: Connection, send: Send, wish: Wish, rows: list[Row], start: dt.datetime, now: dt.datetime
) -> list[Parcel]:
    """Requests with the messages of ``rows``, one variant each, written down."""
    by_variant: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        by_variant[row.variant].append(row)
    packed: list[tuple[str, list[Row]]] = []
    for variant, its in sorted(by_variant.items()):
        while its and (found := wish.assign(variant)) is not None:
            sender, size = found
            size = min(size, wish.rate.largest_request) if wish.rate else size
            packed.append((sender, its[:size]))
            its = its[size:]
    if not packed:
        return []
    values = [
        {
            "attempt_id": uuid.uuid4().hex, "send_no": send.send_no, "sender": sender, "variant": its[0].variant,
            "worker": wish.worker, "day": wish.day, "state": "open", "opened_at": as_utc(now), "messages": len(its),
            "first_seq": min(row.seq for row in its), "last_seq": max(row.seq for row in its),
        }
        for sender, its in packed
    ]  # fmt: skip
    added = insert(attempts).returning(attempts.c.attempt_no, sort_by_parameter_order=True)
    numbers = list(connection.scalars(added, values))
    parcels, gone = [], 0
    for number, value, (sender, its) in zip(numbers, values, packed, strict=True):
        go_at = start + _span(wish.rate, gone) if wish.rate else now
        gone += len(its)
        known = (number, str(value["attempt_id"]), send.send_no, sender, its[0].variant, wish.day)
        parcels.append(Parcel(*known, opened_at=as_utc(now), go_at=go_at, rows=its))
    return parcels


def _span(rate: Rate, number: int) -> dt.timedelta:
    return dt.timedelta(microseconds=round(number * 60e6 / rate.per_minute))


def _room(connection: Connection, rate: Rate, most: int, now: dt.datetime) -> tuple[dt.datetime, int]:
    """When the next message may go, and how many from then to the end of the lease. Time nobody used is lost, so that
    no minute has more than its share."""
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    added = dialect.insert(rate_buckets).values(name=rate.bucket, free_at=as_utc(now))
    connection.execute(added.on_conflict_do_nothing(index_elements=["name"]))
    chosen = select(rate_buckets.c.free_at).where(rate_buckets.c.name == rate.bucket).with_for_update()
    start = max(connection.execute(chosen).scalar_one(), as_utc(now))
    if start > now + LEASE:
        return start - LEASE, 0
    fitting = int((now + LEASE - start).total_seconds() * rate.per_minute / 60)
    return start, min(most, max(rate.largest_request, fitting))


def _use(connection: Connection, rate: Rate, start: dt.datetime, number: int) -> None:
    until = start + _span(rate, number)
    connection.execute(update(rate_buckets).where(rate_buckets.c.name == rate.bucket).values(free_at=as_utc(until)))
