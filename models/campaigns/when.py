"""When a campaign sends: now, at a time, again and again, or on what a customer does; and in which period.

Belongs here: what a document says about it. Does not belong here: computing moments (``schedule``).
"""

import datetime as dt
from typing import Annotated, Final, Literal, Self, get_args

from pydantic import BeforeValidator, Field, JsonValue, WithJsonSchema, model_validator
from pydantic_core import PydanticCustomError

from models.campaigns.fields import Clock, Day, Duration, LocalTime
from models.documents.fields import Frozen
from models.segments.fields import EventName

Weekday = Literal["sun", "mon", "tue", "wed", "thu", "fri", "sat"]
WEEKDAYS: Final[tuple[Weekday, ...]] = get_args(Weekday)  # a week begins on Sunday, as in Korean calendars
Unit = Literal["day", "week", "month"]
Kind = Literal["now", "at", "recurring", "trigger"]
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)
MOST_BETWEEN: Final = 99
MOST_BETWEEN_PUSH: Final = 5

Opaque = Annotated[dict[str, JsonValue], Field(min_length=1, description="in the language of segments")]


def _checked_month_day(value: object) -> object:
    if value == "last" or (isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= 31):
        return value
    raise PydanticCustomError("month_day", "must be a day from 1 to 31, or 'last'")


MonthDay = Annotated[
    int | Literal["last"],
    BeforeValidator(_checked_month_day),
    WithJsonSchema({"anyOf": [{"const": "last"}, {"type": "integer", "minimum": 1, "maximum": 31}]}),
]


class Recurring(Frozen):
    """Every n days, weeks or months at a time of day."""

    every: int = Field(1, ge=1, le=MOST_BETWEEN, description="n; for push 1 to 5")
    unit: Unit
    time: Clock
    weekdays: tuple[Weekday, ...] = Field((), max_length=7, description="for weeks: on which days")
    day: MonthDay | None = Field(
        None, description="for months: the day; 29 to 31 only in months that have it, 'last' the last of each"
    )

    @model_validator(mode="after")
    def _fits_unit(self) -> Self:
        if (self.unit == "week") != bool(self.weekdays):
            raise PydanticCustomError("weekdays", "weekdays go with unit week, which needs at least one")
        if (self.unit == "month") != (self.day is not None):
            raise PydanticCustomError("month_day_unit", "day goes with unit month, which needs it")
        if len(set(self.weekdays)) < len(self.weekdays):
            raise PydanticCustomError("weekday_twice", "a weekday is there twice")
        return self


class OnEvent(Frozen):
    """Some time after a customer did something, when a condition holds then."""

    event: EventName
    where: Opaque | None = Field(None, description="only events that fit: filters in the language of segments")
    delay: Duration = Field(dt.timedelta(0), description="from the event to the message, such as 10m or 3h")
    condition: Opaque | None = Field(None, description="must hold for the customer when the delay is over")


class Schedule(Frozen):
    """One of the four ways to send."""

    now: Literal[True] | None = Field(None, description="once, when it is started")
    at: LocalTime | None = Field(None, description="once, at a time of the shop's zone")
    recurring: Recurring | None = Field(None, description="again and again")
    trigger: OnEvent | None = Field(None, description="on what a customer does")

    @model_validator(mode="after")
    def _one(self) -> Self:
        if sum(getattr(self, kind) is not None for kind in KINDS) != 1:
            raise PydanticCustomError("schedule_kind", "must be one of: {known}", {"known": ", ".join(KINDS)})
        return self

    @property
    def kind(self) -> Kind:
        """``now``, ``at``, ``recurring`` or ``trigger``."""
        return next(kind for kind in KINDS if getattr(self, kind) is not None)


class Period(Frozen):
    """Days of the shop's zone, both included; without ``to`` until it is stopped."""

    from_: Day | None = Field(None, alias="from")
    to: Day | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.from_ is None and self.to is None:
            raise PydanticCustomError("period_empty", "needs from, to, or both; leave it out for 'until stopped'")
        if self.from_ and self.to and self.to < self.from_:
            values = {"from": str(self.from_), "to": str(self.to)}
            raise PydanticCustomError("period_order", "ends ({to}) before it begins ({from})", values)
        return self
