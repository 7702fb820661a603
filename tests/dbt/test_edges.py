"""What dbt's unit tests can not express: rows that an incremental run has to delete, session variables, several models.

Belongs here: small hand-made arrivals with a known outcome. Does not belong here: the edges of one model (its
``_unit_tests__<model>.yml``), random arrivals (``test_incremental_equals_full_refresh``).
"""

import json
from collections.abc import Callable
from datetime import date, datetime, timedelta

import duckdb
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from tests.dbt.warehouse import Warehouse

MINUTE = timedelta(minutes=1)
MIDNIGHT = datetime(2025, 3, 1, 15)  # in Seoul; the day that begins is 2025-03-02
BEFORE, AFTER = date(2025, 3, 1), date(2025, 3, 2)
NULLABLE = ("member_key", "url", "referrer", "product_id", "query", "price", "quantity", "order_id")
SCHEMA = dict.fromkeys(NULLABLE, pl.String) | {"price": pl.Float64, "quantity": pl.Int64}


def event(event_id: str, visitor: str, at: datetime, name: str = "page_view", **fields: object) -> dict[str, object]:
    row: dict[str, object] = {"event_id": event_id, "visitor_id": visitor, "event_at": at, "event_name": name}
    return row | {"received_at": at + timedelta(seconds=5)} | dict.fromkeys(NULLABLE) | fields


def frame(*events: dict[str, object]) -> pl.DataFrame:
    return pl.DataFrame(list(events), schema_overrides=SCHEMA)


def sessions(warehouse: Warehouse, visitor: str) -> list[tuple[object, ...]]:
    found = warehouse.table("marts.fct_sessions").filter(pl.col("visitor_id") == visitor).sort("started_at")
    return found.select("started_at", "ended_at", "events").rows()


def metric(warehouse: Warehouse, day: date, column: str) -> object:
    metrics = warehouse.table("marts.fct_daily_site_metrics")
    return metrics.filter((pl.col("day") == day) & (pl.col("device") == "all"))[column].item()


@pytest.mark.slow
@pytest.mark.feature("A3")
def test_late_and_repeated_events_leave_nothing_behind_even_when_their_load_was_killed_halfway(
    make_warehouse: Callable[..., Warehouse],
) -> None:
    noon = datetime(2025, 3, 1, 3)
    member = "0" * 31 + "7"
    warehouse = make_warehouse()
    first = frame(
        event("bridged 1", "bridged", noon),
        event("bridged 2", "bridged", noon + 60 * MINUTE),
        event("moved 1", "moved", MIDNIGHT + 10 * MINUTE),
        event("stitched 1", "stitched", noon, "product_view", product_id="p"),
        event("repeated", "repeated", noon, received_at=noon + 9 * MINUTE, url="https://shop.test/late"),
    )
    warehouse.load([warehouse.land(first)])
    assert sessions(warehouse, "bridged") == [(noon, noon, 1), (noon + 60 * MINUTE, noon + 60 * MINUTE, 1)]
    assert metric(warehouse, AFTER, "sessions") == 1

    late = frame(
        event("bridged 3", "bridged", noon + 30 * MINUTE),
        event("moved 2", "moved", MIDNIGHT - 10 * MINUTE),
        event("stitched 2", "stitched", noon + timedelta(days=2), "login", member_key=member),
        event("repeated", "repeated", noon, received_at=noon + MINUTE, url="https://shop.test/early"),
    )
    file = warehouse.land(late)
    warehouse.load([file], "--select", "stg_landing__events int_sessions__counted")
    assert len(sessions(warehouse, "bridged")) == 2
    # the ledger of files is written last, so the next load lists the file of the killed one again
    warehouse.load([file, warehouse.land(frame(event("new", "new", MIDNIGHT + 600 * MINUTE)))])

    assert sessions(warehouse, "bridged") == [(noon, noon + 60 * MINUTE, 3)]
    assert sessions(warehouse, "moved") == [(MIDNIGHT - 10 * MINUTE, MIDNIGHT + 10 * MINUTE, 2)]
    assert sessions(warehouse, "repeated") == [(noon, noon, 1)]
    assert metric(warehouse, BEFORE, "sessions") == 4
    assert metric(warehouse, AFTER, "sessions") == 1
    events = warehouse.table("marts.fct_events")
    assert events.filter(pl.col("event_id") == "repeated")["url"].to_list() == ["https://shop.test/early"]
    stitched = events.filter(pl.col("visitor_id") == "stitched")
    assert stitched["customer_key"].to_list() == [member] * 2
    assert stitched["member_key"].to_list().count(None) == 1
    interest = warehouse.table("marts.fct_product_interest").select("event_day", "customer_key", "product_id", "views")
    assert interest.rows() == [(BEFORE, member, "p", 1)]


