"""Traits of converters: found when there, seldom when not."""

import numpy as np
import polars as pl
import pytest

from models.attribution.characteristics import RESULT, benjamini_hochberg, characteristics

pytestmark = pytest.mark.feature("I3")


def world(seed: int, planted: int, people: int = 8_000, nulls: int = 100) -> tuple[pl.DataFrame, pl.DataFrame]:
    """``nulls`` traits of a tenth of the people each; those with ``planted`` ones convert twice as often."""
    random = np.random.default_rng(seed)
    has = random.random((people, nulls)) < 0.1
    rate = 0.05 * np.where(has[:, :planted].any(axis=1), 2, 1)
    converts = random.random(people) < rate
    keys = np.arange(people)
    person, trait = np.nonzero(has)
    names = np.array([f"trait {at:03}" for at in range(nulls)])
    return (
        pl.DataFrame({"customer_key": keys, "is_converted": converts}),
        pl.DataFrame({"customer_key": person, "trait": names[trait]}),
    )


def test_lift_support_and_interval_of_a_case_by_hand() -> None:
    """100 of 1,000 have the trait, 20 of them and 30 of the others convert: lift (20/100) / (50/1,000) = 4."""
    people = pl.DataFrame({"customer_key": range(1_000)}).with_columns(
        is_converted=(pl.col("customer_key") < 20) | (pl.col("customer_key") >= 970)
    )
    traits = pl.DataFrame({"customer_key": [*range(100), 1, 5_000], "trait": "vip"})
    row = characteristics(people, traits).row(0, named=True)
    assert (row["people"], row["converted"], row["support"], row["lift"]) == (100, 20, 0.4, pytest.approx(4))
    assert row["low"] < 4 < row["high"] < 10  # never more than if only they had converted
    assert row["is_over"]
    everybody = pl.DataFrame({"customer_key": range(1_000), "trait": "person"})
    rare = pl.DataFrame({"customer_key": [0, 1, 2], "trait": "rare"})
    found = characteristics(
        people, pl.concat([traits.with_columns(pl.col("customer_key").cast(pl.Int64)), everybody, rare])
    )
    assert found["trait"].to_list() == ["vip"]


def test_planted_traits_are_found_and_few_others() -> None:
    false, found = 0, 0
    for seed in range(20):
        marked = characteristics(*world(seed, planted=3)).filter("is_over")["trait"].to_list()
        found += sum(trait < "trait 003" for trait in marked)
        false += sum(trait >= "trait 003" for trait in marked)
    assert found >= 48  # of 60
    assert false / (found + false) <= 0.08


def test_where_nothing_is_special_nothing_is_marked() -> None:
    marked = [characteristics(*world(seed, planted=0))["is_over"].any() for seed in range(100, 140)]
    assert sum(marked) <= 5  # 2 are expected at most


def test_the_interval_of_lift_holds_the_truth() -> None:
    """The trait of a fifth of people converts at 0.15, others at 0.05: lift 0.15 / 0.07."""
    random, covered = np.random.default_rng(3), 0
    keys = pl.Series(range(500))
    traits = pl.DataFrame({"customer_key": keys[:100], "trait": "t"})
    for _ in range(200):
        converts = random.random(500) < np.where(np.arange(500) < 100, 0.15, 0.05)
        row = characteristics(pl.DataFrame({"customer_key": keys, "is_converted": converts}), traits, least_converted=1)
        covered += row["low"][0] <= 0.15 / 0.07 <= row["high"][0]
    assert covered >= 186


def test_adjusted_p_values_are_those_of_scipy() -> None:
    from scipy.stats import false_discovery_control

    p_values = np.random.default_rng(2).random(50) ** 3
    assert benjamini_hochberg(p_values) == pytest.approx(false_discovery_control(p_values))


def test_order_of_rows_does_not_matter_and_wrong_rows_are_refused() -> None:
    people, traits = world(1, planted=2)
    shuffled = (frame.sample(fraction=1.0, shuffle=True, seed=4) for frame in (people, traits))
    assert characteristics(people, traits).equals(characteristics(*shuffled))
    assert characteristics(people.head(5), traits).schema == RESULT == characteristics(people, traits).schema
    with pytest.raises(ValueError, match="there twice"):
        characteristics(pl.concat([people, people]), traits)
    with pytest.raises(ValueError, match="customer_key and is_converted"):
        characteristics(people.with_columns(is_converted=pl.lit(None, dtype=pl.Boolean)), traits)
