"""When the daily diagnosis is due: a pure planner, without clock, store or Dagster.

Belongs here: the decision. Does not belong here: what it is made from (``diagnosis_sensor``), which run is asked for
(``campaign_planning``).
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class DiagnosisTime:
    """The diagnosis of ``day`` (yesterday) at ``now`` (aware). ``at``: when it is to be sent; ``until``: from when on
    it is no news any more."""

    now: dt.datetime
    day: dt.date
    at: dt.datetime
    until: dt.datetime


def diagnosis_time(now: dt.datetime, zone: dt.tzinfo, at: str, goes_for: dt.timedelta) -> DiagnosisTime:
    """``at``: a time of day in ``zone``, such as 08:30."""
    today = now.astimezone(zone).date()
    due = dt.datetime.combine(today, dt.time.fromisoformat(at), zone)
    return DiagnosisTime(now, today - dt.timedelta(days=1), due, due + goes_for)


def why_not_due(
    time: DiagnosisTime, *, is_anybody_named: bool, is_reserved: bool, why_not_ready: Callable[[], str | None]
) -> str | None:
    """Why no diagnosis is to be reserved now; None: it is. ``why_not_ready``: of its tables, asked last."""
    if not is_anybody_named:
        return "nobody is named in reports.marketers of shop.yaml"
    if time.now < time.at:
        return f"the diagnosis of {time.day} is due at {time.at.isoformat(timespec='minutes')}"
    if time.now >= time.until:
        return f"it is too late for the diagnosis of {time.day}"
    if is_reserved:
        return f"the diagnosis of {time.day} was reserved before"
    return why_not_ready()
