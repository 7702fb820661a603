"""Moments of a schedule found by walking through every day, without any library of recurrences."""

import datetime as dt
from zoneinfo import ZoneInfo

from models.campaigns.when import Period, Recurring

SUNDAY_FIRST = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
DAY = dt.timedelta(days=1)


def moment_of(day: dt.date, time: dt.time, zone: ZoneInfo) -> dt.datetime:
    """The first moment at which clocks show it, else as if the clocks had not been changed."""
    wall = dt.datetime.combine(day, time)
    before = (wall - DAY).replace(tzinfo=zone).utcoffset()
    after = (wall + DAY).replace(tzinfo=zone).utcoffset()
    assert before is not None
    assert after is not None
    shown = [
        moment
        for moment in sorted({(wall - offset).replace(tzinfo=dt.UTC) for offset in (before, after)})
        if moment.astimezone(zone).replace(tzinfo=None) == wall
    ]
    return shown[0] if shown else (wall - before).replace(tzinfo=dt.UTC)


def fits(rule: Recurring, day: dt.date) -> bool:
    if rule.unit == "week":
        return SUNDAY_FIRST[day.isoweekday() % 7] in rule.weekdays
    if rule.unit == "month":
        is_last = (day + DAY).month != day.month
        return is_last if rule.day == "last" else day.day == rule.day
    return True


def moments(
    rule: Recurring, zone: ZoneInfo, started: dt.datetime, period: Period | None, until: dt.date
) -> list[dt.datetime]:
    """All moments up to the day ``until``."""
    day, turn, begun, found = started.astimezone(zone).date(), 0, False, []
    while day <= until:
        in_period = period is None or (
            (period.from_ is None or day >= period.from_) and (period.to is None or day <= period.to)
        )
        if begun and (
            rule.unit == "day"
            or (rule.unit == "week" and day.isoweekday() == 7)
            or (rule.unit == "month" and day.day == 1)
        ):
            turn += 1
        if fits(rule, day) and in_period:
            moment = moment_of(day, rule.time, zone)
            if begun or moment > started:
                begun = True
                if turn % rule.every == 0:
                    found.append(moment)
        day += DAY
    return found
