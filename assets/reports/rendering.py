"""Writing the pages of reports: which of them a run looks at, and which it has to write.

Belongs here: choosing pages, so that a run costs the same however long the history is; writing those whose content has
changed. Does not belong here: asking (``pages``), files (``files``), Dagster (``step``).
"""

import datetime as dt
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from assets.reports.campaign_pages import CampaignRow, campaign_rows, draft_campaign
from assets.reports.files import Report, ReportFiles, report_of, signature_of
from assets.reports.pages import Draft, Drafting, NoReport
from models.reports.index import Entry
from models.reports.page import Chart, Page
from models.reports.places import Kind
from models.reports.questions import Equal, Question, columns

RECIPE: Final = "1"  # one more whenever pages are to be written again though their numbers are the same
RECENT_DAYS: Final = 31  # campaigns that sent something in so many days are looked at
FRESH_DAYS: Final = 8  # days of the diagnosis that are looked at
MOST_NEW: Final = 7  # pages of days, and of campaigns, from before that a run makes at most
BATCHES: Final[tuple[Kind, ...]] = ("campaign", "channel", "day", "segment", "dashboard", "index")
_WITH: Final[Mapping[Kind, tuple[Kind, ...]]] = {"dashboard": ("dashboard", "history", "recommendations", "live")}


@dataclass
class Written:
    """What became of a batch of pages. ``chart``: of the last one written, to be shown."""

    looked_at: int = 0
    written: int = 0
    bytes: int = 0
    left: int = 0  # still to be made by later runs
    seconds: float = 0.0
    chart: tuple[Chart, Page] | None = None
    titles: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class _Wanted:
    kind: Kind
    id: str
    make: Callable[[], Draft]
    fingerprint: str = ""


