"""Stretches of time that the vendor lets one call ask for.

Belongs here: cutting them; pure. Does not belong here: asking (``walks``).
"""

import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo

KST = ZoneInfo("Asia/Seoul")
LONGEST = dt.timedelta(days=88)  # "not three months or more in a call"; those around February have 89 days
SHORTEST = dt.timedelta(seconds=1)  # what the vendor's times can tell apart


@dataclass(frozen=True)
class Window:
    """From ``start`` to ``end``, both included, in whole seconds; aware times."""

    start: dt.datetime
    end: dt.datetime

    @property
    def can_be_halved(self) -> bool:
        return self.end - self.start >= 2 * SHORTEST

    def halves(self) -> tuple["Window", "Window"]:
        """Two windows that share one second: what stands at the seam is read twice and never missed."""
        middle = self.start + dt.timedelta(seconds=int((self.end - self.start).total_seconds() // 2))
        return Window(self.start, middle), Window(middle, self.end)


def windows(start: dt.datetime, end: dt.datetime) -> list[Window]:
    """``start`` to ``end`` in windows that are short enough, the oldest first; they share their seams."""
    found, at = [], start.replace(microsecond=0)
    while at < end:
        until = min(at + LONGEST, end)
        found.append(Window(at, until))
        at = until
    return found


def said(moment: dt.datetime) -> str:
    """``moment`` as the vendor writes times: ISO 8601 with the Korean offset, whole seconds."""
    return moment.astimezone(KST).replace(microsecond=0).isoformat()
