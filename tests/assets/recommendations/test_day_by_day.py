"""A day costs what is new on it, and days one by one give what all at once give, whatever arrives late."""

from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from assets.recommendations import tables
from assets.recommendations.run import SETTLED_DAYS
from assets.recommendations.unfinished import why_unfinished
from tests.assets.recommendations.shop_home import ShopHome, catalogue, day, product, products_of, until, visits

pytestmark = pytest.mark.feature("D8")
VISITS, PRODUCTS = visits(), catalogue()
LIST = ["algorithm", "basis", "context_id"]


def at_once(events: pl.DataFrame, products: pl.DataFrame, root: Path) -> ShopHome:
    """A home that saw everything in its first run."""
    home = ShopHome(root)
    home.publish(events, products)
    home.embed(PRODUCTS)
    home.run()
    return home


def assert_same_lists(one: ShopHome, other: ShopHome) -> None:
    """The same lists but for those that a ranker made, and for ties that another order of sums decides otherwise."""
    parts = [home.lists().filter(pl.col("basis") != "customer") for home in (one, other)]
    keys = [*LIST, "rank"]
    first, second = (part.sort(keys).with_columns(pl.col("score").round_sig_figs(4)) for part in parts)
    assert_frame_equal(first.select(*keys, "score"), second.select(*keys, "score"), check_exact=False, rel_tol=1e-3)
    named = first.join(second, on=keys, suffix="_other")
    swapped = named.filter(pl.col("product_id") != pl.col("product_id_other"))
    assert swapped.height <= 0.01 * named.height, swapped
    for table in (tables.SPELLINGS, tables.CONTENTS):
        assert_frame_equal(one.read(table), other.read(table))


def test_the_same_input_again_does_nothing_at_all(home: ShopHome) -> None:
    before, version = home.in_the_lake(), home.published.current(tables.RECOMMENDATIONS)
    run = home.run()
    assert (run.chosen, dict(run.frames)) == (None, {})
    assert home.said == [f"nothing has changed since the recommendations of {day(8)} were made"]
    assert home.in_the_lake() == before
    assert home.published.current(tables.RECOMMENDATIONS) == version
    assert why_unfinished(home.home, home.published, home.settings) is None


def test_an_added_day_gives_what_a_full_refresh_gives(home: ShopHome, tmp_path: Path) -> None:
    home.publish(until(VISITS, 9), PRODUCTS)
    run = home.run()
    assert run.row["since"] == day(8)
    assert f"counting up to {day(8)}" not in home.said
    assert_same_lists(home, at_once(until(VISITS, 9), PRODUCTS, tmp_path / "full"))


def test_days_without_any_event_in_between_change_nothing_but_the_age_of_counts(home: ShopHome, tmp_path: Path) -> None:
    gap = VISITS.filter(~pl.col("event_day").is_in([day(9)]))
    home.publish(gap, PRODUCTS)
    assert home.run().row["since"] == day(8)
    assert_same_lists(home, at_once(gap, PRODUCTS, tmp_path / "full"))


def test_events_that_arrive_late_are_counted_anew(home: ShopHome, tmp_path: Path) -> None:
    late = pl.col("event_day") == day(3)
    on_time = until(VISITS, 9).filter(~(late & pl.col("customer_key").is_in(["C005", "C008", "C011"])))
    home.publish(until(on_time, 8), PRODUCTS)
    home.run()
    home.publish(until(VISITS, 9), PRODUCTS)
    assert home.run().row["since"] is None
    assert_same_lists(home, at_once(until(VISITS, 9), PRODUCTS, tmp_path / "full"))


