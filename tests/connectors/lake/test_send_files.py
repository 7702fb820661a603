"""Files of sends: whole or not at all, and the first one that is kept once is the one that counts."""

import datetime as dt
from pathlib import Path

import polars as pl
import pytest

from connectors.home.paths import make_home
from connectors.lake.errors import LakeError
from connectors.lake.sends import SendFiles

pytestmark = pytest.mark.feature("E10")
DAY = dt.date(2026, 3, 2)
ROWS = pl.DataFrame({"customer_id": [1, 2]})


def test_files_are_found_by_day_and_send_with_their_signature(tmp_path: Path) -> None:
    files = SendFiles(make_home(tmp_path))
    assert files.read("deliveries", DAY, 7) is None
    assert files.signature("deliveries", DAY, 7) is None
    assert (files.paths("deliveries"), files.days("deliveries")) == ([], [])
    for number in (10, 9, 7):
        files.write("deliveries", DAY, number, ROWS, f"signature {number}")
    files.write("deliveries", DAY, 7, ROWS.head(1), "another")
    files.write("deliveries", dt.date(2026, 3, 1), 1, ROWS)
    assert [path.stem for path in files.paths("deliveries")] == ["1", "7", "9", "10"]
    assert files.days("deliveries") == [dt.date(2026, 3, 1), DAY]
    assert files.signature("deliveries", DAY, 7) == "another"
    assert files.read("deliveries", DAY, 7).equals(ROWS.head(1))  # type: ignore[union-attr]
    assert list(make_home(tmp_path).scratch.iterdir()) == []


def test_what_is_written_once_stays(tmp_path: Path) -> None:
    files = SendFiles(make_home(tmp_path))
    assert files.write_once("send_decisions", DAY, 1, ROWS).equals(ROWS)
    assert files.write_once("send_decisions", DAY, 1, ROWS.head(1)).equals(ROWS)
    assert list(make_home(tmp_path).scratch.iterdir()) == []


def test_a_damaged_file_and_a_wrong_name_are_told(tmp_path: Path) -> None:
    files = SendFiles(make_home(tmp_path))
    files.write("deliveries", DAY, 1, ROWS).write_bytes(b"torn")
    for look in (files.read, files.signature):
        with pytest.raises(LakeError, match="delete it"):
            look("deliveries", DAY, 1)
    with pytest.raises(LakeError, match="can not name"):
        files.paths("../deliveries")
