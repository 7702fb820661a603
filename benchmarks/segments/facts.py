"""A planted shop as published tables: the facts that segments are answered from, written as `dangol run` writes them.

Belongs here: columns and files of the planted shop. Does not belong here: the generator (``planted``).
Run as a process, so that its memory is not counted: ``facts FOLDER CUSTOMERS EVENTS DAYS``. Columns that no condition
reads (texts of URLs and the like) are left out; single ``events`` too, because conditions on days never read them.
"""

import datetime as dt
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np
import polars as pl

from benchmarks.segments.planted import DEVICES, People, plant_days, plant_people
from connectors.home.paths import Home
from connectors.published.tables import PublishedTables

LAST_DAY = dt.date(2025, 10, 31)
PRODUCTS = 100_000
ORDER_BY = {
    "customer_days": ("event_name", "customer_id", "device"),
    "customer_product_days": ("event_name", "product_hash", "customer_id", "device"),
}
_DAY_COLUMNS = {"customer_days": "event_day", "customer_product_days": "event_day", "sessions": "session_day"}
_CHANNELS = ("Direct", "Organic Search", "Paid Search", "Organic Social", "Paid Social", "Kakao Message", "Referral")
_KINDS = ("원피스", "블라우스", "니트", "데님", "스커트", "자켓", "코트", "샌들", "로퍼", "크림", "세럼", "쿠션")
_STUFF = ("린넨", "코튼", "실크", "울", "캐시미어", "레더", "벨벳", "오가닉")


@dataclass(frozen=True)
class PlantedFacts:
    """Where a planted shop lies, and how large it is."""

    root: Path
    customers: int
    events: int
    days: int

    @property
    def published(self) -> PublishedTables:
        return PublishedTables(Home(self.root))

    @property
    def members(self) -> Path:
        """The index of members."""
        return self.root / "member_index" / "members.parquet"

    @property
    def is_complete(self) -> bool:
        return (self.root / "complete").exists()


def shop_in(folder: Path, customers: int, events: int, days: int) -> PlantedFacts:
    """The shop of this size, made or not."""
    return PlantedFacts(folder / f"facts-{customers}-{events}-{days}", customers, events, days)


def make_facts(shop: PlantedFacts) -> None:
    """Write all tables; a shop that is there stays."""
    if shop.is_complete:
        return
    shutil.rmtree(shop.root, ignore_errors=True)
    raw = shop.root / "raw"
    raw.mkdir(parents=True)
    people = plant_people(shop.customers, shop.events, shop.days)
    _write_raw(raw, people, shop.days)
    with duckdb.connect(config={"threads": 2, "memory_limit": "3GB", "temp_directory": str(raw)}) as connection:
        for table in ("customer_days", "customer_product_days", "sessions"):
            columns = "*, (md5_number_lower(product_id) >> 1)::BIGINT AS product_hash" if "product" in table else "*"
            files = f"read_parquet('{raw}/{table}-*.parquet')"
            connection.execute(f"CREATE VIEW {table} AS SELECT {columns} FROM {files}")
            day, order = _DAY_COLUMNS[table], ORDER_BY.get(table, ())
            shop.published.publish_days(table, connection, table, day, [], order_by=order)
        _publish_small(shop, connection, people)
    shutil.rmtree(raw)
    (shop.root / "complete").touch()


def day_of(number: int, days: int) -> dt.date:
    """The day with this number; the last one is always the same."""
    return LAST_DAY - dt.timedelta(days=days - 1 - number)


