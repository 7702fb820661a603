"""Hand-written SQL of the shipped segments, over events and sessions, beside what the compiler makes of them.

Belongs here: one statement a segment, written without a look at the compiler. Does not belong here: homes they run on
(``tests.orchestration.test_segment_templates``, or any home by hand: ``python -m tests.segments_by_hand HOME``).
"""

import datetime as dt
import sqlite3
import sys
from pathlib import Path
from typing import Final

import duckdb
import polars as pl

# Views that the statements share: `d` is today, `e` people's events, `v` their visits, `o` orders, `m` members.
_VIEWS: Final = """
create view e as select * from events where not is_bot;
create view v as select * from sessions where not is_bot and not is_off_site;
create view o as
    select coalesce(order_id, event_id) as oid, min(customer_key) as customer_key, min(event_day) as order_day,
        sum(price * coalesce(quantity, 1)) as amount
    from e where event_name = 'purchase' group by oid;
create view lately as select distinct customer_key from o where order_day between today() - 6 and today();
"""
BY_HAND: Final = {
    "app-users": "select distinct customer_key from v where device = 'app' and session_day > today() - 30",
    "birthday-this-month": "select customer_key from m where birthday[-5:-4] = strftime(today(), '%m')",
    "came-by-campaign": """select distinct customer_key from v
        where medium in ('cpc', 'paid_social') and session_day between today() - 29 and today()""",
    "cart-added-not-bought": """select distinct customer_key from e where event_name = 'add_to_cart'
        and event_day between today() - 7 and today() - 1 and customer_key not in (from lately) and customer_key not in
        (select customer_key from e where event_name = 'add_to_cart' and event_day = today())""",
    "cart-last-7-days": """select customer_key from carts where customer_key not in (from lately) group by customer_key
        having max(local(last_added_at))::date between today() - 7 and today() - 1""",
    "cart-of-high-amount": """select customer_key from carts group by customer_key
        having sum(price * quantity) >= 100000""",
    "category-fans": """select e.customer_key from e join products p using (product_id)
        where event_name = 'product_view' and event_day > today() - 30
        and (p.category_path = '여성의류' or p.category_path like '여성의류 > %') group by 1 having count(*) >= 5""",
    "channel-friends-with-consent": "select customer_key from m where is_channel_friend and consent_kakao",
    "checkout-abandoned": """select distinct customer_key from e where event_name = 'begin_checkout'
        and event_day > today() - 3
        and customer_key not in (select customer_key from o where order_day > today() - 3)""",
    "first-order": "select customer_key from o group by 1 having min(order_day) > today() - 30",
    "first-visit": "select customer_key from v group by 1 having min(session_day) > today() - 7",
    "found-by-search": """select customer_key from v group by 1
        having arg_min(channel, (started_at, session_id)) = 'Organic Search'""",
    "frequent-visitors": "select customer_key from v where session_day > today() - 30 group by 1 having count(*) >= 10",
    "grade-gold-or-vip": "select customer_key from m where grade = 'GOLD' or grade = 'VIP'",
    "high-average-order": """select customer_key from o where order_day > today() - 90 group by 1
        having avg(amount) >= 80000""",
    "lapsed-buyers": "select customer_key from o group by 1 having today() - max(order_day) >= 90",
    "new-members-without-purchase": """select customer_key from m
        where local(joined_at)::date between today() - 29 and today()
        and customer_key not in (select customer_key from o)""",
    "night-owls": """select customer_key from v where session_day > today() - 30
        and (hour(local(started_at)) >= 22 or hour(local(started_at)) < 5) group by 1 having count(*) >= 3""",
    "not-seen-lately": "select customer_key from v group by 1 having today() - max(session_day) between 30 and 90",
    "point-holders": "select customer_key from m where points >= 1000",
    "reachable-never-seen": """select customer_key from m
        where phone_state = 'ok' and consent_sms and customer_key not in (select customer_key from v)""",
    "refunded-lately": "select distinct customer_key from e where event_name = 'refund' and event_day > today() - 30",
    "repeat-buyers": "select customer_key from o where order_day > today() - 90 group by 1 having count(*) >= 2",
    "repurchase-due": """select customer_key from (
            select customer_key, order_day,
                order_day - lag(order_day) over (partition by customer_key order by order_day) as gap
            from (select distinct customer_key, order_day from o)) group by 1
        having (today() - max(order_day)) / median(gap) between 0.65 and 1.5""",
    "rfm-vip": "select customer_key from customers where rfm_grade = 'VIP'",
    "searched-not-bought": """select distinct customer_key from e where event_name = 'search'
        and event_day > today() - 7 and customer_key not in (from lately)""",
    "spent-100000-to-500000": """select customer_key from o group by 1
        having sum(amount) >= 100000 and sum(amount) < 500000""",
    "spent-500000-or-more": "select customer_key from o group by 1 having sum(amount) >= 500000",
    "spent-under-100000": "select customer_key from o group by 1 having sum(amount) < 100000",
    "viewed-not-bought": """select customer_key from e where event_name = 'product_view' and event_day > today() - 7
        and customer_key not in (from lately) group by 1 having count(*) >= 3""",
}  # fmt: skip


