"""The sensor of campaigns as Dagster evaluates it."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import dagster as dg
import pytest

from connectors.home.member_key import read_secret
from connectors.home.paths import Home, make_home
from connectors.home.settings import read_settings
from connectors.store.campaign_states import CampaignState
from connectors.store.ledger.shapes import Occurrence
from connectors.store.store import Store
from orchestration.campaign_sensor import CAMPAIGN_BATCH_TAG, campaign_sensor
from orchestration.sensors import ATTEMPT_TAG

pytestmark = pytest.mark.feature("M4", "E2")
NOW = dt.datetime(2025, 10, 29, 2, 0, tzinfo=dt.UTC)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return make_home(tmp_path / "home")


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.instance_for_test() as made:
        yield made


def opened(home: Home) -> Store:
    return Store.open(home.ops_url, secret=read_secret(home), now=lambda: NOW)


def tick(home: Home, instance: dg.DagsterInstance, now: dt.datetime = NOW) -> dg.RunRequest | str:
    """The run that is asked for, or why there is none."""
    resources = {"home": home, "settings": read_settings(home.settings_file), "clock": lambda: now}
    with dg.build_sensor_context(instance=instance, resources=resources) as context:
        told = campaign_sensor(context)
    if isinstance(told, dg.SkipReason):
        return str(told.skip_message)
    assert isinstance(told, dg.SensorResult)
    (request,) = told.run_requests or []
    return request


def due(store: Store, name: str, at: dt.datetime) -> None:
    store.campaign_states.change(name, lambda old, now: CampaignState(name, "recurring", now, now, now, at, 1))


def record(instance: dg.DagsterInstance, request: dg.RunRequest, status: dg.DagsterRunStatus) -> None:
    @dg.job(name="campaign_job")
    def stand_in() -> None:
        pass

    instance.create_run_for_job(stand_in, tags=dict(request.tags), status=status)


def test_a_home_without_campaigns_asks_for_nothing(home: Home, instance: dg.DagsterInstance) -> None:
    assert tick(home, instance) == "there are no campaigns yet"
    with opened(home) as store:
        due(store, "later", NOW + dt.timedelta(hours=1))
    assert "nothing is due" in str(tick(home, instance))


def test_a_due_campaign_is_asked_for_once_on_the_shops_day(home: Home, instance: dg.DagsterInstance) -> None:
    with opened(home) as store:
        due(store, "cart-reminder", NOW)
    first, again = tick(home, instance), tick(home, instance)
    assert isinstance(first, dg.RunRequest)
    assert isinstance(again, dg.RunRequest)
    assert first.run_key == again.run_key
    assert first.partition_key == "2025-10-29"
    assert first.tags[ATTEMPT_TAG] == "1"
    record(instance, first, dg.DagsterRunStatus.STARTED)
    assert "under way" in str(tick(home, instance))


def test_a_run_that_did_nothing_is_asked_for_again_under_another_key(home: Home, instance: dg.DagsterInstance) -> None:
    with opened(home) as store:
        due(store, "cart-reminder", NOW)
    first = tick(home, instance)
    assert isinstance(first, dg.RunRequest)
    record(instance, first, dg.DagsterRunStatus.FAILURE)
    later = dt.datetime.now(dt.UTC) + dt.timedelta(minutes=5)  # Dagster stamps its records with the real time
    second = tick(home, instance, later)
    assert isinstance(second, dg.RunRequest)
    assert second.tags[CAMPAIGN_BATCH_TAG] == first.tags[CAMPAIGN_BATCH_TAG]
    assert second.tags[ATTEMPT_TAG] == "2"
    assert second.run_key != first.run_key


def test_a_send_that_can_go_on_is_asked_for(home: Home, instance: dg.DagsterInstance) -> None:
    with opened(home) as store:
        send = store.ledger.plan(Occurrence("welcome", 1, NOW, "push"))
        assert replace(send, state="planned") == send
    assert isinstance(tick(home, instance), dg.RunRequest)
