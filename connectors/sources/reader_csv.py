"""CSV into the table ``source_row``: every readable row as text, every other row kept with the reason.

Belongs here: the header, DuckDB's CSV reader, counting that it lost nothing.
Does not belong here: encodings and line ends (``prepare``), broken quotes (``csv_quotes``), meaning (``values``).

DuckDB reads the file whole and reports the rows it can not read. Where quotes are broken its reports can not be relied
on (it swallows everything up to the next quote, and 2.0.0 may name the wrong line or none), so the lines of the file
are counted against its rows; if they differ, or a quote is the trouble, the file is read again after ``csv_quotes``
has put the rows with broken quotes aside.
"""

import csv
import itertools
from dataclasses import dataclass
from pathlib import Path

import duckdb

from connectors.sources.csv_quotes import BROKEN_QUOTE, tidy
from connectors.sources.errors import FileUnreadable
from connectors.sources.mapping import Options
from connectors.sources.prepare import Prepared
from connectors.sources.sql import name, text, texts

MAX_LINE = 64 << 20
_REASONS = {
    "MISSING COLUMNS": "unreadable_row: the row has fewer columns than the header",
    "TOO MANY COLUMNS": "unreadable_row: the row has more columns than the header",
    "UNQUOTED VALUE": BROKEN_QUOTE,
    "LINE SIZE OVER MAXIMUM": "unreadable_row: the row is longer than 64 MB",
    "INVALID ENCODING": "unreadable_row: the row is not text",
}
_REJECT_TEXT = 10_000  # bytes of a refused row that DuckDB keeps
_LINE_END = "chr(13) || chr(10)"


def header_of(prepared: Prepared, options: Options) -> list[str]:
    """Column names of the file, made unique (``name_2``). Raises :class:`FileUnreadable` when there is no such line."""
    if not options.header:
        return list(options.columns)
    csv.field_size_limit(MAX_LINE)
    with open(prepared.path, encoding="utf-8-sig", newline="") as handle:
        lines = (line for line in iter(lambda: handle.readline(MAX_LINE), "") if line.strip("\r\n"))
        try:
            if options.quote:
                parsed = csv.reader(lines, delimiter=options.delimiter[:1], quotechar=options.quote)
            else:
                parsed = csv.reader(lines, delimiter=options.delimiter[:1], quoting=csv.QUOTE_NONE)
            header = next(parsed, [])
        except csv.Error as error:
            raise FileUnreadable(
                f"the header can not be read: {error}", f"{prepared.original} line 1", "check `delimiter:` and `quote:`"
            ) from error
    if any("\n" in column for column in header):
        raise FileUnreadable("the header has an open quote", f"{prepared.original} line 1", "close it, or set `quote:`")
    names: list[str] = []
    for position, column in enumerate(header, 1):
        plain = column.strip() or f"column_{position}"
        taken = {given.lower() for given in names}
        tries = itertools.chain([plain], (f"{plain}_{number}" for number in itertools.count(2)))
        names.append(next(candidate for candidate in tries if candidate.lower() not in taken))
    return names


def read_csv(
    con: duckdb.DuckDBPyConnection, prepared: Prepared, columns: list[str], options: Options, extra: str, folder: Path
) -> None:
    """Make ``source_row`` (``id__`` rising from 1, one VARCHAR per column, the columns that the select list ``extra``
    adds) and ``unreadable`` (``row_number``, ``reason``, ``raw``). Blank lines are no rows."""
    reader = _Reader(con, columns, extra)
    reader.read(prepared.path, options)
    if reader.quotes_are_whole() and _lines_agree(reader, prepared, options):
        return
    if options.quote:
        tidied = tidy(prepared, options, len(columns), folder / "tidied.csv")
        plain = options.model_copy(update={"escape": options.quote})
        reader.read(tidied.path, plain)
        missing = tidied.rows - reader.number(_COUNT)
        con.execute(
            "create or replace temp table plain_refusals as select row_number as id__, reason, raw from unreadable"
        )
        con.execute("delete from unreadable")
        if tidied.refused:
            con.executemany("insert into unreadable values (?, ?, ?)", tidied.refused)
        con.execute(f"insert into unreadable from ({shifted('plain_refusals')})")
    else:
        missing = 1
    if missing:
        raise FileUnreadable(
            "some of its lines were lost in reading; nothing of it was taken in", str(prepared.original),
            "check `delimiter:`, `quote:` and `escape:`; if they are right, please report the file's shape",
        )  # fmt: skip


