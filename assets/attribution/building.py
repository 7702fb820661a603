"""Before and after the second half of dbt's project: what is to be made anew, from which files, and what is remembered.

Belongs here: noticing what campaigns sent and which days changed since the last making, the list that dbt reads.
Does not belong here: which days a change concerns (``changes``), running dbt (``assets.dbt_running``), the SQL.

Nothing is remembered before dbt is through: who is killed makes the same days anew the next time.
"""

import datetime as dt
import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import duckdb
import polars as pl

from assets.attribution.changes import Remade, changed_sends, days_to_remake
from assets.campaigns import tables
from assets.campaigns.publishing import signatures_by_day
from assets.segments.tables import MEMBER_ROWS, MEMBERS, SEGMENT_ROWS, SEGMENTS
from connectors.home.durable import write_text
from connectors.home.paths import Home
from connectors.home.settings import Settings
from connectors.lake.sends import SendFiles
from connectors.published.tables import PublishedTables
from connectors.warehouse.database import Warehouse
from connectors.warehouse.dbt_vars import dbt_vars
from connectors.warehouse.fingerprint import shaping_fingerprint
from connectors.warehouse.ledger import REFRESHING, read_load_seq, table_exists
from connectors.warehouse.report_state import ReportState, read_report_state, write_report_state

CONVERSION_DAYS: Final = "marts.mart_conversion_days"
SENDS: Final = "reports.rpt_sends"
_SCHEMAS: Final = {
    "decisions": tables.DECISION_ROWS,
    "deliveries": tables.DELIVERY_ROWS,
    "sends": tables.SEND_ROWS,
    "segment_members": MEMBER_ROWS,
    "segments": SEGMENT_ROWS,
}


@dataclass(frozen=True)
class Making:
    """One making of attribution and reports: what it takes in, and whether it starts over."""

    state: ReportState  # as it will be afterwards
    remade: Remade
    full_refresh: bool


def prepare_making(
    home: Home,
    settings: Settings,
    warehouse: Warehouse,
    published: PublishedTables,
    manifest: Mapping[str, Any],
    *,
    asked: bool,
    say: Callable[[str], None],
) -> Making:
    """Find what changed since the last making and write the list that dbt reads."""
    fingerprint = shaping_fingerprint(manifest, dbt_vars(settings), reports=True)
    sends = send_signatures(home, published)
    with warehouse.connect(say=say) as connection:
        before = read_report_state(connection)
        full_refresh = asked or before.fingerprint != fingerprint
        since = ReportState(making=before.making) if full_refresh else before
        changed = _changed(connection, since.load_seq)
        after = ReportState(fingerprint, read_load_seq(connection), before.making + 1, sends)
        if full_refresh:
            write_report_state(connection, replace(since, fingerprint=REFRESHING))
        unsettled = _collecting(connection)
    sent = changed_sends(since.sends, sends) | unsettled
    remade = days_to_remake(set(sends), changed, sent)
    _write_list(home, published, remade)
    say(f"reports: {len(remade.order_days)} days and the sends of {len(remade.send_days)} days are made anew")
    return Making(after, remade, full_refresh)


def finish_making(warehouse: Warehouse, making: Making) -> None:
    """Remember the making, and the days it touched for who publishes them."""
    with warehouse.connect() as connection:
        write_report_state(connection, making.state, making.remade.touched)


def send_signatures(home: Home, published: PublishedTables) -> dict[dt.date, str]:
    """A short word by send day that changes when anything of the day does."""
    files = SendFiles(home)
    parts: dict[str, list[str]] = {}
    for table in (tables.DECISIONS, tables.DELIVERIES):
        for day, word in signatures_by_day(files.paths(table)).items():
            parts.setdefault(day, []).append(word)
    if published.current(tables.SENDS) is not None:
        rows = published.scan(tables.SENDS).collect().sort("day", "send_id")
        for (day,), its in rows.partition_by("day", as_dict=True).items():
            parts.setdefault(day.isoformat(), []).append(repr(its.rows()))
    return {
        dt.date.fromisoformat(day): hashlib.sha256(repr(words).encode()).hexdigest()[:16]
        for day, words in sorted(parts.items())
    }


def _changed(connection: duckdb.DuckDBPyConnection, since: int) -> list[dt.date]:
    """Days whose orders, visits or clicks loads after ``since`` changed."""
    if not table_exists(connection, CONVERSION_DAYS):
        return []
    sql = f"SELECT DISTINCT day FROM {CONVERSION_DAYS} WHERE load_seq > ? AND day IS NOT NULL ORDER BY day"
    return [row[0] for row in connection.execute(sql, [since]).fetchall()]


def _collecting(connection: duckdb.DuckDBPyConnection) -> set[dt.date]:
    """Send days that said their figures can still grow: that ends with time, also when nothing else changes."""
    if not table_exists(connection, SENDS):
        return set()
    return {row[0] for row in connection.execute(f"SELECT DISTINCT day FROM {SENDS} WHERE is_collecting").fetchall()}


def _write_list(home: Home, published: PublishedTables, remade: Remade) -> None:
    """Put the list in place of the one before, by one rename; each list of files begins with an empty one."""
    files = SendFiles(home)
    wanted = frozenset(remade.file_days)
    listed = {
        "decisions": files.paths(tables.DECISIONS, wanted.__contains__),
        "deliveries": files.paths(tables.DELIVERIES, wanted.__contains__),
        "sends": _published(published, tables.SENDS),
        "segment_members": _published(published, MEMBERS),
        "segments": _published(published, SEGMENTS),
    }
    document: dict[str, object] = {
        name: [str(_schema_file(home, name, _SCHEMAS[name])), *map(str, paths)] for name, paths in listed.items()
    }
    document["order_days"] = [day.isoformat() for day in remade.order_days]
    document["send_days"] = [day.isoformat() for day in remade.send_days]
    write_text(home.report_file, json.dumps(document))


def _published(published: PublishedTables, table: str) -> Sequence[Path]:
    return sorted(published.path(table).glob("**/*.parquet")) if published.current(table) is not None else []


def _schema_file(home: Home, name: str, schema: pl.Schema) -> Path:
    """A file without rows that has the columns."""
    path = home.report_file.with_suffix("") / f"{name}.parquet"
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_suffix(".new")
    schema.to_frame().write_parquet(aside)
    aside.rename(path)
    return path
