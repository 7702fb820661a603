"""Which day files a run writes again."""

import datetime as dt

import duckdb
import pytest

from assets.published import changed_days


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
        connection.execute("CREATE SCHEMA marts")
        connection.execute(
            "CREATE TABLE marts.mart_changed_days (day DATE, load_seq INTEGER, metrics_load_seq INTEGER)"
        )
        rows = [
            (day(1), 3, 3),  # a late event
            (day(2), 2, 2),  # published already
            (day(5), 3, 1),  # a visitor of that day was recognised
            (day(9), 3, -1),  # so here
            (day(10), 3, 3),  # today
            (None, 3, 3),
        ]
        connection.executemany("INSERT INTO marts.mart_changed_days VALUES (?, ?, ?)", rows)
        assert sorted(changed_days(connection, 2, restitch_days)) == [day(number) for number in days]
