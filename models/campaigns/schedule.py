"""Moments at which a campaign sends, from its schedule and the moment it was started.

Belongs here: the calendar. Does not belong here: what a document says (``when``), the night (``night``), what is done
about moments that went by unused (``lateness``).

The cycle begins with the first day that fits after the start: the first on which the time of day is still to come, that
is one of the weekdays, that has the day of the month. From there it goes on every n days, weeks or months, whatever was
sent and when, so that it never drifts. A week begins on Sunday, as in Korean calendars; with n weeks, all chosen
weekdays of one week, then of the n-th week after it. Stopping forgets the cycle: resuming is a start at that moment.

Times of day that the clocks leave out or pass twice are read as RFC 5545 (3.3.5) does: one that is left out falls as
long after the change as it would have without it (Europe/London, 30 March 2025, 01:30: 02:30 summer time), one that is
there twice is the first of the two. The day stays the same.
"""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final, Literal
from zoneinfo import ZoneInfo

from dateutil.rrule import DAILY, MONTHLY, SU, WEEKLY, rrule, weekdays

from models.campaigns.document import Campaign
from models.campaigns.when import WEEKDAYS, Period, Recurring, Schedule, Unit

_ENDS: Final = dt.date(9000, 1, 1)  # calendars and zones are of no use beyond
_NEVER: Final = dt.datetime(9000, 1, 1, tzinfo=dt.UTC)
_FIRST_YEAR: Final = 1800
_FREQUENCY: Final[Mapping[Unit, Literal[1, 2, 3]]] = {"day": DAILY, "week": WEEKLY, "month": MONTHLY}
_WEEKDAYS: Final = dict(zip(WEEKDAYS, (weekdays[(place + 6) % 7] for place in range(7)), strict=True))


@dataclass(frozen=True)
class Timetable:
    """A schedule that was started. ``started_at``: the moment (aware) of the start, or of the last resumption;
    ``runs_on``: it goes on until its period ends or it is stopped, as what is shown on the site does."""

    schedule: Schedule
    zone: ZoneInfo
    started_at: dt.datetime
    period: Period | None = None
    runs_on: bool = False

    def __post_init__(self) -> None:
        if self.started_at.tzinfo is None or not _FIRST_YEAR < self.started_at.year < _ENDS.year:
            raise ValueError(f"started_at needs a time zone and a year of our calendar, not {self.started_at}")

    def resumed(self, moment: dt.datetime) -> "Timetable":
        """The timetable after a stop: as if started at ``moment``."""
        return replace(self, started_at=moment)


def timetable_of(campaign: Campaign, zone: ZoneInfo, started_at: dt.datetime) -> Timetable:
    """The timetable of a campaign that was started (or resumed) at a moment."""
    return Timetable(campaign.schedule, zone, started_at, campaign.period, runs_on=campaign.channel == "onsite")


def next_occurrence(timetable: Timetable, after: dt.datetime) -> dt.datetime | None:
    """The first moment (in UTC) after ``after``, itself left out; None when there is none any more.

    Behaviour triggers have no moments of their own: None. A time (``at``) before the start has gone by: None.
    Raises ``ValueError`` when ``after`` has no time zone."""
    if after.tzinfo is None:
        raise ValueError("after needs a time zone")
    return next(_moments(timetable, after), None)


def occurrences_between(timetable: Timetable, after: dt.datetime, until: dt.datetime) -> list[dt.datetime]:
    """All moments after ``after`` and up to ``until``, that itself included."""
    found = []
    for moment in _moments(timetable, after):
        if moment > until:
            break
        found.append(moment)
    return found


def is_over(timetable: Timetable, moment: dt.datetime) -> bool:
    """Whether the campaign is completed: once its period has passed (not before, even if nothing is left to send), or,
    where it sends once, when that moment has."""
    if timetable.runs_on or timetable.schedule.kind in ("recurring", "trigger"):
        end = period_end(timetable.period, timetable.zone)
        return end is not None and moment >= end
    return next_occurrence(timetable, moment) is None


