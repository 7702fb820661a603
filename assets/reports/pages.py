"""Pages of reports from published tables: what is asked for each kind, and what becomes of the answers.

Belongs here: a draft of every kind of page, for the step that writes them and for commands that want one. Does not
belong here: what pages show (``models.reports``), which of them are made (``rendering``), files (``files``).
"""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from assets.reports.asking import Asking
from connectors.home.settings import Settings
from models.reports.channel import ChannelRequest, channel_page, channel_questions
from models.reports.dashboard import DashboardRequest, dashboard_page, dashboard_questions
from models.reports.diagnosis import diagnosis_page
from models.reports.diagnosis_facts import DayFacts, diagnosis_questions
from models.reports.diagnosis_words import DiagnosisWords
from models.reports.glossary import Glossary
from models.reports.history import HistoryRequest, history_page, history_questions
from models.reports.index import Entry, IndexRequest, index_page, index_questions
from models.reports.live import LiveRequest, live_page, live_questions, newest_members, product_question
from models.reports.page import Page
from models.reports.places import Kind
from models.reports.questions import Answer, Question, Total
from models.reports.recommended import RecommendedRequest, recommended_page, recommended_questions
from models.reports.results_words import ResultWords
from models.reports.segment_results import SegmentRequest, name_of, segment_questions, segment_results_page

PERIOD_DAYS: Final = {"1d": 1, "7d": 7, "30d": 30, "90d": 90}


class NoReport(Exception):
    """The report can not be made; the message says why."""


@dataclass(frozen=True)
class Draft:
    """A page that can be made: ``about`` says which, ``answers`` what it shows."""

    kind: Kind
    id: str
    name: str  # of what it is about
    about: Sequence[object]
    answers: Mapping[str, Answer]
    page: Callable[[], Page]
    first_day: dt.date | None = None
    last_day: dt.date | None = None

    @property
    def is_collecting(self) -> bool:
        """Whether a window of what it shows is not over."""
        now = [self.answers[name].frame for name in ("now", "all", "campaigns", "sends") if name in self.answers]
        return any("is_collecting" in one.columns and bool(one["is_collecting"].any()) for one in now)


class Drafting:
    """Drafts of one home's pages, asked over one connection."""

    def __init__(self, asking: Asking, settings: Settings, glossary: Glossary) -> None:
        self.asking, self.glossary, self._settings = asking, glossary, settings
        self.words = ResultWords(settings.locale, settings.currency, settings.zone)

    @cached_property
    def last_day(self) -> dt.date | None:
        """The last complete day; None while nothing is known."""
        return self._newest("report_dashboard", "last_day") or self._newest("report_daily", "day")

    @cached_property
    def last_send_day(self) -> dt.date | None:
        """The last day that something was planned for."""
        return self._newest("report_send_days", "day")

    @property
    def last(self) -> dt.date:
        """The last complete day. Raises :class:`NoReport` while nothing is known."""
        if self.last_day is None:
            raise NoReport("there are no tables of reports yet: `dangol run` makes them")
        return self.last_day

    def dashboard(self, period: str = "7d") -> Draft:
        request = DashboardRequest(self.last, period)
        answers = self.asking.ask(dashboard_questions(request))
        return self._draft("dashboard", "", request, answers, dashboard_page, self.last - _span(period), self.last)

    def history(self, period: str = "30d", first: dt.date | None = None, last: dt.date | None = None) -> Draft:
        """``first`` and ``last``: other days than those of ``period``, which is '' then."""
        end = last or max(self.last, self.last_send_day or self.last)
        request = HistoryRequest(first or end - _span(period), end, period)
        answers = self.asking.ask(history_questions(request))
        return self._draft("history", "", request, answers, history_page, request.first, request.last)

    def channel(
        self, channel: str, period: str = "30d", window: str = "default", first: dt.date | None = None,
        last: dt.date | None = None,
    ) -> Draft:  # fmt: skip
        """``first`` and ``last``: other days than those of ``period``, which is '' then."""
        end = last or self.last
        request = ChannelRequest(channel, first or end - _span(period), end, window, period)
        answers = self.asking.ask(channel_questions(request))
        return self._draft("channel", channel, request, answers, channel_page, request.first, request.last,
                           self.words.channel(channel))  # fmt: skip

    def segment(self, segment_id: str, period: str = "30d") -> Draft:
        request = SegmentRequest(segment_id, period)
        answers = self.asking.ask(segment_questions(request))
        return self._draft("segment", segment_id, request, answers, segment_results_page,
                           self.last - _span(period), self.last, name_of(request, answers))  # fmt: skip

    def live(self, periods: Sequence[str] = ("24h", "7d"), segment_id: str = "", segment_name: str = "") -> Draft:
        counted_on = self.asking.one(newest_members()).frame["day"].max()
        request = LiveRequest(tuple(periods), segment_id, segment_name, counted_on)  # type: ignore[arg-type]
        answers = self.asking.ask(live_questions(request))
        answers |= self.asking.ask([product_question(answers)])
        return self._draft("live", "", request, answers, live_page, None, self.last)

    def recommendations(self) -> Draft:
        request = RecommendedRequest(self.last)
        answers = self.asking.ask(recommended_questions(request))
        return self._draft("recommendations", "", request, answers, recommended_page, request.days[0], self.last)

    def index(self, entries: Sequence[Entry]) -> Draft:
        request = IndexRequest(self.last, self._settings.mall_name, tuple(entries))
        answers = self.asking.ask(index_questions(request))
        return self._draft("index", "", request, answers, index_page, None, self.last)

    def day(self, day: dt.date) -> Draft:
        """The diagnosis of a day. Raises :class:`NoReport` for one that nothing is known of."""
        answers = self.asking.ask(diagnosis_questions(day))
        if not DayFacts(day, answers).is_there:
            raise NoReport(f"nothing is known of {day}")
        words = DiagnosisWords(self._settings.locale, self._settings.currency)
        return Draft("day", day.isoformat(), day.isoformat(), (day,), answers,
                     lambda: diagnosis_page(day, answers, words, self.glossary), day, day)  # fmt: skip

    def _draft(
        self, kind: Kind, name: str, request: Any, answers: Mapping[str, Answer],
        page: Callable[[Any, Mapping[str, Answer], ResultWords, Glossary], Page], first: dt.date | None,
        last: dt.date | None, about: str = "",
    ) -> Draft:  # fmt: skip
        return Draft(kind, name, about or self.words(kind), (request,), answers,
                     lambda: page(request, answers, self.words, self.glossary), first, last)  # fmt: skip

    def _newest(self, table: str, column: str) -> dt.date | None:
        found = self.asking.one(Question("newest", table, {"day": Total("max", column)})).frame["day"].max()
        return found if isinstance(found, dt.date) else None


def _span(period: str) -> dt.timedelta:
    """From the first day of a period to its last."""
    return dt.timedelta(days=PERIOD_DAYS[period] - 1)
