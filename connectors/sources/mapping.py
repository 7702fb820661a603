"""What a mapping file says, as frozen classes, and which mappings make sense.

Belongs here: the keys of a mapping, their defaults, and the rules between them.
Does not belong here: reading YAML and line numbers (``mapping_file``), turning a value into SQL (``values``).
"""

import codecs
import re
from collections.abc import Iterator
from difflib import get_close_matches
from typing import Any, Final, Literal
from zoneinfo import available_timezones

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from connectors.sources.canonical import KINDS, TARGET_COLUMNS

Location = tuple[str | int, ...]
Scalar = str | int | float | bool | None
SOURCES_OF_A_VALUE: Final = ("column", "constant", "template", "map", "expr")
DERIVED: Final = {  # filled by the landing zone itself
    "events": ("event_hash", "visitor_hash", "member_key", "source"),
    "products": ("source",),
    "contents": ("source",),
    "members": (),
}
REQUIRED: Final = {
    "events": ("event_name", "event_at"),
    "products": ("product_id",),
    "contents": ("content_id",),
    "members": ("member_id",),
}
ITEM: Final = "item"


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class ValueMap(_Frozen):
    """``map``: other words for the values of one column; a value not listed passes as it is, unless ``default``."""

    column: str
    values: dict[str, str]
    default: str | None = None

    @field_validator("values", mode="before")
    @classmethod
    def _text_keys(cls, values: object) -> object:
        return {str(key): value for key, value in values.items()} if isinstance(values, dict) else values

    @property
    def has_default(self) -> bool:
        return "default" in self.model_fields_set


class Value(_Frozen):
    """Where one canonical column comes from: exactly one of column, constant, template, map, expr."""

    column: str | None = None
    constant: Scalar = None
    template: str | None = None
    map: ValueMap | None = None
    expr: str | None = None
    format: str | None = Field(None, description="strptime format of a time column")
    unit: Literal["s", "ms", "us"] | None = Field(None, description="unit of a time column counted from 1970")

    @model_validator(mode="before")
    @classmethod
    def _short_form(cls, given: object) -> object:
        return {"column": given} if isinstance(given, str) else given

    @model_validator(mode="after")
    def _one_source(self) -> "Value":
        given = [key for key in SOURCES_OF_A_VALUE if key in self.model_fields_set]
        if len(given) != 1:
            found = " and ".join(f"`{key}`" for key in given) or "none"
            raise ValueError(f"needs exactly one of {', '.join(SOURCES_OF_A_VALUE)}; found {found}")
        if self.format and self.unit:
            raise ValueError("takes `format` or `unit`, not both")
        return self

    @property
    def columns(self) -> tuple[str, ...]:
        """Source columns (or JSON paths) named outright; those inside ``expr`` are found by ``references``."""
        if self.column is not None:
            return (self.column,)
        if self.map is not None:
            return (self.map.column,)
        return tuple(part for part, is_column in template_parts(self.template or "") if is_column)


class Target(_Frozen):
    """What one source row becomes; with ``unnest``, one row for each element of a list."""

    kind: Literal["events", "products", "members", "contents"]
    when: str | None = None
    unnest: str | None = None
    columns: dict[str, Value] = Field(min_length=1)


class RowFilter(_Frozen):
    """Rows to leave out, counted under ``name``."""

    name: str = Field(min_length=1)
    where: str


class Options(_Frozen):
    """How the file is written."""

    delimiter: str = Field(",", min_length=1, max_length=4)
    encoding: str = "utf-8"
    quote: str = Field('"', max_length=1)
    escape: str | None = Field(None, max_length=1, description="default: the quote itself, doubled")
    header: bool = True
    columns: tuple[str, ...] = Field((), description="names of the columns of a file without a header")
    timezone: str | None = Field(None, description="zone of times without an offset; default: the shop's")
    null_words: tuple[str, ...] = ("",)
    key_value_lists: tuple[str, ...] = Field((), description="JSON arrays of {key, value} that read like an object")


class Mapping(_Frozen):
    """One mapping file."""

    name: str = Field(pattern=r"^[A-Za-z0-9_.-]+$")
    kind: Literal[KINDS]  # type: ignore[valid-type]
    format: Literal["csv", "ndjson", "parquet"]
    options: Options = Options()
    filters: tuple[RowFilter, ...] = ()
    targets: tuple[Target, ...] = Field(min_length=1)
    description: str = ""

    def values(self) -> Iterator[tuple[Location, Target, str, Value]]:
        """Every mapped column with its place in the file."""
        for index, target in enumerate(self.targets):
            for column, value in target.columns.items():
                yield ("targets", index, "columns", column), target, column, value


