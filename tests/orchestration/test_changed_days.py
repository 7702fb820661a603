"""Which day files a run writes again."""

import datetime as dt

import duckdb
import pytest

from assets.published import changed_days


def changes(connection: duckdb.DuckDBPyConnection, table: str, rows: list[tuple[dt.date | None, int, int]]) -> None:
    connection.execute("CREATE SCHEMA IF NOT EXISTS marts")
    connection.execute(f"CREATE TABLE marts.{table} (day DATE, load_seq INTEGER, metrics_load_seq INTEGER)")
    connection.executemany(f"INSERT INTO marts.{table} VALUES (?, ?, ?)", rows)


def day(number: int) -> dt.date:
    return dt.date(2025, 9, number)


@pytest.mark.feature("A3")
@pytest.mark.parametrize(
    ("restitch_days", "days"), [(None, [1, 5, 9, 10]), (2, [1, 9, 10]), (1, [1, 10]), (6, [1, 5, 9, 10])]
)
def test_days_on_which_only_a_customer_was_recognised_can_be_left_alone(
    restitch_days: int | None, days: list[int]
) -> None:
    with duckdb.connect() as connection:
        rows = [
            (day(1), 3, 3),  # a late event
            (day(2), 2, 2),  # published already
            (day(5), 3, 1),  # a visitor of that day was recognised
            (day(9), 3, -1),  # so here
            (day(10), 3, 3),  # today
            (None, 3, 3),
        ]
        changes(connection, "mart_changed_days", rows)
        assert sorted(changed_days(connection, 2, restitch_days)) == [day(number) for number in days]


@pytest.mark.feature("C3")
def test_a_table_can_have_days_of_its_own_that_changed() -> None:
    with duckdb.connect() as connection:
        changes(connection, "mart_changed_days", [(day(1), 3, 3), (day(2), 2, 2), (day(5), 3, -1)])
        changes(connection, "mart_order_days", [(day(1), 3, 3), (day(3), 3, 3), (day(4), 2, 2)])
        relations = ("marts.mart_changed_days", "marts.mart_order_days")
        assert sorted(changed_days(connection, 2, None, relations)) == [day(1), day(3), day(5)]
        # an order of long ago that was sent back today is written again however short the past that is stitched
        assert sorted(changed_days(connection, 2, 1, relations)) == [day(1), day(3), day(5)]
        assert sorted(changed_days(connection, 2, None)) == [day(1), day(5)]
