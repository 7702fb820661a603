"""`dangol taste` on homes whose published tables the tests write themselves."""

import csv
import datetime as dt
import fcntl
import io
import json
import os
import pty
import re
import string
import struct
import subprocess
import sys
import termios
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest
from click.testing import Result
from rich.cells import cell_len
from typer.testing import CliRunner

from assets.taste import publish_taste_table
from assets.taste_history import SCHEMAS, run_row
from connectors.home.paths import Home, make_home
from connectors.lake.tables import LakeTables
from connectors.published.errors import QueryError
from connectors.published.query import open_reader
from connectors.published.tables import PublishedTables
from connectors.published.taste import Flow, TasteTables
from models.taste.drift import CHANGES
from models.taste.drift import SCHEMA as DRIFT
from models.taste.gate import Quality, faults, judge, not_enough_data, setbacks
from orchestration.cli.taste import taste_app
from orchestration.cli.taste_changes import changes_by_drift, changes_by_flows, relations
from orchestration.cli.taste_reasons import told_reasons
from orchestration.cli.taste_words import PHRASES, TasteError, Words
from tests.orchestration.conftest import dangol

FIRST, SECOND, THIRD = dt.date(2025, 10, 1), dt.date(2025, 10, 2), dt.date(2025, 10, 5)
NAMES = {
    1: "촉촉한 시카 케어",
    2: "우아한 골드버튼 무드",
    3: "상큼 바캉스룩",
    4: "감성 컬렉션",
    5: "포근한 집콕 무드",
    6: "레트로한 옛 멋",
}
# customers of each segment by day: 4 merges into 1, 5 splits from 2, 3 dissolves and comes back, 6 is new
MEMBERS = {
    FIRST: {1: range(0, 40), 2: range(40, 70), 3: range(70, 90), 4: range(90, 100)},
    SECOND: {1: [*range(0, 38), *range(90, 99)], 2: range(40, 56), 5: range(56, 69), 6: range(200, 208)},
    THIRD: {
        1: [*range(0, 39), *range(90, 99)],
        2: range(40, 56),
        3: range(300, 330),
        5: range(56, 69),
        6: range(200, 208),
    },
}
DRIFT_ROWS: dict[dt.date, list[tuple[int, str, list[int]]]] = {
    FIRST: [(1, "born", []), (2, "born", []), (3, "born", []), (4, "born", [])],
    SECOND: [
        (1, "kept", [4]), (2, "kept", [5]), (3, "died", []), (4, "merged", [1]), (5, "split", [2]), (6, "born", []),
    ],
    THIRD: [(1, "kept", []), (2, "kept", []), (3, "returned", []), (5, "kept", []), (6, "kept", [])],
}  # fmt: skip


def segment(number: int) -> str:
    return f"taste-{number:04d}"


