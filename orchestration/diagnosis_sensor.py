"""The sensor of the daily diagnosis: starts a run when yesterday's is due, or one that was reserved can go on.

Belongs here: gathering what the planners need, handing on what they decide. Does not belong here: the decisions
(``diagnosis_planning``, ``campaign_planning``), sending (``assets.reports.diagnosis_sending``).

A sensor, not a schedule: the diagnosis waits for its tables when the night's run is late, and for a vendor that is
down.
"""

import datetime as dt
import json
from collections.abc import Callable

import dagster as dg

from connectors.home.member_key import read_secret
from connectors.home.paths import Home
from connectors.home.settings import Settings
from connectors.sending.locks import is_held, send_lock
from connectors.store.store import Store
from orchestration.campaign_planning import DueCampaign, NoRun, WaitingSend, batch_of, plan_run
from orchestration.campaign_sensor import in_flight, past_runs
from orchestration.diagnosis_planning import DiagnosisTime, diagnosis_time, why_not_due
from orchestration.jobs import DIAGNOSIS_JOB, OWNERS, diagnosis_job
from orchestration.opening import make_published
from orchestration.run_lock import end_dead_runs
from orchestration.sensors import ATTEMPT_TAG

DIAGNOSIS_BATCH_TAG = "dangol/diagnosis_batch"


@dg.sensor(
    job=diagnosis_job,
    minimum_interval_seconds=60,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Sends the diagnosis of the day before to the marketers, once its tables are there and it is time.",
    owners=OWNERS,
)
def diagnosis_sensor(
    context: dg.SensorEvaluationContext,
    home: dg.ResourceParam[Home],
    settings: dg.ResourceParam[Settings],
    clock: dg.ResourceParam[Callable[[], dt.datetime]],
) -> dg.SensorResult | dg.SkipReason:
    """Gather what the planners need, and hand on what they decide."""
    if not settings.reports.marketers and not home.has_store():
        return dg.SkipReason("nobody is named in reports.marketers of shop.yaml")
    end_dead_runs(context.instance, context.log.info)
    now = clock()
    time, not_due, waiting = _to_do(home, settings, now)
    due = [] if not_due else [DueCampaign(f"@diagnosis/{time.day}", time.at)]
    past = past_runs(context.instance, DIAGNOSIS_BATCH_TAG, batch_of(due, waiting))
    decision = plan_run(due, waiting, past, in_flight(context.instance, DIAGNOSIS_JOB), now, None)
    if isinstance(decision, NoRun):
        return dg.SkipReason(not_due if not_due and not waiting else decision.reason)
    request = dg.RunRequest(
        run_key=decision.run_key,
        run_config={"ops": {"send_diagnosis": {"config": {"day": time.day.isoformat() if due else ""}}}},
        tags={DIAGNOSIS_BATCH_TAG: decision.batch, ATTEMPT_TAG: str(decision.attempt)},
        partition_key=now.astimezone(settings.zone).date().isoformat(),
    )
    return dg.SensorResult([request], cursor=json.dumps({"batch": decision.batch, "attempt": decision.attempt}))


def _to_do(home: Home, settings: Settings, now: dt.datetime) -> tuple[DiagnosisTime, str | None, list[WaitingSend]]:
    """When the next diagnosis is due, why it is not yet, and notices that can go on and that nobody works on."""
    from assets.campaigns.shop import Shop
    from assets.reports.diagnosis_message import why_not_ready
    from assets.reports.diagnosis_sending import GOES_FOR, send_of

    time = diagnosis_time(now, settings.zone, settings.reports.diagnosis_at, GOES_FOR)
    with Store.open(home.ops_url, secret=read_secret(home), now=lambda: now) as store:
        shop = Shop(home, settings, store, make_published(home, settings), lambda: now, _never)
        send = send_of(shop, time.day)
        waiting = [
            WaitingSend(one.send_no, one.state, one.reserved + one.sending, one.accepted)
            for one in store.notices.to_do(now)
            if one.state != "planned" and not is_held(send_lock(home, one.send_no))
        ]
        not_due = why_not_due(
            time,
            is_anybody_named=bool(settings.reports.marketers),
            is_reserved=send is not None and send.state != "planned",
            why_not_ready=lambda: why_not_ready(shop, time.day),
        )
    return time, not_due, waiting


def _never(seconds: float) -> None:
    raise AssertionError(f"a sensor does not wait, but was to sleep {seconds} s")
