"""Laws of the report tables of campaigns on a random shop: what must add up does, whatever came first.

Belongs here: sums that hold for any data, days made anew against a full refresh. Does not belong here: what a figure is
(``test_reports_by_hand``), edges of one model (its ``_unit_tests__<model>.yml``).

The shop is made in two steps: first what had come in by the twelfth day, then the rest, with every tenth event of the
days before, refunds, and results of messages that had been waiting.
"""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

import duckdb
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from assets.attribution.changes import REACH, Remade, changed_sends, days_to_remake
from models.attribution import windows
from tests.dbt.random_shop import SEOUL, SPLIT, Shop, random_shop
from tests.dbt.warehouse import Warehouse

pytestmark = [
    pytest.mark.xdist_group("report_laws"), pytest.mark.slow, pytest.mark.feature("I1", "I2", "I3", "I4", "I7")
]  # fmt: skip
TABLES = (
    "rpt_sends", "rpt_send_days", "rpt_channel_days", "rpt_campaign_days", "rpt_campaign_hours", "rpt_campaign_orders",
    "rpt_campaign_products", "rpt_channels", "rpt_conservation",
)  # fmt: skip
MONEY = pl.Decimal(18, 4)
UNTESTED = (
    "--exclude-resource-type",
    "test",
)  # dbt's own tests are those of what is made anew; the rest has them elsewhere


@dataclass(frozen=True)
class Made:
    """The warehouse after the second step, what it says then and after the first, and what a full refresh says."""

    shop: Shop
    warehouse: Warehouse
    before: dict[str, pl.DataFrame]
    after: dict[str, pl.DataFrame]
    refreshed: dict[str, pl.DataFrame]

    def __getitem__(self, table: str) -> pl.DataFrame:
        return self.after[f"rpt_{table}"]


def changed_days(warehouse: Warehouse, since: int) -> list[dt.date]:
    with duckdb.connect(str(warehouse.root / "warehouse.duckdb"), read_only=True) as connection:
        sql = "select distinct day from marts.mart_conversion_days where load_seq > ? and day is not null"
        return [row[0] for row in connection.execute(sql, [since]).fetchall()]


def report(warehouse: Warehouse, remade: Remade, sends: pl.DataFrame, deliveries: pl.DataFrame) -> None:
    """Make the days anew from the files that a run would list for them."""
    files = deliveries.filter(pl.col("day").is_in(remade.file_days))
    warehouse.tell(remade.order_days, remade.send_days, sends=sends, deliveries=files)
    warehouse.report()


def said(warehouse: Warehouse, tables: Collection[str] = TABLES) -> dict[str, pl.DataFrame]:
    return {name: warehouse.table(f"reports.{name}") for name in tables}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, target: Path) -> Made:
    shop, warehouse = random_shop(7), Warehouse(tmp_path_factory.mktemp("laws"), target)
    early = ~pl.col("late") & (pl.col("event_at") < dt.datetime(2025, 3, 12))
    warehouse.load([warehouse.land(shop.events.filter(early).drop("late"))], *UNTESTED)
    known = shop.sends.filter(pl.col("day") < SPLIT)
    report(warehouse, days_to_remake(set(known["day"]), changed_days(warehouse, 0), set(known["day"])), known,
           shop.deliveries_before)  # fmt: skip
    before = said(warehouse)
    warehouse.load([warehouse.land(shop.events.filter(~early).drop("late"))], *UNTESTED)
    words = [dict.fromkeys(frame["day"].unique(), "") for frame in (known, shop.sends)]
    waited = shop.deliveries_before.filter(pl.col("state") == "reserved")["day"].unique().item()
    words[1][waited] = "no longer waiting"
    remade = days_to_remake(set(words[1]), changed_days(warehouse, 1), changed_sends(*words))
    report(warehouse, remade, shop.sends, shop.deliveries)
    after = said(warehouse)
    warehouse.tell(remade.order_days, remade.send_days, sends=shop.sends, deliveries=shop.deliveries)
    warehouse.report("--full-refresh", *UNTESTED)
    return Made(shop, warehouse, before, after, said(warehouse))


