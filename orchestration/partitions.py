"""Day partitions: the days on which rows were received, in the shop's zone.

Belongs here: the partitions definition. Does not belong here: which days a run covers (``planning``).
"""

import dagster as dg

from connectors.home.settings import Settings


def receive_days(settings: Settings) -> dg.DailyPartitionsDefinition:
    """One partition a business day from the shop's first day on, today included: what is in hand can be taken in."""
    return dg.DailyPartitionsDefinition(
        start_date=settings.first_day.isoformat(), timezone=settings.time_zone, end_offset=1
    )