class Shop:
    """A home with taste tables, filled day by day."""

    def __init__(self, home: Home, locale: str) -> None:
        self.home = home
        self._lake, self._published = LakeTables(home), PublishedTables(home)
        home.settings_file.write_text(f"locale: {locale}\n", encoding="utf-8")

    def add_day(self, day: dt.date, names: dict[int, str], *, bundles: dict[int, Sequence[int]] | None = None) -> None:
        """A good run: segments, members, drift and its row of ``taste_runs``."""
        members = {number: list(customers) for number, customers in MEMBERS[day].items()}
        parents = {child: number for number, children in (bundles or {}).items() for child in children}
        total = sum(map(len, members.values()))
        rows = [
            self._row(day, segment(n), names[n], len(members[n]), total, parent=parents.get(n)) for n in sorted(members)
        ]
        tops = [
            self._row(day, f"taste-p{n:04d}", f"묶음 {n}", sum(len(members[c]) for c in inside), total, level="bundle")
            for n, inside in (bundles or {}).items()
        ]
        self._write("taste_segments", day, rows)
        self._write("taste_bundles", day, tops)
        pairs = [
            {
                "day": day,
                "customer_key": f"c{who}",
                "segment_id": segment(n),
                "strength": 0.15 if who % 10 == 0 else 0.9,
            }
            for n, customers in members.items()
            for who in customers
        ]
        self._write("taste_members", day, pairs)
        self._write("taste_drift", day, [self._drift(day, *row) for row in DRIFT_ROWS[day]])
        self.add_run(
            day, state="published", customers=200, customers_with_taste=150, members=total, stability=0.93, groups=4
        )

    def add_run(self, day: dt.date, state: str, reasons: Sequence[str] = (), **figures: Any) -> None:
        values = {"day": day, "state": state, "reasons": list(reasons), "window_days": 30, **figures}
        self._lake.write_day("taste_runs", day, run_row(values))

    def forget_members(self, day: dt.date) -> None:
        self._lake.remove_days_before("taste_members", day + dt.timedelta(days=1))

    def publish(self) -> None:
        for table in SCHEMAS:
            publish_taste_table(self._lake, self._published, table, "1GB")

    def _write(self, table: str, day: dt.date, rows: list[dict[str, Any]]) -> None:
        schema = SCHEMAS[table]
        full = [{name: row.get(name) for name in schema} for row in rows]
        self._lake.write_day(table, day, pl.DataFrame(full, schema=schema))

    def _row(
        self, day: dt.date, segment_id: str, name: str, customers: int, total: int, *, level: str = "segment",
        parent: int | None = None,
    ) -> dict[str, Any]:  # fmt: skip
        number = int(segment_id[-4:])
        return {
            "day": day, "segment_id": segment_id, "level": level, "name": name,
            "description": f"{name}를 즐겨 보는 고객들이에요.",
            "parent_segment_id": None if parent is None else f"taste-p{parent:04d}", "customers": customers,
            "keywords": [f"낱말{number}{letter}" for letter in "가나다라마바사아자차"], "share": customers / total,
            "top_products": ["p1", "p2", f"gone{number}"],
            "top_product_names": ["시카 토너", "[bold]리넨\x1b[2J 셔츠", "옛 상품"],
            "named_by": "embedded" if number % 2 else "openai:gpt-4o-mini", "named_on": day,
        }  # fmt: skip

    def _drift(self, day: dt.date, number: int, change: str, related: list[int]) -> dict[str, Any]:
        days = list(MEMBERS)
        before = MEMBERS[days[days.index(day) - 1]] if day != FIRST else {}
        return {
            "day": day, "segment_id": segment(number), "change": change,
            "related_segment_ids": [segment(n) for n in related], "customers_before": len(before.get(number, ())),
            "customers_now": len(MEMBERS[day].get(number, ())),
        }  # fmt: skip


@pytest.fixture
def shop(tmp_path: Path) -> Callable[..., Shop]:
    """A shop with as many days as wanted; on the second day segment 1 gets another name, on the third there is a
    bundle."""

    def make(*days: dt.date, locale: str = "ko") -> Shop:
        made = Shop(make_home(tmp_path / "home"), locale)
        for day in days:
            names = NAMES | ({1: "비건 스킨케어"} if day != FIRST else {})
            made.add_day(day, names, bundles={1: [1, 2]} if day == THIRD else None)
        with duckdb.connect() as connection:
            products = """
                SELECT *
                FROM (VALUES ('p1', '스킨케어 > 토너', 12900.0, 'active'), ('p2', '상의 > 셔츠', 39.5, 'sold_out'))
                AS t (product_id, category_path, sale_price, status)
            """
            PublishedTables(made.home).publish_full("products", connection, products)
        made.publish()
        return made

    return make


def ask(shop: Shop, *arguments: str) -> Result:
    return CliRunner().invoke(taste_app, [*arguments, "--home", str(shop.home.root)])


def said(shop: Shop, *arguments: str) -> str:
    done = ask(shop, *arguments)
    assert done.exception is None, repr(done.exception)
    return done.stdout


def refused(shop: Shop, *arguments: str) -> str:
    """The message of a command that could not be done; nothing was printed before it."""
    done = ask(shop, *arguments)
    assert isinstance(done.exception, TasteError), repr(done.exception)
    assert done.stdout == ""
    assert "\n" not in str(done.exception)
    return str(done.exception)


def line_of(text: str, start: str) -> str:
    return next(line for line in text.splitlines() if line.startswith(start))


# --- list ---------------------------------------------------------------------------------------------------------


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


# --- show ---------------------------------------------------------------------------------------------------------


@pytest.mark.feature("C1")
def test_show_tells_a_segment_and_nobody_in_it(shop: Callable[..., Shop]) -> None:
    text = said(shop(FIRST, SECOND, THIRD), "show", "taste-0001")
    assert text.startswith("비건 스킨케어 · taste-0001 · 2025-10-05 기준\n비건 스킨케어를 즐겨 보는 고객들이에요.\n")
    assert re.search(r"키워드 +낱말1가 · .* · 낱말1차\n", text)
    assert re.search(r"고객 수 +48명 \(41\.7%\)\n", text)
    assert re.search(r"2025-10-02 대비 +유지 \+1\n", text)
    assert re.search(r"묶음 +taste-p0001 묶음 1\n", text)
    assert re.search(r"같은 묶음 +taste-0002 우아한 골드버튼 무드\n", text)
    assert re.search(r"작명 +2025-10-05, 내장 작명기\n", text)
    assert not re.search(r"\bc\d+\b", text)


