"""Kinds of fields that documents of the marketer are made of: ids, texts, lists of texts, numbers from … to.

Belongs here: what documents of all kinds share. Does not belong here: the documents themselves, reading files.
"""

import unicodedata
from typing import Annotated, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema, model_validator
from pydantic_core import PydanticCustomError


class Frozen(BaseModel):
    """A part of a document: never changed, and no key that nobody knows."""

    model_config = ConfigDict(frozen=True, extra="forbid", serialize_by_alias=True)


def _as_text(value: object) -> object:
    """Whole numbers are texts too: product ids need no quotes."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _readable(text: str) -> str:
    """Composed letters, so that Korean typed on any system compares equal; nothing that no database can hold."""
    if any(unicodedata.category(letter) in ("Cc", "Cs") and letter != "\n" for letter in text):
        raise PydanticCustomError("unreadable_text", "has control characters")
    found = unicodedata.normalize("NFC", text).strip()
    if not found:
        raise PydanticCustomError("empty_text", "must not be empty")
    return found


def _without_quotes(key: str) -> str:
    if set(key) & set("\"'\\"):
        raise PydanticCustomError("attribute_key", "must not have quotes or backslashes")
    return key


def _as_list(value: object) -> object:
    return [value] if isinstance(value, str | int) and not isinstance(value, bool) else value


Text = Annotated[
    str, BeforeValidator(_as_text), Field(max_length=200), AfterValidator(_readable), WithJsonSchema({
        "anyOf": [{"type": "string", "minLength": 1, "maxLength": 200}, {"type": "integer"}]
    })
]  # fmt: skip
Key = Annotated[Text, AfterValidator(_without_quotes)]  # of a JSON object
LongText = Annotated[str, BeforeValidator(_as_text), Field(max_length=2000), AfterValidator(_readable)]
Id = Annotated[
    str,
    BeforeValidator(_as_text),
    Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$", description="letters, digits, dot, dash, underscore"),
]
Texts = Annotated[
    tuple[Text, ...],
    BeforeValidator(_as_list),
    Field(min_length=1, max_length=10_000),
    WithJsonSchema(
        {
            "description": "one text, or a list of which one must fit",
            "anyOf": [
                {"type": "string", "minLength": 1},
                {"type": "integer"},
                {"type": "array", "minItems": 1, "items": {"anyOf": [{"type": "string"}, {"type": "integer"}]}},
            ],
        }
    ),
]


class Band(Frozen):
    """Numbers from ``min`` to ``max``, both included; either may be left out."""

    min: float | None = Field(None, ge=0, allow_inf_nan=False)
    max: float | None = Field(None, ge=0, allow_inf_nan=False)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.min is not None and self.max is not None and self.min > self.max:
            raise PydanticCustomError("band_order", "min {min} is above max {max}", {"min": self.min, "max": self.max})
        return self


def require_one(document: BaseModel) -> None:
    """Refuse a part that says nothing. Raises the error that pydantic reports at its place."""
    if not any(getattr(document, name) is not None for name in type(document).model_fields):
        known = ", ".join(field.alias or name for name, field in type(document).model_fields.items())
        raise PydanticCustomError("says_nothing", "says nothing; it needs one of: {known}", {"known": known})
