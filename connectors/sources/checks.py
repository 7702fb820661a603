"""Canonical types and what is refused, as SQL over the mapped cells of one target.

Belongs here: how a cell becomes the type of its canonical column, when that refuses the row; rules between columns.
Does not belong here: where the cells come from (``values``), what happens to refused rows (``quarantine``).

A reason starts with a stable code, then a colon and plain English: reports count by code.
"""

import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from connectors.sources.canonical import DEVICES, EVENT_NAMES, PRODUCT_STATUSES, TARGET_COLUMNS
from connectors.sources.mapping import Target, Value
from connectors.sources.sql import name, text, texts

LATEST_AHEAD = dt.timedelta(days=1)
_TRUE = ("true", "t", "yes", "y", "1", "on", "예", "동의")
_FALSE = ("false", "f", "no", "n", "0", "off", "아니오", "미동의", "거부")
_JSON_COLUMNS = ("properties", "attributes", "custom")
_TIMES = ("VARCHAR", "DATE", "TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS", "TIMESTAMP WITH TIME ZONE")
_PER_SECOND = {"s": 1_000_000, "ms": 1_000, "us": 1}
_MICROSECONDS = 250_000_000_000_000_000  # about the year 9892; beyond it times can not be made


@dataclass(frozen=True)
class Limits:
    """What a time may be: zone of naive times, first and last moment (naive UTC)."""

    zone: str
    earliest: dt.datetime
    latest: dt.datetime

    @classmethod
    def of(cls, zone: str, first_day: dt.date, shop_zone: ZoneInfo, now: dt.datetime) -> "Limits":
        first = dt.datetime.combine(first_day, dt.time(), shop_zone).astimezone(dt.UTC).replace(tzinfo=None)
        utc = now.astimezone(dt.UTC).replace(tzinfo=None) if now.tzinfo else now
        return cls(zone, first, utc + LATEST_AHEAD)


@dataclass(frozen=True)
class Cell:
    """A mapped cell: its column in the select before, its DuckDB type there, and the mapping's value."""

    column: str
    type: str
    value: Value


def typed(cell: Cell, limits: Limits, has_null: bool) -> str:
    """SQL of the canonical value; null where the cell can not be read."""
    raw = name("c_" + cell.column)
    kind = canonical_type(cell.column)
    if kind == "TIMESTAMP":
        return _time(raw, cell, limits)
    if kind == "BOOLEAN":
        word = f"lower(trim({raw}::varchar))"
        return f"case when {word} in ({texts(_TRUE)}) then true when {word} in ({texts(_FALSE)}) then false end"
    if kind in ("DECIMAL(18,4)", "BIGINT"):
        number = f"try_cast(trim({raw}::varchar) as double)"
        if kind == "BIGINT":
            return (
                f"case when {number} = floor({number}) and abs({number}) < 9e15 then try_cast({number} as bigint) end"
            )
        return f"case when isfinite({number}) then try_cast(trim({raw}::varchar) as decimal(18,4)) end"
    if cell.column in _JSON_COLUMNS:
        return _json(raw, cell)
    plain = f"replace({raw}::varchar, chr(0), '')" if has_null else f"{raw}::varchar"
    return f"nullif(trim({plain}), '')"


def canonical_type(column: str) -> str:
    """DuckDB type of a canonical column (its name means the same in every kind)."""
    return next((c.type for columns in TARGET_COLUMNS.values() for c in columns if c.name == column), "VARCHAR")


def _json(raw: str, cell: Cell) -> str:
    if cell.type in ("VARCHAR", "JSON"):
        plain = f"nullif(trim(replace({raw}::varchar, '\\u0000', '')), '')"
        return f"case when json_valid({plain}) then case when json_type({plain}) = 'OBJECT' then {plain} end end"
    return f"to_json({raw})::varchar"


