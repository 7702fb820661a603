"""One pass over campaigns in this process, as a run of Dagster.

Belongs here: executing the job of campaigns from the command line and from the simulated shop. Does not belong here:
the work (``assets.campaigns.work``), what makes the daemon start it (``campaign_sensor``).
"""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from connectors.home.paths import Home
from connectors.home.settings import Settings


def run_campaigns(
    home: Home,
    settings: Settings,
    *,
    ids: Sequence[str] | None = None,
    say: Callable[[str], None],
    overrides: Mapping[str, Any] | None = None,
) -> bool:
    """Decide what is due, send it, collect results and publish; of ``ids`` only, or of all campaigns. ``say`` takes
    lines of progress; ``overrides`` replaces resources (``clock``, ``sleep``, ``vendors``). True when all went well."""
    import dagster as dg

    from orchestration.assembly import build_defs
    from orchestration.instance import open_instance
    from orchestration.jobs import CAMPAIGN_JOB
    from orchestration.progress import LOGGER_KEY, Progress, SpokenLines, progress_logger
    from orchestration.run_lock import PROCESS_TAG, process_identity

    progress = Progress(SpokenLines(say))
    definitions = build_defs(home, overrides, loggers={LOGGER_KEY: progress_logger(progress)})
    clock = (overrides or {}).get("clock") or (lambda: dt.datetime.now(dt.UTC))
    config = {"config": {"campaigns": list(ids or ())}}
    with open_instance(home) as instance:
        result = definitions.resolve_job_def(CAMPAIGN_JOB).execute_in_process(
            instance=instance,
            partition_key=clock().astimezone(settings.zone).date().isoformat(),
            run_config={"loggers": {LOGGER_KEY: {}}, "ops": dict.fromkeys(_CONFIGURED, config)},
            tags={PROCESS_TAG: process_identity(), "dagster/max_retries": "0"},
            raise_on_error=False,
        )
    for failure in progress.failures:
        say(failure)
    checks = [one for one in result.get_asset_check_evaluations() if not one.passed]
    return bool(result.success) and all(one.severity != dg.AssetCheckSeverity.ERROR for one in checks)


_CONFIGURED = ("decide_campaigns", "send_messages", "collect_results")
