"""The dashboard: the shop's visitors, conversion, revenue and return on messages; segments; campaigns.

Belongs here: questions and which answer stands where. Does not belong here: phrases (``results_phrases``), HTML
(``page``).
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from models.reports.conservation import conservation_question, conservation_section
from models.reports.glossary import EMPTY, Glossary
from models.reports.page import Cell, Chart, Figures, Heading, Link, Page, Part, Section, Series, Table, Window
from models.reports.places import address
from models.reports.questions import Answer, Between, Column, Equal, Latest, Question, Total, columns
from models.reports.results import (
    CAMPAIGN_COLUMNS,
    COLLECTING,
    card,
    collecting,
    nothing,
    number,
    results_of,
    shown,
    strip,
    totals,
)
from models.reports.results_words import ResultWords
from models.reports.tables import Shown, series_of, table_of

PERIODS: Final = ("1d", "7d", "30d", "90d")
_LISTED: Final = tuple(name for name in CAMPAIGN_COLUMNS if name != "cost")
CAMPAIGN_DAYS, TREND_DAYS = 30, 30
_CHARTED: Final = 10  # segments in the chart
# Columns of the shop as a whole and of segments, with the names of their definitions.
_SITE: Final = {
    "visitors": "visitors", "conversion_rate": "site_conversion_rate", "orders": "order_count",
    "revenue": "order_revenue", "attributed_revenue": "attributed_revenue", "roas": "roas",
}  # fmt: skip
SEGMENT_METRICS: Final = {
    "targets": "targets", "visitors": "segment_visitors", "conversions": "conversions",
    "conversion_rate": "segment_conversion_rate", "orders": "segment_orders", "revenue": "segment_revenue",
    "aov": "aov",
}  # fmt: skip


@dataclass(frozen=True)
class DashboardRequest:
    """``period`` of ``report_dashboard``; ``last``: the last complete day."""

    last: dt.date
    period: str = "7d"

    def since(self, days: int) -> dt.date:
        """The first of so many days."""
        return self.last - dt.timedelta(days=days - 1)


def dashboard_questions(request: DashboardRequest) -> list[Question]:
    """What the dashboard asks, by name: shop (a row a period), days, segments, campaigns, states (of
    campaigns), conservation."""
    before = tuple(f"previous_{name}" for name in _SITE)
    campaigns = {**columns("campaign_id", "campaign_name", "channel"), "last_day": Total("max", "day")}
    sent = Between("day", request.since(CAMPAIGN_DAYS), request.last + dt.timedelta(days=1))  # today's sends too
    shop = ("period", "first_day", "last_day", *_SITE, "sessions", "attributed_orders", *before)
    return [
        Question("shop", "report_dashboard", columns(*shop), order_by=("-first_day",)),
        Question("days", "report_daily", columns("day", "visitors", "orders", "revenue"),
                 (Equal("device", "all"), Between("day", request.since(TREND_DAYS), request.last)), order_by=("day",)),
        Question("segments", "report_segments", columns("segment_id", "name", "kind", *SEGMENT_METRICS),
                 (Equal("period", request.period),), order_by=("-revenue", "-targets", "segment_id")),
        Question("campaigns", "report_send_days", {**campaigns, **totals(), **COLLECTING},
                 (Equal("is_default_window", True), sent), ("campaign_id", "campaign_name", "channel"),
                 ("-last_day", "-revenue", "campaign_id", "channel", "campaign_name")),
        conservation_question(request.since(int(request.period.removesuffix("d"))), request.last),
        Question("states", "sends", {"campaign_id": Column("campaign_id"), "state": Latest("state", "planned_at")},
                 (Equal("substitute_of", None), sent), ("campaign_id",), ("campaign_id",)),
    ]  # fmt: skip


def dashboard_page(
    request: DashboardRequest, answers: Mapping[str, Answer], words: ResultWords, glossary: Glossary = EMPTY
) -> Page:
    """The dashboard of a period."""
    shop = answers["shop"]
    place = shop.find(period=request.period) if shop.frame.height else None
    row = {} if place is None else shop.rows()[place]
    days = words.days(row.get("first_day"), row.get("last_day"))
    subtitle = words("dashboard_subtitle", period=words.period(request.period), days=days)
    sections = [
        _summary(shop, place, words),
        *_periods(request, shop, words),
        *_trends(request, answers["days"], words),
        _segments(request, answers["segments"], words),
        Section(words("campaigns_recent"), [_campaigns(answers, words)], words("by_send_day")),
        conservation_section(
            answers["conservation"], request.since(int(request.period.removesuffix("d"))), request.last, words
        ),
    ]
    return Page(
        words("dashboard"), subtitle, sections, words("footer"), words.locale,
        badges=collecting(answers, ["campaigns"], words), answers=list(answers.values()), glossary=glossary,
        formats=words.formats,
    )  # fmt: skip


def _summary(shop: Answer, place: int | None, words: ResultWords) -> Section:
    if place is None:
        return Section(words("summary"), [nothing(shop, words("nothing_sent"), words)])
    cards = [
        card(shop, place, name, words, metric=metric, before=number(shop, place, f"previous_{name}", metric, name))
        for name, metric in _SITE.items()
    ]
    return Section(words("summary"), [Figures(cards)], words("against_before"))


def _periods(request: DashboardRequest, shop: Answer, words: ResultWords) -> list[Section]:
    if shop.frame.is_empty():
        return []
    places = [(Window(words.period(one), one == request.period), shop.find(period=one)) for one in PERIODS]
    return [Section(words("compared_periods"), [strip(shop, places, tuple(_SITE), words, _SITE)])]


def _trends(request: DashboardRequest, days: Answer, words: ResultWords) -> list[Section]:
    if days.frame.is_empty():
        return [Section(words("site_trend"), [nothing(days, words("nothing_sent"), words)])]
    xs = [request.since(TREND_DAYS) + dt.timedelta(days=one) for one in range(TREND_DAYS)]
    visitors = series_of(days, words("visitors"), "visitors", xs, "day")
    sales = series_of(days, words("site_revenue"), "revenue", xs, "day", "money", "site_revenue")
    return [
        Section(words("visitors_by_day"), [Chart(words("visitors_by_day"), "lines", xs, [visitors], is_wide=False)],
                half=True),
        Section(words("sales_by_day"), [Chart(words("sales_by_day"), "bars", xs, [sales], "money", is_wide=False)],
                half=True),
    ]  # fmt: skip


def _segments(request: DashboardRequest, found: Answer, words: ResultWords) -> Section:
    heading, text = f"{words('segments')} · {words.period(request.period)}", words("segments_text")
    if found.frame.is_empty():
        return Section(heading, [nothing(found, words("no_segments"), words)], name=words("segments"))
    charted = [place for place, row in enumerate(found.rows()) if row["conversions"]][:_CHARTED]
    rates = [number(found, place, "conversion_rate", "segment_conversion_rate") for place in charted]
    names = [found.frame["name"][place] for place in charted]
    chart = Chart(words("segment_chart"), "ranks", names, [Series(words("segment_conversion_rate"), rates)], "rate",
                  with_numbers=False)  # fmt: skip
    listed = [
        Shown("name", words("segment"), "text", metric=""),
        *shown(tuple(SEGMENT_METRICS), words, SEGMENT_METRICS),
    ]
    table = table_of(found, listed)
    rows: list[list[Cell]] = [
        [Link(str(row["name"]), address("segment", row["segment_id"])), *cells[1:]]
        for row, cells in zip(found.rows(), table.rows, strict=True)
    ]
    parts: list[Part] = [chart] if charted else []
    return Section(heading, [*parts, Table(table.columns, rows, shown=30)], text, name=words("segments"))


def _campaigns(answers: Mapping[str, Answer], words: ResultWords) -> Part:
    """Campaigns with the state of their last send."""
    found = answers["campaigns"]
    if found.frame.is_empty():
        return nothing(found, words("nothing_sent"), words)
    states: dict[str, Any] = {row["campaign_id"]: row["state"] for row in answers["states"].rows()}
    heads = [words("campaign"), words("channel"), words("state"), words("last_day")]
    rows: list[list[Cell]] = []
    for place, row in enumerate(found.rows()):
        state = f"send_{states.get(row['campaign_id'])}"
        told = [words(state)] if words.known(state) else []
        told += [words("collecting")] if row["is_collecting"] else []
        name = Link(str(row["campaign_name"]), address("campaign", row["campaign_id"]))
        numbers = results_of(found, place, _LISTED, row["channel"])
        day = found.number(place, "last_day", "day", "")
        rows.append([name, words.channel(row["channel"]), " · ".join(told) or "–", day, *numbers])
    return Table([*heads, *(Heading(words(name), name) for name in _LISTED)], rows)
