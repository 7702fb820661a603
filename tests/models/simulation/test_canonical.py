"""Every row is a valid canonical row, and means what its columns say."""

import datetime as dt
import json

import polars as pl
import pytest

from connectors.sources.canonical import DEVICES, EVENT_COLUMNS, EVENT_NAMES, PRODUCT_COLUMNS
from models.simulation.events import NAMES
from models.simulation.shop import Simulation

pytestmark = pytest.mark.feature("A1")
WITH_PRODUCT = (
    "product_view",
    "add_to_cart",
    "remove_from_cart",
    "purchase",
    "refund",
    "widget_impression",
    "widget_click",
)


def test_columns_are_the_canonical_ones(received: pl.DataFrame, shop: Simulation) -> None:
    added = {"event_hash", "visitor_hash", "member_key"}
    assert set(received.columns) == {column.name for column in EVENT_COLUMNS} - added | {"member_index"}
    assert shop.products(0).columns == [column.name for column in PRODUCT_COLUMNS]
    assert received.schema["event_at"] == pl.Datetime("us")
    assert received.schema["price"] == pl.Decimal(18, 4)


def test_every_event_name_occurs(events: pl.DataFrame) -> None:
    assert set(NAMES) == set(EVENT_NAMES)
    assert set(events["event_name"]) == set(EVENT_NAMES)
    assert set(events["device"].drop_nulls()) == set(DEVICES)


def test_columns_that_must_be_there_are_there(events: pl.DataFrame) -> None:
    for column in ("event_id", "event_at", "received_at", "visitor_id", "user_agent", "source"):
        assert events[column].null_count() == 0
    needs = {
        "product_id": WITH_PRODUCT,
        "price": ("product_view", "add_to_cart", "purchase", "refund"),
        "quantity": ("add_to_cart", "remove_from_cart", "purchase", "refund"),
        "order_id": ("purchase", "refund"),
        "query": ("search",),
        "category_id": ("category_view",),
        "properties": ("banner_impression", "banner_click", "widget_impression", "widget_click", "message_click"),
    }
    for column, names in needs.items():
        has = pl.col(column).is_not_null()
        assert events.filter(pl.col("event_name").is_in(names) & ~has).is_empty(), column
    only = {"order_id": ("purchase", "refund"), "query": ("search",), "category_id": ("category_view",)}
    for column, names in only.items():
        assert events.filter(~pl.col("event_name").is_in(names) & pl.col(column).is_not_null()).is_empty(), column
    for column in ("url", "session_hint"):
        assert events.filter(pl.col(column).is_null())["event_name"].unique().to_list() == ["refund"]


def test_money_is_positive_and_in_won(events: pl.DataFrame, shop: Simulation) -> None:
    assert (events["price"].drop_nulls() > 0).all()
    assert (events["quantity"].drop_nulls() > 0).all()
    assert (events.filter(pl.col("price").is_not_null())["currency"] == "KRW").all()
    products = shop.products(0)
    assert products.filter((pl.col("sale_price") > pl.col("price")) | (pl.col("sale_price") <= 0)).is_empty()
    assert products.filter(pl.col("price").cast(pl.Int64) % 100 != 0).is_empty()


def test_products_are_known_before_they_are_seen(events: pl.DataFrame, shop: Simulation) -> None:
    batches = pl.concat([shop.products(day) for day in range(shop.scenario.days)])
    assert batches["product_id"].n_unique() > shop.products(0).height  # some appear during the period
    known = batches.group_by("product_id").agg(pl.col("received_at").min().alias("known_at"))
    seen = events.filter(pl.col("product_id").is_not_null()).join(known, on="product_id", how="left")
    assert seen["known_at"].null_count() == 0
    # A product of the day may be looked at in the first minute of the day, before the catalogue arrived.
    assert seen.filter(pl.col("event_at") < pl.col("known_at") - pl.duration(minutes=1)).is_empty()
    assert set(batches["status"]) == {"active", "sold_out", "hidden"}
    assert all(json.loads(text)["season"] for text in batches["attributes"])
    assert batches["category_path"].str.count_matches(" > ").is_in([1, 2]).all()


def test_orders_add_up(events: pl.DataFrame) -> None:
    lines = events.filter(pl.col("event_name") == "purchase")
    orders = lines.group_by("order_id").agg(pl.col("visitor_id", "event_at").n_unique())
    assert orders.filter((pl.col("visitor_id") != 1) | (pl.col("event_at") != 1)).is_empty()
    bought = lines.group_by("order_id", "product_id").agg(pl.col("quantity").sum(), pl.col("event_at").min())
    back = events.filter(pl.col("event_name") == "refund")
    back = back.group_by("order_id", "product_id").agg(pl.col("quantity").sum(), pl.col("event_at").min())
    joined = back.join(bought, on=["order_id", "product_id"], how="left", suffix="_bought")
    assert joined.height > 0
    assert joined.filter(pl.col("quantity") > pl.col("quantity_bought").fill_null(0)).is_empty()
    assert joined.filter(pl.col("event_at") <= pl.col("event_at_bought")).is_empty()
    same = lines.group_by("order_id", "product_id", "quantity").len().filter(pl.col("len") > 1)
    assert same.height > 0  # identical order lines are planted: they are two events


def test_referrers_of_pages_within_the_site_are_the_page_before(events: pl.DataFrame) -> None:
    pages = events.filter(pl.col("event_name") == "page_view").sort("session_hint", "event_at")
    before = pages.with_columns(
        pl.col("url").shift(1).over("session_hint").alias("before"),
        pl.int_range(pl.len()).over("session_hint").alias("place"),
    )
    inside = before.filter((pl.col("place") > 0) & (pl.col("referrer").str.contains("dangolshop.co.kr")))
    assert inside.height > 1000
    assert inside.filter(pl.col("referrer") != pl.col("before")).is_empty()


def test_members_are_unique_and_complete(shop: Simulation, events: pl.DataFrame) -> None:
    members = shop.members()
    assert members["member_id"].n_unique() == members.height
    for column, missing in (("phone", 0.02), ("email", 0.03)):
        given = members[column].drop_nulls()
        assert 0 < 1 - len(given) / members.height < 2 * missing
        assert 0.98 < given.n_unique() / len(given) <= 1.0
    assert members["phone"].drop_nulls().is_duplicated().any()  # families that share a phone
    whole = members["phone"].drop_nulls().str.contains(r"^010-\d{4}-\d{4}$").mean()
    assert 0.97 < whole < 1, "a few are mistyped"
    assert 0 < members["email"].drop_nulls().str.contains("@@").mean() < 0.03
    for channel in ("sms", "email", "push", "kakao", "night"):
        late = members[f"consent_{channel}_at"] - members["joined_at"]
        assert late.min() == dt.timedelta(0)
        assert 0.7 < (late == dt.timedelta(0)).mean() < 0.9
    birthdays = members["custom"].str.json_path_match("$.birthday").drop_nulls()
    assert 0.6 < len(birthdays) / members.height < 0.8
    assert birthdays.str.contains(r"^\d\d-\d\d$").all()
    assert (members["push_platform"].is_null() == members["push_token"].is_null()).all()
    assert all(isinstance(json.loads(text), dict) for text in members["custom"])
    ids = shop.member_ids()
    seen = {ids[number] for number in events["member_index"].drop_nulls().unique()}
    assert seen <= set(members["member_id"])
    assert seen < set(members["member_id"])  # some members never come to the site
