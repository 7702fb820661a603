"""The time that a profile looks at: the last hours, or whole business days.

Belongs here: the moments of a period. Does not belong here: the clock and which day is today (handed in).
"""

import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo


@dataclass(frozen=True)
class Period:
    """From ``since`` until before ``until``, both UTC without a zone; ``zone`` is the shop's, for hours of the day."""

    since: dt.datetime
    until: dt.datetime
    zone: ZoneInfo

    def __post_init__(self) -> None:
        if self.since >= self.until:
            raise ValueError(f"a period must end after it began, not at {self.until} after {self.since}")

    @property
    def first_day(self) -> dt.date:
        """Business day of the first moment."""
        return self._day_of(self.since)

    @property
    def last_day(self) -> dt.date:
        """Business day of the last moment."""
        return self._day_of(self.until - dt.timedelta(microseconds=1))

    @property
    def is_whole_days(self) -> bool:
        """Whether it begins and ends at midnight of the shop, so that facts by day can answer it."""
        return self == days_between(self.first_day, self.last_day, self.zone)

    def _day_of(self, moment: dt.datetime) -> dt.date:
        return moment.replace(tzinfo=dt.UTC).astimezone(self.zone).date()


def last_hours(until: dt.datetime, hours: int, zone: ZoneInfo) -> Period:
    """The ``hours`` before ``until`` (UTC without a zone), which itself is not part of it."""
    return Period(until - dt.timedelta(hours=hours), until, zone)


def days_between(first: dt.date, last: dt.date, zone: ZoneInfo) -> Period:
    """Whole business days, both included. Raises :class:`ValueError` where ``last`` lies before ``first``."""
    return Period(_midnight(first, zone), _midnight(last + dt.timedelta(days=1), zone), zone)


def last_days(last: dt.date, days: int, zone: ZoneInfo) -> Period:
    """So many whole business days, the last one included."""
    return days_between(last - dt.timedelta(days=days - 1), last, zone)


def _midnight(day: dt.date, zone: ZoneInfo) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), tzinfo=zone).astimezone(dt.UTC).replace(tzinfo=None)
