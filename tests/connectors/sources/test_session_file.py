"""Files of sessions."""

import datetime as dt
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connectors.sources.errors import FileUnreadable, MissingColumn, SourceError
from connectors.sources.session_file import read_sessions

ROWS = {"session_id": [2, 1, 2, 1], "item_id": [30, 10, 20, 40], "position": [2, 1, 1, 2]}
BY_POSITION = [("2", "20"), ("2", "30"), ("1", "10"), ("1", "40")]


def read(folder: Path, rows: pl.DataFrame, name: str = "steps.parquet") -> list[tuple[object, ...]]:
    if name.endswith("csv"):
        rows.write_csv(folder / name)
    else:
        rows.write_parquet(folder / name)
    return read_sessions(folder / name).rows()


@pytest.mark.parametrize("name", ["steps.parquet", "steps.pq", "STEPS.PARQUET", "steps.csv", "steps.txt"])
@pytest.mark.parametrize("kind", [pl.Int64, pl.String, pl.Float64])
def test_ids_may_be_numbers_or_text_in_parquet_or_csv(tmp_path: Path, name: str, kind: type[pl.DataType]) -> None:
    rows = pl.DataFrame(ROWS)
    if kind == pl.Float64 and name.endswith("parquet"):
        rows = rows.cast({"session_id": kind, "item_id": kind})
    elif kind == pl.String:
        rows = rows.cast(kind)
    if name.endswith((".csv", ".txt")):
        rows.write_csv(tmp_path / name)
    else:
        rows.write_parquet(tmp_path / name)
    found = read_sessions(tmp_path / name)
    assert found.rows() == BY_POSITION
    assert dict(found.schema) == {"session_id": pl.String, "product_id": pl.String}


