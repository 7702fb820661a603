"""`dangol taste list`, and what all `dangol taste` commands share, on homes whose published tables the tests write."""

import csv
import datetime as dt
import fcntl
import io
import json
import os
import pty
import re
import struct
import subprocess
import sys
import termios
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from rich.cells import cell_len

from assets.taste_history import SCHEMAS
from connectors.home.paths import make_home
from models.taste.gate import not_enough_data
from tests.orchestration.conftest import dangol
from tests.orchestration.taste_shop import (
    DRIFT_ROWS,
    FIRST,
    NAMES,
    SECOND,
    THIRD,
    Shop,
    line_of,
    refused,
    said,
    segment,
)


@pytest.mark.feature("C1")
def test_list_shows_segments_by_size_with_what_a_marketer_asks_for(shop: Callable[..., Shop]) -> None:
    text = said(shop(FIRST, SECOND), "list")
    assert text.startswith("취향 세그먼트 4개 · 2025-10-02\n")
    listed = [line.split()[0] for line in text.splitlines() if line.startswith("taste-0") and "낱말" in line]
    assert listed == ["taste-0001", "taste-0002", "taste-0005", "taste-0006"]
    first = line_of(text, "taste-0001")
    assert first.split()[1:3] == ["47", "56.0%"]
    assert "유지 +7, taste-0004 흡수, 새 이름" in first
    assert "비건 스킨케어" in first
    assert " · ".join(f"낱말1{letter}" for letter in "가나다라마바사아자차") in first
    assert "유지 -14, taste-0005 분리됨" in line_of(text, "taste-0002")
    assert "taste-0002에서 분리" in line_of(text, "taste-0005")
    assert "신규" in line_of(text, "taste-0006")
    assert "gpt-4o-mini" in line_of(text, "taste-0002")
    assert "내장 작명기" in first


@pytest.mark.feature("C2")
def test_list_says_which_segments_are_gone(shop: Callable[..., Shop]) -> None:
    gone = said(shop(FIRST, SECOND), "list").split("2025-10-01 이후 사라진 세그먼트\n")[1]
    assert re.search(r"taste-0003 +20 +흩어짐 +상큼 바캉스룩", gone)
    assert re.search(r"taste-0004 +10 +taste-0001에 합쳐짐 +감성 컬렉션", gone)


@pytest.mark.feature("C1")
def test_list_says_how_many_have_a_taste_and_how_steady_it_is(shop: Callable[..., Shop]) -> None:
    text = said(shop(FIRST, SECOND), "list")
    assert "최근 30일 동안 상품을 본 고객 200명 가운데 84명(42%)이" in text
    assert "50명은 본 상품이 너무 적고, 66명은 취향이 한쪽으로 모이지 않습니다" in text
    assert "거의 같은 세그먼트가 나옵니다 (안정도 0.93)" in text
    assert "알림" not in text


def test_a_shaky_run_is_called_a_hint(shop: Callable[..., Shop]) -> None:
    made = shop(FIRST)
    figures: dict[str, Any] = {"customers": 10, "customers_with_taste": 10, "members": 10}
    for stability, words in ((0.7, "대체로 비슷한"), (0.4, "참고용"), (None, "")):
        made.add_run(FIRST, "published", stability=stability, **figures)
        made.publish()
        assert words in said(made, "list")
    assert "안정도" not in said(made, "list")


def test_the_first_day_is_compared_with_nothing(shop: Callable[..., Shop]) -> None:
    text = said(shop(FIRST), "list")
    assert "대비" not in text
    assert "신규" not in text
    assert "비교할 이전 분석이 없습니다" in text


def test_list_shows_bundles_and_an_older_day_when_asked(shop: Callable[..., Shop]) -> None:
    made = shop(FIRST, SECOND, THIRD)
    latest, older = said(made, "list"), said(made, "list", "--day", "2025-10-02")
    assert "묶음 1개" in latest
    assert re.search(r"taste-p0001 +64 .*묶음 1 +taste-0001, taste-0002", latest)
    assert "다시 나타남" in line_of(latest, "taste-0003")
    assert "묶음 1개" not in older
    assert older.startswith("취향 세그먼트 4개 · 2025-10-02\n")


