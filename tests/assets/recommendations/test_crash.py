"""A run that ends early anywhere is done again with the same result, and nothing published is lost."""

from pathlib import Path

import polars as pl
import pytest

from assets.recommendations import tables
from assets.recommendations.unfinished import why_unfinished
from connectors.lake import tables as lake_module
from connectors.lake.errors import LakeError
from tests.assets.cutting import Cut, CutAt
from tests.assets.recommendations.shop_home import ShopHome, catalogue, day, until, visits

pytestmark = pytest.mark.feature("M4")
VISITS, PRODUCTS = visits(), catalogue()
TABLES = [*tables.STATES, tables.RANKERS, tables.PERSONAL, *tables.PUBLISHED]


@pytest.fixture(scope="module")
def due(eighth_day: ShopHome, tmp_path_factory: pytest.TempPathFactory) -> ShopHome:
    """A home whose ninth day is to be run. Read only."""
    home = eighth_day.copy(tmp_path_factory.mktemp("due") / "home")
    home.publish(until(VISITS, 9), PRODUCTS)
    return home


@pytest.fixture(scope="module")
def undisturbed(due: ShopHome, tmp_path_factory: pytest.TempPathFactory) -> ShopHome:
    home = due.copy(tmp_path_factory.mktemp("undisturbed") / "home")
    home.run()
    return home


@pytest.fixture
def home(due: ShopHome, tmp_path: Path) -> ShopHome:
    return due.copy(tmp_path / "home")


def published(home: ShopHome) -> dict[str, pl.DataFrame]:
    return {table: home.read(table) for table in tables.PUBLISHED}


@pytest.mark.parametrize("place", ["before", "writing 4", "moving 0", "moving 9", "forgetting"])
def test_a_run_cut_off_at_any_write_ends_as_an_undisturbed_one(
    home: ShopHome, undisturbed: ShopHome, monkeypatch: pytest.MonkeyPatch, place: str
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
    assert why_unfinished(home.home, home.published, home.settings) is not None
    home.lake.finish_writing()
    assert len({day(9) in home.lake.days(table) for table in TABLES}) == 1, "the day is there whole or not at all"
    home.run()
    assert home.in_the_lake() == undisturbed.in_the_lake()
    for table, rows in published(home).items():
        assert rows.equals(published(undisturbed)[table]), table
    assert why_unfinished(home.home, home.published, home.settings) is None


@pytest.mark.parametrize("number", [0, 5])
def test_a_run_cut_off_while_publishing_publishes_the_rest(
    home: ShopHome, undisturbed: ShopHome, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    home.find()
    for table in list(tables.PUBLISHED)[:number]:
        from assets.recommendations.step import publish_table

        publish_table(home.lake, home.published, table, "500MB")
    assert "published" in str(why_unfinished(home.home, home.published, home.settings))
    run = home.run()
    assert run.frames == {}, "what was written whole is not done again"
    for table, rows in published(home).items():
        assert rows.equals(published(undisturbed)[table]), table


@pytest.mark.parametrize("table", [tables.VIEWED, tables.COUNTED, tables.QUALITY, tables.RANKERS, tables.PERSONAL])
def test_a_torn_file_of_the_day_before_is_told_and_loses_nothing(home: ShopHome, table: str) -> None:
    before = published(home)
    path = home.lake.paths(table)[-1]
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(LakeError, match=f"{table}.*can not be read.*delete the folder.*then run that day again"):
        home.run()
    assert all(rows.equals(before[table]) for table, rows in published(home).items())


@pytest.mark.parametrize("table", [tables.VIEWED, tables.TRENDS, tables.RUNS, tables.RANKERS, tables.PERSONAL])
def test_a_deleted_day_of_a_state_is_counted_again(home: ShopHome, undisturbed: ShopHome, table: str) -> None:
    home.lake.paths(table)[-1].unlink()
    home.run()
    ours, theirs = (each.lists().filter(pl.col("basis") != "customer") for each in (home, undisturbed))
    keys = ["algorithm", "basis", "context_id", "rank"]
    assert ours.sort(keys)["product_id"].equals(theirs.sort(keys)["product_id"])
