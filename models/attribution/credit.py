"""Dividing a conversion among the messages that came before it, by rules.

Belongs here: last and first touch, linear, position, time decay, and division by given weights (what ``markov`` and
``shapley`` found). Does not belong here: which touches are within a window (``windows``), finding weights.

A conversion's credits add up to exactly 1, and so do sums of them in any order and grouping: every credit is a whole
number of 2**-30 (a thousand-millionth), and doubles add such numbers without rounding up to 8 million conversions. So
"channel = sum of campaigns" holds to the last digit. The price: equal shares may differ by one unit.
The units of a touch are the rounded share of all touches up to it, less that of those before it.

Sources: the rules of web analytics as Google Analytics had them until 2023: position is 40/20/40 ("U-shaped"), time
decay halves a touch's weight with every half-life (7 days by default) that it lies further back.
"""

import datetime as dt
from collections.abc import Mapping
from typing import Final, Literal, get_args

import polars as pl

Model = Literal["last_touch", "first_touch", "linear", "position", "time_decay"]
MODELS: Final[tuple[Model, ...]] = get_args(Model)
UNITS: Final = 1 << 30
HALF_LIFE: Final = dt.timedelta(days=7)
_ENDS, _MIDDLE = 0.4, 0.2  # of the position rule
_COLUMNS: Final = ("conversion_id", "touch_id", "touched_at")


def credited(paths: pl.DataFrame, model: Model, half_life: dt.timedelta = HALF_LIFE) -> pl.DataFrame:
    """``paths`` with the column ``credit`` (Float64, 0 to 1), sorted by conversion, time and touch.

    ``paths``: one row a touch within the window of a conversion: ``conversion_id``, ``touch_id`` (anything that sorts),
    ``touched_at``; further columns stay. Touches of one moment are in the order of ``touch_id``. Of two touches the
    position rule gives each half. Raises ``ValueError`` for missing columns or values, a touch that is there twice for
    a conversion, a half-life that is not positive."""
    if model not in MODELS:
        raise ValueError(f"no attribution model {model!r}: one of {', '.join(MODELS)}")
    if half_life <= dt.timedelta(0):
        raise ValueError(f"the half-life must be positive, not {half_life}")
    return _divided(_ordered(paths), _weight(model, half_life))


def credited_by_weight(paths: pl.DataFrame, weights: Mapping[str, float]) -> pl.DataFrame:
    """As :func:`credited`, in proportion to the weights of the players of a path.

    ``paths`` has a column ``player`` besides (campaign or channel), ``weights`` (0 or more) is by player, such as the
    removal effects of ``markov``; who is not named weighs 0. A player's weight is shared by its touches in the path.
    Where no player of a path weighs anything they share alike. Raises ``ValueError`` for negative or infinite weights
    too."""
    if "player" not in paths.columns:
        raise ValueError("paths need the column player")
    if not all(0 <= weight < float("inf") for weight in weights.values()):
        raise ValueError("weights must be 0 or more, and finite")
    names, values = list(weights), list(weights.values())
    weight = pl.col("player").cast(pl.String).replace_strict(names, values, default=0.0, return_dtype=pl.Float64)
    found = weight if weights else pl.lit(0.0)
    each = found / pl.len().over("conversion_id", "player")
    return _divided(_ordered(paths), pl.when(found.sum().over("conversion_id") > 0).then(each).otherwise(1.0))


def _weight(model: Model, half_life: dt.timedelta) -> pl.Expr:
    place, touches = pl.col("_place"), pl.col("_touches")
    if model == "last_touch":
        return (place == touches).cast(pl.Float64)
    if model == "first_touch":
        return (place == 1).cast(pl.Float64)
    if model == "position":
        end = (place == 1) | (place == touches)
        return pl.when(end).then(_ENDS).otherwise(_MIDDLE / (touches - 2))
    if model == "time_decay":
        # counted from the last touch, not the conversion: the same shares, and never all of them 0
        age = pl.col("touched_at").max().over("conversion_id") - pl.col("touched_at")
        return pl.lit(0.5).pow(age.dt.total_microseconds() / (half_life / dt.timedelta(microseconds=1)))
    return pl.lit(1.0)


def _divided(ordered: pl.DataFrame, weight: pl.Expr) -> pl.DataFrame:
    """The row's share of the weights of its conversion, in whole units that add up to :data:`UNITS`."""
    reached = pl.col("_weight").cum_sum().over("conversion_id") / pl.col("_weight").sum().over("conversion_id")
    is_last = pl.col("_place") == pl.col("_touches")
    units = pl.when(is_last).then(UNITS).otherwise((reached * UNITS).round().cast(pl.Int64).clip(0, UNITS))
    before = pl.when(pl.col("_place") == 1).then(0).otherwise(pl.col("_units").shift(1))
    return (
        ordered.with_columns(_weight=weight)
        .with_columns(_units=units)
        .with_columns(credit=(pl.col("_units") - before) / UNITS)
        .drop("_place", "_touches", "_weight", "_units")
    )


def _ordered(paths: pl.DataFrame) -> pl.DataFrame:
    missing = [name for name in _COLUMNS if name not in paths.columns]
    if missing:
        raise ValueError(f"paths lack the columns {', '.join(missing)}")
    if empty := [name for name in _COLUMNS if paths[name].null_count()]:
        raise ValueError(f"paths have rows without {', '.join(empty)}")
    if paths.select("conversion_id", "touch_id").n_unique() < paths.height:
        raise ValueError("a touch is there twice for a conversion: dedupe paths by conversion_id, touch_id")
    return paths.sort("conversion_id", "touched_at", "touch_id").with_columns(
        _place=pl.int_range(1, pl.len() + 1).over("conversion_id"), _touches=pl.len().over("conversion_id")
    )
