"""Features of repeat purchases."""

import datetime as dt

import polars as pl
import pytest

from models.recommend.repeat.features import FEATURES, features, shop_state
from models.recommend.repeat.history import History, history_of
from tests.models.recommend.repeat_shops import DAY, bought, purchases, shop_with_cycles

NO_CATEGORIES = pl.DataFrame(schema={"product": pl.UInt32(), "category": pl.String()})


def known(history: History, as_of: dt.date = DAY) -> pl.DataFrame:
    return features(history.until(as_of), shop_state(history, as_of, NO_CATEGORIES))


def of(history: History, product: str) -> dict[str, float]:
    code = history.products.to_list().index(product)
    return dict(known(history).filter(pl.col("product") == code).row(0, named=True))


HAND = history_of(purchases(bought("k", "a", 40, 20, 4, quantity=3), bought("k", "b", 20), bought("l", "b", 1, 0)))


def test_figures_of_a_product_bought_three_times() -> None:
    found = of(HAND, "a")
    assert (found["times"], found["orders"], found["since"], found["since_first"], found["span"]) == (3, 3, 5, 41, 36)
    assert (found["baskets"], found["baskets_since"], found["share_of_baskets"]) == (3, 0, 1)
    assert (found["last_gap"], found["items_then"], found["quantity"], found["quantity_ratio"]) == (16, 1, 3, 1)
    assert found["fresh_baskets"] == pytest.approx(1 + 0.8 + 0.64)
    assert found["ratio"] == pytest.approx(5 / found["cycle_days"])
    assert 16 <= found["cycle_days"] <= 20


def test_figures_of_the_customer_stand_with_each_of_the_products() -> None:
    found = known(HAND).filter(pl.col("baskets") == 3)
    assert found.select("products", "product_days", "mean_items", "since_basket").unique().rows() == [
        (2, 4, pytest.approx(4 / 3), 5)
    ]
    assert found.sort("product")["times_rank"].to_list() == [1, 2]


def test_figures_of_the_product_count_all_customers() -> None:
    found = of(HAND, "b")
    assert (found["buyers"], found["sold_7"], found["sold_28"], found["again_7"], found["since_sold"]) == (
        2,
        2,
        3,
        1,
        1,
    )


def test_every_pair_has_a_row_and_few_figures_are_missing() -> None:
    history = history_of(shop_with_cycles(20))
    found = known(history)
    assert len(found) == history.days.select("customer", "product").n_unique()
    assert {name for name in FEATURES if found[name].null_count()} == {"ln_gap", "last_gap"}


def test_what_comes_later_changes_nothing() -> None:
    then = DAY - dt.timedelta(days=50)
    lines = shop_with_cycles(30)
    whole, cut = history_of(lines), history_of(lines.filter(pl.col("bought_on") <= then))
    names = ["customer_key", "product_id", *FEATURES]

    def named(history: History) -> pl.DataFrame:
        products = pl.DataFrame({"product_id": history.products}).with_row_index("product")
        return known(history, then).join(products, on="product").join(history.keys, on="customer").select(names)

    assert named(whole).equals(named(cut))


def test_the_rate_is_low_after_a_purchase_and_highest_a_cycle_later() -> None:
    lines = shop_with_cycles(40)
    history = history_of(lines.filter(pl.col("product_id") == "soap"))
    found = known(history).with_columns(near=(pl.col("ratio") - 1).abs())
    rates = {
        name: found.filter(chosen)["poisson_gamma"].mean()
        for name, chosen in {"new": pl.col("ratio") < 0.3, "due": pl.col("near") < 0.2}.items()
    }
    assert rates["new"] < rates["due"]
