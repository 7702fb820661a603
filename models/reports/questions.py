"""What a report asks of published tables, what came back, and the numbers it shows of it.

Belongs here: a small form of SELECT that every number of a page can be traced to, its text as ``dangol query`` runs
it, and numbers that know where they come from. Does not belong here: running it (``assets.reports``), numbers as people
write them (``formats``), what a page says.

Questions are built from names and literals of the program and from values of settings or tables, which are quoted; no
part of them is text that a user typed.
"""

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

import polars as pl

Unit = Literal["count", "money", "rate", "ratio", "percent", "number", "seconds", "moment", "day", "hour", "text"]
Value = str | int | float | bool | dt.date | dt.datetime | None
_PLAIN: Final = re.compile(r"[a-z_][a-z0-9_]*")
# reserved words of DuckDB, which names must be quoted for
_RESERVED: Final = frozenset(
    """
    all analyse analyze and any array as asc asymmetric both case cast check collate column constraint create default
    deferrable desc describe distinct do else end except false fetch for foreign from group having in initially
    intersect into lambda lateral leading limit not null offset on only or order pivot pivot_longer pivot_wider placing
    primary qualify references returning select show some summarize symmetric table then to trailing true union unique
    unpivot using variadic when where window with
    """.split()  # noqa: SIM905
)


@dataclass(frozen=True)
class Column:
    """A column as it is."""

    name: str

    def sql(self) -> str:
        return identifier(self.name)


@dataclass(frozen=True)
class Total:
    """An aggregate of one column; ``count`` with the column '*' counts rows."""

    function: Literal["sum", "min", "max", "avg", "count", "count_distinct"]
    name: str

    def sql(self) -> str:
        if self.function == "count_distinct":
            return f"count(distinct {identifier(self.name)})"
        inner = "*" if self.name == "*" and self.function == "count" else identifier(self.name)
        return f"{self.function}({inner})"


@dataclass(frozen=True)
class Ratio:
    """Sum of one column over the sum of another, null where that is 0; ``is_row``: of one row instead of sums."""

    top: str
    bottom: str
    is_row: bool = False

    def sql(self) -> str:
        top, bottom = identifier(self.top), identifier(self.bottom)
        if not self.is_row:
            top, bottom = f"sum({top})", f"sum({bottom})"
        return f"{top} / nullif({bottom}, 0)"


@dataclass(frozen=True)
class Latest:
    """The value of one column in the row where another is largest; give one that does not tie."""

    name: str
    by: str

    def sql(self) -> str:
        return f"arg_max({identifier(self.name)}, {identifier(self.by)})"


Expression = Column | Total | Ratio | Latest


def columns(*names: str) -> dict[str, Expression]:
    """Columns under their own names."""
    return {name: Column(name) for name in names}


def sums(*names: str) -> dict[str, Expression]:
    """Sums of columns, under their own names."""
    return {name: Total("sum", name) for name in names}


@dataclass(frozen=True)
class Equal:
    """Rows whose column is ``value``; None finds nulls."""

    name: str
    value: Value

    def sql(self) -> str:
        if self.value is None:
            return f"{identifier(self.name)} is null"
        return f"{identifier(self.name)} = {literal(self.value)}"


@dataclass(frozen=True)
class Between:
    """Rows whose column lies between two values, both included."""

    name: str
    first: Value
    last: Value

    def sql(self) -> str:
        return f"{identifier(self.name)} between {literal(self.first)} and {literal(self.last)}"


@dataclass(frozen=True)
class In:
    """Rows whose column is one of ``values``; no values find nothing."""

    name: str
    values: Sequence[Value]

    def sql(self) -> str:
        told = ", ".join(literal(value) for value in self.values)
        return f"{identifier(self.name)} in ({told})" if told else "false"


@dataclass(frozen=True)
class AtLeast:
    """Rows whose column is ``value`` or more."""

    name: str
    value: Value

    def sql(self) -> str:
        return f"{identifier(self.name)} >= {literal(self.value)}"


@dataclass(frozen=True)
class Among:
    """Rows whose column is also in a column of another table, in the rows of it that ``where`` leaves."""

    name: str
    table: str
    column: str
    where: Sequence["Equal | Between | In | AtLeast"] = ()

    def sql(self) -> str:
        rest = " and ".join(one.sql() for one in self.where)
        inner = f"select {identifier(self.column)} from {identifier(self.table)}" + (f" where {rest}" if rest else "")
        return f"{identifier(self.name)} in ({inner})"


Filter = Equal | Between | In | AtLeast | Among


