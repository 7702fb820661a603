"""Tables published from the lake."""

import datetime as dt
import errno
import os
from pathlib import Path

import duckdb
import polars as pl
import pytest

from connectors.home.paths import Home
from connectors.lake.tables import LakeTables
from connectors.published.errors import PublishError
from connectors.published.lake import link_lake_table, publish_lake_table
from connectors.published.tables import PublishedTables
from connectors.published.versions import Version

pytestmark = pytest.mark.feature("C1")

SCHEMA = {
    "day": pl.Date,
    "customer_key": pl.String,
    "segment_id": pl.Int32,
    "keywords": pl.List(pl.String),
    "vector": pl.Array(pl.Float32, 2),
}
EMPTY = pl.DataFrame(schema=SCHEMA)


def day(number: int) -> dt.date:
    return dt.date(2025, 3, number)


def members(number: int, rows: int = 4, segment: int = 1) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "day": [day(number)] * rows,
            "customer_key": [f"c{row}" for row in range(rows)],
            "segment_id": [segment] * rows,
            "keywords": [["린넨", "봄"]] * rows,
            "vector": [[0.5, 1.0]] * rows,
        },
        schema=SCHEMA,
    )


class World:
    """A home with a lake of three days."""

    def __init__(self, root: Path, single_file_rows: int) -> None:
        home = Home(root)
        self.lake = LakeTables(home)
        self.published = PublishedTables(home, single_file_rows=single_file_rows)
        for number in (1, 2, 3):
            self.lake.write_day("taste_members", day(number), members(number))

    def publish(self, *changed: int, empty: pl.DataFrame = EMPTY) -> Version:
        return publish_lake_table(
            self.published, "taste_members", self.lake.paths("taste_members"), "day", [day(n) for n in changed],
            signature=self.lake.signature("taste_members"), empty=empty,
        )  # fmt: skip

    def rows(self) -> list[tuple[object, ...]]:
        with duckdb.connect() as connection:
            files = [str(path) for path in self.published.path("taste_members").rglob("*.parquet")]
            sql = "SELECT day(day), segment_id, count(*) FROM read_parquet($f, hive_partitioning = false) GROUP BY ALL"
            return sorted(connection.execute(sql, {"f": files}).fetchall())

    def inodes(self) -> dict[str, int]:
        path = self.published.path("taste_members")
        return {file.parent.name: file.stat().st_ino for file in path.rglob("*.parquet")}


@pytest.fixture
def small(tmp_path: Path) -> World:
    return World(tmp_path / "home", single_file_rows=100)


@pytest.fixture
def large(tmp_path: Path) -> World:
    return World(tmp_path / "home", single_file_rows=5)


def test_a_small_table_is_one_file_with_the_columns_declared(small: World) -> None:
    version = small.publish()
    assert (version.rows, version.load_seq, version.day_column) == (12, 0, None)
    assert small.published.current("taste_members") == version
    (file,) = small.published.path("taste_members").iterdir()
    found = pl.read_parquet(file)
    assert found.columns == EMPTY.columns
    assert found["keywords"].to_list()[0] == ["린넨", "봄"]
    assert found["vector"].to_list()[0] == [0.5, 1.0]


def test_a_large_table_is_a_file_a_day_and_unchanged_days_are_the_same_file(large: World) -> None:
    large.publish()
    before = large.inodes()
    assert set(before) == {f"day=2025-03-0{number}" for number in (1, 2, 3)}
    large.lake.write_day("taste_members", day(2), members(2, segment=9))
    large.publish(2)
    after = large.inodes()
    assert {name for name in after if before[name] == after[name]} == {"day=2025-03-01", "day=2025-03-03"}
    assert large.rows() == [(1, 1, 4), (2, 9, 4), (3, 1, 4)]


def test_days_that_came_or_went_are_published_without_being_named(large: World) -> None:
    large.publish()
    large.lake.write_day("taste_members", day(4), members(4))
    large.lake.remove_days_before("taste_members", day(2))
    assert large.publish().rows == 12
    assert large.rows() == [(2, 1, 4), (3, 1, 4), (4, 1, 4)]


def test_what_is_published_already_is_not_written_again(large: World) -> None:
    first = large.publish()
    again = large.publish(1, 2, 3)
    assert again == first
    assert large.published.current("taste_members") == first
    large.lake.write_day("taste_members", day(3), members(3))
    assert large.publish(3).name != first.name


@pytest.mark.parametrize("single_file_rows", [0, 100])
def test_a_lake_without_days_publishes_an_empty_table_with_columns(tmp_path: Path, single_file_rows: int) -> None:
    world = World(tmp_path / "home", single_file_rows)
    schema = world.publish().schema
    world.lake.remove_days_before("taste_members", day(9))
    version = world.publish()
    assert (version.rows, version.schema) == (0, schema)
    (file,) = world.published.path("taste_members").rglob("*.parquet")
    assert pl.read_parquet_schema(file).names() == EMPTY.columns
    world.lake.write_day("taste_members", day(5), members(5))
    assert world.publish().rows == 4
    assert world.rows() == [(5, 1, 4)]


