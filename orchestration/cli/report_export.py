"""`dangol report export`: a report made now, for the days and the window that somebody asks for.

Belongs here: what may be asked of which kind, files of every format. Does not belong here: pages
(``assets.reports.pages``, ``models.reports``), what is said (``report_words``).
"""

import csv
import datetime as dt
import io
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from assets.reports.campaign_pages import CampaignWanted, campaign_rows, draft_campaign
from assets.reports.files import html_bytes, write_file
from assets.reports.glossary import glossary_of
from assets.reports.opening import open_drafting, report_files
from assets.reports.pages import Draft, Drafting, NoReport
from connectors.home.paths import Home, open_home
from connectors.home.settings import read_settings
from connectors.published.tables import PublishedTables
from models.reports.alone import alone
from models.reports.campaign_questions import PeriodTooLong
from models.reports.lines import COLUMNS, lines_of
from models.reports.page import Page
from models.reports.places import KINDS, WITH_ID
from models.reports.questions import Equal, Question, columns
from models.reports.results_words import WINDOWS
from models.reports.workbook import workbook_of
from orchestration.cli.days import parse_day
from orchestration.cli.report_words import PHRASES, told_kind, unknown_id
from orchestration.cli.screen import Screen
from orchestration.cli.words import CommandError, Words
from orchestration.dbt_project import read_manifest

FORMATS: Final = ("html", "xlsx", "csv", "pdf")
MOST_DAYS: Final = {"channel": 366, "history": 366}  # of a campaign the page says it
_PERIODS: Final = {
    "channel": ("7d", "30d", "90d"), "dashboard": ("1d", "7d", "30d", "90d"), "history": ("7d", "30d"),
    "segment": ("7d", "30d"), "live": ("24h", "7d"),
}  # fmt: skip
# Options by kind; all take --format and --out.
_OPTIONS: Final[Mapping[str, tuple[str, ...]]] = {
    "campaign": ("--window", "--send", "--from", "--to"), "channel": ("--window", "--period", "--from", "--to"),
    "history": ("--period", "--from", "--to"), "dashboard": ("--period",), "segment": ("--period",),
    "live": ("--period", "--segment"),
}  # fmt: skip


@dataclass(frozen=True)
class Wanted:
    """The options as they were given; empty where not."""

    kind: str
    name: str = ""
    window: str = ""
    send: str = ""
    first: str = ""
    last: str = ""
    period: str = ""
    segment: str = ""
    form: str = ""
    out: Path | None = None

    @property
    def options(self) -> dict[str, str]:
        return {"--window": self.window, "--send": self.send, "--from": self.first, "--to": self.last,
                "--period": self.period, "--segment": self.segment}  # fmt: skip


Days = tuple[dt.date, dt.date] | None


def export_command(root: Path | None, wanted: Wanted) -> None:
    """Make a report and write it. Raises :class:`CommandError` for what can not be asked."""
    home = open_home(root)
    settings = read_settings(home.settings_file)
    words = Words(settings.locale, PHRASES)
    wanted, days = _checked(wanted, words)
    with open_drafting(PublishedTables(home), settings, glossary_of(read_manifest())) as drafting:
        try:
            draft = _draft(drafting, wanted, days, words)
        except (NoReport, PeriodTooLong) as error:
            raise CommandError(str(error)) from None
        path = wanted.out or _path(home, wanted)
        write_file(path, _bytes(alone(draft.page()), wanted.form, words))
    Screen(sys.stdout).line(words("written", path=path))


def _checked(wanted: Wanted, words: Words) -> tuple[Wanted, Days]:
    """The same with its format, and the days between --from and --to."""
    kind = wanted.kind
    if kind not in KINDS or kind == "index":
        raise CommandError(words("no_kind", kind=kind, kinds=", ".join(one for one in KINDS if one != "index")))
    if kind in WITH_ID and not wanted.name:
        raise CommandError(words("id_needed", kind=told_kind(words, kind)))
    allowed = _OPTIONS.get(kind, ())
    for option, value in wanted.options.items():
        if value and option not in allowed:
            told = ", ".join(allowed) or words("nothing_options")
            raise CommandError(words("not_for", option=option, kind=told_kind(words, kind), options=told))
    if wanted.window and wanted.window not in WINDOWS:
        raise CommandError(words("no_window", window=wanted.window, windows=", ".join(WINDOWS)))
    if wanted.period and wanted.period not in _PERIODS[kind]:
        raise CommandError(words("no_period", period=wanted.period, periods=", ".join(_PERIODS[kind])))
    form = wanted.form or (wanted.out.suffix.removeprefix(".").lower() if wanted.out else "") or "html"
    if form not in FORMATS:
        raise CommandError(words("no_export_format", form=form, formats=", ".join(FORMATS)))
    return replace(wanted, form=form), _days(wanted, words)