@pytest.mark.feature("C1")
@pytest.mark.parametrize(
    ("state", "reason", "words"),
    [
        ("kept_previous", "stability 0.1", "품질 기준에 못 미쳐"),
        (
            "not_enough_data",
            "3 customers looked at two products or more in the last 30 days; at least 100 are needed",
            "데이터가 부족해 세그먼트를 만들지 못했습니다 "
            "(최근 30일 동안 상품을 2개 이상 본 고객이 3명이고 100명 이상이어야 함)",
        ),
    ],
)
def test_a_run_that_gave_no_segments_is_told_beside_the_last_good_ones(
    shop: Callable[..., Shop], state: str, reason: str, words: str
) -> None:
    made = shop(FIRST, SECOND)
    made.add_run(THIRD, state, [reason], customers=5, customers_with_taste=3)
    made.publish()
    for command in (["list"], ["show", "taste-0001"]):
        text = said(made, *command)
        notice = line_of(text, "알림: 2025-10-05")
        assert words in notice
        assert "2025-10-02의 세그먼트" in notice
    assert "알림" not in said(made, "list", "--day", "2025-10-01")
    assert words in refused(made, "list", "--day", "2025-10-05")


def test_a_day_run_again_and_refused_is_not_credited_with_the_refused_figures(shop: Callable[..., Shop]) -> None:
    made = shop(FIRST, SECOND)
    made.add_run(SECOND, "kept_previous", ["1 group; at least 2 are needed"], customers=9, customers_with_taste=9)
    made.publish()
    text = said(made, "list")
    assert "알림: 2025-10-02 분석은" in text
    assert "그룹이 1개뿐이고 2개 이상이어야 함" in text
    assert "안정도" not in text


@pytest.mark.feature("C1")
def test_english_shops_read_english(shop: Callable[..., Shop]) -> None:
    made = shop(FIRST, SECOND, THIRD, locale="en")
    made.add_run(dt.date(2025, 10, 6), "kept_previous", ["1 group; at least 2 are needed"])
    made.publish()
    texts = [said(made, "list", "--day", "2025-10-02"), said(made, "list"), said(made, "show", "taste-0001")]
    texts.append(said(made, "diff", "2025-10-01", "2025-10-02"))
    assert texts[0].startswith("4 taste segments · 2025-10-02\n")
    assert "kept +7, took in taste-0004, renamed" in texts[0]
    assert "Note: The run of 2025-10-06 was not good enough to be used (1 group; at least 2 are needed)." in texts[1]
    data = [*NAMES.values(), "비건 스킨케어", r"낱말\d.", r"묶음 \d", "시카 토너", "리넨", "셔츠", "옛 상품"]
    data += ["스킨케어 > 토너", "상의", "를 즐겨 보는 고객들이에요"]
    for text in texts:
        left = re.sub("|".join(data), "", text)
        assert not re.search("[가-힣]", left), left


@pytest.mark.feature("C1")
@pytest.mark.parametrize("command", [["list"], ["show", "taste-0001"], ["diff", "2025-10-01", "2025-10-02"]])
@pytest.mark.parametrize(
    ("locale", "words"), [("ko", "만든 적이 없습니다"), ("en", "no taste segments were ever made")]
)
def test_a_home_without_taste_runs_says_what_to_do(tmp_path: Path, command: list[str], locale: str, words: str) -> None:
    made = Shop(make_home(tmp_path / "home"), locale)
    for _ in ("nothing is published", "all tables are, without rows"):
        message = refused(made, *command)
        assert words in message
        assert "`dangol run`" in message
        made.publish()


def test_too_little_data_from_the_start_is_told_with_its_reason(tmp_path: Path) -> None:
    made = Shop(make_home(tmp_path / "home"), "ko")
    made.add_run(FIRST, "not_enough_data", [not_enough_data(3, 1) or ""], customers=4, customers_with_taste=3)
    made.publish()
    message = refused(made, "list")
    assert "아직 취향 세그먼트가 없습니다" in message
    assert "상품을 2개 이상 본 고객이 3명이고 100명 이상이어야 함" in message


