"""What campaigns changed, as rows: every campaign and send that held somebody out, each window, three metrics.

Belongs here: from sums of the two arms to figures with intervals, how many people are missing, what may be concluded.
Does not belong here: the statistics (``lift``), counting (dbt: ``report_send_arms``), phrases (``words``).

A campaign's people are those of its sends added up, a person once a send. Only sends with a holdout count: those that
withheld somebody, or were meant to and by chance did not. A holdout that is far from its share (``broken_split``) is
told and nothing is concluded from it: where a campaign goes out again and again, those who got a message rest
afterwards while those held out come again, and the two are no longer alike.
"""

import math
from collections.abc import Iterator, Mapping
from typing import Any, Final

import polars as pl

from models.attribution.lift import Interval, Lift, mean_lift, rate_lifts
from models.attribution.moments import Moments
from models.attribution.report_columns import LIFT_ROWS
from models.attribution.sample_size import needed_for_rates
from models.attribution.variants import BROKEN
from models.attribution.words import StatisticsWords

METRICS: Final = ("buyers", "orders", "revenue")
SUMS: Final = (
    "people", "buyers", "orders", "orders_squares", "orders_cubes", "orders_products", "revenue", "revenue_squares",
    "revenue_cubes", "revenue_products", "before", "before_squares",
)  # fmt: skip
_KEYS: Final = ("campaign_id", "send_id", "window")
_TOUCHED: Final = {"buyers": "ordered", "orders": "orders", "revenue": "revenue"}  # column of report_sends by metric
_FEWEST: Final = 2  # people of an arm


def lift_rows(
    arms: pl.DataFrame, sends: pl.DataFrame, holdouts: pl.DataFrame, words: StatisticsWords, smallest: float
) -> pl.DataFrame:
    """Columns :data:`LIFT_ROWS`, sorted by campaign, send, window and metric.

    ``arms``: of ``report_send_arms``; ``sends``: of ``report_sends``; both of the days that count. ``holdouts``: the
    ``share`` (0 to 1) of each ``send_id`` that was meant to be withheld, null or no row where that is not known.
    ``smallest``: the relative lift worth knowing."""
    compared = _compared(arms, sends, holdouts)
    rates = (
        rate_lifts(
            compared["people"], compared["buyers"], compared["people_held"], compared["buyers_held"], smallest=smallest
        )
        if compared.height
        else []
    )
    rows = [
        _row(pair, metric, lift, words, smallest)
        for pair, rate in zip(compared.iter_rows(named=True), rates, strict=True)
        for metric, lift in _lifts(pair, rate, smallest)
    ]
    return pl.DataFrame(rows, schema=LIFT_ROWS).sort("campaign_id", "send_id", "window", "metric")


def holdout_p_value(held_out: int, people: int, share: float) -> float:
    """Two-sided p-value of "each of ``people`` was held out with the chance ``share``" (exact binomial)."""
    from scipy.special import bdtr, bdtrc

    least = float(bdtr(held_out, people, share))
    most = 1.0 if held_out == 0 else float(bdtrc(held_out - 1, people, share))
    return min(1.0, 2 * min(least, most))


def _compared(arms: pl.DataFrame, sends: pl.DataFrame, holdouts: pl.DataFrame) -> pl.DataFrame:
    """One row a send, and one a campaign (``send_id`` empty), and window: sums of both arms, those held out named
    ``…_held``."""
    sides = {
        arm: arms.filter(pl.col("arm") == arm).group_by(*_KEYS).agg(pl.col("day").max(), pl.col(*SUMS).sum())
        for arm in ("send", "holdout")
    }
    both = sides["send"].join(sides["holdout"].drop("day"), on=_KEYS, how="left", suffix="_held")
    both = both.with_columns(pl.col(r"^.*_held$").fill_null(0)).join(
        holdouts.select("send_id", "share"), on="send_id", how="left"
    )
    both = both.filter((pl.col("people_held") > 0) | (pl.col("share") > 0).fill_null(value=False))
    both = both.join(_touched(sends), on=["send_id", "window"], how="left")
    everybody = pl.col("people") + pl.col("people_held")
    told = both.with_columns(
        pl.col("is_collecting").fill_null(value=True), expected_held_out=pl.col("share") * everybody,
        first_day=pl.col("day"), sends=pl.lit(1, pl.Int64),
    )  # fmt: skip
    sums = [*SUMS, *(f"{name}_held" for name in SUMS), *(f"touched_{metric}" for metric in METRICS), "sends"]
    known = pl.col("expected_held_out").null_count() == 0
    whole = told.group_by("campaign_id", "window").agg(
        pl.col("day").max(), pl.col("first_day").min(), pl.col(*sums).sum(), pl.col("is_collecting").any(),
        pl.when(known).then(pl.col("expected_held_out").sum()).alias("expected_held_out"),
    )  # fmt: skip
    rows = pl.concat([told.drop("share"), whole.with_columns(send_id=pl.lit(""))], how="diagonal_relaxed")
    return rows.filter(pl.col("people") > 0, pl.col("people_held") > 0).sort(*_KEYS)


