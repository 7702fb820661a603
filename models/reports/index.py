"""The index: every report there is, by campaign and by day, with the figures that tell which one to open.

Belongs here: questions and which link stands where. Does not belong here: finding out which reports there are
(``assets.reports.files``), phrases (``results_phrases``), HTML (``page``).
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from models.reports.channel import ALL
from models.reports.glossary import EMPTY, Glossary
from models.reports.page import Cell, Figures, Heading, Link, Links, Notice, Page, Part, Section, Table
from models.reports.places import Kind, address
from models.reports.questions import Answer, Between, Equal, Question, Total, columns
from models.reports.results import CAMPAIGN_COLUMNS, COLLECTING, card, nothing, number, totals
from models.reports.results_words import ResultWords

DAYS: Final = 31
_OVERALL: Final[tuple[Kind, ...]] = ("dashboard", "history", "recommendations", "live")
_SITE: Final = {"visitors": "visitors", "conversion_rate": "site_conversion_rate", "revenue": "order_revenue",
                "attributed_revenue": "attributed_revenue", "roas": "roas"}  # fmt: skip
_DAY: Final = {"visitors": "visitors", "orders": "site_orders", "revenue": "site_revenue",
               "conversion_rate": "site_conversion_rate"}  # fmt: skip


@dataclass(frozen=True)
class Entry:
    """A report that there is; ``name`` of what it is about."""

    kind: Kind
    id: str
    name: str
    is_collecting: bool = False
    last_day: dt.date | None = None


@dataclass(frozen=True)
class IndexRequest:
    """``last``: the last day with data; ``entries``: reports in the order in which they are listed."""

    last: dt.date
    mall: str
    entries: Sequence[Entry]

    def of(self, kind: Kind) -> list[Entry]:
        return [one for one in self.entries if one.kind == kind]


def index_questions(request: IndexRequest) -> list[Question]:
    """What the index asks, by name: shop (a row), campaigns and days of the last 31 days."""
    first = request.last - dt.timedelta(days=DAYS - 1)
    recent = Between("day", first, request.last + dt.timedelta(days=1))  # what is sent today too
    over = Between("day", first, request.last)
    sent = {**columns("campaign_id", "campaign_name", "channel"), "last_day": Total("max", "day")}
    by = ("campaign_id", "campaign_name", "channel")
    before = tuple(f"previous_{name}" for name in _SITE)
    return [
        Question("shop", "report_dashboard", columns("first_day", "last_day", *_SITE, *before),
                 (Equal("period", "7d"),)),
        Question("campaigns", "report_send_days", {**sent, **totals(), **COLLECTING},
                 (Equal("is_default_window", True), recent), by,
                 ("-last_day", "-messages", "campaign_id", "channel", "campaign_name")),
        Question("days", "report_daily", columns("day", *_DAY), (Equal("device", "all"), over), order_by=("-day",)),
    ]  # fmt: skip


def index_page(
    request: IndexRequest, answers: Mapping[str, Answer], words: ResultWords, glossary: Glossary = EMPTY
) -> Page:
    """The index of all reports."""
    sections = [
        Section(words("overall"), _overall(request, answers["shop"], words), words.period("7d")),
        *_campaigns(request, answers["campaigns"], words),
        *_days(request, answers["days"], words),
        *_listed(request, "segment", words("segments_list")),
    ]
    return Page(
        words("index"), words("index_subtitle", mall=request.mall, day=request.last), sections, words("footer"),
        words.locale, answers=list(answers.values()), glossary=glossary, formats=words.formats,
    )  # fmt: skip


def _overall(request: IndexRequest, shop: Answer, words: ResultWords) -> list[Part]:
    links = [(address(one.kind, one.id), one.name) for kind in _OVERALL for one in request.of(kind)]
    channels = sorted(request.of("channel"), key=lambda one: one.id != ALL)
    links += [(address("channel", one.id), f"{words('channel')}: {one.name}") for one in channels]
    parts: list[Part] = [Links(links)] if links else [Notice(words("no_reports"))]
    if shop.frame.height:
        cards = [
            card(shop, 0, name, words, metric=metric, before=number(shop, 0, f"previous_{name}", metric, name))
            for name, metric in _SITE.items()
        ]
        parts.insert(0, Figures(cards))
    return parts


def _campaigns(request: IndexRequest, found: Answer, words: ResultWords) -> list[Section]:
    """Campaigns of late with their figures; a line of links for those before."""
    known = {one.id: one for one in request.of("campaign")}
    rows: list[list[Cell]] = []
    names = tuple(name for name in CAMPAIGN_COLUMNS if name not in ("cost", "open_rate"))
    for place, row in enumerate(found.rows()):
        campaign, name = row["campaign_id"], str(row["campaign_name"] or row["campaign_id"])
        title: Cell = Link(name, address("campaign", campaign)) if campaign in known else name
        state = words("collecting") if row["is_collecting"] else "–"
        day, numbers = found.number(place, "last_day", "day", ""), [number(found, place, name) for name in names]
        rows.append([title, words.channel(row["channel"]), state, day, *numbers])
    heads: list[str | Heading] = [words(key) for key in ("campaign", "channel", "state", "last_day")]
    heads += [Heading(words(name), name) for name in names]
    part: Part = Table(heads, rows) if rows else nothing(found, words("nothing_sent"), words)
    recent = {row["campaign_id"] for row in found.rows()}
    older = [one for one in known.values() if one.id not in recent]
    links = [(address("campaign", one.id), one.name) for one in older]
    rest = [Section(words("older_campaigns"), [Links(links)])] if links else []
    return [Section(words("recent_campaigns"), [part], words("recent_campaigns_text")), *rest]


def _days(request: IndexRequest, found: Answer, words: ResultWords) -> list[Section]:
    known = {one.id for one in request.of("day")}
    rows: list[list[Cell]] = []
    for place, row in enumerate(found.rows()):
        name = row["day"].isoformat()
        told = f"{name} {words.weekday(row['day'])}"
        title: Cell = Link(told, address("day", name)) if name in known else told
        rows.append([title, *(number(found, place, column, metric) for column, metric in _DAY.items())])
    heads: list[str | Heading] = [words("date"), *(Heading(words(metric), metric) for metric in _DAY.values())]
    part: Part = Table(heads, rows) if rows else nothing(found, words("no_reports"), words)
    older = sorted(known - {row["day"].isoformat() for row in found.rows()}, reverse=True)
    rest = [Section(words("older_days"), [Links([(address("day", one), one) for one in older])])] if older else []
    is_whole = all(isinstance(row[0], Link) for row in rows)
    return [Section(words("recent_days"), [part], "" if is_whole else words("days_text")), *rest]


def _listed(request: IndexRequest, kind: Kind, heading: str) -> list[Section]:
    links = [(address(kind, one.id), one.name) for one in request.of(kind)]
    return [Section(heading, [Links(links)])] if links else []
