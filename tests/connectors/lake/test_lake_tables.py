"""The lake's tables: what is written is what is read, whole or not at all."""

import datetime as dt
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal
from polars.testing.parametric import column, dataframes

from connectors.home.paths import Home
from connectors.lake import tables
from connectors.lake.errors import LakeError
from connectors.lake.tables import LakeTables

pytestmark = pytest.mark.feature("C1")

MEMBERS = pl.DataFrame(
    {
        "customer_key": ["a", "b", "c"],
        "segment_id": [1, 1, None],
        "keywords": [["봄", "린넨"], [], None],
        "vector": [[0.5, -1.5], [2.0, 3.25], None],
    },
    schema={
        "customer_key": pl.String,
        "segment_id": pl.Int32,
        "keywords": pl.List(pl.String),
        "vector": pl.Array(pl.Float32, 2),
    },
)


def day(number: int) -> dt.date:
    return dt.date(2025, 3, number)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


@pytest.fixture
def lake(home: Home) -> LakeTables:
    return LakeTables(home)


def test_a_day_comes_back_as_it_was_written(lake: LakeTables, home: Home) -> None:
    path = lake.write_day("taste_members", day(2), MEMBERS)
    assert path == home.lake / "taste_members" / "day=2025-03-02" / "part.parquet"
    assert_frame_equal(lake.read_day("taste_members", day(2)), MEMBERS, check_exact=True)
    lake.write_day("taste_members", day(3), MEMBERS.clear())
    assert_frame_equal(lake.read_day("taste_members", day(3)), MEMBERS.clear())
    assert_frame_equal(lake.scan("taste_members").collect(), MEMBERS, check_exact=True)


@settings(max_examples=40, deadline=None)
@given(
    frame=dataframes(
        [
            column("text", dtype=pl.String, allow_null=True),
            column("words", dtype=pl.List(pl.String), allow_null=True),
            column("vector", dtype=pl.Array(pl.Float32, 3), allow_null=True),
            column("number", dtype=pl.Int64, allow_null=True),
            column("real", dtype=pl.Float64, allow_null=True),
            column("flag", dtype=pl.Boolean, allow_null=True),
            column("on", dtype=pl.Date, allow_null=True),
            column("at", dtype=pl.Datetime("us"), allow_null=True),
        ],
        max_size=20,
    ),
    when=st.dates(dt.date(1970, 1, 1), dt.date(2100, 1, 1)),
)
def test_whatever_is_written_is_read(frame: pl.DataFrame, when: dt.date) -> None:
    with tempfile.TemporaryDirectory() as folder:
        lake = LakeTables(Home(Path(folder)))
        lake.write_day("anything", when, frame)
        assert_frame_equal(lake.read_day("anything", when), frame, check_exact=True)
        assert lake.days("anything") == [when]


def test_days_are_sorted_and_can_be_replaced_and_removed(lake: LakeTables) -> None:
    assert (lake.days("t"), lake.latest_day("t"), lake.paths("t")) == ([], None, [])
    for number in (9, 2, 5):
        lake.write_day("t", day(number), MEMBERS.head(1))
    lake.write_day("t", day(5), MEMBERS)
    assert lake.days("t") == [day(2), day(5), day(9)]
    assert [path.parent.name[-2:] for path in lake.paths("t")] == ["02", "05", "09"]
    assert lake.read_day("t", day(5)).height == 3
    assert [lake.latest_day("t", before) for before in (None, day(9), day(3), day(2))] == [day(9), day(5), day(2), None]
    assert lake.remove_days_before("t", day(5)) == [day(2)]
    assert lake.remove_days_before("t", day(5)) == []
    assert lake.days("t") == [day(5), day(9)]


def test_the_signature_changes_with_every_day_written_or_removed(lake: LakeTables) -> None:
    seen = [lake.signature("t")]
    lake.write_day("t", day(1), MEMBERS)
    seen.append(lake.signature("t"))
    lake.write_day("t", day(2), MEMBERS)
    seen.append(lake.signature("t"))
    assert lake.signature("t") == seen[-1]
    lake.write_day("t", day(2), MEMBERS)
    seen.append(lake.signature("t"))
    lake.remove_days_before("t", day(2))
    seen.append(lake.signature("t"))
    assert len(set(seen)) == 5


