"""`dangol play`: the simulated shop's last days with its campaigns, through the real graph, ledger, vendors and links.

The tables of the home lie up to the last day already, as when a play was killed once they were made: what is tested is
the play, and the runs that make tables have tests of their own.
"""

import datetime as dt
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from connectors.home.paths import Home
from connectors.home.settings import read_settings
from orchestration.opening import make_landing, make_published
from orchestration.playing.clock import MovedClock
from orchestration.playing.customers import Customers
from orchestration.playing.days import Play, read_scenario
from orchestration.playing.opening import PlayError

pytestmark = [pytest.mark.feature("M5", "G2", "E2"), pytest.mark.xdist_group("play")]
DAYS = 1


class Killed(Exception):
    """Stands for the end of the process."""


def _tables_made(home: Home) -> Home:
    scenario = read_scenario(home)
    folder = home.truth / "play"
    folder.mkdir()
    told = {"days": DAYS, "tables": str(scenario.date_of(scenario.days - 1)), "at": ""}
    (folder / "progress.json").write_text(json.dumps(told), encoding="utf-8")
    return home


def _play(home: Home) -> list[str]:
    lines: list[str] = []
    assert Play(home, read_settings(home.settings_file), DAYS, lines.append).run(), lines
    return lines


def _landed(home: Home) -> pl.DataFrame:
    """Events that the play brought."""
    landing = make_landing(home, read_settings(home.settings_file))
    events = pl.concat([pl.read_parquet(file.path) for file in landing.files("events")])
    is_new = (pl.col("source") == "tracked_links") | pl.col("event_id").str.starts_with("m7-")
    return events.filter(is_new).sort("event_id")


@pytest.fixture(scope="module")
def played(ran_home: Home, tmp_path_factory: pytest.TempPathFactory) -> tuple[Home, list[str]]:
    """A home after an undisturbed play, and what the play said. Read only."""
    home = Home(tmp_path_factory.mktemp("played") / "home")
    shutil.copytree(ran_home.root, home.root, symlinks=True)
    return _tables_made(home), _play(home)


def test_campaigns_of_every_kind_go_out_and_customers_respond(played: tuple[Home, list[str]]) -> None:
    home, lines = played
    published = make_published(home, read_settings(home.settings_file))
    sends = published.scan("sends").collect()
    assert set(sends["campaign_id"]) >= {"demo-season-push", "demo-welcome"}
    assert set(sends["state"]) == {"finished"}
    responses = pl.read_parquet(home.truth / "responses.parquet")
    deliveries = published.scan("deliveries").filter(pl.col("state").is_in(["accepted", "delivered"])).collect()
    assert responses.select("send_id", "customer_key").is_unique().all()
    assert responses.join(deliveries, on=["send_id", "customer_key"], how="anti").is_empty()
    assert responses["opened"].any()
    clicks = _landed(home).filter(pl.col("event_name") == "message_click")
    assert len(clicks) == responses["clicked"].sum() > 0
    assert clicks["member_key"].is_in(responses.filter("clicked")["customer_key"].implode()).all()
    assert sum("sandbox" in line for line in lines) == 1
    assert any("demo-season-push" in line for line in lines)


def test_what_was_planted_is_told_by_campaign(played: tuple[Home, list[str]]) -> None:
    truth = played[0].truth
    responses, campaigns = pl.read_parquet(truth / "responses.parquet"), pl.read_parquet(truth / "campaigns.parquet")
    assert campaigns["delivered"].sum() == len(responses)
    assert campaigns["caused_orders"].sum() == responses["order_id"].count()
    assert not {"name", "phone", "email", "push_token", "member_id"} & set(responses.columns)
    kept = pl.read_ndjson(truth / "play" / "inbox.ndjson")
    assert set(kept.columns) == {"send_no", "seq", "customer", "channel", "at", "codes", "pixel"}


def test_a_play_that_is_killed_goes_on_and_ends_the_same(
    played: tuple[Home, list[str]], ran_home: Home, copy_of: Callable[[Home], Home], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed before and after a day's responses landed, and asked again when it is over."""
    home, respond, calls = _tables_made(copy_of(ran_home)), Customers.respond, iter((1, 2))

    def dies(customers: Customers, day: dt.date, messages: pl.DataFrame) -> pl.DataFrame:
        call = next(calls, 0)
        if call == 1:
            raise Killed
        found = respond(customers, day, messages)
        if call == 2:
            raise Killed
        return found

    monkeypatch.setattr(Customers, "respond", dies)
    for _ in range(2):
        with pytest.raises(Killed):
            _play(home)
    _play(home)
    again = _play(home)
    assert "nothing was added" in again[0]
    # the home's secret is the same, so that codes, keys and links are
    assert pl.read_parquet(home.truth / "responses.parquet").equals(
        pl.read_parquet(played[0].truth / "responses.parquet")
    )
    assert _landed(home).equals(_landed(played[0]))


def test_a_shop_whose_days_are_over_is_left_alone(ran_home: Home, copy_of: Callable[[Home], Home]) -> None:
    home = copy_of(ran_home)
    lines = _play(home)
    assert "can only be played before" in lines[0]
    assert not (home.truth / "play").exists()


def test_only_a_simulated_shop_can_be_played(tmp_path: Path, ran_home: Home) -> None:
    with pytest.raises(PlayError, match="dangol demo"):
        read_scenario(Home(tmp_path))
    with pytest.raises(PlayError, match="--days 3"):
        Play(ran_home, read_settings(ran_home.settings_file), 3, print)
    settings = read_settings(ran_home.settings_file)
    live = settings.model_copy(update={"messages": settings.messages.model_copy(update={"vendors": "live"})})
    with pytest.raises(PlayError, match="live"):
        Play(ran_home, live, DAYS, print).run()


def test_the_clock_moves_by_what_is_waited_and_never_back() -> None:
    start = dt.datetime(2025, 10, 30, 9, tzinfo=dt.UTC)
    clock = MovedClock(start)
    clock.sleep(1.5)
    clock.move_to(start)
    assert clock() == start + dt.timedelta(seconds=1.5)
    clock.move_to(start + dt.timedelta(hours=1))
    assert clock() == start + dt.timedelta(hours=1)
