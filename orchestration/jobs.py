"""Jobs.

Belongs here: what is run together. Does not belong here: when (``schedules``, ``sensors``) and for which days.
"""

import dagster as dg

OWNERS = ["team:data-platform"]
DAILY_JOB = "daily_job"
FULL_REFRESH_NOTE = "To build the warehouse again from all landing files, set full_refresh of the step dbt_build."

# The in-process executor: one writer serialises the steps anyway, and a process a step would cost more than the steps.
daily_job = dg.define_asset_job(
    DAILY_JOB,
    selection=dg.AssetSelection.all(),
    executor_def=dg.in_process_executor,
    description=f"The whole graph for a range of receive days, as one run. {FULL_REFRESH_NOTE}",
    owners=OWNERS,
    tags={"dagster/retry_on_asset_or_op_failure": "false"},
)
