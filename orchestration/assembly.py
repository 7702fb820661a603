"""Putting the graph together: one lineage graph of the whole system.

Belongs here: which pieces there are and over which home. Does not belong here: any piece; the code location that
Dagster loads (``definitions``).
"""

import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import dagster as dg

from connectors.home.paths import Home, find_home
from connectors.home.settings import Settings, read_settings

# Backfill policies and owners on schedules are marked beta; the versions are pinned and the tests cover their use.
warnings.filterwarnings("ignore", category=dg.BetaWarning)
warnings.filterwarnings("ignore", category=dg.PreviewWarning)

from assets.ai_targets.step import build_ai_assets  # noqa: E402
from assets.attribution.dbt_step import build_report_tables  # noqa: E402
from assets.attribution.step import build_statistics_assets  # noqa: E402
from assets.campaigns.step import build_campaign_assets  # noqa: E402
from assets.published import build_published_assets, build_quarantine_asset  # noqa: E402
from assets.raw import build_raw_assets  # noqa: E402
from assets.recommendations.step import build_recommendation_assets  # noqa: E402
from assets.reports.diagnosis_step import build_diagnosis_assets  # noqa: E402
from assets.reports.step import build_report_assets  # noqa: E402
from assets.segments.step import build_segment_assets  # noqa: E402
from assets.taste import build_taste_assets  # noqa: E402
from assets.transformed import build_transformed_assets  # noqa: E402
from connectors.published.targets import publish_targets  # noqa: E402
from orchestration.campaign_sensor import campaign_sensor  # noqa: E402
from orchestration.dbt_project import PROJECT_DIR, read_manifest  # noqa: E402
from orchestration.diagnosis_sensor import diagnosis_sensor  # noqa: E402
from orchestration.jobs import campaign_job, daily_job, diagnosis_job  # noqa: E402
from orchestration.opening import make_landing  # noqa: E402
from orchestration.partitions import first_receive_day, receive_days  # noqa: E402
from orchestration.resources import build_resources  # noqa: E402
from orchestration.schedules import build_daily_schedule  # noqa: E402
from orchestration.sensors import new_landing_files_sensor, published_follow_marts_sensor  # noqa: E402


def build_defs(
    home: Home | str | Path | None = None,
    resource_overrides: Mapping[str, Any] | None = None,
    *,
    project: Path = PROJECT_DIR,
    loggers: Mapping[str, dg.LoggerDefinition] | None = None,
) -> dg.Definitions:
    """All definitions over ``home`` (default: where the command line looks for it; it need not exist).

    ``resource_overrides`` replaces any resource by its key, for tests.
    """
    home = home if isinstance(home, Home) else find_home(home)
    settings = read_settings(home.settings_file) if home.settings_file.is_file() else Settings.model_validate({})
    first_day = first_receive_day(settings, make_landing(home, settings))
    manifest, days, zone = read_manifest(project), receive_days(settings, first_day), settings.time_zone
    return dg.Definitions(
        assets=[
            build_raw_assets(days),
            build_transformed_assets(manifest, days, zone),
            build_published_assets(publish_targets(manifest), days, zone),
            build_quarantine_asset(days),
            *build_taste_assets(days, zone),
            *build_recommendation_assets(days, zone),
            *build_ai_assets(days, zone),
            *build_segment_assets(days, zone),
            *build_campaign_assets(days, zone),
            *build_diagnosis_assets(days),
            *build_report_tables(manifest, publish_targets(manifest, reports=True), days, zone),
            *build_statistics_assets(days, zone),
            *build_report_assets(days, zone, manifest),
        ],
        jobs=[daily_job, campaign_job, diagnosis_job],
        schedules=[build_daily_schedule(zone)],
        sensors=[new_landing_files_sensor, published_follow_marts_sensor, campaign_sensor, diagnosis_sensor],
        resources={**build_resources(home, project), **(resource_overrides or {})},
        executor=dg.in_process_executor,
        loggers=loggers,
    )
