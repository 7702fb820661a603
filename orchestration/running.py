"""One run from the command line: plan, execute, say what came of it.

Belongs here: the order of these things under the run lock. Does not belong here: planning (``planning``), the lines on
the terminal (``progress``), reading arguments (``cli``).
"""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from assets import taste_unfinished
from assets.ai_targets import unfinished as ai_unfinished
from assets.attribution import unfinished as reports_unfinished
from assets.attribution.statistics_unfinished import why_statistics_unfinished
from assets.building import why_full_refresh
from assets.recommendations import unfinished as recommendations_unfinished
from assets.segments import unfinished as segments_unfinished
from connectors.home.paths import Home
from connectors.home.settings import Settings
from connectors.published.tables import PublishedTables
from connectors.published.targets import publish_targets
from connectors.warehouse.database import Warehouse
from connectors.warehouse.dbt_vars import dbt_vars
from connectors.warehouse.fingerprint import shaping_fingerprint
from connectors.warehouse.ledger import BuildState, read_build, read_load_seq, read_taken_in
from connectors.warehouse.report_state import ReportState, read_report_state
from orchestration.dbt_project import PROJECT_DIR, read_manifest
from orchestration.partitions import first_receive_day
from orchestration.pending import find_pending
from orchestration.planning import DayRange, range_of, requested_range


class RunError(Exception):
    """The run can not be started as asked; the message says why."""


@dataclass(frozen=True)
class Wish:
    """What was asked for on the command line."""

    first: dt.date | None = None
    last: dt.date | None = None
    select: str | None = None
    full_refresh: bool = False

    @property
    def is_default(self) -> bool:
        return self == Wish()


@dataclass(frozen=True)
class Plan:
    """The days to run and the reason; ``days`` is None when nothing is to be done. ``goes_on``: files of later days
    wait for a run of their own."""

    days: DayRange | None
    reason: str
    goes_on: bool = False


def make_plan(home: Home, settings: Settings, wish: Wish, today: dt.date, say: Callable[[str], None]) -> Plan:
    """What this run has to do: the days asked for, else those of pending files, else what an earlier run left undone.

    Opens the warehouse: call it under the run lock.
    """
    from orchestration.opening import make_landing, make_published

    warehouse = Warehouse(home.warehouse, home.scratch, settings.memory_limit, say=say)
    with warehouse.connect() as connection:
        taken_in, load_seq = read_taken_in(connection), read_load_seq(connection)
        build, reports = read_build(connection), read_report_state(connection)
    landing = make_landing(home, settings)
    pending, first_day = find_pending(home, landing, taken_in), first_receive_day(settings, landing)
    days = range_of(pending, first_day, today)
    if not wish.is_default:
        try:
            asked = requested_range(wish.first, wish.last, days, settings.first_day, today)
            return Plan(asked.not_before(first_day), "as asked")
        except ValueError as error:
            raise RunError(str(error)) from error
    if days is not None:
        now = [file for file in pending if file.day <= days.last]
        return Plan(days, f"{len(now):,} landing files are waiting", goes_on=len(now) < len(pending))
    unfinished = _unfinished(home, load_seq, build, reports, make_published(home, settings), settings, today)
    return Plan(DayRange(today, today) if unfinished else None, unfinished or "nothing new in the landing zone")


def _unfinished(
    home: Home,
    load_seq: int,
    build: BuildState,
    reports: ReportState,
    published: PublishedTables,
    settings: Settings,
    today: dt.date,
) -> str | None:
    """What is left to do although no file is waiting, or None."""
    if load_seq == 0:
        return None  # nothing was ever taken in
    manifest = read_manifest(PROJECT_DIR)
    if reason := why_full_refresh(build, shaping_fingerprint(manifest, dbt_vars(settings)), asked=False):
        return reason
    if build.load_seq < load_seq:
        return "the previous run ended before all tables were built"
    for target in publish_targets(manifest):
        current = published.current(target.table)
        if current is None or current.load_seq < load_seq:
            return "the previous run ended before all tables were published"
    return (
        taste_unfinished.why_unfinished(home, published, settings.taste)
        or recommendations_unfinished.why_unfinished(home, published, settings)
        or ai_unfinished.why_unfinished(home, published, settings, today)
        or segments_unfinished.why_unfinished(home, published, settings, today)
        or reports_unfinished.why_unfinished(home, published, settings, manifest, reports, load_seq)
        or why_statistics_unfinished(home, published, settings)
    )


def execute(home: Home, wish: Wish, days: DayRange, progress: Any) -> bool:
    """Run the graph for ``days`` in this process; everything it says is in ``progress``. True when all went well."""
    import dagster as dg

    from orchestration.assembly import build_defs
    from orchestration.instance import open_instance
    from orchestration.jobs import DAILY_JOB
    from orchestration.progress import LOGGER_KEY, progress_logger
    from orchestration.run_lock import PROCESS_TAG, process_identity
    from orchestration.sensors import range_tags

    definitions = build_defs(home, loggers={LOGGER_KEY: progress_logger(progress)})
    job = definitions.resolve_job_def(DAILY_JOB)
    selected = _selected(definitions, wish.select)
    with open_instance(home) as instance:
        result = job.execute_in_process(
            instance=instance,
            asset_selection=selected,
            run_config=_run_config(definitions, wish, selected, LOGGER_KEY),
            tags={PROCESS_TAG: process_identity(), "dagster/max_retries": "0", **range_tags(days)},
            raise_on_error=False,
        )
        if not result.success and not progress.failures:
            progress.failures.append(f"run {result.run_id[:8]}: see its log in `dangol dev`")
    checks = [e for e in result.get_asset_check_evaluations() if not e.passed]
    return bool(result.success) and all(e.severity != dg.AssetCheckSeverity.ERROR for e in checks)


def _selected(definitions: Any, select: str | None) -> Any:
    """Asset keys of ``--select``; None for all. Raises :class:`RunError` when it selects nothing."""
    if select is None:
        return None
    import dagster as dg

    graph = definitions.resolve_asset_graph()
    known = ", ".join(sorted(key.to_user_string() for key in graph.materializable_asset_keys))
    try:
        keys = dg.AssetSelection.from_string(select).resolve(graph)
    except dg.DagsterInvalidSubsetError as error:
        raise RunError(f"--select {select!r} selects nothing; there are: {known}") from error
    except dg.DagsterError as error:
        raise RunError(f"--select {select!r} can not be read: {error}") from error
    if not keys:
        raise RunError(f"--select {select!r} selects nothing; there are: {known}")
    return sorted(keys)


def _run_config(definitions: Any, wish: Wish, selected: Any, logger: str) -> Mapping[str, Any]:
    config: dict[str, Any] = {"loggers": {logger: {}}}
    if wish.full_refresh:
        if selected is not None and all(key.path[0] in ("raw", "published") for key in selected):
            raise RunError("--full-refresh builds the models of dbt again: --select has none of them")
        config["ops"] = {step: {"config": {"full_refresh": True}} for step in _dbt_steps(definitions, selected)}
    return config


def _dbt_steps(definitions: Any, selected: Any) -> list[str]:
    """Of the steps that run dbt those with something to build."""
    from assets import transformed
    from assets.attribution import dbt_step

    names = (transformed.STEP, dbt_step.STEP)
    if selected is None:
        return list(names)
    steps = {asset.op.name: asset.keys for asset in definitions.assets if hasattr(asset, "keys")}
    return [name for name in names if not steps[name].isdisjoint(selected)]
