"""A report as a workbook: a sheet a section, numbers as numbers, native charts, the definitions and the SQL.

Belongs here: sheets, cells and their formats. Does not belong here: what a report says (the pages), charts of the
workbook (``workbook_charts``).
"""

import datetime as dt
import io
import re
from collections.abc import Sequence
from typing import Any, Final

from models.reports.formats import Formats
from models.reports.page import (
    Cell,
    Chart,
    Facts,
    Figures,
    Heading,
    Link,
    Notice,
    Page,
    Section,
    Sum,
    Table,
    Windows,
)
from models.reports.page_words import PHRASES
from models.reports.palette import BACK, LINE
from models.reports.questions import Number, Unit
from models.reports.render import chart_table
from models.reports.walk import terms_of
from models.reports.workbook_charts import CHART_ROWS, add_chart
from models.words import Words

CREATED: Final = dt.datetime(2000, 1, 1)  # the same pages are the same bytes, whenever they are made
_Sheet = Table | Windows | Facts | Sum | Figures | Chart
_MOST_LETTERS: Final = 31  # of the name of a sheet
_WIDEST, _NARROWEST = 48, 9
_WIDE_LETTERS: Final = re.compile(r"[\u1100-\u11ff\u3000-\u9fff\uac00-\ud7ff\uff00-\uffef]")
_SIGNS: Final = {"KRW": '#,##0"원"', "USD": "[$$-409]#,##0.00", "JPY": "[$¥-411]#,##0", "EUR": "#,##0.00 [$€-2]"}


def workbook_of(page: Page) -> bytes:
    """The page as an XLSX file, the same bytes for the same page."""
    import xlsxwriter  # type: ignore[import-untyped]

    written = io.BytesIO()
    book = xlsxwriter.Workbook(
        written, {"in_memory": True, "default_date_format": "yyyy-mm-dd", "remove_timezone": True}
    )
    book.set_properties({"title": page.title, "subject": page.subtitle, "created": CREATED})
    writer = _Writer(book, page)
    for section in page.sections:
        writer.section(section)
    writer.about()
    writer.glossary()
    writer.sql()
    book.close()
    return written.getvalue()


