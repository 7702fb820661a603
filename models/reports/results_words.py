"""What the pages of results say in common, in Korean and English: metrics in short, periods, windows, channels.

Belongs here: phrases of channel, dashboard, history, index, segment, live and recommendation pages. Does not belong
here: definitions of metrics (``glossary``), what pages show (``channel``, ``dashboard``, …).
"""

import datetime as dt
import zoneinfo
from typing import Final

from models.campaigns.phrases import PARTS
from models.reports.campaign_phrases import CAMPAIGN
from models.reports.formats import Formats
from models.reports.results_phrases import METRICS, PAGES
from models.reports.segment_words import ReportWords
from models.words import Locale, Phrases, Words

WINDOWS: Final = ("3h", "6h", "day", "3d", "7d")
_SEOUL: Final = zoneinfo.ZoneInfo("Asia/Seoul")
_WEEKDAYS: Final = {"ko": "월화수목금토일", "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")}
_TERMS: Final[Phrases] = {
    "channel_all": ("전체 채널", "all channels"),
    "window_default": ("캠페인별 설정", "as each campaign has it"),
    "window_3h": ("3시간", "3 hours"),
    "window_6h": ("6시간", "6 hours"),
    "window_day": ("당일", "same day"),
    "window_3d": ("3일", "3 days"),
    "window_7d": ("7일", "7 days"),
    "period_1d": ("어제", "yesterday"),
    "period_7d": ("최근 7일", "last 7 days"),
    "period_30d": ("최근 30일", "last 30 days"),
    "period_90d": ("최근 90일", "last 90 days"),
    "period_24h": ("최근 24시간", "last 24 hours"),
}


class ResultWords(Words):
    """Phrases and numbers of one language; ``currency`` as ISO 4217 names it, ``zone`` of the shop."""

    def __init__(self, locale: Locale, currency: str = "KRW", zone: zoneinfo.ZoneInfo = _SEOUL) -> None:
        super().__init__(locale, {**PARTS, **_TERMS, **CAMPAIGN, **METRICS, **PAGES})
        self.formats = Formats(locale, currency, zone)
        self._visits = ReportWords(locale, currency)

    def channel(self, name: object) -> str:
        """A channel of messages as people call it."""
        return self._term("channel", name)

    def came_by(self, name: object) -> str:
        """A channel that visitors come by, as people call it."""
        return self._visits.named("channel", name)

    def device(self, name: object) -> str:
        """A device as people call it."""
        return self._visits.named("device", name)

    def window(self, name: object) -> str:
        """An attribution window as people call it."""
        return self._term("window", name)

    def period(self, name: object) -> str:
        """A period as people call it."""
        return self._term("period", name)

    def days(self, first: dt.date | None, last: dt.date | None) -> str:
        """'2025-10-01 ~ 2025-10-30'."""
        if first is None or last is None:
            return "–"
        return first.isoformat() if first == last else self("days", first=first, last=last)

    def day(self, day: dt.date) -> str:
        """'10월 30일(목)'."""
        return self("day", month=day.month, day=day.day, weekday=self.weekday(day), iso=day.isoformat())

    def weekday(self, day: dt.date) -> str:
        """'목' of a Thursday."""
        return _WEEKDAYS[self.locale][day.weekday()]

    def _term(self, kind: str, name: object) -> str:
        key = f"{kind}_{name}"
        return self(key) if self.known(key) else str(name or "–")
