"""Hand-written DuckDB queries that the project's cost is compared with. Run as a process: ``queries NAME HOME``.

Belongs here: the least that any implementation would have to do. Does not belong here: measuring.
"""

import sys
from pathlib import Path

import duckdb

from connectors.home.paths import Home
from connectors.home.settings import read_settings

# The columns that sessions and metrics need, read from the landing zone and thrown away.
SCAN = """
SELECT max(event_hash), max(event_at), max(received_at), max(visitor_hash), max(event_name), max(member_key), max(url),
       max(referrer), max(user_agent), max(device), max(price * quantity), max(order_id)
FROM read_parquet('{landing}/events/*/*.parquet')
"""

# Sessions as one would write them by hand: integers only, duplicates dropped in the same window, two windows, no text.
SESSIONS = """
CREATE TEMP TABLE sessions AS
WITH events AS (
    SELECT visitor_hash AS v, epoch_us(event_at) AS t, event_hash AS e,
           event_name = 'page_view' AS pv, event_name = 'product_view' AS dv, event_name = 'category_view' AS cv,
           event_name = 'search' AS se, event_name = 'add_to_cart' AS ca, event_name = 'begin_checkout' AS co,
           CASE WHEN event_name = 'purchase' THEN (price * quantity)::DECIMAL(18, 4) END AS amount,
           CASE WHEN event_name = 'refund' THEN (price * quantity)::DECIMAL(18, 4) END AS back,
           CASE WHEN event_name = 'purchase' THEN md5_number_lower(order_id) END AS o
    FROM read_parquet('{landing}/events/*/*.parquet')
), gaps AS (
    SELECT *, coalesce(t - lag(t) OVER w > 1800000000, true) AS opens,
           e IS NOT DISTINCT FROM lag(e) OVER w AS again
    FROM events WINDOW w AS (PARTITION BY v ORDER BY t, e)
), numbered AS (
    SELECT *, sum(opens::INTEGER) OVER (PARTITION BY v ORDER BY t, e ROWS UNBOUNDED PRECEDING) AS n
    FROM gaps WHERE NOT again
)
SELECT v, n, min(t), max(t), count(*), sum(pv::INT), sum(dv::INT), sum(cv::INT), sum(se::INT), sum(ca::INT),
       sum(co::INT), count(DISTINCT o), sum(amount), sum(back), max(e) FILTER (WHERE opens)
FROM numbered GROUP BY v, n
"""

QUERIES = {"scan": SCAN, "sessions": SESSIONS}


def main(name: str, root: Path) -> None:
    """Run one query as the project would: two threads, the shop's memory limit, spilling into the home."""
    home = Home(root)
    limit = read_settings(home.settings_file).memory_limit
    config = {"memory_limit": limit, "temp_directory": str(home.scratch / "queries"), "threads": 2}
    with duckdb.connect(config={**config, "preserve_insertion_order": False}) as connection:
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute(QUERIES[name].format(landing=home.landing)).fetchall()


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
