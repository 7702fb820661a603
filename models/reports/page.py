"""A report as one HTML page that needs nothing beside itself: figures, tables and pictures under headings.

Belongs here: the parts a report is made of, and turning them into HTML. Does not belong here: what a report says
(``profile``, …), drawing (``charts``), files.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from jinja2 import Template

Tone = Literal["", "up", "down"]
_TEMPLATE: Final = "page.html.j2"


@dataclass(frozen=True)
class Figure:
    """One number on a card; ``note`` stands below it, in the colour of ``tone``."""

    label: str
    value: str
    note: str = ""
    tone: Tone = ""


@dataclass(frozen=True)
class Figures:
    """Cards side by side."""

    figures: Sequence[Figure]
    kind: Literal["figures"] = "figures"


@dataclass(frozen=True)
class Table:
    """Rows of text; ``numbers``: places of the columns that are set to the right."""

    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    numbers: Sequence[int] = ()
    empty: str = ""  # said where there are no rows
    kind: Literal["table"] = "table"


@dataclass(frozen=True)
class Picture:
    """An SVG drawing; ``says``: what it shows, for who does not see it; ``narrow``: the drawing for telephones."""

    svg: str
    says: str
    narrow: str = ""
    kind: Literal["picture"] = "picture"


@dataclass(frozen=True)
class Legend:
    """What colours stand for: (colour, text)."""

    entries: Sequence[tuple[str, str]]
    kind: Literal["legend"] = "legend"


Part = Figures | Table | Picture | Legend


@dataclass(frozen=True)
class Section:
    """A heading and what stands under it; ``half``: two such sections share a row where the screen is wide enough."""

    heading: str
    parts: Sequence[Part]
    text: str = ""
    half: bool = False


@dataclass(frozen=True)
class Page:
    """A whole report; ``language``: of its words, as HTML names it; ``footer``: where the numbers come from."""

    title: str
    subtitle: str
    sections: Sequence[Section]
    footer: str = ""
    language: str = "ko"


def html_of(page: Page) -> str:
    """The page as HTML; texts are escaped, pictures are taken as they are."""
    return _template().render(page=page)


@cache
def _template() -> "Template":
    from jinja2 import Environment, StrictUndefined

    text = resources.files("models.reports").joinpath(_TEMPLATE).read_text(encoding="utf-8")
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    return environment.from_string(text)
