"""The spool: pieces come back in order with the declared columns, and nothing stays behind."""

from pathlib import Path

import polars as pl
import pytest

from connectors.home.paths import Home
from connectors.lake.errors import LakeError
from connectors.lake.spool import Spool

SCHEMA = pl.Schema({"name": pl.String(), "rank": pl.Int32()})


def test_pieces_come_back_in_order_with_the_declared_columns(tmp_path: Path) -> None:
    with Spool(Home(tmp_path), {"lists": SCHEMA, "empty": SCHEMA}) as spool:
        for number in range(12):
            spool.add("lists", pl.DataFrame({"other": [0], "rank": [number], "name": [f"n{number}"]}))
        spool.add("lists", pl.DataFrame(schema=SCHEMA))
        back = spool.scan("lists").collect()
        assert back.schema == SCHEMA
        assert back["rank"].to_list() == list(range(12))
        assert spool.rows("lists") == 12
        assert spool.scan("empty").collect().schema == SCHEMA
        assert spool.rows("empty") == 0
    assert list((tmp_path / "scratch").iterdir()) == []


def test_nothing_stays_behind_after_an_error(tmp_path: Path) -> None:
    def fail() -> None:
        with Spool(Home(tmp_path), {"lists": SCHEMA}) as spool:
            spool.add("lists", pl.DataFrame({"name": ["a"], "rank": [1]}))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert list((tmp_path / "scratch").iterdir()) == []


def test_a_piece_that_can_not_be_written_says_where(tmp_path: Path) -> None:
    (tmp_path / "scratch").write_text("a file where a folder should be")
    with Spool(Home(tmp_path), {"lists": SCHEMA}) as spool, pytest.raises(LakeError, match="lists could not be"):
        spool.add("lists", pl.DataFrame({"name": ["a"], "rank": [1]}))