def test_an_event_that_comes_some_days_late_spoils_the_newest_counts_alone(home: ShopHome, tmp_path: Path) -> None:
    """The counts of four days before were kept by what was known then, and are gone on from."""
    sessions = VISITS.filter(pl.col("event_day") == day(7))["session_id"].unique().sort()
    late = pl.col("session_id").is_in(sessions.head(2).implode())
    home.publish(until(VISITS, 8).filter(~late), PRODUCTS)
    home.run()
    home.publish(until(VISITS, 9), PRODUCTS)
    assert home.run().row["since"] == day(8 - SETTLED_DAYS)
    assert_same_lists(home, at_once(until(VISITS, 9), PRODUCTS, tmp_path / "full"))


def test_more_events_of_the_newest_day_take_the_place_of_its_lists(home: ShopHome, tmp_path: Path) -> None:
    morning = VISITS.filter((pl.col("event_day") < day(9)) | (pl.col("event_at").dt.hour() < 8))
    home.publish(until(morning, 9), PRODUCTS)
    assert home.run().row["since"] == day(8)
    home.publish(until(VISITS, 9), PRODUCTS)
    assert home.run().row["since"] == day(8)
    assert home.read(tables.RUNS).filter(day=day(9)).height == 1
    assert_same_lists(home, at_once(until(VISITS, 9), PRODUCTS, tmp_path / "full"))


def test_quality_is_measured_once_a_day_and_kept(home: ShopHome) -> None:
    for number in (9, 10):
        home.publish(until(VISITS, number), PRODUCTS)
        home.run()
    quality = home.read(tables.QUALITY)
    assert quality["day"].max() == day(10)
    assert not quality.select("day", "algorithm", "segment_id").is_duplicated().any()
    assert set(quality["algorithm"]) >= {"viewed_together", "next_view", "personal", "best_sellers", "popular"}
    everyone = quality.filter(segment_id="*", algorithm="viewed_together")
    assert everyone["day"].to_list() == [day(number) for number in range(2, 11)]
    assert everyone.filter(day=day(10))["hr_20"].item() > 0.5, "every customer has one style"


def test_states_and_lists_are_kept_for_a_few_days_only(home: ShopHome) -> None:
    for number in range(9, 11):
        home.publish(until(VISITS, number), PRODUCTS)
        home.run()
    assert len(home.lake.days(tables.MESSAGES)) == tables.KEPT_LISTS
    assert len(home.lake.days(tables.VIEWED)) <= tables.KEPT_STATES
    assert len(home.lake.days(tables.RUNS)) == 3
    assert home.lists().filter(pl.col("basis") != "customer")["day"].unique().to_list() == [day(10)]


def test_the_ranker_stays_until_it_is_old(home: ShopHome) -> None:
    home.publish(until(VISITS, 10), PRODUCTS)
    assert home.run().row["ranker_day"] == day(8)
    assert not any("training" in line for line in home.said)


@pytest.mark.parametrize("change", ["sold out", "new"])
def test_another_catalogue_alone_remakes_the_lists(home: ShopHome, change: str) -> None:
    """A product that sells out is gone from all lists; a new one has full lists and can be found."""
    if change == "new":
        products = pl.concat([PRODUCTS, products_of([product(90, "린넨 파자마", "여성의류 > 파자마")])])
    else:
        top = home.lists().filter(algorithm="best_sellers", context_id="*", rank=1)["product_id"].item()
        is_top = pl.col("product_id") == top
        products = PRODUCTS.with_columns(pl.when(is_top).then(pl.lit("sold_out")).otherwise("status").alias("status"))
    home.publish(until(VISITS, 8), products)
    assert why_unfinished(home.home, home.published, home.settings) is not None
    home.run()
    lists = home.lists()
    if change == "new":
        own = lists.filter(context_id="P90").group_by("algorithm").len()
        assert dict(own.iter_rows()) == dict.fromkeys(
            ["viewed_together", "bought_together", "next_view", "similar_style"], 20
        )
        assert lists.filter(basis="category", context_id="여성의류 > 파자마")["product_id"].len() == 40
    else:
        assert top not in set(lists["product_id"])
        assert top not in set(home.read(tables.MESSAGES)["product_id"])
        assert lists.filter(context_id=top).height == 80, "who looks at it still sees what else there is"