def period_end(period: Period | None, zone: ZoneInfo) -> dt.datetime | None:
    """The moment (UTC) from which nothing is sent any more; None: until stopped."""
    return local_moment(_after(period.to), dt.time(), zone) if period and period.to else None


def local_moment(day: dt.date, time: dt.time, zone: ZoneInfo) -> dt.datetime:
    """A day and time of ``zone`` in UTC; see above for those that are there twice or never."""
    return dt.datetime.combine(day, time.replace(fold=0), tzinfo=zone).astimezone(dt.UTC)


def _after(day: dt.date) -> dt.date:
    return day + dt.timedelta(days=1)


def _moments(timetable: Timetable, after: dt.datetime) -> Iterator[dt.datetime]:
    """Moments after ``after``, in order, without end where the schedule has none."""
    schedule, zone, started = timetable.schedule, timetable.zone, timetable.started_at
    if schedule.now:
        yield from (moment for moment in (started.astimezone(dt.UTC),) if moment > after)
    elif schedule.at:
        moment = local_moment(schedule.at.date(), schedule.at.time(), zone)
        yield from (one for one in (moment,) if one > max(after, started))
    elif schedule.recurring:
        first = _first_day(timetable, schedule.recurring)
        if first is not None:
            yield from _recurring(timetable, schedule.recurring, first, after)


def _recurring(timetable: Timetable, rule: Recurring, first: dt.date, after: dt.datetime) -> Iterator[dt.datetime]:
    last = timetable.period.to if timetable.period and timetable.period.to else _ENDS
    since = first
    if after > timetable.started_at:
        if after >= _NEVER:
            return
        since = max(first, after.astimezone(timetable.zone).date() - dt.timedelta(days=1))
    previous = max(after, timetable.started_at)
    for day in _days(rule, first, since):
        if day > last:
            return
        moment = local_moment(day, rule.time, timetable.zone)
        if moment > previous:  # days that a zone leaves out share their moment with the next
            yield moment
            previous = moment


def _days(rule: Recurring, first: dt.date, since: dt.date) -> Iterator[dt.date]:
    """Days of the cycle from ``since`` on. ``first`` is the first of all; the rule starts in the cycle's turn before
    ``since`` rather than there, so that late days cost no more than early ones."""
    anchor = _turn_before(rule, first, since)
    chosen = rrule(
        _FREQUENCY[rule.unit],
        interval=rule.every,
        dtstart=dt.datetime.combine(anchor, dt.time()),
        until=dt.datetime.combine(_ENDS, dt.time()),
        byweekday=[_WEEKDAYS[name] for name in rule.weekdays] or None,
        bymonthday=(-1 if rule.day == "last" else rule.day) if rule.unit == "month" else None,
        wkst=SU,
    )
    return (moment.date() for moment in chosen if moment.date() >= since)


def _turn_before(rule: Recurring, first: dt.date, since: dt.date) -> dt.date:
    """The beginning (day, Sunday, or first of the month) of the last turn of the cycle that begins by ``since``."""
    if rule.unit == "day":
        return first + dt.timedelta(days=(since - first).days // rule.every * rule.every)
    if rule.unit == "week":
        sunday = first - dt.timedelta(days=first.isoweekday() % 7)
        return sunday + dt.timedelta(weeks=(since - sunday).days // 7 // rule.every * rule.every)
    months = (since.year - first.year) * 12 + since.month - first.month
    month = first.year * 12 + first.month - 1 + months // rule.every * rule.every
    return dt.date(month // 12, month % 12 + 1, 1)


def _first_day(timetable: Timetable, rule: Recurring) -> dt.date | None:
    """The first day that fits, strictly after the start and within the period; None when the period ends before."""
    zone, started = timetable.zone, timetable.started_at
    day = started.astimezone(zone).date()
    if timetable.period and timetable.period.from_:
        day = max(day, timetable.period.from_)
    if local_moment(day, rule.time, zone) <= started:
        day = _after(day)
    return next(_days(rule.model_copy(update={"every": 1}), day, day), None)