@pytest.mark.feature("C1")
def test_machines_get_the_raw_columns(shop: Callable[..., Shop]) -> None:
    made = shop(FIRST, SECOND, THIRD)
    columns = list(SCHEMAS["taste_segments"])
    listed = json.loads(said(made, "list", "--format", "json"))
    assert [row["segment_id"] for row in listed][:2] == ["taste-0001", "taste-0003"]
    assert listed[-1]["level"] == "bundle"
    assert list(listed[0]) == [*columns, "change", "related_segment_ids", "customers_before", "shared_share"]
    assert listed[0]["day"] == "2025-10-05"
    assert len(listed[0]["keywords"]) == 10
    rows = list(csv.DictReader(io.StringIO(said(made, "list", "-f", "csv", "--day", "2025-10-02"))))
    assert [row["change"] for row in rows] == ["kept", "kept", "split", "born"]
    assert json.loads(rows[0]["related_segment_ids"]) == ["taste-0004"]
    (shown,) = json.loads(said(made, "show", "taste-0002", "-f", "json"))
    assert list(shown) == columns
    changes = json.loads(said(made, "diff", "2025-10-01", "2025-10-02", "-f", "json"))
    assert {row["segment_id"]: row["change"] for row in changes} == {
        segment(n): change for n, change, _ in DRIFT_ROWS[SECOND]
    }
    assert changes[0]["stayed"] == 38
    assert "table, csv, json" in refused(made, "list", "--format", "xml")


def test_columns_line_up_whatever_the_letters(shop: Callable[..., Shop]) -> None:
    lines = [line for line in said(shop(FIRST, SECOND), "list").splitlines() if "낱말" in line]
    keywords = {cell_len(line[: line.index("낱말")]) for line in lines}
    namers = {cell_len(re.split("내장|gpt", line)[0]) for line in lines}
    assert len(lines) == 4
    assert len(keywords) == len(namers) == 1


def test_a_terminal_gets_lines_of_its_width_with_every_letter(shop: Callable[..., Shop]) -> None:
    made = shop(FIRST, SECOND)
    for width, *command in ((80, "list"), (131, "list"), (80, "show", "taste-0001"), (80, "diff", FIRST, SECOND)):
        raw = on_terminal(made, width, *map(str, command))
        assert "\x1b[" in raw
        lines = re.sub(r"\x1b\[[0-9;]*m", "", raw).splitlines()
        assert max(map(cell_len, lines)) <= width
        assert "…" not in raw
        for letter in "가나다라마바사아자차" if "diff" not in command else "":
            assert f"낱말1{letter}" in raw


def on_terminal(shop: Shop, width: int, *arguments: str) -> str:
    """What a terminal so many cells wide is sent."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 50, width, 0, 0))
    environment = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "NO_COLOR")}
    process = subprocess.Popen(
        [sys.executable, "-m", "orchestration", "taste", *arguments, "--home", str(shop.home.root)],
        stdin=theirs, stdout=theirs, stderr=subprocess.PIPE, env=environment | {"TERM": "xterm"},
    )  # fmt: skip
    os.close(theirs)
    with os.fdopen(ours, "rb", buffering=0) as terminal:
        text = b"".join(read_terminal(terminal)).decode()
    assert process.stderr is not None
    with process.stderr as stderr:
        assert (process.wait(60), stderr.read()) == (0, b"")
    return text.replace("\r\n", "\n")


def read_terminal(terminal: io.FileIO) -> Iterator[bytes]:
    """Until the other side is closed, which Linux reports as an error."""
    while True:
        try:
            chunk = terminal.read(65536)
        except OSError:
            return
        if not chunk:
            return
        yield chunk


@pytest.mark.feature("M3")
def test_the_command_line_mounts_it_and_errors_are_one_line(shop: Callable[..., Shop]) -> None:
    made = shop(FIRST, SECOND)
    good = dangol(made.home, "taste", "list")
    assert (good.returncode, good.stderr) == (0, "")
    assert good.stdout == said(made, "list")
    for arguments in (["show", "taste-9999"], ["list", "--day", "yesterday"], ["diff", "2025-10-01", "2024-01-01"]):
        done = dangol(made.home, "taste", *arguments)
        assert (done.returncode, done.stdout) == (1, "")
        assert done.stderr.startswith("dangol: ")
        assert len(done.stderr.splitlines()) == 1
    helped = subprocess.run(
        [sys.executable, "-m", "orchestration", "--help"], capture_output=True, text=True, check=True
    )
    assert re.search(r"^ +taste ", helped.stdout, flags=re.MULTILINE)


def test_a_reader_who_has_seen_enough_gets_no_complaint(shop: Callable[..., Shop]) -> None:
    made = shop(FIRST, SECOND)
    process = subprocess.Popen(
        [sys.executable, "-m", "orchestration", "taste", "list", "--home", str(made.home.root)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout is not None
    process.stdout.close()
    assert process.stderr is not None
    with process.stderr as stderr:
        assert stderr.read() == b""
    process.wait(60)
