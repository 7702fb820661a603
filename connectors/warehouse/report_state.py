"""What attribution and reports were last made from, and which days each making touched (schema ``dangol``).

Belongs here: reading and writing that state, in one transaction. Does not belong here: which days a change concerns
(``assets.attribution.changes``), building (``assets.attribution.building``).

``dangol.report_build`` has one row. ``dangol.report_sends`` has a short word for each send day, which changes when
anything that was decided or sent on it does. ``dangol.report_days`` says, by day, which making touched it last: who
publishes a table writes the days again that were touched since.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import duckdb

from connectors.warehouse.ledger import table_exists

_TABLES = """
    CREATE SCHEMA IF NOT EXISTS dangol;
    CREATE TABLE IF NOT EXISTS dangol.report_build (fingerprint VARCHAR, load_seq BIGINT, making BIGINT);
    CREATE TABLE IF NOT EXISTS dangol.report_sends (day DATE, signature VARCHAR);
    CREATE TABLE IF NOT EXISTS dangol.report_days (day DATE, making BIGINT);
"""


@dataclass(frozen=True)
class ReportState:
    """The last making: what shaped it, the load and the sends that it took in, and its number (0: none yet)."""

    fingerprint: str | None = None
    load_seq: int = 0
    making: int = 0
    sends: Mapping[dt.date, str] = field(default_factory=dict)


def read_report_state(connection: duckdb.DuckDBPyConnection) -> ReportState:
    """The state; the default one before the first making."""
    if not table_exists(connection, "dangol.report_build"):
        return ReportState()
    row = connection.execute("SELECT fingerprint, load_seq, making FROM dangol.report_build").fetchone()
    sends = dict(connection.execute("SELECT day, signature FROM dangol.report_sends ORDER BY day").fetchall())
    return ReportState(row[0], row[1], row[2], sends) if row else ReportState()


def write_report_state(
    connection: duckdb.DuckDBPyConnection, state: ReportState, touched: Iterable[dt.date] = ()
) -> None:
    """Replace the state, and remember the days that ``state.making`` touched."""
    connection.execute(_TABLES)
    connection.execute("BEGIN")
    connection.execute("DELETE FROM dangol.report_build")
    connection.execute(
        "INSERT INTO dangol.report_build VALUES (?, ?, ?)", [state.fingerprint, state.load_seq, state.making]
    )
    connection.execute("DELETE FROM dangol.report_sends")
    if state.sends:
        connection.execute(
            "INSERT INTO dangol.report_sends SELECT unnest($days), unnest($signatures)",
            {"days": list(state.sends), "signatures": list(state.sends.values())},
        )
    days = sorted(touched)
    connection.execute("DELETE FROM dangol.report_days WHERE list_contains($days::DATE[], day)", {"days": days})
    connection.execute("INSERT INTO dangol.report_days SELECT unnest($days::DATE[]), $making",
                       {"days": days, "making": state.making})  # fmt: skip
    connection.execute("COMMIT")


def read_touched(connection: duckdb.DuckDBPyConnection, since: int) -> list[dt.date]:
    """Days that makings after ``since`` touched, sorted."""
    if not table_exists(connection, "dangol.report_days"):
        return []
    sql = "SELECT day FROM dangol.report_days WHERE making > ? ORDER BY day"
    return [row[0] for row in connection.execute(sql, [since]).fetchall()]
