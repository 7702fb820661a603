"""The ledger of sending: the only authority on what was sent, what is being sent and what is still to be sent.

Belongs here: the operations, each one transaction. Does not belong here: SQL (one module per kind of operation beside
this one), vendors and the order of work (``connectors.sending``).
"""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence

import polars as pl
from sqlalchemy import Engine

from connectors.store.engine import reading, writing
from connectors.store.ledger import (
    addressees,
    agenda,
    claiming,
    counting,
    ending,
    history,
    looking,
    reserving,
    steering,
    telling,
)
from connectors.store.ledger.claiming import Wish
from connectors.store.ledger.history import Besides
from connectors.store.ledger.shapes import ON_TIME, Born, Claim, Closed, Occurrence, Parcel, Send
from connectors.store.send_tables import sends


class Ledger:
    """The ledger of one store; made by ``Store.ledger``, and by ``Store.notices`` for the shop's own people: what looks
    for sends (to do, changed, expired, of an id) finds those of campaigns, or notices, and never both.

    Raises ``StoreError`` and its kinds, KeyError for a send that
    is not there."""

    def __init__(self, engine: Engine, now: Callable[[], dt.datetime], *, notices: bool = False) -> None:
        self._engine, self._now, self._own = engine, now, counting.sends_of(notices)

    def plan(self, occurrence: Occurrence, born: Born = ON_TIME) -> Send:
        """The send of an occurrence, made the first time it is asked for; one that is there stays as it is.

        ``born``: how a new one begins: an occurrence that was missed may be expired, or stopped until somebody says
        that it may go out."""
        with writing(self._engine) as connection:
            return reserving.plan(connection, occurrence, self._now(), born=born)

    def decide(self, send_no: int) -> Send:
        """Say that a planned send is being decided about."""
        with writing(self._engine) as connection:
            return steering.decide(connection, send_no)

    def reserve(self, send_no: int, decided: pl.DataFrame) -> int:
        """Reserve what was decided: all of it, or nothing where that was done before. Returns the messages added.

        ``decided``: decisions of ``models.campaigns.decide`` (only those to send are looked at) with ``price`` of each
        message (1/10,000 of the currency) and, where duplicates matter, ``address_hash``. Raises ValueError for a
        place or a customer twice, and for nulls."""
        with writing(self._engine) as connection:
            return reserving.reserve(connection, send_no, decided, self._now())

    def add(self, send_no: int, decided: pl.DataFrame) -> int:
        """As ``reserve``, and again later for whoever is not in the send yet, by place and key; of a send that was
        cancelled or has expired nothing. Returns the messages added."""
        with writing(self._engine) as connection:
            return reserving.reserve_more(connection, send_no, decided, self._now())

    def substitute(self, parent: Send, channel: str, decided: pl.DataFrame, ends_at: dt.datetime | None = None) -> Send:
        """Reserve substitutes of failed messages (``failed``) in a send of their own; those that have one get no
        second. ``decided``: as for ``reserve``, ``send_order`` being that of the failed message."""
        with writing(self._engine) as connection:
            now = self._now()
            wanted = Occurrence(parent.campaign_id, parent.version, parent.planned_at, channel, ends_at)
            send = reserving.plan(connection, wanted, now, parent)
            reserving.reserve_more(connection, send.send_no, decided, now)
            return counting.locked(connection, send.send_no)

    def claim(self, send_no: int, wish: Wish) -> Claim:
        """Messages for this worker alone, in requests that are written down as open. The caller makes them, or closes
        them without."""
        with writing(self._engine) as connection:
            return claiming.claim(connection, send_no, wish, self._now())

    def close(self, send_no: int, closed: Sequence[Closed]) -> Send:
        """Write down how requests ended: answered, ambiguous, or looked up."""
        with writing(self._engine) as connection:
            return ending.close(connection, send_no, closed, "sending", self._now())

    def settle(self, send_no: int, closed: Sequence[Closed]) -> Send:
        """Write down what came of accepted messages."""
        with writing(self._engine) as connection:
            return ending.close(connection, send_no, closed, "accepted", self._now())

    def take_over(self, send_no: int, *, patience: dt.timedelta, wait: dt.timedelta, worker: str | None = None) -> int:
        """Open requests older than ``patience``, and those of ``worker`` (a name that nobody else bears), become
        ambiguous, to be looked up after ``wait``. Returns how many."""
        with writing(self._engine) as connection:
            now = self._now()
            return looking.take_over(connection, send_no, now, now - patience, worker, wait.total_seconds())

    def in_doubt(self, send_no: int, most: int) -> tuple[Parcel, ...]:
        """Ambiguous requests that the vendor is to be asked about now, with the messages in doubt."""
        with reading(self._engine) as connection:
            return looking.due(connection, "ambiguous", self._now(), most, send_no)

    def awaited(self, most: int, send_no: int | None = None) -> tuple[Parcel, ...]:
        """Requests whose results are to be asked for now, of one send or of all, with the messages pending."""
        with reading(self._engine) as connection:
            return looking.due(connection, "answered", self._now(), most, self._own if send_no is None else send_no)

    def next_doubt(self, send_no: int) -> dt.datetime | None:
        """When the next ambiguous request may be looked up."""
        with reading(self._engine) as connection:
            return looking.next_look(connection, send_no, "ambiguous")

    def stop(self, send_no: int, reason: str) -> Send:
        """Stop a send; at most what is on its way already still goes out."""
        with writing(self._engine) as connection:
            return steering.stop(connection, send_no, reason)

    def resume(self, send_no: int) -> Send:
        """Let a stopped send go on."""
        with writing(self._engine) as connection:
            return steering.resume(connection, send_no)

    def cancel(self, send_no: int, reason: str) -> Send:
        """End a send; what is reserved never goes out."""
        with writing(self._engine) as connection:
            return steering.end(connection, send_no, "cancelled", reason, self._now())

    def expire(self) -> tuple[Send, ...]:
        """End all sends whose time is over; those that were."""
        with writing(self._engine) as connection:
            now = self._now()
            found = steering.past_end(connection, now, self._own)
            return tuple(steering.end(connection, send.send_no, "expired", "after_period", now) for send in found)

    def finish(self, send_no: int) -> Send:
        """End a send of which nothing is left."""
        with writing(self._engine) as connection:
            return steering.finish(connection, send_no, self._now())

    def progress(self, send_no: int) -> Send:
        """How far a send is."""
        with reading(self._engine) as connection:
            return counting.where(connection, sends.c.send_no == send_no)[0]

    def find(self, send_id: str) -> Send | None:
        """The send with this id."""
        with reading(self._engine) as connection:
            return next(iter(counting.where(connection, sends.c.send_id == send_id, self._own)), None)

    def of_campaign(self, campaign_id: str) -> tuple[Send, ...]:
        """All sends of a campaign, oldest first."""
        with reading(self._engine) as connection:
            return counting.where(connection, sends.c.campaign_id == campaign_id, self._own)

    def unfinished(self) -> tuple[Send, ...]:
        """Sends that are planned, being decided or being sent: what a sensor looks at."""
        with reading(self._engine) as connection:
            return counting.where(connection, sends.c.state.in_(("planned", "deciding", "sending")), self._own)

    def recent_sends(self, since: dt.datetime, besides: Besides | None = None) -> pl.DataFrame:
        """customer_id, sent_at: the last message of each customer since a moment, for cooldowns; ``besides``: sends
        that are left out."""
        with reading(self._engine) as connection:
            return history.recent_sends(connection, since, besides)

    def previous(self, campaign_id: str) -> pl.DataFrame:
        """customer_id, phone_hash, variant, sent_at: who got the campaign before."""
        with reading(self._engine) as connection:
            return history.previous(connection, campaign_id)

    def spent(self, campaign_id: str) -> dict[dt.date, int]:
        """Costs of a campaign by day, in 1/10,000 of the currency."""
        with reading(self._engine) as connection:
            return history.spent(connection, campaign_id)

    def failed(self, send_no: int) -> pl.DataFrame:
        """Failed messages without a substitute: send_order, customer_key, customer_id, variant, code."""
        with reading(self._engine) as connection:
            return history.failed(connection, send_no)

    def next_work(self) -> dt.datetime | None:
        """The earliest moment at which something can be done for any send; past or present: now. None: never."""
        with reading(self._engine) as connection:
            return agenda.next_work(connection, self._now(), self._own)

    def to_do(self, now: dt.datetime) -> tuple[Send, ...]:
        """Sends for which something can be done by ``now``, oldest first: to decide, to send, to look up, to ask for
        results, to finish, to expire."""
        with reading(self._engine) as connection:
            return agenda.to_do(connection, now, self._own)

    def deliveries(self, send_no: int) -> pl.DataFrame:
        """Messages of a send as they are, by seq: seq, customer_key, customer_id, variant, state, code,
        vendor_message_id, price (1/10,000 of the currency), tries, not_before, sent_at, final_at, and the sender of the
        last request. Of erased members the key is ``erased-<seq>`` and customer_id null."""
        with reading(self._engine) as connection:
            return telling.deliveries(connection, send_no)

    def changed_since(self, moment: dt.datetime) -> tuple[Send, ...]:
        """Sends that were planned for ``moment`` or later, ended since, or are not over yet; oldest first."""
        with reading(self._engine) as connection:
            return telling.changed_since(connection, moment, self._own)

    def claims(self, first: dt.datetime, last: dt.datetime, besides: str) -> pl.DataFrame:
        """customer_id, campaign_id: who has a message that counts in sends planned from ``first`` until before ``last``
        of campaigns other than ``besides``."""
        with reading(self._engine) as connection:
            return telling.claims(connection, first, last, besides)

    def addressees(self, wanted: Mapping[int, Sequence[int]]) -> pl.DataFrame:
        """Whose messages these are (places by send): send_no, seq, customer_key, variant, send_id, campaign_id,
        channel. Messages that are not there and those of erased members are left out."""
        with reading(self._engine) as connection:
            return addressees.addressees(connection, wanted)
