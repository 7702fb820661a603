"""The report on a channel, or on all of them: figures against the period before, trends, who bought, campaigns.

Belongs here: questions and which answer stands where. Does not belong here: phrases (``results_phrases``), which days a
period has (``assets.reports.pages``), HTML (``page``).
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from models.reports.campaign_parts import traits_section
from models.reports.conservation import WINDOW, conservation_question, conservation_section
from models.reports.glossary import EMPTY, Glossary
from models.reports.page import Cell, Chart, Figures, Heading, Link, Page, Part, Section, Table, Window
from models.reports.places import address
from models.reports.questions import Answer, Between, Column, Equal, Filter, Number, Question, columns
from models.reports.results import (
    CAMPAIGN_COLUMNS,
    COLLECTING,
    UNITS,
    campaign_table,
    card,
    collecting,
    nothing,
    number,
    strip,
    totals,
)
from models.reports.results_words import WINDOWS, ResultWords
from models.reports.tables import series_of

ALL, DEFAULT = "all", "default"
PERIODS: Final = ("7d", "30d", "90d")
_CARDS: Final = ("messages", "success_rate", "open_rate", "click_rate", "conversion_rate", "orders", "revenue", "cost",
                 "roas")  # fmt: skip
_STRIP: Final = ("ordered", "conversion_rate", "orders", "revenue", "roas")
_PERIOD_ROWS: Final = ("messages", "success_rate", "click_rate", "conversion_rate", "orders", "revenue", "roas")
_BEFORE: Final = "previous_"


@dataclass(frozen=True)
class ChannelRequest:
    """``channel`` or 'all'; ``window`` or 'default' (each send in its own); ``period`` of ``report_channels`` that the
    days ``first`` to ``last`` are, empty for others."""

    channel: str
    first: dt.date
    last: dt.date
    window: str = DEFAULT
    period: str = "30d"

    @property
    def days(self) -> list[dt.date]:
        return [self.first + dt.timedelta(days=back) for back in range((self.last - self.first).days + 1)]

    @property
    def days_before(self) -> tuple[dt.date, dt.date]:
        """As many days, right before."""
        length = self.last - self.first + dt.timedelta(days=1)
        return self.first - length, self.last - length


def channel_questions(request: ChannelRequest) -> list[Question]:
    """What the report asks, by name: now (a row), before (a row; of chosen days), periods, windows, days, campaigns,
    channels (of all channels alone), traits."""
    window = window_of(request.window)
    only = () if request.channel == ALL else (Equal("channel", request.channel),)
    between = Between("day", request.first, request.last)
    known = (Equal("window", request.window), *_channel(request.channel))
    results = ("ordered", *_CARDS)
    before = tuple(f"{_BEFORE}{name}" for name in _CARDS)
    ends = ("period", "first_day", "last_day", "is_collecting")
    asked = [
        Question("periods", "report_channels", columns(*ends, *results), known, order_by=("-first_day",)),
        Question("windows", "report_channels", columns("window", "is_collecting", *_STRIP),
                 (Equal("period", request.period), *_channel(request.channel)), order_by=("window",)),
        Question("days", "report_send_days", {"day": Column("day"), **totals()}, (*only, window, between), ("day",),
                 ("day",)),
        Question("campaigns", "report_send_days",
                 {**columns("campaign_id", "campaign_name", "channel"), **totals(), **COLLECTING},
                 (*only, window, between), ("campaign_id", "campaign_name", "channel"),
                 ("-revenue", "-messages", "campaign_id", "channel", "campaign_name")),
        _traits(request),
        conservation_question(request.first, request.last, _one_window(request)),
    ]  # fmt: skip
    if request.period:
        mine = (Equal("period", request.period), *known)
        asked.append(Question("now", "report_channels", columns(*ends, *results, *before), mine))
    else:
        asked += [
            Question(name, "report_send_days", {**totals(), **COLLECTING}, (*only, window, Between("day", *days)))
            for name, days in (("now", (request.first, request.last)), ("before", request.days_before))
        ]
    if request.channel == ALL and request.period:
        asked.append(Question("channels", "report_channels", columns("channel", "is_collecting", *results),
                              (Equal("period", request.period), Equal("window", request.window)),
                              order_by=("-revenue", "-messages", "channel")))  # fmt: skip
    return asked


def window_of(window: str) -> Filter:
    """Rows of ``report_send_days`` in one window, or each send's own."""
    return Equal("is_default_window", True) if window == DEFAULT else Equal("window", window)


def channel_page(
    request: ChannelRequest, answers: Mapping[str, Answer], words: ResultWords, glossary: Glossary = EMPTY
) -> Page:
    """The page of a channel."""
    name = words.channel(request.channel)
    period = words.period(request.period) if request.period else words("custom")
    subtitle = words(
        "channel_subtitle", period=period, days=words.days(request.first, request.last),
        window=words.window(request.window),
    )  # fmt: skip
    sections = [
        _summary(request, answers, words),
        *_strips(request, answers, words),
        *_trends(request, answers, words, name),
        *_channels(answers, words),
        traits_section(answers["traits"], words),
        Section(words("campaigns_table"), [_campaigns(answers, words)], words("by_send_day")),
        conservation_section(answers["conservation"], request.first, request.last, words, _one_window(request)),
    ]
    return Page(
        words("channel_title", channel=name), subtitle, sections, words("footer"), words.locale,
        badges=collecting(answers, ["now"], words), answers=list(answers.values()), glossary=glossary,
        formats=words.formats,
    )  # fmt: skip


