"""Refused rows: one quarantine row for each refused source row, without personal data.

Belongs here: gathering reasons over targets, the raw text, masking.
Does not belong here: why a row is refused (``checks``, readers), writing the file (``landing``).

In ``raw`` a column that feeds ``member_id`` holds the member's pseudonym, one that feeds a personal column ``***``. In
text that could not be read into columns, e-mail addresses and telephone numbers are masked by their form, and in CSV
whatever stands where a personal column would stand, counted from the left and from the right.
"""

import duckdb

from connectors.home.member_key import member_key_sql
from connectors.sources.mapping import ITEM, is_personal
from connectors.sources.reader import Source
from connectors.sources.reader_csv import shifted
from connectors.sources.reader_ndjson import json_path
from connectors.sources.sql import name, text
from connectors.sources.targets import TargetTable

RAW_LENGTH = 4000
MASK = "***"
_EMAIL = r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+"
_PHONE = r"(\+82[-. ]?0?|\b0)1[016789][-. ]?\d{3,4}[-. ]?\d{4}\b"
_INTERNATIONAL = r"\+\d{1,3}[-. ]\d[\d-. ]{5,14}\d\b"


def gather(
    con: duckdb.DuckDBPyConnection, source: Source, form: str, delimiter: str, tables: list[TargetTable], secret: str
) -> None:
    """Make ``refused``: ``id__`` (null: unreadable row), ``row_number``, ``reason``, ``raw``."""
    target_reasons = " union all ".join(
        f"select id__, {position} as position, reason__ from {table.table} where reason__ is not null"
        for position, table in enumerate(tables)
    )
    accepted = " union all ".join(f"select id__ from {table.table} where reason__ is null" for table in tables)
    con.execute(
        f"create or replace temp table refusal as select id__, first(reason__ order by position, reason__) as reason, "
        f"list_sort(list(distinct reason__)) as reasons from ({target_reasons}) group by id__ "
        "union all select id__, 'no_target: no target of the mapping takes this row', [] from source_row "
        "where filter__ is null " + "".join(f"and id__ not in (select id__ from {table.table}) " for table in tables)
    )
    con.execute(
        "update refusal set reason = reason || '; also ' || "
        "array_to_string(list_filter(reasons, lambda other: other <> reason), '; ') where len(reasons) > 1"
    )
    con.execute(
        "update refusal set reason = reason || ' (other targets took the row)' "
        f"where id__ in (select id__ from ({accepted}))"
    )
    raw, parameters = _raw(form, tables, source.columns, secret)
    con.execute(
        f"create or replace temp table refused_row as select id__, reason, {_clean(raw)} as raw "
        "from refusal join source_row using (id__)",
        parameters,
    )
    con.execute(_numbered(form))
    personal = [column for table in tables for column in _personal(table) if column in source.columns]
    hidden = _hide_places("raw", personal, source.columns, delimiter) if form == "csv" and personal else "raw"
    con.execute(f"insert into refused select null, row_number, reason, {_clean(hidden)} from unreadable")


def _numbered(form: str) -> str:
    """Give each refused row its number in the file (CSV: unreadable rows before it count too)."""
    view = "select id__ as source_id, id__, reason, raw from refused_row"
    rows = shifted("numbered") if form == "csv" else "from numbered"
    return (
        f"create or replace temp table refused as with numbered as ({view}) "
        f"select source_id as id__, id__ as row_number, reason, raw from ({rows})"
    )


def _clean(raw: str) -> str:
    masked = f"replace({raw}, chr(0), '\\0')"
    for pattern in (_EMAIL, _PHONE, _INTERNATIONAL):
        masked = f"regexp_replace({masked}, {text(pattern)}, {text(MASK)}, 'g')"
    return f"left({masked}, {RAW_LENGTH})"


def _personal(table: TargetTable) -> dict[str, str | None]:
    """Source columns that may not be shown -> SQL of the member id to show the pseudonym of, or None for a mask."""
    found: dict[str, str | None] = {}
    for canonical, expression in table.expressions.items():
        if is_personal(table.target.kind, canonical):
            for column in expression.reads - {ITEM}:
                member = canonical == "member_id" and not table.target.unnest
                found[column] = expression.sql if member and column not in found else None
    return found


def _raw(form: str, tables: list[TargetTable], columns: list[str], secret: str) -> tuple[str, dict[str, str] | None]:
    """SQL of the row as JSON text with personal columns hidden, and the parameters it needs."""
    hidden: dict[str, str | None] = {}
    for table in tables:
        for column, member in _personal(table).items():
            hidden[column] = member if hidden.get(column, member) is not None else None
    shown = {column: _shown(member) for column, member in hidden.items()}
    parameters = {"secret": secret} if any(hidden.values()) else None
    if form == "ndjson":
        raw = "json"
        for path, replacement in shown.items():
            raw = _patched(raw, path, replacement)
        return f"({raw})::varchar", parameters
    lower = {column.lower(): replacement for column, replacement in shown.items()}
    fields = ", ".join(
        f"{name(column)} := "
        + (
            f"case when {name(column)} is not null then {lower[column.lower()]} end"
            if column.lower() in lower
            else name(column)
        )
        for column in columns
    )
    return f"to_json(struct_pack({fields}))::varchar", parameters


def _shown(member: str | None) -> str:
    if member is None:
        return text(MASK)
    key = member_key_sql(f"nullif(trim(({member})::varchar), '')")
    return f"coalesce({key}, {text(MASK)})"


def _patched(raw: str, path: str, replacement: str) -> str:
    """``json`` with what stands at ``path`` replaced (a path through a list: the whole first step)."""
    steps = path.split(".")
    if "[" in path:
        steps = [steps[0].partition("[")[0]]
    patch = replacement
    for step in reversed(steps):
        patch = f"json_object({text(step)}, {patch})"
    there = f"json_extract(json, {text(json_path('.'.join(steps)))}) is not null"
    return f"json_merge_patch({raw}, case when {there} then {patch} else '{{}}'::json end)"


def _hide_places(raw: str, personal: list[str], columns: list[str], delimiter: str) -> str:
    """Mask the fields of an unreadable CSV row at the places of personal columns, from the left and from the right."""
    left = sorted({columns.index(column) + 1 for column in personal})
    right = sorted({len(columns) - place for place in left})  # distance from the last field
    fields = f"string_split({raw}, {text(delimiter)})"
    hit = f"(place in ({', '.join(map(str, left))}) or len({fields}) - place in ({', '.join(map(str, right))}))"
    return (
        f"array_to_string(list_transform({fields}, lambda field, place: "
        f"case when {hit} then {text(MASK)} else field end), {text(delimiter)})"
    )
