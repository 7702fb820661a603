"""Sensors: what starts runs by itself.

Belongs here: gathering what the planners need, and handing on what they decide.
Does not belong here: the decisions (``planning``).
"""

import json
import time
from collections.abc import Iterable
from datetime import datetime

import dagster as dg
from dagster._core.storage.tags import ASSET_PARTITION_RANGE_END_TAG, ASSET_PARTITION_RANGE_START_TAG

from assets.loading import LandingZone, read_taken_in_copy
from connectors.home.paths import Home
from connectors.home.settings import Settings
from orchestration.jobs import OWNERS, daily_job
from orchestration.partitions import first_receive_day
from orchestration.pending import find_pending
from orchestration.planning import Attempt, DayRange, Skip, batch_id, plan_sensor
from orchestration.run_lock import end_dead_runs

BATCH_TAG, ATTEMPT_TAG = "dangol/batch", "dangol/attempt"
IN_FLIGHT = [
    status
    for status in dg.DagsterRunStatus
    if status.value in ("QUEUED", "NOT_STARTED", "STARTING", "STARTED", "CANCELING")
]


def range_tags(days: DayRange) -> dict[str, str]:
    """Tags that make a run cover a range of day partitions at once."""
    return {ASSET_PARTITION_RANGE_START_TAG: str(days.first), ASSET_PARTITION_RANGE_END_TAG: str(days.last)}


@dg.sensor(
    job=daily_job,
    minimum_interval_seconds=30,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Starts one run for all landing files that the warehouse has not taken in, once no more are coming.",
    owners=OWNERS,
)
def new_landing_files_sensor(
    context: dg.SensorEvaluationContext,
    home: dg.ResourceParam[Home],
    settings: dg.ResourceParam[Settings],
    landing: dg.ResourceParam[LandingZone],
) -> dg.SensorResult | dg.SkipReason:
    """Gather what the planner needs, and hand on what it decides."""
    end_dead_runs(context.instance, context.log.info)
    pending = find_pending(home, landing, read_taken_in_copy(home))
    batch = batch_id(pending)
    decision = plan_sensor(
        pending, read_attempts(context.instance, batch), time.time(), first_receive_day(settings, landing),
        datetime.now(settings.zone).date(), any_in_flight=bool(_in_flight(context.instance)),
    )  # fmt: skip
    if isinstance(decision, Skip):
        return dg.SkipReason(decision.reason)
    tags = {BATCH_TAG: batch, ATTEMPT_TAG: str(decision.attempt), **range_tags(decision.days)}
    context.log.info(f"{len(pending)} files of {decision.days} are waiting")
    request = dg.RunRequest(run_key=decision.run_key, tags=tags)
    return dg.SensorResult([request], cursor=json.dumps({"batch": batch, "attempt": decision.attempt}))


def _in_flight(instance: dg.DagsterInstance) -> Iterable[dg.DagsterRun]:
    return instance.get_runs(dg.RunsFilter(statuses=IN_FLIGHT), limit=1)


def read_attempts(instance: dg.DagsterInstance, batch: str) -> list[Attempt]:
    """Runs already asked for this batch."""
    return [
        Attempt(
            number=int(run.tags.get(ATTEMPT_TAG, "1")),
            in_flight=run.status in IN_FLIGHT,
            failed=run.status == dg.DagsterRunStatus.FAILURE,
        )
        for run in instance.get_runs(dg.RunsFilter(tags={BATCH_TAG: batch}))
    ]


# Declarative automation where it beats a clock: a published table follows its mart whenever somebody builds the mart
# alone. The rest of the graph is driven by what lies in the landing zone, which is no asset's condition to see.
published_follow_marts_sensor = dg.AutomationConditionSensorDefinition(
    "published_follow_marts_sensor",
    target=dg.AssetSelection.key_prefixes("published"),
    minimum_interval_seconds=60,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Publishes a table again when its mart was built without it.",
)
