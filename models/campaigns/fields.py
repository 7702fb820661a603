"""Kinds of fields that campaign documents are made of: channels, segment ids, times of day, durations, shares, money.

Belongs here: what several parts of the document share. Does not belong here: the parts (``when``, ``policies``,
``document``).
"""

import datetime as dt
import re
from decimal import Decimal
from typing import Annotated, Any, Final, Literal, get_args

from pydantic import AfterValidator, BeforeValidator, Field, PlainSerializer, WithJsonSchema
from pydantic_core import PydanticCustomError

from models.documents.fields import Text

Channel = Literal["sms", "alimtalk", "brand_message", "push", "email", "onsite"]
CHANNELS: Final[tuple[Channel, ...]] = get_args(Channel)
Targeting = Literal["M", "N", "I"]
Speed = Literal[1000, 5000, 10000, 15000, 20000, "max"]  # messages a minute
Attribution = Literal["3h", "6h", "day", "3d", "7d"]
Late = Literal["send", "expire", "ask"]

SHARE_UNITS: Final = 10_000  # shares are exact to a hundredth of a per cent
MONEY_UNITS: Final = 10_000  # prices are exact to a ten-thousandth of the currency
_CLOCK: Final = re.compile(r"^([01]\d|2[0-3]):([0-5]\d)$")
_DURATION: Final = re.compile(r"^(\d{1,5})(m|h|d)$")
_UNITS: Final = {"m": "minutes", "h": "hours", "d": "days"}
_LOCAL: Final = re.compile(r"^\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}$")
_DAY: Final = re.compile(r"^\d{4}-\d{2}-\d{2}$")
_EARLIEST, _LATEST = 1990, 2200


def _checked_clock(value: object) -> object:
    if isinstance(value, dt.time) and value.tzinfo is None:
        return value
    found = _CLOCK.match(value) if isinstance(value, str) else None
    if not found:
        raise PydanticCustomError("clock", "must be a time of day from 00:00 to 23:59, such as 10:00")
    return dt.time(int(found[1]), int(found[2]))


Clock = Annotated[
    dt.time,
    BeforeValidator(_checked_clock),
    PlainSerializer(lambda value: value.strftime("%H:%M"), return_type=str),
    WithJsonSchema({"type": "string", "pattern": _CLOCK.pattern, "examples": ["10:00"]}),
]


def _checked_duration(value: object) -> object:
    if isinstance(value, dt.timedelta):
        return value
    found = _DURATION.match(value) if isinstance(value, str) else None
    if not found:
        raise PydanticCustomError("duration", "must be a length of time such as 30m, 24h or 3d")
    return dt.timedelta(**{_UNITS[found[2]]: int(found[1])})


def _said_duration(value: dt.timedelta) -> str:
    minutes = int(value.total_seconds()) // 60
    for size, unit in ((1440, "d"), (60, "h")):
        if minutes and minutes % size == 0:
            return f"{minutes // size}{unit}"
    return f"{minutes}m"


Duration = Annotated[
    dt.timedelta,
    BeforeValidator(_checked_duration),
    Field(le=dt.timedelta(days=365)),
    PlainSerializer(_said_duration, return_type=str),
    WithJsonSchema({"type": "string", "pattern": _DURATION.pattern, "examples": ["30m", "24h", "3d"]}),
]


def _checked_local(value: object) -> object:
    if isinstance(value, dt.datetime) and value.tzinfo is None:
        return value
    if not isinstance(value, str) or not _LOCAL.match(value):
        raise PydanticCustomError("local_time", "must be a day and time in the shop's zone, such as 2025-10-01 10:00")
    return _calendar(dt.datetime.fromisoformat, value)


def _checked_day(value: object) -> object:
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return value
    if not isinstance(value, str) or not _DAY.match(value):
        raise PydanticCustomError("day", "must be a day, such as 2025-10-01")
    return _calendar(dt.date.fromisoformat, value)


def _calendar(parse: Any, value: str) -> object:
    try:
        found = parse(value)
    except ValueError:
        raise PydanticCustomError("no_day", "is no day or time of the calendar") from None
    if not _EARLIEST <= found.year <= _LATEST:
        values = {"from": _EARLIEST, "to": _LATEST}
        raise PydanticCustomError("year", "must be between the years {from} and {to}", values)
    return found


LocalTime = Annotated[
    dt.datetime,
    BeforeValidator(_checked_local),
    PlainSerializer(lambda value: value.strftime("%Y-%m-%d %H:%M"), return_type=str),
    WithJsonSchema({"type": "string", "pattern": _LOCAL.pattern, "examples": ["2025-10-01 10:00"]}),
]
Day = Annotated[dt.date, BeforeValidator(_checked_day), WithJsonSchema({"type": "string", "format": "date"})]


def _exact(units: int, kind: str) -> AfterValidator:
    places = len(str(units)) - 1

    def check(value: float) -> float:
        if Decimal(str(value)) * units % 1:
            raise PydanticCustomError("places", "{kind} has more than {places} decimals", {
                "kind": kind, "places": places
            })  # fmt: skip
        return value

    return AfterValidator(check)


Share = Annotated[float, Field(gt=0, le=100, allow_inf_nan=False), _exact(SHARE_UNITS // 100, "a share in per cent")]
Money = Annotated[float, Field(ge=0, le=1e11, allow_inf_nan=False), _exact(MONEY_UNITS, "an amount of money")]


def share_units(per_cent: float) -> int:
    """A share in hundredths of a per cent, exactly."""
    return int(Decimal(str(per_cent)) * (SHARE_UNITS // 100))


def money_units(amount: Decimal | float | int) -> int:
    """Money in ten-thousandths of the currency, so that sums are exact; a finer price is rounded up.

    Raises ``ValueError`` for a negative amount."""
    found = Decimal(str(amount)) * MONEY_UNITS
    if found < 0:
        raise ValueError(f"an amount of money can not be negative: {amount}")
    whole = int(found)
    return whole + (found > whole)


def _checked_url(value: str) -> str:
    if not re.match(r"^https?://[^\s/?#]+", value) or re.search(r"[\s\x00-\x1f\x7f]", value):
        raise PydanticCustomError("url", "must be an address that begins with https:// or http://, without spaces")
    return value


SegmentId = Annotated[
    str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$", description="such as cart-7-days or ai:at_risk")
]
SenderId = Annotated[
    str,
    Field(pattern=r"^[@+A-Za-z0-9][A-Za-z0-9._@+-]{0,127}$", description="sender account, such as 15880000 or @shop"),
]
Url = Annotated[str, Field(max_length=1000), AfterValidator(_checked_url)]  # the longest link Kakao takes
UtmText = Annotated[Text, Field(max_length=150)]
