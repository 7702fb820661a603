"""Words for conditions, Korean and English, and how numbers, lists, ranges and windows are said.

Belongs here: phrases that several leaves share. Does not belong here: sentences about leaves (``leaves``, ``people``),
what is wrong with a document (``problems``).
"""

from collections.abc import Mapping, Sequence
from typing import Final

import models.words
from models.segments.fields import Amount, Count, Scalar
from models.segments.windows import DaysAgo, Window
from models.words import Locale, Phrases

_MOST_LISTED: Final = 3


class Words(models.words.Words):
    """Phrases of conditions. ``names``: what segments and products are called, by id."""

    def __init__(self, locale: Locale, phrases: Phrases, names: Mapping[str, str] | None = None) -> None:
        super().__init__(locale, {**COMMON, **phrases})
        self.names = names or {}

    def named(self, key: str) -> str:
        """'단골 (dangol)' where the name is known, else the id."""
        return f"{self.names[key]} ({key})" if key in self.names else key

    def listed(self, values: Sequence[object]) -> str:
        """The first few values, and how many more there are."""
        shown = ", ".join(self.named(str(one)) for one in values[:_MOST_LISTED])
        more = len(values) - _MOST_LISTED
        return self("and_more", shown=shown, more=f"{more:,}") if more > 0 else shown

    def quoted(self, values: Sequence[str]) -> str:
        """Texts in quotes, one of which is looked for."""
        return self.listed([f"'{one}'" for one in values])

    def value(self, value: Scalar) -> str:
        """A text in quotes, a number, true or false."""
        return f"'{value}'" if isinstance(value, str) else str(value).lower()

    def range(self, wanted: Count | Amount, unit: str = "") -> str:
        """'10회 이상', 'from 10 to 20 times'; ``unit``: key of what is counted."""
        (low, high), (low_open, high_open) = wanted.ends, wanted.open_ends
        texts = {"low": _number(low), "high": _number(high), "unit": self(unit) if unit else ""}
        if low is not None and low == high:
            return self("never" if low == 0 and unit else "exactly", **texts)
        if low is not None and high is not None:
            if not (low_open or high_open):
                return self("between", **texts)
            lower, upper = self("above" if low_open else "at_least", **texts), self("below" if high_open else "at_most",
                                                                                     **texts)  # fmt: skip
            return f"{lower} {upper}"
        if low is not None:
            once = "once" if low == 1 and unit == "times" else "at_least"
            return self("above" if low_open else once, **texts)
        return self("below" if high_open else "at_most", **texts)

    def bracketed(self, phrases: Sequence[str]) -> str:
        """Phrases in brackets; nothing for none."""
        return self("bracketed", what=", ".join(phrases)) if phrases else ""

    def window(self, window: Window | None) -> str:
        """'최근 7일(오늘 제외)'."""
        if window is None:
            return self("ever")
        if window.days_ago is not None:
            return self.days_ago(window.days_ago)
        if window.last_days is not None:
            without = window.today is False
            key = "one_day" if window.last_days == 1 else "last_days"
            return self(f"{key}_before" if without else key, days=f"{window.last_days:,}")
        first, last = window.from_, window.to
        key = "dates" if first and last else "since" if first else "until"
        return self(key, first=first, last=last)

    def days_ago(self, ago: DaysAgo) -> str:
        """'30~90일 전'."""
        near, far = ago.ends
        if far is None:
            return self("days_ago_or_more", near=near)
        return self("days_ago_to_today", far=far) if near == 0 else self("days_ago", near=near, far=far)


def _number(number: float | None) -> str:
    return "" if number is None else f"{number:,.10g}" if number != int(number) else f"{int(number):,}"


COMMON: Final[Phrases] = {
    "and": (" 그리고 ", " and "),
    "or": (" 또는 ", " or "),
    "not": ("아님({what})", "not ({what})"),
    "without": ("{what}, 제외: {excluded}", "{what}, but not: {excluded}"),
    "and_more": ("{shown} 외 {more}개", "{shown} and {more} more"),
    "at_least": ("{low}{unit} 이상", "at least {low}{unit}"),
    "once": ("{low}{unit} 이상", "at least once"),
    "at_most": ("{high}{unit} 이하", "at most {high}{unit}"),
    "above": ("{low}{unit} 초과", "more than {low}{unit}"),
    "below": ("{high}{unit} 미만", "less than {high}{unit}"),
    "exactly": ("정확히 {low}{unit}", "exactly {low}{unit}"),
    "between": ("{low}~{high}{unit}", "{low} to {high}{unit}"),
    "never": ("없음", "none"),
    "bracketed": ("({what})", " ({what})"),
    "times": ("회", " times"),
    "orders_unit": ("건", ""),
    "lines_unit": ("건", ""),
    "things": ("개", ""),
    "seconds": ("초", " seconds"),
    "ever": ("전체 기간", "ever"),
    "one_day": ("오늘", "today"),
    "one_day_before": ("어제", "yesterday"),
    "last_days": ("최근 {days}일", "in the last {days} days"),
    "last_days_before": ("최근 {days}일(오늘 제외)", "in the {days} days before today"),
    "dates": ("{first}~{last}", "from {first} to {last}"),
    "since": ("{first}부터", "since {first}"),
    "until": ("{last}까지", "until {last}"),
    "days_ago": ("{near}~{far}일 전", "{near} to {far} days ago"),
    "days_ago_or_more": ("{near}일 전 또는 그 이전", "{near} days ago or longer"),
    "days_ago_to_today": ("{far}일 전부터 오늘까지", "in the time since {far} days ago"),
}
