"""The control share: exact up to chance, the same while its window lasts."""

import datetime as dt

import numpy as np
import polars as pl
import pytest

from models.campaigns.holdout import DRAWN, NOT, STAYS, withheld
from models.campaigns.policies import Holdout

pytestmark = pytest.mark.feature("E11")

PEOPLE = pl.Series(range(50_000))
SINCE = dt.date(2025, 10, 1)


def state(day: int, campaign: str = "c", **said: object) -> np.ndarray:
    holdout = Holdout.model_validate({"share": 10, **said})
    return withheld(PEOPLE, holdout, campaign, SINCE, SINCE + dt.timedelta(days=day))


def test_without_redrawing_the_same_customers_are_withheld_for_good() -> None:
    first = state(0)
    assert abs((first == DRAWN).mean() - 0.1) < 0.006
    assert set(np.unique(first)) == {NOT, DRAWN}
    assert all((state(day) == first).all() for day in (-5, 7, 1000))


def test_campaigns_draw_for_themselves_and_the_shop_once_for_all() -> None:
    both = (state(0, "a") == DRAWN) & (state(0, "b") == DRAWN)
    assert abs(both.mean() - 0.01) < 0.003
    assert (state(0, "a", of="shop") == state(0, "b", of="shop")).all()


def test_nobody_withheld_gets_a_message_within_the_window_after() -> None:
    """Day by day over ten turns of 10 days with a window of 7."""
    days = np.stack([state(day, redraw_days=10, window_days=7) for day in range(100)])
    for day in range(93):
        drawn = days[day] == DRAWN
        assert (days[day : day + 8, drawn] != NOT).all()
    assert all(abs((one == DRAWN).mean() - 0.1) < 0.006 for one in days)
    turns = days[::10] == DRAWN
    assert all((turns[at] != turns[at + 1]).any() for at in range(9))
    assert (days[8] == STAYS).sum() == (days[17] == STAYS).sum() == 0
    assert (days[16] == STAYS).any()