@pytest.mark.slow
@pytest.mark.feature("A5")
def test_a_late_campaign_that_cuts_a_session_at_midnight_changes_the_metrics_of_both_days(
    make_warehouse: Callable[..., Warehouse],
) -> None:
    tagged = {source: f"https://shop.test/?utm_source={source}" for source in ("a", "b")}
    warehouse = make_warehouse(new_campaign_breaks_session=True)
    first = frame(
        event("1", "v", MIDNIGHT - 10 * MINUTE, url=tagged["a"]),
        event("3", "v", MIDNIGHT + 10 * MINUTE, url=tagged["a"]),
    )
    warehouse.load([warehouse.land(first)])
    assert (metric(warehouse, BEFORE, "sessions"), metric(warehouse, AFTER, "sessions")) == (1, 0)
    warehouse.load([warehouse.land(frame(event("2", "v", MIDNIGHT - 5 * MINUTE, url=tagged["b"])))])
    assert [count for *_, count in sessions(warehouse, "v")] == [1, 1, 1]
    assert (metric(warehouse, BEFORE, "sessions"), metric(warehouse, AFTER, "sessions")) == (2, 1)


@pytest.mark.slow
@pytest.mark.feature("A4")
def test_a_late_line_of_an_order_on_the_day_before_leaves_the_peak_hours_a_full_refresh_gives(
    make_warehouse: Callable[..., Warehouse],
) -> None:
    ten, nine = MIDNIGHT + 10 * 60 * MINUTE, MIDNIGHT - 15 * 60 * MINUTE
    first = frame(event("line 2", "v", ten, "purchase", order_id="o1"))
    late = frame(event("line 1", "v", nine, "purchase", order_id="o1"))
    piecewise, whole = make_warehouse("piecewise"), make_warehouse("whole")
    for part in (first, late):
        piecewise.load([piecewise.land(part)])
    whole.load([whole.land(pl.concat([first, late]))])
    for warehouse in (piecewise, whole):
        found = [
            (metric(warehouse, day, "orders"), metric(warehouse, day, "peak_order_hour")) for day in (BEFORE, AFTER)
        ]
        assert found == [(1, 9), (1, 10)]
    table = "marts.fct_daily_site_metrics"
    assert_frame_equal(piecewise.table(table), whole.table(table), check_exact=True)


def rows_scanned(connection: duckdb.DuckDBPyConnection, sql: str) -> dict[str, int]:
    """Rows that leave the scans of each stored table; of a table scanned twice the smaller number."""
    plan = connection.execute(f"explain (analyze, format json) {sql}").fetchall()[0][1]
    waiting, found = list(json.loads(plan)["operator"]), dict[str, int]()
    while waiting:
        node = waiting.pop()
        waiting += node.get("children", [])
        if table := node["extra_info"].get("Table"):
            name = table.split(".")[-1]
            found[name] = min(found.get(name, node["intermediate_rows"]), node["intermediate_rows"])
    return found


@pytest.mark.slow
@pytest.mark.feature("C1")
def test_a_day_of_events_or_interest_is_read_without_reading_the_other_days(
    make_warehouse: Callable[..., Warehouse],
) -> None:
    warehouse = make_warehouse()
    views = [
        event(f"{day} {visitor}", f"v{visitor}", MIDNIGHT + timedelta(days=day), "product_view", product_id="p")
        for day in range(20)
        for visitor in range(30)
    ]
    warehouse.load([warehouse.land(frame(*views))])
    with duckdb.connect(str(warehouse.root / "warehouse.duckdb"), read_only=True) as connection:
        for table in ("fct_events", "fct_product_interest", "fct_customer_days", "fct_customer_product_days"):
            one_day = f"select * from marts.{table} where event_day = date '{AFTER}'"
            assert connection.execute(f"select count(*) from ({one_day})").fetchall() == [(30,)]
            scanned = rows_scanned(connection, one_day)
            assert (scanned["stg_landing__events"], scanned["int_sessions"]) == (30, 30), table