def template_parts(template: str) -> list[tuple[str, bool]]:
    """``"a-{B}"`` as ``[("a-", False), ("B", True)]``; ``{{`` and ``}}`` stand for the braces themselves."""
    parts: list[tuple[str, bool]] = []
    for literal, escaped, column in re.findall(r"([^{}]+)|(\{\{|\}\})|\{([^{}]+)\}", template):
        parts.append((column, True) if column else (escaped[:1] or literal, False))
    return parts


def problems(mapping: Mapping) -> list[tuple[Location, str]]:
    """Rules that one key alone can not show, as (place in the file, what is wrong and what to do)."""
    found = list(_option_problems(mapping))
    names = [row_filter.name for row_filter in mapping.filters]
    for index, label in enumerate(names):
        if label in names[:index]:
            found.append((("filters", index, "name"), f"filter name {label!r} is used twice; give each its own"))
    for index, target in enumerate(mapping.targets):
        found += _target_problems(("targets", index), target)
    return found + _leaks(mapping)


def _option_problems(mapping: Mapping) -> Iterator[tuple[Location, str]]:
    options = mapping.options
    if options.timezone and options.timezone not in available_timezones():
        yield ("options", "timezone"), f"{options.timezone!r} is not an IANA time zone such as Asia/Seoul"
    try:
        codecs.lookup(options.encoding)
    except LookupError:
        yield ("options", "encoding"), f"unknown encoding {options.encoding!r}; e.g. utf-8, cp949, euc-kr, utf-16"
    if not options.header and not options.columns and mapping.format == "csv":
        yield ("options", "header"), "a file without a header needs `columns:`, the list of its column names"
    if options.key_value_lists and mapping.format != "ndjson":
        yield ("options", "key_value_lists"), "only means something for `format: ndjson`"


def _target_problems(place: Location, target: Target) -> list[tuple[Location, str]]:
    types = {column.name: column.type for column in TARGET_COLUMNS[target.kind]}
    if target.kind == "events":
        types["member_id"] = "VARCHAR"
    known = [column for column in types if column not in DERIVED[target.kind]]
    found: list[tuple[Location, str]] = []
    for column, value in target.columns.items():
        at = (*place, "columns", column)
        if column not in known:
            found.append((at, f"unknown column `{column}` of {target.kind}; " + choices(column, known)))
        elif (value.format or value.unit) and types[column] != "TIMESTAMP":
            found.append((at, f"`format` and `unit` are for times; `{column}` is not one"))
    for column in REQUIRED[target.kind]:
        if column not in target.columns:
            found.append((place, f"target {int(place[1]) + 1} ({target.kind}) needs the column `{column}`"))
    if target.kind == "events" and not {"visitor_id", "member_id"} & set(target.columns):
        found.append((place, f"target {int(place[1]) + 1} (events) needs `visitor_id` or `member_id` (or both)"))
    return found


def _leaks(mapping: Mapping) -> list[tuple[Location, str]]:
    """A column that is the member id, or personal, must not reach the landing zone in its plain form."""
    personal = {
        column
        for _, target, canonical, value in mapping.values()
        if is_personal(target.kind, canonical) and canonical != "custom"  # an extra field names nobody by itself
        for column in (value.columns if value.expr is None else ())
    }
    return [
        (place, f"`{canonical}` would write the personal column `{column}` into the landing zone; leave it out"
                " (the visitor of a row with a member only is the member's pseudonym)")
        for place, target, canonical, value in mapping.values()
        if target.kind != "members" and not is_personal(target.kind, canonical)
        for column in value.columns
        if column in personal
    ]  # fmt: skip


def is_personal(kind: str, canonical: str) -> bool:
    """Whether what feeds this canonical column must not stand in a file in its plain form."""
    return canonical == "member_id" or (
        kind == "members" and canonical in ("name", "phone", "email", "push_token", "consent_source", "custom")
    )


def choices(word: str, known: list[str]) -> str:
    """``known …: a, b; did you mean …?``"""
    close = get_close_matches(word, known, n=1, cutoff=0.6)
    return f"known: {', '.join(known)}" + (f"; did you mean `{close[0]}`?" if close else "")


def keys_of(model: type[BaseModel]) -> list[str]:
    """The keys a person may write for ``model``."""
    return list(model.model_fields)


def model_at(location: tuple[Any, ...]) -> type[BaseModel]:
    """The class that the keys at ``location`` of a mapping belong to."""
    match location:
        case ("options", *_):
            return Options
        case ("filters", int(), *_):
            return RowFilter
        case ("targets", int(), "columns", str(), "map", *_):
            return ValueMap
        case ("targets", int(), "columns", str(), *_):
            return Value
        case ("targets", int(), *_):
            return Target
        case _:
            return Mapping
