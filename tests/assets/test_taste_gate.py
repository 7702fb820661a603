"""Runs that must not be published: garbage, too little data, odd data. The last good segments stay."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from assets.lake_steps import lake_key
from assets.taste import GATE
from assets.taste_history import RUNS, SCHEMAS
from assets.taste_metadata import told_of, verdict_of
from connectors.home.settings import Settings
from connectors.published.query import open_reader, run_query
from models.taste.interest import ROWS
from tests.assets.taste_home import TasteHome, clear_products, clear_views, day, until

pytestmark = pytest.mark.feature("C2")
VIEWS, PRODUCTS = clear_views(), clear_products()


def garbage(number: int) -> pl.DataFrame:
    """Everybody looks at anything."""
    return until(clear_views(straying=1.0, seed=number), number)


def few(number: int, share: float = 0.4) -> pl.DataFrame:
    """Most customers stay away."""
    return until(clear_views([round(share * count) for count in (90, 80, 70, 60, 50, 40)]), number)


def refused(home: TasteHome, number: int, views: pl.DataFrame) -> list[str]:
    """Run a day that is to be refused; the reasons."""
    home.publish(views, PRODUCTS, last_day=day(number))
    before = home.read("taste_segments")
    run = home.run()
    assert run.row["state"] == "kept_previous"
    assert run.named is None
    assert home.read("taste_segments").equals(before)
    return list(run.row["reasons"])


def test_a_garbage_day_is_refused_and_the_segments_stay(home: TasteHome) -> None:
    reasons = refused(home, 31, garbage(31))
    assert reasons
    runs = home.read("taste_runs").sort("day")
    assert runs["state"].to_list() == ["published", "kept_previous"]
    assert runs["reasons"].to_list() == [[], reasons]
    run = home.find()  # nothing has changed: the verdict is told again
    check = verdict_of(run, GATE, lake_key(RUNS))
    assert not check.passed
    assert check.severity.value == "WARN"
    assert check.description == f"not published, what was published before stays: {'; '.join(reasons)}"
    home.publish(until(VIEWS, 32), PRODUCTS)
    after = home.run()
    assert (after.row["state"], after.row["new_segments"]) == ("published", 0)
    assert set(home.read_day("taste_drift", 32)["change"]) == {"kept"}


def test_garbage_is_never_the_new_normal_but_a_sound_change_is(home: TasteHome) -> None:
    for number in (31, 32, 33):
        for _ in range(2):  # a day that is run again must not wear the gate down
            assert "156 customers with a taste after 390" in refused(home, number, few(number))
    refused(home, 34, garbage(33))
    home.publish(few(33), PRODUCTS, last_day=day(35))
    run = home.run()
    assert run.row["state"] == "published"
    assert run.row["reasons"][0].startswith("accepted as the new normal: 3 runs")
    assert set(home.read_day("taste_segments", 35)["segment_id"]) == set(
        home.read_day("taste_segments", 30)["segment_id"]
    )


def test_a_day_refused_in_the_evening_keeps_what_it_published_at_noon(home: TasteHome) -> None:
    noon = home.read("taste_members")
    home.publish(garbage(30), PRODUCTS)
    assert home.run().row["state"] == "kept_previous"
    assert home.read("taste_members").equals(noon)
    home.publish(until(VIEWS, 31), PRODUCTS)
    run = home.run()
    assert (run.row["state"], run.row["new_segments"]) == ("published", 0)
    assert set(home.read_day("taste_segments", 31)["segment_id"]) == set(noon["segment_id"])


def one_visitor() -> pl.DataFrame:
    """Somebody who looked at everything, some of it a million times, beside the shop's customers."""
    shop = until(VIEWS, 31)
    robot = shop.head(120).with_columns(
        customer_key=pl.lit("person-robot"), session_id=pl.lit("visit-robot"), product_id=PRODUCTS["product_id"]
    )
    return pl.concat([shop, robot.with_columns(views=pl.lit(1_000_000, pl.Int64))])