def _one_window(request: ChannelRequest) -> str:
    """The window of what knows no window of each campaign's own."""
    return WINDOW if request.window == DEFAULT else request.window


def _channel(channel: str) -> tuple[Filter, ...]:
    return (Equal("channel", channel),)


def _traits(request: ChannelRequest) -> Question:
    window = _one_window(request)
    asked = ("rank", "trait_kind", "trait", "trait_name", "people", "support", "rate", "overall_rate", "lift", "low",
             "high", "is_over", "sentence")  # fmt: skip
    return Question(
        "traits", "report_characteristics", columns(*asked),
        (Equal("scope", "channel"), Equal("scope_id", request.channel), Equal("window", window)),
        order_by=("rank", "trait_kind", "trait"), limit=10,
    )  # fmt: skip


def _summary(request: ChannelRequest, answers: Mapping[str, Answer], words: ResultWords) -> Section:
    now = answers["now"]
    if not _has_sent(now):
        return Section(words("summary"), [nothing(now, words("nothing_sent"), words)])
    # of all channels the table knows the open rate of e-mail alone; sums over chosen days do not
    opens = request.channel == "email" or (request.channel == ALL and bool(request.period))
    wanted = [name for name in _CARDS if name != "open_rate" or opens]
    cards = [card(now, 0, name, words, before=_before(request, answers, name)) for name in wanted]
    return Section(words("summary"), [Figures(cards)], words("against", days=words.days(*request.days_before)))


def _before(request: ChannelRequest, answers: Mapping[str, Answer], name: str) -> Number | None:
    if request.period:
        return number(answers["now"], 0, f"{_BEFORE}{name}", unit_of=name)
    return number(answers["before"], 0, name) if answers["before"].frame.height else None


def _has_sent(answer: Answer) -> bool:
    return bool(answer.frame.height and answer.rows()[0]["messages"])


def _strips(request: ChannelRequest, answers: Mapping[str, Answer], words: ResultWords) -> list[Section]:
    """The periods side by side, and the windows; neither for chosen days, which no table holds."""
    if not request.period or not _has_sent(answers["now"]):
        return []
    periods, windows = answers["periods"], answers["windows"]
    columns_ = [
        (Window(words.period(one), one == request.period), periods.find(period=one))
        for one in PERIODS
    ]  # fmt: skip
    open_ = {row["window"] for row in windows.rows() if row["is_collecting"]}
    seen = [
        (Window(words.window(one), one == request.window, words("collecting") if one in open_ else ""),
         windows.find(window=one))
        for one in WINDOWS
    ]  # fmt: skip
    return [
        Section(words("by_period"), [strip(periods, columns_, _PERIOD_ROWS, words)]),
        Section(words("by_window"), [strip(windows, seen, _STRIP, words)], words("by_window_text")),
    ]


def _trends(
    request: ChannelRequest, answers: Mapping[str, Answer], words: ResultWords, name: str
) -> list[Section]:  # fmt: skip
    days = answers["days"]
    if days.frame.is_empty():
        return []
    told = {key: words("trend_says", what=words(key), channel=name, days=words.days(request.first, request.last))
            for key in ("trend_sends", "trend_revenue")}  # fmt: skip
    sent, clicked, revenue = (
        series_of(days, words(column), column, request.days, "day", UNITS.get(column, "count"))
        for column in ("accepted", "clicked", "revenue")
    )
    charts = (
        ("trend_sends", Chart(told["trend_sends"], "lines", request.days, [sent, clicked], is_wide=False)),
        ("trend_revenue", Chart(told["trend_revenue"], "bars", request.days, [revenue], "money", is_wide=False)),
    )
    return [Section(words(key), [chart], words("by_send_day"), half=True) for key, chart in charts]


def _channels(answers: Mapping[str, Answer], words: ResultWords) -> list[Section]:
    """Every channel beside the others, on the page of all."""
    found = answers.get("channels")
    if found is None or found.frame.is_empty():
        return []
    kept = [place for place, row in enumerate(found.rows()) if row["channel"] != ALL and row["messages"]]
    rows: list[list[Cell]] = []
    for place in kept:
        channel = found.frame["channel"][place]
        link = Link(words.channel(channel), address("channel", channel, "channel"))
        rows.append([link, *(number(found, place, name) for name in CAMPAIGN_COLUMNS)])
    heads: list[str | Heading] = [words("channel"), *(Heading(words(name), name) for name in CAMPAIGN_COLUMNS)]
    return [Section(words("by_channel"), [Table(heads, rows)])]


def _campaigns(answers: Mapping[str, Answer], words: ResultWords) -> Part:
    return campaign_table(answers["campaigns"], words, lambda row: address("campaign", row["campaign_id"], "channel"))
