"""Members who came through the API reach the landing zone some seconds later, many in one file.

Belongs here: waiting and landing. Does not belong here: what is landed (``connectors.members.importing``).
"""

import datetime as dt
import logging
import threading
from collections.abc import Callable

from connectors.members.importing import land_members
from connectors.sources.landing import Landing
from connectors.store.store import Store

_LOG = logging.getLogger(__name__)


class Lander:
    """Lands what is not landed ``after_s`` seconds after it was noted; usable from several threads.

    Whoever is in the store alone because a process was killed lands the first time, too.
    """

    def __init__(self, store: Store, landing: Landing, now: Callable[[], dt.datetime], after_s: float = 30.0) -> None:
        self._store, self._landing, self._now, self._after_s = store, landing, now, after_s
        self._since = 0
        self._timer: threading.Timer | None = None
        self._guard, self._working = threading.Lock(), threading.Lock()

    def note(self) -> int:
        """Something may have to be landed. Returns 0: nothing is yet."""
        with self._guard:
            if self._timer is None:
                self._timer = threading.Timer(self._after_s, self.land)
                self._timer.daemon = True
                self._timer.start()
        return 0

    def land(self) -> int:
        """Land now; returns how many. What fails is tried again later, and said without anything personal."""
        with self._guard:
            if self._timer is not None:
                self._timer.cancel()
            self._timer = None
        with self._working:
            try:
                landed, self._since = land_members(self._store, self._landing, self._now(), self._since)
            except Exception as error:  # noqa: BLE001 - whatever it is, the members are stored and land later
                _LOG.warning(
                    "members could not be landed (%s); trying again in %s s", type(error).__name__, self._after_s
                )
                self.note()
                return 0
        return landed
