import datetime as dt
import errno
import os
import threading
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from connectors.home.paths import Home
from connectors.published import tables as module
from connectors.published.errors import PublishError
from connectors.published.tables import PublishedTables


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as made:
        made.execute("CREATE TABLE visits AS SELECT DATE '2025-01-01' + (i % 5)::INT AS day, i FROM range(500) t(i)")
        yield made


def read(path: Path, sql: str = "SELECT count(*) FROM rows") -> list[tuple[object, ...]]:
    with duckdb.connect() as connection:
        connection.execute(f"CREATE VIEW rows AS FROM read_parquet('{path}/**/*.parquet', hive_partitioning = false)")
        return connection.execute(sql).fetchall()


@pytest.mark.feature("M4")
class TestFull:
    def test_one_file_named_after_the_table(self, home: Home, connection: duckdb.DuckDBPyConnection) -> None:
        tables = PublishedTables(home)
        version = tables.publish_full("visits", connection, "SELECT * FROM visits", load_seq=3)
        assert [p.name for p in tables.path("visits").iterdir()] == ["visits.parquet"]
        assert (version.rows, version.load_seq) == (500, 3)
        assert tables.names() == ["visits"]
        assert tables.highest_load_seq() == 3

    def test_an_unknown_table_names_the_known_ones(self, home: Home, connection: duckdb.DuckDBPyConnection) -> None:
        tables = PublishedTables(home)
        tables.publish_full("visits", connection, "SELECT * FROM visits")
        with pytest.raises(PublishError, match="visits"):
            tables.path("nope")

    def test_names_can_not_leave_the_folder(self, home: Home, connection: duckdb.DuckDBPyConnection) -> None:
        with pytest.raises(PublishError, match="can not name"):
            PublishedTables(home).publish_full("../up", connection, "SELECT 1 AS a")

    def test_a_home_can_be_moved(self, home: Home, connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
        PublishedTables(home).publish_full("visits", connection, "SELECT * FROM visits")
        home.root.rename(tmp_path / "moved")
        assert read(PublishedTables(Home(tmp_path / "moved")).path("visits")) == [(500,)]

    def test_versions_beyond_those_kept_go_once_nobody_can_be_reading(
        self, home: Home, connection: duckdb.DuckDBPyConnection
    ) -> None:
        clock = [dt.datetime(2025, 1, 1, tzinfo=dt.UTC)]
        tables = PublishedTables(home, keep_versions=2, now=lambda: clock[0])
        for _ in range(5):
            tables.publish_full("visits", connection, "SELECT * FROM visits")
        folders = [p for p in (home.published / "versions" / "visits").iterdir() if p.is_dir()]
        assert len(folders) == 5
        clock[0] += dt.timedelta(hours=1)
        tables.publish_full("visits", connection, "SELECT * FROM visits")
        folders = [p for p in (home.published / "versions" / "visits").iterdir() if p.is_dir()]
        assert len(folders) == 2
        assert tables.path("visits") in folders


@pytest.mark.feature("M4")
class TestDays:
    def publish(self, tables: PublishedTables, connection: duckdb.DuckDBPyConnection, *days: int) -> None:
        changed = [dt.date(2025, 1, day) for day in days]
        tables.publish_days("visits", connection, "visits", "day", changed, load_seq=1)

    def test_a_small_table_is_one_file(self, home: Home, connection: duckdb.DuckDBPyConnection) -> None:
        tables = PublishedTables(home)
        self.publish(tables, connection)
        assert [p.name for p in tables.path("visits").iterdir()] == ["visits.parquet"]

    def test_a_large_table_is_a_file_a_day(self, home: Home, connection: duckdb.DuckDBPyConnection) -> None:
        tables = PublishedTables(home, single_file_rows=100)
        self.publish(tables, connection)
        path = tables.path("visits")
        assert sorted(p.name for p in path.iterdir()) == [f"day=2025-01-0{n}" for n in range(1, 6)]
        assert all(len(list(folder.iterdir())) == 1 for folder in path.iterdir())
        assert read(path, "SELECT day, count(*) FROM rows GROUP BY ALL ORDER BY ALL")[0] == (dt.date(2025, 1, 1), 100)

    def test_unchanged_days_are_the_same_file(self, home: Home, connection: duckdb.DuckDBPyConnection) -> None:
        tables = PublishedTables(home, single_file_rows=100)
        self.publish(tables, connection)
        before = {p.parent.name: p.stat().st_ino for p in tables.path("visits").rglob("*.parquet")}
        connection.execute("DELETE FROM visits WHERE day = DATE '2025-01-05'")
        connection.execute("INSERT INTO visits VALUES (DATE '2025-01-02', 999), (DATE '2025-01-06', 1000)")
        self.publish(tables, connection, 2, 5, 6)
        after = {p.parent.name: p.stat().st_ino for p in tables.path("visits").rglob("*.parquet")}
        assert {day for day in after if before.get(day) == after[day]} == {
            "day=2025-01-01",
            "day=2025-01-03",
            "day=2025-01-04",
        }
        assert set(after) == {f"day=2025-01-0{n}" for n in (1, 2, 3, 4, 6)}
        assert read(tables.path("visits")) == [(402,)]
        current = tables.current("visits")
        assert current is not None
        assert current.rows == 402

    def test_other_columns_write_every_day_again(self, home: Home, connection: duckdb.DuckDBPyConnection) -> None:
        tables = PublishedTables(home, single_file_rows=100)
        self.publish(tables, connection)
        connection.execute("ALTER TABLE visits ADD COLUMN device VARCHAR DEFAULT 'pc'")
        self.publish(tables, connection)
        assert read(tables.path("visits"), "SELECT DISTINCT device FROM rows") == [("pc",)]

    def test_an_empty_table_still_has_its_columns(self, home: Home, connection: duckdb.DuckDBPyConnection) -> None:
        tables = PublishedTables(home, single_file_rows=100)
        self.publish(tables, connection)
        connection.execute("DELETE FROM visits")
        self.publish(tables, connection, 1, 2, 3, 4, 5)
        assert read(tables.path("visits")) == [(0,)]

    def test_files_of_days_are_those_of_the_days_asked_for(
        self, home: Home, connection: duckdb.DuckDBPyConnection
    ) -> None:
        tables = PublishedTables(home, single_file_rows=100)
        self.publish(tables, connection)
        files = tables.files("visits", dt.date(2025, 1, 2), dt.date(2025, 1, 3))
        assert [path.parent.name for path in files] == ["day=2025-01-02", "day=2025-01-03"]
        rows = connection.execute("SELECT DISTINCT day FROM read_parquet($1)", [[str(p) for p in files]]).fetchall()
        assert sorted(rows) == [(dt.date(2025, 1, 2),), (dt.date(2025, 1, 3),)]
        assert tables.files("visits", dt.date(2024, 1, 1), dt.date(2024, 12, 31)) == []
        assert len(tables.files("visits", dt.date(2000, 1, 1), dt.date(2100, 1, 1))) == 5

    def test_a_table_of_one_file_gives_it_for_any_day(self, home: Home, connection: duckdb.DuckDBPyConnection) -> None:
        tables = PublishedTables(home)
        self.publish(tables, connection)
        (path,) = tables.files("visits", dt.date(2024, 1, 1), dt.date(2024, 12, 31))
        assert path == tables.path("visits") / "visits.parquet"
        with pytest.raises(PublishError, match="no published table"):
            tables.files("nope", dt.date(2024, 1, 1), dt.date(2024, 12, 31))

    @pytest.mark.feature("C3")
    @pytest.mark.parametrize("single_file_rows", [100, 1000])
    def test_rows_of_a_file_stand_in_the_order_asked_for(
        self, home: Home, connection: duckdb.DuckDBPyConnection, single_file_rows: int
    ) -> None:
        connection.execute("CREATE VIEW names AS SELECT day, 'n' || i % 7 AS \"group\", -i AS i FROM visits")
        tables = PublishedTables(home, single_file_rows=single_file_rows)
        tables.publish_days("names", connection, "names", "day", [], order_by=["group", "i"], load_seq=1)
        files = [str(path) for path in tables.files("names", dt.date(2025, 1, 1), dt.date(2025, 1, 5))]
        assert len(files) == (5 if single_file_rows == 100 else 1)
        for file in files:
            rows = connection.execute("FROM read_parquet($1, hive_partitioning = false)", [file]).fetchall()
            assert rows == sorted(rows)

    def test_more_days_than_one_copy_writes(self, home: Home, connection: duckdb.DuckDBPyConnection) -> None:
        connection.execute("CREATE TABLE years AS SELECT DATE '2024-01-01' + i::INT AS day FROM range(150) t(i)")
        tables = PublishedTables(home, single_file_rows=10)
        version = tables.publish_days("years", connection, "years", "day", [], load_seq=1)
        assert len(version.days) == 150
        assert read(tables.path("years")) == [(150,)]


@pytest.mark.feature("M4")
class TestWhatGoesWrong:
    @pytest.mark.parametrize("error", [OSError(errno.ENOSPC, "x"), duckdb.IOException("No space left on device")])
    def test_a_full_disk_leaves_the_old_version(
        self, home: Home, connection: duckdb.DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch, error: Exception
    ) -> None:
        tables = PublishedTables(home)
        tables.publish_full("visits", connection, "SELECT * FROM visits")
        before = tables.path("visits")

        def full(connection: duckdb.DuckDBPyConnection, sql: str) -> list[tuple[object, ...]]:
            raise error

        monkeypatch.setattr(module, "_copy", full)
        with pytest.raises(PublishError, match="disk .* is full"):
            tables.publish_full("visits", connection, "SELECT * FROM visits LIMIT 1")
        assert tables.path("visits") == before
        assert read(before) == [(500,)]
        assert [p.name for p in before.parent.iterdir() if p.is_dir()] == [before.name]

    def test_what_a_killed_publisher_left_is_cleared(self, home: Home, connection: duckdb.DuckDBPyConnection) -> None:
        tables = PublishedTables(home)
        tables.publish_full("visits", connection, "SELECT * FROM visits")
        folder = home.published / "versions" / "visits"
        for name in (".making", "00000099-deadbeef"):
            (folder / name).mkdir()
            (folder / name / "half.parquet").write_bytes(b"half")
        os.symlink("nowhere", home.published / "tables" / ".visits.new")
        assert tables.names() == ["visits"]
        tables.publish_full("visits", connection, "SELECT * FROM visits LIMIT 7")
        assert read(tables.path("visits")) == [(7,)]
        assert not (folder / ".making").exists()
        assert not (folder / "00000099-deadbeef").exists()

    def test_readers_never_see_a_mixture(self, home: Home) -> None:
        tables = PublishedTables(home, single_file_rows=1)
        stop, problems, reads = threading.Event(), [], [0]

        def publish(connection: duckdb.DuckDBPyConnection, number: int) -> None:
            connection.execute(
                f"CREATE OR REPLACE TABLE t AS SELECT DATE '2025-01-01' + i::INT AS day, {number} AS n FROM range(3) r(i)"  # noqa: E501
            )
            days = [dt.date(2025, 1, day) for day in (1, 2, 3)]
            tables.publish_days("t", connection, "t", "day", days, load_seq=number)

        def reader() -> None:
            while not stop.is_set():
                try:
                    found = read(tables.path("t"), "SELECT count(*), count(DISTINCT n) FROM rows")
                    reads[0] += 1
                    if found != [(3, 1)]:
                        problems.append(found)
                except Exception as error:  # noqa: BLE001  (any error at all is what the test looks for)
                    problems.append(error)

        with duckdb.connect() as connection:
            publish(connection, 0)
            thread = threading.Thread(target=reader)
            thread.start()
            for number in range(1, 51):
                publish(connection, number)
            stop.set()
            thread.join()
        assert problems == []
        assert reads[0] > 5
