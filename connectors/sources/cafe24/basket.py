"""Lines on their way from the vendor into the landing zone.

Belongs here: the file in scratch, handing it to ``ingest``, moving the marks afterwards, adding up the reports.
Does not belong here: what the lines are (``rows``), which marks there are (``resources``).

The file may hold personal data. It lies in a folder of the scratch folder that only the owner can open, is removed as
soon as it is ingested, and a folder that a killed process left is removed by the next ingest or pull.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from connectors.sources.cafe24.client import Row
from connectors.sources.cafe24.cursors import Cursors
from connectors.sources.cafe24.errors import Cafe24Error
from connectors.sources.report import FileReport

LINES_A_FILE = 20_000
Ingest = Callable[[Path, Path], FileReport]


class Basket:
    """Gathers lines for one mapping and lands them in files of about ``size`` lines.

    ``ingest``: takes the mapping and the file, and returns the report once everything of it is on disk.
    """

    def __init__(self, name: str, folder: Path, ingest: Ingest, cursors: Cursors, *, size: int = LINES_A_FILE) -> None:
        self.name = name
        self.report = FileReport(name)
        self._mapping = Path(name)
        self._file = folder / f"{name}.ndjson"
        self._ingest = ingest
        self._cursors = cursors
        self._size = size
        self._lines = 0
        self._marks: dict[str, str | None] = {}

    def add(self, lines: Iterable[Row], marks: Mapping[str, str | None]) -> None:
        """``marks`` hold once ``lines`` and all lines before them have landed."""
        with open(self._file, "a", encoding="utf-8") as handle:
            for line in lines:
                handle.write(json.dumps(line, ensure_ascii=False) + "\n")
                self._lines += 1
        self._marks.update(marks)
        if self._lines >= self._size:
            self.land()

    def land(self) -> None:
        """Land what was gathered, then move the marks. Raises :class:`Cafe24Error` when it could not be ingested."""
        if self._lines:
            report = self._ingest(self._mapping, self._file)
            if report.error:
                raise Cafe24Error(report.error, self.name, "nothing is lost: the same rows are read again next time")
            self.report = _sum(self.report, report)
            self._file.unlink()
            self._lines = 0
        self._cursors.move(self._marks)
        self._marks = {}


def _sum(one: FileReport, other: FileReport) -> FileReport:
    return FileReport(
        one.file,
        read=one.read + other.read,
        kept=one.kept + other.kept,
        already=one.already + other.already,
        filtered=_counts(one.filtered, other.filtered),
        quarantined=_counts(one.quarantined, other.quarantined),
        events=one.events + other.events,
        products=one.products + other.products,
        contents=one.contents + other.contents,
        members=one.members + other.members,
        stored=(*one.stored, *other.stored),
        notes=tuple(dict.fromkeys((*one.notes, *other.notes))),
    )


def _counts(one: Mapping[str, int], other: Mapping[str, int]) -> dict[str, int]:
    return {name: one.get(name, 0) + other.get(name, 0) for name in dict.fromkeys((*one, *other))}
