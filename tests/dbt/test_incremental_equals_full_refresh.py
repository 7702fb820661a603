"""Any sequence of arrivals ends with exactly the tables that one full refresh gives, and with the sessions of the rule.

Every visitor is an independent experiment: its events are dealt at random to the loads, repeated at random, and its
gaps lie at and around the edge. One run of four loads therefore tests hundreds of random splits at once.
"""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import datetime, timedelta

import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from connectors.erasure.person import hash63
from tests.dbt.warehouse import Warehouse

GAP = timedelta(minutes=30)
MICROSECOND = timedelta(microseconds=1)
SEARCH_VIEWS = 2
TABLES = (
    "marts.fct_events",
    "marts.fct_sessions",
    "marts.fct_daily_site_metrics",
    "marts.dim_customers",
    "marts.fct_carts",
    "marts.fct_product_interest",
    "marts.fct_searches",
    "marts.fct_search_products",
    "marts.fct_product_purchases",
    "marts.fct_customer_products",
    "marts.fct_customer_contexts",
    "marts.fct_customer_days",
    "marts.fct_customer_product_days",
    "marts.fct_orders",
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
NAMES = [
    "page_view", "product_view", "search", "add_to_cart", "remove_from_cart", "purchase", "refund", "login",
    "category_view",
]  # fmt: skip
NAME_ODDS = [0.25, 0.25, 0.1, 0.12, 0.04, 0.12, 0.03, 0.04, 0.05]
PRODUCTS = pl.DataFrame(
    {
        "product_id": ["p0", "p1", "p2"],
        "category_path": ["shoes > boots", "shoes", None],
        "received_at": [datetime(2025, 3, 1)] * 3,
    }
)
Rows = set[tuple[object, ...]]
QUERIES = ["dress", " Dress", "shoes", "", None]
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
            name = NAMES[rng.choice(len(NAMES), p=NAME_ODDS)]
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
                "query": QUERIES[rng.integers(len(QUERIES))] if name == "search" else None,
                "category_id": ["shoes", "shoes > boots", "bags"][rng.integers(3)] if name == "category_view" else None,
                "price": float(rng.integers(1, 50)) * 100.25 if goods else None,
                "quantity": int(rng.integers(1, 4)) if goods else None,
                "order_id": f"o{visitor}-{number // 2}"
                if name in ("purchase", "refund") and rng.random() < 0.8
                else None,
            }
            for delivery in range(int(rng.choice([1, 2, 3], p=[0.8, 0.15, 0.05]))):
                late = timedelta(seconds=float(rng.random() * 3 * 86400)) if delivery else timedelta(seconds=2)
                rows.append(event | {"received_at": at + late, "load": int(rng.integers(4))})
    texts = ("query", "category_id", "product_id", "order_id", "member_key", "referrer")
    schema = dict.fromkeys(texts, pl.String) | {"price": pl.Float64, "quantity": pl.Int64}
    frame = pl.DataFrame(rows, schema_overrides=schema)
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


def first_visits_by_the_rule(sessions: pl.DataFrame) -> pl.DataFrame:
    """Where the earliest visit of each customer came from: the oracle of ``dim_customers``."""
    visits = sessions.filter(~pl.col("is_bot"), ~pl.col("is_off_site"))
    hashed = visits.with_columns(
        tie=pl.col("visitor_id").map_elements(lambda name: hash63(name), return_dtype=pl.Int64)
    )
    first = hashed.sort("started_at", "tie").unique("customer_id", keep="first")
    names = {f"first_{name}": name for name in ("channel", "source", "medium", "campaign")}
    return first.select("customer_id", **names).sort("customer_id")


