"""Kinds of fields that conditions are made of: counts, amounts, picked ids, hours of the day, values of any type.

Belongs here: what leaves of several families share. Does not belong here: windows of days (``windows``), the leaves
(``leaves``, ``leaves_people``).
"""

import math
import re
import unicodedata
from typing import Annotated, Any, Final, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema, model_validator
from pydantic_core import PydanticCustomError

from models.documents.fields import Frozen, Key, Texts

EventName = Literal[
    "page_view", "product_view", "category_view", "search", "add_to_cart", "remove_from_cart", "begin_checkout",
    "purchase", "refund", "sign_up", "login", "banner_impression", "banner_click", "widget_impression",
    "widget_click", "message_open", "message_click",
]  # fmt: skip
Device = Literal["pc", "mobile_web", "app"]
Occurrence = Literal["any", "first", "last"]
Scalar = str | int | float | bool

MOST_PICKED: Final = 200_000
MOST_WORDS: Final = 100  # texts that are each looked for by themselves
_LARGEST: Final = 1e15  # whole numbers up to here are exact as floats
_UNREADABLE: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")


class _Range(Frozen):
    """Checks that ranges of any number share; a subclass has ``at_least``, ``at_most``, ``exactly``, ``between``."""

    @model_validator(mode="after")
    def _sound(self) -> Self:
        given = {name for name in self.model_fields_set if getattr(self, name) is not None}
        if not given:
            raise PydanticCustomError("range_empty", "needs at_least, at_most, exactly or between")
        if len(given) > 1 and given & {"exactly", "between"}:
            raise PydanticCustomError("range_mixed", "exactly and between stand alone")
        if {"at_least", "above"} <= given or {"at_most", "below"} <= given:
            raise PydanticCustomError("range_twice", "has the same end twice: at_least or above, at_most or below")
        low, high = self.ends
        if low is not None and high is not None and low > high:
            raise PydanticCustomError("range_order", "{low} is above {high}", {"low": low, "high": high})
        return self

    @property
    def ends(self) -> tuple[float | None, float | None]:
        """The lowest and the highest number, whether included or not; None where there is no such end."""
        low, high = (next((end for name in names if (end := getattr(self, name, None)) is not None), None)
                     for names in (("at_least", "above"), ("at_most", "below")))  # fmt: skip
        exactly, between = getattr(self, "exactly", None), getattr(self, "between", None)
        if exactly is not None:
            return exactly, exactly
        return between if between is not None else (low, high)

    @property
    def open_ends(self) -> tuple[bool, bool]:
        """Whether the lowest and the highest number are left out themselves."""
        return getattr(self, "above", None) is not None, getattr(self, "below", None) is not None

    def holds(self, number: float | None) -> bool:
        """Whether a number lies in the range; no number does not."""
        if number is None:
            return False
        (low, high), (low_open, high_open) = self.ends, self.open_ends
        above = low is None or (number > low if low_open else number >= low)
        below = high is None or (number < high if high_open else number <= high)
        return above and below


Whole = Annotated[int, Field(ge=0, le=10**12)]
Number = Annotated[float, Field(ge=-_LARGEST, le=_LARGEST, allow_inf_nan=False)]


class Count(_Range):
    """How many: whole numbers, ends included."""

    at_least: Whole | None = Field(None, description="this many or more")
    at_most: Whole | None = Field(None, description="this many or fewer; 0 and up, so also who never did")
    exactly: Whole | None = Field(None, description="just this many; 0: never")
    between: tuple[Whole, Whole] | None = Field(None, description="[from, to], both included")


class Amount(_Range):
    """How much: numbers, ends included unless said otherwise."""

    at_least: Number | None = Field(None, description="this much or more")
    at_most: Number | None = Field(None, description="this much or less")
    above: Number | None = Field(None, description="more than this")
    below: Number | None = Field(None, description="less than this")
    exactly: Number | None = Field(None, description="just this much")
    between: tuple[Number, Number] | None = Field(None, description="[from, to], both included")


class Hours(Frozen):
    """Hours of the day in the shop's zone, from one full hour until before another; 22 to 5 goes over midnight."""

    from_: int = Field(alias="from", ge=0, le=23)
    to: int = Field(ge=0, le=24)

    @model_validator(mode="after")
    def _some_hours(self) -> Self:
        if self.from_ == self.to or (self.from_, self.to) == (0, 24):
            raise PydanticCustomError("hours_all", "is the whole day: leave it out, or say other hours")
        return self

    @property
    def wraps(self) -> bool:
        return self.to < self.from_

    def holds(self, hour: int) -> bool:
        """Whether an hour (0 to 23) is one of them."""
        return hour >= self.from_ or hour < self.to if self.wraps else self.from_ <= hour < self.to


def _picked(value: object) -> tuple[str, ...]:
    """One id or a list of ids as texts, each once; whole numbers need no quotes."""
    found = []
    for one in value if isinstance(value, list | tuple) else [value]:
        if not isinstance(one, str | int) or isinstance(one, bool):
            raise PydanticCustomError("picked_type", "must be ids, written as text or whole numbers")
        text = unicodedata.normalize("NFC", str(one)).strip()
        if not text or len(text) > 200 or _UNREADABLE.search(text):
            raise PydanticCustomError("picked_text", "has an id that is empty, too long or has control characters")
        found.append(text)
    return tuple(dict.fromkeys(found))


_ONE_OR_MORE: Final = {
    "anyOf": [
        {"type": "string", "minLength": 1},
        {"type": "integer"},
        {"type": "array", "minItems": 1, "items": {"anyOf": [{"type": "string"}, {"type": "integer"}]}},
    ]
}
Picked = Annotated[
    tuple[str, ...],
    BeforeValidator(_picked),
    Field(min_length=1, max_length=MOST_PICKED),
    WithJsonSchema({"description": "one id, or a list of them", **_ONE_OR_MORE}),
]
Words = Annotated[Texts, Field(max_length=MOST_WORDS)]


def _listed(value: object) -> object:
    return [value] if isinstance(value, str) else value


Devices = Annotated[
    tuple[Device, ...],
    BeforeValidator(_listed, json_schema_input_type=Device | list[Device]),
    Field(min_length=1, max_length=3),
]


def _checked_scalar(value: object) -> Scalar:
    if isinstance(value, str):
        if len(value) > 2000 or _UNREADABLE.search(value):
            raise PydanticCustomError("value_text", "is too long or has control characters")
        return unicodedata.normalize("NFC", value)
    if isinstance(value, bool):
        return value
    if isinstance(value, int | float):
        if abs(value) > _LARGEST or not math.isfinite(value):
            raise PydanticCustomError("value_number", "must be a number of at most 15 digits")
        return value
    raise PydanticCustomError("value_type", "must be a text, a number, true or false")


def _checked_value(value: object) -> Scalar | tuple[Scalar, ...] | None:
    if value is None:
        return None
    if isinstance(value, list | tuple):
        if not 1 <= len(value) <= MOST_PICKED:
            raise PydanticCustomError("value_list", "must have at least one value")
        return tuple(_checked_scalar(one) for one in value)
    return _checked_scalar(value)


_SCALARS: Final = [{"type": "string"}, {"type": "number"}, {"type": "boolean"}]
Value = Annotated[
    Any,
    AfterValidator(_checked_value),
    WithJsonSchema({"anyOf": [*_SCALARS, {"type": "array", "minItems": 1, "items": {"anyOf": _SCALARS}}]}),
]
Properties = Annotated[dict[Key, Value], Field(min_length=1, max_length=20)]
