"""Many messages in one statement, on both engines.

Belongs here: the statements whose speed decides how fast a send is. Does not belong here: what to write (the other
modules). SQLite takes a list of rows, PostgreSQL arrays or its COPY; texts of statements are constants.
"""

import datetime as dt
import io
from collections.abc import Sequence
from typing import Any, Final

import polars as pl
from sqlalchemy import Connection

CHUNK_ROWS: Final = 50_000
_FORMAT: Final = "%Y-%m-%d %H:%M:%S%.6f"
_NULL: Final = r"\N"
COLUMNS: Final = ("seq", "customer_key", "customer_id", "variant", "address_hash", "not_before", "price")
_NAMES: Final = f"send_no, state, {', '.join(COLUMNS)}"
_INSERT: Final = f"INSERT INTO messages ({_NAMES}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"  # noqa: S608
_COPY: Final = f"COPY messages ({_NAMES}) FROM STDIN WITH (FORMAT csv, NULL '{_NULL}')"

_OPEN_SQLITE: Final = "UPDATE messages SET state = 'sending', attempt_no = ? WHERE send_no = ? AND seq = ?"
_OPEN_POSTGRESQL: Final = """
UPDATE messages m SET state = 'sending', attempt_no = n.attempt_no
FROM unnest(%s::int[], %s::int[]) AS n(attempt_no, seq) WHERE m.send_no = %s AND m.seq = n.seq"""

_END_SQLITE: Final = """
UPDATE messages SET state = ?, code = ?, vendor_message_id = coalesce(?, vendor_message_id), price = coalesce(?, price),
not_before = coalesce(?, not_before), tries = tries + ?, sent_at = coalesce(sent_at, ?), final_at = ?
WHERE seq = ? AND send_no = ? AND attempt_no = ? AND state = ?"""
_END_POSTGRESQL: Final = """
UPDATE messages m SET state = n.state, code = n.code, vendor_message_id = coalesce(n.vendor_id, m.vendor_message_id),
price = coalesce(n.price, m.price), not_before = coalesce(n.not_before, m.not_before), tries = m.tries + n.tries,
sent_at = coalesce(m.sent_at, n.sent_at), final_at = n.final_at
FROM unnest(%s::text[], %s::text[], %s::text[], %s::bigint[], %s::timestamptz[], %s::smallint[], %s::timestamptz[],
%s::timestamptz[], %s::int[]) AS n(state, code, vendor_id, price, not_before, tries, sent_at, final_at, seq)
WHERE m.seq = n.seq AND m.send_no = %s AND m.attempt_no = %s AND m.state = %s"""

# state, code, vendor's id, price, not_before, tries, sent_at, final_at, seq
EndRow = tuple[
    str, str | None, str | None, int | None, dt.datetime | None, int, dt.datetime | None, dt.datetime | None, int
]


def insert_messages(connection: Connection, send_no: int, rows: pl.DataFrame) -> None:
    """Add ``rows`` (``COLUMNS``; times as UTC) as reserved messages, a chunk at a time."""
    ready = rows.select(pl.lit(send_no).alias("send_no"), pl.lit("reserved").alias("state"), *COLUMNS)
    for start in range(0, len(ready), CHUNK_ROWS):
        chunk = ready.slice(start, CHUNK_ROWS)
        if connection.dialect.name == "postgresql":
            _copy(connection, chunk)
        else:
            texts = chunk.with_columns(pl.col("not_before").dt.strftime(_FORMAT))
            connection.exec_driver_sql(_INSERT, texts.rows())


def open_messages(connection: Connection, send_no: int, rows: Sequence[tuple[int, int]]) -> None:
    """Mark messages as being sent: (attempt_no, seq) each."""
    if connection.dialect.name == "postgresql":
        numbers, places = zip(*rows, strict=True)
        connection.exec_driver_sql(_OPEN_POSTGRESQL, (list(numbers), list(places), send_no))
    else:
        connection.exec_driver_sql(_OPEN_SQLITE, [(number, send_no, seq) for number, seq in rows])


def end_messages(connection: Connection, send_no: int, attempt_no: int, was: str, rows: Sequence[EndRow]) -> int:
    """Write the endings of messages that are still in state ``was`` of this attempt; returns how many were."""
    if connection.dialect.name == "postgresql":
        columns = [list(column) for column in zip(*rows, strict=True)]
        return connection.exec_driver_sql(_END_POSTGRESQL, (*columns, send_no, attempt_no, was)).rowcount
    values = [(*(_text(value) for value in row), send_no, attempt_no, was) for row in rows]
    return connection.exec_driver_sql(_END_SQLITE, values, execution_options={"preserve_rowcount": True}).rowcount


def _text(value: Any) -> Any:
    return f"{value.astimezone(dt.UTC):%Y-%m-%d %H:%M:%S.%f}" if isinstance(value, dt.datetime) else value


def _copy(connection: Connection, rows: pl.DataFrame) -> None:
    """PostgreSQL's bulk load; not_before is UTC, as the connection's zone is."""
    buffer = io.BytesIO()
    rows.write_csv(
        buffer, include_header=False, quote_style="non_numeric", null_value=_NULL, datetime_format=_FORMAT
    )  # fmt: skip
    driver: Any = connection.connection.driver_connection
    with driver.cursor() as cursor, cursor.copy(_COPY) as copy:
        copy.write(buffer.getvalue())
