"""Every number of every kind of page is what the SQL that stands at its foot returns."""

import datetime as dt
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

import duckdb
import pytest

from assets.reports.campaign_pages import PUBLISHED, CampaignWanted, campaign_rows, draft_campaign
from assets.reports.opening import open_drafting
from assets.reports.pages import Draft, Drafting
from connectors.home.paths import Home
from connectors.published.query import open_reader, run_query
from connectors.published.tables import PublishedTables
from models.reports.glossary import Glossary
from models.reports.page import Heading, Page, Table, html_of
from models.reports.questions import Column, Number, Total
from models.reports.walk import numbers_of
from orchestration.dbt_project import read_manifest
from tests.assets.reports.conftest import SETTINGS
from tests.reports_by_hand import LAST, days

KINDS = (int, float, str, dt.date, dt.datetime, type(None))  # what charts and changes are made of
Row = dict[str, Any]


def campaign(make: Drafting, wanted: CampaignWanted = PUBLISHED) -> Draft:
    row = next(one for one in campaign_rows(make.asking) if one.id == "cart-reminder")
    return draft_campaign(make, row, wanted)


PAGES = {
    "dashboard": lambda make: make.dashboard(),
    "dashboard of a month": lambda make: make.dashboard("30d"),
    "history": lambda make: make.history(),
    "history of chosen days": lambda make: make.history("", days()[3], days()[12]),
    "all channels": lambda make: make.channel("all"),
    "a channel": lambda make: make.channel("email", "90d", "3d"),
    "a channel's chosen days": lambda make: make.channel("email", "", "default", days()[3], days()[12]),
    "campaign": lambda make: campaign(make),
    "one send": lambda make: campaign(make, CampaignWanted("3h", "cart-reminder@2025-10-29")),
    "segment": lambda make: make.segment("vip"),
    "live": lambda make: make.live(),
    "live of a segment": lambda make: make.live(("24h",), "vip", "VIP 고객"),
    "recommendations": lambda make: make.recommendations(),
    "index": lambda make: make.index([]),
    "day": lambda make: make.day(LAST),
}


@pytest.fixture(scope="module")
def reader(tables_home: Home) -> Iterator[duckdb.DuckDBPyConnection]:
    with open_reader(PublishedTables(tables_home)) as connection:
        yield connection


@pytest.fixture(scope="module")
def drafting(tables_home: Home, definitions: Glossary) -> Iterator[Drafting]:
    with open_drafting(PublishedTables(tables_home), SETTINGS, definitions) as found:
        yield found


@pytest.fixture(scope="module")
def described() -> dict[tuple[str, str], str]:
    """By published table and column: the metric that dbt's description of the column defines."""
    manifest = read_manifest()
    blocks = {one["block_contents"].strip(): one["name"] for one in manifest["docs"].values()}
    found = {}
    for node in manifest["nodes"].values():
        table = node.get("config", {}).get("meta", {}).get("publish", {}).get("table", "")
        for column, known in node.get("columns", {}).items():
            name = blocks.get((known.get("description") or "").strip(), "")
            if table and name.startswith("metric_"):
                found[table, column] = name.removeprefix("metric_")
    return found


def returned(draft: Draft, number: Number, reader: duckdb.DuckDBPyConnection, known: dict[str, list[Row]]) -> object:
    """What the SQL of a number returns now, at the number's place."""
    if number.question not in known:
        result = run_query(reader, draft.answers[number.question].question.sql())
        names = [column[0] for column in result.description or []]
        known[number.question] = [dict(zip(names, row, strict=True)) for row in result.fetchall()]
    assert number.row is not None
    return known[number.question][number.row][number.column]


