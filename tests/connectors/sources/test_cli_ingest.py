"""`dangol ingest`: what is printed, the exit status, members in the store."""

from pathlib import Path
from typing import Any

import pytest

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
