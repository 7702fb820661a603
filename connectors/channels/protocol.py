"""What a channel is to the sending engine: batches handed over, and what a vendor can say about them.

Belongs here: the shapes both sides share, and what each error promises. Does not belong here: vendors (one module each
beside this one), the ledger and when anything is sent (``connectors.sending``).

One channel object is one sender: an account and a number, profile or mailbox at a vendor. It is used by several threads
at once, keeps no message, waits no longer than its own time-outs and never retries: the engine does, because it alone
knows what the ledger says. The whole question is what is *certain*. An error says either that the vendor has accepted
nothing (:class:`Transient`, :class:`Refused`, :class:`SenderDown`) or that nobody knows (:class:`Ambiguous`). Whatever
a channel raises besides these counts as ambiguous.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

Outcomes = Literal["accepted", "delivered", "refused", "retry", "ambiguous"]
Reports = Literal["pending", "delivered", "failed"]


@dataclass(frozen=True)
class Message:
    """One message to one person. ``id``: the ledger's, the same in every attempt; ``to``: the address in the channel's
    form, empty where it is no longer known; ``content``: what the channel sends, empty when it is only asked about.
    ``vendor_message_id``: as far as the vendor has told it. ``repr`` shows nobody."""

    id: str
    to: str = field(repr=False)
    content: Mapping[str, Any] = field(repr=False, default_factory=dict)
    vendor_message_id: str | None = None


@dataclass(frozen=True)
class Attempt:
    """One request to a vendor, which the ledger knows before it is made.

    ``attempt_id``: 32 hexadecimal digits, never used twice, to be handed to vendors that take a reference. ``sender``:
    the name of the channel object; ``template``: that all messages share, None where there is none. ``opened_at``:
    aware UTC, at or before the request. ``request_id``: the vendor's, once it answered. At most ``batch_size``
    messages."""

    attempt_id: str
    sender: str
    template: str | None
    opened_at: dt.datetime
    messages: Sequence[Message]
    request_id: str | None = None


@dataclass(frozen=True)
class Outcome:
    """What became of one message. ``accepted``: the vendor has it, a result may follow; ``delivered``: it has it, and
    nothing follows; ``refused``: never accepted and never will be; ``retry``: certainly not accepted, may be tried
    again; ``ambiguous``: nobody knows. ``code``: the vendor's, or a word of ours (``timeout``), without personal data.
    ``price``: in 1/10,000 of the currency, where the vendor tells it."""

    message_id: str
    state: Outcomes
    vendor_message_id: str | None = None
    code: str | None = None
    price: int | None = None


@dataclass(frozen=True)
class Answer:
    """The vendor's answer to one request: one outcome for each message. A message without one counts as ambiguous."""

    outcomes: Sequence[Outcome]
    request_id: str | None = None


@dataclass(frozen=True)
class Result:
    """What came of an accepted message. ``at``: when, aware UTC, where the vendor tells it; the rest as above."""

    message_id: str
    state: Reports
    vendor_message_id: str | None = None
    code: str | None = None
    price: int | None = None
    at: dt.datetime | None = None


class ChannelError(Exception):
    """``code``: the vendor's code or HTTP status as text. The text of the error names no person."""

    def __init__(self, text: str, code: str | None = None) -> None:
        super().__init__(text)
        self.code = code


class Transient(ChannelError):
    """Nothing of the request was accepted, and the same may go through later: connection refused, 429, a 5xx that the
    vendor documents as not accepted. ``retry_after``: seconds, where the vendor said."""

    def __init__(self, text: str, code: str | None = None, retry_after: float | None = None) -> None:
        super().__init__(text, code)
        self.retry_after = retry_after


class Refused(ChannelError):
    """Nothing was accepted and the same request never will be: wrong template, malformed. All its messages failed."""


class SenderDown(ChannelError):
    """Nothing was accepted, and this sender can not send for now whatever the request: wrong key, suspended, not
    approved, money used up. Another sender may take the messages."""


class Ambiguous(ChannelError):
    """Nobody knows whether anything was accepted: time-out or reset after the request began, an answer that makes no
    sense, a 5xx that says nothing. Never sent again before the vendor was asked."""


class CannotTell(ChannelError):
    """The vendor can not be asked what became of an attempt. ``later``: it may be asked again; otherwise never."""

    def __init__(self, text: str, code: str | None = None, *, later: bool = False) -> None:
        super().__init__(text, code)
        self.later = later


class Channel(Protocol):
    """One sender at a vendor. Methods are called from several threads at once."""

    @property
    def batch_size(self) -> int:
        """Most messages in one request."""

    @property
    def lookup_after(self) -> dt.timedelta:
        """How long after an attempt ended "not found" is proof that nothing was accepted: the longest that a request
        may still be on its way or invisible in the vendor's list."""

    @property
    def results_for(self) -> dt.timedelta:
        """How long after sending results may still come (25 h for SMS, 80 h for LMS); zero: none ever come, and what is
        accepted is final."""

    def send(self, attempt: Attempt) -> Answer:
        """Make the one request. Raises :class:`Transient`, :class:`Refused`, :class:`SenderDown`,
        :class:`Ambiguous`."""

    def lookup(self, attempt: Attempt) -> Answer:
        """Ask what became of an attempt whose answer is not known: an outcome for each message the vendor has; those
        without one were never accepted. ``request_id`` is None unless an answer came through. Messages have their
        address and content. Raises :class:`CannotTell`."""

    def results(self, attempts: Sequence[Attempt]) -> Sequence[Result]:
        """Results of accepted messages, as far as there are any; what is left out is pending. Messages have their
        address and no content. Raises :class:`Transient`: ask again later."""
