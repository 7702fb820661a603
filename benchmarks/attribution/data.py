"""Messages and orders to attribute, made in the database: the same ones every time.

Belongs here: the files and tables that attribution reads, as big as asked for. Does not belong here: what is measured.
"""

import datetime as dt
import json
import shutil
from pathlib import Path

import duckdb

from assets.campaigns.tables import DECISION_ROWS, DELIVERY_ROWS, SEND_ROWS
from benchmarks.homes import FIRST_DAY, dangol
from connectors.home.paths import Home

SENDS_A_DAY = 20
REACH = 10  # days before an order day whose messages may lead to it

# what the models read of the first half of the project, empty but for the orders
TABLES = """
CREATE SCHEMA staging; CREATE SCHEMA intermediate; CREATE SCHEMA marts;
CREATE TABLE staging.stg_landing__events (event_hash BIGINT, event_name VARCHAR, ts_us BIGINT, event_day DATE,
    visitor_hash BIGINT, member_hash BIGINT, properties VARCHAR);
CREATE TABLE intermediate.int_session_days (visitor_hash BIGINT, started_us BIGINT, ended_us BIGINT, day DATE,
    member_hash BIGINT);
CREATE TABLE intermediate.int_visitors (visitor_hash BIGINT, member_hash BIGINT);
CREATE TABLE intermediate.int_campaign_visits (day DATE, visitor_hash BIGINT, started_us BIGINT, customer_id BIGINT,
    utm_campaign VARCHAR);
CREATE TABLE intermediate.int_message_clicks (day DATE, send_hash BIGINT, customer_id BIGINT, variant VARCHAR,
    sent_us BIGINT, clicked_us BIGINT, click_hash BIGINT, matched_by VARCHAR);
"""
_ORDERS = """
CREATE TABLE intermediate.int_customer_orders AS
SELECT (md5_number_lower('o' || i) >> 1)::BIGINT AS order_hash, 'o' || i AS order_id,
       (hash(i) % $customers)::BIGINT AS customer_id, ordered_us,
       timezone('Asia/Seoul', make_timestamptz(ordered_us))::DATE AS order_day, 1 AS lines,
       (hash(i, 'amount') % 90000 + 1000)::DECIMAL(18, 4) AS revenue, 0::DECIMAL(18, 4) AS refund_amount
FROM (
    SELECT i, $first + i * ($days * 86400000000 // $orders) + (hash(i, 'us') % 60000000)::BIGINT AS ordered_us
    FROM range($orders) AS t(i)
)
"""
_MESSAGES = """
COPY (
    SELECT DATE '{day}' AS day, 's' || send AS send_id, 'c' || send % 50 AS campaign_id,
           ['sms', 'email', 'push'][send % 3 + 1] AS channel, 'vendor' AS sender, i AS send_order,
           md5(customer::VARCHAR) AS customer_key, customer AS customer_id, ['A', 'B'][i % 2 + 1] AS variant,
           CASE WHEN hash(send, i) % 50 = 0 THEN 'failed' ELSE 'delivered' END AS state, NULL AS vendor_code,
           NULL AS vendor_message_id, 1 AS tries, NULL::TIMESTAMPTZ AS not_before, sent_at, sent_at AS final_at,
           9.0 AS cost
    FROM (
        SELECT send, i, (send * {each} + i) * 7919 % {customers} AS customer,
               make_timestamptz({start} + send % {sends} * 1800000000 + i // 200 * 1000000) AS sent_at
        FROM range({first_send}, {first_send} + {sends}) AS s(send), range({each}) AS t(i)
    )
) TO '{path}' (FORMAT parquet)
"""


def make_home(folder: Path, messages: int, orders: int, days: int) -> Home:
    """A home with a tenth as many customers as messages; made once, then reused."""
    home = Home(folder / f"attribution-{messages}-{orders}-{days}")
    if (home.root / "made").exists():
        return home
    shutil.rmtree(home.root, ignore_errors=True)
    home.root.mkdir(parents=True)
    dangol(home, "init")
    home.warehouse.unlink(missing_ok=True)
    first = int(dt.datetime.combine(FIRST_DAY, dt.time(), dt.UTC).timestamp()) * 1_000_000
    customers = max(messages // 10, 100)
    with duckdb.connect(str(home.warehouse)) as connection:
        connection.execute("SET TimeZone = 'UTC'; SET memory_limit = '2GB'; SET threads = 2")
        connection.execute(TABLES)
        connection.execute(_ORDERS, {"customers": customers, "first": first, "days": days, "orders": orders})
        _write_messages(connection, home, messages, customers, days, first)
    (home.root / "made").touch()
    return home


def _write_messages(
    connection: duckdb.DuckDBPyConnection, home: Home, messages: int, customers: int, days: int, first: int
) -> None:
    each = messages // days // SENDS_A_DAY
    for number in range(days):
        path = deliveries(home, number)
        path.parent.mkdir(parents=True, exist_ok=True)
        connection.execute(_MESSAGES.format(
            day=FIRST_DAY + dt.timedelta(days=number), each=each, customers=customers, sends=SENDS_A_DAY,
            start=first + number * 86_400_000_000, first_send=number * SENDS_A_DAY, path=path,
        ))  # fmt: skip
    schemas = {"decisions": DECISION_ROWS, "deliveries": DELIVERY_ROWS}
    for name, schema in schemas.items():
        schema.to_frame().write_parquet(home.lake / f"{name}.parquet")
    SEND_ROWS.to_frame().write_parquet(home.lake / "no_sends.parquet")
    connection.execute(
        "COPY (SELECT send_id, campaign_id, channel, min(day) AS day FROM read_parquet($files) GROUP BY ALL)"
        f" TO '{home.lake / 'told_sends.parquet'}' (FORMAT parquet)",
        {"files": [str(deliveries(home, number)) for number in range(days)]},
    )
    connection.execute(
        f"COPY (SELECT * FROM read_parquet(['{home.lake / 'no_sends.parquet'}', '{home.lake / 'told_sends.parquet'}'],"
        f" union_by_name = true)) TO '{home.lake / 'sends.parquet'}' (FORMAT parquet)"
    )


def deliveries(home: Home, number: int) -> Path:
    """The file of the messages of a day, counted from the first."""
    return home.lake / f"deliveries/day={FIRST_DAY + dt.timedelta(days=number)}/1.parquet"


def tell(home: Home, first: int, last: int) -> None:
    """Write the list that dbt reads: order days ``first`` to ``last``, counted from the first day, are made anew."""
    listed = [deliveries(home, number) for number in range(max(first - REACH, 0), last + 1)]
    days = [(FIRST_DAY + dt.timedelta(days=number)).isoformat() for number in range(first, last + 1)]
    document = {
        "decisions": [str(home.lake / "decisions.parquet")],
        "deliveries": [str(home.lake / "deliveries.parquet"), *(str(path) for path in listed if path.exists())],
        "sends": [str(home.lake / "sends.parquet")],
        "order_days": days,
        "send_days": days,
    }
    home.report_file.write_text(json.dumps(document))
