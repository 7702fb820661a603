"""Running dbt as a step of the graph: how models become assets, the command, what is told of each model.

Belongs here: what both steps that run dbt share. Does not belong here: which models a step builds (``transformed``,
``attribution.dbt_step``), when a full refresh is due.
"""

import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, DagsterDbtTranslatorSettings, DbtCliResource
from dagster_dbt.errors import DagsterDbtCliRuntimeError

from assets.building import environment
from assets.common import (
    OWNERS,
    morning_freshness,
    present,
    preview,
    show_once,
    window_metadata,
)
from connectors.home.paths import Home
from connectors.home.settings import Settings
from connectors.published.targets import folder_of
from connectors.warehouse.database import Warehouse
from connectors.warehouse.dbt_vars import dbt_arguments, dbt_environment
from connectors.warehouse.errors import WarehouseBusy
from connectors.warehouse.ledger import table_exists

_DBT_ERRORS = "Errors parsed from dbt logs:"
_SLOW_SECONDS = 5.0  # a model that takes longer is named while the others are still being built


class BuildConfig(dg.Config):
    """What a person may ask of one run."""

    full_refresh: bool = False


class Translator(DagsterDbtTranslator):
    """dbt model to asset: key = [schema, model], group = folder, description and owner from the project."""

    def __init__(self, deadline_zone: str) -> None:
        super().__init__(DagsterDbtTranslatorSettings(enable_duplicate_source_asset_keys=True))
        self._deadline_zone = deadline_zone

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str | None:
        return "raw" if dbt_resource_props["resource_type"] == "source" else folder_of(dbt_resource_props)

    def get_owners(self, dbt_resource_props: Mapping[str, Any]) -> Sequence[str] | None:
        return super().get_owners(dbt_resource_props) or OWNERS

    def get_description(self, dbt_resource_props: Mapping[str, Any]) -> str:
        described = dbt_resource_props.get("description")
        return described or f"{dbt_resource_props['resource_type']} {dbt_resource_props['name']} of the dbt project"

    def get_tags(self, dbt_resource_props: Mapping[str, Any]) -> Mapping[str, str]:
        layer = dbt_resource_props.get("config", {}).get("schema") or "staging"
        return {"layer": layer, **super().get_tags(dbt_resource_props)}

    def get_asset_spec(self, manifest: Mapping[str, Any], unique_id: str, project: Any) -> dg.AssetSpec:
        spec = super().get_asset_spec(manifest, unique_id, project)
        props = self.get_resource_props(manifest, unique_id)
        spec = spec.replace_attributes(kinds={"dbt", "duckdb", _kind(props)})
        if spec.key.path[0] == "marts":  # what people read is to be there when they come to work
            spec = dg.apply_freshness_policy(spec, morning_freshness(self._deadline_zone))
        return spec


def _kind(props: Mapping[str, Any]) -> str:
    materialized = str(props.get("config", {}).get("materialized") or "table")
    return "view" if materialized == "view" else "table"


def run_dbt(
    context: dg.AssetExecutionContext,
    dbt: DbtCliResource,
    home: Home,
    settings: Settings,
    warehouse: Warehouse,
    manifest: Mapping[str, Any],
    *,
    full_refresh: bool,
) -> Iterator[Any]:
    """dbt's events. Materialisations wait until dbt has let go of the warehouse, so that rows can be counted."""
    outputs: list[dg.Output[None]] = []
    failure: DagsterDbtCliRuntimeError | None = None
    arguments = dbt_arguments(settings, full_refresh=full_refresh)
    with environment(dbt_environment(home, settings)):
        invocation = dbt.cli(arguments, context=context, target_path=home.dbt / "target")
    try:
        for event in invocation.stream():
            if isinstance(event, dg.Output):
                outputs.append(event)
                _tell_slow(context, event)
            else:
                yield event
    except DagsterDbtCliRuntimeError as error:
        failure = error
    finally:
        _end(invocation.process)
    yield from _with_row_counts(context, warehouse, manifest, outputs)
    if failure is not None:
        raise _told_apart(failure, home)


def _end(process: "subprocess.Popen[bytes]") -> None:
    """Make sure that dbt is gone: one that nobody listens to any more would wait with the warehouse locked."""
    if process.poll() is None:
        process.kill()
        process.wait()
    if process.stdout is not None:
        process.stdout.close()


def _tell_slow(context: dg.AssetExecutionContext, event: "dg.Output[None]") -> None:
    duration = event.metadata.get("Execution Duration")
    seconds = float(duration.value) if isinstance(duration, dg.FloatMetadataValue) and duration.value else 0.0
    if seconds >= _SLOW_SECONDS:
        context.log.info(f"{event.output_name.replace('__', '.', 1)} built in {seconds:.1f} s")


def _with_row_counts(
    context: dg.AssetExecutionContext,
    warehouse: Warehouse,
    manifest: Mapping[str, Any],
    outputs: Sequence["dg.Output[None]"],
) -> Iterator["dg.Output[None]"]:
    """The outputs with row count, window and preview. A view costs a scan to count: its published table has them."""
    window = window_metadata(context)
    with warehouse.connect(say=context.log.info) as connection:
        for output in outputs:
            node = manifest["nodes"][str(output.metadata["unique_id"].value)]
            told: dict[str, dg.MetadataValue] = {}
            if node["config"]["materialized"] != "view" and table_exists(connection, _name(node)):
                relation = f'"{node["schema"]}"."{node["alias"]}"'
                row = connection.execute(f"SELECT count(*) FROM {relation}").fetchone()
                told = {"dagster/row_count": dg.MetadataValue.int(int(row[0]) if row else 0)}
                show_once(context, dg.AssetKey(_key(node)), present({"preview": preview(connection, relation)}))
            yield output.with_metadata({**output.metadata, **window, **told})


def _name(node: Mapping[str, Any]) -> str:
    return f"{node['schema']}.{node['alias']}"


def _key(node: Mapping[str, Any]) -> list[str]:
    return [node["config"]["schema"], node["name"]] if node["config"].get("schema") else [node["name"]]


def _told_apart(error: DagsterDbtCliRuntimeError, home: Home) -> Exception:
    """Another process in the warehouse passes by itself; a failing model or test does not."""
    if "Could not set lock on file" in str(error):
        return WarehouseBusy(str(error))
    log = home.dbt / "target" / "dbt.log"
    said = str(error).rpartition(_DBT_ERRORS)[2].strip()  # without the command line, when dbt said what is wrong
    return dg.Failure(
        description=f"dbt could not build everything; its log is {log}\n{said}",
        metadata={"log": dg.MetadataValue.path(str(log)), "failed_at": time.strftime("%Y-%m-%d %H:%M:%S")},
        allow_retries=False,
    )
