"""Laws of the reports of the site, on a small shop made at random: whatever happened and in whatever order it was told.

Belongs here: what must hold between these tables, with events and visits, and after any split into loads. Does not
belong here: edges of one model (its ``_unit_tests__*.yml``), reports of campaigns (``test_reports_by_hand``).
"""

import hashlib
from collections import defaultdict
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from connectors.erasure.person import hash63
from tests.dbt.warehouse import Warehouse

pytestmark = [pytest.mark.slow, pytest.mark.feature("I6")]

START = datetime(2025, 3, 1)
CUT = START + timedelta(days=9, hours=15)  # midnight in Seoul: the first load tells most of what came before it
DAY = timedelta(days=1)
TABLES = (
    "rpt_daily", "rpt_daily_referrers", "rpt_daily_hours", "rpt_daily_products", "rpt_daily_campaigns",
    "rpt_recommendations", "rpt_recommendation_models", "rpt_dashboard", "rpt_segments", "rpt_live_visitors",
)  # fmt: skip
COUNTS = (
    "sessions", "page_views", "product_views", "add_to_carts", "orders", "revenue", "refund_amount", "funnel_visits",
    "funnel_product_views", "funnel_carts", "funnel_checkouts", "funnel_orders", "banner_impressions", "banner_clicks",
    "widget_impressions", "widget_clicks", "widget_orders", "widget_revenue", "message_orders", "message_revenue",
)  # fmt: skip
NAMES = (
    "page_view", "product_view", "add_to_cart", "begin_checkout", "purchase", "widget_impression", "widget_click",
    "banner_impression", "banner_click", "refund", "login", "message_open",
)  # fmt: skip
ODDS = (0.17, 0.17, 0.1, 0.04, 0.13, 0.08, 0.14, 0.05, 0.04, 0.03, 0.03, 0.02)
PRODUCTS = {f"p{number}": 10.5 + number for number in range(4)}
AGENTS = ("Mozilla/5.0 (Windows NT 10.0)", "Mozilla/5.0 (iPhone)", "Mozilla/5.0 (compatible; Yeti/1.1)")
URLS = (None, "https://shop.test/?utm_source=kakao&utm_medium=alimtalk", "https://shop.test/?utm_source=naver")
TYPES = dict.fromkeys(("member_key", "order_id", "product_id", "properties", "url"), pl.String)
Order = tuple[str, str]  # widget, order


class Shop(NamedTuple):
    """The same events told in several loads and in one."""

    piecewise: Warehouse
    whole: Warehouse

    def table(self, name: str) -> pl.DataFrame:
        return self.whole.table(name if "." in name else f"reports.{name}")


def member_key(visitor: int) -> str:
    return hashlib.md5(f"member {visitor // 3}".encode()).hexdigest()


def random_events(seed: int, visitors: int) -> pl.DataFrame:
    """Events of visitors, three of whom are one member once they have logged in; ``load``: which of two tells of it."""
    rng = np.random.default_rng(seed)
    rows: list[dict[str, Any]] = []
    for visitor in range(visitors):
        at = START + timedelta(seconds=int(rng.integers(0, 14 * 86400)))
        agent, orders = AGENTS[rng.choice(3, p=[0.5, 0.45, 0.05])], []
        for number in range(int(rng.integers(1, 25))):
            at += timedelta(seconds=float(rng.choice([20, 600, 5400, 50_000, 86_390], p=[0.4, 0.35, 0.1, 0.1, 0.05])))
            at += timedelta(microseconds=int(rng.integers(1, 1_000_000)))
            name = NAMES[rng.choice(len(NAMES), p=ODDS)]
            product = f"p{rng.integers(4)}" if name in NAMES[1:5] + NAMES[6:7] else None
            event = {"event_id": f"{visitor}-{number}", "event_name": name, "event_at": at, "received_at": at}
            event |= {"visitor_id": f"v{visitor}", "user_agent": agent, "product_id": product, "quantity": 1}
            event |= {"member_key": member_key(visitor) if name == "login" and visitor < 30 else None}
            event |= {"properties": f'{{"widget_id": "w{rng.integers(2)}", "banner_id": "b{rng.integers(2)}"}}'}
            event |= {
                "url": URLS[rng.choice(3, p=[0.8, 0.1, 0.1])],
                "load": int(rng.integers(2) if visitor < 3 and at < CUT - 3 * DAY else at >= CUT),
                "order_id": None,
            }
            if name == "purchase":
                orders.append((f"o{visitor}-{number}", product))
                event |= {"order_id": orders[-1][0], "quantity": int(rng.integers(1, 4))}
                second = event | {"event_id": f"{visitor}-{number}b", "product_id": f"p{rng.integers(4)}"}
                rows.extend([second] if rng.random() < 0.4 else [])
            if name == "refund" and orders:
                event |= dict(zip(("order_id", "product_id"), orders[rng.integers(len(orders))], strict=True))
            if name != "refund" or orders:
                rows.append(event)
    prices = pl.col("product_id").replace_strict(PRODUCTS, default=None)
    return pl.DataFrame(rows, schema_overrides=TYPES).with_columns(price=prices)


