from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from connectors.home.paths import Home
from connectors.published.errors import QueryError
from connectors.published.query import open_reader, run_query
from connectors.published.tables import PublishedTables


@pytest.fixture
def reader(tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    tables = PublishedTables(Home(tmp_path))
    (tmp_path / "secret.csv").write_text("a\n1\n", encoding="utf-8")
    with duckdb.connect() as connection:
        tables.publish_full("visits", connection, "SELECT range AS i FROM range(5)")
        tables.publish_full("orders", connection, "SELECT 1 AS i")
    with open_reader(tables) as made:
        yield made


@pytest.mark.feature("M3")
@pytest.mark.parametrize(
    "sql",
    [
        "SELECT count(*) FROM visits", "FROM visits", "WITH a AS (FROM visits) SELECT * FROM a", "DESCRIBE visits",
        "SUMMARIZE visits", "SHOW TABLES", "EXPLAIN SELECT 1", "EXPLAIN ANALYZE FROM visits", "VALUES (1)",
        "SELECT * FROM visits JOIN orders USING (i);",
    ],
)  # fmt: skip
def test_reading_is_allowed(reader: duckdb.DuckDBPyConnection, sql: str) -> None:
    assert run_query(reader, sql).fetchall()


@pytest.mark.feature("M3")
@pytest.mark.parametrize(
    "sql",
    [
        "DROP VIEW visits", "CREATE TABLE t (i INT)", "INSERT INTO visits VALUES (1)", "DELETE FROM visits",
        "COPY visits TO '{home}/out.csv'", "COPY visits TO '{version}/out.csv'", "ATTACH '{home}/x.db'",
        "EXPLAIN ANALYZE COPY visits TO '{version}/out.csv'", "EXPLAIN (ANALYZE) COPY visits TO '{version}/out.csv'",
        "SET memory_limit = '1GB'", "PRAGMA database_list", "CALL pragma_version()", "SELECT 1; SELECT 2", "",
        "SELECT * FROM read_csv('{home}/secret.csv')", "FROM '{home}/secret.csv'", "SELECT * FROM glob('{home}/*')",
        "SELECT * FROM read_text('/etc/hostname')", "FROM nope", "SELEC 1", "INSTALL httpfs",
        "EXPORT DATABASE '{home}/e'",
    ],
)  # fmt: skip
def test_everything_else_is_refused(reader: duckdb.DuckDBPyConnection, tmp_path: Path, sql: str) -> None:
    version = PublishedTables(Home(tmp_path)).path("visits")
    with pytest.raises(QueryError):
        run_query(reader, sql.format(home=tmp_path, version=version)).fetchall()
    assert [p.name for p in version.iterdir()] == ["visits.parquet"]


@pytest.mark.feature("M3")
def test_an_unknown_table_names_the_known_ones(reader: duckdb.DuckDBPyConnection) -> None:
    with pytest.raises(QueryError, match="orders, visits"):
        run_query(reader, "FROM nope")


@pytest.mark.feature("M4")
def test_a_reader_keeps_the_version_it_found(tmp_path: Path) -> None:
    tables = PublishedTables(Home(tmp_path))
    with duckdb.connect() as connection:
        tables.publish_full("visits", connection, "SELECT 1 AS i")
        with open_reader(tables) as reader:
            tables.publish_full("visits", connection, "SELECT 2 AS i")
            assert run_query(reader, "FROM visits").fetchall() == [(1,)]
