"""The daily diagnosis as Dagster and the command line send it: when it is due, the run, what is told."""

import datetime as dt
from collections.abc import Iterator, Sequence
from pathlib import Path
from zoneinfo import ZoneInfo

import dagster as dg
import duckdb
import pytest
import typer
import yaml
from typer.testing import CliRunner

from assets.reports.diagnosis_step import build_diagnosis_assets
from connectors.home.member_key import read_secret
from connectors.home.paths import Home, make_home
from connectors.home.settings import read_settings
from connectors.published.tables import PublishedTables
from connectors.store.store import Store
from orchestration.cli.report_diagnosis import diagnosis_template, send_diagnosis
from orchestration.cli.words import CommandError
from orchestration.dbt_project import PROJECT_DIR
from orchestration.diagnosis_planning import diagnosis_time, why_not_due
from orchestration.diagnosis_sensor import diagnosis_sensor
from orchestration.jobs import DIAGNOSIS_JOB, diagnosis_job
from orchestration.partitions import receive_days
from orchestration.resources import build_resources
from tests.diagnosis_by_hand import DAY, PHONES, tables

pytestmark = pytest.mark.feature("I6")
SEOUL = ZoneInfo("Asia/Seoul")
MORNING = dt.datetime(2025, 10, 31, 8, 30, tzinfo=SEOUL).astimezone(dt.UTC)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A shop with a channel and two marketers, whose tables are there."""
    made = make_home(tmp_path / "home")
    marketers = [{"name": "김마케터", "phone": PHONES[0]}, {"name": "이담당", "phone": PHONES[1]}]
    text = yaml.safe_dump({"mall_name": "단골샵", "reports": {"marketers": marketers}}, allow_unicode=True)
    made.settings_file.write_text(text, encoding="utf-8")
    with duckdb.connect() as connection:
        for name, frame in tables().items():
            connection.register("frame", frame.to_arrow())
            PublishedTables(made).publish_full(name, connection, "SELECT * FROM frame")
    return made


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.instance_for_test() as made:
        yield made


def tick(home: Home, instance: dg.DagsterInstance, now: dt.datetime = MORNING) -> dg.RunRequest | str:
    resources = {"home": home, "settings": read_settings(home.settings_file), "clock": lambda: now}
    with dg.build_sensor_context(instance=instance, resources=resources) as context:
        told = diagnosis_sensor(context)
    if isinstance(told, dg.SkipReason):
        return str(told.skip_message)
    assert isinstance(told, dg.SensorResult)
    (request,) = told.run_requests or []
    return request


def command(home: Home, *arguments: str) -> str:
    app = typer.Typer()
    app.command("send-diagnosis")(send_diagnosis)
    app.command("diagnosis-template")(diagnosis_template)
    done = CliRunner().invoke(app, [*arguments, "--home", str(home.root)])
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.output


def apply_documents(home: Home) -> None:
    """What the guide says to do: a channel, and the printed template with the vendor's approval."""
    document = yaml.safe_load(command(home, "diagnosis-template"))
    document["alimtalk"]["inspection"] = {"state": "approved"}
    with Store.open(home.ops_url, secret=read_secret(home), now=lambda: MORNING) as store:
        store.senders.apply([{"id": "@shop", "name": "채널", "kind": "kakao", "address": "@shop", "state": "approved"}])
        store.templates.apply([document])


@pytest.mark.parametrize(
    ("now", "named", "reserved", "unready", "told"),
    [
        ("08:29", True, False, None, "is due at"), ("08:30", True, False, None, None),
        ("20:29", True, False, None, None), ("20:30", True, False, None, "too late"),
        ("09:00", False, False, None, "nobody"), ("09:00", True, True, None, "reserved before"),
        ("09:00", True, False, "no row", "no row"),
    ],
)  # fmt: skip
def test_it_is_due_from_its_time_of_day_for_twelve_hours_once_its_tables_are_there(
    now: str, named: bool, reserved: bool, unready: str | None, told: str | None
) -> None:
    moment = dt.datetime.combine(DAY + dt.timedelta(days=1), dt.time.fromisoformat(now), SEOUL)
    time = diagnosis_time(moment.astimezone(dt.UTC), SEOUL, "08:30", dt.timedelta(hours=12))
    assert time.day == DAY
    found = why_not_due(time, is_anybody_named=named, is_reserved=reserved, why_not_ready=lambda: unready)
    assert found is None if told is None else told in str(found)


@pytest.mark.feature("M4")
def test_the_run_that_the_sensor_asks_for_sends_it_once_and_no_number_reaches_dagster(
    home: Home, instance: dg.DagsterInstance
) -> None:
    assert "is due at" in str(tick(home, instance, MORNING - dt.timedelta(minutes=1)))
    apply_documents(home)
    first, again = tick(home, instance), tick(home, instance)
    assert isinstance(first, dg.RunRequest)
    assert isinstance(again, dg.RunRequest)
    assert (first.run_key, first.partition_key) == (again.run_key, "2025-10-31")
    overrides = {"clock": dg.ResourceDefinition.hardcoded_resource(lambda: MORNING)}
    days = receive_days(read_settings(home.settings_file), dt.date(2025, 10, 1))
    definitions = dg.Definitions(
        build_diagnosis_assets(days),
        jobs=[diagnosis_job],
        resources={**build_resources(home, PROJECT_DIR), **overrides},
    )
    job = definitions.resolve_job_def(DIAGNOSIS_JOB)
    result = job.execute_in_process(instance=instance, partition_key="2025-10-31", run_config=first.run_config)
    assert result.success
    (made,) = result.asset_materializations_for_node("send_diagnosis")
    assert made.metadata["outcomes"].value == "delivered 2"
    assert "was reserved before" in str(tick(home, instance, MORNING + dt.timedelta(minutes=1)))
    told = " ".join(str(entry.to_json()) for entry in instance.all_logs(result.run_id))
    assert not any(digits in told for phone in PHONES for digits in (phone, phone.replace("-", "")[1:]))


def test_the_command_shows_the_message_sends_it_once_and_tells_what_became_of_it(home: Home) -> None:
    with pytest.raises(CommandError, match="diagnosis-template"):
        command(home, "send-diagnosis")
    apply_documents(home)
    shown = command(home, "send-diagnosis", "--dry-run")
    assert "받을 사람: 김마케터, 이담당" in shown
    assert "[단골샵] 일일 진단 리포트" in shown
    sent = command(home, "send-diagnosis", "--day", "2025-10-30")
    assert "2명에게 보냅니다" in sent
    assert _cells(sent, ("김마케터", "이담당")) == [["김마케터", "도착", "0000"], ["이담당", "도착", "0000"]]
    assert "두 번 보내지 않습니다" in command(home, "send-diagnosis")
    assert not any(phone[-4:] in shown + sent for phone in PHONES)
    with pytest.raises(CommandError, match="2025-10-30 같은 날짜"):
        command(home, "send-diagnosis", "--day", "yesterday")
    with pytest.raises(CommandError, match="nothing is known of 2024-01-01"):
        command(home, "send-diagnosis", "--day", "2024-01-01")


def _cells(told: str, names: Sequence[str]) -> list[list[str]]:
    return [line.split() for line in told.splitlines() if line.startswith(tuple(names))]
