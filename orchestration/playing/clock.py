"""The clock of a simulated day: it stands until somebody waits or it is moved.

Belongs here: telling and moving it. Does not belong here: what happens when (``days``).
"""

import datetime as dt
import threading


class MovedClock:
    """Aware UTC; used by several threads, each of which moves it on by what it waits. Never goes back."""

    def __init__(self, moment: dt.datetime) -> None:
        self._moment = moment.astimezone(dt.UTC)
        self._lock = threading.Lock()

    def __call__(self) -> dt.datetime:
        with self._lock:
            return self._moment

    def sleep(self, seconds: float) -> None:
        """Wait: the time passes at once."""
        with self._lock:
            self._moment += dt.timedelta(seconds=max(seconds, 0))

    def move_to(self, moment: dt.datetime) -> None:
        """It is ``moment`` now, or later already."""
        with self._lock:
            self._moment = max(self._moment, moment.astimezone(dt.UTC))