def test_show_lists_products_with_their_price_and_state_of_now(shop: Callable[..., Shop]) -> None:
    text = said(shop(FIRST), "show", "taste-0002")
    assert re.search(r"p1 +시카 토너 +스킨케어 > 토너 +12,900원\n", text)
    assert re.search(r"p2 +\[bold\]리넨 \[2J 셔츠 +상의 > 셔츠 +39\.50원 +품절\n", text)
    assert re.search(r"gone2 +옛 상품\n", text)
    assert "\x1b" not in text


def test_show_draws_size_over_time_and_former_names(shop: Callable[..., Shop]) -> None:
    made = shop(FIRST, SECOND, THIRD)
    history = said(made, "show", "taste-0001").split("고객 수 추이\n")[1].split("\n\n")[0].splitlines()
    assert [line.split()[:2] for line in history[1:]] == [
        ["2025-10-01", "40"],
        ["2025-10-02", "47"],
        ["2025-10-05", "48"],
    ]
    assert history[1].endswith("촉촉한 시카 케어")
    assert history[2].endswith("비건 스킨케어")
    assert history[3].endswith("█" * 24)
    past = said(made, "show", "taste-0001", "--day", "2025-10-02")
    assert "2025-10-05" not in past


def test_show_draws_how_strongly_members_belong(shop: Callable[..., Shop]) -> None:
    text = said(shop(FIRST), "show", "taste-0001")
    assert "중앙값 90%" in text
    assert re.search(r"80–100% +36 +█{24}\n60–80% +0\n40–60% +0\n20–40% +0\n0–20% +4 +█+\n", text)


def test_a_bundle_is_shown_with_its_segments_and_their_members(shop: Callable[..., Shop]) -> None:
    text = said(shop(FIRST, SECOND, THIRD), "show", "taste-p0001")
    assert re.search(r"속한 세그먼트 +taste-0001 비건 스킨케어, taste-0002 우아한 골드버튼 무드\n", text)
    counts = re.findall(r"^\d+–\d+% +(\d+)", text, flags=re.MULTILINE)
    assert sum(map(int, counts)) == 48 + 16


def test_members_that_are_no_longer_kept_are_said_to_be(shop: Callable[..., Shop]) -> None:
    made = shop(FIRST, SECOND)
    made.forget_members(FIRST)
    made.publish()
    assert "보관 기간(taste.keep_days)" in said(made, "show", "taste-0001", "--day", "2025-10-01")


@pytest.mark.feature("C2")
def test_an_id_that_is_not_there_names_those_that_are(shop: Callable[..., Shop]) -> None:
    made = shop(FIRST, SECOND)
    assert "가장 가까운 것: taste-0006 레트로한 옛 멋." in refused(made, "show", "taste-006")
    assert "있는 것: taste-0001, taste-0002, taste-0005, taste-0006." in refused(made, "show", "taste-006")
    assert "가장 가까운 것: taste-0002" in refused(made, "show", "골드버튼")
    gone = refused(made, "show", "taste-0003")
    assert "`dangol taste show taste-0003 --day 2025-10-01`" in gone
    assert "20" in said(made, "show", "taste-0003", "--day", "2025-10-01")


# --- diff ---------------------------------------------------------------------------------------------------------


@pytest.mark.feature("C2")
def test_diff_counts_who_stayed_moved_left_and_came(shop: Callable[..., Shop]) -> None:
    text = said(shop(FIRST, SECOND), "diff", "2025-10-01", "2025-10-02")
    assert text.startswith("취향 세그먼트 비교 · 2025-10-01 → 2025-10-02\n")
    # 38 + 16 stayed, 9 merged and 13 split off, 2 + 1 + 20 + 1 left, 8 came
    assert "100명 → 84명: 그대로 54명, 다른 세그먼트로 22명, 세그먼트 밖으로 24명, 새로 들어옴 8명." in text
    assert re.search(r"taste-0001 +40 +47 +95% +유지 \+7, taste-0004 흡수 +비건 스킨케어\n", text)
    assert re.search(r"taste-0002 +30 +16 +53% +유지 -14, taste-0005 분리됨 +우아한", text)
    assert re.search(r"taste-0003 +20 +– +흩어짐 +상큼 바캉스룩\n", text)
    assert re.search(r"taste-0004 +10 +– +taste-0001에 합쳐짐 +감성 컬렉션\n", text)
    assert re.search(r"taste-0005 +– +13 +taste-0002에서 분리 +포근한 집콕 무드\n", text)
    assert re.search(r"taste-0006 +– +8 +신규 +레트로한 옛 멋\n", text)
    assert re.search(r"이름이 바뀐 세그먼트\ntaste-0001 +촉촉한 시카 케어 → 비건 스킨케어\n", text)
    moves = text.split("세그먼트 사이의 이동 (많은 순)\n")[1].splitlines()[1:]
    assert [re.findall(r"\d+|taste-\d+", line)[:1] for line in moves] == [["13"], ["9"]]
    assert re.search(r"9 +taste-0004 감성 컬렉션 +taste-0001 비건 스킨케어", moves[1])