def test_what_is_no_day_is_not_taken_for_one(lake: LakeTables, home: Home) -> None:
    lake.write_day("t", day(1), MEMBERS)
    for name in ("day=2025-13-40", "day=20250304", "month=2025-03-04", "day=2025-03-04", "notes"):
        (home.lake / "t" / name).mkdir()
    for name in ("day=2025-13-40", "day=20250304", "month=2025-03-04"):
        (home.lake / "t" / name / "part.parquet").write_bytes(b"x")
    (home.lake / "t" / "README").write_text("x", encoding="utf-8")
    assert lake.days("t") == [day(1)]


@pytest.mark.parametrize("name", ["", "../up", "Taste", "a-b", "a/b", "1a", "a.b"])
def test_names_can_not_leave_the_folder(lake: LakeTables, name: str) -> None:
    with pytest.raises(LakeError, match="can not name a table"):
        lake.write_day(name, day(1), MEMBERS)
    with pytest.raises(LakeError, match="can not name a table"):
        lake.days(name)


def test_a_day_or_table_that_is_not_there_is_said(lake: LakeTables) -> None:
    with pytest.raises(LakeError, match="never written"):
        lake.read_day("t", day(1))
    with pytest.raises(LakeError, match="t has no day in"):
        lake.scan("t")
    for number in (2, 4):
        lake.write_day("t", day(number), MEMBERS)
    with pytest.raises(LakeError, match="no day 2025-03-03 in .*there are 2 from 2025-03-02 to 2025-03-04"):
        lake.read_day("t", day(3))


@pytest.mark.parametrize("kept", [0, 3, 50, 0.5, 0.99])
def test_a_torn_file_is_named_with_how_to_mend_it(lake: LakeTables, kept: float) -> None:
    path = lake.write_day("t", day(1), MEMBERS)
    lake.write_day("t", day(2), MEMBERS)
    whole = path.read_bytes()
    path.write_bytes(whole[: kept if isinstance(kept, int) else int(kept * len(whole))])
    words = rf"{path} can not be read \(.+\): delete the folder {path.parent}, then run that day again"
    with pytest.raises(LakeError, match=words):
        lake.read_day("t", day(1))
    with pytest.raises(LakeError, match=words):
        lake.scan("t")
    assert lake.read_day("t", day(2)).height == 3
    lake.write_day("t", day(1), MEMBERS)
    assert lake.scan("t").collect().height == 6


def test_a_damaged_page_never_ends_in_anything_but_rows_or_a_lake_error(lake: LakeTables) -> None:
    path = lake.write_day("t", day(1), MEMBERS)
    whole, refused = path.read_bytes(), 0
    for position in range(0, len(whole), 11):
        path.write_bytes(whole[:position] + bytes([whole[position] ^ 0x55]) + whole[position + 1 :])
        try:
            lake.read_day("t", day(1))
        except LakeError:
            refused += 1
    assert refused > 10


KILLED = """
import datetime as dt, os, signal, sys
from pathlib import Path
import polars as pl
from connectors.home.paths import Home
from connectors.lake import tables

def killed(finished, target):
    os.kill(os.getpid(), signal.SIGKILL)

tables.move = killed
tables.LakeTables(Home(Path(sys.argv[1]))).write_day("t", dt.date(2025, 3, 1), pl.DataFrame({"a": [2]}))
"""


def test_a_killed_writer_leaves_the_day_as_it_was_and_the_next_one_clears_up(lake: LakeTables, home: Home) -> None:
    before = pl.DataFrame({"a": [1]})
    lake.write_day("t", day(1), before)
    dead = subprocess.run([sys.executable, "-c", KILLED, str(home.root)], check=False, cwd=Path.cwd())
    assert dead.returncode == -9
    (left,) = home.scratch.iterdir()
    assert_frame_equal(lake.read_day("t", day(1)), before)
    assert list(home.lake.rglob("*.parquet")) == lake.paths("t")
    lake.write_day("u", day(7), before)
    assert not left.exists()


def test_the_file_of_a_writer_that_lives_and_what_others_left_stay(lake: LakeTables, home: Home) -> None:
    home.scratch.mkdir(parents=True)
    stay = [home.scratch / f"lake_t_20250301-{os.getppid()}.parquet", home.scratch / "load-1.json"]
    for path in stay:
        path.write_bytes(b"half")
    lake.write_day("t", day(1), MEMBERS)
    assert sorted(home.scratch.iterdir()) == sorted(stay)


def test_a_day_that_can_not_be_written_is_said_and_leaves_nothing(lake: LakeTables, home: Home) -> None:
    lake.write_day("t", day(1), MEMBERS)
    (home.lake / "t" / "day=2025-03-02").write_text("in the way", encoding="utf-8")
    with pytest.raises(LakeError, match="2025-03-02 of t could not be written to .*run again"):
        lake.write_day("t", day(2), MEMBERS)
    assert list(home.scratch.iterdir()) == []
    assert lake.days("t") == [day(1)]


