"""`dangol query`.

Belongs here: printing a result as a table, CSV or JSON. Does not belong here: what may be asked
(``connectors.published.query``).
"""

import csv
import datetime as dt
import decimal
import json
import sys
from pathlib import Path
from typing import IO, Any

import duckdb

from connectors.home.paths import open_home
from connectors.home.settings import read_settings
from connectors.published.errors import QueryError
from connectors.published.query import open_reader, run_query
from connectors.published.tables import PublishedTables

FORMATS = ("table", "csv", "json")
_TABLE_ROWS = 1000
_AT_ONCE = 5000
_NUMERIC = {"DECIMAL", "DOUBLE", "FLOAT", "BIGINT", "INTEGER", "HUGEINT", "UBIGINT"}


def query_command(root: Path | None, sql: str, form: str) -> int:
    """Run ``sql`` and print its result. Returns the exit status."""
    if form not in FORMATS:
        raise QueryError(f"--format {form!r} is not one of {', '.join(FORMATS)}")
    home = open_home(root)
    settings = read_settings(home.settings_file)
    with open_reader(PublishedTables(home), settings.memory_limit) as connection:
        result = run_query(connection, sql)
        columns = [column[0] for column in result.description or []]
        {"table": _print_table, "csv": _print_csv, "json": _print_json}[form](columns, result, sys.stdout)
    return 0


def _print_csv(columns: list[str], result: duckdb.DuckDBPyConnection, out: IO[str]) -> None:
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    while rows := result.fetchmany(_AT_ONCE):
        writer.writerows([["" if value is None else _plain(value) for value in row] for row in rows])


def _print_json(columns: list[str], result: duckdb.DuckDBPyConnection, out: IO[str]) -> None:
    """A JSON array with an object a row, written row by row."""
    out.write("[")
    separator = "\n"
    while rows := result.fetchmany(_AT_ONCE):
        for row in rows:
            values = {name: _json_value(value) for name, value in zip(columns, row, strict=True)}
            out.write(separator + json.dumps(values, ensure_ascii=False, allow_nan=False))
            separator = ",\n"
    out.write("\n]\n")


def _print_table(columns: list[str], result: duckdb.DuckDBPyConnection, out: IO[str]) -> None:
    from rich.cells import cell_len

    rows = [[_shown(value) for value in row] for row in result.fetchmany(_TABLE_ROWS)]
    widths = [max([cell_len(name), *(cell_len(row[i]) for row in rows)]) for i, name in enumerate(columns)]
    numeric = [str(column[1]).split("(")[0] in _NUMERIC for column in result.description or []]

    def line(cells: list[str]) -> str:
        padded = []
        for cell, width, right in zip(cells, widths, numeric, strict=True):
            fill = " " * (width - cell_len(cell))
            padded.append(fill + cell if right else cell + fill)
        return "  ".join(padded).rstrip() + "\n"

    out.write(line(columns))
    out.write("  ".join("-" * width for width in widths) + "\n")
    out.writelines(line(row) for row in rows)
    if len(rows) == _TABLE_ROWS and result.fetchone() is not None:
        out.write(f"(the first {_TABLE_ROWS:,} rows; --format csv gives all)\n")


def _shown(value: object) -> str:
    return "" if value is None else str(_plain(value)).replace("\n", " ")


def _plain(value: object) -> object:
    """Numbers without the trailing zeros of their type; times without a zone are UTC and shown as they are."""
    if isinstance(value, decimal.Decimal):
        return f"{value.normalize():f}" if value == value.to_integral() else f"{value:f}".rstrip("0")
    if isinstance(value, list | dict):
        return json.dumps(_json_value(value), ensure_ascii=False)
    return value


def _json_value(value: Any) -> Any:
    if isinstance(value, float):
        return value if value == value and abs(value) != float("inf") else None
    if isinstance(value, decimal.Decimal):
        return int(value) if value == value.to_integral() else float(value)
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return [_json_value(each) for each in value]
    if isinstance(value, dict):
        return {str(key): _json_value(each) for key, each in value.items()}
    return value if value is None or isinstance(value, bool | int | str) else str(value)
