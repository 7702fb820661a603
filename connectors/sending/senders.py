"""Several senders: who is well, and who takes the next request.

Belongs here: shares of the load, pauses after failures. Does not belong here: requests. Used by one thread only.

A sender that fails is left alone for a while, at once, and the others take its share; then it gets a single request,
and only when that goes well its share again. Failures of requests that were under way when it fell do not count twice.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from connectors.channels.protocol import Channel
from connectors.sending.job import Policy, Route


@dataclass
class _Health:
    failures: int = 0
    down_until: dt.datetime | None = None
    is_probed: bool = False  # one request is under way to see whether it is well again


class Senders:
    """The senders of one run."""

    def __init__(self, channels: Mapping[str, Channel], routes: Mapping[str, Route], policy: Policy) -> None:
        self._channels, self._routes, self._policy = channels, routes, policy
        self._health = {name: _Health() for name in channels}
        self._given = dict.fromkeys(channels, 0.0)

    def usable(self, now: dt.datetime) -> list[str]:
        """Variants that some sender can take now."""
        return sorted(variant for variant in self._routes if self._able(variant, now))

    def assign(self, variant: str, now: dt.datetime) -> tuple[str, int] | None:
        """The sender that is furthest behind its share, and how much it takes in one request; None: nobody can."""
        shares = self._routes[variant].senders
        able = self._able(variant, now)
        if not able:
            return None
        chosen = min(able, key=lambda name: (self._given[name] / shares[name], name))
        size = self._channels[chosen].batch_size
        if self._health[chosen].down_until is not None:
            self._health[chosen].is_probed = True
        self._given[chosen] += size
        return chosen, size

    def next_up(self) -> dt.datetime | None:
        """When the first of those that are down may be tried again."""
        return min((one.down_until for one in self._health.values() if one.down_until is not None), default=None)

    def well(self, name: str) -> None:
        """A request went through. One that was down does not catch up on what it missed."""
        if self._health[name].down_until is not None:
            self._given[name] = max(self._given.values())
        self._health[name] = _Health()

    def failed(self, name: str, now: dt.datetime, retry_after: float | None = None) -> None:
        """A request found the sender unable; it pauses."""
        health = self._health[name]
        if health.down_until is not None and not health.is_probed:
            return
        health.failures += 1
        pause = max(self._policy.pause(health.failures), retry_after or 0.0)
        health.down_until, health.is_probed = now + dt.timedelta(seconds=pause), False

    def free_at(self, variant: str, now: dt.datetime) -> dt.datetime:
        """When a message of this variant may be tried again: now, if anybody is well."""
        if self._able(variant, now):
            return now
        names = self._routes[variant].senders
        return min((until for name in names if (until := self._health[name].down_until) is not None), default=now)

    def unprobed(self, name: str) -> None:
        """The request that was to show whether it is well was never made."""
        self._health[name].is_probed = False

    def _able(self, variant: str, now: dt.datetime) -> list[str]:
        return [name for name in self._routes[variant].senders if self._is_able(self._health[name], now)]

    def _is_able(self, health: _Health, now: dt.datetime) -> bool:
        return health.down_until is None or (now >= health.down_until and not health.is_probed)
