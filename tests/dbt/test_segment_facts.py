"""What is published for segments, a file a day, after several loads: just what one load of everything gives.

Belongs here: late lines and refunds of orders, a login that stitches a history, days that were published before.
Does not belong here: any split of many visitors (``test_incremental_equals_full_refresh``).
"""

import json
from collections.abc import Callable
from datetime import datetime, timedelta

import duckdb
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from assets.published import changed_days
from connectors.home.paths import Home
from connectors.published.tables import PublishedTables
from connectors.published.targets import publish_targets
from tests.dbt.warehouse import Warehouse

pytestmark = [pytest.mark.slow, pytest.mark.feature("C3")]

NOON = datetime(2025, 3, 10, 3)
DAY = timedelta(days=1)
MEMBER = "a" * 32
TABLES = {
    "customer_days": ["event_day", "customer_id", "event_name", "device"],
    "customer_product_days": ["event_day", "customer_id", "event_name", "product_id", "device"],
    "orders": ["order_id"],
}
TYPES = dict.fromkeys(("member_key", "order_id", "product_id", "user_agent"), pl.String) | {"quantity": pl.Int64}


def event(number: int, visitor: str, at: datetime, name: str = "product_view", **other: object) -> dict[str, object]:
    usual = {"event_id": str(number), "event_name": name, "event_at": at, "received_at": at, "visitor_id": visitor}
    return usual | {"product_id": "p1", "price": 10.5, "quantity": None, "order_id": None, "member_key": None} | other


LOADS = [
    [
        event(1, "v1", NOON),
        event(2, "v1", NOON, quantity=2),
        event(3, "v1", NOON + DAY, "purchase", order_id="o1", quantity=2),
        event(4, "v2", NOON + DAY, "purchase", order_id="o2", quantity=1),
        event(5, "v2", NOON + 5 * DAY, "add_to_cart"),
        event(6, "robot", NOON, user_agent="Mozilla/5.0 (compatible; Yeti/1.1)"),
    ],
    [
        # who v1 is, and a late line that moves the order of v2 to the day before
        event(7, "v1", NOON + 6 * DAY, "login", product_id=None, price=None, member_key=MEMBER),
        event(8, "v2", NOON, "purchase", order_id="o2", quantity=3),
    ],
    # sent back many days later
    [event(9, "v1", NOON + 9 * DAY, "refund", order_id="o1", quantity=1)],
]


def published(warehouse: Warehouse, since: int | None) -> dict[str, pl.DataFrame]:
    """Publish what loads after ``since`` changed (None: everything), a file a day, and read it."""
    tables = PublishedTables(Home(warehouse.root), single_file_rows=1)
    targets = publish_targets(json.loads((warehouse.target / "manifest.json").read_text()))
    found = {}
    with duckdb.connect(str(warehouse.root / "warehouse.duckdb")) as connection:
        connection.execute("SET TimeZone = 'UTC'")
        for target in (one for one in targets if one.table in TABLES):
            days = [] if since is None else changed_days(connection, since, None, target.changed_days)
            assert target.day_column is not None
            tables.publish_days(
                target.table, connection, target.source, target.day_column, days, order_by=target.order_by
            )
            files = sorted(tables.path(target.table).rglob("*.parquet"))
            found[target.table] = pl.read_parquet(files, hive_partitioning=False).sort(TABLES[target.table])
    return found


def test_days_published_load_by_load_are_those_of_one_load(make_warehouse: Callable[..., Warehouse]) -> None:
    piecewise, whole = make_warehouse("piecewise"), make_warehouse("whole")
    for number, rows in enumerate(LOADS):
        piecewise.load([piecewise.land(pl.DataFrame(rows, schema_overrides=TYPES))])
        found = published(piecewise, number if number else None)
    whole.load([whole.land(pl.DataFrame([row for rows in LOADS for row in rows], schema_overrides=TYPES))])
    expected = published(whole, None)
    for table, keys in TABLES.items():
        assert_frame_equal(found[table], expected[table], check_exact=True)
        assert found[table].select(keys).is_unique().all(), table
    orders = found["orders"].select("order_id", "customer_key", "order_day", "lines", "revenue", "refund_amount")
    first, second = NOON.date(), (NOON + DAY).date()
    assert orders.rows() == [("o1", MEMBER, second, 1, 21.0, 10.5), ("o2", "v2", first, 2, 42.0, 0.0)]
    member = int(MEMBER[:15], 16)
    looked = found["customer_product_days"].filter(pl.col("customer_id") == member, pl.col("event_day") == first)
    assert looked.select("event_name", "product_id", "events", "quantity", "amount").rows() == [
        ("product_view", "p1", 2, 3, 31.5)
    ]
    assert len(set(found["customer_days"]["customer_id"])) == 2