def _write_raw(raw: Path, people: People, days: int) -> None:
    ids, devices = pl.Series(people.ids), pl.Series(DEVICES)
    random = np.random.default_rng(3)
    for number, day in enumerate(plant_days(people, PRODUCTS, days)):
        known = {"device": devices.gather(day.counts["device"]), "customer_id": ids.gather(day.counts["customer"])}
        date = pl.lit(day_of(number, days))
        counts = day.counts.with_columns(**known, event_day=date)
        columns = ["event_day", "customer_id", "event_name", "device", "events"]
        counts.select(columns).write_parquet(raw / f"customer_days-{number:04}.parquet", compression="lz4")
        known = {"device": devices.gather(day.products["device"]), "customer_id": ids.gather(day.products["customer"])}
        products = day.products.with_columns(**known, event_day=date, product_id=_product_id(pl.col("product")))
        columns = ["event_day", "customer_id", "event_name", "product_id", "device", "events", "quantity", "amount"]
        products.select(columns).write_parquet(raw / f"customer_product_days-{number:04}.parquet", compression="lz4")
        _sessions(day.visits, ids, devices, day_of(number, days), random).write_parquet(
            raw / f"sessions-{number:04}.parquet", compression="lz4"
        )


def _sessions(
    visits: pl.DataFrame, ids: pl.Series, devices: pl.Series, day: dt.date, random: np.random.Generator
) -> pl.DataFrame:
    channels = pl.Series(_CHANNELS).gather(random.integers(0, len(_CHANNELS), len(visits)))
    midnight = dt.datetime.combine(day, dt.time()) - dt.timedelta(hours=9)
    started = pl.lit(midnight) + pl.duration(seconds=pl.col("second"))
    return visits.select(
        customer_id=ids.gather(visits["customer"]),
        started_at=started,
        session_day=pl.lit(day),
        device=devices.gather(visits["device"]),
        channel=channels,
        source=channels.str.to_lowercase(),
        medium=pl.lit("(not set)"),
        campaign=pl.format("campaign {}", pl.col("second") % 40),
        page_views=pl.col("page_views"),
        orders=pl.col("orders"),
        revenue=pl.col("revenue"),
        dwell_seconds=pl.col("dwell_seconds"),
        is_bounce=pl.col("page_views") <= 1,
        is_bot=pl.lit(False),
        is_off_site=pl.lit(False),
    )


def _product_id(number: pl.Expr) -> pl.Expr:
    """Ids that do not tell how popular a product is."""
    return pl.format("P{}", (number * 7919 % PRODUCTS).cast(pl.String).str.zfill(7))


