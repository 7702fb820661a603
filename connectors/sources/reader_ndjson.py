"""NDJSON into the table ``source_row``: one JSON object a line; every other line kept with the reason.

Belongs here: lines, JSON validity, looking up the paths a mapping names, key-value lists as maps.
Does not belong here: what the values mean (``values``).

The table has ``json`` (the whole row, type JSON), ``path__`` (the values of the mapping's plain paths, in order, as
text) and, for each key-value list, a MAP(VARCHAR, VARCHAR) of its name: expressions use ``json`` and those maps.
"""

import duckdb

from connectors.sources.errors import FileUnreadable
from connectors.sources.prepare import Prepared
from connectors.sources.reader_csv import MAX_LINE, shifted
from connectors.sources.sql import name, text, texts

# _VALUE_KEYS: the forms in which exports write the value of a {key, value} pair; the first that is not null counts.
_IS_OBJECT = "coalesce(case when json_valid(line) then json_type(line) = 'OBJECT' end, false)"
_VALUE_KEYS = ("string_value", "int_value", "float_value", "double_value")


def json_path(dotted: str) -> str:
    """``device.items[0].name`` as a JSON path; each step is quoted, so any other sign may stand in it."""
    steps = []
    for step in dotted.split("."):
        plain, bracket, index = step.partition("[")
        steps.append('."' + plain.replace('"', '\\"') + '"' + bracket + index)
    return "$" + "".join(steps)


def read_ndjson(
    con: duckdb.DuckDBPyConnection, prepared: Prepared, paths: list[str], key_value_lists: tuple[str, ...], extra: str
) -> None:
    """Make ``source_row`` (``id__`` = number of the line, ``json``, ``path__``, the maps, the columns of the select
    list ``extra``) and ``unreadable`` (``row_number``, ``reason``, ``raw``). Blank lines are no rows."""
    con.execute(
        "drop table if exists reject_errors; drop table if exists reject_scans; drop table if exists source_row"
    )
    con.execute(
        "create or replace temp table line as select row_number() over () as id__, line from "
        f"read_csv({text(str(prepared.path))}, columns = {{'line': 'VARCHAR'}}, auto_detect = false, header = false, "
        f"delim = '\x01', quote = '', escape = '', max_line_size = {MAX_LINE}, store_rejects = true, rejects_limit = 0)"
    )
    con.execute(
        "create or replace temp table unreadable as select any_value(line)::bigint as row_number, 'bad_json: the line "
        "holds control characters or is longer than 64 MB' as reason, any_value(csv_line) as raw from reject_errors "
        "group by line_byte_position"
    )
    _account(con, prepared)
    con.execute(f"create or replace temp table numbered as {shifted('line')}")
    con.execute(
        "insert into unreadable select id__, 'bad_json: the line is not a JSON object', line from numbered "
        f"where trim(line) <> '' and not {_IS_OBJECT}"
    )
    looked_up = (
        f"json_extract_string(json, [{texts([json_path(path) for path in paths])}])" if paths else "[]::varchar[]"
    )
    maps = "".join(f", {_map(label)} as {name(label)}" for label in key_value_lists)
    con.execute(
        f"create temp table source_row as select *{extra} from (select id__, json, {looked_up} as path__{maps} from "
        f"(select id__, line::json as json from numbered where {_IS_OBJECT}))"
    )
    con.execute("drop table line; drop table numbered")


def _account(con: duckdb.DuckDBPyConnection, prepared: Prepared) -> None:
    """Every line must have been seen. Raises :class:`FileUnreadable`."""
    seen = con.execute("select (select count(*) from line) + (select count(*) from unreadable)").fetchall()[0][0]
    if not 0 <= prepared.lines - seen <= prepared.blank_lines():
        raise FileUnreadable(
            f"{prepared.lines - seen:,} of its lines were lost in reading; nothing of it was taken in",
            str(prepared.original),
            "please report the file's shape",
        )


def _map(label: str) -> str:
    shape = '[{"key": "VARCHAR", "value": {' + ", ".join(f'"{key}": "VARCHAR"' for key in _VALUE_KEYS) + "}}]"
    pairs = f"coalesce(from_json(json_extract(json, {text(json_path(label))}), {text(shape)}), [])"
    value = ", ".join(f"pair.value.{key}" for key in _VALUE_KEYS)
    entry = f"lambda pair: struct_pack(k := pair.key, v := coalesce({value}))"
    first = f"list_filter({pairs}, lambda pair, place: pair.key is not null and " \
            f"list_position(list_transform({pairs}, lambda other: other.key), pair.key) = place)"  # fmt: skip
    return f"map_from_entries(list_transform({first}, {entry}))"