def test_diff_spans_days_that_are_not_adjacent_in_either_order(shop: Callable[..., Shop]) -> None:
    made = shop(FIRST, SECOND, THIRD)
    text = said(made, "diff", "2025-10-05", "2025-10-01")
    assert text == said(made, "diff", "2025-10-01", "2025-10-05")
    assert re.search(r"taste-0003 +20 +30 +0% +유지 \+10", text)
    assert re.search(r"taste-0005 +– +13 +taste-0002에서 분리", text)
    back = said(made, "diff", "2025-10-02", "2025-10-05")
    assert re.search(r"taste-0003 +– +30 +다시 나타남", back)
    assert "세그먼트를 옮긴 고객이 없습니다" not in text
    assert "세그먼트를 옮긴 고객이 없습니다" in back


def test_diff_without_members_goes_by_what_the_runs_recorded(shop: Callable[..., Shop]) -> None:
    made = shop(FIRST, SECOND, THIRD)
    made.forget_members(FIRST)
    made.publish()
    text = said(made, "diff", "2025-10-01", "2025-10-05")
    assert "2025-10-01의 고객 명단은 보관 기간(taste.keep_days)이 지나" in text
    assert "남은 고객" not in text
    assert re.search(r"taste-0003 +20 +30 +유지 \+10", text)
    assert re.search(r"taste-0004 +10 +– +taste-0001에 합쳐짐", text)
    assert re.search(r"taste-0005 +– +13 +taste-0002에서 분리", text)
    assert re.search(r"taste-0006 +– +8 +신규", text)


def test_days_without_segments_name_those_with(shop: Callable[..., Shop]) -> None:
    made = shop(FIRST, SECOND)
    for arguments in (["diff", "2025-10-01", "2025-10-03"], ["list", "--day", "2025-10-03"]):
        message = refused(made, *arguments)
        assert message == "2025-10-03에는 취향 세그먼트가 없습니다. 있는 날: 2025-10-01, 2025-10-02."
    assert "서로 다른 두 날" in refused(made, "diff", "2025-10-01", "2025-10-01")


def test_of_many_days_the_near_ones_are_named(tmp_path: Path) -> None:
    made = Shop(make_home(tmp_path / "home"), "en")
    for number in range(0, 40, 2):
        day = FIRST + dt.timedelta(days=number)
        made._write("taste_segments", day, [made._row(day, segment(1), "name", 5, 5)])
    made.publish()
    message = refused(made, "list", "--day", "2025-10-14")
    assert "There are 20 days from 2025-10-01 to 2025-11-08; near it: 2025-10-09, 2025-10-11" in message


# --- states without segments, formats, terminals -------------------------------------------------------------------


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


# --- parts --------------------------------------------------------------------------------------------------------


def test_every_phrase_has_the_same_gaps_in_both_languages() -> None:
    for key, (korean, english) in PHRASES.items():
        gaps = [{name for _, name, _, _ in string.Formatter().parse(text) if name} for text in (korean, english)]
        assert gaps[0] == gaps[1], key
        assert not re.search("[가-힣]", english), key
    for change in CHANGES:
        assert Words("ko").change(change) != Words("en").change(change)
        assert "taste-0001" in Words("ko").change("merged", "taste-0001")


def test_prices_are_written_as_the_shop_writes_them() -> None:
    assert Words("ko").price(23000.0) == "23,000원"
    assert Words("en").price(23000.0) == "23,000 KRW"
    assert Words("en", "GBP").price(2.5) == "2.50 GBP"
    assert Words("en").price(None) == ""