@dataclass(frozen=True)
class Question:
    """One SELECT over one published table.

    ``name``: by which a page refers to it; ``columns``: what is asked for, by the name it gets; ``group_by``: names of
    ``columns``; ``order_by``: names of ``columns``, with '-' in front for the largest first: give enough of them that
    no two rows tie.
    """

    name: str
    table: str
    columns: Mapping[str, Expression]
    where: Sequence[Filter] = ()
    group_by: Sequence[str] = ()
    order_by: Sequence[str] = ()
    limit: int | None = None

    def __post_init__(self) -> None:
        unknown = sorted({name.removeprefix("-") for name in (*self.group_by, *self.order_by)} - set(self.columns))
        if unknown:
            raise ValueError(f"question {self.name}: {', '.join(unknown)} is ordered or grouped by but not a column")

    @property
    def tables(self) -> tuple[str, ...]:
        """Every table that it reads, the one that it is about first."""
        others = [one.table for one in self.where if isinstance(one, Among)]
        return tuple(dict.fromkeys((self.table, *others)))

    def sql(self) -> str:
        """The text, as ``dangol query`` and every DuckDB with the published tables as views run it."""
        chosen = ",\n  ".join(_named(expression, alias) for alias, expression in self.columns.items())
        lines = [f"select\n  {chosen}", f"from {identifier(self.table)}"]
        if self.where:
            lines.append("where " + "\n  and ".join(one.sql() for one in self.where))
        if self.group_by:
            lines.append("group by " + ", ".join(self.columns[name].sql() for name in self.group_by))
        if self.order_by:
            lines.append("order by " + ", ".join(_ordered(name) for name in self.order_by))
        if self.limit is not None:
            lines.append(f"limit {self.limit:d}")
        return "\n".join(lines)


@dataclass(frozen=True)
class Number:
    """A value with its unit and where it comes from; None is shown as a dash.

    ``metric``: its definition in the glossary; ``question``, ``row``, ``column``: the cell of the answer it is (none
    for what is computed from others on the page).
    """

    value: Value
    unit: Unit = "count"
    metric: str = ""
    question: str = ""
    row: int | None = None
    column: str = ""

    @property
    def raw(self) -> str:
        """The value as text that a program reads: dates and moments as ISO 8601, nothing for None."""
        if self.value is None:
            return ""
        if isinstance(self.value, dt.date):
            return self.value.isoformat()
        return str(self.value).lower() if isinstance(self.value, bool) else str(self.value)

    @property
    def size(self) -> float | None:
        """The value where it is a number."""
        return float(self.value) if isinstance(self.value, int | float) and not isinstance(self.value, bool) else None


@dataclass(frozen=True)
class Answer:
    """What came back. ``version`` and ``made_at`` (aware): of the table that was asked."""

    question: Question
    frame: pl.DataFrame
    version: str = ""
    made_at: dt.datetime | None = None

    def number(self, row: int, column: str, unit: Unit = "count", metric: str | None = None) -> Number:
        """The cell as a number; ``metric`` as the column is called, unless given. Raises IndexError beyond the rows."""
        return Number(
            self.frame[column][row], unit, column if metric is None else metric, self.question.name, row, column
        )

    def rows(self) -> list[dict[str, Any]]:
        """Rows by name, few enough to be shown."""
        return self.frame.to_dicts()

    def find(self, **values: Value) -> int | None:
        """Place of the first row with these values; None where there is none."""
        same = pl.all_horizontal([pl.col(name).eq_missing(pl.lit(value)) for name, value in values.items()])
        places: list[int] = self.frame.select(pl.arg_where(same)).to_series().to_list()
        return places[0] if places else None


def identifier(name: str) -> str:
    """A name as SQL takes it, quoted where it must be."""
    if _PLAIN.fullmatch(name) and name not in _RESERVED:
        return name
    return '"' + name.replace('"', '""') + '"'


def literal(value: Value) -> str:
    """A value as SQL writes it."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dt.datetime):
        return (
            f"timestamptz '{value.isoformat(sep=' ')}'" if value.tzinfo else f"timestamp '{value.isoformat(sep=' ')}'"
        )
    if isinstance(value, dt.date):
        return f"date '{value.isoformat()}'"
    if isinstance(value, int | float):
        return repr(value)
    return "'" + value.replace("'", "''") + "'"


def _named(expression: Expression, alias: str) -> str:
    told = expression.sql()
    return told if told == identifier(alias) else f"{told} as {identifier(alias)}"


def _ordered(name: str) -> str:
    if name.startswith("-"):
        return f"{identifier(name[1:])} desc nulls last"
    return identifier(name)
