"""The same arguments give the same shop, however it is asked for."""

import datetime as dt

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from models.simulation.rows import COLUMNS
from models.simulation.scenario import Scenario
from models.simulation.shop import Simulation

SMALL = Scenario(customers=200, days=5, seed=3)
pytestmark = pytest.mark.feature("M5")


def test_same_scenario_gives_the_same_frames_in_any_order() -> None:
    one, two = Simulation(SMALL), Simulation(SMALL)
    forward = [one.events(day).frame for day in range(SMALL.days)]
    backward = [two.events(day).frame for day in reversed(range(SMALL.days))][::-1]
    for left, right in zip(forward, backward, strict=True):
        assert_frame_equal(left, right)
    assert_frame_equal(one.members(), two.members())
    assert_frame_equal(one.products(0), two.products(0))
    for name, frame in one.truth().items():
        assert_frame_equal(frame, two.truth()[name])


def test_another_seed_gives_another_shop() -> None:
    one, two = Simulation(SMALL), Simulation(Scenario(customers=200, days=5, seed=4))
    assert not one.events(0).frame.equals(two.events(0).frame)
    assert not one.products(0)["name"].equals(two.products(0)["name"])
    seen = set(one.events(0).frame["event_id"]) & set(two.events(0).frame["event_id"])
    assert not seen


@settings(max_examples=12, deadline=None)
@given(
    customers=st.integers(1, 120),
    days=st.integers(1, 15),
    seed=st.integers(0, 2**40),
    start=st.dates(dt.date(2020, 1, 1), dt.date(2030, 12, 31)),
)
def test_every_small_scenario_works(customers: int, days: int, seed: int, start: dt.date) -> None:
    shop = Simulation(Scenario(customers, days, seed, start))
    frames = [shop.events(day).frame for day in range(days)]
    assert all(tuple(frame.columns) == COLUMNS for frame in frames)
    everything = pl.concat(frames)
    assert everything.height > 0
    assert (everything["received_at"] > everything["event_at"]).all()
    assert shop.members().height >= 1
    assert {day: frame.height for day, frame in enumerate(map(shop.products, range(days))) if day == 0}[0] > 0


@pytest.mark.parametrize("wrong", [{"customers": 0}, {"days": 0}, {"seed": -1}, {"days": 1000}])
def test_impossible_arguments_are_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        Scenario(**wrong)  # type: ignore[arg-type]
