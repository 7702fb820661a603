"""The history of sends: what went out on each day of a period, what became of it, by campaign.

Belongs here: questions and which answer stands where. Does not belong here: phrases (``results_phrases``), HTML
(``page``).
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from models.reports.channel import DEFAULT, window_of
from models.reports.glossary import EMPTY, Glossary
from models.reports.page import Cell, Chart, Figures, Heading, Link, Page, Part, Section, Table
from models.reports.places import address
from models.reports.questions import Answer, Between, Equal, Number, Question, Ratio, columns
from models.reports.results import (
    COLLECTING,
    card,
    collecting,
    nothing,
    number,
    results_of,
    totals,
)
from models.reports.results_words import ResultWords
from models.reports.tables import series_of

PERIODS: Final = {"7d": 7, "30d": 30}
_COUNTS: Final = ("messages", "accepted", "failed", "success_rate", "failure_rate")
_RESULTS: Final = ("click_rate", "ordered", "conversion_rate", "orders", "revenue", "cost")
_BY_CAMPAIGN: Final = ("messages", "accepted", "failed", "success_rate", "open_rate", "click_rate", "conversion_rate",
                       "orders", "revenue", "cost")  # fmt: skip
_SHOWN: Final = 100  # rows on the page; the workbook has all
_FAILURES: Final = {"failure_rate": Ratio("failed", "messages")}


@dataclass(frozen=True)
class HistoryRequest:
    """Sends of the days ``first`` to ``last``; ``period`` of :data:`PERIODS` that they are, empty for others."""

    first: dt.date
    last: dt.date
    period: str = "30d"
    window: str = DEFAULT

    @property
    def days(self) -> list[dt.date]:
        return [self.first + dt.timedelta(days=back) for back in range((self.last - self.first).days + 1)]


def history_questions(request: HistoryRequest) -> list[Question]:
    """What the history asks, by name: all (a row), days, emails (days of e-mail alone, for open rates), campaigns."""
    where = (window_of(request.window), Between("day", request.first, request.last))
    asked = {**totals(), **_FAILURES}
    opens = {name: totals()[name] for name in ("opened", "accepted", "open_rate")}
    who = ("day", "campaign_id", "campaign_name", "channel")
    return [
        Question("all", "report_send_days", {**asked, **COLLECTING}, where),
        Question("days", "report_send_days", {**columns("day"), **asked, **COLLECTING}, where, ("day",), ("-day",)),
        Question("emails", "report_send_days", {**columns("day"), **opens}, (Equal("channel", "email"), *where),
                 ("day",), ("-day",)),
        Question("campaigns", "report_send_days", {**columns(*who), **asked, **COLLECTING}, where, who,
                 ("-day", "-messages", "campaign_id", "channel", "campaign_name")),
    ]  # fmt: skip


def history_page(
    request: HistoryRequest, answers: Mapping[str, Answer], words: ResultWords, glossary: Glossary = EMPTY
) -> Page:
    """The history of a period."""
    period = words.period(request.period) if request.period else words("custom")
    subtitle = words("history_subtitle", period=period, days=words.days(request.first, request.last))
    sections = [
        _totals(answers, words),
        *_chart(request, answers, words),
        Section(words("by_day"), [_days(answers, words)], words("open_text")),
        Section(words("by_campaign"), [_campaigns(answers, words)]),
    ]
    return Page(
        words("history"), subtitle, sections, words("footer"), words.locale,
        badges=collecting(answers, ["all"], words), answers=list(answers.values()), glossary=glossary,
        formats=words.formats,
    )  # fmt: skip


def _totals(answers: Mapping[str, Answer], words: ResultWords) -> Section:
    found = answers["all"]
    if found.frame.is_empty() or not found.rows()[0]["messages"]:
        return Section(words("totals"), [nothing(found, words("nothing_sent"), words)])
    names = ("messages", "success_rate", "failed", "click_rate", "conversion_rate", "orders", "revenue", "cost")
    return Section(words("totals"), [Figures([card(found, 0, name, words) for name in names])])


def _chart(request: HistoryRequest, answers: Mapping[str, Answer], words: ResultWords) -> list[Section]:
    found = answers["days"]
    if found.frame.is_empty():
        return []
    series = [
        series_of(found, words(label), column, request.days, "day")
        for label, column in (("success", "accepted"), ("failure", "failed"))
    ]
    return [Section(words("results_by_day"), [Chart(words("results_by_day"), "stacked", request.days, series)])]


def _days(answers: Mapping[str, Answer], words: ResultWords) -> Part:
    found, emails = answers["days"], answers["emails"]
    if found.frame.is_empty():
        return nothing(found, words("nothing_sent"), words)
    names = (*_COUNTS, "open_rate", *_RESULTS)
    heads: list[str | Heading] = [words("date"), words("state"), *(Heading(words(name), name) for name in names)]
    rows: list[list[Cell]] = []
    for place, row in enumerate(found.rows()):
        opened = emails.find(day=row["day"]) if emails.frame.height else None
        rate = Number(None, "rate", "open_rate") if opened is None else number(emails, opened, "open_rate")
        numbers = [rate if name == "open_rate" else number(found, place, name) for name in names]
        state = words("collecting") if row["is_collecting"] else "–"
        rows.append([found.number(place, "day", "day", ""), state, *numbers])
    return Table(heads, rows)


def _campaigns(answers: Mapping[str, Answer], words: ResultWords) -> Part:
    found = answers["campaigns"]
    if found.frame.is_empty():
        return nothing(found, words("nothing_sent"), words)
    names = _BY_CAMPAIGN
    heads: list[str | Heading] = [words(key) for key in ("date", "campaign", "channel", "state")]
    heads += [Heading(words(name), name) for name in names]
    rows: list[list[Cell]] = []
    for place, row in enumerate(found.rows()):
        title = Link(str(row["campaign_name"] or row["campaign_id"]), address("campaign", row["campaign_id"]))
        state = words("collecting") if row["is_collecting"] else "–"
        day, numbers = found.number(place, "day", "day", ""), results_of(found, place, names, row["channel"])
        rows.append([day, title, words.channel(row["channel"]), state, *numbers])
    return Table(heads, rows, shown=_SHOWN)