class _Writer:
    """Writes one page into one workbook."""

    def __init__(self, book: Any, page: Page) -> None:
        self._book, self._page = book, page
        self._words = Words(page.language, PHRASES)
        self._names: set[str] = set()
        self._formats = {unit: book.add_format({"num_format": told, "valign": "top"})
                         for unit, told in _number_formats(page.formats).items()}  # fmt: skip
        self._head = book.add_format(
            {"bold": True, "bg_color": BACK, "bottom": 1, "bottom_color": LINE, "text_wrap": True, "valign": "vcenter"}
        )
        self._wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        self._code = book.add_format({"text_wrap": True, "valign": "top", "font_name": "Consolas"})
        self._bold = book.add_format({"bold": True})

    def section(self, section: Section) -> None:
        """A sheet. Its first table begins in the first row, so that its head can be frozen and filtered; what is told
        in words and drawn stands below or beside it."""
        tables = [part for part in section.parts if isinstance(part, _Sheet)]
        if not tables:
            return
        sheet = self._book.add_worksheet(self._name(section.name or section.heading))
        widths: dict[int, int] = {}
        row = 0
        for place, part in enumerate(tables):
            columns, rows = self._rows(part)
            row = self._table(sheet, row, columns, rows, widths, is_first=place == 0)
            if isinstance(part, Chart) and rows:
                add_chart(self._book, sheet, part, row - len(rows), len(columns))
                row += max(0, CHART_ROWS - len(rows))
            row += 2
        for notice in (part for part in section.parts if isinstance(part, Notice)):
            sheet.write_string(row, 0, f"{notice.title} {notice.text}".strip(), self._bold)
            row += 1
        self._set_widths(sheet, widths)

    def about(self) -> None:
        """What the report is about, which days it shows, whether it still collects."""
        page = self._page
        badges = [("state", f"{one.title} {one.text}".strip()) for one in page.badges]
        rows = [("report", page.title), ("period", page.subtitle), *badges, ("note", page.footer)]
        told = [(self._words(name), text) for name, text in rows if text]
        self._texts("sheet_about", ("item", "value"), told, self._wrapped)

    def glossary(self) -> None:
        """What the numbers mean."""
        rows = [(one.label, one.text) for one in terms_of(self._page)]
        self._texts("sheet_glossary", ("term", "definition"), rows, self._wrapped)

    def sql(self) -> None:
        """Where the numbers come from."""
        told = [
            (
                one.question.name, one.question.table, one.version,
                self._page.formats.value(one.made_at, "moment"), one.question.sql(),
            ) for one in self._page.answers
        ]  # fmt: skip
        self._texts("sheet_sql", ("question", "table", "version", "made_at", "sheet_sql"), told, self._code)

    def _texts(self, name: str, heads: Sequence[str], rows: Sequence[Sequence[str]], last: Any) -> None:
        if not rows:
            return
        sheet = self._book.add_worksheet(self._name(self._words(name)))
        widths: dict[int, int] = {}
        for column, head in enumerate(heads):
            sheet.write_string(0, column, self._words(head), self._head)
            for place, row in enumerate(rows, start=1):
                is_last = column == len(heads) - 1
                sheet.write_string(place, column, row[column], last if is_last else self._wrapped)
                widths[column] = max(widths.get(column, 0), 90 if is_last else _width(row[column]))
        sheet.freeze_panes(1, 0)
        self._set_widths(sheet, widths, most=90)

    def _table(
        self, sheet: Any, top: int, columns: Sequence[str], rows: Sequence[Sequence[Cell]], widths: dict[int, int],
        is_first: bool,
    ) -> int:  # fmt: skip
        """Write it from row ``top`` on; the row below it."""
        for column, head in enumerate(columns):
            sheet.write_string(top, column, head, self._head)
            widths[column] = max(widths.get(column, 0), _width(head))
        for place, row in enumerate(rows, start=top + 1):
            for column, cell in enumerate(row):
                self._cell(sheet, place, column, cell)
                widths[column] = max(widths.get(column, 0), _width(self._told(cell)))
        if is_first:
            sheet.freeze_panes(top + 1, 0)
            if rows and columns:
                sheet.autofilter(top, 0, top + len(rows), len(columns) - 1)
        return top + 1 + len(rows)

    def _cell(self, sheet: Any, row: int, column: int, cell: Cell) -> None:
        if not isinstance(cell, Number):
            sheet.write_string(row, column, self._told(cell))
            return
        value, style = cell.value, self._formats[cell.unit]
        if value is None:
            sheet.write_blank(row, column, None, style)
        elif isinstance(value, dt.datetime):
            sheet.write_datetime(row, column, self._page.formats.local(value).replace(tzinfo=None), style)
        elif isinstance(value, dt.date):
            sheet.write_datetime(row, column, dt.datetime.combine(value, dt.time()), style)
        elif isinstance(value, str | bool):
            sheet.write_string(row, column, str(value))
        else:
            sheet.write_number(row, column, value / 86_400 if cell.unit == "seconds" else value, style)

    def _rows(self, part: _Sheet) -> tuple[list[str], Sequence[Sequence[Cell]]]:
        words = self._words
        if isinstance(part, Chart):
            part = chart_table(part, self._page, is_typed=True)
        if isinstance(part, Table):
            return [_told(one) for one in part.columns], part.rows
        if isinstance(part, Windows):
            heads = [f"{one.label} ({words('chosen')})" if one.is_chosen else one.label for one in part.windows]
            return [words("figure"), *heads], [[heading.label, *cells] for heading, cells in part.rows]
        if isinstance(part, Facts | Sum):
            return [words("figure"), words("value")], [[_told(name), cell] for name, cell in part.rows]
        columns = [words("figure"), words("value"), words("previous"), words("note")]
        return columns, [
            [one.label, one.value, "" if one.before is None else one.before, one.note] for one in part.figures
        ]

    def _name(self, heading: str) -> str:
        """A name that a sheet may have and no other has yet, whatever its capitals."""
        plain = re.sub(r"[\[\]:*?/\\]", " ", heading).strip("' ") or "-"
        name, many = plain[:_MOST_LETTERS], 1
        while name.casefold() in self._names:
            many += 1
            name = f"{plain[: _MOST_LETTERS - 4]} {many}"
        self._names.add(name.casefold())
        return name

    def _told(self, cell: Cell) -> str:
        if isinstance(cell, Number):
            return self._page.formats.number(cell)
        return cell.label if isinstance(cell, Heading) else cell.text if isinstance(cell, Link) else cell

    def _set_widths(self, sheet: Any, widths: dict[int, int], most: int = _WIDEST) -> None:
        for column, width in widths.items():
            sheet.set_column(column, column, min(most, max(_NARROWEST, width + 3)))


def _number_formats(formats: Formats) -> dict[Unit, str]:
    money = _SIGNS.get(formats.currency, f'#,##0.00 "{formats.currency}"')
    if formats.currency == "KRW" and formats.locale != "ko":
        money = "[$₩-412]#,##0"
    return {
        "count": "#,##0", "money": money, "rate": "0.0%", "ratio": "#,##0.00", "percent": "#,##0%", "number": "#,##0.0",
        "seconds": "[h]:mm:ss", "moment": "yyyy-mm-dd hh:mm", "day": "yyyy-mm-dd", "hour": "0", "text": "@",
    }  # fmt: skip


def _width(text: str) -> int:
    """Columns of a cell that a text needs; Hangul is twice as wide as Latin letters."""
    return max((len(line) + len(_WIDE_LETTERS.findall(line)) for line in text.split("\n")), default=0)


def _told(heading: str | Heading) -> str:
    return heading.label if isinstance(heading, Heading) else heading
