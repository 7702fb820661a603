"""Which products are bought again next."""

import datetime as dt
from dataclasses import replace

import polars as pl
import pytest

from models.recommend.repeat.cycles import DueWindow
from models.recommend.repeat.ranker import SCORED, RepeatModel, Training, score, train
from tests.models.recommend.repeat_shops import DAY, bought, purchases, shop_with_cycles

QUICK = Training(rounds=20, leaves=7, least_in_leaf=20, least_customers=50, cut_offs=3, threads=1)
SHOP = shop_with_cycles(60)


@pytest.fixture(scope="module")
def model() -> RepeatModel:
    return train(SHOP, DAY, how=QUICK)


def test_the_same_model_whatever_the_order_of_rows(model: RepeatModel) -> None:
    shuffled = SHOP.collect().sample(fraction=1.0, shuffle=True, seed=5)
    assert train(shuffled.lazy(), DAY, how=QUICK) == model
    assert score(model, shuffled.lazy(), DAY).equals(score(model, SHOP, DAY))


def test_the_model_learns_what_is_bought_again(model: RepeatModel) -> None:
    assert model.trees
    assert model.examples >= QUICK.least_customers
    found = score(model, SHOP, DAY, least_orders=1)
    gift = pl.col("product_id").str.starts_with("gift")
    best = found.group_by("customer_key", maintain_order=True).first()
    assert best.filter(gift).is_empty()
    assert found.filter(~gift)["score"].mean() > found.filter(gift)["score"].mean()


def test_nothing_that_is_bought_after_the_day_is_learned(model: RepeatModel) -> None:
    later = [bought(f"k{n:04d}", "gift00", -1, -2) for n in range(60)]
    future = pl.concat([SHOP, purchases(*later)])
    assert train(future, DAY, how=QUICK) == model
    assert score(model, future, DAY).equals(score(model, SHOP, DAY))


def test_labels_come_from_after_their_features() -> None:
    """Products that all buy in the last four weeks for the first time are candidates of no cut-off."""
    new = [bought(f"k{n:04d}", "new", *range(0, QUICK.horizon_days, 5)) for n in range(60)]
    assert train(pl.concat([SHOP, purchases(*new)]), DAY, how=QUICK).rows == train(SHOP, DAY, how=QUICK).rows


def test_a_model_survives_being_written_down(model: RepeatModel) -> None:
    again = RepeatModel.from_json(model.to_json())
    assert again == model
    assert score(again, SHOP, DAY).equals(score(model, SHOP, DAY))


def test_a_model_with_features_unknown_here_is_refused(model: RepeatModel) -> None:
    with pytest.raises(ValueError, match="the repeat model needs moon, which are no longer made"):
        RepeatModel.from_json(replace(model, feature_names=("times", "moon")).to_json())


def test_too_little_data_ranks_by_a_formula_and_says_so() -> None:
    few = purchases(bought("k", "a", 60, 30), bought("k", "b", 90, 60), bought("l", "b", 30, 2))
    model = train(few, DAY, how=QUICK)
    assert model.trees is None
    assert "50 are needed" in model.why
    found = score(model, few, DAY)
    assert found.schema == SCORED
    assert found.select("customer_key", "product_id").rows() == [("k", "a"), ("k", "b"), ("l", "b")]


def test_an_empty_shop_has_a_model_and_no_candidates() -> None:
    model = train(purchases(), DAY)
    assert (model.trees, model.rows) == (None, 0)
    assert score(model, purchases(), DAY).schema == SCORED


@pytest.mark.parametrize(("least", "products"), [(1, ["a", "b", "c"]), (2, ["a", "b"]), (3, ["a"])])
def test_candidates_were_bought_in_so_many_orders(least: int, products: list[str]) -> None:
    same_day = [("k", "b", order, DAY, 1) for order in ("x", "y")]
    shop = purchases(bought("k", "a", 40, 20, 0), same_day, bought("k", "c", 7))
    found = score(train(shop, DAY, how=QUICK), shop, DAY, least_orders=least)
    assert sorted(found["product_id"]) == products


def test_a_purchase_is_due_when_its_cycle_has_passed() -> None:
    shop = purchases(*(bought(f"k{age:02d}", "milk", *range(age, 200, 20)) for age in range(40)))
    found = score(train(shop, DAY, how=QUICK), shop, DAY, window=DueWindow(0.8, 1.5)).sort("customer_key")
    assert found["cycle_days"].to_list() == pytest.approx([20] * 40)
    assert [age for age, is_due in enumerate(found["is_due"]) if is_due] == list(range(16, 31))
    assert found["due_day"].to_list() == [DAY + dt.timedelta(days=20 - age) for age in range(40)]


def test_categories_steady_the_cycle_of_a_rare_product() -> None:
    lines = [
        bought(f"k{n}", product, *(1 + n + days * k + (k * n) % 4 for k in range(4)))
        for n in range(12)
        for product, days in (("a", 10), ("b", 60))
    ]
    shop = purchases(*lines, bought("one", "rare", 55, 30))
    model = train(shop, DAY, how=QUICK)
    cycles = {}
    for group in ("fast", "slow"):
        categories = pl.DataFrame(
            {"product_id": ["a", "b", "rare", "rare", "gone"], "category_id": ["fast", "slow", group, "zz", "fast"]}
        )
        found = score(model, shop, DAY, categories).filter(pl.col("customer_key") == "one")
        cycles[group] = found["cycle_days"].item()
    assert cycles["fast"] < 25 < cycles["slow"]


def test_more_rows_than_allowed_are_drawn_by_customer() -> None:
    few = train(SHOP, DAY, how=replace(QUICK, most_rows=1_000, least_customers=1))
    assert 0 < few.rows <= 1_000 < train(SHOP, DAY, how=QUICK).rows
