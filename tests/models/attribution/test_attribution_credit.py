"""Credits by rule: exactly one for each conversion, whatever the model."""

import datetime as dt
import random
from fractions import Fraction

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.attribution.credit import MODELS, UNITS, Model, credited, credited_by_weight

pytestmark = pytest.mark.feature("H5")

START = dt.datetime(2025, 10, 1)


def paths_of(*conversions: list[tuple[str, float]]) -> pl.DataFrame:
    """Each conversion: its touches as (id, day)."""
    rows = [
        (f"order {number}", touch, START + dt.timedelta(days=day))
        for number, touches in enumerate(conversions)
        for touch, day in touches
    ]
    return pl.DataFrame(rows, schema=["conversion_id", "touch_id", "touched_at"], orient="row")


def shares(model: Model, *touches: tuple[str, float]) -> dict[str, float]:
    found = credited(paths_of(list(touches)), model)
    return dict(zip(found["touch_id"], found["credit"], strict=True))


def test_each_rule_divides_as_it_says() -> None:
    touches = (("c", 7.0), ("a", 0.0), ("b", 0.0), ("d", 14.0))
    assert shares("last_touch", *touches) == {"a": 0, "b": 0, "c": 0, "d": 1}
    assert shares("first_touch", *touches) == {"a": 1, "b": 0, "c": 0, "d": 0}
    assert shares("linear", *touches) == dict.fromkeys("abcd", 0.25)
    assert shares("position", *touches) == pytest.approx({"a": 0.4, "b": 0.1, "c": 0.1, "d": 0.4}, abs=2e-9)
    # weights 1/4, 1/4, 1/2, 1
    assert shares("time_decay", *touches) == {"a": 0.125, "b": 0.125, "c": 0.25, "d": 0.5}
    assert shares("position", ("a", 1), ("b", 2)) == {"a": 0.5, "b": 0.5}


def test_touches_of_one_moment_are_in_the_order_of_their_ids() -> None:
    assert shares("last_touch", ("b", 1), ("a", 1)) == {"a": 0, "b": 1}
    assert shares("first_touch", ("b", 1), ("a", 1)) == {"a": 1, "b": 0}


path = st.lists(st.floats(0, 400, allow_nan=False), min_size=1, max_size=60)


@settings(max_examples=50, deadline=None)
@given(st.lists(path, min_size=1, max_size=20), st.sampled_from(MODELS), st.integers(1, 10**9))
def test_credits_add_up_to_one_in_any_order_and_grouping(days: list[list[float]], model: Model, seconds: int) -> None:
    paths = paths_of(*([(f"t{at:03}", day) for at, day in enumerate(row)] for row in days))
    found = credited(paths.sample(fraction=1.0, shuffle=True, seed=1), model, dt.timedelta(seconds=seconds))
    credits = found["credit"].to_list()
    assert found.group_by("conversion_id").agg(pl.col("credit").sum())["credit"].to_list() == [1.0] * len(days)
    random.Random(1).shuffle(credits)
    assert sum(credits) == len(days)
    assert all(0 <= credit <= 1 and Fraction(credit) * UNITS % 1 == 0 for credit in credits)
    assert found.equals(credited(paths, model, dt.timedelta(seconds=seconds)))
    if model == "time_decay":  # later never weighs less, but for one unit of rounding
        steps = found.select(pl.col("credit").diff().over("conversion_id")).to_series().drop_nulls()
        assert (steps >= -1 / UNITS).all()


def test_weights_divide_by_player_and_touches_of_one_player_share() -> None:
    paths = paths_of([("t1", 0), ("t2", 1), ("t3", 2)], [("t4", 0), ("t5", 1)]).with_columns(
        player=pl.Series(["a", "b", "b", "c", "d"])
    )
    found = credited_by_weight(paths, {"a": 1.0, "b": 3.0, "z": 9.0})
    assert found["credit"].to_list() == [0.25, 0.375, 0.375, 0.5, 0.5]
    assert credited_by_weight(paths, {})["credit"].sum() == 2
    with pytest.raises(ValueError, match="0 or more"):
        credited_by_weight(paths, {"a": -1.0})


def test_what_can_not_be_divided_is_refused() -> None:
    once = paths_of([("a", 1)])
    with pytest.raises(ValueError, match="lack the columns touch_id"):
        credited(once.drop("touch_id"), "linear")
    with pytest.raises(ValueError, match="there twice"):
        credited(pl.concat([once, once]), "linear")
    with pytest.raises(ValueError, match="rows without touched_at"):
        credited(once.with_columns(touched_at=pl.lit(None, dtype=pl.Datetime("us"))), "linear")
    with pytest.raises(ValueError, match="half-life"):
        credited(once, "time_decay", dt.timedelta(0))
    assert credited(once.clear(), "position").height == 0