def clicked_the_day_before() -> pl.DataFrame:
    """A click that the first load tells of, and what it led to on the day after, told by the second; a quiet time."""
    usual = {"visitor_id": "late", "user_agent": AGENTS[0], "product_id": "p1", "price": PRODUCTS["p1"], "quantity": 1}
    click = usual | {"event_id": "c", "event_name": "widget_click", "event_at": START - 9 * DAY, "load": 0}
    order = usual | {
        "event_id": "o",
        "event_name": "purchase",
        "event_at": START - 9 * DAY + timedelta(hours=20),
        "load": 1,
    }
    rows = [click | {"properties": '{"widget_id": "w0"}'}, order | {"order_id": "late"}]
    return pl.DataFrame([row | {"received_at": row["event_at"]} for row in rows])


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory, target: Path) -> Shop:
    events = pl.concat([random_events(7, 200), clicked_the_day_before()], how="diagonal_relaxed")
    ids = [hash63(f"v{visitor}") for visitor in range(0, 200, 2)]
    ids += [int(member_key(visitor)[:15], 16) for visitor in range(0, 30, 6)]
    members = pl.DataFrame({"segment_id": "half", "customer_key": [str(one) for one in ids], "customer_id": ids})
    segments = pl.DataFrame({"segment_id": ["half", "empty"], "name": ["반", "없음"], "kind": "rule"})
    made = Shop(*(Warehouse(tmp_path_factory.mktemp(name), target) for name in ("piecewise", "whole")))
    facts = ["--select", "+fct_orders", *(f"+{table}" for table in TABLES), "--exclude-resource-type", "test"]
    reports = ["--select", *(f"+{table},group:{group}" for table in TABLES for group in ("attribution", "reports"))]
    days = [(START + number * DAY).date() for number in range(-12, 40)]
    for warehouse, loads in ((made.piecewise, 2), (made.whole, 1)):
        warehouse.tell(days, (), segment_members=members, segments=segments)
        for load in range(loads):
            told = events.filter(pl.col("load") % loads == load).drop("load")
            warehouse.load([warehouse.land(told)], *facts)
            warehouse.dbt("run", *reports)
    made.piecewise.dbt("test", "--select", *TABLES, "--exclude-resource-type", "unit_test")
    return made


@pytest.mark.feature("D6")
@pytest.mark.feature("I5")
@pytest.mark.feature("J1")
@pytest.mark.parametrize("table", TABLES)
def test_reports_made_load_by_load_are_those_of_one_load(shop: Shop, table: str) -> None:
    name = f"reports.{table}"
    assert_frame_equal(shop.piecewise.table(name), shop.whole.table(name), check_exact=True)
    assert shop.whole.table(name).height > 3 or table == "rpt_recommendation_models"


@pytest.mark.feature("A4")
def test_the_daily_report_says_what_the_daily_metrics_say(shop: Shop) -> None:
    daily, metrics = shop.table("rpt_daily"), shop.table("marts.fct_daily_site_metrics")
    keys = ["day", "device"]
    assert_frame_equal(daily.select(metrics.columns).sort(keys), metrics.sort(keys), check_exact=True)


@pytest.mark.feature("A4")
def test_pc_and_mobile_together_are_all(shop: Shop) -> None:
    daily = shop.table("rpt_daily")
    parts = daily.filter(pl.col("device") != "all").group_by("day").agg(pl.col(COUNTS).sum()).sort("day")
    every = daily.filter(pl.col("device") == "all").select("day", *COUNTS).sort("day")
    assert_frame_equal(parts, every, check_dtypes=False)
    assert all(every[column].sum() > 0 for column in COUNTS if not column.startswith("message"))


