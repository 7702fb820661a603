"""Jobs.

Belongs here: what is run together. Does not belong here: when (``schedules``, ``sensors``) and for which days.
"""

import dagster as dg

from assets.campaigns.step import GROUP as CAMPAIGNS
from assets.campaigns.step import working_keys
from assets.reports.diagnosis_step import NOTICES

OWNERS = ["team:data-platform"]
DAILY_JOB, CAMPAIGN_JOB, DIAGNOSIS_JOB = "daily_job", "campaign_job", "diagnosis_job"
FULL_REFRESH_NOTE = "To build the warehouse again from all landing files, set full_refresh of the step dbt_build."

# The in-process executor: one writer serialises the steps anyway, and a process a step would cost more than the steps.
daily_job = dg.define_asset_job(
    DAILY_JOB,
    selection=dg.AssetSelection.all() - dg.AssetSelection.assets(*working_keys(), NOTICES),
    executor_def=dg.in_process_executor,
    description="The whole graph for a range of receive days, as one run; of campaigns it publishes what was sent, and "
    f"sends nothing. {FULL_REFRESH_NOTE}",
    owners=OWNERS,
    tags={"dagster/retry_on_asset_or_op_failure": "false", "dangol/works_on": "warehouse"},  # see dagster.yaml
)

campaign_job = dg.define_asset_job(
    CAMPAIGN_JOB,
    selection=dg.AssetSelection.groups(CAMPAIGNS),
    executor_def=dg.in_process_executor,
    description="One pass over campaigns: decide what is due, send it, collect results, publish what became of it. "
    "Doing it twice, or at the same time, sends nothing twice.",
    owners=OWNERS,
    tags={"dagster/retry_on_asset_or_op_failure": "false"},
)

diagnosis_job = dg.define_asset_job(
    DIAGNOSIS_JOB,
    selection=dg.AssetSelection.assets(NOTICES),
    executor_def=dg.in_process_executor,
    description="Send the daily diagnosis to the marketers named in shop.yaml. Doing it twice, or at the same time, "
    "sends nothing twice.",
    owners=OWNERS,
    tags={"dagster/retry_on_asset_or_op_failure": "false"},
)
