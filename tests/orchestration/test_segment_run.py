"""The daily count of segments: what it carries on, what it tells, what it leaves to do."""

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

import polars as pl
import pytest

from assets.segments import tables
from assets.segments.facts import Facts
from assets.segments.run import SegmentRun, run_segments
from assets.segments.step import ANSWERED, _verdict, publish_table
from assets.segments.unfinished import why_unfinished
from connectors.home.member_key import read_secret
from connectors.home.paths import Home
from connectors.home.settings import read_settings
from connectors.lake.tables import LakeTables
from connectors.published.tables import PublishedTables
from connectors.store.store import Store

pytestmark = [pytest.mark.feature("C3"), pytest.mark.feature("C5")]
NOW = dt.datetime(2026, 3, 1, tzinfo=dt.UTC)
TODAY = NOW.date()
BUYERS = {"id": "buyers", "name": "구매 고객", "include": {"purchases": {}}}
ONCE = {"id": "once", "name": "한 번", "include": {"purchases": {}}, "refresh": "once"}
LOST = {"id": "lost", "name": "없는 필드", "include": {"custom": "shoe_size >= 250"}}


class Day:
    """A home whose segments are counted."""

    def __init__(self, home: Home, store: Store) -> None:
        self.home, self.store = home, store
        self.settings, self.published = read_settings(home.settings_file), PublishedTables(home)

    def count(self, today: dt.date = TODAY) -> SegmentRun:
        run = run_segments(self.home, self.settings, self.store, self.published, today, lambda text: None)
        assert run is not None
        return run

    def publish(self) -> None:
        for table in tables.PUBLISHED:
            publish_table(LakeTables(self.home), self.published, table, "1GB")

    def why(self) -> str | None:
        return why_unfinished(self.home, self.published, self.settings, TODAY)

    def rows(self, table: str) -> pl.DataFrame:
        return pl.read_parquet(self.published.path(table) / "**/*.parquet", hive_partitioning=False)


@pytest.fixture
def day(ran_home: Home, copy_of: Callable[[Home], Home]) -> Iterator[Day]:
    home = copy_of(ran_home)
    with Store.open(home.ops_url, secret=read_secret(home), now=lambda: NOW) as store:
        yield Day(home, store)


def test_the_same_input_is_not_counted_again(day: Day) -> None:
    day.store.segments.apply([BUYERS])
    assert not day.count().segments.is_empty()
    again = day.count(TODAY + dt.timedelta(days=1))  # of old data the last day stays today
    assert again.segments.is_empty()


def test_sizes_are_those_of_the_members(day: Day) -> None:
    day.count()
    day.publish()
    sizes = dict(day.rows("segments").select("segment_id", "size").rows())
    members = dict(day.rows("segment_members").group_by("segment_id").len().rows())
    assert {name: size for name, size in sizes.items() if size} == members
    assert (
        day.rows("segment_members").select(pl.struct("segment_id", "customer_key").is_duplicated().any()).item()
        is False
    )


def test_a_one_off_segment_stays_as_it_was_found(day: Day, monkeypatch: pytest.MonkeyPatch) -> None:
    day.store.segments.apply([BUYERS, ONCE])
    day.count()
    found = Facts.members

    def only_daily(self: Facts, segment: Any) -> pl.DataFrame:
        assert segment.id != "once"
        return found(self, segment).head(3)  # as if others had bought

    monkeypatch.setattr(Facts, "members", only_daily)
    day.store.segments.apply([{**BUYERS, "name": "다시 세는 고객"}])
    rows = {row["segment_id"]: row for row in day.count().segments.iter_rows(named=True)}
    assert rows["buyers"]["size"] == 3
    assert rows["once"]["size"] > 3
    day.publish()
    assert day.rows("segment_members").filter(pl.col("segment_id") == "once").height == rows["once"]["size"]


def test_a_segment_that_can_not_be_answered_holds_nobody_up(day: Day) -> None:
    day.store.segments.apply([BUYERS, LOST])
    run = day.count()
    assert [text.split(":")[0] for text in run.row["failed"]] == ["lost"]
    assert "buyers" in set(run.segments["segment_id"])
    assert "lost" not in set(run.segments["segment_id"])
    verdict = _verdict(run)
    assert (verdict.check_name, verdict.passed) == (ANSWERED, False)
    assert "lost" in str(verdict.metadata["could not be counted"].value)


def test_segments_that_are_off_are_not_counted(day: Day) -> None:
    day.store.segments.apply([{**BUYERS, "on": False}])
    assert "buyers" not in set(day.count().segments["segment_id"])


def test_what_changed_is_left_to_do_until_it_is_counted_and_published(day: Day) -> None:
    assert day.why() is None
    day.store.segments.apply([BUYERS])
    assert "documents" in str(day.why())
    day.count()
    assert "published" in str(day.why())
    day.publish()
    assert day.why() is None


def test_an_end_in_the_middle_leaves_the_last_count_in_place(day: Day, monkeypatch: pytest.MonkeyPatch) -> None:
    day.store.segments.apply([BUYERS])
    before = LakeTables(day.home).signature(tables.MEMBERS)
    monkeypatch.setattr(LakeTables, "write_together", _cut)
    with pytest.raises(KeyboardInterrupt):
        day.count()
    assert LakeTables(day.home).signature(tables.MEMBERS) == before
    monkeypatch.undo()
    assert "buyers" in set(day.count().segments["segment_id"])
    assert not list(day.home.scratch.glob("lake_spool-*"))


def _cut(*_: object, **__: object) -> None:
    raise KeyboardInterrupt
