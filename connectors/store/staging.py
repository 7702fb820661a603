"""Members on their way in: a temporary table beside the stored ones, so that merging is a few statements a chunk.

Belongs here: the table, and filling it on both engines. Does not belong here: merging (``members``, ``consents``).
The table is the connection's own, in memory on SQLite, and emptied with the transaction.
"""

import io
from typing import Any, Final

import polars as pl
from sqlalchemy import BigInteger, Boolean, Column, Connection, MetaData, String, Table, delete
from sqlalchemy.schema import CreateTable

from connectors.store.schema import CHANNELS, Json, UtcDateTime

staged: Final = Table(
    "staged_members",
    MetaData(),
    Column("member_id", String, primary_key=True),
    Column("member_key", String(32), nullable=False),
    Column("name", String),
    Column("phone", String),
    Column("phone_e164", String),
    Column("phone_state", String(7)),
    Column("email", String),
    Column("email_normal", String),
    Column("email_state", String(7)),
    Column("push_token", String),
    Column("push_platform", String),
    *(Column(f"consent_{channel}", Boolean) for channel in CHANNELS),
    *(Column(f"consent_{channel}_at", UtcDateTime) for channel in CHANNELS),
    Column("consent_source", String),
    Column("is_channel_friend", Boolean),
    Column("grade", String),
    Column("points", BigInteger),
    Column("joined_at", UtcDateTime),
    Column("custom", Json),
    prefixes=["TEMPORARY"],
    postgresql_on_commit="DELETE ROWS",
)
_NULL: Final = r"\N"


def fill(connection: Connection, rows: pl.DataFrame) -> None:
    """Put ``rows`` (any of the table's columns; times as naive UTC; ``custom`` as text) in place of what is there."""
    connection.execute(CreateTable(staged, if_not_exists=True))
    connection.execute(delete(staged))
    columns = ", ".join(rows.columns)
    if connection.dialect.name == "postgresql":
        _copy(connection, rows, columns)
        return
    texts = rows.with_columns(pl.col(pl.Datetime).dt.strftime("%Y-%m-%d %H:%M:%S%.6f"))
    marks = ", ".join("?" * len(rows.columns))
    connection.exec_driver_sql(f"INSERT INTO {staged.name} ({columns}) VALUES ({marks})", texts.rows())  # noqa: S608


def _copy(connection: Connection, rows: pl.DataFrame, columns: str) -> None:
    """PostgreSQL's bulk load: text quoted always, so that what is not quoted is the mark of a null."""
    buffer = io.BytesIO()
    rows.write_csv(
        buffer, include_header=False, quote_style="non_numeric", null_value=_NULL,
        datetime_format="%Y-%m-%d %H:%M:%S%.6f",
    )  # fmt: skip
    driver: Any = connection.connection.driver_connection
    statement = f"COPY {staged.name} ({columns}) FROM STDIN WITH (FORMAT csv, NULL '{_NULL}')"
    with driver.cursor() as cursor, cursor.copy(statement) as copy:
        copy.write(buffer.getvalue())
