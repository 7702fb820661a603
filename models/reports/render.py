"""A page as HTML.

Belongs here: what the templates ``page*.j2`` need to know of each part, and the letters that go into the page. Does not
belong here: parts (``page``), what charts look like (``drawing``), how numbers are written (``formats``).
"""

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import count
from typing import TYPE_CHECKING, Any, Final, Literal

from models.reports import palette
from models.reports.drawing import HALF, NARROW, WIDE, name_of, specification
from models.reports.font import face, letters
from models.reports.page import Cell, Chart, Draw, Figure, Figures, Heading, Link, Notice, Page, Section, Table, Tone
from models.reports.page_words import PHRASES
from models.reports.questions import Number
from models.reports.svg import slim
from models.reports.walk import terms_of
from models.words import Words

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup

_LEFT: Final = ("text", "moment", "day")  # units that are not set to the right
_ARROWS: Final[dict[Literal[-1, 0, 1], str]] = {1: "▲", 0: "–", -1: "▼"}
_LIKE_BEFORE: Final = 0.05  # per cent or points that are shown as 0.0: neither up nor down
_CLIP: Final = re.compile(r'(?<=["#])clip\d+')
_HEAD: Final = "</style>"


@dataclass(frozen=True)
class Drawn:
    """A chart for both kinds of screens."""

    wide: str
    narrow: str


@dataclass(frozen=True)
class Change:
    """What stands beside a figure that has one before."""

    told: str
    arrow: str
    tone: Tone


@dataclass(frozen=True)
class Row:
    """A row of a table; ``row``: the place in the answer that all its numbers come from."""

    cells: Sequence[Cell]
    row: int | None


@dataclass(frozen=True)
class TableView:
    """A table as the page shows it; ``question``: the one that all its numbers come from."""

    columns: Sequence[str | Heading]
    rows: Sequence[Row]
    right: Sequence[int]
    question: str
    total: int

    @property
    def left_out(self) -> bool:
        return len(self.rows) < self.total


def rendered(page: Page, draw: Draw | None, font: bytes | None, index: str = "") -> str:
    """See ``page.html_of``."""
    html = _environment().get_template("page.html.j2").render(_Context(page, draw).names(), index=index)
    if font is None:
        return html
    head, rest = html.split(_HEAD, 1)
    return f"{head}{face(letters(font, rest))}\n{_HEAD}{rest}"


def chart_table(chart: Chart, page: Page, is_typed: bool = False) -> Table:
    """The numbers of a chart, a row for each place across; days and hours as text unless ``is_typed``."""
    words = Words(page.language, PHRASES)
    is_days = any(isinstance(x, dt.date) for x in chart.x)
    columns: list[str | Heading] = [
        chart.x_title or words("day" if is_days else "hour" if chart.x_unit == "hour" else "item")
    ]
    values: list[Sequence[Number]] = []
    for series in chart.series:
        name = series.label or words("value")
        metric = next((one.metric for one in series.values if one.metric), "")
        columns.append(Heading(name, metric))
        values.append(series.values)
        for end, numbers in (("low", series.low), ("high", series.high)):
            if numbers:
                columns.append(words(end, name=name))
                values.append(numbers)
    names: list[Cell] = [name_of(x, chart, page.formats) for x in chart.x]
    if is_days:
        names = [Number(x, "day") if is_typed else str(x) for x in chart.x]
    elif chart.x_unit == "hour" and is_typed:
        names = [Number(x, "hour") for x in chart.x]
    return Table(columns, list(zip(names, *values, strict=True)))


