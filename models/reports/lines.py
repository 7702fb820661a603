"""The numbers of a page as lines for machines: one number each, with where it stands and what it means.

Belongs here: turning a page into rows. Does not belong here: writing them (the command line), pages for people
(``render``, ``workbook``).
"""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from models.reports.page import Cell, Chart, Facts, Figures, Heading, Link, Page, Part, Sum, Table, Windows
from models.reports.questions import Number

COLUMNS: Final = ("section", "row", "column", "value", "unit", "metric", "table")
Line = dict[str, Any]


def lines_of(page: Page) -> list[Line]:
    """A line for each number and text of a table, card or chart, in the order of the page. ``value``: numbers as they
    are, days and moments as ISO 8601 text, nothing for None; ``table``: the published table that it comes from."""
    tables = {answer.question.name: answer.question.table for answer in page.answers}
    return [
        {"section": section.heading, **line, "table": tables.get(line["table"], "")}
        for section in page.sections
        for part in section.parts
        for line in _lines(part)
    ]


def _lines(part: Part) -> Iterator[Line]:
    if isinstance(part, Figures):
        for figure in part.figures:
            yield _line(figure.label, "", figure.value)
            if figure.before is not None:
                yield _line(figure.label, "before", figure.before)
    elif isinstance(part, Table):
        yield from _rows(part.columns, part.rows)
    elif isinstance(part, Facts | Sum):
        for name, cell in part.rows:
            yield _line(_told(name), "", cell)
    elif isinstance(part, Windows):
        for heading, cells in part.rows:
            for window, cell in zip(part.windows, cells, strict=True):
                yield _line(heading.label, window.label, cell)
    elif isinstance(part, Chart):
        for series in part.series:
            for x, number in zip(part.x, series.values, strict=True):
                yield _line(str(x), series.label, number)


def _rows(columns: Sequence[str | Heading], rows: Sequence[Sequence[Cell]]) -> Iterator[Line]:
    """Cells by the texts before the first number: what the row is about."""
    for row in rows:
        name = " / ".join(_text(cell) for cell in row if _names(cell))
        for column, cell in zip(columns, row, strict=True):
            if not _names(cell):
                yield _line(name, _told(column), cell)


def _names(cell: Cell) -> bool:
    return not isinstance(cell, Number) or cell.unit in ("day", "moment", "text")


def _line(row: str, column: str, cell: Cell) -> Line:
    if isinstance(cell, Number):
        value = cell.value if cell.size is not None else cell.raw
        return {"row": row, "column": column, "value": value, "unit": cell.unit, "metric": cell.metric,
                "table": cell.question}  # fmt: skip
    return {"row": row, "column": column, "value": _text(cell), "unit": "text", "metric": "", "table": ""}


def _text(cell: Cell) -> str:
    if isinstance(cell, Number):
        return cell.raw
    return cell.label if isinstance(cell, Heading) else cell.text if isinstance(cell, Link) else cell


def _told(heading: str | Heading) -> str:
    return heading.label if isinstance(heading, Heading) else heading
