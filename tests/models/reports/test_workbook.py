"""A report as a workbook, read back."""

import datetime as dt
import io
import time
import zipfile
from functools import cache

import pytest
from openpyxl import Workbook, load_workbook  # type: ignore[import-untyped]

from models.reports.page import Page, Section, Table
from models.reports.questions import Number
from models.reports.workbook import workbook_of
from tests.models.reports.made_up import page

pytestmark = pytest.mark.feature("I7")


@cache
def book() -> Workbook:
    return load_workbook(io.BytesIO(workbook_of(page())))


def test_a_sheet_a_section_then_definitions_and_sql() -> None:
    assert book().sheetnames == ["요약", "표", "그림", "안내", "용어", "SQL"]
    terms = [tuple(cell.value for cell in row) for row in book()["용어"].iter_rows()]
    assert terms[0] == ("용어", "정의")
    assert ("순매출", "주문 금액에서 환불을 뺀 금액.") in terms
    about = [tuple(cell.value for cell in row) for row in book()["안내"].iter_rows(min_row=2)]
    assert about == [("리포트", "리포트"), ("기준", "지난 3일"), ("상태", "모으는 중"), ("설명", "끝")]
    sql = [tuple(cell.value for cell in row) for row in book()["SQL"].iter_rows()]
    assert sql[1][:4] == ("days", "report_campaign_days", "v7", "2025-10-04 10:00")
    assert sql[1][4] == page().answers[0].question.sql()


def test_cells_have_types_and_formats_and_all_rows_are_there() -> None:
    sheet = book()["표"]
    assert [cell.value for cell in sheet[1]] == ["날", "상품", "주문", "순매출", "클릭률", "보낸 시각"]
    first = list(sheet[2])
    assert [cell.value for cell in first] == [
        dt.datetime(2025, 10, 1), "니트 <b>", 1200, 1_234_000, 0.1234, dt.datetime(2025, 10, 2, 8, 30),
    ]  # fmt: skip
    assert [cell.number_format for cell in first] == [
        "yyyy-mm-dd", "General", "#,##0", '#,##0"원"', "0.0%", "yyyy-mm-dd hh:mm",
    ]  # fmt: skip
    assert [cell.value for cell in sheet[4]][1:3] == ["🎁 상자", None]
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("A2", "A1:F4")
    assert 12 <= sheet.column_dimensions["D"].width <= 20


def test_charts_are_native_and_stand_beside_their_numbers() -> None:
    sheet = book()["그림"]
    kinds = [type(chart).__name__ for chart in sheet._charts]
    assert kinds == ["LineChart", "BarChart", "BarChart", "BarChart", "BarChart", "BarChart"]
    assert sheet._charts[0].series[1].val.numRef.f == "그림!$C$2:$C$4"
    assert sheet["B1"].value == "orders"


def test_the_same_page_is_the_same_bytes_whenever_it_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    first = workbook_of(page())
    monkeypatch.setattr(time, "time", lambda: 2e9)
    assert workbook_of(page()) == first
    assert {entry.date_time for entry in zipfile.ZipFile(io.BytesIO(first)).infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_names_of_sheets_are_allowed_and_differ() -> None:
    long = "아주 긴 이름의 세그먼트와 그 성과: 최근 7일 [전체] / 기기별"
    sections = [Section(long, [Table(["n"], [[Number(1)]])]) for _ in range(2)]
    names = load_workbook(io.BytesIO(workbook_of(Page("t", "s", [*sections, Section("글", [])])))).sheetnames
    assert len(set(names)) == 3
    assert all(len(name) <= 31 and not set(name) & set("[]:*?/\\") for name in names)


def test_what_looks_like_a_formula_stays_text() -> None:
    made = workbook_of(Page("t", "s", [Section("h", [Table(["=1+1"], [["=cmd()"], ["http://x.example"]])])]))
    sheet = load_workbook(io.BytesIO(made))["h"]
    assert [(cell.value, cell.data_type) for (cell,) in sheet.iter_rows()] == [
        ("=1+1", "s"), ("=cmd()", "s"), ("http://x.example", "s"),
    ]  # fmt: skip
