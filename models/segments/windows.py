"""Windows: which whole business days a condition looks at, said relative to today or as dates.

Belongs here: what a window may say and the days that it means. Does not belong here: which day today is (handed in),
columns of tables that days are compared with (``models.segments.sql``).
"""

import datetime as dt
import re
from dataclasses import dataclass
from typing import Annotated, Final, Self
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator, Field, WithJsonSchema, model_validator
from pydantic_core import PydanticCustomError

from models.documents.fields import Frozen

FURTHEST: Final = 36_500  # days back
_ISO: Final = re.compile(r"^\d{4}-\d{2}-\d{2}$")


@dataclass(frozen=True)
class Span:
    """Days from ``first`` to ``last``, both included; ``first`` None: from the beginning. Empty where first > last."""

    first: dt.date | None
    last: dt.date

    @property
    def is_empty(self) -> bool:
        return self.first is not None and self.first > self.last

    def holds(self, day: dt.date | None) -> bool:
        """Whether a day lies in it; no day does not."""
        return day is not None and (self.first is None or self.first <= day) and day <= self.last

    def joined(self, other: "Span") -> "Span":
        """The shortest span with both in it."""
        first = None if self.first is None or other.first is None else min(self.first, other.first)
        return Span(first, max(self.last, other.last))


def _checked_day(value: object) -> object:
    """Only days written out: a number would be taken for seconds."""
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return value
    if not isinstance(value, str) or not _ISO.match(value):
        raise PydanticCustomError("window_day", "must be a day, such as 2025-10-01")
    try:
        day = dt.date.fromisoformat(value)
    except ValueError:
        raise PydanticCustomError("window_no_day", "is no day of the calendar") from None
    if not 1900 <= day.year <= 2200:
        raise PydanticCustomError("window_year", "must be between 1900 and 2200")
    return day


Day = Annotated[dt.date, BeforeValidator(_checked_day), WithJsonSchema({"type": "string", "format": "date"})]
DaysBack = Annotated[int, Field(ge=0, le=FURTHEST)]


class DaysAgo(Frozen):
    """Days counted back from today (0), both ends included, the nearer or the further one first."""

    from_: DaysBack | None = Field(None, alias="from")
    to: DaysBack | None = None

    @model_validator(mode="after")
    def _some_end(self) -> Self:
        if self.from_ is None and self.to is None:
            raise PydanticCustomError("window_empty", "needs from, to, or both")
        return self

    @property
    def ends(self) -> tuple[int, int | None]:
        """The nearer and the further end; None: without end. One end alone: ``from`` this long ago or longer,
        ``to`` this long ago or less."""
        if self.from_ is not None and self.to is not None:
            return min(self.from_, self.to), max(self.from_, self.to)
        return (self.from_, None) if self.from_ is not None else (0, self.to)

    def span(self, as_of: dt.date) -> Span:
        """The days that it means where ``as_of`` is today."""
        near, far = self.ends
        return Span(None if far is None else as_of - dt.timedelta(days=far), as_of - dt.timedelta(days=near))


class Window(Frozen):
    """Whole business days: the last so many, from … to days ago, or dates. Days to come are never looked at."""

    last_days: int | None = Field(None, ge=1, le=FURTHEST, description="today and the days before it, so many in all")
    today: bool | None = Field(None, description="false: the same number of days, ending yesterday")
    days_ago: DaysAgo | None = Field(None, description="from … to days ago, 0 is today")
    from_: Day | None = Field(None, alias="from", description="first day, such as 2025-10-01")
    to: Day | None = Field(None, description="last day")

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        dates = self.from_ is not None or self.to is not None
        if (self.last_days is not None) + (self.days_ago is not None) + dates != 1:
            raise PydanticCustomError("window_kind", "needs one of: last_days, days_ago, or from and to")
        if self.today is not None and self.last_days is None:
            raise PydanticCustomError("window_today", "today goes with last_days only")
        if self.from_ is not None and self.to is not None and self.from_ > self.to:
            values = {"from": str(self.from_), "to": str(self.to)}
            raise PydanticCustomError("window_order", "ends ({to}) before it starts ({from})", values)
        return self

    def span(self, as_of: dt.date) -> Span:
        """The days that the window means where ``as_of`` is today."""
        if self.last_days is not None:
            last = as_of - dt.timedelta(days=0 if self.today is None or self.today else 1)
            return Span(last - dt.timedelta(days=self.last_days - 1), last)
        if self.days_ago is not None:
            return self.days_ago.span(as_of)
        return Span(self.from_, min(self.to or as_of, as_of))


def span_of(window: Window | None, as_of: dt.date) -> Span:
    """The days of a window; of none all days up to today."""
    return window.span(as_of) if window else Span(None, as_of)


def utc_start(day: dt.date, zone: ZoneInfo) -> dt.datetime:
    """The moment (UTC, without zone) at which a business day begins."""
    midnight = dt.datetime.combine(day, dt.time(), tzinfo=zone)
    return midnight.astimezone(dt.UTC).replace(tzinfo=None)


def utc_bounds(span: Span, zone: ZoneInfo) -> tuple[dt.datetime | None, dt.datetime]:
    """The moments of a span: from the first (None: without beginning) until before the second."""
    first = None if span.first is None else utc_start(span.first, zone)
    return first, utc_start(span.last + dt.timedelta(days=1), zone)
