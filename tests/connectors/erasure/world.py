"""The home of the erasure tests: how it is filled, and everything in it read back.

Belongs here: building and reading. Does not belong here: checks, fixtures.
"""

import datetime as dt
import json
import sqlite3
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from connectors.erasure.person import hash63
from connectors.home.member_key import member_key, read_secret
from connectors.home.paths import Home, make_home
from connectors.published.tables import PublishedTables
from connectors.sources.canonical import EVENT_COLUMNS, QUARANTINE_COLUMNS
from connectors.store.store import Store
from connectors.warehouse.ledger import BuildState, write_build

# (visitor, member or None, day of March, page); None as visitor: an event without a device
EVENTS = [
    ("a-phone", None, 1, "a-before-login"),
    ("a-phone", "A", 1, "a-logged-in"),
    ("b-phone", "B", 1, "b-logged-in"),
    ("passer-by", None, 1, "passer-by"),
    ("family-pc", "A", 2, "a-at-family-pc"),
    ("family-pc", "B", 2, "b-at-family-pc"),
    ("family-pc", None, 2, "somebody-at-family-pc"),
    ("a-phone", None, 3, "a-after-logout"),
    (None, "A", 3, "a-by-telephone"),
    ("b-phone", None, 4, "b-after-logout"),
]
KEPT = {"b-logged-in", "passer-by", "b-at-family-pc", "somebody-at-family-pc", "b-after-logout"}
_ARROW = {
    "VARCHAR": pa.string(),
    "BIGINT": pa.int64(),
    "TIMESTAMP": pa.timestamp("us"),
    "DECIMAL(18,4)": pa.decimal128(18, 4),
}


def now() -> dt.datetime:
    return dt.datetime(2026, 3, 10, tzinfo=dt.UTC)


def open_store(home: Home) -> Store:
    return Store.open(f"sqlite:///{home.root / 'ops.db'}", secret=read_secret(home), now=now)


def keys(home: Home) -> dict[str, str]:
    return {name: member_key(name, read_secret(home)) for name in ("A", "B")}


def build(root: Path) -> Home:
    home = make_home(root)
    with open_store(home) as store:
        store.upsert_members(pa.table({"member_id": ["A", "B"], "phone": ["010-1111-2222", "010-3333-4444"]}))
    _fill_landing(home)
    _fill_lake(home)
    _fill_warehouse(home)
    _fill_published(home)
    (home.scratch / "duckdb").mkdir(parents=True)
    (home.scratch / "duckdb" / "spill.tmp").write_bytes(keys(home)["A"].encode())
    (home.scratch / "half-written.parquet").write_bytes(keys(home)["A"].encode())
    return home


def event_rows(home: Home) -> list[dict]:
    known = keys(home)
    rows = []
    for visitor, member, day, page in EVENTS:
        row: dict = dict.fromkeys(column.name for column in EVENT_COLUMNS)
        moment = dt.datetime(2026, 3, day, 12)
        device = visitor or known[str(member)]
        row |= {"event_id": page, "event_hash": hash63(page), "event_name": "page_view", "url": page}
        row |= {"event_at": moment, "received_at": moment, "visitor_id": device, "visitor_hash": hash63(device)}
        rows.append(row | {"member_key": known.get(str(member))})
    return rows


def _arrow(columns: tuple, rows: list[dict]) -> pa.Table:
    schema = pa.schema([(column.name, _ARROW[column.type]) for column in columns], metadata={"dangol": "batch 7"})
    return pa.Table.from_pylist(rows, schema=schema)


def _fill_landing(home: Home) -> None:
    rows = event_rows(home)
    for number, day in enumerate(sorted({row["event_at"].date() for row in rows})):
        path = home.landing / "events" / f"received_day={day}" / f"{number:010d}-batch.parquet"
        path.parent.mkdir(parents=True)
        pq.write_table(_arrow(EVENT_COLUMNS, [row for row in rows if row["event_at"].date() == day]), path)
    products = home.landing / "products" / "received_day=2026-03-01" / "0000000009-batch.parquet"
    products.parent.mkdir(parents=True)
    pq.write_table(pa.table({"product_id": ["p1"]}), products)
    known = keys(home)
    raws = [
        json.dumps({"visitor_id": "b-phone", "when": "x"}),
        json.dumps({"visitor_id": "a-phone", "when": "x"}),
        json.dumps({"member_key": known["A"]}),
        json.dumps({"page": "a-phone-case"}),
        f"no json;{known['A']};a-phone",
    ]
    quarantine = home.landing / "quarantine" / "0000000010-batch.parquet"
    quarantine.parent.mkdir(parents=True)
    refused = [dict.fromkeys(c.name for c in QUARANTINE_COLUMNS) | {"raw": raw, "reason": "no time"} for raw in raws]
    pq.write_table(_arrow(QUARANTINE_COLUMNS, refused), quarantine)


