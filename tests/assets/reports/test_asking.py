"""Asking published tables: only the files that a question needs, and nothing where a table is missing."""

import datetime as dt
from pathlib import Path

import duckdb
import polars as pl
import pytest

from assets.reports.asking import Asking
from connectors.home.paths import Home, make_home
from connectors.published.errors import QueryError
from connectors.published.query import open_reader
from connectors.published.tables import PublishedTables
from models.reports.questions import Among, AtLeast, Between, Equal, Filter, In, Question, Total, columns

pytestmark = pytest.mark.feature("I1")
DAYS = [dt.date(2025, 10, day) for day in range(1, 21)]


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> PublishedTables:
    """A table with a file a day, and a small one."""
    home: Home = make_home(tmp_path_factory.mktemp("asking") / "home")
    tables = PublishedTables(home, single_file_rows=1)
    frame = pl.DataFrame([{"day": day, "campaign": name, "n": day.day} for day in DAYS for name in "ab"])
    with duckdb.connect() as connection:
        connection.register("given", frame.to_arrow())
        tables.publish_days("report_many", connection, "given", "day", [])
        tables.publish_full("report_few", connection, "SELECT 'a' AS campaign")
    return tables


FILTERS: dict[str, tuple[Filter, ...]] = {
    "every day": (),
    "one day": (Equal("day", DAYS[3]),),
    "days between": (Between("day", DAYS[3], DAYS[8]), Equal("campaign", "b")),
    "days between and after": (Between("day", DAYS[3], DAYS[8]), AtLeast("day", DAYS[6])),
    "some days": (In("day", (DAYS[1], DAYS[10])),),
    "no such day": (Equal("day", dt.date(2030, 1, 1)),),
    "days that exclude each other": (Equal("day", DAYS[0]), Equal("day", DAYS[1])),
    "what the table itself names on other days": (
        Among("n", "report_many", "n", (Between("day", DAYS[2], DAYS[4]),)),
        AtLeast("day", DAYS[3]),
    ),
    "what another table names": (Among("campaign", "report_few", "campaign"), AtLeast("day", DAYS[10])),
}


@pytest.mark.parametrize("name", FILTERS)
def test_files_that_are_left_out_change_no_answer(name: str, published: PublishedTables) -> None:
    asked = Question("many", "report_many", {"n": Total("sum", "n"), "rows": Total("count", "*")}, FILTERS[name])
    with Asking(published) as asking, open_reader(published) as reader:
        answer = asking.one(asked)
        assert answer.frame.row(0) == reader.execute(asked.sql()).fetchone()
        version = published.current("report_many")
        assert version is not None
        assert (answer.version, answer.made_at) == (version.name, dt.datetime.fromisoformat(version.created))


def test_a_question_about_few_days_opens_the_files_of_these_alone(published: PublishedTables) -> None:
    with Asking(published) as asking:
        folder = published.path("report_many")
        away = [path for path in folder.glob("day=*/*.parquet") if f"day={DAYS[5]}" not in str(path)]
        try:
            for path in away:
                path.rename(path.with_suffix(".away"))
            assert asking.one(Question("day", "report_many", columns("n"), (Equal("day", DAYS[5]),))).frame.height == 2
        finally:
            for path in away:
                path.with_suffix(".away").rename(path)


def test_a_table_that_is_not_there_has_no_rows_and_no_version(published: PublishedTables) -> None:
    with Asking(published) as asking:
        answer = asking.one(Question("none", "report_none", columns("day", "n"), (Equal("day", DAYS[0]),)))
        assert (answer.frame.columns, answer.frame.height, answer.version) == (["day", "n"], 0, "")
        assert asking.has("report_few", "report_many")
        assert not asking.has("report_few", "report_none")


def test_a_table_of_an_older_program_is_told_with_what_to_do(published: PublishedTables) -> None:
    with (
        Asking(published) as asking,
        pytest.raises(QueryError, match="report_few can not be asked for old .*dangol run"),
    ):
        asking.one(Question("old", "report_few", columns("campaign", "newcomer")))


def test_tables_that_are_published_meanwhile_are_not_mixed_in(tmp_path: Path) -> None:
    tables = PublishedTables(make_home(tmp_path / "home"))
    with duckdb.connect() as connection, Asking(tables):
        tables.publish_full("report_few", connection, "SELECT 1 AS n")
    with duckdb.connect() as connection, Asking(tables) as asking:
        asked = Question("few", "report_few", columns("n"))
        assert asking.one(asked).frame["n"].to_list() == [1]
        tables.publish_full("report_few", connection, "SELECT 2 AS n")
        assert asking.one(asked).frame["n"].to_list() == [1]