def summed(frame: pl.DataFrame, *by: str) -> pl.DataFrame:
    """Sums of whatever adds up, exactly; groups without anything are left out, so that absent rows are zeros."""
    numbers = [name for name, kind in frame.schema.items() if kind.is_numeric() and name not in (*by, "lag_seconds")]
    exact = [pl.col(name).cast(MONEY if frame.schema[name].is_float() else pl.Int64).sum() for name in numbers]
    return frame.group_by(by).agg(exact).filter(pl.any_horizontal(pl.col(numbers) != 0)).sort(by)


def same(left: pl.DataFrame, right: pl.DataFrame, by: Collection[str], columns: dict[str, str]) -> None:
    """Both say the same of ``columns`` (name on the left: on the right), summed over the rest, and not nothing."""
    ours = summed(left.select(*by, *(pl.col(name) for name in columns)), *by)
    theirs = summed(right.select(*by, *(pl.col(name).alias(alias) for alias, name in columns.items())), *by)
    assert ours.height > 3
    assert all(ours[name].sum() > 0 for name in columns), "a law about nothing"
    assert_frame_equal(ours, theirs, check_exact=True)


def named(*columns: str) -> dict[str, str]:
    return {name: name for name in columns}


COUNTS = named("messages", "accepted", "opened", "clicked", "ordered", "orders", "revenue", "cost")
RESULT = named("orders", "gross_revenue", "refund_amount", "revenue")


def test_days_made_anew_say_what_a_full_refresh_says(made: Made) -> None:
    for table in TABLES:
        assert made.after[table].height > 10, table
        assert_frame_equal(made.after[table], made.refreshed[table], check_exact=True)
        assert not made.before[table].equals(made.after[table]), table
    assert made.shop.sends["day"].n_unique() > REACH


def test_a_channel_is_the_sum_of_its_campaigns_and_a_campaign_of_its_sends(made: Made) -> None:
    shared = COUNTS | named("delivered", "failed")
    by = ("day", "channel", "window")
    same(made["channel_days"], made["send_days"], by, shared)
    same(made["send_days"], made["sends"], (*by, "campaign_id"), shared)
    for (day, channel), campaigns in made["channel_days"].select("day", "channel", "campaigns").unique().group_by(
        "day", "channel"
    ):  # fmt: skip
        there = made.shop.sends.filter(pl.col("day") == day, pl.col("channel") == channel)
        assert campaigns["campaigns"].to_list() == [there["campaign_id"].n_unique()]


def test_a_period_is_the_sum_of_its_days_and_a_day_of_its_hours(made: Made) -> None:
    by = ("campaign_id", "channel", "variant", "window")
    same(made["campaign_days"], made["sends"], by, COUNTS | named("clicks"))
    same(made["campaign_hours"], made["campaign_days"], ("day", *by), named("messages", "clicks", "orders", "revenue"))
    became = {"sent_clicked": "clicked", "sent_ordered": "ordered", "sent_revenue": "revenue"}
    same(made["campaign_hours"], made["sends"], by, became)


def test_every_order_is_attributed_once_or_not_at_all(made: Made) -> None:
    found = made["conservation"]
    orders = made.warehouse.table("marts.fct_orders").with_columns(net=pl.col("revenue") - pl.col("refund_amount"))
    lines = made.warehouse.table("marts.fct_events").filter(pl.col("event_name") == "purchase")
    assert set(found.group_by("window").agg(pl.col("orders").sum())["orders"]) == {lines["order_id"].n_unique()}
    all_orders = orders.group_by("order_day").agg(pl.len().cast(pl.Int64), pl.col("net").cast(MONEY).sum())
    told = dict(zip(all_orders["order_day"], all_orders.select("len", "net").rows(), strict=True))
    assert {(day, window) for day, window in found.select("day", "window").rows()} == {
        (day, window) for day in told for window in windows.WINDOWS
    }
    for row in found.with_columns(pl.col("^.*revenue$").cast(MONEY)).iter_rows(named=True):
        assert (row["orders"], row["revenue"]) == told[row["day"]]
        assert row["attributed_orders"] + row["unattributed_orders"] == row["orders"]
        assert row["attributed_revenue"] + row["unattributed_revenue"] == row["revenue"]
        assert row["claimed_orders"] >= row["attributed_orders"]
    by = ("window",)
    attributed = {"attributed_orders": "orders", "attributed_revenue": "revenue"}
    same(found, made["sends"], by, attributed)
    conversions = made.warehouse.table("marts.fct_conversions").with_columns(pl.col("credit").cast(pl.Int64))
    last = conversions.filter(pl.col("model") == "last_touch")
    same(found, last, ("day", "window"), {"attributed_orders": "credit", "attributed_revenue": "revenue"})
    shared = conversions.filter(pl.col("model") == "linear").unique(["order_id", "campaign_id", "window"])
    claims = shared.group_by("window").len().sort("window")
    assert summed(found, "window").sort("window")["claimed_orders"].to_list() == claims["len"].to_list()


