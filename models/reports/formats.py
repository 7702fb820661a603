"""Values of reports as people write them, in Korean and English.

Belongs here: how a unit is written. Does not belong here: which values a report shows, phrases.
"""

import datetime as dt
import zoneinfo
from dataclasses import dataclass
from typing import Final

from models.reports.questions import Number, Unit, Value
from models.words import Locale

NONE: Final = "–"
_WHOLE_CURRENCIES: Final = ("KRW", "JPY")
_SIGNS: Final = {"USD": "$", "EUR": "€", "JPY": "¥", "GBP": "£"}
_MINUTE, _HOUR, _DAY = 60, 3600, 86400
_SPELT: Final[dict[Locale, tuple[str, str, str, str]]] = {
    "ko": ("일", "시간", "분", "초"),
    "en": (" d", " h", " min", " s"),
}


@dataclass(frozen=True)
class Formats:
    """Currency as ISO 4217 names it; ``zone`` of the shop."""

    locale: Locale = "ko"
    currency: str = "KRW"
    zone: zoneinfo.ZoneInfo = zoneinfo.ZoneInfo("Asia/Seoul")

    def number(self, number: Number) -> str:
        """A number in its unit."""
        return self.value(number.value, number.unit)

    def value(self, value: Value, unit: Unit) -> str:
        """A value of ``unit``; a dash for None. Moments without a zone are UTC; those of tables always are."""
        if value is None:
            return NONE
        if isinstance(value, dt.datetime):
            return f"{self.local(value):%Y-%m-%d %H:%M}" if unit != "day" else f"{self.local(value):%Y-%m-%d}"
        if isinstance(value, dt.date):
            return value.isoformat()
        if isinstance(value, str | bool):
            return str(value)
        return self._number(value, unit)

    def local(self, moment: dt.datetime) -> dt.datetime:
        """A moment in the shop's zone."""
        return (moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)).astimezone(self.zone)

    def money(self, amount: float) -> str:
        """'1,234,000원', or with the sign or name of the currency."""
        number = f"{abs(amount):,.0f}" if self.currency in _WHOLE_CURRENCIES else f"{abs(amount):,.2f}"
        sign = "-" if amount < 0 and number.strip("0.,") else ""
        if self.currency == "KRW":
            return f"{sign}{number}원" if self.locale == "ko" else f"{sign}₩{number}"
        mark = _SIGNS.get(self.currency)
        return f"{sign}{mark}{number}" if mark else f"{sign}{number} {self.currency}"

    def change(self, now: Value, before: Value, unit: Unit) -> tuple[str, float] | None:
        """How much ``now`` differs from ``before``, told and as a number: rates in points, anything else in per cent.
        None where there is nothing to compare with."""
        if not isinstance(now, int | float) or not isinstance(before, int | float):
            return None
        if unit == "rate":
            points = (now - before) * 100
            return f"{points:+.1f}{'%p' if self.locale == 'ko' else ' pp'}", points
        if before == 0:
            return None
        percent = (now / before - 1) * 100
        return f"{percent:+,.1f}%", percent

    def _number(self, value: float, unit: Unit) -> str:
        if unit == "money":
            return self.money(value)
        if unit == "seconds":
            return self._duration(value)
        if unit == "hour":
            return f"{value:.0f}시" if self.locale == "ko" else f"{value:02.0f}:00"
        told = {
            "rate": f"{value:,.1%}",
            "percent": f"{value:,.0%}",
            "ratio": f"{value:,.2f}",
            "number": f"{value:,.1f}",
        }.get(unit, f"{value:,.0f}")
        return told if told.strip("-0.,%") else told.removeprefix("-")

    def _duration(self, seconds: float) -> str:
        """The two largest units that are not nothing."""
        days, rest = divmod(round(seconds), _DAY)
        hours, rest = divmod(rest, _HOUR)
        parts = [days, hours, *divmod(rest, _MINUTE)]
        told = [f"{part}{name}" for part, name in zip(parts, _SPELT[self.locale], strict=True)]
        first = next((place for place, part in enumerate(parts) if part), 3)
        return " ".join(told[place] for place in (first, first + 1) if place < 4 and (parts[place] or place == first))
