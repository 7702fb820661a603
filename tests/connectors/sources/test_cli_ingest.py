"""`dangol ingest`: what is printed, the exit status, members in the store."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from connectors.erasure.erase import erase_member
from connectors.home.member_key import member_key, read_secret
from connectors.store.store import Store
from orchestration.cli.ingest import ingest_command

pytestmark = pytest.mark.feature("A2")
LINES = """name,at,visitor,member,product,price,quantity,device
login,2025-05-01 10:00:00,v1,m1,,,,
login,2025-05-01 10:00:00,test-1,,,,,
login,,v1,,,,,
"""
MEMBERS = "  - {kind: members, when: member is not null, columns: {member_id: member, grade: device}}\n"


def test_a_summary_is_printed_and_members_are_stored(
    shop: Any, clicks: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    mapping = shop.write("m.yaml", clicks.read_text() + MEMBERS)
    file = shop.write("x.csv", LINES)
    assert ingest_command(shop.home.root, mapping, [file]) == 0
    printed = capsys.readouterr().out
    for words in [
        "x.csv",
        "read                    3 rows",
        "kept                    1",
        "1  test traffic",
        "1  bad_time",
    ]:
        assert words in printed
    assert "written: 1 events, 1 members" in printed
    assert ingest_command(shop.home.root, mapping, [file]) == 0
    assert "nothing new" in capsys.readouterr().out


def test_an_error_sets_the_exit_status_after_the_other_files(
    shop: Any, clicks: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ingest_command(shop.home.root, clicks, [shop.root / "none.csv", shop.write("x.csv", LINES)]) == 1
    printed = capsys.readouterr().out
    assert "none.csv: NOT ingested" in printed
    assert "kept                    1" in printed


@pytest.mark.feature("B4")
def test_an_export_does_not_bring_an_erased_member_back(
    shop: Any, clicks: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    mapping = shop.write("m.yaml", clicks.read_text() + MEMBERS)
    assert ingest_command(shop.home.root, mapping, [shop.write("x.csv", LINES)]) == 0
    secret = read_secret(shop.home)
    with Store.open(shop.home.ops_url, secret=secret, now=lambda: dt.datetime(2025, 5, 2, tzinfo=dt.UTC)) as store:
        erase_member(shop.home, "m1", store, lambda: dt.datetime(2025, 5, 2, tzinfo=dt.UTC))
    assert shop.rows("events") == []
    capsys.readouterr()
    grown = shop.write("y.csv", LINES + "login,2025-05-01 11:00:00,v2,m2,,,,\nlogin,2025-05-03 09:00:00,v1,m1,,,,\n")
    assert ingest_command(shop.home.root, mapping, [grown]) == 0
    assert "1  erased_member" in capsys.readouterr().out
    keys = {key for (key,) in shop.rows("events", "member_key")}
    assert keys == {member_key("m2", secret), member_key("m1", secret)}, "who comes back afterwards counts"
    assert dt.datetime(2025, 5, 1, 10) not in {at for (at,) in shop.rows("events", "event_at")}