def searches_by_the_rule(events: pl.DataFrame) -> tuple[Rows, Rows]:
    """Rows of ``fct_searches`` and ``fct_search_products``, from one event after the other: the oracle."""
    clicks = ["product_view", "add_to_cart", "purchase"]
    counted: dict[tuple[object, str], Counter[object]] = defaultdict(Counter)
    led: dict[tuple[object, str, object], Counter[str]] = defaultdict(Counter)
    people = events.filter(pl.col("event_name").is_in(["search", *clicks]), ~pl.col("is_bot"))
    people = people.sort("event_at", "event_hash")
    for (day, _), rows in people.group_by("event_day", "session_id", maintain_order=True):
        searches: list[tuple[str, set[str]]] = []  # words, and the products led to
        found_by: dict[str, int] = {}
        views = 0
        for name, product, query in rows.select("event_name", "product_id", "query").iter_rows():
            words = (query or "").strip().lower()
            if name == "search" and (not searches or words != searches[-1][0]):
                searches.append((words, set()))
                views = 0
            views += name == "product_view"
            if searches and (name == "add_to_cart" or (name == "product_view" and views <= SEARCH_VIEWS)):
                found_by[product] = len(searches) - 1
            elif name != "purchase":
                continue
            if product in found_by:
                searches[found_by[product]][1].add(product)
                led[day, searches[found_by[product]][0], product][name] += 1
        for words in {words for words, _ in searches}:
            of_words = [products for other, products in searches if other == words]
            counted[day, words].update(searches=len(of_words), sessions=1, vain=of_words.count(set()))
    return (
        {(*key, row["searches"], row["sessions"], row["vain"]) for key, row in counted.items() if key[1]},
        {(*key, *(row[name] for name in clicks)) for key, row in led.items() if key[1]},
    )


@pytest.mark.slow
@pytest.mark.feature("A3")
@pytest.mark.feature("D2")
@pytest.mark.parametrize(
    ("seed", "variables"),
    [
        (1, {}),
        (2, {"new_campaign_breaks_session": True, "recommend_window_days": 30, "recommend_items_window_days": 20}),
        (3, {"time_zone": "America/New_York", "cart_purchase_empties": "all", "session_gap_minutes": 30}),
    ],
)
def test_any_order_of_arrival_gives_the_full_refresh(
    make_warehouse: Callable[..., Warehouse], seed: int, variables: dict[str, object]
) -> None:
    events = random_events(seed, visitors=400)
    variables = variables | {"recommend_search_views": SEARCH_VIEWS}
    whole = make_warehouse("whole", **variables)
    whole.load([whole.land(events.drop("load")), whole.land(PRODUCTS, "products")], checked=True)
    piecewise = make_warehouse("piecewise", **variables)
    for _, part in sorted(events.group_by("load"), key=lambda group: group[0]):
        piecewise.load([piecewise.land(part.drop("load")), piecewise.land(PRODUCTS, "products")])
    for table in TABLES:
        assert_frame_equal(piecewise.table(table), whole.table(table), check_exact=True)
    lines = whole.table("marts.fct_events").filter(pl.col("event_name").is_in(["purchase", "refund"]))
    hashes = whole.table("staging.stg_landing__events").select("event_id", "event_hash")
    searches, products = searches_by_the_rule(whole.table("marts.fct_events").join(hashes, on="event_id"))
    assert set(whole.table("marts.fct_searches").rows()) == searches
    assert set(whole.table("marts.fct_search_products").rows()) == products
    assert products
    categories = set(whole.table("marts.fct_customer_contexts")["last_category_id"])
    assert categories == {"shoes", "shoes > boots", None}
    numbered = whole.table("intermediate.int_customer_orders").filter(pl.col("order_id").str.starts_with("o"))
    assert numbered.join(lines, on=["order_id", "customer_key"], how="anti").is_empty()
    customers = whole.table("marts.dim_customers")
    first = first_visits_by_the_rule(whole.table("marts.fct_sessions"))
    came = customers.select(first.columns).filter(pl.col("first_channel").is_not_null())
    assert_frame_equal(came.sort("customer_id"), first)
    ordered = whole.table("marts.fct_orders").join(customers, on="customer_key", how="semi")  # robots order as well
    counted = ordered.group_by("customer_key").agg(orders=pl.len().cast(pl.Int32)).sort("customer_key")
    buyers = customers.filter(pl.col("orders") > 0).select("customer_key", "orders").sort("customer_key")
    assert_frame_equal(counted, buyers)
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
