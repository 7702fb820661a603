"""Day partitions: the days on which rows were received, in the shop's zone.

Belongs here: the partitions definition and where it begins.
Does not belong here: which days a run covers (``planning``).
"""

import datetime as dt

import dagster as dg

from assets.loading import LandingZone
from connectors.home.settings import Settings


def first_receive_day(settings: Settings, landing: LandingZone) -> dt.date:
    """The earliest day of the landing zone, so that the partitions are those with data; else the shop's first day.

    Asked anew by whoever plans a run: a run's process loads the definitions afresh, and so has the partitions of data
    that came after the daemon's code location was loaded.
    """
    days = [file.received_day for file in landing.files("events") if file.received_day is not None]
    return max(min(days), settings.first_day) if days else settings.first_day


def receive_days(settings: Settings, first: dt.date) -> dg.DailyPartitionsDefinition:
    """One partition a business day from ``first`` on, today included: what is in hand can be taken in."""
    return dg.DailyPartitionsDefinition(start_date=first.isoformat(), timezone=settings.time_zone, end_offset=1)