@pytest.mark.slow
@pytest.mark.feature("D3")
@pytest.mark.feature("D7")
def test_what_came_back_later_is_subtracted_from_its_order_and_contents_are_taken_in(
    make_warehouse: Callable[..., Warehouse],
) -> None:
    goods = {"order_id": "o", "price": 10.0}
    first = frame(
        event("1", "v", MIDNIGHT, "purchase", product_id="kept", quantity=3, **goods),
        event("2", "v", MIDNIGHT, "purchase", product_id="returned", quantity=2, **goods),
    )
    month = timedelta(days=31)
    late = frame(
        event("3", "v", MIDNIGHT + month, "refund", product_id="kept", quantity=1, **goods),
        event("4", "v", MIDNIGHT + month, "refund", product_id="returned", quantity=2, **goods),
    )
    article = pl.DataFrame({"content_id": ["a"], "title": ["How to"], "received_at": [MIDNIGHT]})
    warehouse = make_warehouse()
    warehouse.load([warehouse.land(first)])
    bought = warehouse.table("marts.fct_product_purchases").select("event_day", "product_id", "quantity")
    assert bought.rows() == [(AFTER, "kept", 3), (AFTER, "returned", 2)]
    warehouse.load([warehouse.land(late), warehouse.land(article, "contents")])
    bought = warehouse.table("marts.fct_product_purchases").select("event_day", "product_id", "quantity")
    assert bought.rows() == [(AFTER, "kept", 2)]
    assert warehouse.table("marts.dim_contents").select("content_id", "title").rows() == [("a", "How to")]


@pytest.mark.slow
@pytest.mark.feature("D1")
@pytest.mark.feature("D3")
def test_what_customers_did_lately_is_found_without_reading_the_days_before(
    make_warehouse: Callable[..., Warehouse],
) -> None:
    window, days, visitors = 5, 20, 30
    warehouse = make_warehouse(recommend_window_days=window, recommend_items_window_days=2)
    views = [
        event(f"{day} {visitor}", f"v{visitor}", MIDNIGHT + timedelta(days=day), "product_view", product_id="p")
        for day in range(days)
        for visitor in range(visitors)
    ]
    warehouse.load([warehouse.land(frame(*views))])
    assert set(warehouse.table("marts.fct_customer_products")["views"]) == {2}
    compiled = warehouse.target / "compiled/dangol/models/recommendations"
    with duckdb.connect(str(warehouse.root / "warehouse.duckdb"), read_only=True) as connection:
        first_day = AFTER + timedelta(days=days - window)
        connection.execute(f"set variable first_recommend_day = date '{first_day}'")
        for model in ("fct_customer_products", "fct_customer_contexts"):
            scanned = rows_scanned(connection, (compiled / f"{model}.sql").read_text())
            assert scanned["stg_landing__events"] == window * visitors, model


@pytest.mark.slow
@pytest.mark.feature("D2")
def test_searches_of_a_new_day_are_found_without_reading_the_days_before(
    make_warehouse: Callable[..., Warehouse],
) -> None:
    warehouse = make_warehouse()
    visitors, days = 30, 20
    searches = [
        event(f"{day} {visitor}", f"v{visitor}", MIDNIGHT + timedelta(days=day), "search", query="hat")
        for day in range(days + 1)
        for visitor in range(visitors)
    ]
    warehouse.load([warehouse.land(frame(*searches[: days * visitors]))])
    new = warehouse.land(frame(*searches[days * visitors :]))
    warehouse.load([new], "--exclude", "int_search_products+")
    warehouse.dbt("compile", "--select", "int_search_products")
    compiled = warehouse.target / "compiled/dangol/models/recommendations/int_search_products.sql"
    with duckdb.connect(str(warehouse.root / "warehouse.duckdb"), read_only=True) as connection:
        scanned = rows_scanned(connection, compiled.read_text())
        assert scanned["stg_landing__events"] == visitors