@pytest.mark.feature("A4")
def test_a_visit_is_at_a_step_of_the_funnel_if_it_did_that_or_a_later_step(shop: Shop) -> None:
    visits = shop.table("marts.fct_sessions").filter(~pl.col("is_bot"), ~pl.col("is_off_site"))
    steps, expected, reached = ["product_views", "add_to_carts", "checkouts", "orders"], {}, pl.lit(value=False)
    for step in reversed(steps):
        reached = reached | (pl.col(step) > 0)
        expected[step] = reached.sum()
    counted = visits.group_by("session_day").agg(pl.len().alias("visits"), *(e.alias(s) for s, e in expected.items()))
    funnel = ["visits", "product_views", "carts", "checkouts", "orders"]
    found = shop.table("rpt_daily").filter(pl.col("device") == "all", pl.col("sessions") > 0)
    found = found.select("day", *(f"funnel_{step}" for step in funnel))
    told = counted.select("session_day", "visits", *steps).sort("session_day")
    assert sorted(found.rows()) == told.rows()
    assert all(list(row) == sorted(row, reverse=True) for row in found.drop("day").iter_rows())


def test_hours_products_and_sources_are_parts_of_the_day(shop: Shop) -> None:
    daily = shop.table("rpt_daily").sort("day", "device")
    hours = (
        shop.table("rpt_daily_hours")
        .group_by("day", "device")
        .agg(pl.len(), pl.col("sessions", "orders", "revenue").sum())
    )
    assert set(hours["len"]) == {24}
    columns = ["sessions", "orders", "revenue"]
    assert_frame_equal(hours.sort("day", "device").select(columns), daily.select(columns), check_dtypes=False)
    products = shop.table("rpt_daily_products")  # there are fewer than places
    sold = products.group_by("day", "device").agg(pl.col("revenue", "views").sum()).sort("day", "device")
    some = daily.join(sold, on=["day", "device"], suffix="_sold")
    assert some["revenue"].to_list() == some["revenue_sold"].to_list()
    assert some["product_views"].to_list() == some["views"].to_list()
    sources = (
        shop.table("rpt_daily_referrers").group_by("day", "device").agg(pl.col("share").sum(), pl.col("rank").max())
    )
    assert sources["share"].max() <= 1  # type: ignore[operator]
    assert set(sources["rank"]) <= {1, 2, 3}
    assert not set(shop.table("rpt_daily_referrers")["source"]) & {"(direct)", None}


@pytest.mark.feature("D6")
def test_widgets_and_banners_add_up_to_the_day(shop: Shop) -> None:
    daily = shop.table("rpt_daily").filter(pl.col("device") == "all").group_by("day").first().sort("day")
    for kind, name in (("recommendation", "widget"), ("onsite", "banner")):
        parts = shop.table("rpt_daily_campaigns").filter(pl.col("kind") == kind).group_by("day")
        sums = daily.join(parts.agg(pl.col("impressions", "clicks", "orders").sum()), on="day", how="left").fill_null(0)
        assert sums["impressions"].to_list() == sums[f"{name}_impressions"].to_list()
        assert sums["clicks"].to_list() == sums[f"{name}_clicks"].to_list()
    orders = shop.table("rpt_recommendations")["direct_orders"].sum()
    assert 0 < daily["widget_orders"].sum() <= orders