def _publish_small(shop: PlantedFacts, connection: duckdb.DuckDBPyConnection, people: People) -> None:
    """Products, orders, carts, customers, members, and one segment found by a model."""
    number = pl.int_range(PRODUCTS, eager=True)
    kinds, stuff = pl.Series(_KINDS), pl.Series(_STUFF)
    names = pl.DataFrame({"number": number, "kind": kinds.gather(number % 12), "stuff": stuff.gather(number // 12 % 8)})
    connection.register("numbered", names.with_columns(product_id=_product_id(pl.col("number"))).to_arrow())
    known = {"customer_id": people.ids, "is_member": people.is_member}
    connection.register("people", pl.DataFrame(known).with_row_index("number").cast({"number": pl.Int64}).to_arrow())
    connection.execute("SET VARIABLE last_day = DATE '" + LAST_DAY.isoformat() + "'")
    connection.execute(f"CREATE TABLE orders AS {_ORDERS}")
    for table, sql in _SMALL.items():
        shop.published.publish_full(table, connection, sql)
    shop.members.parent.mkdir()
    connection.execute(f"COPY ({_MEMBERS}) TO '{shop.members}' (FORMAT parquet, COMPRESSION zstd)")


_KEY = "CASE WHEN is_member THEN printf('%015x', customer_id) || repeat('0', 17) ELSE 'v-' || customer_id END"
_ORDERS = """
SELECT md5(concat(customer_id, event_day)) AS order_id, customer_id, event_day AS order_day,
  event_day::TIMESTAMP + INTERVAL 3 HOUR AS ordered_at, count(*)::INTEGER AS lines, sum(quantity)::BIGINT AS quantity,
  sum(amount) AS revenue, 0::DOUBLE AS refund_amount, min(device) AS device, 'Direct' AS channel
FROM customer_product_days WHERE event_name = 'purchase' GROUP BY customer_id, event_day
"""
_CUSTOMERS = f"""
WITH bought AS (
  SELECT customer_id, count(*) AS orders, sum(revenue) AS revenue, min(order_day) AS first_order_day,
    max(order_day) AS last_order_day FROM orders GROUP BY customer_id
), seen AS (SELECT customer_id, min(event_day) AS first_day, max(event_day) AS last_day FROM customer_days GROUP BY 1)
SELECT {_KEY} AS customer_key, customer_id, is_member, first_day::TIMESTAMP AS first_seen_at,
  last_day::TIMESTAMP AS last_seen_at, list_extract({list(_CHANNELS)!r}, 1 + (number % 7)::INTEGER) AS first_channel,
  coalesce(orders, 0)::INTEGER AS orders, coalesce(revenue, 0)::DOUBLE AS revenue, first_order_day, last_order_day,
  (getvariable('last_day') - last_order_day)::INTEGER AS recency_days,
  list_extract(['VIP', 'GOLD', 'SILVER', 'BRONZE'], CASE WHEN orders IS NOT NULL THEN 5 - least(orders, 4)::INTEGER END)
    AS rfm_grade,
  CASE WHEN orders > 1 THEN (last_order_day - first_order_day) / (orders - 1) END::DOUBLE AS purchase_cycle_days,
  CASE WHEN orders IS NULL THEN 'prospect' WHEN orders = 1 THEN 'new' ELSE 'returning' END AS lifecycle
FROM people LEFT JOIN bought USING (customer_id) LEFT JOIN seen USING (customer_id)
"""
_CARTS = """
SELECT customer_id, product_id, sum(quantity)::INTEGER AS quantity, avg(amount / quantity) AS price,
  min(event_day)::TIMESTAMP AS first_added_at, max(event_day)::TIMESTAMP AS last_added_at
FROM customer_product_days
WHERE event_name = 'add_to_cart' AND event_day > getvariable('last_day') - 30 GROUP BY customer_id, product_id
"""
_PRODUCTS = """
SELECT product_id, stuff || ' ' || kind || ' ' || number AS name, '패션 > ' || kind AS category_path,
  'brand ' || number % 300 AS brand FROM numbered
"""
_MEMBERS = f"""
SELECT {_KEY} AS member_key, customer_id, number % 10 < 7 AS consent_sms, number % 10 < 6 AS consent_email,
  number % 3 = 0 AS consent_push, number % 2 = 0 AS consent_kakao, number % 20 = 0 AS consent_night,
  number % 4 = 0 AS is_channel_friend, true AS has_phone, number % 5 > 0 AS has_email, number % 3 = 0 AS has_push_token,
  list_extract(['BRONZE', 'SILVER', 'GOLD', 'VIP'], 1 + (number % 4)::INTEGER) AS grade,
  (number * 7919 % 20000)::DOUBLE AS points, getvariable('last_day') - (number % 900)::INTEGER AS joined_day,
  (1 + number % 12)::INTEGER AS birthday_month, (1 + number % 28)::INTEGER AS birthday_day,
  list_extract(['건성', '지성', '복합성'], 1 + (number % 3)::INTEGER) AS custom__skin_type,
  (1950 + number % 60)::DOUBLE AS custom__birth_year
FROM people WHERE is_member
"""
_SEGMENTS = f"""
SELECT 'ai:likely_to_buy' AS segment_id, 'ai' AS kind, {_KEY} AS customer_key, customer_id
FROM people WHERE number % 10 = 3
"""
_SMALL = {
    "orders": "SELECT * FROM orders ORDER BY order_day, customer_id",
    "customers": _CUSTOMERS,
    "carts": _CARTS,
    "products": _PRODUCTS,
    "segment_members": _SEGMENTS,
}


if __name__ == "__main__":
    target, customers, events, days = sys.argv[1:]
    make_facts(shop_in(Path(target), int(customers), int(events), int(days)))
