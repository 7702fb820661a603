"""What the warehouse remembers of the last making of reports."""

import datetime as dt

import duckdb
import pytest

from connectors.warehouse.report_state import ReportState, read_report_state, read_touched, write_report_state

pytestmark = pytest.mark.feature("M4")

DAYS = [dt.date(2025, 3, day) for day in range(1, 5)]


def test_before_the_first_making_there_is_nothing() -> None:
    with duckdb.connect() as connection:
        assert read_report_state(connection) == ReportState()
        assert read_touched(connection, 0) == []


def test_the_last_state_takes_the_place_of_the_one_before() -> None:
    with duckdb.connect() as connection:
        write_report_state(connection, ReportState("a", 3, 1, {DAYS[0]: "x"}), DAYS)
        last = ReportState("b", 4, 2, {DAYS[0]: "y", DAYS[1]: "z"})
        write_report_state(connection, last, DAYS[2:])
        assert read_report_state(connection) == last


def test_a_day_is_told_once_with_the_making_that_touched_it_last() -> None:
    with duckdb.connect() as connection:
        write_report_state(connection, ReportState("a", 1, 1), DAYS)
        write_report_state(connection, ReportState("a", 2, 2), DAYS[1:3])
        write_report_state(connection, ReportState("a", 3, 3), [])
        assert read_touched(connection, 0) == DAYS
        assert read_touched(connection, 1) == DAYS[1:3]
        assert read_touched(connection, 2) == []
        rows = connection.execute("SELECT count(*) FROM dangol.report_days").fetchone()
        assert rows == (len(DAYS),)
