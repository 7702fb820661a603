"""What conditions ask about who the customer is: member fields, consents, custom data, figures, other segments.

Belongs here: the keys of these leaves. Does not belong here: behaviour (``leaves``), the short form of custom data
(``custom_grammar``), whether a custom field exists and of which type it is (``checks``).
"""

from typing import Annotated, Any, Final, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema, model_validator
from pydantic_core import PydanticCustomError

from models.documents.fields import Frozen, Text, Texts, require_one
from models.segments.custom_grammar import Operator, read_comparison
from models.segments.fields import Amount, Count, Value
from models.segments.windows import Window

Lifecycle = Literal["prospect", "new", "one_time", "returning", "lapsed"]
TASTE: Final = "taste:"
AI: Final = "ai:"


class _Says(Frozen):
    @model_validator(mode="after")
    def _something(self) -> Self:
        require_one(self)
        return self


def _listed(value: object) -> object:
    return [value] if isinstance(value, str | int) and not isinstance(value, bool) else value


def _checked_months(value: object) -> object:
    """``this_month``, or months in their order."""
    if value == "this_month":
        return value
    months = value if isinstance(value, list | tuple) else [value]
    if not months or not all(isinstance(one, int) and not isinstance(one, bool) and 1 <= one <= 12 for one in months):
        raise PydanticCustomError("birthday_month", "must be this_month, or months from 1 to 12")
    return tuple(sorted(set(months)))


_MONTH: Final = {"type": "integer", "minimum": 1, "maximum": 12}
Months = Annotated[
    Any,
    AfterValidator(_checked_months),
    WithJsonSchema({"anyOf": [{"const": "this_month"}, _MONTH, {"type": "array", "minItems": 1, "items": _MONTH}]}),
]


class MemberTest(_Says):
    """What the shop knows of a member. Who is no member, or has no such field, does not fit."""

    is_member: bool | None = Field(None, description="true: a member, false: none")
    joined: Window | None = Field(None, description="when the member joined")
    grade: Texts | None = Field(None, description="the shop's own grade")
    points: Amount | None = Field(None, description="points now")
    birthday_month: Months | None = Field(None, description="this_month, or months from 1 to 12")
    has_phone: bool | None = Field(None, description="whether there is a phone number that can be reached")
    has_email: bool | None = Field(None, description="whether there is an e-mail address that can be reached")
    has_push_token: bool | None = Field(None, description="whether there is a push token")
    is_channel_friend: bool | None = Field(None, description="friend of the shop's Kakao channel")


class ConsentTest(_Says):
    """What the member agreed to: true, or refused: false. Who never said fits neither."""

    sms: bool | None = None
    email: bool | None = None
    push: bool | None = None
    kakao: bool | None = None
    night: bool | None = Field(None, description="messages at night")


class CustomTest(Frozen):
    """A field of the shop's own; also written as one text: 'point >= 500'."""

    name: Annotated[str, Field(min_length=1, max_length=200)]
    op: Operator
    value: Value = None

    @model_validator(mode="after")
    def _fitting(self) -> Self:
        if self.op == "exists":
            if self.value is not None:
                raise PydanticCustomError("custom_exists", "exists takes no value")
        elif self.value is None:
            raise PydanticCustomError("custom_value", "{op} needs a value", {"op": self.op})
        elif (self.op == "in") != isinstance(self.value, tuple):
            raise PydanticCustomError("custom_list", "a list of values goes with in, and in with a list")
        elif self.op == "contains" and not isinstance(self.value, str):
            raise PydanticCustomError("custom_contains", "contains needs a text")
        return self


def _custom(value: object) -> object:
    return read_comparison(value) if isinstance(value, str) else value


class CustomerTest(_Says):
    """Figures that are kept of every customer, over the whole history."""

    rfm_grade: Texts | None = Field(None, description="VIP, GOLD, SILVER or BRONZE; who never bought has none")
    lifecycle: Annotated[
        tuple[Lifecycle, ...], BeforeValidator(_listed, json_schema_input_type=Lifecycle | list[Lifecycle])
    ] | None = Field(None, min_length=1, description="prospect, new, one_time, returning or lapsed")  # fmt: skip
    orders: Count | None = Field(None, description="orders ever")
    revenue: Amount | None = Field(None, description="bought ever, refunds not subtracted")
    purchase_cycle_days: Amount | None = Field(None, description="median days between days with an order")
    first_seen: Window | None = Field(None, description="when the customer was first seen")
    last_seen: Window | None = Field(None, description="when the customer was last seen")


class CycleTest(Frozen):
    """A repeat purchase is due: days since the last order, as a share of the customer's own purchase cycle."""

    from_: float = Field(0.65, alias="from", ge=0, le=100, allow_inf_nan=False)
    to: float = Field(1.5, ge=0, le=100, allow_inf_nan=False)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.from_ > self.to:
            raise PydanticCustomError("range_order", "{low} is above {high}", {"low": self.from_, "high": self.to})
        return self


def _cycle(value: object) -> object:
    return {} if value is True else value


class SegmentTest(Frozen):
    """The customer is in another segment; also written as its id alone."""

    id: Text = Field(description="taste:…, ai:…, or the id of a rule segment")
    strength: Amount | None = Field(None, description="of taste segments: how strongly, from 0 to 1")

    @model_validator(mode="after")
    def _strength_of_taste(self) -> Self:
        if self.strength is not None and not self.id.startswith(TASTE):
            raise PydanticCustomError("segment_strength", "only taste segments have a strength")
        return self

    @property
    def is_rule(self) -> bool:
        """Whether it is a rule segment rather than one that is found by itself."""
        return not self.id.startswith((TASTE, AI))


def _segment(value: object) -> object:
    return {"id": value} if isinstance(value, str) else value


Custom = Annotated[CustomTest, BeforeValidator(_custom, json_schema_input_type=str | CustomTest)]
Cycle = Annotated[CycleTest, BeforeValidator(_cycle, json_schema_input_type=Literal[True] | CycleTest)]
Membership = Annotated[SegmentTest, BeforeValidator(_segment, json_schema_input_type=str | SegmentTest)]