@pytest.mark.feature("I3")
@pytest.mark.feature("I5")
@pytest.mark.feature("I7")
@pytest.mark.feature("J1")
@pytest.mark.feature("J2")
@pytest.mark.feature("D6")
@pytest.mark.parametrize("name", PAGES)
def test_every_number_is_what_its_sql_returns(name: str, drafting: Drafting, reader: duckdb.DuckDBPyConnection) -> None:
    draft = PAGES[name](drafting)
    page: Page = draft.page()
    shown = numbers_of(page)
    assert len(shown) > 15
    known: dict[str, list[Row]] = {}
    for number in shown:
        assert type(number.value) in KINDS, number
        there = returned(draft, number, reader, known)
        there = there.replace(tzinfo=number.value.tzinfo) if hasattr(there, "hour") else there  # type: ignore[attr-defined,union-attr]
        assert there == pytest.approx(number.value) if isinstance(there, float) else there == number.value, number
    assert {answer.question.name for answer in page.answers} == set(draft.answers)


@pytest.mark.parametrize("name", PAGES)
def test_every_number_has_the_definition_that_dbt_gives_its_column(
    name: str, drafting: Drafting, definitions: Glossary, described: dict[tuple[str, str], str]
) -> None:
    draft = PAGES[name](drafting)
    for number in numbers_of(draft.page()):
        question = draft.answers[number.question].question
        asked = question.columns[number.column]
        column = (asked.name if isinstance(asked, Column | Total) else number.column).removeprefix("previous_")
        if (question.table, column) in described:
            assert number.metric == described[question.table, column], number
        elif number.unit not in ("moment", "day", "text") and column not in ("rank", "*", "segment_id"):
            assert number.metric in definitions, number


@pytest.mark.parametrize("name", PAGES)
def test_every_number_of_a_table_has_its_definition_at_the_head_of_its_column_or_row(
    name: str, drafting: Drafting
) -> None:
    tables = [part for one in PAGES[name](drafting).page().sections for part in one.parts if isinstance(part, Table)]
    for table in tables:
        for row in table.rows:
            beside = {cell.metric for cell in row if isinstance(cell, Heading)}
            for column, cell in zip(table.columns, row, strict=True):
                head = column.metric if isinstance(column, Heading) else ""
                if isinstance(cell, Number) and cell.metric:
                    assert head == cell.metric or (not head and cell.metric in beside), (column, cell)


class Cells(HTMLParser):
    """Numbers of a page as it is written: question, row, column, value; and the SQL at its foot."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, int, str, str]] = []
        self.sql: list[str] = []
        self._question, self._row, self._in_sql = "", "", False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        if tag == "table":
            self._question = told.get("data-question", "")
        elif tag == "tr":
            self._row = told.get("data-row", "")
        elif tag == "pre":
            self._in_sql = True
            self.sql.append("")
        if "data-column" in told:
            question, row = told.get("data-question", self._question), told.get("data-row", self._row)
            self.found.append((question, int(row), told["data-column"], told["data-value"]))

    def handle_endtag(self, tag: str) -> None:
        self._in_sql = self._in_sql and tag != "pre"

    def handle_data(self, data: str) -> None:
        if self._in_sql:
            self.sql[-1] += data


@pytest.mark.feature("I1")
@pytest.mark.parametrize(
    "name", ["campaign", "dashboard", "history", "all channels", "segment", "live", "recommendations", "index", "day"]
)
def test_numbers_of_the_written_page_are_what_the_sql_written_at_its_foot_returns(
    name: str, drafting: Drafting, reader: duckdb.DuckDBPyConnection
) -> None:
    draft = PAGES[name](drafting)
    cells = Cells()
    cells.feed(html_of(draft.page(), lambda specification: "<svg></svg>"))
    known: dict[str, list[Row]] = {}
    assert len(cells.found) > 15
    for question, row, column, text in cells.found:
        there = returned(draft, Number(None, question=question, row=row, column=column), reader, known)
        if isinstance(there, dt.datetime):
            assert dt.datetime.fromisoformat(text).replace(tzinfo=None) == there.replace(tzinfo=None)
        elif isinstance(there, int | float):
            assert float(text) == pytest.approx(there)
        else:
            assert text == ("" if there is None else str(there))
    assert {draft.answers[question].question.sql() for question, *_ in cells.found} <= set(cells.sql)