class _Context:
    """What the templates may call, for one page."""

    def __init__(self, page: Page, draw: Draw | None) -> None:
        self._page, self._draw, self._ids = page, draw, count(1)
        self._clips = (f"c{number}" for number in count(1))

    def names(self) -> dict[str, Any]:
        page = self._page
        return {
            "page": page, "c": palette, "w": Words(page.language, PHRASES),
            "definitions": terms_of(page),
            "told": self.told, "label": _label, "define": self.define, "heading_of": self.heading_of,
            "origin": lambda cell: attributes(cell, "", None), "inherited": self.inherited, "change": self.change,
            "is_link": lambda cell: isinstance(cell, Link), "is_heading": lambda cell: isinstance(cell, Heading),
            "is_name": _is_name, "is_when": _is_when, "abreast": _abreast,
            "is_told": _is_told, "table_view": table_view, "draw": self.draw,
            "chart_table": lambda chart: chart_table(chart, page), "next_id": lambda: f"t{next(self._ids)}",
        }  # fmt: skip

    def told(self, cell: Cell) -> str:
        if isinstance(cell, Number):
            return self._page.formats.number(cell)
        return cell.label if isinstance(cell, Heading) else cell.text if isinstance(cell, Link) else cell

    def define(self, heading: str | Heading) -> str:
        found = self._page.glossary.of(heading.metric, self._page.language) if isinstance(heading, Heading) else None
        return found.text if found else ""

    def heading_of(self, figure: Figure) -> Heading:
        return Heading(figure.label, figure.value.metric if isinstance(figure.value, Number) else "")

    def inherited(self, cell: Cell, question: str, row: int | None) -> "Markup | str":
        told = attributes(cell, question, row)
        return " " + told if told else ""

    def change(self, figure: Figure) -> Change | None:
        if not isinstance(figure.value, Number) or figure.before is None:
            return None
        found = self._page.formats.change(figure.value.value, figure.before.value, figure.value.unit)
        if found is None:
            return None
        told, amount = found
        way: Literal[-1, 0, 1] = 0 if abs(amount) < _LIKE_BEFORE else 1 if amount > 0 else -1
        tone: Tone = "" if not (way and figure.good) else "up" if (way > 0) == (figure.good == "up") else "down"
        return Change(told, _ARROWS[way], tone)

    def draw(self, chart: Chart) -> Drawn:
        if self._draw is None:
            raise ValueError(f"page '{self._page.title}' has charts: html_of needs something that draws them")
        sizes = (WIDE if chart.is_wide else HALF, NARROW)
        wide, narrow = (self._numbered(slim(self._draw(specification(chart, self._page.formats, size))))
                        for size in sizes)  # fmt: skip
        return Drawn(wide, narrow)

    def _numbered(self, svg: str) -> str:
        """The drawing with ids that no other on the page has, the same each time: the renderer counts through all that
        it ever drew."""
        names: dict[str, str] = {}
        return _CLIP.sub(lambda found: names.get(found[0]) or names.setdefault(found[0], next(self._clips)), svg)


def attributes(cell: Cell, question: str, row: int | None) -> "Markup | str":
    """Where a number comes from, as attributes; less what the table (``question``) or its row says already."""
    from markupsafe import Markup

    if not isinstance(cell, Number) or not cell.question:
        return ""
    told = {"question": cell.question, "row": cell.row, "column": cell.column, "value": cell.raw}
    if cell.question == question:
        del told["question"]
        if cell.row == row:
            del told["row"]
    return Markup(" ").join(Markup('data-{}="{}"').format(name, value) for name, value in told.items())


def table_view(table: Table) -> TableView:
    """The rows that are shown, the columns that are set to the right, where the numbers come from."""
    shown = table.rows if table.shown is None else table.rows[: table.shown]
    numbers = [cell for row in shown for cell in row if isinstance(cell, Number) and cell.question]
    questions = {number.question for number in numbers}
    question = questions.pop() if len(questions) == 1 else ""
    rows = [Row(row, _place(row) if question else None) for row in shown]
    right = set(table.numbers)
    for row in shown:
        right |= {place for place, cell in enumerate(row) if isinstance(cell, Number) and cell.unit not in _LEFT}
    return TableView(table.columns, rows, sorted(right), question, len(table.rows))


def _place(row: Sequence[Cell]) -> int | None:
    places = {cell.row for cell in row if isinstance(cell, Number) and cell.question}
    return places.pop() if len(places) == 1 else None


def _abreast(part: Figures, section: Section) -> int:
    """Cards in a row: as many in each row, but for the last."""
    most = 3 if section.half else 6
    rows = -(-len(part.figures) // most)
    return max(1, -(-len(part.figures) // max(1, rows)))


def _is_told(chart: Chart, section: Section) -> bool:
    """Whether the section says already what the chart shows."""
    notices = [part.text for part in section.parts if isinstance(part, Notice)]
    return chart.says in (section.heading, section.text, *notices)


def _is_when(cell: Cell) -> bool:
    """Whether it is a day or a moment, which no line ends within."""
    return isinstance(cell, Number) and cell.unit in ("day", "moment")


def _is_name(cell: Cell) -> bool:
    """Whether it can say what its row is about."""
    return not isinstance(cell, Number)


def _label(heading: str | Heading) -> str:
    return heading.label if isinstance(heading, Heading) else heading


@cache
def _environment() -> "Environment":
    from jinja2 import Environment, FunctionLoader, StrictUndefined

    folder = resources.files("models.reports")
    loader = FunctionLoader(lambda name: folder.joinpath(name).read_text(encoding="utf-8"))
    return Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
