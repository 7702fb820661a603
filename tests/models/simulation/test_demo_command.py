"""`dangol demo` fills a home, and the same arguments again add nothing."""

from pathlib import Path

import duckdb
import pytest

from connectors.home.settings import read_settings
from orchestration.cli.demo import demo_command

pytestmark = pytest.mark.feature("M5")


def _count(home: Path, kind: str) -> int:
    found = duckdb.connect().execute(
        f"select count(*) from read_parquet('{home}/landing/{kind}/*/*.parquet', hive_partitioning = false)"
    )
    return int(found.fetchall()[0][0])


def test_demo_fills_a_home_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert demo_command(tmp_path, customers=150, days=12) == 0
    first = capsys.readouterr().out
    assert f"dangol run --home {tmp_path}" in first
    settings = read_settings(tmp_path / "shop.yaml")
    assert "m.dangolshop.co.kr" in settings.site_hosts
    counts = _count(tmp_path, "events"), _count(tmp_path, "products")
    assert min(counts) > 0
    assert demo_command(tmp_path, customers=150, days=12) == 0
    assert "nothing was added" in capsys.readouterr().out
    assert (_count(tmp_path, "events"), _count(tmp_path, "products")) == counts
    truth = {path.stem for path in (tmp_path / "truth").glob("*.parquet")}
    assert truth == {"tastes", "customers", "products", "visits", "bots", "events_by_day"}


def test_another_shop_in_the_same_home_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert demo_command(tmp_path, customers=20, days=2) == 0
    assert demo_command(tmp_path, customers=20, days=2, seed=8) == 1
    assert "another --home" in capsys.readouterr().err


def test_impossible_arguments_are_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert demo_command(tmp_path, customers=0) == 1
    assert "customers" in capsys.readouterr().err


def test_no_member_id_reaches_the_landing_zone(tmp_path: Path) -> None:
    demo_command(tmp_path, customers=60, days=4)
    rows = duckdb.connect().execute(
        f"select * from read_parquet('{tmp_path}/landing/events/*/*.parquet', hive_partitioning = false)"
    )
    names = [column[0] for column in rows.description or []]
    assert "member_id" not in names
    assert "user0000" not in str(rows.fetchall())
