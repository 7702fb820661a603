"""One target of a mapping: from ``source_row`` to a table of typed, checked canonical rows.

Belongs here: which rows a target takes, unnesting, typing, the reason of a refusal, event ids.
Does not belong here: what is a refusal (``checks``), what is new (``landing``).

``target_N`` has ``row__`` (its own count), ``id__`` (the source row), ``reason__`` (null: accepted) and the canonical
columns; for landed kinds the receive day too.
"""

from dataclasses import dataclass

import duckdb

from connectors.home.member_key import member_key_sql
from connectors.sources.canonical import TARGET_COLUMNS
from connectors.sources.checks import Cell, Limits, canonical_type, reason, typed
from connectors.sources.errors import ExpressionError
from connectors.sources.landing import Landing
from connectors.sources.mapping import Target
from connectors.sources.mapping_file import MappingFile
from connectors.sources.reader import Source
from connectors.sources.sql import name, text
from connectors.sources.values import Expression

_EMPTY = "empty_list: the list this target reads has no elements"
_COUNTED = ("purchase", "refund")  # a line without a quantity is of one piece


@dataclass(frozen=True)
class TargetTable:
    """A filled ``target_N``."""

    table: str
    target: Target
    expressions: dict[str, Expression]


class TargetBuilder:
    """Fills the tables of one file's targets."""

    def __init__(
        self,
        con: duckdb.DuckDBPyConnection,
        mapping: MappingFile,
        source: Source,
        limits: Limits,
        landing: Landing,
        secret: str,
        received_at: str,
    ) -> None:
        """``received_at``: SQL of the moment that products and contents without a time of their own came in."""
        self._con = con
        self._mapping = mapping
        self._source = source
        self._limits = limits
        self._landing = landing
        self._secret = secret
        self._received_at = received_at

    def build(self, index: int) -> TargetTable:
        """Fill ``target_{index}``. Raises :class:`ExpressionError` when an expression fails on these rows."""
        target, place = self._mapping.mapping.targets[index], ("targets", index)
        resolver = self._source.resolver
        expressions = {
            column: resolver.value(value, (*place, "columns", column), target)
            for column, value in target.columns.items()
        }
        conditions = [resolver.expression(target.when, (*place, "when"))] if target.when else []
        lists = [resolver.expression(target.unnest, (*place, "unnest"))] if target.unnest else []
        taken = "source_row where filter__ is null" + "".join(f" and coalesce({c.sql}, false)" for c in conditions)
        try:
            rows = self._rows(taken, lists)
            cells = self._cells(rows, target, expressions)
            self._fill(f"target_{index}", index, rows, target, cells, expressions)
        except duckdb.Error as error:
            resolver.check(conditions, "source_row")
            resolver.check(lists, f"(from {taken})")
            resolver.check(list(expressions.values()), f"({self._rows(taken, lists)})")
            raise ExpressionError(
                f"fails on {self._source.prepared.original.name}: {str(error).splitlines()[0]}",
                self._mapping.where(place),
            ) from error
        return TargetTable(f"target_{index}", target, expressions)

    def _rows(self, taken: str, lists: list[Expression]) -> str:
        """Select of the source rows of the target, one for each element where it unnests."""
        if not lists:
            return f"select *, 1 as element__, false as empty__ from {taken}"
        given = self._con.execute(f"describe select {lists[0].sql} as list__ from {taken}").fetchall()[0][1]
        elements = f"try_cast({lists[0].sql} as json[])" if given in ("JSON", "VARCHAR") else lists[0].sql
        return (
            "select *, unnest(list__) as item, generate_subscripts(list__, 1) as element__ from (select * replace "
            "(coalesce(nullif(list__, []), [null]) as list__), coalesce(len(list__), 0) = 0 as empty__ "
            f"from (select *, {elements} as list__ from {taken}))"
        )

    def _cells(self, rows: str, target: Target, expressions: dict[str, Expression]) -> list[Cell]:
        listed = ", ".join(f"{expression.sql} as {name('c_' + column)}" for column, expression in expressions.items())
        kinds = self._con.execute(f"describe select {listed} from ({rows})").fetchall()
        return [
            Cell(column, str(row[1]), target.columns[column]) for column, row in zip(expressions, kinds, strict=True)
        ]

    def _fill(
        self,
        table: str,
        index: int,
        rows: str,
        target: Target,
        cells: list[Cell],
        expressions: dict[str, Expression],
    ) -> None:
        raw = ", ".join(f"{expressions[cell.column].sql} as {name('c_' + cell.column)}" for cell in cells)
        known = ", ".join(
            f"{typed(cell, self._limits, self._source.prepared.has_null)} as {name(cell.column)}" for cell in cells
        )
        checked = (
            f"select *, case when empty__ then {text(_EMPTY)} "
            f"else {reason(target, cells, self._limits)} end as reason__ "
            f"from (select *, {known} from (select id__, hash__, element__, empty__, {raw} from ({rows})))"
        )
        canonical = self._canonical(target, index, checked)
        secret = {"secret": self._secret} if target.kind == "events" and "member_id" in target.columns else None
        self._con.execute(
            f"create or replace temp table {table} as select row_number() over () as row__, * from ({canonical})",
            secret,
        )

    def _canonical(self, target: Target, index: int, checked: str) -> str:
        """Select of the canonical columns over the checked rows."""
        parts = {
            column.name: name(column.name) if column.name in target.columns else f"null::{canonical_type(column.name)}"
            for column in TARGET_COLUMNS[target.kind]
        }
        keep = {"id__": "id__", "reason__": "reason__"}
        parts["source"] = text(self._mapping.mapping.name)
        if target.kind == "members":
            del parts["source"]
            mapped = ", ".join(name(column) for column in target.columns)
            return f"select id__, reason__, {mapped} from ({checked})"
        if target.kind != "events":
            given = parts["received_at"]
            parts["received_at"] = f"coalesce({given}, {self._received_at})"
            return self._landing.states_select(target.kind, keep | parts, f"({checked})")
        if "member_id" in target.columns:
            parts["member_key"] = member_key_sql("member_id")
        parts["quantity"] = f"coalesce({parts['quantity']}, case when event_name in {_COUNTED!r} then 1 end)"
        element = " || case when element__ > 1 then '#' || element__ else '' end" if target.unnest else ""
        parts["event_id"] = f"coalesce({parts['event_id']}{element}, {self._derived_id(index)})"
        occurrences = f"({checked}) left join repeated using (id__)"
        return self._landing.events_select(keep | parts, f"(select * from {occurrences})")

    def _derived_id(self, index: int) -> str:
        """Identity of an event whose source gives none: row, its occurrence in the file, event target, list element."""
        number = sum(target.kind == "events" for target in self._mapping.mapping.targets[:index])
        return f"md5(to_hex(hash__) || ':{number}:' || coalesce(occurrence, 0) || ':' || element__)"