def test_a_column_that_older_days_lack_is_null_there(large: World) -> None:
    large.publish()
    wider = EMPTY.with_columns(pl.lit(None, pl.Float64).alias("strength"))
    large.lake.write_day("taste_members", day(4), members(4).with_columns(strength=pl.lit(0.5)))
    version = large.publish(4, empty=wider)
    assert version.rows == 16
    found = pl.read_parquet(large.published.path("taste_members") / "**/*.parquet", hive_partitioning=False)
    assert found.group_by("day").agg(pl.col("strength").sum()).sort("day")["strength"].to_list() == [0, 0, 0, 2]


@pytest.mark.parametrize("damage", [b"PAR1 torn", b""])
def test_a_damaged_day_is_named_and_leaves_the_version_before(large: World, damage: bytes) -> None:
    before = large.publish()
    path = large.lake.write_day("taste_members", day(2), members(2))
    path.write_bytes(damage)
    with pytest.raises(PublishError, match=r"day=2025-03-02.*run that day again"):
        large.publish(2)
    assert large.published.current("taste_members") == before


def test_a_day_of_the_wrong_type_is_said(large: World) -> None:
    before = large.publish()
    large.lake.write_day("taste_members", day(4), members(4).with_columns(segment_id=pl.lit("none")))
    with pytest.raises(PublishError, match="taste_members could not be published"):
        large.publish(4)
    assert large.published.current("taste_members") == before


def test_loads_are_counted_by_the_tables_that_have_them(small: World) -> None:
    small.publish()
    assert small.published.highest_load_seq() == 0
    with duckdb.connect() as connection:
        small.published.publish_full("visits", connection, "SELECT 1 AS i", load_seq=3)
    assert small.published.highest_load_seq() == 3


class Linked(World):
    """A home whose table is published as the lake's own files."""

    def publish(self, *changed: int, empty: pl.DataFrame = EMPTY) -> Version:
        return link_lake_table(
            self.published, "taste_members", self.lake.paths("taste_members"), "day",
            signature=self.lake.signature("taste_members"), empty=empty,
        )  # fmt: skip


@pytest.fixture
def linked(tmp_path: Path) -> Linked:
    return Linked(tmp_path / "home", single_file_rows=100)


def test_what_is_linked_is_the_lakes_own_files_and_the_version_before_keeps_its_rows(linked: Linked) -> None:
    first = linked.publish()
    assert (first.rows, first.day_column, list(first.days.values())) == (12, "day", [4, 4, 4])
    in_the_lake = {path.parent.name: path.stat().st_ino for path in linked.lake.paths("taste_members")}
    assert linked.inodes() == in_the_lake
    reading = linked.published.path("taste_members")
    linked.lake.write_day("taste_members", day(2), members(2, segment=9))
    assert linked.publish().rows == 12
    assert linked.rows() == [(1, 1, 4), (2, 9, 4), (3, 1, 4)]
    before = pl.read_parquet(sorted(reading.rglob("*.parquet")), hive_partitioning=False)
    assert set(before["segment_id"]) == {1}, "who was reading reads on"


def test_what_is_linked_already_is_not_linked_again(linked: Linked) -> None:
    assert linked.publish() == linked.publish()


def test_days_without_rows_are_not_linked_and_a_table_without_any_keeps_its_columns(linked: Linked) -> None:
    linked.lake.write_day("taste_members", day(2), EMPTY)
    assert set(linked.publish().days) == {"2025-03-01", "2025-03-03"}
    for number in (1, 3):
        linked.lake.write_day("taste_members", day(number), EMPTY)
    assert linked.publish().rows == 0
    (file,) = linked.published.path("taste_members").rglob("*.parquet")
    assert pl.read_parquet_schema(file).names() == EMPTY.columns


def test_a_file_with_other_columns_is_written_with_those_declared(linked: Linked) -> None:
    wider = EMPTY.with_columns(pl.lit(None, pl.Float64).alias("strength"))
    linked.lake.write_day("taste_members", day(4), members(4).with_columns(strength=pl.lit(0.5)))
    assert linked.publish(empty=wider).rows == 16
    found = pl.read_parquet(linked.published.path("taste_members") / "**/*.parquet", hive_partitioning=False)
    assert found.columns == wider.columns
    assert found["strength"].sum() == 2.0


def test_a_damaged_file_is_not_linked_and_leaves_the_version_before(linked: Linked) -> None:
    before = linked.publish()
    path = linked.lake.write_day("taste_members", day(2), members(2))
    path.write_bytes(b"PAR1 torn")
    with pytest.raises(PublishError, match=r"day=2025-03-02.*Delete the folder"):
        linked.publish()
    assert linked.published.current("taste_members") == before


def test_where_files_can_not_be_linked_they_are_copied(linked: Linked, monkeypatch: pytest.MonkeyPatch) -> None:
    def elsewhere(source: Path, target: Path) -> None:
        raise OSError(errno.EXDEV, "Invalid cross-device link")

    monkeypatch.setattr(os, "link", elsewhere)
    assert linked.publish().rows == 12
    assert linked.rows() == [(1, 1, 4), (2, 1, 4), (3, 1, 4)]
