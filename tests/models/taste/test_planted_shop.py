"""The shops that taste segments are measured on are what they say they are."""

import datetime as dt

import numpy as np
import polars as pl
import pytest

from benchmarks.taste.ceiling import best_possible, truth_frame
from benchmarks.taste.drifting import BORN, BORN_ON, DAYS, DIES_ON, DYING, FIRST_DAY, MERGED, MERGES_ON, SLOWLY
from benchmarks.taste.drifting import plant_drifting as plant_days
from benchmarks.taste.planted import BROWSERS, NO_TASTE, TASTES, plant
from benchmarks.taste.scores import as_members, score
from benchmarks.taste.shops import DAYS as WINDOW
from benchmarks.taste.shops import LAST_DAY, write_shop

SHOP = plant(6000, seed=3)
DRIFTING = plant_days(1500, products=800)


def test_the_same_seed_plants_the_same_shop_and_another_one_does_not() -> None:
    again, other = plant(400, seed=5), plant(400, seed=6)
    assert again.views.equals(plant(400, seed=5).views)
    assert not again.views.equals(other.views)


def test_a_fifth_are_browsers_and_tastes_have_sizes_by_zipfs_law() -> None:
    assert np.mean(SHOP.taste == NO_TASTE) == pytest.approx(BROWSERS, abs=0.02)
    sizes = np.bincount(SHOP.taste[SHOP.taste >= 0], minlength=TASTES) / (SHOP.taste >= 0).sum()
    np.testing.assert_allclose(sizes, SHOP.sizes, atol=0.02)
    assert SHOP.sizes[0] / SHOP.sizes[9] == pytest.approx(10**0.9)


def test_a_customer_looks_at_as_much_as_asked() -> None:
    assert SHOP.views["views"].sum() / len(SHOP.taste) == pytest.approx(17.5, rel=0.05)
    few = plant(3000, mean_views=6.0)
    assert few.views["views"].sum() / len(few.taste) == pytest.approx(6.0, rel=0.05)


def views_in_own_taste(has_moods: bool) -> pl.DataFrame:
    """Share of the views of each sitting of three views and more that lie in the customer's main taste."""
    shop = plant(3000, seed=1, has_moods=has_moods)
    seen = shop.views.with_columns(
        own=pl.Series(shop.product_taste[shop.views["product"]] == shop.taste[shop.views["customer"]]),
        taste=pl.Series(shop.taste[shop.views["customer"]]),
    )
    sittings = seen.filter(pl.col("taste") >= 0).group_by("session").agg(pl.col("own").mean(), pl.len())
    return sittings.filter(pl.col("len") >= 3)


def test_people_look_mostly_at_their_own_taste_and_a_sitting_has_one_mood() -> None:
    with_moods, without = views_in_own_taste(True), views_in_own_taste(False)
    assert 0.5 < with_moods["own"].mean() < 0.9
    assert with_moods["own"].std() > 1.2 * without["own"].std()


def test_a_browser_looks_at_what_is_popular() -> None:
    browsers = np.flatnonzero(SHOP.taste == NO_TASTE)
    seen = SHOP.views.filter(pl.col("customer").is_in(browsers))
    shares = (
        np.bincount(seen["product"], weights=seen["views"], minlength=len(SHOP.product_taste)) / seen["views"].sum()
    )
    assert np.corrcoef(shares, SHOP.likes[-1])[0, 1] > 0.95


def test_names_alone_do_not_give_the_taste_away() -> None:
    names = SHOP.products["name"].str.split(" ").explode()
    words = pl.DataFrame({"word": names, "taste": np.repeat(SHOP.product_taste, 4)})
    tastes_of_word = words.group_by("word").agg(pl.col("taste").n_unique())["taste"]
    assert (tastes_of_word > 1).mean() > 0.5
    assert SHOP.products["name"].str.split(" ").list.len().unique().to_list() == [4]


def test_who_knows_how_it_was_planted_finds_nearly_every_taste_but_not_all() -> None:
    truth = truth_frame(SHOP)
    everybody = score(truth, as_members(truth, best_possible(SHOP, BROWSERS, 1.0)))
    surest = score(truth, as_members(truth, best_possible(SHOP, BROWSERS, 0.9)))
    assert 0.8 < everybody.ami < 0.95
    assert surest.ami > everybody.ami
    assert everybody.coverage == 1.0
    assert surest.coverage == pytest.approx(0.9, abs=0.01)
    assert surest.rejected > 0.9


def test_scores_of_the_truth_are_perfect_and_those_of_chance_are_nothing() -> None:
    truth = truth_frame(SHOP)
    assert score(truth, as_members(truth, SHOP.taste)).ami == pytest.approx(1.0)
    dealt = score(truth, as_members(truth, np.random.default_rng(0).permutation(SHOP.taste)))
    assert abs(dealt.ami) < 0.02
    assert dealt.coverage == pytest.approx(1 - BROWSERS, abs=0.03)
    assert dealt.rejected == pytest.approx(BROWSERS, abs=0.03)


def test_files_of_a_shop_hold_its_views_within_the_window(tmp_path) -> None:
    shop = plant(300, products=200)
    files = write_shop(tmp_path / "shop", shop)
    rows = pl.read_parquet(files.interest)
    assert rows["views"].sum() == shop.views["views"].sum()
    assert rows.height == shop.views.height
    assert rows["event_day"].max() == LAST_DAY
    assert rows["event_day"].min() > LAST_DAY - dt.timedelta(days=WINDOW)
    assert rows["customer_key"].str.len_chars().unique().to_list() == [32]
    truth = pl.read_parquet(files.truth)
    assert sorted(truth["taste"].to_list()) == sorted(shop.taste.tolist())
    assert rows.join(truth, on="customer_key", how="anti").is_empty()


def sizes_on(day: int) -> np.ndarray:
    taste = DRIFTING.taste[day]
    return np.bincount(taste[taste >= 0], minlength=TASTES + 1)


def test_one_taste_is_born_one_dies_and_two_become_one_on_their_days() -> None:
    assert sizes_on(BORN_ON)[BORN] == 0 < sizes_on(DAYS - 1)[BORN]
    assert sizes_on(DIES_ON)[DYING] > 0 == sizes_on(DIES_ON + SLOWLY + 1)[DYING]
    assert sizes_on(MERGES_ON - 1)[MERGED] > 0 == sizes_on(MERGES_ON)[MERGED]


def test_customers_and_products_come_and_go_slowly() -> None:
    by_day = DRIFTING.rows.group_by("event_day").agg(pl.col("customer_key", "product_id").unique()).sort("event_day")
    first, last = (set(by_day["product_id"][place].to_list()) for place in (0, DAYS - 1))
    assert 0.2 < len(first & last) / len(last) < 0.8
    assert by_day.height == DAYS
    changed = (DRIFTING.taste[1:] != DRIFTING.taste[:-1]).mean()
    assert 0.001 < changed < 0.03


def test_a_new_product_is_not_looked_at_before_it_is_there() -> None:
    day = (pl.col("event_day") - FIRST_DAY).dt.total_days()
    seen = DRIFTING.rows.join(DRIFTING.products.select("product_id", "first_day"), on="product_id")
    assert seen.filter(day < pl.col("first_day")).is_empty()
