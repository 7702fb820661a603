"""Schedules.

Belongs here: the daily run. Does not belong here: which days it covers (``planning``).
"""

import datetime as dt

import dagster as dg

from assets.loading import LandingZone, read_taken_in_copy
from connectors.home.paths import Home
from connectors.home.settings import Settings
from orchestration.jobs import OWNERS, daily_job
from orchestration.partitions import first_receive_day
from orchestration.pending import find_pending
from orchestration.planning import plan_schedule
from orchestration.sensors import range_tags


def build_daily_schedule(zone: str) -> dg.ScheduleDefinition:
    """Every night in the shop's zone, after the last rows of yesterday have come in."""

    @dg.schedule(
        name="daily_schedule",
        job=daily_job,
        cron_schedule="30 2 * * *",
        execution_timezone=zone,
        default_status=dg.DefaultScheduleStatus.RUNNING,
        description="The whole graph for yesterday, and for the days before it whose files came late.",
        owners=OWNERS,
    )
    def daily_schedule(
        context: dg.ScheduleEvaluationContext,
        home: dg.ResourceParam[Home],
        settings: dg.ResourceParam[Settings],
        landing: dg.ResourceParam[LandingZone],
    ) -> dg.RunRequest:
        yesterday = context.scheduled_execution_time.astimezone(settings.zone).date() - dt.timedelta(days=1)
        pending = find_pending(home, landing, read_taken_in_copy(home))
        days = plan_schedule(pending, first_receive_day(settings, landing), yesterday)
        return dg.RunRequest(run_key=str(yesterday), tags=range_tags(days))

    return daily_schedule
