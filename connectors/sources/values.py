"""One mapped value as SQL over the table ``source_row``: the cell before it gets its canonical type.

Belongs here: columns, paths, templates, value maps, expressions; which source columns they read and whether they exist.
Does not belong here: canonical types and refusals (``checks``).

``source_row`` is what the readers make. In CSV and Parquet a column is a column. In NDJSON a plain name is a dotted
path of ``path__``, the first step may be a key-value list, and ``item.`` is the element of a target's ``unnest``.
"""

from dataclasses import dataclass

import duckdb

from connectors.sources.errors import ExpressionError, MappingError, MissingColumn
from connectors.sources.mapping import ITEM, Location, Target, Value, template_parts
from connectors.sources.mapping_file import MappingFile
from connectors.sources.reader_ndjson import json_path
from connectors.sources.references import parse
from connectors.sources.sql import name, text, texts


@dataclass(frozen=True)
class Expression:
    """SQL of one mapped value, where the mapping says it, and the source columns (or paths) it reads."""

    sql: str
    place: Location
    reads: frozenset[str]


class Resolver:
    """Turns the values of one mapping into SQL over one file's columns."""

    def __init__(self, con: duckdb.DuckDBPyConnection, file: MappingFile, columns: list[str], source: str) -> None:
        """``columns``: of the file (NDJSON: ``json`` and the key-value lists); ``source``: its name, for messages."""
        self._con = con
        self._file = file
        self._columns = columns
        self._known = {column.lower(): column for column in columns}
        self._source = source
        self._is_json = file.mapping.format == "ndjson"
        self._paths = plain_paths(file)

    def value(self, value: Value, place: Location, target: Target) -> Expression:
        """Raises :class:`MissingColumn` or :class:`MappingError`, both with the line."""
        if value.expr is not None:
            return self.expression(value.expr, (*place, "expr"), target)
        if value.column is not None:
            return Expression(self._cell(value.column, place, target), place, frozenset([value.column]))
        if value.map is not None:
            return self._mapped(value, place, target)
        if value.template is not None:
            parts = [
                f"({self._cell(part, place, target)})::varchar" if is_column else text(part)
                for part, is_column in template_parts(value.template)
            ]
            return Expression(" || ".join(parts) or "''", place, frozenset(value.columns))
        return Expression(_constant(value.constant), place, frozenset())

    def expression(self, sql: str, place: Location, target: Target | None = None) -> Expression:
        """A DuckDB expression of the mapping, parsed to see which columns it reads."""
        columns, constants, complaint = parse(self._con, sql)
        if complaint:
            raise MappingError(f"the expression is not SQL: {complaint}", self._file.where(place), f"found: {sql}")
        allowed = {ITEM} if target is not None and target.unnest else set()
        for column in sorted(columns):
            if column.lower() not in self._known and column not in allowed:
                raise self._missing(column, place)
        reads = columns - {ITEM}
        if ITEM in columns and target is not None and target.unnest:
            reads |= self.expression(target.unnest, place).reads
        if self._is_json and "json" in reads:
            paths = {constant.removeprefix("$").removeprefix(".") for constant in constants}
            reads = (reads - {"json"}) | (paths - {""})
        return Expression(f"({sql})", place, frozenset(reads))

    def _mapped(self, value: Value, place: Location, target: Target) -> Expression:
        assert value.map is not None
        cell = f"({self._cell(value.map.column, place, target)})::varchar"
        whens = " ".join(f"when {text(given)} then {text(meant)}" for given, meant in value.map.values.items())
        otherwise = _constant(value.map.default) if value.map.has_default else cell
        sql = f"case {cell} {whens} else {otherwise} end" if whens else otherwise
        return Expression(sql, place, frozenset([value.map.column]))

    def _cell(self, column: str, place: Location, target: Target) -> str:
        cell = self._path(column, target) if self._is_json else self._column(column, place)
        nulls = [word for word in self._file.mapping.options.null_words if word]
        if nulls and self._file.mapping.format != "csv":  # CSV: done by the reader
            return f"case when {cell}::varchar in ({texts(nulls)}) then null else {cell} end"
        return cell

    def _column(self, column: str, place: Location) -> str:
        if column.lower() not in self._known:
            raise self._missing(column, place)
        return name(self._known[column.lower()])

    def _path(self, path: str, target: Target) -> str:
        first, _, rest = path.partition(".")
        if target.unnest and first == ITEM and rest:
            return f"json_extract_string({ITEM}, {text(json_path(rest))})"
        if first in self._file.mapping.options.key_value_lists and rest:
            return f"{name(first)}[{text(rest)}]"
        return f"path__[{self._paths.index(path) + 1}]"

    def _missing(self, column: str, place: Location) -> MissingColumn:
        has = ", ".join(self._columns)
        hint = "in NDJSON an expression sees `json` and the key-value lists" if self._is_json else ""
        return MissingColumn(
            f"there is no column `{column}` in {self._source}; it has: {has}",
            self._file.where(place),
            hint or "correct the mapping, or check `delimiter:` and `header:`",
        )

    def check(self, expressions: list[Expression], relation: str) -> None:
        """Raise :class:`ExpressionError` for the first expression that DuckDB can not bind or run over ``relation``."""
        for expression in expressions:
            try:
                self._con.execute(f"select count(cell) from (select {expression.sql} as cell from {relation})")
            except duckdb.Error as error:
                raise ExpressionError(
                    f"fails on {self._source}: {str(error).splitlines()[0]}",
                    self._file.where(expression.place),
                    "use try_cast(… as …) where a value may not fit",
                ) from error


def plain_paths(file: MappingFile) -> list[str]:
    """The dotted paths of an NDJSON mapping that are looked up in the row itself, in a fixed order."""
    paths: list[str] = []
    for _, target, _, value in file.mapping.values():
        for path in value.columns if value.expr is None else ():
            first = path.partition(".")[0]
            in_list = first in file.mapping.options.key_value_lists and "." in path
            if not in_list and not (target.unnest and first == ITEM and "." in path) and path not in paths:
                paths.append(path)
    return paths


def _constant(value: str | int | float | bool | None) -> str:
    if value is None:
        return "null"
    return text(value) if isinstance(value, str) else str(value).lower()