class Rendering:
    """One run over the pages of a home. Each batch ends with the list of reports saved, so that a run that is killed
    goes on where it was."""

    def __init__(
        self, drafting: Drafting, files: ReportFiles, recipe: str, clock: Callable[[], dt.datetime],
        say: Callable[[str], None] = lambda text: None,
    ) -> None:  # fmt: skip
        self._drafting, self._files, self._clock, self._say = drafting, files, clock, say
        self._recipe = f"{RECIPE}/{recipe}"
        self._known: dict[tuple[Kind, str], Report] = {one.key: one for one in files.read()}

    def write(self, batch: Kind) -> Written:
        """Look at the pages of a batch and write those that changed."""
        started, done = time.monotonic(), Written()
        kinds = _WITH.get(batch, (batch,))
        for wanted in self._wanted(batch, done):
            try:
                self._write(wanted, done)
            except NoReport as error:
                self._say(f"{wanted.kind} {wanted.id}: {error}")
        self._forget(kinds)
        self._files.save(self._known.values())
        done.seconds = time.monotonic() - started
        return done

    def _write(self, wanted: _Wanted, done: Written) -> None:
        draft = wanted.make()
        signature = signature_of(self._recipe, draft.about, draft.answers)
        before = self._known.get((wanted.kind, wanted.id))
        done.looked_at += 1
        if before is not None and before.signature == signature and self._files.is_there(before):
            self._known[before.key] = replace(before, fingerprint=wanted.fingerprint)
            return
        page = draft.page()
        report = report_of(
            wanted.kind, wanted.id, draft.name, page.title, is_collecting=draft.is_collecting,
            first_day=_text(draft.first_day), last_day=_text(draft.last_day), signature=signature,
            fingerprint=wanted.fingerprint,
        )  # fmt: skip
        report, size = self._files.write(report, page, self._clock())
        self._known[report.key] = report
        done.written, done.bytes = done.written + 1, done.bytes + size
        done.titles.append(page.title)
        done.chart = next(((part, page) for part in _charts(page)), done.chart)

    def _wanted(self, batch: Kind, done: Written) -> Iterable[_Wanted]:
        make = self._drafting
        if make.last_day is None:
            return []
        if batch == "campaign":
            return self._campaigns(done)
        if batch == "channel":
            found = self._ids("report_channels", "channel")
            return [_Wanted("channel", one, lambda one=one: make.channel(one)) for one in found]  # type: ignore[misc]
        if batch == "day":
            return self._days(done)
        if batch == "segment":
            found = self._ids("report_segment_profiles", "segment_id")
            return [_Wanted("segment", one, lambda one=one: make.segment(one)) for one in found]  # type: ignore[misc]
        if batch == "index":
            return [_Wanted("index", "", lambda: make.index(self._entries()))]
        return [
            _Wanted("dashboard", "", make.dashboard), _Wanted("history", "", make.history),
            _Wanted("recommendations", "", make.recommendations), _Wanted("live", "", make.live),
        ]  # fmt: skip

    def _campaigns(self, done: Written) -> Iterator[_Wanted]:
        """Campaigns that sent something lately, those whose results changed since (a late refund), and so many of
        those that have no page yet, the newest first."""
        rows = campaign_rows(self._drafting.asking)
        newest = max((row.last_day for row in rows), default=dt.date.min)
        room = MOST_NEW
        for row in rows:
            known = self._known.get(("campaign", row.id))
            is_recent = row.last_day > newest - dt.timedelta(days=RECENT_DAYS)
            is_written = known is not None and known.fingerprint == row.fingerprint and self._files.is_there(known)
            if not is_recent and is_written:
                continue
            if not is_recent:
                room -= 1
            if room < 0:
                done.left += 1
                continue
            yield _Wanted("campaign", row.id, lambda row=row: self._campaign(row), row.fingerprint)  # type: ignore[misc]

    def _campaign(self, row: CampaignRow) -> Draft:
        return draft_campaign(self._drafting, row)

    def _days(self, done: Written) -> Iterator[_Wanted]:
        """The last days, and so many of those that have no page yet, the newest first."""
        asked = Question("days", "report_daily", columns("day"), (Equal("device", "all"),), order_by=("-day",))
        found: list[dt.date] = self._drafting.asking.one(asked).frame["day"].to_list()
        fresh = set(found[:FRESH_DAYS])
        room = MOST_NEW
        for day in found:
            if day > self._drafting.last:
                continue  # not over
            if day not in fresh:
                if ("day", day.isoformat()) in self._known:
                    continue
                room -= 1
            if room < 0:
                done.left += 1
                continue
            yield _Wanted("day", day.isoformat(), lambda day=day: self._drafting.day(day))  # type: ignore[misc]

    def _ids(self, table: str, column: str) -> list[str]:
        asked = Question("ids", table, columns(column), group_by=(column,), order_by=(column,))
        return [one for one in self._drafting.asking.one(asked).frame[column].to_list() if one]

    def _forget(self, kinds: tuple[Kind, ...]) -> None:
        """Remove the pages of channels and segments that are no more."""
        tables: dict[Kind, tuple[str, str]] = {
            "channel": ("report_channels", "channel"), "segment": ("report_segment_profiles", "segment_id"),
        }  # fmt: skip
        for kind in kinds:
            if kind not in tables or not self._drafting.asking.has(tables[kind][0]):
                continue
            there = set(self._ids(*tables[kind]))
            for report in [one for one in self._known.values() if one.kind == kind and one.id not in there]:
                self._files.remove(report)
                del self._known[report.key]

    def _entries(self) -> list[Entry]:
        """Reports as the index lists them."""
        self._files.save(self._known.values())
        return [
            Entry(one.kind, one.id, one.name, one.is_collecting, dt.date.fromisoformat(one.last_day or "0001-01-01"))
            for one in self._files.read() if one.kind != "index"
        ]  # fmt: skip


def _charts(page: Page) -> Iterator[Chart]:
    return (part for section in page.sections for part in section.parts if isinstance(part, Chart))


def _text(day: dt.date | None) -> str:
    return day.isoformat() if day else ""
