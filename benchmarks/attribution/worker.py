"""One measured query, in a process of its own: ``worker NAME HOME``.

Belongs here: the hand-written queries, running the models' compiled SQL as dbt would. Does not belong here: measuring.
"""

import sys
from collections.abc import Callable
from pathlib import Path

import duckdb

from connectors.home.paths import Home

MODELS = {
    "stg_campaigns__deliveries": "staging", "stg_campaigns__sends": "staging", "int_sends": "intermediate",
    "int_touches": "intermediate", "int_credits": "intermediate", "fct_conversions": "marts",
}  # fmt: skip
DAILY = ("int_touches", "int_credits")
_OPEN = """
SET VARIABLE attribution = (SELECT l FROM read_json('{list}', columns = {{decisions: 'varchar[]',
    deliveries: 'varchar[]', sends: 'varchar[]', order_days: 'date[]', send_days: 'date[]'}}) AS l)
"""
# the columns that attribution needs, read and thrown away
_SCAN = """
SELECT max(send_id), max(customer_id), max(sent_at), max(state), max(variant)
FROM read_parquet(getvariable('attribution')['deliveries'], hive_partitioning = false);
SELECT max(order_hash), max(customer_id), max(ordered_us), max(order_day), max(revenue), max(refund_amount)
FROM intermediate.int_customer_orders
"""
# as one would write it by hand: integers, of messages at one moment always the same, one ASOF join, only the last touch
_BY_HAND = """
CREATE TEMP TABLE by_hand AS
WITH messages AS (
    SELECT customer_id, epoch_us(sent_at) AS sent_us, max(send_id) AS send_id
    FROM read_parquet(getvariable('attribution')['deliveries'], hive_partitioning = false)
    WHERE state IN ('accepted', 'delivered') GROUP BY ALL
)
SELECT order_hash, order_day, send_id, ordered_us - sent_us AS lag_us, revenue - refund_amount AS revenue,
       CASE WHEN ordered_us - sent_us <= 90000000000
            THEN timezone('Asia/Seoul', make_timestamptz(sent_us))::DATE = order_day ELSE false END AS same_day
FROM intermediate.int_customer_orders AS orders
ASOF JOIN messages ON orders.customer_id = messages.customer_id AND orders.ordered_us >= messages.sent_us
WHERE ordered_us - sent_us <= 604800000000;
SELECT send_id, count(*) FILTER (lag_us <= 10800000000), sum(revenue) FILTER (lag_us <= 10800000000),
       count(*) FILTER (lag_us <= 21600000000), sum(revenue) FILTER (lag_us <= 21600000000),
       count(*) FILTER (same_day), sum(revenue) FILTER (same_day),
       count(*) FILTER (lag_us <= 259200000000), sum(revenue) FILTER (lag_us <= 259200000000), count(*), sum(revenue)
FROM by_hand GROUP BY ALL
"""
_LAST_TOUCH = """
SELECT send_id, "window", count(*), sum(revenue) FROM marts.fct_conversions WHERE model = 'last_touch' GROUP BY ALL
"""
_ONE_WINDOW = """
SELECT send_id, count(*), sum(revenue) FROM marts.fct_conversions WHERE model = 'last_touch' AND "window" = '3d'
GROUP BY ALL
"""
# five days: a window that nobody has asked for before
_NEW_WINDOW = """
SELECT send_hash, count(*) FROM (
    SELECT send_hash, conversion_hash IS DISTINCT FROM lead(conversion_hash) OVER (
        PARTITION BY day, conversion_hash ORDER BY touched_us, send_hash
    ) AS is_last
    FROM intermediate.int_touches WHERE lag_us <= 432000000000
) WHERE is_last GROUP BY ALL
"""


def compiled(home: Home, model: str) -> str:
    """What dbt made of a model."""
    return (home.dbt / f"target/compiled/dangol/models/attribution/{model}.sql").read_text()


def whole(connection: duckdb.DuckDBPyConnection, home: Home) -> None:
    """All of it, then what reports ask: each send and window by last touch."""
    for model, schema in MODELS.items():
        kind = "TABLE" if schema == "intermediate" else "VIEW"
        connection.execute(f"CREATE OR REPLACE {kind} {schema}.{model} AS {compiled(home, model)}")
    connection.execute(_LAST_TOUCH).fetchall()


def daily(connection: duckdb.DuckDBPyConnection, home: Home) -> None:
    """The days listed made anew, as the strategy ``replace_days`` does."""
    for model in DAILY:
        connection.execute(f"CREATE TEMP TABLE fresh AS {compiled(home, model)}\n; BEGIN")
        days = "SELECT unnest(getvariable('attribution')['order_days'])"
        connection.execute(f"DELETE FROM intermediate.{model} WHERE day IN ({days})")
        connection.execute(f"INSERT INTO intermediate.{model} BY NAME SELECT * FROM fresh; COMMIT; DROP TABLE fresh")


def _just(sql: str) -> Callable[[duckdb.DuckDBPyConnection, Home], None]:
    def step(connection: duckdb.DuckDBPyConnection, _: Home) -> None:
        connection.execute(sql).fetchall()

    return step


STEPS: dict[str, Callable[[duckdb.DuckDBPyConnection, Home], None]] = {
    "nothing": lambda connection, home: None,
    "scan": _just(_SCAN),
    "by_hand": _just(_BY_HAND),
    "whole": whole,
    "one_window": _just(_ONE_WINDOW),
    "new_window": _just(_NEW_WINDOW),
    "daily": daily,
}


def main(name: str, root: Path) -> None:
    """Run one step as the project would: two threads, 2 GB, spilling into the home."""
    home = Home(root)
    config = {"memory_limit": "1700MB", "temp_directory": str(home.scratch / "queries"), "threads": 2}
    with duckdb.connect(str(home.warehouse), config={**config, "preserve_insertion_order": False}) as connection:
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute(_OPEN.format(list=home.report_file))
        STEPS[name](connection, home)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
