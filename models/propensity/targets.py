"""What is asked of customers: the four AI targets, who is asked about, and over how many days.

Belongs here: definitions, the horizon that a history allows, cut-off days. Does not belong here: figures and models.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Final

import polars as pl

from models.propensity.settings import Settings

ORDERS, NO_ORDER, REVENUE = "orders", "no_order", "revenue"
EVERYBODY, BUYERS, LATELY = "everybody", "buyers", "lately"
LEAST_HORIZON: Final = 7  # days: a shorter window is about week days, not about customers
HISTORY_SHARE: Final = 4  # history before training, training's, tuning's and judging's window: four of the same length
LATELY_HORIZONS: Final = 3


@dataclass(frozen=True)
class Target:
    """``outcome``: of the days asked about; ``asked``: about whom; ``horizon_days``: where history is long enough."""

    id: str
    outcome: str
    asked: str
    horizon_days: int
    name_ko: str
    name_en: str

    @property
    def is_value(self) -> bool:
        """Whether an amount is expected, not a probability."""
        return self.outcome == REVENUE

    def asks_about(self, horizon: int) -> pl.Expr:
        """A condition on features: customers that the question makes sense of."""
        if self.asked == EVERYBODY:
            return pl.lit(True)
        if self.asked == BUYERS:
            return pl.col("last_order_days_ago").is_not_null()
        return pl.col("last_order_days_ago") <= LATELY_HORIZONS * horizon

    def label(self) -> pl.Expr:
        """What happened, from columns ``ordered`` (true or null) and ``revenue`` (null: none)."""
        ordered = pl.col("ordered").fill_null(False)
        if self.outcome == REVENUE:
            return pl.col("ordered_revenue").fill_null(0.0).clip(lower_bound=0.0)
        return (ordered if self.outcome == ORDERS else ~ordered).cast(pl.Float64)


TARGETS: Final = {
    target.id: target
    for target in (
        Target("likely_to_buy", ORDERS, EVERYBODY, 7, "곧 구매할 고객", "Likely to buy"),
        Target("at_risk", NO_ORDER, LATELY, 90, "이탈 위험 고객", "At risk"),
        Target("high_potential", REVENUE, EVERYBODY, 90, "고가치 예상 고객", "High potential"),
        Target("repeat_due", ORDERS, BUYERS, 30, "재구매 시기 고객", "Repeat purchase due"),
    )
}


@dataclass(frozen=True)
class Windows:
    """Cut-off days: training's (oldest first), tuning's and judging's; each asks about the ``horizon`` days from it on.

    No window reaches into the next: what is judged was not known to tuning, what tunes not to training.
    """

    horizon: int
    training: tuple[dt.date, ...]
    tuning: dt.date
    judging: dt.date


def horizon_of(target: Target, history_days: int) -> int:
    """The target's horizon, or a quarter of the history where that is shorter: 15 days of 60 where 90 are asked."""
    return min(target.horizon_days, history_days // HISTORY_SHARE)


def windows_of(target: Target, first: dt.date, end: dt.date, settings: Settings) -> Windows | None:
    """Rolling origins of a history from ``first`` to the day before ``end``; None where it is too short.

    Training's windows start a third of a horizon (a week at least) apart and have at least half a horizon behind them.
    """
    horizon = horizon_of(target, (end - first).days)
    if horizon < LEAST_HORIZON:
        return None
    judging = end - dt.timedelta(days=horizon)
    tuning = judging - dt.timedelta(days=horizon)
    step, newest = max(7, horizon // 3), tuning - dt.timedelta(days=horizon)
    days = [newest - dt.timedelta(days=step * back) for back in range(settings.cut_offs)]
    earliest = first + dt.timedelta(days=max(LEAST_HORIZON, horizon // 2))
    return Windows(horizon, tuple(sorted(day for day in days if day >= earliest)), tuning, judging)
