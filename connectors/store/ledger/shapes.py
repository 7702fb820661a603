"""What goes into the ledger and what comes out of it.

Belongs here: these shapes. Does not belong here: how they are stored (``connectors.store.send_tables``).
"""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

# What a variant's messages go out by, and how many fit into one request; None: nothing takes them just now.
Assign = Callable[[str], tuple[str, int] | None]
NOTICE: Final = "notice"  # the channel of sends that are no campaign's: reports to the shop's own people
Ended = Literal["ambiguous", "answered", "settled"]


def send_id_of(campaign_id: str, planned_at: dt.datetime) -> str:
    """The id of an occurrence: the same however often it is planned. ``planned_at`` is aware."""
    return f"{campaign_id}@{planned_at.astimezone(dt.UTC).isoformat(timespec='seconds')}"


@dataclass(frozen=True)
class Occurrence:
    """A planned send. ``ends_at``: from when nothing goes out any more. Times are aware."""

    campaign_id: str
    version: int
    planned_at: dt.datetime
    channel: str
    ends_at: dt.datetime | None = None

    @property
    def send_id(self) -> str:
        return send_id_of(self.campaign_id, self.planned_at)


@dataclass(frozen=True)
class Born:
    """How a send begins, and why it is not simply planned."""

    state: Literal["planned", "stopped", "expired"] = "planned"
    reason: str | None = None


ON_TIME: Final = Born()


@dataclass(frozen=True)
class Send:
    """A send and how far it is: the counts are its messages by state, ``cost`` is in 1/10,000 of the currency."""

    send_no: int
    send_id: str
    campaign_id: str
    version: int
    planned_at: dt.datetime
    channel: str
    substitute_of: int | None
    state: str
    reason: str | None
    ends_at: dt.datetime | None
    made_at: dt.datetime
    reserved_at: dt.datetime | None
    last_sent_at: dt.datetime | None
    finished_at: dt.datetime | None
    reserved: int
    sending: int
    accepted: int
    delivered: int
    failed: int
    unknown: int
    cancelled: int
    expired: int
    cost: int

    @property
    def is_handed_over(self) -> bool:
        """Nothing is left to send and no request is in doubt."""
        return not self.reserved and not self.sending

    @property
    def share_failed(self) -> float:
        """Failed among those whose fate at the vendor is known; 0 where there are none."""
        known = self.accepted + self.delivered + self.failed
        return self.failed / known if known else 0.0


@dataclass(frozen=True)
class Row:
    """One message as the ledger knows it: no address, no text."""

    seq: int
    customer_key: str
    customer_id: int | None
    variant: str
    address_hash: str | None
    price: int
    tries: int
    vendor_message_id: str | None


@dataclass(frozen=True)
class Parcel:
    """The messages of one request. ``go_at``: when it may be made, by the speed limit."""

    attempt_no: int
    attempt_id: str
    send_no: int
    sender: str
    variant: str
    day: str
    opened_at: dt.datetime
    go_at: dt.datetime
    rows: Sequence[Row]
    ended_at: dt.datetime | None = None
    request_id: str | None = None
    looks: int = 0

    def message_id(self, row: Row) -> str:
        """What vendors and channels call a message."""
        return f"{self.send_no}-{row.seq}"


@dataclass(frozen=True)
class Rate:
    """A speed limit: messages a minute, shared by everybody who names the same bucket."""

    bucket: str
    per_minute: int

    @property
    def largest_request(self) -> int:
        """Most messages that may go at one moment: a hundredth of a minute's."""
        return max(1, self.per_minute // 100)


@dataclass(frozen=True)
class Claim:
    """What a worker may send now. ``state`` of the send; ``wait_until``: with no parcels, when to ask again;
    ``is_broke``: the day's money does not reach for the next message."""

    state: str
    parcels: Sequence[Parcel] = ()
    wait_until: dt.datetime | None = None
    is_broke: bool = False


@dataclass(frozen=True)
class Ending:
    """What became of one message of a parcel. ``state``: accepted, delivered, failed, unknown, cancelled, expired, or
    reserved: it certainly did not go, and may from ``not_before`` on (``is_try``: that counts as a try)."""

    seq: int
    state: str
    code: str | None = None
    vendor_message_id: str | None = None
    price: int | None = None
    not_before: dt.datetime | None = None
    is_try: bool = True
    at: dt.datetime | None = None


@dataclass(frozen=True)
class Closed:
    """How a request ended. Messages without an ending stay in doubt (``sending``) or pending (``accepted``).
    ``look_at``: when the vendor is to be asked, unless ``state`` is settled."""

    parcel: Parcel
    state: Ended
    endings: Sequence[Ending] = ()
    look_at: dt.datetime | None = None
    request_id: str | None = None