def _time(raw: str, cell: Cell, limits: Limits) -> str:
    """Naive UTC microseconds. Without an offset of its own a time is in the mapping's zone."""
    zone = text(limits.zone)
    if cell.value.unit:
        number = f"try_cast({raw}::varchar as double) * {_PER_SECOND[cell.value.unit]}"
        exact = f"round(try_cast({raw}::varchar as decimal(25, 6)) * {_PER_SECOND[cell.value.unit]}::decimal(7, 0))"
        return f"case when abs({number}) < {_MICROSECONDS} then make_timestamp(({exact})::bigint) end"
    if cell.value.format:
        parsed = f"try_strptime(trim({raw}::varchar), {text(cell.value.format)})"
        if "%z" in cell.value.format.lower():
            return f"timezone('UTC', {parsed})"
        return f"timezone('UTC', timezone({zone}, {parsed}))"
    if cell.type == "TIMESTAMP WITH TIME ZONE":
        found = f"timezone('UTC', {raw})"
    elif cell.type != "VARCHAR" and cell.type in _TIMES:
        found = f"timezone('UTC', timezone({zone}, {raw}::timestamp))"
    else:  # the connection's TimeZone is the mapping's zone
        found = f"timezone('UTC', try_cast(trim({raw}::varchar) as timestamptz))"
    return f"case when isfinite({found}) then {found} end"


def reason(target: Target, cells: list[Cell], limits: Limits) -> str:
    """SQL: why the row is refused for this target, null when it is not. Sees the cells (``c_x``) and typed values."""
    rules = {
        "events": _event_rules,
        "products": _product_rules,
        "contents": _content_rules,
        "members": _member_rules,
    }[target.kind]([cell.column for cell in cells])
    rules += [rule for cell in cells for rule in _cell_rules(cell, limits)]
    return "case " + " ".join(f"when {condition} then {text(words)}" for condition, words in rules) + " end"


def _given(column: str) -> str:
    return f"nullif(trim({name('c_' + column)}::varchar), '') is not null"


def _cell_rules(cell: Cell, limits: Limits) -> list[tuple[str, str]]:
    column, kind = cell.column, canonical_type(cell.column)
    unread = f"{_given(column)} and {name(column)} is null"
    if kind == "TIMESTAMP":
        rules = [(unread, f"bad_time: {column} can not be read as a time")]
        if column not in ("joined_at", "published_at"):
            at = limits.latest.isoformat(sep=" "), limits.earliest.isoformat(sep=" ")
            rules.append((f"{column} > timestamp {text(at[0])}", f"time_in_future: {column} is more than a day ahead"))
            early = f"time_too_early: {column} is before first_day of shop.yaml"
            if not column.startswith("consent_"):
                rules.append((f"{column} < timestamp {text(at[1])}", early))
        return rules
    if column == "quantity":
        words = "bad_quantity: quantity is not a positive whole number"
        return [(f"({unread}) or quantity <= 0", words)]
    if kind in ("DECIMAL(18,4)", "BIGINT"):
        rules = [(unread, f"bad_number: {column} is not a number")]
        if kind != "BIGINT":
            rules.append((f"{column} < 0", f"negative_price: {column} is below zero"))
        return rules
    if kind == "BOOLEAN":
        return [(unread, f"bad_consent: {column} is neither yes nor no")]
    if column in _JSON_COLUMNS:
        return [(unread, f"bad_json: {column} is not a JSON object")]
    if column == "device":
        return [(f"device not in ({texts(DEVICES)})", f"bad_device: device is not one of {', '.join(DEVICES)}")]
    if column == "status":
        words = f"bad_status: status is not one of {', '.join(PRODUCT_STATUSES)}"
        return [(f"status not in ({texts(PRODUCT_STATUSES)})", words)]
    return []


def _event_rules(mapped: list[str]) -> list[tuple[str, str]]:
    def missing(*columns: str) -> str:
        return " and ".join(f"{column} is null" if column in mapped else "true" for column in columns)

    return [
        (
            f"coalesce(event_name not in ({texts(EVENT_NAMES)}), true)",
            "unknown_event_name: event_name is not a canonical one",
        ),
        (missing("visitor_id", "member_id"), "no_id: neither visitor_id nor member_id"),
        (f"not ({_given('event_at')})", "bad_time: event_at is missing"),
        (f"event_name = 'purchase' and {missing('product_id')}", "purchase_without_product: product_id is missing"),
        (
            f"event_name = 'refund' and {missing('product_id', 'order_id')}",
            "refund_without_product: neither product_id nor order_id",
        ),
    ]


def _product_rules(mapped: list[str]) -> list[tuple[str, str]]:
    return [("product_id is null", "no_product_id: product_id is missing")]


def _content_rules(mapped: list[str]) -> list[tuple[str, str]]:
    return [("content_id is null", "no_content_id: content_id is missing")]


def _member_rules(mapped: list[str]) -> list[tuple[str, str]]:
    return [("member_id is null", "no_member_id: member_id is missing")]
