"""Rows whose quotes are broken: put aside one by one, so that the rest of the file can be read.

Belongs here: telling whole rows from broken ones, line by line; only used on files where something is wrong.
Does not belong here: reading the columns (``reader_csv``).

A line without a quote is a row. A line whose quotes are whole is a row. A line that ends inside a quoted value goes on
in the next lines if that gives a row with the right number of columns; otherwise that first line alone is refused and
the next one is looked at afresh, so an open quote costs one row and not the rest of the file.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from connectors.sources.mapping import Options
from connectors.sources.prepare import Prepared

BROKEN_QUOTE = "unreadable_row: a quote is not closed, or text follows a closing quote"
LOOK_AHEAD_LINES = 2_000  # a quoted value with more line ends than this is an open quote
LOOK_AHEAD_SIZE = 16 << 20
_KEPT_TEXT = 10_000


@dataclass
class Tidied:
    """``path``: the file without broken rows and blank lines, its quoted rows written anew. ``rows``: how many rows it
    has. ``refused``: (number of the row in the file, reason, text)."""

    path: Path
    rows: int = 0
    refused: list[tuple[int, str, str]] = field(default_factory=list)

    def refuse(self, line: str) -> None:
        self.refused.append((self.rows + len(self.refused) + 1, BROKEN_QUOTE, line.rstrip("\r\n")[:_KEPT_TEXT]))


class _Rows:
    """Splits one logical row into its fields, if its quotes are whole."""

    def __init__(self, options: Options) -> None:
        quote, delimiter = re.escape(options.quote), re.escape(options.delimiter)
        escape = options.escape if options.escape is not None else options.quote
        inside = (
            f"(?:[^{quote}]|{quote}{quote})*+"
            if escape == options.quote
            else f"(?:[^{quote}{re.escape(escape)}]|{re.escape(escape)}.)*+"
        )
        self._quote, self._escape = options.quote, escape
        self._delimiter = options.delimiter
        self._quoted = re.compile(f" *{quote}({inside}){quote} *(?={delimiter}|$)", re.DOTALL)
        self._open = re.compile(f" *{quote}{inside}$", re.DOTALL)
        self._starts_quoted = re.compile(f" *{quote}")

    def split(self, row: str) -> list[str] | None:
        """The fields; None when a quote is still open at the end. Raises ValueError when the row can not be mended."""
        fields: list[str] = []
        at = 0
        while True:
            if self._starts_quoted.match(row, at):
                found = self._quoted.match(row, at)
                if found is None:
                    if self._open.match(row, at):
                        return None
                    raise ValueError("text after a closing quote")
                fields.append(found[1].replace(self._escape + self._quote, self._quote))
                end = found.end()
            else:
                end = row.find(self._delimiter, at)
                end = len(row) if end < 0 else end
                fields.append(row[at:end])
            if end >= len(row):
                return fields
            at = end + len(self._delimiter)

    def write(self, fields: list[str]) -> str:
        """One row with every field quoted."""
        doubled = (value.replace(self._quote, self._quote * 2) for value in fields)
        return self._delimiter.join(f"{self._quote}{value}{self._quote}" for value in doubled) + "\n"


def tidy(prepared: Prepared, options: Options, columns: int, target: Path) -> Tidied:
    """Write the rows of the file that have whole quotes to ``target``; the header stays the first line."""
    tidied, rows = Tidied(target), _Rows(options)
    with (
        open(prepared.path, encoding="utf-8-sig", newline=None) as source,
        open(target, "w", encoding="utf-8", newline="\n") as out,
    ):
        lines = _Lines(source)
        header = options.header
        for line in lines:
            if not line.strip("\n"):
                continue
            whole = line if options.quote not in line else _whole(line, lines, rows, columns)
            if whole is None:
                tidied.refuse(line)
                continue
            out.write(whole if whole.endswith("\n") else whole + "\n")
            tidied.rows += not header
            header = False
    return tidied


class _Lines:
    """Lines of a file that can be looked at before they are taken."""

    def __init__(self, source: Iterator[str]) -> None:
        self._source = source
        self._ahead: list[str] = []

    def __iter__(self) -> Iterator[str]:
        while True:
            line = self._ahead.pop(0) if self._ahead else next(self._source, None)
            if line is None:
                return
            yield line

    def peek(self) -> Iterator[str]:
        """The next lines, at most ``LOOK_AHEAD_LINES`` of them and ``LOOK_AHEAD_SIZE`` characters."""
        size = 0
        for place in range(LOOK_AHEAD_LINES):
            if place == len(self._ahead):
                self._ahead.extend(islice(self._source, 1))
            if place == len(self._ahead) or size > LOOK_AHEAD_SIZE:
                return
            size += len(self._ahead[place])
            yield self._ahead[place]

    def take(self, count: int) -> None:
        del self._ahead[:count]


def _whole(line: str, lines: _Lines, rows: _Rows, columns: int) -> str | None:
    """The row that begins with ``line``, rewritten, its further lines taken; None when its quotes are broken."""
    try:
        fields = rows.split(line.rstrip("\n"))
        if fields is not None:
            return rows.write(fields)
        pieces = [line]
        for taken, piece in enumerate(lines.peek(), 1):
            pieces.append(piece)
            if rows._quote in piece:
                fields = rows.split("".join(pieces).rstrip("\n"))
                if fields is not None:
                    if len(fields) != columns:
                        return None
                    lines.take(taken)
                    return rows.write(fields)
    except ValueError:
        return None
    return None