@pytest.mark.feature("D6")
def test_orders_of_widgets_are_those_that_looking_at_every_click_finds(shop: Shop) -> None:
    events = shop.table("marts.fct_events")
    visits = shop.table("marts.fct_sessions")
    clicks = events.filter(pl.col("event_name") == "widget_click", ~pl.col("is_bot")).with_columns(
        widget=pl.col("properties").str.json_path_match("$.widget_id")
    ).join(visits.select("session_id", "session_day", "ended_at"), on="session_id").sort("event_at")  # fmt: skip
    amount = pl.col("price") * pl.col("quantity") * pl.when(pl.col("event_name") == "purchase").then(1).otherwise(-1)
    lines = events.filter(pl.col("event_name").is_in(["purchase", "refund"])).group_by("order_id", "product_id")
    products: dict[str, dict[str, float]] = defaultdict(dict)
    for order, product, net, is_bought in lines.agg(
        amount.sum().alias("net"), (pl.col("event_name") == "purchase").any().alias("is_bought")
    ).iter_rows():
        if is_bought:
            products[order][product] = net
    buyer = events.filter(pl.col("event_name") == "purchase").group_by("order_id").agg(pl.col("visitor_id").first())
    orders = shop.table("marts.fct_orders").join(buyer, on="order_id").to_dicts()
    direct: dict[Order, tuple[object, float]] = {}
    of_visit: dict[Order, tuple[object, float]] = {}
    clicked: dict[Order, set[str]] = defaultdict(set)
    for click in clicks.iter_rows(named=True):  # by time: the last one stays
        for order in orders:
            key, lag = (click["widget"], order["order_id"]), order["ordered_at"] - click["event_at"]
            its = products[order["order_id"]]
            if (
                order["customer_id"] == click["customer_id"]
                and timedelta() <= lag <= DAY
                and click["product_id"] in its
            ):
                clicked[key].add(click["product_id"])
                direct[key] = click["session_day"], sum(its[product] for product in clicked[key])
            if (
                order["visitor_id"] == click["visitor_id"]
                and click["event_at"] <= order["ordered_at"] <= click["ended_at"]
            ):
                of_visit[key] = click["session_day"], order["revenue"] - order["refund_amount"]
    found = shop.table("rpt_recommendations")
    for name, expected in (("direct", direct), ("session", of_visit)):
        sums: dict[tuple[object, str], list[float]] = defaultdict(lambda: [0, 0.0])
        for (widget, _), (day, revenue) in expected.items():
            sums[day, widget][0] += 1
            sums[day, widget][1] += revenue
        told = found.filter(pl.col(f"{name}_orders") > 0)
        told_sums = {(row[0], row[1]): [row[2], row[3]] for row in
                     told.select("day", "widget", f"{name}_orders", f"{name}_revenue").iter_rows()}  # fmt: skip
        assert told_sums == dict(sums), name
        assert len(sums) > 5, name


@pytest.mark.feature("I5")
def test_the_dashboard_is_the_sum_of_its_days_and_counts_visitors_once(shop: Shop) -> None:
    visits = shop.table("marts.fct_sessions").filter(~pl.col("is_bot"), ~pl.col("is_off_site"))
    orders = shop.table("marts.fct_orders")
    daily = shop.table("rpt_daily").filter(pl.col("device") == "all")
    for row in shop.table("rpt_dashboard").iter_rows(named=True):
        period = (row["first_day"], row["last_day"])
        assert row["sessions"] == daily.filter(pl.col("day").is_between(*period))["sessions"].sum()
        assert row["visitors"] == visits.filter(pl.col("session_day").is_between(*period))["visitor_id"].n_unique()
        placed = orders.filter(pl.col("order_day").is_between(*period))
        assert row["orders"] == placed.height
        assert row["revenue"] == (placed["revenue"] - placed["refund_amount"]).sum()
    week, month = (
        shop.table("rpt_dashboard").row(by_predicate=pl.col("period") == p, named=True) for p in ("7d", "90d")
    )
    assert week["previous_sessions"] > 0
    assert month["previous_sessions"] is None  # the shop is not that old


@pytest.mark.feature("I5")
@pytest.mark.feature("J1")
def test_segments_and_visitors_now_are_found_among_visits_and_orders(shop: Shop) -> None:
    visits = shop.table("marts.fct_sessions").filter(~pl.col("is_bot"), ~pl.col("is_off_site"))
    orders = shop.table("marts.fct_orders")
    members = shop.table("staging.stg_segments__members")
    for row in shop.table("rpt_segments").iter_rows(named=True):
        period, its = (row["first_day"], row["last_day"]), members.filter(pl.col("segment_id") == row["segment_id"])
        came = visits.filter(pl.col("session_day").is_between(*period)).join(its, on="customer_id", how="semi")
        bought = orders.filter(pl.col("order_day").is_between(*period)).join(its, on="customer_id", how="semi")
        told = (row["targets"], row["visitors"], row["conversions"], row["orders"])
        assert told == (its.height, came["customer_id"].n_unique(), bought["customer_id"].n_unique(), bought.height)
        assert row["revenue"] == (bought["revenue"] - bought["refund_amount"]).sum()
    newest = pl.lit(max(shop.table("marts.fct_sessions")["ended_at"]))
    for name, reach in (("24h", DAY), ("7d", 7 * DAY)):
        near = (
            visits.filter(pl.col("ended_at") >= newest - reach)
            .group_by("customer_key")
            .agg(pl.len(), pl.col("page_views").sum())
        )
        found = shop.table("rpt_live_visitors").filter(pl.col("period") == name)
        assert (
            found.select("customer_key", "visits", "page_views").sort("customer_key").rows()
            == near.sort("customer_key").rows()
        )
