"""Sensor and schedule as Dagster evaluates them, and runs that died."""

import datetime as dt
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import dagster as dg
import pytest

from assets.loading import write_taken_in
from connectors.home.paths import Home
from connectors.home.settings import read_settings
from orchestration.jobs import daily_job
from orchestration.opening import make_landing
from orchestration.run_lock import (
    PROCESS_TAG,
    end_dead_runs,
    free_pool_slots,
    hold_run_lock,
    is_alive,
    process_identity,
)
from orchestration.schedules import build_daily_schedule
from orchestration.sensors import ATTEMPT_TAG, BATCH_TAG, new_landing_files_sensor


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.instance_for_test() as made:
        yield made


@pytest.fixture
def quiet_home(landed_home: Home, copy_of: Callable[[Home], Home]) -> Home:
    """Landing files that nobody has touched for an hour."""
    home = copy_of(landed_home)
    for path in home.landing.rglob("*.parquet"):
        os.utime(path, (time.time() - 3600,) * 2)
    return home


def tick(home: Home, instance: dg.DagsterInstance) -> object:
    settings = read_settings(home.settings_file)
    resources = {
        "home": home,
        "settings": settings,
        "landing": make_landing(home, settings),
    }
    with dg.build_sensor_context(instance=instance, resources=resources) as context:
        return new_landing_files_sensor(context)


def record_run(instance: dg.DagsterInstance, tags: dict[str, str], status: dg.DagsterRunStatus) -> dg.DagsterRun:
    @dg.job(name="daily_job")
    def stand_in() -> None:
        pass

    return instance.create_run_for_job(stand_in, tags=tags, status=status)


@pytest.mark.feature("M4")
def test_sensor_asks_once_and_waits_for_the_run(quiet_home: Home, instance: dg.DagsterInstance) -> None:
    result = tick(quiet_home, instance)
    assert isinstance(result, dg.SensorResult)
    (request,) = result.run_requests or []
    assert request.tags["dagster/asset_partition_range_start"] == "2025-09-01"
    assert request.partition_key_range is not None
    record_run(instance, dict(request.tags), dg.DagsterRunStatus.STARTED)
    assert isinstance(tick(quiet_home, instance), dg.SkipReason)


@pytest.mark.feature("M4")
def test_sensor_retries_a_failed_batch_under_a_new_key(quiet_home: Home, instance: dg.DagsterInstance) -> None:
    keys = []
    for _ in range(6):
        result = tick(quiet_home, instance)
        if isinstance(result, dg.SkipReason):
            break
        assert isinstance(result, dg.SensorResult)
        (request,) = result.run_requests or []
        keys.append(request.run_key)
        tags = {BATCH_TAG: request.tags[BATCH_TAG], ATTEMPT_TAG: request.tags[ATTEMPT_TAG]}
        record_run(instance, tags, dg.DagsterRunStatus.FAILURE)
    assert len(keys) == len(set(keys)) == 3


@pytest.mark.feature("M4")
def test_sensor_skips_what_was_taken_in(quiet_home: Home, instance: dg.DagsterInstance) -> None:
    files = [p.relative_to(quiet_home.landing).as_posix() for p in quiet_home.landing.rglob("0*.parquet")]
    write_taken_in(quiet_home, files, 1)
    assert isinstance(tick(quiet_home, instance), dg.SkipReason)


@pytest.mark.feature("M4")
def test_schedule_asks_for_yesterday_in_the_shops_zone(quiet_home: Home) -> None:
    settings = read_settings(quiet_home.settings_file)
    schedule = build_daily_schedule(settings.time_zone)
    resources = {"home": quiet_home, "settings": settings, "landing": make_landing(quiet_home, settings)}
    # 02:30 in Seoul on the 20th is still the 19th in UTC
    moment = dt.datetime(2025, 10, 19, 17, 30, tzinfo=dt.UTC)
    with dg.build_schedule_context(scheduled_execution_time=moment, resources=resources) as context:
        request = schedule(context)
    assert isinstance(request, dg.RunRequest)
    assert request.run_key == "2025-10-19"
    assert request.tags["dagster/asset_partition_range_end"] == "2025-10-19"
    assert schedule.execution_timezone == "Asia/Seoul"
    assert schedule.job_name == daily_job.name


@pytest.mark.feature("M4")
def test_a_run_whose_process_is_gone_is_ended(instance: dg.DagsterInstance) -> None:
    done = subprocess.Popen([sys.executable, "-c", ""])
    identity = process_identity(done.pid)
    done.wait()
    dead = record_run(instance, {PROCESS_TAG: identity}, dg.DagsterRunStatus.STARTED)
    living = record_run(instance, {PROCESS_TAG: process_identity()}, dg.DagsterRunStatus.STARTED)
    assert end_dead_runs(instance) == [dead.run_id]
    run = instance.get_run_by_id(dead.run_id)
    assert run is not None
    assert run.status == dg.DagsterRunStatus.FAILURE
    run = instance.get_run_by_id(living.run_id)
    assert run is not None
    assert run.status == dg.DagsterRunStatus.STARTED


@pytest.mark.feature("M4")
def test_slots_of_other_runs_are_freed(instance: dg.DagsterInstance) -> None:
    storage = instance.event_log_storage
    storage.set_concurrency_slots("warehouse", 1)
    claimed = storage.claim_concurrency_slot("warehouse", "dead-run", "step")
    assert claimed.is_claimed
    free_pool_slots(instance, "my-run")
    assert storage.claim_concurrency_slot("warehouse", "my-run", "step").is_claimed


@pytest.mark.feature("M4")
def test_process_identity_tells_processes_apart() -> None:
    assert is_alive(process_identity())
    host, pid, started = process_identity().rsplit("/", 2)
    assert not is_alive(f"{host}/{pid}/{int(started or 0) + 1}")
    assert is_alive(f"another-machine/{pid}/0")


@pytest.mark.feature("M4")
def test_the_lock_is_taken_once_by_a_process(tmp_path: Path) -> None:
    home = Home(tmp_path)
    with hold_run_lock(home, purpose="outer"), hold_run_lock(home, purpose="inner", wait=False):
        pass
    with hold_run_lock(home, purpose="again", wait=False):
        pass


@pytest.mark.feature("M4")
def test_a_published_table_follows_a_mart_that_was_built_alone() -> None:
    from assets.published import follow_the_mart

    days = dg.DailyPartitionsDefinition("2025-01-01", end_offset=1)

    @dg.asset(partitions_def=days)
    def mart() -> None: ...

    @dg.asset(partitions_def=days, deps=[mart], automation_condition=follow_the_mart())
    def table() -> None: ...

    definitions = dg.Definitions([mart, table])
    with dg.DagsterInstance.ephemeral() as instance:
        before = dg.evaluate_automation_conditions(definitions, instance)
        assert before.total_requested == 0
        for day in ("2025-01-03", "2025-01-04"):
            dg.materialize([mart], partition_key=day, instance=instance)
        alone = dg.evaluate_automation_conditions(definitions, instance, cursor=before.cursor)
        assert alone.get_requested_partitions(table.key) == {"2025-01-03", "2025-01-04"}
        dg.materialize([mart, table], partition_key="2025-01-05", instance=instance)
        both = dg.evaluate_automation_conditions(definitions, instance, cursor=alone.cursor)
        assert "2025-01-05" not in both.get_requested_partitions(table.key)
