"""Resources: what the assets are given to work with, made from the home when a run starts.

Belongs here: wiring of connectors into Dagster, the run lock as a resource. Does not belong here: the connectors.
Nothing is opened while the code location loads, so that it loads without a home.
"""

import datetime as dt
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import dagster as dg
from dagster_dbt import DbtCliResource
from packaging import version

from connectors.home.paths import Home, open_home
from connectors.home.settings import Settings, read_settings
from connectors.published.tables import PublishedTables
from connectors.warehouse.database import Warehouse
from orchestration.campaign_resources import campaign_resources
from orchestration.opening import make_landing, make_published
from orchestration.run_lock import PROCESS_TAG, end_dead_runs, free_pool_slots, hold_run_lock, process_identity


class WatchedDbt(DbtCliResource):
    """dbt in a process that ends with its parent, without the two detours that dagster-dbt takes before each command:
    asking ``dbt --version`` and loading an adapter to count rows with (which would keep the warehouse locked)."""

    @property
    def _cli_version(self) -> version.Version:
        from dbt.version import __version__

        return version.parse(__version__)

    def _initialize_dbt_core_adapter(self, args: Any) -> Any:
        return None


def make_dbt(project: Path) -> DbtCliResource:
    """dbt of ``project``, started through :mod:`orchestration.dbt_child`."""
    return WatchedDbt(
        project_dir=str(project),
        profiles_dir=str(project),
        dbt_executable=sys.executable,
        global_config_flags=["-m", "orchestration.dbt_child", "--no-use-colors"],
    )


def _run_lock(home: Home) -> dg.ResourceDefinition:
    """The run lock as a resource: taken before the first step, given back after the last."""

    @dg.resource(description="The home's run lock, held from the first step to the last")
    def run_lock_resource(context: dg.InitResourceContext) -> Iterator[None]:
        run = context.run
        with hold_run_lock(
            open_home(home.root), purpose=f"run {run.run_id[:8]}" if run else "a run", say=_say(context)
        ):
            if run is not None and context.instance is not None:
                end_dead_runs(context.instance, _say(context))
                free_pool_slots(context.instance, run.run_id)
                context.instance.add_run_tags(run.run_id, {PROCESS_TAG: process_identity()})
            shutil.rmtree(home.scratch / "duckdb", ignore_errors=True)  # spill files of a killed run
            yield None

    return run_lock_resource


def build_resources(home: Home, project: Path) -> Mapping[str, Any]:
    """All resources by key, over the home's folder."""

    @dg.resource(description="The home: where the shop's state lies")
    def home_resource(_: dg.InitResourceContext) -> Home:
        return open_home(home.root)

    @dg.resource(description="shop.yaml as it is when the run starts")
    def settings_resource(_: dg.InitResourceContext) -> Settings:
        return read_settings(open_home(home.root).settings_file)

    @dg.resource(description="Landing zone", required_resource_keys={"settings"})
    def landing_resource(context: dg.InitResourceContext) -> Any:
        return make_landing(home, context.resources.settings)

    @dg.resource(description="warehouse.duckdb", required_resource_keys={"settings", "run_lock"})
    def warehouse_resource(context: dg.InitResourceContext) -> Warehouse:
        limit = context.resources.settings.memory_limit
        return Warehouse(home.warehouse, home.scratch, limit, say=_say(context))

    @dg.resource(description="Published tables", required_resource_keys={"settings", "run_lock"})
    def published_resource(context: dg.InitResourceContext) -> PublishedTables:
        return make_published(home, context.resources.settings)

    @dg.resource(description="The clock: UTC now")
    def clock_resource(_: dg.InitResourceContext) -> Callable[[], dt.datetime]:
        return lambda: dt.datetime.now(dt.UTC)

    return {
        "clock": clock_resource,
        "home": home_resource,
        "settings": settings_resource,
        "landing": landing_resource,
        "run_lock": _run_lock(home),
        "warehouse": warehouse_resource,
        "published": published_resource,
        "dbt": make_dbt(project),
        **campaign_resources(),
    }


def _say(context: dg.InitResourceContext) -> Callable[[str], None]:
    def say(text: str) -> None:
        if context.log is not None:
            context.log.info(text)

    return say
