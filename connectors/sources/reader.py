"""A file of any format into the table ``source_row``, with what every row needs: hash, filter, occurrence.

Belongs here: choosing the reader, the identity of a source row, named filters, the resolver for the file's columns.
Does not belong here: one format's own ways (``reader_csv``, ``reader_ndjson``, ``reader_parquet``), targets.

The hash of a row is 128 bits of MD5 over all its source columns, sorted by name (NDJSON: over the line), so overlapping
exports agree. Identical rows of a file are told apart by their occurrence number: the table ``repeated`` has it for all
but the first. Only hashes are grouped; wide rows are never sorted.
"""

from dataclasses import dataclass, replace
from pathlib import Path

import duckdb

from connectors.sources.errors import FileUnreadable
from connectors.sources.mapping_file import MappingFile
from connectors.sources.prepare import Prepared, prepare_text
from connectors.sources.reader_csv import header_of, read_csv
from connectors.sources.reader_ndjson import read_ndjson
from connectors.sources.reader_parquet import parquet_columns, prepare_parquet, read_parquet
from connectors.sources.sql import name, text
from connectors.sources.values import Expression, Resolver, plain_paths


@dataclass(frozen=True)
class Source:
    """One file, read: the tables ``source_row``, ``repeated``, ``unreadable`` are there."""

    prepared: Prepared
    columns: list[str]
    resolver: Resolver
    notes: tuple[str, ...]


def prepare(path: Path, mapping: MappingFile, folder: Path) -> Prepared:
    """Look over the file and hash it, before anything is read."""
    if path.is_file() and mapping.mapping.format == "parquet":
        return prepare_parquet(path)
    prepared = prepare_text(path, mapping.mapping.options.encoding, folder)
    return replace(
        prepared, has_null=prepared.has_null or mapping.mapping.format == "ndjson"
    )  # there it is written \\u0000


def read(con: duckdb.DuckDBPyConnection, prepared: Prepared, mapping: MappingFile, folder: Path) -> Source:
    """Read the whole file. Raises :class:`SourceError` kinds that name file, column and line of the mapping."""
    options, form = mapping.mapping.options, mapping.mapping.format
    if prepared.size == 0:
        raise FileUnreadable("is empty (0 bytes)", str(prepared.original), "export it again")
    if form == "parquet":
        columns = list(parquet_columns(con, prepared))
    elif form == "csv":
        columns = header_of(prepared, options)
    else:
        columns = ["json", *options.key_value_lists]
    resolver = Resolver(con, mapping, columns, prepared.original.name)
    for place, target, _, value in mapping.mapping.values():  # missing columns are said before anything is read
        resolver.value(value, place, target)
    filters = [
        resolver.expression(row_filter.where, ("filters", index, "where"))
        for index, row_filter in enumerate(mapping.mapping.filters)
    ]
    _read_rows(con, prepared, mapping, columns, _extra(mapping, columns, filters), folder, (resolver, filters))
    con.execute(
        "create or replace temp table repeated as select id__, "
        "row_number() over (partition by hash__ order by id__) - 1 as occurrence "
        "from source_row semi join (select hash__ from source_row group by all having count(*) > 1) "
        "using (hash__)"
    )
    con.execute("delete from repeated where occurrence = 0")
    return Source(prepared, columns, resolver, prepared.notes)


def _read_rows(
    con: duckdb.DuckDBPyConnection,
    prepared: Prepared,
    mapping: MappingFile,
    columns: list[str],
    extra: str,
    folder: Path,
    filters: tuple[Resolver, list[Expression]] | None,
) -> None:
    options = mapping.mapping.options
    try:
        match mapping.mapping.format:
            case "csv":
                read_csv(con, prepared, columns, options, extra, folder)
            case "ndjson":
                read_ndjson(con, prepared, plain_paths(mapping), options.key_value_lists, extra)
            case "parquet":
                read_parquet(con, prepared, extra)
    except duckdb.Error as error:
        if filters is not None and filters[1]:  # a filter may be to blame: read without, and try each
            _read_rows(con, prepared, mapping, columns, _extra(mapping, columns, []), folder, None)
            filters[0].check(filters[1], "source_row")
        raise FileUnreadable(
            f"can not be read as {mapping.mapping.format}: {str(error).splitlines()[0]}",
            str(prepared.original),
            "check `format:` and `options:` of the mapping",
        ) from error


def _extra(mapping: MappingFile, columns: list[str], filters: list[Expression]) -> str:
    """Select list of the columns each reader adds: ``hash__`` and ``filter__``."""
    if mapping.mapping.format == "ndjson":
        content = "json::varchar"
    else:
        content = " || ".join(
            f"coalesce(length({name(column)}::varchar) || ':' || {name(column)}::varchar, '-')"
            for column in sorted(columns)
        )
    whens = " ".join(
        f"when {expression.sql} then {text(row_filter.name)}"
        for expression, row_filter in zip(filters, mapping.mapping.filters, strict=False)
    )
    chosen = f"case {whens} end" if whens else "null::varchar"
    return f", md5_number({content}) as hash__, {chosen} as filter__"