def test_orders_and_their_products_add_up_to_what_a_send_brought(made: Made) -> None:
    by = ("send_id", "window")
    listed = made["campaign_orders"].with_columns(orders=pl.lit(1))
    same(listed, made["sends"], by, RESULT)
    amounts = named("gross_revenue", "refund_amount", "revenue")
    same(made["campaign_products"], made["sends"], by, amounts)
    same(made["campaign_products"], listed, by, named("quantity"))
    assert made["campaign_products"]["product_id"].null_count() > 0


def test_what_people_did_is_what_the_windows_of_python_find(made: Made) -> None:
    events = made.shop.events.filter(pl.col("event_name").is_in(["message_open", "message_click"])).select(
        "event_name", "event_at",
        pl.col("properties").str.json_path_match("$.send_id").alias("send_id"),
        customer_id=pl.col("member_key").str.slice(0, 15).str.to_integer(base=16),
    )  # fmt: skip
    messages = made.shop.deliveries.with_columns(pl.col("sent_at").dt.replace_time_zone(None))
    after = messages.join(events, on=["send_id", "customer_id"]).with_columns(
        lag=windows.lag_us(pl.col("sent_at"), pl.col("event_at"))
    )
    inside = after.with_columns(windows.all_windows(SEOUL, pl.col("sent_at"), pl.col("lag"))).unpivot(
        list(windows.WINDOWS), index=["send_id", "variant", "customer_id", "event_name"], variable_name="window"
    )  # fmt: skip
    people = inside.filter("value").unique().group_by("send_id", "variant", "window")
    found = people.agg(opened=(pl.col("event_name") == "message_open").sum())
    same(made["sends"], found, ("send_id", "variant", "window"), named("opened"))


def test_a_send_collects_by_the_rule_of_python_also_where_it_was_made_long_ago(made: Made) -> None:
    for told, deliveries, until in (
        (made.before, made.shop.deliveries_before, pl.col("late").not_() & (pl.col("event_at") < SPLIT)),
        (made.after, made.shop.deliveries, pl.lit(value=True)),
    ):
        newest = made.shop.events.filter(until)["event_at"].max()
        assert isinstance(newest, dt.datetime)
        last = deliveries.group_by("send_id").agg(
            pl.col("sent_at").max().alias("last"), queued=(pl.col("state") == "reserved").any()
        )
        found = told["rpt_sends"].join(last, on="send_id")
        for window in windows.WINDOWS:
            its = found.filter(pl.col("window") == window)
            ruled = its.select(
                windows.closes_at(window, SEOUL, pl.col("last")).dt.replace_time_zone(None).alias("closes_at"),
                (windows.is_collecting(window, SEOUL, pl.col("last"), newest.replace(tzinfo=dt.UTC)) | pl.col("queued"))
                .alias("is_collecting"),
            )  # fmt: skip
            assert_frame_equal(its.select("closes_at", "is_collecting"), ruled)
    assert made.before["rpt_sends"]["is_collecting"].sum() > made.after["rpt_sends"]["is_collecting"].sum()


def test_all_channels_are_the_sum_of_each_and_default_is_each_sends_own_window(made: Made) -> None:
    found = made["channels"]
    by = ("period", "window")
    counts = COUNTS | named("delivered")
    same(found.filter(pl.col("channel") == "all"), found.filter(pl.col("channel") != "all"), by, counts)
    sends = made["sends"].with_columns(period=pl.lit("90d"))
    quarter = found.filter(pl.col("period") == "90d", pl.col("channel") != "all")
    same(quarter.filter(pl.col("window") != "default"), sends, (*by, "channel"), counts)
    own = sends.filter("is_default_window").with_columns(window=pl.lit("default"), day=None)
    assert_frame_equal(
        summed(quarter.filter(pl.col("window") == "default").select("channel", *counts), "channel"),
        summed(own.select("channel", *counts), "channel"), check_exact=True,
    )  # fmt: skip