def many_rows() -> pl.DataFrame:
    """Somebody with a thousand visits of a hundred products."""
    shop = until(VIEWS, 31)
    robot = (
        pl.concat([shop.head(100)] * 1000)
        .with_row_index()
        .with_columns(
            customer_key=pl.lit("person-robot"), session_id=pl.format("visit-robot-{}", pl.col("index") // 100)
        )
    )
    return pl.concat([shop, robot.select(shop.columns)])


@pytest.mark.parametrize("views", [one_visitor, many_rows])
def test_one_visitor_changes_nobody_elses_segment(home: TasteHome, views: Callable[[], pl.DataFrame]) -> None:
    before = home.read_day("taste_members", 30).select("customer_key", "segment_id")
    home.publish(views(), PRODUCTS)
    assert home.run().row["state"] == "published"
    now = home.read_day("taste_members", 31).select("customer_key", now="segment_id")
    both = before.join(now, on="customer_key")
    assert both.height > 0.95 * before.height
    assert (both["segment_id"] == both["now"]).mean() > 0.98


def only(customers: int | None = None, products: int | None = None) -> pl.DataFrame:
    rows = until(VIEWS, 31)
    if customers is not None:
        rows = rows.filter(pl.col("customer_key").is_in(rows["customer_key"].unique().sort()[:customers].to_list()))
    if products is not None:
        rows = rows.filter(pl.col("product_id").is_in(PRODUCTS["product_id"][:products].to_list()))
    return rows


def with_names(name: Callable[[str, str], str | None]) -> pl.DataFrame:
    listed = [name(*each.split(" ")) for each in PRODUCTS["name"]]
    return PRODUCTS.with_columns(name=pl.Series(listed, dtype=pl.String), category_path=None, brand=None).cast(
        PRODUCTS.schema
    )


def long_ago(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.with_columns(pl.col("event_day") - dt.timedelta(days=90))


NOTHING = pl.DataFrame(schema=ROWS)
TOO_LITTLE: dict[str, tuple[Callable[[], pl.DataFrame], pl.DataFrame, str]] = {
    "3 customers": (lambda: only(customers=3), PRODUCTS, "3 customers looked at two products or more"),
    "1 product": (lambda: only(products=1), PRODUCTS.head(1), "0 customers looked at two products or more"),
    "all views on one product": (lambda: only(products=1), PRODUCTS, "0 customers looked at two products or more"),
    "few products": (lambda: only(products=10), PRODUCTS, "customers looked at two products or more"),
    "no views in the window": (lambda: long_ago(VIEWS), PRODUCTS, "0 customers"),
    "no views at all": (lambda: NOTHING, PRODUCTS, "0 customers"),
    "no views and no catalogue": (lambda: NOTHING, PRODUCTS.clear(), "0 customers"),
}  # fmt: skip


def assert_nothing_is_published(home: TasteHome, reason: str) -> None:
    run = home.run()
    assert run.row["state"] == "not_enough_data"
    assert reason in run.row["reasons"][0]
    assert any(line.startswith("no new taste segments: ") for line in home.said)
    assert home.published.names() == sorted([*SCHEMAS, "daily_site_metrics", "product_interest", "products"])
    assert home.read("taste_runs").sort("day")["state"].to_list()[-1] == "not_enough_data"
    check = verdict_of(run, GATE, lake_key(RUNS))
    assert check.passed
    assert "not enough data" in str(check.description)
    told_of(run)


@pytest.mark.parametrize("case", list(TOO_LITTLE))
def test_too_little_data_is_said_and_published_as_such(tmp_path: Path, case: str) -> None:
    views, products, reason = TOO_LITTLE[case]
    home = TasteHome(tmp_path / "home")
    home.publish(views(), products, last_day=day(31))
    assert_nothing_is_published(home, reason)
    for table in SCHEMAS:
        assert home.read(table).height == (table == "taste_runs")
    with open_reader(home.published, "500MB") as connection:
        assert run_query(connection, "FROM taste_segments").fetchall() == []


def test_a_shop_that_falls_silent_keeps_its_last_good_segments(home: TasteHome) -> None:
    before = {table: home.read(table) for table in SCHEMAS if table != "taste_runs"}
    home.publish(until(VIEWS, 30), PRODUCTS, last_day=day(90))
    assert_nothing_is_published(home, "0 customers looked at two products or more in the last 30 days")
    assert all(home.read(table).equals(rows) for table, rows in before.items())
    home.publish(until(VIEWS, 30).with_columns(pl.col("event_day") + dt.timedelta(days=62)), PRODUCTS)
    run = home.run()
    assert (run.row["state"], run.row["new_segments"]) == ("published", 0)


ODD_NAMES: dict[str, Callable[[str, str], str | None]] = {
    "emoji": lambda style, kind: "👗👠" if style < "라" else "🎒",
    "Latin letters": lambda style, kind: f"Shirt {len(style)}{len(kind)} XL",
    "empty": lambda style, kind: "",
    "null": lambda style, kind: None,
}


@pytest.mark.parametrize("names", list(ODD_NAMES))
def test_odd_names_of_products_stop_nothing(tmp_path: Path, names: str) -> None:
    home = TasteHome(tmp_path / "home")
    home.publish(until(VIEWS, 30), with_names(ODD_NAMES[names]))
    assert home.run().row["state"] == "published"
    rows = home.read("taste_segments")
    assert rows.height == rows["name"].n_unique() == 6
    assert rows["name"].str.len_chars().is_between(2, 20).all()
    assert rows["description"].str.len_chars().is_between(1, 200).all()
    assert rows["top_product_names"].list.len().to_list() == [8] * 6
    assert rows["top_product_names"].explode().is_not_null().all()
    home.publish(until(VIEWS, 31), with_names(ODD_NAMES[names]))
    run = home.run()
    assert run.named is not None
    assert run.named.fresh == 0, "a name is not given anew every day"


def test_products_outside_the_catalogue_are_shown_by_their_id(tmp_path: Path) -> None:
    home = TasteHome(tmp_path / "home")
    home.publish(until(VIEWS, 30), PRODUCTS.filter(~pl.col("product_id").str.starts_with("P1")))
    assert home.run().row["state"] == "published"
    shown = home.read("taste_segments")["top_product_names"].explode().str.starts_with("P1").sum()
    assert shown == 8


def test_views_without_any_catalogue_still_make_segments(tmp_path: Path) -> None:
    home = TasteHome(tmp_path / "home")
    home.publish(until(VIEWS, 30), PRODUCTS.clear())
    run = home.run()
    assert run.row["state"] == "published"
    assert run.row["groups"] == 6
    assert home.read("taste_segments")["name"].n_unique() == 6


def test_settings_that_ask_for_more_customers_are_heard(tmp_path: Path) -> None:
    settings = Settings.model_validate({"taste": {"min_customers": 1000}})
    home = TasteHome(tmp_path / "home", settings)
    home.publish(until(VIEWS, 30), PRODUCTS)
    assert_nothing_is_published(home, "at least 1,000 are needed")


def bought(customers: int, tastes: int, seed: int = 2) -> tuple[pl.DataFrame, pl.DataFrame]:
    """A home of orders alone, as UCI's is: dates long past, English names, no view, baskets of many products."""
    rng = np.random.default_rng(seed)
    nouns = ("LUNCH BOX", "CAKE STAND", "PHOTO FRAME", "TEA TOWEL", "DOORMAT", "BUNTING", "CLOCK", "JIGSAW")
    styles = ("RED RETROSPOT", "VINTAGE ROSE", "SPACEBOY", "WOODLAND", "REGENCY", "DOLLY GIRL")
    products = pl.DataFrame(
        [
            (f"{taste}{number:04d}", f"{styles[taste]} {nouns[number % 8]} {number // 8}", None, None, None)
            for taste in range(tastes)
            for number in range(40)
        ],
        schema=PRODUCTS.schema,
        orient="row",
    )
    taste = rng.integers(0, tastes, customers)
    lines = [
        (dt.date(2011, 11, 1 + who % 28), f"order-{who}", f"person-{who}", f"{taste[who]}{number:04d}", 0, 0, 1)
        for who in range(customers)
        for number in rng.choice(40, 8, replace=False)
    ]
    return pl.DataFrame(lines, schema=ROWS, orient="row"), products


def test_orders_alone_make_segments(tmp_path: Path) -> None:
    home = TasteHome(tmp_path / "home", Settings.model_validate({"time_zone": "Europe/London", "locale": "en"}))
    home.publish(*bought(300, 6))
    run = home.run()
    assert (run.row["state"], run.row["groups"]) == ("published", 6)
    assert run.row["day"] == dt.date(2011, 11, 28)
    rows = home.read("taste_segments")
    assert rows["name"].str.contains(r"^[\x20-\x7e]+$").all()
    assert rows["name"].n_unique() == 6


def test_a_handful_of_orders_is_not_enough(tmp_path: Path) -> None:
    home = TasteHome(tmp_path / "home", Settings.model_validate({"time_zone": "Europe/London", "locale": "en"}))
    home.publish(*bought(40, 6))
    assert_nothing_is_published(home, "40 customers looked at two products or more")
