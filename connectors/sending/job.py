"""What the sending engine is handed: who composes, who sends, how patient it is.

Belongs here: these shapes. Does not belong here: the work (``engine``), vendors (``connectors.channels``).
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from connectors.channels.protocol import Channel
from connectors.store.ledger.shapes import Rate, Row, Send


@dataclass(frozen=True)
class Composed:
    """A message ready to go, or why it does not. ``to``: the address in the channel's form, empty where there is none;
    ``address_hash``: of that address, as decisions know it. ``code``: a word of why it may not go at all any more (a
    consent taken back). ``not_before``: night; ``until``: from when it may not go (the next night, the period's
    end). ``price``: of this very message in 1/10,000 of the currency, where it may not be the one that was decided with
    (a text that became an LMS)."""

    to: str = field(repr=False)
    content: Mapping[str, Any] = field(repr=False, default_factory=dict)
    address_hash: str | None = None
    code: str | None = None
    not_before: dt.datetime | None = None
    until: dt.datetime | None = None
    price: int | None = None


class Composer(Protocol):
    """Looks up addresses and fills in texts at the moment of sending, many at once. Personal data stays within."""

    def compose(self, send: Send, rows: Sequence[Row], now: dt.datetime) -> Mapping[int, Composed]:
        """By ``Row.seq``; who is left out is no longer known (erased)."""

    def addresses(self, send: Send, rows: Sequence[Row]) -> Mapping[int, str]:
        """Addresses alone, to ask for results; by ``Row.seq``."""


@dataclass(frozen=True)
class Route:
    """How messages of a variant go out. ``senders``: names of channels and their shares of the load."""

    senders: Mapping[str, float]
    template: str | None = None


@dataclass(frozen=True)
class Job:
    """One send, or what of it this worker does. ``routes`` by variant. ``worker``: a name that no other process bears
    at the same time. ``daily_limit``: of the campaign's costs, in 1/10,000 of the currency."""

    send_no: int
    worker: str
    composer: Composer
    channels: Mapping[str, Channel]
    routes: Mapping[str, Route]
    zone: dt.tzinfo
    rate: Rate | None = None
    daily_limit: int | None = None

    def __post_init__(self) -> None:
        for variant, route in self.routes.items():
            if not route.senders or min(route.senders.values()) <= 0:
                raise ValueError(f"variant {variant!r} needs at least one sender, each with a share above 0")
            if missing := sorted(set(route.senders) - set(self.channels)):
                raise ValueError(
                    f"variant {variant!r} goes out by {', '.join(missing)}, which no channel is set up for"
                )


@dataclass(frozen=True)
class Policy:
    """How patient the engine is; durations in seconds.

    ``stop_share`` of failed among ``stop_after`` or more messages stops a send. ``patience``: after that long an open
    request of another worker counts as abandoned; more than ``start_within`` and the channel's time-out together. A
    request that is not made ``start_within`` after it was written down is not made at all."""

    in_flight: int = 8
    most_tries: int = 6
    stop_share: float = 0.5
    stop_after: int = 200
    backoff: float = 1.0
    longest_backoff: float = 300.0
    patience: float = 90.0
    start_within: float = 10.0
    give_up_looking: float = 24 * 3600.0
    first_poll: float = 10.0
    longest_wait: float = 5.0

    def pause(self, times: int) -> float:
        """Seconds to wait after so many failures in a row."""
        return float(min(self.longest_backoff, self.backoff * 2 ** min(30, max(0, times - 1))))


@dataclass(frozen=True)
class Report:
    """Where a run left its send. ``reason``: ``finished``, the state that it was found in (stopped, cancelled,
    expired), or ``waiting`` (until ``again_at``: night, senders that are down, requests in doubt)."""

    reason: str
    send: Send
    again_at: dt.datetime | None = None
