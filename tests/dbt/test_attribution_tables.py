"""Tables of attribution are what the plain rules say, and the same however data arrived.

Belongs here: a random shop with campaigns, built at once and piece by piece. Does not belong here: edges of one model
(``_unit_tests__*.yml``), the rules (``tests/models/attribution``).
"""

import datetime as dt
from collections.abc import Callable

import duckdb
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from assets.attribution.changes import REACH, changed_sends, days_to_remake
from tests.dbt import attribution_shop as shop
from tests.dbt.warehouse import Warehouse

pytestmark = [pytest.mark.slow, pytest.mark.feature("H3"), pytest.mark.feature("H4")]

EVERY_DAY = [(shop.FIRST + number * shop.DAY).date() for number in range(-3, 45)]
TABLES = (
    "intermediate.int_message_clicks",
    "intermediate.int_touches",
    "intermediate.int_credits",
    "marts.fct_conversions",
    "reports.rpt_paths",
)
REPORTS = ("rpt_send_arms", "rpt_paths")
# as much of the first half as the second reads, and the tests do
NEEDED = ("--select", "+mart_conversion_days", "+fct_events", "+fct_sessions", "+fct_orders")
# so far back as one changed click is looked after; spending before a send may be told late (decision 0013)
VARIABLES = {"attribution_path_days": 8}
UNTESTED = ("--exclude-resource-type", "test")  # dbt's own tests look at what is there in the end
OF_BEFORE = ("before", "before_squares", "orders_products", "revenue_products")


def build_whole(warehouse: Warehouse, seed: int) -> None:
    events, decisions, deliveries = shop.shop(seed, members=60)
    warehouse.load([warehouse.land(events.drop("load"))], *NEEDED)
    told = {"decisions": decisions, "deliveries": deliveries.drop("early_state"), "sends": shop.sends()}
    warehouse.tell(EVERY_DAY, EVERY_DAY, **told)
    warehouse.attribute(*REPORTS, "--full-refresh")


def changed_since(warehouse: Warehouse, load: int) -> set[dt.date]:
    sql = "select distinct day from marts.mart_conversion_days where load_seq > ?"
    with duckdb.connect(str(warehouse.root / "warehouse.duckdb"), read_only=True) as connection:
        return {row[0] for row in connection.execute(sql, [load]).fetchall()}


def build_piecewise(warehouse: Warehouse, seed: int) -> None:
    """Three loads; messages are told when they are sent, in the last load with another state."""
    events, decisions, deliveries = shop.shop(seed, members=60)
    known: dict[dt.date, str] = {}
    for load, until in enumerate((8, 14, 99)):
        warehouse.load([warehouse.land(events.filter(pl.col("load") == load).drop("load"))], *NEEDED)
        at_hand = pl.col("day") < shop.FIRST.date() + dt.timedelta(days=until)
        final = until == 99
        state = pl.col("state") if final else pl.col("early_state")
        messages = deliveries.filter(at_hand).with_columns(state=state).drop("early_state")
        now = {day: str(final) for day in shop.sends().filter(at_hand)["day"]}
        remade = days_to_remake(set(now), changed_since(warehouse, load), changed_sends(known, now))
        listed = pl.col("day").is_in(list(remade.file_days))
        told = {"decisions": decisions.filter(at_hand & listed), "deliveries": messages.filter(listed)}
        for _ in range(2 if load == 1 else 1):  # a run that ended early is run again
            warehouse.tell(remade.order_days, remade.send_days, sends=shop.sends().filter(at_hand), **told)
            warehouse.attribute(*REPORTS, *(() if final else UNTESTED))
        known = now


def test_clicks_touches_and_credits_are_what_the_rules_say(make_warehouse: Callable[..., Warehouse]) -> None:
    for seed, basis in ((1, "click"), (2, "delivery")):
        warehouse = make_warehouse(basis, attribution_basis=basis)
        build_whole(warehouse, seed)
        _, _, deliveries = shop.shop(seed, members=60)
        sessions, events = warehouse.table("marts.fct_sessions"), warehouse.table("marts.fct_events")
        clicks = shop.clicks_by_the_rule(events, sessions, deliveries)
        stored = warehouse.table(
            "(select send_id, customer_id, make_timestamp(clicked_us) as at, matched_by"
            " from intermediate.int_message_clicks inner join intermediate.int_sends using (send_hash))"
        )
        assert set(stored.rows()) == clicks
        assert {by for *_, by in clicks} == {"click_id", "utm"}
        orders = warehouse.table("marts.fct_orders").select("order_id", "customer_id", "ordered_at")
        expected = shop.conversions_by_the_rule(orders, deliveries, clicks, basis)
        found = warehouse.table("marts.fct_conversions").select(expected.columns)
        keys = ["order_id", "send_id", "window", "model"]
        assert_frame_equal(found.sort(keys), expected.sort(keys), check_exact=True)
        whole = expected.group_by("order_id", "window", "model").agg(pl.col("credit").sum())
        assert set(whole["credit"]) == {1.0}
        assert not expected.filter(pl.col("credit") < 0.3).is_empty()  # paths of several messages


@pytest.mark.parametrize("seed", [3])
def test_late_data_gives_the_full_refresh(make_warehouse: Callable[..., Warehouse], seed: int) -> None:
    whole, piecewise = make_warehouse("whole", **VARIABLES), make_warehouse("piecewise", **VARIABLES)
    build_whole(whole, seed)
    build_piecewise(piecewise, seed)
    for table in TABLES:
        expected = whole.table(table)
        assert not expected.is_empty()
        assert_frame_equal(piecewise.table(table), expected, check_exact=True)
    arms = [each.table("reports.rpt_send_arms").drop(OF_BEFORE) for each in (piecewise, whole)]
    assert_frame_equal(*arms, check_exact=True)


def test_a_day_reaches_no_further_than_what_is_made_anew() -> None:
    assert shop.WEEK + 3 * shop.DAY <= REACH * shop.DAY