def by_hand(
    connection: duckdb.DuckDBPyConnection, members: pl.DataFrame, today: dt.date, zone: str
) -> dict[str, set[str]]:
    """The customers of each shipped segment. ``connection`` has the published tables, and may make views."""
    connection.register("m", members.to_arrow())
    connection.execute(f"create macro today() as date '{today}'")
    connection.execute(f"create macro local(moment) as timezone('{zone}', timezone('UTC', moment))")
    connection.execute(_VIEWS)
    return {name: {row[0] for row in connection.execute(sql).fetchall()} for name, sql in BY_HAND.items()}


def members_of(ops: Path) -> pl.DataFrame:
    """The members of a SQLite store, read without the program's own code."""
    with sqlite3.connect(f"file:{ops}?mode=ro", uri=True) as store:
        rows = store.execute(
            "select member_key as customer_key, is_channel_friend, consent_kakao, consent_sms, grade, points, "
            "phone_state, joined_at, json_extract(custom, '$.birthday') as birthday from members"
        )
        names = [column[0] for column in rows.description]
        schema = {"customer_key": pl.String, "points": pl.Int64, "grade": pl.String, "phone_state": pl.String,
                  "joined_at": pl.String, "birthday": pl.String}  # fmt: skip
        flags = dict.fromkeys(("is_channel_friend", "consent_kakao", "consent_sms"), pl.Int64)
        frame = pl.DataFrame(rows.fetchall(), schema={name: (schema | flags)[name] for name in names}, orient="row")
    joined = pl.col("joined_at").str.slice(0, 26).str.to_datetime(strict=False, time_unit="us")
    return frame.with_columns(joined, *(pl.col(name).cast(pl.Boolean) for name in flags))


def _by_hand_on(root: str) -> None:
    """Compare all shipped segments on a home; used by hand on real data."""
    from connectors.home.paths import open_home
    from connectors.home.settings import read_settings
    from connectors.published.tables import PublishedTables
    from orchestration.cli.segment_view import open_desk

    home = open_home(root)
    published = PublishedTables(home)
    connection = duckdb.connect()
    for name in published.names():
        connection.read_parquet(f"{published.path(name)}/**/*.parquet", hive_partitioning=False).create_view(name)
    from models.segments.templates.shipped import templates

    with open_desk(home.root) as desk, desk.facts() as facts:
        zone = read_settings(home.settings_file).time_zone
        wanted = by_hand(connection, members_of(home.root / "ops.db"), facts.as_of.day, zone)
        for one in templates():
            found = set(facts.members(one)["customer_key"])
            same = "same" if found == wanted[one.id] else f"DIFFERENT: {len(wanted[one.id])} by hand"
            print(f"{one.id:32} {len(found):>8,}  {same}")


if __name__ == "__main__":
    _by_hand_on(sys.argv[1])
