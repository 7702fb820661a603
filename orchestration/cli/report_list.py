"""`dangol report list`, `open` and `glossary`.

Belongs here: what these print. Does not belong here: making pages (``assets.reports``, ``report_export``).
"""

import sys
import webbrowser
from dataclasses import asdict
from pathlib import Path
from typing import Final

from assets.reports.files import Report
from assets.reports.glossary import glossary_of
from assets.reports.opening import report_files
from connectors.home.paths import open_home
from connectors.home.settings import read_settings
from models.reports.places import KINDS, WITH_ID
from models.reports.questions import Value
from orchestration.cli.document_desk import LIST_FORMATS
from orchestration.cli.report_words import PHRASES, told_kind, unknown_id
from orchestration.cli.screen import Column, Screen, write_rows
from orchestration.cli.words import CommandError, Words
from orchestration.dbt_project import read_manifest

_COLUMNS: Final = ("kind", "id", "title", "first_day", "last_day", "is_collecting", "made_at", "file", "workbook")


def list_command(root: Path | None, form: str) -> None:
    """Print the list of reports."""
    home = open_home(root)
    words, files = _words(root, form), report_files(home)
    found = files.read()
    if form != "table":
        write_rows(_COLUMNS, [asdict(one) for one in found], form, sys.stdout)
        return
    screen = Screen(sys.stdout)
    if not found:
        screen.line(words("no_reports"))
        return
    keys = ("kind", "id", "title", "days", "state", "file")
    columns = [Column(words(key), whole=key in ("kind", "days", "state")) for key in keys]
    screen.table(columns, [_row(one, words) for one in found])
    screen.line()
    screen.line(words("list_folder", path=files.folder))


def open_command(root: Path | None, kind: str, name: str, *, print_path: bool) -> None:
    """Open a report that is there, or say where it is. Raises :class:`CommandError` for one that is not."""
    words, files = _words(root), report_files(open_home(root))
    known = files.read()
    if kind not in KINDS:
        raise CommandError(words("no_kind", kind=kind, kinds=", ".join(KINDS)))
    if kind in WITH_ID and not name:
        raise CommandError(words("id_needed", kind=told_kind(words, kind)))
    report = next((one for one in known if one.key == (kind, name)), None)
    if report is None or not files.is_there(report):
        ids = [one.id for one in known if one.kind == kind]
        raise CommandError(unknown_id(words, kind, name, ids) if kind in WITH_ID else words("not_made", kind=kind))
    path = files.folder / report.file
    if print_path:
        sys.stdout.write(f"{path}\n")
        return
    if not webbrowser.open(path.as_uri()):
        raise CommandError(words("no_browser", path=path))
    Screen(sys.stdout).line(words("opened", path=path))


def glossary_command(root: Path | None, form: str) -> None:
    """Print definitions."""
    words = _words(root, form)
    known = glossary_of(read_manifest())
    found: list[dict[str, Value]] = []
    for metric in known.definitions:
        told = known.of(metric, words.locale)
        if told is not None:
            found.append({"metric": metric, "label": told.label, "definition": told.text})
    found.sort(key=lambda row: (str(row["label"]), str(row["metric"])))
    if form != "table":
        write_rows(("metric", "label", "definition"), found, form, sys.stdout)
        return
    screen = Screen(sys.stdout)
    columns = [Column(words("metric"), whole=True), Column(words("definition")), Column(words("column"), whole=True)]
    screen.table(columns, [(str(row["label"]), str(row["definition"]), str(row["metric"])) for row in found])


def _row(report: Report, words: Words) -> list[str]:
    days = report.last_day if report.first_day in ("", report.last_day) else f"{report.first_day} ~ {report.last_day}"
    state = words("collecting") if report.is_collecting else ""
    return [told_kind(words, report.kind), report.id, report.title, days, state, report.file]


def _words(root: Path | None, form: str = "table") -> Words:
    settings = read_settings(open_home(root).settings_file)
    words = Words(settings.locale, PHRASES)
    if form not in LIST_FORMATS:
        raise CommandError(words("no_format", form=form, formats=", ".join(LIST_FORMATS)))
    return words
