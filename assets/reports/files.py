"""Pages of reports as files of the home, and the list of them that commands read.

Belongs here: writing HTML and workbooks whole or not at all, remembering what they were made from, the list
``published/reports/reports.json``. Does not belong here: which pages are made (``rendering``), pages themselves
(``models.reports``).
"""

import datetime as dt
import hashlib
import json
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Final

from assets.charts import draw_svg, korean_font
from connectors.home.durable import ASIDE, move, write_text
from models.reports.page import Page, html_of
from models.reports.places import KINDS, Kind, address, place
from models.reports.questions import Answer
from models.reports.workbook import workbook_of

LIST: Final = "reports.json"


@dataclass(frozen=True)
class Report:
    """A page as the list knows it. ``name``: of what it is about; ``made_at``: ISO 8601, UTC; ``signature``: of what it
    was made from; ``fingerprint``: of the rows that tell whether it is to be looked at again; ``workbook``: empty where
    there is none.
    """

    kind: Kind
    id: str
    name: str
    title: str
    file: str
    workbook: str = ""
    made_at: str = ""
    is_collecting: bool = False
    first_day: str = ""
    last_day: str = ""
    signature: str = ""
    fingerprint: str = ""

    @property
    def key(self) -> tuple[Kind, str]:
        return self.kind, self.id


class ReportFiles:
    """The folder of reports of one home."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def read(self) -> list[Report]:
        """Every report there is, in the order of kinds, then the newest or the lower id first; none before the first.

        A list that can not be read counts as none: the pages are made again.
        """
        try:
            told = json.loads((self.folder / LIST).read_text(encoding="utf-8"))
            return _sorted(Report(**one) for one in told["reports"])
        except (FileNotFoundError, ValueError, TypeError, KeyError):
            return []

    def save(self, reports: Iterable[Report]) -> None:
        """Put the list in place, all at once."""
        self.folder.mkdir(parents=True, exist_ok=True)
        told = {"reports": [asdict(one) for one in _sorted(reports)]}
        write_text(self.folder / LIST, json.dumps(told, ensure_ascii=False, indent=1))

    def is_there(self, report: Report) -> bool:
        """Whether its files are."""
        return all((self.folder / name).is_file() for name in (report.file, report.workbook) if name)

    def write(self, report: Report, page: Page, made_at: dt.datetime) -> tuple[Report, int]:
        """Write a page, and its workbook where ``report`` names one; the report as it is to be listed, and bytes."""
        html = html_bytes(page, "" if report.kind == "index" else address("index", since=report.kind))
        write_file(self.folder / report.file, html)
        size = len(html)
        if report.workbook:
            sheets = workbook_of(page)
            write_file(self.folder / report.workbook, sheets)
            size += len(sheets)
        return replace(report, made_at=made_at.astimezone(dt.UTC).isoformat(timespec="seconds")), size

    def remove(self, report: Report) -> None:
        """Remove the files of a report that is no more."""
        for name in (report.file, report.workbook):
            if name:
                (self.folder / name).unlink(missing_ok=True)


def report_of(kind: Kind, id_: str, name: str, title: str, **known: Any) -> Report:
    """A report whose files lie where its kind has them."""
    workbook = "" if kind == "index" else place(kind, id_, "xlsx")
    return Report(kind, id_, name, title, place(kind, id_), workbook, **known)


def html_bytes(page: Page, index: str = "") -> bytes:
    """The page as the file it becomes; ``index``: where the list of all pages lies."""
    return html_of(page, draw_svg, korean_font(), index).encode()


def signature_of(recipe: str, about: Sequence[object], answers: Mapping[str, Answer]) -> str:
    """Hash of everything that a page shows: the request, the questions, the rows that came back. Not of when the tables
    were made: a page whose numbers are the same is the same."""
    digest = hashlib.sha256(repr((recipe, *about)).encode())
    for name, answer in sorted(answers.items()):
        kinds = [str(kind) for kind in answer.frame.dtypes]
        rows = answer.frame.write_csv().encode()
        digest.update(repr((name, answer.question.sql(), kinds, bool(answer.version), len(rows))).encode() + rows)
    return digest.hexdigest()[:32]


def write_file(target: Path, content: bytes) -> None:
    """Write a file whole or not at all."""
    target.parent.mkdir(parents=True, exist_ok=True)
    aside = target.with_name(f"{ASIDE}{target.name}.{os.getpid()}")
    try:
        aside.write_bytes(content)
        move(aside, target)
    finally:
        aside.unlink(missing_ok=True)


def _sorted(reports: Iterable[Report]) -> list[Report]:
    """Kinds in their order; days and campaigns the newest first, ties by id."""
    by_id = sorted(reports, key=lambda one: one.id)
    newest = sorted(by_id, key=lambda one: one.last_day if one.kind in ("campaign", "day") else "", reverse=True)
    return sorted(newest, key=lambda one: KINDS.index(one.kind))
