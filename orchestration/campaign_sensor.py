"""The sensor of campaigns: starts a run when something is due or can go on.

Belongs here: gathering what the planner needs, handing on what it decides. Does not belong here: the decision
(``campaign_planning``), planning occurrences and everything else that changes something (the run does it all, so that a
tick that is repeated or lost changes nothing).
"""

import datetime as dt
import json
from collections.abc import Callable

import dagster as dg
import polars as pl

from connectors.home.member_key import read_secret
from connectors.home.paths import Home
from connectors.home.settings import Settings
from connectors.published.tables import PublishedTables
from connectors.sending.locks import decide_lock, is_held, send_lock
from connectors.store.store import Store
from orchestration.campaign_planning import (
    MOST_DUE,
    DueCampaign,
    NoRun,
    PastRun,
    WaitingSend,
    batch_of,
    plan_run,
)
from orchestration.jobs import CAMPAIGN_JOB, OWNERS, campaign_job
from orchestration.run_lock import end_dead_runs
from orchestration.sensors import ATTEMPT_TAG, IN_FLIGHT

CAMPAIGN_BATCH_TAG = "dangol/campaign_batch"
_MOST_WAITING = 50
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)  # of what has no moment of its own: the batch is known by its name


@dg.sensor(
    job=campaign_job,
    minimum_interval_seconds=15,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Starts a run when a campaign is due, a customer's trigger has come, or a send can go on.",
    owners=OWNERS,
)
def campaign_sensor(
    context: dg.SensorEvaluationContext,
    home: dg.ResourceParam[Home],
    settings: dg.ResourceParam[Settings],
    clock: dg.ResourceParam[Callable[[], dt.datetime]],
) -> dg.SensorResult | dg.SkipReason:
    """Gather what the planner needs, and hand on what it decides."""
    from assets.campaigns.plans.triggers import unseen_facts

    if not home.has_store():
        return dg.SkipReason("there are no campaigns yet")
    end_dead_runs(context.instance, context.log.info)
    now = clock()
    with Store.open(home.ops_url, secret=read_secret(home), now=clock) as store:
        due, waiting, next_at = _to_do(home, store, now)
        if unseen := unseen_facts(store, PublishedTables(home)):
            due += [DueCampaign(f"{one}/{unseen}", _EPOCH) for one in _triggers(store)]
    batch = batch_of(due, waiting)
    past = past_runs(context.instance, CAMPAIGN_BATCH_TAG, batch)
    decision = plan_run(due, waiting, past, in_flight(context.instance, CAMPAIGN_JOB), now, next_at)
    if isinstance(decision, NoRun):
        return dg.SkipReason(decision.reason)
    tags = {CAMPAIGN_BATCH_TAG: decision.batch, ATTEMPT_TAG: str(decision.attempt)}
    context.log.info(decision.why)
    day = now.astimezone(settings.zone).date().isoformat()
    request = dg.RunRequest(run_key=decision.run_key, tags=tags, partition_key=day)
    return dg.SensorResult([request], cursor=json.dumps({"batch": decision.batch, "attempt": decision.attempt}))


def _to_do(
    home: Home, store: Store, now: dt.datetime
) -> tuple[list[DueCampaign], list[WaitingSend], dt.datetime | None]:
    """What is due and what waits, as far as nobody is at it; when the next thing will be."""
    due: list[DueCampaign] = []
    if not is_held(decide_lock(home)):  # else somebody is planning these very campaigns
        due = [DueCampaign(one.campaign_id, one.next_at) for one in store.campaign_states.due(MOST_DUE) if one.next_at]
        hits = store.triggers.waiting(now).filter(pl.col("due") > 0).head(MOST_DUE - len(due))
        due += [
            DueCampaign(f"{name}/{number} hits", _EPOCH)
            for name, number in hits.select("campaign_id", "due").iter_rows()
            if (state := store.campaign_states.of(name)) is not None and state.state == "running"
        ]
    waiting = [
        WaitingSend(send.send_no, send.state, send.reserved + send.sending, send.accepted)
        for send in store.ledger.to_do(now)[:_MOST_WAITING]
        if not is_held(send_lock(home, send.send_no))
    ]
    return due, waiting, store.ledger.next_work()


def _triggers(store: Store) -> list[str]:
    """Campaigns that wait for what customers do."""
    running = [one.campaign_id for one in store.campaign_states.of_state("running")]
    newest = ((name, store.campaigns.history(name)[-1].document) for name in running)
    return [name for name, document in newest if document and "trigger" in document["schedule"]]


def past_runs(instance: dg.DagsterInstance, tag: str, batch: str) -> list[PastRun]:
    """Runs that were asked for the same work, known by a tag."""
    records = instance.get_run_records(dg.RunsFilter(tags={tag: batch}))
    return [
        PastRun(
            int(record.dagster_run.tags.get(ATTEMPT_TAG, "1")),
            None
            if record.dagster_run.status in IN_FLIGHT
            else dt.datetime.fromtimestamp(record.end_time or record.create_timestamp.timestamp(), dt.UTC),
        )
        for record in records
    ]


def in_flight(instance: dg.DagsterInstance, job: str) -> int:
    """How many runs of a job are under way."""
    return len(instance.get_runs(dg.RunsFilter(job_name=job, statuses=IN_FLIGHT)))
