"""How commands write: text and tables to a terminal or into a pipe, rows for machines.

Belongs here: layout, widths of Korean letters, bars, CSV and JSON. Does not belong here: what is written.

On a terminal tables are wrapped to its width; into a pipe a row is one line, without colours.
"""

import csv
import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import IO, Any

from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

_PIPE_WIDTH = 100_000  # cells: nothing is wrapped
_BAR = 24  # cells of the longest bar


@dataclass(frozen=True)
class Column:
    """A heading; ``right``: numbers; ``whole``: never wrapped; ``style``: on a terminal."""

    heading: str
    right: bool = False
    whole: bool = False
    style: str = ""


class Screen:
    """Where text goes. ``is_terminal``: somebody looks at it."""

    def __init__(self, out: IO[str]) -> None:
        self._out = out
        self.is_terminal = out.isatty()
        width = None if self.is_terminal else _PIPE_WIDTH
        self._console = Console(
            file=out, force_terminal=self.is_terminal, width=width, highlight=False, markup=False, emoji=False
        )

    def line(self, text: str = "", style: str = "") -> None:
        """A paragraph."""
        self._print(Text(clean(text), style=style))

    def heading(self, text: str) -> None:
        """An empty line and a heading."""
        self.line()
        self.line(text, "bold")

    def facts(self, facts: Sequence[tuple[str, str]]) -> None:
        """What a thing is, a line each; empty ones are left out."""
        table = Table.grid(padding=(0, 2, 0, 0))
        table.add_column(no_wrap=True, style="dim")
        table.add_column(overflow="fold")
        for name, value in facts:
            if value:
                table.add_row(Text(clean(name)), Text(clean(value)))
        self._print(table)

    def table(self, columns: Sequence[Column], rows: Sequence[Sequence[str | Text]]) -> None:
        """Rows under headings; a cell is text, cleaned of what could steer a terminal, or :func:`stacked`."""
        table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
        for column in columns:
            table.add_column(
                Text(column.heading),
                justify="right" if column.right else "left",
                no_wrap=column.whole or column.right,
                style=column.style,
                overflow="fold",  # else Rich cuts letters off lines of Korean that it wraps
            )
        for row in rows:
            table.add_row(*(Text(clean(cell)) if isinstance(cell, str) else cell for cell in row))
        self._print(table)

    def _print(self, what: RenderableType) -> None:
        """Through a string, so that a reader who has gone is an error like any other."""
        with self._console.capture() as written:
            self._console.print(what)
        lines = written.get().splitlines()
        self._out.writelines(line.rstrip() + "\n" for line in lines or [""])


def stacked(first: str, second: str) -> Text:
    """Two lines in one cell, the second less loud."""
    return Text.assemble((clean(first), "bold"), "\n", (clean(second), "dim"))


def clean(text: str) -> str:
    """``text`` without letters that can not be seen: they could move the cursor."""
    return "".join(letter if letter.isprintable() else " " for letter in text)


def bar(value: int, largest: int) -> str:
    """A bar of up to ``_BAR`` cells; anything above zero can be seen."""
    return "█" * max(round(_BAR * value / largest), 1) if value else ""


def write_rows(columns: Sequence[str], rows: Sequence[Mapping[str, Any]], form: str, out: IO[str]) -> None:
    """Rows for machines, as `dangol query` writes them: ``form`` csv (lists as JSON) or json (an object a line)."""
    if form == "csv":
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows([_csv_value(row[name]) for name in columns] for row in rows)
        return
    lines = [json.dumps({name: row[name] for name in columns}, ensure_ascii=False, default=_day) for row in rows]
    out.write("[" + ",".join(f"\n{line}" for line in lines) + "\n]\n")


def _csv_value(value: object) -> object:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list) else value


def _day(value: object) -> str:
    if isinstance(value, dt.date):
        return value.isoformat()
    raise TypeError(f"no JSON for {type(value).__name__}")
