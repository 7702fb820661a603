"""Which day is today for conditions.

Belongs here: the one rule. Does not belong here: the clock, reading which days have facts.
"""

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True)
class AsOf:
    """``day``: today, for windows. ``behind``: days by which it lies before the real one; 0 in the normal case."""

    day: dt.date
    behind: int


def as_of(today: dt.date, newest: dt.date, stale_after_days: int) -> AsOf:
    """The shop's business day ``today`` while facts reach to within ``stale_after_days`` of it.

    Behind that the data is history (an export of last year, the demo): then the ``newest`` day with facts, because
    "the last seven days" would mean nobody. Facts may be ahead of a clock that is slow: then also the newest day.
    """
    if newest > today or (today - newest).days > stale_after_days:
        return AsOf(newest, max((today - newest).days, 0))
    return AsOf(today, 0)
