"""The one bulk upsert that every table of the store shares.

Belongs here: INSERT … ON CONFLICT DO UPDATE on SQLite and PostgreSQL, in chunks, with a truthful count.
Does not belong here: what the rows mean and whether they are sound.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, Select, Table, bindparam, column, func, or_, select, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.dml import ReturningInsert

CHUNK_ROWS: Final = 1000  # times 18 columns stays under the 32,766 parameters that SQLite takes


@dataclass(frozen=True)
class UpsertResult:
    """What became of the distinct keys of one upsert; the three add up to their number."""

    inserted: int
    updated: int
    unchanged: int


def upsert(
    connection: Connection, table: Table, key: str, rows: Sequence[Mapping[str, Any]], stamps: Mapping[str, Any]
) -> UpsertResult:
    """Insert ``rows`` or update those whose ``key`` is stored already, inside the caller's transaction.

    All rows have the same columns and no key twice. A ``None`` keeps the stored value. ``stamps`` are columns set
    on every row that is inserted or really changes (such as ``updated_at``); a row that changes nothing is not
    written at all. A column that is unique beside the key is written once, at the insert.
    """
    if not rows:
        return UpsertResult(0, 0, 0)
    if connection.dialect.name == "postgresql":
        # One bulk writer at a time, else two of them meeting rows in different orders dead-lock; readers go on.
        name = connection.dialect.identifier_preparer.format_table(table)
        connection.execute(text(f"LOCK TABLE {name} IN SHARE ROW EXCLUSIVE MODE"))
    columns = [*rows[0], *stamps]
    statement = _statement(connection, table, key, columns, list(stamps))
    inserted = updated = 0
    for start in range(0, len(rows), CHUNK_ROWS):
        chunk = [{**row, **stamps} for row in rows[start : start + CHUNK_ROWS]]
        known = select(table.c[key]).where(table.c[key].in_([row[key] for row in chunk]))
        before: set[str] = set(connection.scalars(known))
        written: set[str] = set(connection.scalars(statement, _parameters(connection, columns, chunk)))
        inserted += len(written - before)
        updated += len(written & before)
    return UpsertResult(inserted, updated, len(rows) - inserted - updated)


def _statement(
    connection: Connection, table: Table, key: str, columns: Sequence[str], stamps: Sequence[str]
) -> ReturningInsert[Any]:
    insert: Any = sqlite.insert(table)
    if connection.dialect.name == "postgresql":
        insert = postgresql.insert(table).from_select(columns, _unnested(table, columns))
    fixed = {key, *stamps} | {column.name for column in table.columns if column.unique}
    merged = {
        name: func.coalesce(insert.excluded[name], table.c[name], type_=table.c[name].type)
        for name in columns
        if name not in fixed
    }
    if not merged:
        done = insert.on_conflict_do_nothing(index_elements=[key])
    else:
        done = insert.on_conflict_do_update(
            index_elements=[key],
            set_={**merged, **{name: insert.excluded[name] for name in stamps}},
            where=or_(*(value.is_distinct_from(table.c[name]) for name, value in merged.items())),
        )
    statement: ReturningInsert[Any] = done.returning(table.c[key])
    return statement


def _unnested(table: Table, columns: Sequence[str]) -> Select[Any]:
    """One array a column: with a parameter for each value the driver takes five times as long as the server."""
    arrays = [bindparam(name, type_=postgresql.ARRAY(table.c[name].type)) for name in columns]
    source = func.unnest(*arrays).table_valued(*(column(name, table.c[name].type) for name in columns))
    return select(*source.render_derived().columns)


def _parameters(connection: Connection, columns: Sequence[str], chunk: Sequence[Mapping[str, Any]]) -> Any:
    if connection.dialect.name == "postgresql":
        return {name: [row[name] for row in chunk] for name in columns}
    return chunk