def _touched(sends: pl.DataFrame) -> pl.DataFrame:
    """What last touch credits, substitute messages with the send they stand in for."""
    return sends.group_by(pl.coalesce("substitute_of", "send_id").alias("send_id"), "window").agg(
        *(pl.col(column).sum().cast(pl.Float64).alias(f"touched_{metric}") for metric, column in _TOUCHED.items()),
        pl.col("is_collecting").any(),
    )


def _lifts(pair: Mapping[str, Any], rate: Lift, smallest: float) -> Iterator[tuple[str, Lift | None]]:
    """By metric; None where there are too few people for an interval."""
    if min(pair["people"], pair["people_held"]) < _FEWEST:
        yield from ((metric, None) for metric in METRICS)
        return
    yield "buyers", rate
    for metric in METRICS[1:]:
        one, other = (_moments(pair, metric, ending) for ending in ("", "_held"))
        yield metric, mean_lift(one, other, cuped=metric == "revenue", smallest=smallest)


def _moments(pair: Mapping[str, Any], metric: str, ending: str) -> Moments:
    names = (metric, f"{metric}_squares", f"{metric}_cubes", "before", "before_squares", f"{metric}_products")
    total, squares, cubes, before, before_squares, products = (float(pair[f"{name}{ending}"]) for name in names)
    return Moments(pair[f"people{ending}"], total, squares, cubes, before, before_squares, products)


def _row(
    pair: Mapping[str, Any], metric: str, lift: Lift | None, words: StatisticsWords, smallest: float
) -> dict[str, Any]:
    held_out, everybody = pair["people_held"], pair["people"] + pair["people_held"]
    expected = pair["expected_held_out"]
    split = None if expected is None else holdout_p_value(held_out, everybody, min(expected / everybody, 1.0))
    warnings: list[str] = [] if lift is None else list(lift.warnings)
    if split is not None and split < BROKEN:
        warnings.insert(0, "broken_split")
    elif lift is None:
        warnings.insert(0, "too_small")
    row = {name: pair[name] for name in ("day", "first_day", "campaign_id", "send_id", "sends", "window")} | {
        "metric": metric, "treated": pair["people"], "held_out": held_out, "last_touch": pair[f"touched_{metric}"],
        "expected_held_out": expected, "split_p_value": split, "warnings": ",".join(warnings),
        "is_collecting": pair["is_collecting"],
    }  # fmt: skip
    row |= {} if lift is None else _figures(lift, metric, pair["people"], held_out, smallest)
    return row | {"conclusion": words.lift(row, smallest)}


def _figures(lift: Lift, metric: str, treated: int, held_out: int, smallest: float) -> dict[str, Any]:
    return {
        "treated_mean": lift.treated, "held_out_mean": lift.control, "p_value": lift.p_value,
        **_interval("absolute", lift.absolute, "absolute_lift"),
        **_interval("relative", lift.relative, "relative_lift"), **_interval("incremental", lift.total, "incremental"),
        "cuped_theta": lift.theta,
        "variance_kept": 1 - lift.variance_removed, "detectable_lift": lift.detectable,
        "needed_people": needed_people(lift, metric, treated, held_out, smallest),
    }  # fmt: skip


def _interval(name: str, interval: Interval, estimate: str) -> dict[str, float | None]:
    ends = {f"{name}_low": interval.low, f"{name}_high": interval.high}
    return {estimate: interval.estimate} | {key: end if math.isfinite(end) else None for key, end in ends.items()}


def needed_people(lift: Lift, metric: str, treated: int, held_out: int, smallest: float) -> int | None:
    """People in both groups, as they are divided now, that find a relative lift of ``smallest`` in 80 of 100 cases;
    None where nobody of the holdout ordered."""
    target, everybody = smallest * lift.control, treated + held_out
    if target <= 0:
        return None
    if metric == "buyers":
        if lift.control + target >= 1:
            return None
        return needed_for_rates(lift.control, target, held_out / everybody).audience
    # the detectable lift shrinks with the root of the number of people
    return math.ceil(everybody * (lift.detectable / target) ** 2) if lift.detectable > 0 else None
