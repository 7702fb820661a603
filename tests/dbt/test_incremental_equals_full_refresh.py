"""Any sequence of arrivals ends with exactly the tables that one full refresh gives, and with the sessions of the rule.

Every visitor is an independent experiment: its events are dealt at random to the loads, repeated at random, and its
gaps lie at and around the edge. One run of four loads therefore tests hundreds of random splits at once.
"""

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta

import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from tests.dbt.warehouse import Warehouse

GAP = timedelta(minutes=30)
MICROSECOND = timedelta(microseconds=1)
TABLES = (
    "marts.fct_events",
    "marts.fct_sessions",
    "marts.fct_daily_site_metrics",
    "marts.dim_customers",
    "marts.fct_carts",
    "marts.fct_product_interest",
    "intermediate.int_sessions",
    "intermediate.int_visitors",
    "intermediate.int_members",
    "intermediate.int_orders",
    "intermediate.int_customer_orders",
)
GAPS = [
    timedelta(0), MICROSECOND, timedelta(seconds=40), timedelta(minutes=12), GAP - MICROSECOND, GAP, GAP + MICROSECOND,
    timedelta(hours=5), timedelta(days=1), timedelta(days=9),
]  # fmt: skip
GAP_ODDS = [0.04, 0.04, 0.3, 0.2, 0.08, 0.08, 0.08, 0.1, 0.06, 0.02]
NAMES = ["page_view", "product_view", "search", "add_to_cart", "remove_from_cart", "purchase", "refund", "login"]
REFERRERS = [None, "https://shop.test/a", "https://search.naver.com/x", "https://stdpay.inicis.com/r"]
AGENTS = ["Mozilla/5.0 (Windows NT 10.0)", "Mozilla/5.0 (iPhone)", "Mozilla/5.0 (compatible; Yeti/1.1)"]


def random_events(seed: int, visitors: int) -> pl.DataFrame:
    """Events of `visitors` visitors, each delivered once to three times and dealt to loads 0 to 3."""
    rng = np.random.default_rng(seed)
    rows = []
    for visitor in range(visitors):
        at = datetime(2025, 3, 1) + timedelta(seconds=int(rng.integers(0, 20 * 86400)))
        agent = AGENTS[rng.choice(3, p=[0.5, 0.4, 0.1])]
        member = hashlib.md5(f"member {visitor // 2}".encode()).hexdigest() if rng.random() < 0.5 else None
        for number in range(int(rng.integers(1, 14))):
            at += GAPS[rng.choice(len(GAPS), p=GAP_ODDS)]
            name = NAMES[rng.choice(len(NAMES), p=[0.3, 0.25, 0.1, 0.12, 0.04, 0.12, 0.03, 0.04])]
            goods = name in ("product_view", "add_to_cart", "remove_from_cart", "purchase", "refund")
            campaign = f"?utm_source=kakao&utm_campaign=c{rng.integers(3)}" if rng.random() < 0.15 else ""
            event = {
                "event_id": f"{seed}-{visitor}-{number}",
                "event_name": name,
                "event_at": at,
                "visitor_id": f"v{visitor}",
                "member_key": member if rng.random() < 0.4 else None,
                "url": f"https://shop.test/p{rng.integers(5)}{campaign}",
                "referrer": REFERRERS[rng.choice(4, p=[0.3, 0.5, 0.1, 0.1])],
                # a session is a robot's by its first event, so a late one turns robots into visitors and back
                "user_agent": AGENTS[2] if rng.random() < 0.05 else agent,
                "product_id": f"p{rng.integers(4)}" if goods else None,
                "price": float(rng.integers(1, 50)) * 100.25 if goods else None,
                "quantity": int(rng.integers(1, 4)) if goods else None,
                "order_id": f"o{visitor}-{number // 2}"
                if name in ("purchase", "refund") and rng.random() < 0.8
                else None,
            }
            for delivery in range(int(rng.choice([1, 2, 3], p=[0.8, 0.15, 0.05]))):
                late = timedelta(seconds=float(rng.random() * 3 * 86400)) if delivery else timedelta(seconds=2)
                rows.append(event | {"received_at": at + late, "load": int(rng.integers(4))})
    schema = {"price": pl.Float64, "quantity": pl.Int64, "product_id": pl.String, "order_id": pl.String}
    frame = pl.DataFrame(rows, schema_overrides=schema | {"member_key": pl.String, "referrer": pl.String})
    return frame.sample(fraction=1.0, shuffle=True, seed=seed)


def sessions_by_the_rule(events: pl.DataFrame) -> pl.DataFrame:
    """The plain definition, one visitor after the other: the oracle."""
    found = []
    for (visitor,), rows in events.unique("event_id").group_by("visitor_id"):
        times = sorted(rows["event_at"].to_list())
        start = previous = times[0]
        count = 0
        for at in times:
            if at - previous > GAP:
                found.append((visitor, start, previous, count))
                start, count = at, 0
            previous, count = at, count + 1
        found.append((visitor, start, previous, count))
    return pl.DataFrame(found, schema=["visitor_id", "started_at", "ended_at", "events"], orient="row")


@pytest.mark.slow
@pytest.mark.feature("A3")
@pytest.mark.parametrize(
    ("seed", "variables"),
    [
        (1, {}),
        (2, {"new_campaign_breaks_session": True}),
        (3, {"time_zone": "America/New_York", "cart_purchase_empties": "all", "session_gap_minutes": 30}),
    ],
)
def test_any_order_of_arrival_gives_the_full_refresh(
    make_warehouse: Callable[..., Warehouse], seed: int, variables: dict[str, object]
) -> None:
    events = random_events(seed, visitors=400)
    whole = make_warehouse("whole", **variables)
    whole.load([whole.land(events.drop("load"))])
    piecewise = make_warehouse("piecewise", **variables)
    for _, part in sorted(events.group_by("load"), key=lambda group: group[0]):
        piecewise.load([piecewise.land(part.drop("load"))])
    for table in TABLES:
        assert_frame_equal(piecewise.table(table), whole.table(table), check_exact=True)
    lines = whole.table("marts.fct_events").filter(pl.col("event_name").is_in(["purchase", "refund"]))
    numbered = whole.table("intermediate.int_customer_orders").filter(pl.col("order_id").str.starts_with("o"))
    assert numbered.join(lines, on=["order_id", "customer_key"], how="anti").is_empty()
    if not variables.get("new_campaign_breaks_session"):
        columns = ["visitor_id", "started_at", "ended_at", "events"]
        found = whole.table("marts.fct_sessions").select(columns).sort(columns)
        assert_frame_equal(found, sessions_by_the_rule(events).sort(columns), check_dtypes=False)


@pytest.mark.slow
@pytest.mark.feature("A3")
def test_loading_the_same_files_again_changes_nothing(make_warehouse: Callable[..., Warehouse]) -> None:
    warehouse = make_warehouse()
    file = warehouse.land(random_events(4, visitors=60).drop("load"))
    warehouse.load([file])
    before = {table: warehouse.table(table) for table in TABLES}
    warehouse.load([file])
    for table in TABLES:
        assert_frame_equal(warehouse.table(table), before[table], check_exact=True)
