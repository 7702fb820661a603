"""A home with taste tables that a test writes by itself, for the tests of `dangol taste`."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

import polars as pl
from click.testing import Result
from typer.testing import CliRunner

from assets.taste import publish_taste_table
from assets.taste_history import SCHEMAS, run_row
from connectors.home.paths import Home
from connectors.lake.tables import LakeTables
from connectors.published.tables import PublishedTables
from orchestration.cli.taste import taste_app
from orchestration.cli.taste_words import TasteError

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
