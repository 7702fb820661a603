import polars as pl
import pytest

from assets.ai_targets.chart import card_chart

pytestmark = pytest.mark.feature("C4")
CALIBRATION = pl.DataFrame({"expected": [0.1, 0.5], "actual": [0.12, 0.4], "low": [0.1, 0.3], "high": [0.2, 0.5]})


def _deciles(first: float) -> pl.DataFrame:
    lifts = [first, *(0.5 for _ in range(9))]
    return pl.DataFrame({"decile": range(1, 11), "lift": lifts, "baseline_lift": [2.0, *(0.8 for _ in range(9))]})


def test_the_card_is_drawn_as_png_and_shows_its_figures():
    pictures = [card_chart(_deciles(first), CALIBRATION) for first in (5.0, 2.5)]
    assert all(png.startswith(b"\x89PNG") for png in pictures)
    assert pictures[0] != pictures[1]


def test_a_card_without_a_baseline_is_drawn():
    deciles = _deciles(5.0).with_columns(pl.lit(None, pl.Float64).alias("baseline_lift"))
    assert card_chart(deciles, CALIBRATION).startswith(b"\x89PNG")