def test_ids_keep_their_letters_and_leading_zeros(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("session_id,item_id,position\n007,셔츠,1\n007,00,2\n", encoding="utf-8")
    assert read_sessions(tmp_path / "a.csv").rows() == [("007", "셔츠"), ("007", "00")]


def test_positions_of_text_are_sorted_as_numbers(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("session_id,item_id,position\ns,b,10\ns,a,9\n")
    assert read_sessions(tmp_path / "a.csv").rows() == [("s", "a"), ("s", "b")]


def test_with_positions_alone_sessions_stay_in_the_order_of_the_file(tmp_path: Path) -> None:
    rows = pl.DataFrame({"session_id": ["z", "a", "z", "m"], "item_id": list("1234"), "position": [5, 1, 4, 0]})
    assert read(tmp_path, rows) == [("z", "3"), ("z", "1"), ("a", "2"), ("m", "4")]


@pytest.mark.parametrize(
    ("early", "late"),
    [
        ("9", "10"),
        ("1.5", "2e3"),
        ("2026-01-31T12:00:00Z", "2026-01-31T12:00:01Z"),
        ("2026-01-31 12:00:00", "2026-02-01 11:00:00"),
        ("2026-01-31", "2026-02-01"),
        ("2026-01-31T09:00:00+09:00", "2026-01-31T00:30:00Z"),
        ("2026-01-31T12:00:00.001Z", "2026-01-31T12:00:00.002Z"),
    ],
)
@pytest.mark.parametrize("name", ["steps.csv", "steps.parquet"])
def test_time_may_be_a_number_or_a_date(tmp_path: Path, early: str, late: str, name: str) -> None:
    rows = pl.DataFrame({"session_id": ["b", "a", "b"], "item_id": ["2", "1", "3"], "time": [late, early, late]})
    assert read(tmp_path, rows, name) == [("a", "1"), ("b", "2"), ("b", "3")]


def test_times_of_parquet_are_taken_as_they_are(tmp_path: Path) -> None:
    days = [dt.datetime(2026, 1, day, tzinfo=dt.UTC) for day in (3, 1, 2)]
    rows = pl.DataFrame({"session_id": ["b", "a", "b"], "item_id": ["3", "1", "2"], "time": days})
    for column in (days, [day.date() for day in days], [day.timestamp() for day in days]):
        found = read(tmp_path, rows.with_columns(pl.Series("time", column)))
        assert found == [("a", "1"), ("b", "2"), ("b", "3")]


def test_time_comes_before_position_and_equals_stay_as_in_the_file(tmp_path: Path) -> None:
    rows = pl.DataFrame(
        {
            "session_id": ["b", "a", "b", "a", "b"],
            "item_id": ["1", "2", "3", "4", "5"],
            "time": [7, 7, 7, 7, 6],
            "position": [2, 1, 1, 1, 9],
        }
    )
    assert read(tmp_path, rows) == [("b", "5"), ("b", "3"), ("b", "1"), ("a", "2"), ("a", "4")]


def test_sessions_that_began_together_are_not_mixed(tmp_path: Path) -> None:
    rows = pl.DataFrame({"session_id": ["b", "a", "b", "a"], "item_id": ["1", "2", "3", "4"], "time": [5, 5, 6, 6]})
    assert read(tmp_path, rows) == [("b", "1"), ("b", "3"), ("a", "2"), ("a", "4")]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
@given(st.permutations(range(12)))
def test_with_times_the_order_of_rows_is_of_no_matter(tmp_path: Path, order: list[int]) -> None:
    rows = pl.DataFrame({"session_id": [n % 4 for n in range(12)], "item_id": range(12), "time": range(12)})
    found = read(tmp_path, rows[order])
    assert found == [(str(session), str(item)) for session in range(4) for item in range(session, 12, 4)]


@pytest.mark.parametrize("name", ["category", "category_id"])
def test_a_category_is_kept_where_there_is_one(tmp_path: Path, name: str) -> None:
    rows = pl.DataFrame({"session_id": [1, 1], "item_id": [1, 2], "position": [1, 2], name: [7, None]})
    assert read(tmp_path, rows) == [("1", "1", "7"), ("1", "2", None)]
    assert read_sessions(tmp_path / "steps.parquet").columns == ["session_id", "product_id", "category_id"]


@pytest.mark.parametrize(
    ("dropped", "told"),
    [
        (["session_id"], "no column session_id, only item_id, position"),
        (["session_id", "item_id"], "no column session_id and item_id, only position"),
        (["position"], "no column position or time, only session_id, item_id"),
    ],
)
def test_missing_columns_are_named(tmp_path: Path, dropped: list[str], told: str) -> None:
    with pytest.raises(MissingColumn, match=told) as caught:
        read(tmp_path, pl.DataFrame(ROWS).drop(dropped))
    assert str(tmp_path / "steps.parquet") in str(caught.value)


def test_rows_without_a_place_are_counted(tmp_path: Path) -> None:
    rows = {"session_id": [1, None, 1, None], "item_id": [1, 2, 3, None], "position": [1.0, 2.0, float("nan"), None]}
    for name in ("steps.parquet", "steps.csv"):
        with pytest.raises(SourceError, match="lack a session, an item or their place") as caught:
            read(tmp_path, pl.DataFrame(rows).with_columns(pl.col("position").fill_nan(None)), name)
        assert "3 rows" in str(caught.value)
    with pytest.raises(SourceError, match="3 rows lack"):
        read(tmp_path, pl.DataFrame(rows))


@pytest.mark.parametrize("times", [["soon", "later"], ["12:00", "13:00"], ["5", "2026-01-31"], ["nan", "1"]])
def test_times_that_are_none_are_told(tmp_path: Path, times: list[str]) -> None:
    with pytest.raises(SourceError, match="time is not a number or a time such as") as caught:
        read(tmp_path, pl.DataFrame({"session_id": [1, 1], "item_id": [1, 2], "time": times}), "steps.csv")
    assert "steps.csv" in str(caught.value)


@pytest.mark.parametrize("column", ["session_id", "item_id"])
def test_ids_that_are_neither_number_nor_text_are_refused(tmp_path: Path, column: str) -> None:
    rows = pl.DataFrame({"session_id": [1], "item_id": [2], "position": [1]})
    for value, told in (([1, 2], "neither numbers nor text"), (b"\xff", "can not be read as text")):
        with pytest.raises(SourceError, match=told) as caught:
            read(tmp_path, rows.with_columns(pl.Series(column, [value])))
        assert column in str(caught.value)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("steps.parquet", b"session_id,item_id,position\n"),
        ("steps.csv", b""),
        ("steps.csv", b"session_id,item_id,position\n1,2,3,4\n"),
        ("steps.csv", "session_id,item_id,position\ns,é,1\n".encode("latin-1")),
    ],
)
def test_what_is_no_such_file_is_told(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(FileUnreadable, match="not a Parquet or CSV file of sessions") as caught:
        read_sessions(tmp_path / name)
    assert str(tmp_path / name) in str(caught.value)


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    for name in ("none.csv", "none.parquet"):
        with pytest.raises(FileUnreadable):
            read_sessions(tmp_path / name)


def test_a_file_without_rows_has_no_sessions(tmp_path: Path) -> None:
    (tmp_path / "steps.csv").write_text("session_id,item_id,position\n")
    assert read_sessions(tmp_path / "steps.csv").is_empty()
