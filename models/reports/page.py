"""A report as one HTML page that needs nothing beside itself: figures, tables and pictures under headings.

Belongs here: the parts a report is made of, and turning them into HTML. Does not belong here: what a report says
(``campaign``, ``segment``, …), how numbers are written (``formats``), what a chart looks like (``drawing``), files.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from models.reports.formats import Formats
from models.reports.glossary import EMPTY, Glossary
from models.reports.questions import Answer, Number, Unit
from models.words import Locale

Tone = Literal["", "up", "down"]
Draw = Callable[[Mapping[str, Any]], str]


@dataclass(frozen=True)
class Link:
    """Text that leads to another page; ``address`` relative to this one."""

    text: str
    address: str


@dataclass(frozen=True)
class Heading:
    """The name of a column or row; ``metric``: whose definition it shows."""

    label: str
    metric: str = ""


Cell = str | Number | Link | Heading


@dataclass(frozen=True)
class Figure:
    """One number on a card; ``note`` stands below it, in the colour of ``tone``.

    ``before``: the same number of the period before, told as a change; ``good``: the direction in which it gets
    better, neither for what is neither good nor bad. The definition is that of the number's metric.
    """

    label: str
    value: Cell
    note: str = ""
    tone: Tone = ""
    before: Number | None = None
    good: Tone = "up"


@dataclass(frozen=True)
class Figures:
    """Cards side by side."""

    figures: Sequence[Figure]
    kind: Literal["figures"] = "figures"


@dataclass(frozen=True)
class Table:
    """Rows of cells. Numbers are written in their unit; ``numbers``: places of columns of text that are set to the
    right too; ``caption``: what the table shows; ``shown``: rows on the page at most, the workbook has all."""

    columns: Sequence[str | Heading]
    rows: Sequence[Sequence[Cell]]
    numbers: Sequence[int] = ()
    empty: str = ""  # said where there are no rows
    caption: str = ""
    shown: int | None = None
    kind: Literal["table"] = "table"


@dataclass(frozen=True)
class Facts:
    """What something is: (name, value) pairs, such as the basic information of a campaign."""

    rows: Sequence[tuple[str | Heading, Cell]]
    kind: Literal["facts"] = "facts"


@dataclass(frozen=True)
class Sum:
    """What adds up, in one line: the terms with plus signs between them, then what they make."""

    terms: Sequence[tuple[Heading, Number]]
    total: tuple[Heading, Number]
    kind: Literal["sum"] = "sum"

    @property
    def rows(self) -> Sequence[tuple[Heading, Number]]:
        """The terms and their sum."""
        return (*self.terms, self.total)


@dataclass(frozen=True)
class Window:
    """A column of the strip of windows; ``note`` such as that it is still collecting."""

    label: str
    is_chosen: bool = False
    note: str = ""


@dataclass(frozen=True)
class Windows:
    """The same figures in every window side by side, the chosen one marked. ``rows``: name, a cell a window."""

    windows: Sequence[Window]
    rows: Sequence[tuple[Heading, Sequence[Cell]]]
    caption: str = ""
    kind: Literal["windows"] = "windows"


@dataclass(frozen=True)
class Picture:
    """An SVG drawing; ``says``: what it shows, for who does not see it; ``narrow``: the drawing for telephones."""

    svg: str
    says: str
    narrow: str = ""
    kind: Literal["picture"] = "picture"


@dataclass(frozen=True)
class Series:
    """One line or one colour of bars: a number for each place of the chart's ``x``; ``low`` and ``high``: ends of their
    intervals."""

    label: str
    values: Sequence[Number]
    low: Sequence[Number] = ()
    high: Sequence[Number] = ()


@dataclass(frozen=True)
class Chart:
    """A chart that is drawn when the page is made, and a native one in the workbook.

    ``x``: names, days (as ISO text or dates) or hours, in order; every series has one value for each.

    - ``lines``: over days or hours, one line a series;
    - ``bars``: side by side over few places such as hours; ``marked``: the place whose bar stands out (the best hour);
    - ``ranks``: lying bars, a name each, as many series as are compared;
    - ``stacked``: bars on top of each other;
    - ``funnel``: one series, steps from the widest to the narrowest;
    - ``intervals``: one series with ``low`` and ``high``, a name each; ``zero``: where the line of no difference is.

    ``is_wide``: over the whole page; else half of it.
    """

    says: str
    shape: Literal["lines", "bars", "ranks", "stacked", "funnel", "intervals"]
    x: Sequence[Any]
    series: Sequence[Series]
    unit: Unit = "count"
    x_title: str = ""
    x_unit: Unit = "text"
    marked: int | None = None
    zero: float | None = None
    is_wide: bool = True
    with_numbers: bool = True  # a table of the numbers that folds out below
    kind: Literal["chart"] = "chart"


@dataclass(frozen=True)
class Notice:
    """A sentence that stands out: ``collecting`` (성과 수집 중), ``warning``, ``verdict`` (what may be concluded),
    ``good``, ``info``. ``title`` is short and stands before it."""

    text: str
    tone: Literal["info", "collecting", "warning", "verdict", "good"] = "info"
    title: str = ""
    kind: Literal["notice"] = "notice"


@dataclass(frozen=True)
class Legend:
    """What colours stand for: (colour, text)."""

    entries: Sequence[tuple[str, str]]
    kind: Literal["legend"] = "legend"


@dataclass(frozen=True)
class Links:
    """Links to other files: (address relative to this one, text)."""

    entries: Sequence[tuple[str, str]]
    kind: Literal["links"] = "links"


Part = Figures | Table | Facts | Sum | Windows | Picture | Chart | Notice | Legend | Links


@dataclass(frozen=True)
class Section:
    """A heading and what stands under it; ``half``: two such sections share a row where the screen is wide enough;
    ``name``: of its sheet in the workbook, the heading unless given."""

    heading: str
    parts: Sequence[Part]
    text: str = ""
    half: bool = False
    name: str = ""


@dataclass(frozen=True)
class Page:
    """A whole report; ``language``: of its words, as HTML names it; ``footer``: where the numbers come from.

    ``badges``: notices beside the title; ``answers``: what stands under sources, in order; ``glossary``: definitions,
    of which those of metrics on the page are shown; ``formats``: how numbers are written.
    """

    title: str
    subtitle: str
    sections: Sequence[Section]
    footer: str = ""
    language: Locale = "ko"
    badges: Sequence[Notice] = ()
    answers: Sequence[Answer] = ()
    glossary: Glossary = EMPTY
    formats: Formats = field(default_factory=Formats)


def html_of(page: Page, draw: Draw | None = None, font: bytes | None = None, index: str = "") -> str:
    """The page as HTML; texts are escaped, pictures are taken as they are.

    ``draw`` turns the specification of a chart into SVG (needed where there are charts); ``font``: a TrueType font of
    which the letters of the page are put into it, for readers without a Korean one; ``index``: address of the list of
    all pages, which the page leads back to.
    """
    from models.reports.render import rendered

    return rendered(page, draw, font, index)
