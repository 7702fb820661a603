"""The vendor's leaky bucket, kept on our side too, so that a call is held back instead of refused.

Belongs here: how full the bucket is and how long to wait; pure, times are handed in. Does not belong here: sleeping.

Cafe24: a bucket of 40 calls for each app and mall, 2 leak out every second, and ten calls or more within a second from
one address count as abuse. ``X-Api-Call-Limit: 1/40`` says how full it is: other processes fill it as well.
"""

LEAK = 2.0  # calls a second
_SPARE = 2.0  # room left for whoever calls at the same moment
_APART = 0.11  # seconds between calls: under ten in a second


class LeakyBucket:
    """``capacity`` calls; ``level`` of them are in it at the moment ``at`` (seconds of a clock that only rises)."""

    def __init__(self, capacity: int = 40) -> None:
        self.capacity = capacity
        self._level = 0.0
        self._at = 0.0
        self._last = float("-inf")

    def wait(self, now: float) -> float:
        """Seconds until a call may be made."""
        over = self._leaked(now) + 1 - max(1.0, self.capacity - _SPARE)
        return max(0.0, over / LEAK, self._last + _APART - now)

    def call(self, now: float) -> None:
        """A call is being made."""
        self._level, self._at, self._last = self._leaked(now) + 1, now, now

    def told(self, header: str | None, now: float) -> None:
        """Take over what the vendor says (``used/capacity``); anything unreadable is passed over."""
        used, slash, capacity = (header or "").partition("/")
        if slash and used.strip().isdigit() and capacity.strip().isdigit() and int(capacity) > 0:
            self.capacity, self._level, self._at = int(capacity), float(used), now

    def full(self, now: float) -> None:
        """The vendor refused a call: the bucket is as full as it gets."""
        self._level, self._at = float(self.capacity), now

    def _leaked(self, now: float) -> float:
        return max(0.0, self._level - LEAK * max(0.0, now - self._at))