def test_every_reason_of_the_gate_has_korean_words() -> None:
    good = Quality(5000, 4000, 20, 0.3, 0.1, 0.9, 0.9, 0.2)
    worse = Quality(5000, 1000, 60, 0.0, 0.5, 0.5, 0.5, 0.8)
    garbage = Quality(10, 5, 1, -0.9, 0.95, 0.1, 0.1, 1.0)
    reasons = [*faults(garbage), *setbacks(worse, good), *judge(worse, good, [worse] * 3).reasons]
    reasons += [not_enough_data(customers, products, min_views=views) or "" for customers, products, views in (
        (1, 50, 2), (50, 50, 1), (50, 50, 7), (500, 1, 2), (500, 5, 2),
    )]  # fmt: skip
    reasons.append("no groups of like taste among 3,000 customers")
    assert len(reasons) >= 20
    for reason in reasons:
        korean = told_reasons([reason], "ko")
        assert not re.search("[A-Za-z{}]", korean), korean
        assert set(re.findall(r"\d[\d,.]*\d|\d", reason)) <= set(re.findall(r"\d[\d,.]*\d|\d", korean)), korean
        assert told_reasons([reason], "en") == reason
    assert told_reasons(["something new"], "ko") == "something new"


def test_related_segments_are_told_apart() -> None:
    changes = {"a": "kept", "b": "merged", "c": "split", "d": "merged"}
    assert relations("kept", ["b", "c"], changes).took_in == ("b",)
    assert relations("kept", ["b", "c"], changes).gave_off == ("c",)
    assert relations("merged", ["a", "c"], changes).cause == ("a",)
    assert relations("merged", ["c"], changes).cause == ("c",)
    assert relations("split", ["a", "b"], changes).cause == ("a",)
    assert relations("split", ["a", "b"], changes).took_in == ("b",)
    assert relations("split", ["b"], changes).cause == ("b",)
    assert relations("split", ["b"], changes).took_in == ()


def rows_of(day: dt.date, **sizes: int) -> list[dict[str, Any]]:
    return [{"day": day, "segment_id": name, "name": name, "customers": size} for name, size in sizes.items()]


def test_changes_are_judged_by_the_limits_of_drift() -> None:
    before, now = rows_of(FIRST, a=100, b=100, c=8), rows_of(SECOND, a=100, d=60, e=50)
    flows = [
        Flow("a", "a", 60), Flow("a", "d", 30), Flow("b", "d", 20), Flow("b", "a", 19), Flow("b", "e", 45),
        Flow("c", "a", 4), Flow("c", None, 4), Flow(None, "e", 5),
    ]  # fmt: skip
    days = {"a": FIRST, "d": SECOND, "e": SECOND}
    found = {each.segment_id: each for each in changes_by_flows(before, now, flows, days)}
    assert found["a"].stayed == 60
    # of b's 84 seen on both days 45 are in e: merged there; d has most members from a, which gave a third of itself
    assert (found["b"].change, found["b"].related_segment_ids) == ("merged", ("e",))
    assert (found["d"].change, found["d"].related_segment_ids) == ("split", ("a",))
    assert found["e"].change == "born"
    assert found["c"].change == "died"  # too few of them were seen again to say where they went
    tied = [Flow("x", "a", 10), Flow("x", "d", 10)]
    halves = changes_by_flows(rows_of(FIRST, x=20), rows_of(SECOND, a=10, d=10), tied, {"a": SECOND, "d": SECOND})
    assert [each.change for each in halves] == ["born", "split", "merged"]
    assert halves[2].related_segment_ids == ("a", "d")


def test_drift_in_between_is_followed_by_day() -> None:
    drift = pl.DataFrame(
        [
            {"day": FIRST, "segment_id": "x", "change": "died", "related_segment_ids": []},
            {"day": SECOND, "segment_id": "x", "change": "returned", "related_segment_ids": []},
            {"day": THIRD, "segment_id": "x", "change": "merged", "related_segment_ids": ["a"]},
        ],
        schema_overrides={"related_segment_ids": DRIFT["related_segment_ids"]},
    )
    found = changes_by_drift(rows_of(FIRST, a=5, x=5), rows_of(THIRD, a=9), drift.to_dicts())
    assert [(each.segment_id, each.change, each.stayed) for each in found] == [
        ("a", "kept", None),
        ("x", "merged", None),
    ]


def test_a_damaged_table_is_one_clear_message(shop: Callable[..., Shop]) -> None:
    tables = PublishedTables(shop(FIRST).home)
    with open_reader(tables) as connection:
        (file,) = tables.path("taste_members").rglob("*.parquet")
        file.write_bytes(b"PAR1 but no more")
        with pytest.raises(QueryError, match="taste_members can not be read"):
            TasteTables(connection).member_days()