def _days(wanted: Wanted, words: Words) -> Days:
    if not wanted.first and not wanted.last:
        return None
    if not wanted.first or not wanted.last:
        raise CommandError(words("both_ends"))
    for option, value in (("--send", wanted.send), ("--period", wanted.period)):
        if value:
            raise CommandError(words("one_or_other", first="--from", second=option))
    first, last = parse_day(wanted.first, "--from"), parse_day(wanted.last, "--to")
    if first > last:
        raise CommandError(words("wrong_order", first=first, last=last))
    length, most = (last - first).days + 1, MOST_DAYS.get(wanted.kind)
    if most is not None and length > most:
        raise CommandError(words("too_long", days=length, kind=told_kind(words, wanted.kind), most=most))
    return first, last


def _draft(drafting: Drafting, wanted: Wanted, days: Days, words: Words) -> Draft:
    first, last = days or (None, None)
    makers: dict[str, Callable[[], Draft]] = {
        "campaign": lambda: _campaign(drafting, wanted, days, words),
        "channel": lambda: drafting.channel(
            _known(drafting, wanted, "report_channels", "channel", words),
            "" if days else wanted.period or "30d", wanted.window or "default", first, last,
        ),
        "day": lambda: drafting.day(parse_day(wanted.name, "ID")),
        "segment": lambda: drafting.segment(
            _known(drafting, wanted, "report_segment_profiles", "segment_id", words), wanted.period or "30d"
        ),
        "dashboard": lambda: drafting.dashboard(wanted.period or "7d"),
        "history": lambda: drafting.history("" if days else wanted.period or "30d", first, last),
        "recommendations": drafting.recommendations,
        "live": lambda: _live(drafting, wanted, words),
    }  # fmt: skip
    return makers[wanted.kind]()


def _campaign(drafting: Drafting, wanted: Wanted, days: Days, words: Words) -> Draft:
    rows = campaign_rows(drafting.asking)
    row = next((one for one in rows if one.id == wanted.name), None)
    if row is None:
        raise CommandError(unknown_id(words, "campaign", wanted.name, [one.id for one in rows]))
    return draft_campaign(drafting, row, CampaignWanted(wanted.window, wanted.send, days))


def _live(drafting: Drafting, wanted: Wanted, words: Words) -> Draft:
    periods = (wanted.period,) if wanted.period else _PERIODS["live"]
    if not wanted.segment:
        return drafting.live(periods)
    asked = Question("segments", "segments", columns("segment_id", "name"), order_by=("segment_id",))
    known = dict(drafting.asking.one(asked).frame.select("segment_id", "name").iter_rows())
    if wanted.segment not in known:
        raise CommandError(unknown_id(words, "segment", wanted.segment, list(known)))
    return drafting.live(periods, wanted.segment, known[wanted.segment])


def _known(drafting: Drafting, wanted: Wanted, table: str, column: str, words: Words) -> str:
    """The id, if the table has it."""
    asked = Question("ids", table, columns(column), (Equal(column, wanted.name),), limit=1)
    if drafting.asking.one(asked).frame.is_empty():
        every = Question("ids", table, columns(column), group_by=(column,), order_by=(column,))
        known = drafting.asking.one(every).frame[column].to_list()
        raise CommandError(unknown_id(words, wanted.kind, wanted.name, known))
    return wanted.name


def _bytes(page: Page, form: str, words: Words) -> bytes:
    if form == "xlsx":
        return workbook_of(page)
    if form == "csv":
        written = io.StringIO(newline="")
        table = csv.DictWriter(written, COLUMNS, lineterminator="\n")
        table.writeheader()
        table.writerows(lines_of(page))
        return written.getvalue().encode("utf-8-sig")  # Excel reads Korean from it
    return html_bytes(page) if form == "html" else _pdf(page, words)


def _pdf(page: Page, words: Words) -> bytes:
    from connectors.browser.screenshot import BrowserFailed, find_browser, pdf_of

    browser = find_browser()
    if browser is None:
        raise CommandError(words("no_chromium"))
    try:
        return pdf_of(html_bytes(page).decode(), browser)
    except BrowserFailed as error:
        raise CommandError(words("pdf_failed", reason=error)) from None


def _path(home: Home, wanted: Wanted) -> Path:
    """Beside the pages that runs write, never in place of one."""
    told = [wanted.kind, wanted.name.replace(":", "~"), *(value for value in wanted.options.values() if value)]
    name = "-".join(one.replace(":", "~").replace("/", "~") for one in told if one)
    return report_files(home).folder / "exports" / f"{name}.{wanted.form}"
