"""A taste run that ends early anywhere is done again with the same result, and nothing published is lost."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

from assets.taste_history import SCHEMAS
from assets.taste_unfinished import why_unfinished
from connectors.lake import tables as lake_module
from connectors.lake.errors import LakeError
from connectors.published.errors import PublishError
from connectors.published.tables import PublishedTables
from tests.assets.cutting import Cut, CutAt
from tests.assets.taste_home import TABLES, TasteHome, clear_products, clear_views, day, until

pytestmark = pytest.mark.feature("M4")
VIEWS, PRODUCTS = clear_views(), clear_products()
WRITTEN = 7  # tables of the lake


@pytest.fixture(scope="module")
def due(first_day: TasteHome, tmp_path_factory: pytest.TempPathFactory) -> TasteHome:
    """A home whose second day is to be run. Read only."""
    home = first_day.copy(tmp_path_factory.mktemp("due") / "home")
    home.publish(until(VIEWS, 31), PRODUCTS)
    return home


@pytest.fixture(scope="module")
def undisturbed(due: TasteHome, tmp_path_factory: pytest.TempPathFactory) -> TasteHome:
    home = due.copy(tmp_path_factory.mktemp("undisturbed") / "home")
    home.run()
    return home


@pytest.fixture
def home(due: TasteHome, tmp_path: Path) -> TasteHome:
    return due.copy(tmp_path / "home")


def published(home: TasteHome) -> dict[str, pl.DataFrame]:
    return {table: home.read(table) for table in SCHEMAS}


def assert_equal(home: TasteHome, other: TasteHome) -> None:
    assert home.in_the_lake() == other.in_the_lake()
    for table, rows in published(home).items():
        assert rows.equals(published(other)[table]), table


def assert_the_day_is_there_whole_or_not_at_all(home: TasteHome) -> None:
    home.lake.finish_writing()
    has = {table: day(31) in home.lake.days(table) for table in TABLES}
    assert len(set(has.values())) == 1, has


@pytest.mark.parametrize("place", ["before", "writing 3", "moving 0", "moving 4", "forgetting"])
def test_a_run_cut_off_at_any_write_ends_as_an_undisturbed_one(
    home: TasteHome, undisturbed: TasteHome, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    before = published(home)
    what, _, number = place.partition(" ")
    with monkeypatch.context() as patch:
        if what == "before":
            patch.setattr(lake_module.LakeTables, "write_together", CutAt(None, 0))
        elif what == "writing":
            patch.setattr(lake_module, "sync", CutAt(lake_module.sync, int(number)))
        elif what == "moving":
            patch.setattr(lake_module, "move", CutAt(lake_module.move, int(number)))
        else:
            patch.setattr(lake_module.LakeTables, "remove_days_before", CutAt(None, 0))
        with pytest.raises(Cut):
            home.run()
    assert all(rows.equals(before[table]) for table, rows in published(home).items())
    assert why_unfinished(home.home, home.published, home.settings.taste) is not None
    assert_the_day_is_there_whole_or_not_at_all(home)
    home.run()
    assert_equal(home, undisturbed)
    assert why_unfinished(home.home, home.published, home.settings.taste) is None
    assert list(home.home.scratch.iterdir()) == []


@pytest.mark.parametrize("done", range(len(SCHEMAS)))
def test_a_publish_cut_off_anywhere_ends_as_an_undisturbed_one(
    undisturbed: TasteHome, due: TasteHome, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, done: int
) -> None:
    home = due.copy(tmp_path / "home")
    home.lake.write_together(day(31), {table: undisturbed.lake.read_day(table, day(31)) for table in TABLES})
    before = {table: home.published.current(table) for table in SCHEMAS}
    with monkeypatch.context() as patch:
        cut = CutAt(PublishedTables.publish_days, done)
        patch.setattr(PublishedTables, "publish_days", cut)
        with pytest.raises(Cut):
            home.publish_tastes()
    assert sum(home.published.current(table) != version for table, version in before.items()) == done
    home.publish_tastes()
    for table, rows in published(home).items():
        assert rows.equals(undisturbed.read(table))


KILLED = """
import os, signal, sys
from pathlib import Path
from connectors.lake import tables
from tests.assets.taste_home import TasteHome

move, moved = tables.move, []

def kill_at_the_third(*places):
    moved.append(places)
    if len(moved) == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    move(*places)

tables.move = kill_at_the_third
TasteHome(Path(sys.argv[1])).run()
"""


def test_a_killed_process_leaves_a_day_that_the_next_one_finishes(home: TasteHome, undisturbed: TasteHome) -> None:
    killed = subprocess.run([sys.executable, "-c", KILLED, str(home.root)], check=False, env=dict(os.environ))
    assert killed.returncode == -signal.SIGKILL
    assert len(home.lake.days("taste_segments") + home.lake.days("taste_bundles")) < 4, "cut off half way"
    run = home.run()
    assert run.found is None, "what was written whole is not done again"
    assert_equal(home, undisturbed)


def test_an_unfinished_day_is_finished_before_the_next_is_run(home: TasteHome, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(lake_module, "move", CutAt(lake_module.move, 3))
        with pytest.raises(Cut):
            home.run()
    home.publish(until(VIEWS, 32), PRODUCTS)
    home.run()
    for table in SCHEMAS:
        assert home.read(table)["day"].unique().sort().to_list() in ([day(30), day(31), day(32)], [])
    assert set(home.read_day("taste_drift", 32)["change"]) == {"kept"}


@pytest.mark.parametrize("table", ["taste_segments", "taste_members", "taste_profiles", "taste_runs"])
def test_a_torn_file_of_the_day_before_is_told_and_loses_nothing(home: TasteHome, table: str) -> None:
    before = published(home)
    path = home.lake.paths(table)[-1]
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(LakeError, match=f"{table}.*can not be read.*delete the folder.*then run that day again"):
        home.run()
    assert all(rows.equals(before[table]) for table, rows in published(home).items())


@pytest.mark.parametrize("table", ["taste_members", "taste_runs"])
def test_a_deleted_day_costs_the_segments_nothing_but_that_day(home: TasteHome, table: str) -> None:
    home.run()
    home.lake.paths(table)[-1].unlink()
    home.publish(until(VIEWS, 32), PRODUCTS)
    run = home.run()
    assert (run.row["state"], run.row["new_segments"]) == ("published", 0)
    assert run.named is not None
    assert run.named.fresh == 0


def test_a_torn_file_is_not_published(home: TasteHome) -> None:
    home.find()
    path = home.lake.paths("taste_members")[-1]
    path.write_bytes(path.read_bytes()[:-20])
    before = home.read("taste_members")
    with pytest.raises(PublishError, match="Delete the folder of its day, then run that day again"):
        home.publish_tastes()
    assert home.read("taste_members").equals(before)
