"""Values put into the variables of texts, for all recipients at once.

Belongs here: from a frame of recipients with one column per variable to filled columns. Does not belong here: limits
(``rendering``), where the values come from (assets).

A value is put in as it is and never read again: ``#{…}`` or ``{{ … }}`` inside a value stays what it is.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import polars as pl

from models.messages.variables import Variable, parts_of

# Control characters and letters that turn or hide what follows (see documents.fields.HIDDEN).
_UNSEEN: Final = (
    r"[\x00-\x08\x0B\x0C\x0E-\x1F\x7F-\x9F\x{200B}\x{200E}\x{200F}\x{202A}-\x{202E}\x{2060}\x{2066}-\x{2069}\x{FEFF}]"
)
WEB_ADDRESS: Final = r"^(?i:https?)://[^\s\"'<>\\^`{|}]+$"  # that a value may be
_BREAKS: Final = r"\r\n|\r|\x{2028}|\x{2029}"


@dataclass(frozen=True)
class Money:
    """How prices are written: KRW as 12,900원, everything else as 12,900.00 USD."""

    currency: str = "KRW"
    locale: str = "ko"


class MissingColumns(ValueError):
    """The frame of recipients lacks columns of variables."""


def values_of(
    recipients: pl.DataFrame, variables: Sequence[Variable], money: Money, if_missing: Mapping[str, str]
) -> pl.DataFrame:
    """One text column per variable: cleaned, written as people read it, missing ones replaced by their substitutes.

    Raises :class:`MissingColumns` naming every variable whose column the frame does not have.
    """
    absent = [one for one in variables if one.column not in recipients.columns]
    if absent:
        told = ", ".join(f"{one} (column {one.column})" for one in absent)
        raise MissingColumns(f"the recipients lack values for {told}: add these columns, null where there is no value")
    columns = [_value(recipients, one, money, if_missing.get(one.column)) for one in variables]
    return recipients.select(columns) if columns else pl.DataFrame({"": pl.Series([None] * recipients.height)})


def filled(text: str, one_line: bool = False) -> pl.Expr:
    """A text with its variables filled, from a frame of :func:`values_of`; null where a value is missing."""
    parts = parts_of(text)
    pieces = [pl.lit(part) if isinstance(part, str) else _in_line(pl.col(part.column), one_line) for part in parts]
    return pl.concat_str(pieces) if pieces else pl.lit("")


def missing(variables: Iterable[Variable]) -> pl.Expr:
    """``missing:상품명_최근 장바구니 상품`` for the first variable without a value, else null."""
    found = [pl.when(pl.col(one.column).is_null()).then(pl.lit(f"missing:{one.name}")) for one in variables]
    return pl.coalesce(found) if found else pl.lit(None, pl.String)


def _in_line(value: pl.Expr, one_line: bool) -> pl.Expr:
    return value.str.replace_all(r"\n+", " ") if one_line else value


def _value(recipients: pl.DataFrame, one: Variable, money: Money, substitute: str | None) -> pl.Expr:
    kind = recipients.schema[one.column]
    value = pl.col(one.column)
    if kind.is_numeric():
        text = _number(value, kind, one, money)
    elif kind == pl.Boolean:
        yes, no = ("예", "아니요") if money.locale == "ko" else ("yes", "no")
        text = pl.when(value).then(pl.lit(yes)).when(~value).then(pl.lit(no))
    else:
        text = _cleaned(value.cast(pl.String))
    found = pl.when(text.str.strip_chars() != "").then(text)  # an empty value is a missing one
    return (found if substitute is None else found.fill_null(pl.lit(substitute))).alias(one.column)


def _cleaned(text: pl.Expr) -> pl.Expr:
    composed = text.str.normalize("NFC")
    return composed.str.replace_all(_BREAKS, "\n").str.replace_all("\t", " ").str.replace_all(_UNSEEN, "")


def _number(value: pl.Expr, kind: pl.DataType, one: Variable, money: Money) -> pl.Expr:
    finite = value.is_finite() if kind.is_float() else pl.lit(True)
    value = pl.when(finite).then(value)
    if one.use == "price" and money.currency != "KRW":
        cents = (value.cast(pl.Float64) * 100).round().cast(pl.Int64)
        digits = (cents.abs() % 100).cast(pl.String).str.zfill(2)
        return pl.concat_str([_thousands(cents // 100), pl.lit("."), digits, pl.lit(f" {money.currency}")])
    if one.use == "price":
        won = "원" if money.locale == "ko" else " KRW"
        return pl.concat_str([_thousands(value.cast(pl.Float64).round().cast(pl.Int64)), pl.lit(won)])
    if one.column == "points":
        return _thousands(value.cast(pl.Float64).round().cast(pl.Int64))
    text = value.cast(pl.String)
    return text.str.strip_suffix(".0") if kind.is_float() else text


def _thousands(whole: pl.Expr) -> pl.Expr:
    """12900 -> 12,900: groups of three from the right, by turning the digits around."""
    digits = whole.abs().cast(pl.String).str.reverse()
    grouped = digits.str.replace_all(r"(\d{3})", "${1},").str.strip_suffix(",").str.reverse()
    return pl.when(whole < 0).then(pl.concat_str([pl.lit("-"), grouped])).otherwise(grouped)
