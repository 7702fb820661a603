"""What recommendations brought: a card of figures for every widget, beside each other and by day.

Belongs here: questions and which answer stands where. Does not belong here: phrases (``results_phrases``), HTML
(``page``), the shelves themselves (``recommendations``).
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from models.reports.glossary import EMPTY, Glossary
from models.reports.page import Cell, Chart, Figures, Heading, Notice, Page, Part, Section, Table
from models.reports.questions import Answer, Between, Question, Total, columns
from models.reports.results import UNITS, card, nothing, number
from models.reports.results_words import ResultWords
from models.reports.tables import series_of

DAYS: Final = 30
_CHARTED: Final = 6
_CARDS: Final = {"ctr": "ctr", "conversion_rate": "recommend_conversion_rate", "revenue": "direct_revenue",
                 "clicks": "widget_clicks"}  # fmt: skip
_TABLE: Final = {
    "days_with_data": "days_with_data", "impressions": "widget_impressions", "clicks": "widget_clicks", "ctr": "ctr",
    "orders": "direct_orders", "conversion_rate": "recommend_conversion_rate", "revenue": "direct_revenue",
    "session_orders": "session_orders", "session_revenue": "session_revenue",
}  # fmt: skip


@dataclass(frozen=True)
class RecommendedRequest:
    """``last``: the last complete day."""

    last: dt.date

    @property
    def days(self) -> list[dt.date]:
        return [self.last - dt.timedelta(days=back) for back in reversed(range(DAYS))]


def recommended_questions(request: RecommendedRequest) -> list[Question]:
    """What the page asks, by name: widgets (a row each), days (a row a day and widget), trained (a row)."""
    between = (Between("day", request.days[0], request.last),)
    return [
        Question("widgets", "report_recommendation_models", columns("widget", "is_enough", "first_day", "last_day",
                 *_TABLE), order_by=("-revenue", "-clicks", "widget")),
        Question("days", "report_recommendations", columns("day", "widget", "impressions", "clicks", "ctr",
                 "direct_revenue"), between, order_by=("day", "widget")),
        Question("trained", "rec_runs", {"day": Total("max", "ranker_day")}),
    ]  # fmt: skip


def recommended_page(
    request: RecommendedRequest, answers: Mapping[str, Answer], words: ResultWords, glossary: Glossary = EMPTY
) -> Page:
    """The page of recommendations."""
    widgets = answers["widgets"]
    trained = answers["trained"].frame["day"].max() if answers["trained"].frame.height else None
    told = words("not_trained") if trained is None else words.formats.value(trained, "day")  # type: ignore[arg-type]
    subtitle = words("recommendations_subtitle", days=words.days(request.days[0], request.last), trained=told)
    rows = widgets.rows()
    sections = [
        *(_widget(widgets, place, row, words) for place, row in enumerate(rows)),
        Section(words("widgets_compared"), [_compared(widgets, words)]),
        *_trends(request, answers["days"], [row["widget"] for row in rows][:_CHARTED], words),
    ]
    return Page(
        words("recommendations"), subtitle, sections, words("recommendations_footer"), words.locale,
        badges=_young(rows, words), answers=list(answers.values()), glossary=glossary, formats=words.formats,
    )  # fmt: skip


def _young(rows: list[dict[str, Any]], words: ResultWords) -> list[Notice]:
    young = ", ".join(_named(row["widget"], words) for row in rows if not row["is_enough"])
    return [Notice(words("not_enough_text", widgets=young), "warning", words("not_enough"))] if young else []


def _widget(widgets: Answer, place: int, row: Mapping[str, Any], words: ResultWords) -> Section:
    name = _named(row["widget"], words)
    parts: list[Part] = [] if row["is_enough"] else [Notice(words("not_enough"), "warning")]
    cards = [card(widgets, place, column, words, metric=metric) for column, metric in _CARDS.items()]
    return Section(name, [*parts, Figures(cards)], half=True)


def _compared(widgets: Answer, words: ResultWords) -> Part:
    if widgets.frame.is_empty():
        return nothing(widgets, words("no_widgets"), words)
    heads: list[str | Heading] = [words("widget"), *(Heading(words(metric), metric) for metric in _TABLE.values())]
    rows: list[list[Cell]] = [
        [
            _named(row["widget"], words),
            *(number(widgets, place, column, metric) for column, metric in _TABLE.items()),
        ]
        for place, row in enumerate(widgets.rows())
    ]
    return Table(heads, rows)


def _trends(request: RecommendedRequest, days: Answer, widgets: list[str], words: ResultWords) -> list[Section]:
    if days.frame.is_empty():
        return []
    found = []
    for key, column in (("ctr_by_day", "ctr"), ("revenue_by_day", "direct_revenue")):
        unit = UNITS[column]
        series = [
            series_of(days, _named(widget, words), column, request.days, "day", unit, widget=widget)
            for widget in widgets
        ]
        found.append(Section(words(key), [Chart(words(key), "lines", request.days, series, unit)]))
    return found


def _named(widget: object, words: ResultWords) -> str:
    key = f"widget_{widget}"
    return words(key) if words.known(key) else str(widget)
