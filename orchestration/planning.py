"""What to run next: pure planners, without clock, disk or Dagster.

Belongs here: pending files to days, days to a range, the sensor's and the schedule's decisions.
Does not belong here: finding files and runs (``sensors``, ``schedules``, ``cli``), executing (``running``).
"""

import datetime as dt
import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

MAX_ATTEMPTS = 3
QUIET_SECONDS = 30  # an ingest writes several files: wait until none has come for this long
MOST_EMPTY_DAYS = 60  # within one run
SCHEDULE_DAYS = 7  # how far back the daily schedule looks for files that came late


@dataclass(frozen=True)
class PendingFile:
    """A landing file that the warehouse has not taken in."""

    path: str  # relative to the landing zone
    day: dt.date
    written_at: float = 0.0  # seconds since 1970


@dataclass(frozen=True)
class DayRange:
    """Receive days, both ends included."""

    first: dt.date
    last: dt.date

    def __str__(self) -> str:
        return str(self.first) if self.first == self.last else f"{self.first} … {self.last}"

    def not_before(self, day: dt.date) -> "DayRange":
        """The part from ``day`` on. Raises :class:`ValueError` when there is none."""
        if self.last < day:
            raise ValueError(f"nothing was received until {self.last}: the landing zone begins on {day}")
        return DayRange(max(self.first, day), self.last)


@dataclass(frozen=True)
class Attempt:
    """The run that was last asked for a batch, and how it stands."""

    number: int
    in_flight: bool
    failed: bool


@dataclass(frozen=True)
class Request:
    """One run to ask for."""

    days: DayRange
    batch: str
    attempt: int

    @property
    def run_key(self) -> str:
        return f"{self.batch}__attempt{self.attempt}"


@dataclass(frozen=True)
class Skip:
    """No run, and why."""

    reason: str


def range_of(pending: Iterable[PendingFile], first_day: dt.date, today: dt.date) -> DayRange | None:
    """The first stretch of days of ``pending``, within the days there are partitions for; None when nothing is pending.

    A stretch ends before a gap of more than :data:`MOST_EMPTY_DAYS`, so that an export of ten years ago and members
    that came today do not make a run of ten years of empty days; what lies behind the gap is the next run's.
    """
    days = sorted({min(max(file.day, first_day), today) for file in pending})
    if not days:
        return None
    ends = [day for day, after in pairwise(days) if (after - day).days > MOST_EMPTY_DAYS]
    return DayRange(days[0], ends[0] if ends else days[-1])


def requested_range(
    start: dt.date | None, end: dt.date | None, pending: DayRange | None, first_day: dt.date, today: dt.date
) -> DayRange:
    """Days of ``--from`` and ``--to``; an end left open reaches as far as the pending files, else to today.

    Raises :class:`ValueError` with what is wrong.
    """
    if start and end and start > end:
        raise ValueError(f"--from {start} lies after --to {end}")
    first = start or (min(pending.first, end or pending.first) if pending else end or today)
    last = end or (max(pending.last, first) if pending else max(today, first))
    for name, day in (("--from", first), ("--to", last)):
        if not first_day <= day <= today:
            raise ValueError(f"{name} {day} is outside the shop's days {first_day} … {today} (first_day in shop.yaml)")
    return DayRange(first, last)


def batch_id(pending: Iterable[PendingFile]) -> str:
    """Identity of a set of pending files: the same files are the same batch, however often they are seen."""
    return hashlib.sha256("\n".join(sorted(file.path for file in pending)).encode()).hexdigest()[:16]


def plan_sensor(
    pending: Sequence[PendingFile],
    attempts: Sequence[Attempt],
    now: float,
    first_day: dt.date,
    today: dt.date,
    *,
    any_in_flight: bool,
) -> Request | Skip:
    """One run for all pending files, none while one is under way, a bounded number of times for the same files.

    ``attempts`` are the runs already asked for exactly these files.
    """
    days = range_of(pending, first_day, today)
    if days is None:
        return Skip("no landing file is waiting")
    if any_in_flight or any(attempt.in_flight for attempt in attempts):
        return Skip("a run is under way; what it leaves is looked at when it has ended")
    age = now - max(file.written_at for file in pending)
    if 0 <= age < QUIET_SECONDS:
        return Skip(f"files are still coming in (the last {age:.0f} s ago)")
    done = max((attempt.number for attempt in attempts), default=0)
    if done >= MAX_ATTEMPTS:
        return Skip(
            f"{done} runs for these {len(pending)} files did not take them in: see the last one, then `dangol run`"
        )
    return Request(days, batch_id(pending), done + 1)


def plan_schedule(pending: Iterable[PendingFile], first_day: dt.date, yesterday: dt.date) -> DayRange:
    """Yesterday, and the days just before it for which files came late."""
    oldest = yesterday - dt.timedelta(days=SCHEDULE_DAYS - 1)
    late = [file.day for file in pending if oldest <= file.day <= yesterday]
    first = max(min([*late, yesterday]), first_day)
    return DayRange(min(first, yesterday), yesterday)
