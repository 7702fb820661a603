"""What each rule of attribution credits campaigns and channels with, as rows: five rules and two learnt from paths.

Belongs here: sums of credits by period, and dividing the same orders by what removal and Shapley values say. Does not
belong here: the rules (``credit``), learning (``markov``, ``shapley``), finding touches and paths (dbt).

All models divide the same orders: those that had a touch within the window. The learnt ones weigh the touches of each
order by their player's removal effect, or its Shapley value, of all paths of the period, and divide it in proportion
(``credit.credited_by_weight``). So every model adds up to the same orders and revenue, and windows differ for all of
them; paths themselves know no window but the widest.
"""

import datetime as dt
from collections.abc import Mapping
from typing import Final

import polars as pl

from models.attribution.credit import MODELS, credited_by_weight
from models.attribution.markov import MAX_STATES, markov
from models.attribution.report_columns import MODEL_ROWS
from models.attribution.sequences import sequences_of
from models.attribution.shapley import shapley

PERIODS: Final = {"30d": 30, "90d": 90}
SCOPES: Final = {"campaign": ("campaign_id", "path"), "channel": ("channel", "channels")}  # columns of both tables
_JOINED: Final = " > "
_DECIMALS: Final = 4  # of money; beyond, sums depend on their order
_EVERY_TOUCH: Final = "linear"  # the rule whose rows have every touch


def model_rows(conversions: pl.DataFrame, paths: pl.DataFrame, day: dt.date) -> pl.DataFrame:
    """Columns :data:`MODEL_ROWS`, sorted by period, scope, scope_id, window, model.

    ``conversions``: columns of that table, the last 90 days up to ``day``; ``paths``: of ``report_paths``, the same
    days."""
    found = [MODEL_ROWS.to_frame()]
    for period, days in PERIODS.items():
        first = day - dt.timedelta(days=days - 1)
        orders = conversions.filter(pl.col("day").is_between(first, day))
        walked = paths.filter(pl.col("day").is_between(first, day))
        for scope, (player, column) in SCOPES.items():
            every = [_ruled(orders, player), *_learnt(orders, walked, player, column)]
            told = {"day": day, "period": period, "first_day": first, "scope": scope}
            rows = pl.concat(every, how="diagonal_relaxed").with_columns(
                pl.lit(value).alias(name) for name, value in told.items()
            )
            found.append(rows.select(MODEL_ROWS.names()).cast(MODEL_ROWS))
    return pl.concat(found).sort("period", "scope", "scope_id", "window", "model")


def _ruled(orders: pl.DataFrame, player: str) -> pl.DataFrame:
    return orders.filter(pl.col("model").is_in(MODELS)).group_by(
        pl.col(player).alias("scope_id"), "window", "model"
    ).agg(orders=pl.col("credit").sum(), revenue=pl.col("revenue").sum().round(_DECIMALS))  # fmt: skip


def _learnt(orders: pl.DataFrame, paths: pl.DataFrame, player: str, column: str) -> list[pl.DataFrame]:
    touches = orders.filter(pl.col("model") == _EVERY_TOUCH)
    if touches.is_empty():
        return []
    by_model = _weights(paths, column)
    return [
        _divided(touches, player, weights).with_columns(pl.lit(model).alias("model"))
        for model, weights in by_model.items()
    ]


def _weights(paths: pl.DataFrame, column: str) -> Mapping[str, Mapping[str, float]]:
    """By learnt model the weight of each player."""
    counted = sequences_of(
        paths.select(
            pl.col(column).str.split(_JOINED).alias("players"), "paths",
            pl.when("is_converted").then("paths").otherwise(0).alias("conversions"),
        )
    )  # fmt: skip
    if not counted["conversions"].sum():
        return {"markov": {}, "shapley": {}}
    found = {"shapley": dict(shapley(counted).select("player", "credit").rows())}
    if len(found["shapley"]) <= MAX_STATES:
        found["markov"] = dict(markov(counted).select("player", "removal_effect").rows())
    return found


def _divided(touches: pl.DataFrame, player: str, weights: Mapping[str, float]) -> pl.DataFrame:
    """Sums by player and window of touches credited by weight. An order is another one in each window."""
    named = touches.select(
        conversion_id=pl.concat_str("order_id", "window", separator="\n"), touch_id="send_id", touched_at="touched_at",
        player=player, window="window", share="revenue",
    )  # fmt: skip
    divided = credited_by_weight(named, weights).with_columns(net=pl.col("share").sum().over("conversion_id"))
    return divided.group_by(pl.col("player").alias("scope_id"), "window").agg(
        orders=pl.col("credit").sum(), revenue=(pl.col("credit") * pl.col("net")).sum().round(_DECIMALS)
    )