def test_tables_written_together_replace_their_days(lake: LakeTables, home: Home) -> None:
    lake.write_day("t", day(1), MEMBERS.head(1))
    lake.write_together(day(1), {"t": MEMBERS, "u": MEMBERS.head(2)})
    assert_frame_equal(lake.read_day("t", day(1)), MEMBERS, check_exact=True)
    assert_frame_equal(lake.read_day("u", day(1)), MEMBERS.head(2), check_exact=True)
    assert list(home.scratch.iterdir()) == []
    assert sorted(path.name for path in home.lake.iterdir()) == ["t", "u"]


TOGETHER = """
import datetime as dt, os, signal, sys
from pathlib import Path
import polars as pl
from connectors.home.paths import Home
from connectors.lake import tables

name, number = sys.argv[2], int(sys.argv[3])
whole, calls = getattr(tables, name), []

def killed(*places):
    calls.append(places)
    if len(calls) > number:
        os.kill(os.getpid(), signal.SIGKILL)
    return whole(*places)

setattr(tables, name, killed)
frames = {name: pl.DataFrame({"a": [2]}) for name in ("t", "u", "v")}
tables.LakeTables(Home(Path(sys.argv[1]))).write_together(dt.date(2025, 3, 1), frames)
"""


@pytest.mark.parametrize(
    ("name", "number", "is_new"),
    [("sync", 0, False), ("sync", 3, False), ("sync", 4, True), ("move", 0, True), ("move", 2, True)],
)
def test_tables_written_together_are_all_there_or_none_whenever_the_writer_is_killed(
    lake: LakeTables, home: Home, name: str, number: int, is_new: bool
) -> None:
    before, after = pl.DataFrame({"a": [1]}), pl.DataFrame({"a": [2]})
    for table in ("t", "u", "v"):
        lake.write_day(table, day(1), before)
    dead = subprocess.run([sys.executable, "-c", TOGETHER, str(home.root), name, str(number)], check=False)
    assert dead.returncode == -9
    lake.finish_writing()
    for table in ("t", "u", "v"):
        assert_frame_equal(lake.read_day(table, day(1)), after if is_new else before)
    lake.write_day("w", day(1), before)
    assert list(home.scratch.iterdir()) == []
    assert sorted(path.name for path in home.lake.iterdir()) == ["t", "u", "v", "w"]


def test_what_was_ready_does_not_come_on_top_of_what_is_written_later(
    lake: LakeTables, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(tables, "move", full)
        with pytest.raises(LakeError, match="ready in .* could not be moved .*No space left"):
            lake.write_together(day(1), {"t": MEMBERS, "u": MEMBERS})
    lake.write_day("t", day(1), MEMBERS.head(1))
    lake.finish_writing()
    assert lake.read_day("t", day(1)).height == 1
    assert lake.read_day("u", day(1)).height == 3


def test_tables_that_can_not_be_written_together_stay_as_they_were(lake: LakeTables, home: Home) -> None:
    lake.write_day("t", day(1), MEMBERS)
    with pytest.raises(LakeError, match="can not name"):
        lake.write_together(day(1), {"t": MEMBERS.head(1), "../u": MEMBERS})
    assert lake.read_day("t", day(1)).height == 3
    assert list(home.scratch.iterdir()) == []


def test_other_days_of_a_table_are_written_together_with_a_day(lake: LakeTables, home: Home) -> None:
    for number in (1, 2):
        lake.write_day("taste_members", day(number), MEMBERS)
    kept = lake.scan_day("taste_members", day(1)).filter(pl.col("customer_key") == "b")
    lake.write_together(day(3), {"taste_members": MEMBERS}, {("taste_members", day(1)): kept})
    assert [lake.read_day("taste_members", day(number)).height for number in (1, 2, 3)] == [1, 3, 3]
    assert not list(home.lake.glob(".ready-*"))


def test_a_file_under_a_second_name_stays_as_it_was_when_its_day_is_written_again(lake: LakeTables, home: Home) -> None:
    path = lake.write_day("taste_members", day(1), MEMBERS)
    second = home.root / "second.parquet"
    os.link(path, second)
    lake.write_together(day(2), {}, {("taste_members", day(1)): MEMBERS.clear()})
    assert lake.read_day("taste_members", day(1)).is_empty()
    assert_frame_equal(pl.read_parquet(second), MEMBERS, check_exact=True)