_COUNT = "select (select count(*) from source_row) + (select count(*) from unreadable)"


@dataclass(frozen=True)
class _Reader:
    """Reads one file with DuckDB, as it is or tidied."""

    con: duckdb.DuckDBPyConnection
    columns: list[str]
    extra: str

    def number(self, query: str) -> int:
        return int(self.con.execute(query).fetchall()[0][0])

    def read(self, path: Path, options: Options) -> None:
        """Make the two tables anew."""
        self.con.execute("drop table if exists reject_errors; drop table if exists reject_scans")
        self.con.execute(
            f"create or replace temp table source_row as select row_number() over () as id__, *{self.extra} "
            f"from {self._scan(path, options)}"
        )
        reasons = " ".join(f"when {text(error)} then {text(reason)}" for error, reason in _REASONS.items())
        self.con.execute(
            "create or replace temp table unreadable as select "
            f"greatest(line - {int(options.header)}, 1) as row_number, "
            f"case error {reasons} else 'unreadable_row: ' || lower(error) end as reason, "
            f"trim(raw, {_LINE_END}) as raw from (select any_value(line)::bigint as line, "
            "any_value(csv_line) as raw, first(error_type::varchar) as error "
            "from reject_errors group by line_byte_position) order by row_number"
        )

    def quotes_are_whole(self) -> bool:
        return not self.number(
            "select count(*) from reject_errors "
            "where error_type::varchar in ('UNQUOTED VALUE', 'LINE SIZE OVER MAXIMUM')"
        )

    def _scan(self, path: Path, options: Options) -> str:
        kinds = ", ".join(f"{text(column)}: 'VARCHAR'" for column in self.columns)
        escape = options.escape if options.escape is not None else options.quote
        # parallel = false must not be set: DuckDB 2.0.0 then loses a row with an open quote without reporting it.
        return (
            f"read_csv({text(str(path))}, columns = {{{kinds}}}, auto_detect = false, header = {options.header}, "
            f"delim = {text(options.delimiter)}, quote = {text(options.quote)}, escape = {text(escape)}, "
            f"nullstr = [{texts(options.null_words or ('',))}], max_line_size = {MAX_LINE}, store_rejects = true, "
            "rejects_limit = 0, strict_mode = true)"
        )


def _lines_agree(reader: _Reader, prepared: Prepared, options: Options) -> bool:
    """Whether every line of the file is a row, part of a row, the header or blank."""
    end = "chr(13)" if prepared.ends_with_cr else "chr(10)"
    missing = prepared.lines - int(options.header) - reader.number(_COUNT)
    if missing:
        inside = " + ".join(
            f"coalesce(length({name(column)}) - length(replace({name(column)}, {end}, '')), 0)"
            for column in reader.columns
        )
        missing -= reader.number(
            f"select coalesce((select sum({inside}) from source_row), 0) "
            f"+ coalesce((select sum(length(raw) - length(replace(raw, {end}, ''))) from unreadable), 0)"
        )
    cut = reader.number(f"select count(*) from unreadable where length(raw) >= {_REJECT_TEXT}")
    return missing == 0 or (missing > 0 and (cut > 0 or missing <= prepared.blank_lines()))


def shifted(table: str) -> str:
    """Select of ``table`` with ``id__`` counted up by the rows of ``unreadable`` that stand before it in the file."""
    return (
        f"select {table}.* replace (id__ + coalesce(refused, 0) as id__) from {table} asof left join ("
        "select row_number - place as before, max(place) as refused from (select row_number, row_number() over "
        f"(order by row_number) as place from unreadable) group by all) as refusals on {table}.id__ > refusals.before"
    )