def _fill_lake(home: Home) -> None:
    known = keys(home)
    for day, owner in (("2026-03-01", [known["A"], known["B"]]), ("2026-03-02", ["a-phone", "passer-by"])):
        path = home.lake / "taste" / f"day={day}" / "part.parquet"
        path.parent.mkdir(parents=True)
        pq.write_table(pa.table({"customer_key": owner, "vector": [[0.5, 1.5], [2.5, 3.5]]}), path)
    pq.write_table(pa.table({"product_id": ["p1"]}), home.lake / "items.parquet")
    home.truth.mkdir()
    truth = pa.table({"member_id": ["A", "B", None], "taste": ["x", "y", "z"]})
    pq.write_table(truth, home.truth / "customers.parquet")


def _fill_warehouse(home: Home) -> None:
    rows = _arrow(EVENT_COLUMNS, event_rows(home))  # noqa: F841 (read by DuckDB)
    with duckdb.connect(str(home.warehouse)) as connection:
        connection.execute("CREATE SCHEMA staging")
        connection.execute("CREATE SCHEMA marts")
        connection.execute("CREATE TABLE staging.events AS FROM rows")
        connection.execute(
            "CREATE TABLE staging.files AS SELECT 'events/0000000001-batch.parquet' AS path, 1 AS load_seq"
        )
        connection.execute(
            "CREATE TABLE staging.visitors AS SELECT DISTINCT visitor_hash, "
            "try_cast('0x' || left(member_key, 15) AS BIGINT) AS member_hash FROM rows"
        )
        connection.execute(
            "CREATE TABLE marts.customers AS "
            "SELECT coalesce(member_key, visitor_id) AS customer_key, count(*) AS events FROM rows GROUP BY 1"
        )
        connection.execute(
            "CREATE TABLE marts.days AS SELECT event_at::DATE AS day, count(*) AS events FROM rows GROUP BY 1"
        )
        connection.execute("CREATE VIEW marts.seen AS SELECT * FROM warehouse.staging.events")
        write_build(connection, BuildState("fingerprint", 1), now())


def _fill_published(home: Home) -> None:
    tables = PublishedTables(home, single_file_rows=3, now=now)
    with duckdb.connect(str(home.warehouse), read_only=True) as connection:
        connection.execute(
            "CREATE TEMP VIEW published_events AS SELECT event_id, visitor_id, event_at::DATE AS event_day, "
            "coalesce(member_key, visitor_id) AS customer_key FROM staging.events ORDER BY ALL"
        )
        for load in (1, 2):
            tables.publish_full("customers", connection, "SELECT * FROM marts.customers", load_seq=load)
            tables.publish_full("days", connection, "SELECT * FROM marts.days", load_seq=load)
            tables.publish_days(
                "events", connection, "published_events", "event_day", [dt.date(2026, 3, 4)], load_seq=load
            )


def contents(home: Home) -> dict[str, list[str]]:
    """Every row of every place, as text, sorted; published tables as readers see them."""
    found: dict[str, list[str]] = {}
    for area in (home.landing, home.lake, home.truth):
        for path in sorted(area.rglob("*.parquet")):
            found[str(path.relative_to(home.root))] = _rows(path)
    for version in sorted(home.published.glob("versions/*/*")):
        table = found.setdefault(f"published/{version.parent.name}", [])
        table.extend(row for path in sorted(version.rglob("*.parquet")) for row in _rows(path))
        table.sort()
    with duckdb.connect(str(home.warehouse), read_only=True) as connection:
        for schema, name in connection.execute(
            "SELECT schema_name, table_name FROM duckdb_tables() ORDER BY ALL"
        ).fetchall():
            found[f"warehouse/{schema}.{name}"] = sorted(
                map(str, connection.execute(f"FROM {schema}.{name}").fetchall())
            )
    with sqlite3.connect(home.root / "ops.db") as ops:
        found["store"] = sorted(row[0] for row in ops.execute("SELECT member_id FROM members"))
    found["left over"] = sorted(
        str(path.relative_to(home.root)) for path in [*home.scratch.iterdir(), *(home.root / "erasures").glob("*")]
    )
    return found


def _rows(path: Path) -> list[str]:
    return sorted(str(list(row.values())) for row in pq.ParquetFile(path).read().to_pylist())
