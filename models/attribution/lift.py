"""What a campaign changed: people it was meant for against the holdout that was withheld.

Belongs here: absolute and relative lift with interval and p-value, and whether the holdout can tell at all. Does not
belong here: who was withheld (``models.campaigns.holdout``), comparing variants day by day (``variants``).

Compare all who were decided to be sent to with all withheld, delivered or not, clicked or not: anything else compares
different people. The figures hold for one look, after the window has closed.

- Rates: score intervals (``rates``).
- Revenue or orders per recipient: Welch's test (1947) on the plain amounts, because marketers ask for money and not for
  its logarithm, and because capping amounts would change what is measured. One guard: a group's variance is at least
  that of both groups pooled, because a small holdout that by chance lacks the large orders is low and seems sure of it
  at once. Without the guard 95 % intervals held the truth in 85 to 93 of 100 draws (holdouts of 5 to 25 buyers), with
  it in 97 or more, for 5 to 35 % more width. The relative lift's interval is Fieller's (1954) with the same quantile,
  so that both leave out "no lift" together; it has no ends where the holdout's mean is not surely above 0. Where the
  difference itself is still skewed (:data:`SKEWED`, only with groups of different size) misses fall to one side, and
  ``skewed`` says so.
"""

import math
from dataclasses import dataclass, replace
from typing import Final, Literal

import numpy as np
from numpy.typing import ArrayLike

from models.attribution.moments import Moments, Sample, adjusted, plain
from models.attribution.rates import difference_intervals, p_values, rates_of, ratio_intervals
from models.attribution.sample_size import detectable

Warned = Literal["underpowered", "few_conversions", "skewed"]
SMALLEST: Final = 0.1  # relative lift that a marketer would want to see
SKEWED: Final = 0.5  # skewness of the difference between the groups' means
_FEW: Final = 5


@dataclass(frozen=True)
class Interval:
    """``estimate`` is None where it is not defined (nothing in the holdout); ends may be infinite: nothing is known."""

    estimate: float | None
    low: float
    high: float

    def times(self, factor: float) -> "Interval":
        """The interval of so many times the figure (``factor`` above 0)."""
        return Interval(
            None if self.estimate is None else self.estimate * factor, self.low * factor, self.high * factor
        )


@dataclass(frozen=True)
class Lift:
    """Per recipient: ``treated`` and ``control`` (share 0 to 1, or amount), ``absolute`` = treated - control,
    ``relative`` = treated / control - 1. ``total``: the absolute lift of all people sent to, in conversions or amount.
    ``detectable``: the smallest absolute lift that this many people show in 80 of 100 cases. ``theta`` of CUPED, and
    the share of variance it took away. ``warnings`` are keys; the words are the report's."""

    treated: float
    control: float
    absolute: Interval
    relative: Interval
    total: Interval
    p_value: float
    detectable: float
    warnings: tuple[Warned, ...]
    theta: float = 0.0
    variance_removed: float = 0.0


def rate_lift(
    people: int, conversions: int, control_people: int, control_conversions: int,
    *, confidence: float = 0.95, smallest: float = SMALLEST,
) -> Lift:  # fmt: skip
    """Lift of a share of people who did something at least once.

    ``smallest``: the relative lift worth knowing; ``underpowered`` when the detectable one is larger. Raises
    ``ValueError`` for groups without people (a campaign without holdout has no lift) or too many conversions."""
    return rate_lifts([people], [conversions], [control_people], [control_conversions], confidence, smallest)[0]


def rate_lifts(
    people: ArrayLike, conversions: ArrayLike, control_people: ArrayLike, control_conversions: ArrayLike,
    confidence: float = 0.95, smallest: float = SMALLEST,
) -> list[Lift]:  # fmt: skip
    """:func:`rate_lift` of many comparisons at once, arrays of shape (n,)."""
    rates = rates_of(people, conversions, control_people, control_conversions)
    ends = np.column_stack(
        [*difference_intervals(rates, confidence), *ratio_intervals(rates, confidence), p_values(rates)]
    )
    counts = np.column_stack([rates.people, rates.conversions, rates.other_people, rates.other_conversions])
    return [
        _rate_lift(tuple(own), tuple(found), confidence, smallest)
        for own, found in zip(counts.tolist(), ends.tolist(), strict=True)
    ]


def _rate_lift(counts: tuple[float, ...], ends: tuple[float, ...], confidence: float, smallest: float) -> Lift:
    people, conversions, control_people, control_conversions = counts
    low, high, ratio_low, ratio_high, p_value = ends
    treated, control = conversions / people, control_conversions / control_people
    # where nobody converted without a message, the variance is that of the two groups taken together
    base = control or (conversions + control_conversions) / (people + control_people)
    variance = base * (1 - base) * (1 / people + 1 / control_people)
    least = detectable(variance, confidence)
    warnings: list[Warned] = []
    if not 0 < least <= smallest * control:
        warnings.append("underpowered")
    if min(conversions, control_conversions) < _FEW:
        warnings.append("few_conversions")
    absolute = Interval(treated - control, low, high)
    relative = Interval(treated / control - 1 if control else None, ratio_low - 1, ratio_high - 1)
    return Lift(treated, control, absolute, relative, absolute.times(people), p_value, least, tuple(warnings))


def mean_lift(
    treated: Moments, control: Moments, *, cuped: bool = False, confidence: float = 0.95, smallest: float = SMALLEST
) -> Lift:
    """Lift of an amount per person: revenue, orders, or 0 and 1 with ``cuped``, which takes out what the covariate
    explains. Intervals and warnings as in :func:`rate_lift`. Raises ``ValueError`` for groups of fewer than two."""
    if min(treated.people, control.people) < 2:
        raise ValueError("a mean's interval needs at least two people in each group")
    raw = [plain(treated), plain(control)]
    samples, theta = adjusted([treated, control]) if cuped else (raw, 0.0)
    one, other = _guarded(*samples)
    variance, raw_variance = (_variance(pair) for pair in ((one, other), _guarded(*raw)))
    warnings: list[Warned] = []
    least = detectable(variance, confidence)
    if not 0 < least <= smallest * other.mean:
        warnings.append("underpowered")
    if _skewness(treated, control) > SKEWED:
        warnings.append("skewed")
    gap = one.mean - other.mean
    removed = max(1 - variance / raw_variance, 0.0) if raw_variance > 0 else 0.0
    quantile, p_value = _welch(one, other, confidence)
    reach = quantile * math.sqrt(variance) if variance > 0 else math.inf
    absolute = Interval(gap, gap - reach, gap + reach)
    relative = _fieller(one, other, quantile) if variance > 0 else Interval(None, -math.inf, math.inf)
    total = absolute.times(treated.people)
    return Lift(one.mean, other.mean, absolute, relative, total, p_value, least, tuple(warnings), theta, removed)


def _variance(pair: tuple[Sample, Sample]) -> float:
    """Of the difference between the groups' means."""
    return pair[0].variance_of_mean + pair[1].variance_of_mean


def _guarded(one: Sample, other: Sample) -> tuple[Sample, Sample]:
    """The groups with variances that are at least the pooled one."""
    freedom = [one.people - 1, other.people - 1]
    pooled = (one.variance * freedom[0] + other.variance * freedom[1]) / sum(freedom)
    return replace(one, variance=max(one.variance, pooled)), replace(other, variance=max(other.variance, pooled))


def _skewness(one: Moments, other: Moments) -> float:
    """Of the difference of two means, when the people of both groups are equally skewed (absolute value)."""
    both = Moments(
        one.people + other.people, one.total + other.total, one.squares + other.squares, one.cubes + other.cubes
    )
    shares = 1 / one.people, 1 / other.people
    return abs(both.skewness() * (shares[0] ** 2 - shares[1] ** 2)) / math.pow(sum(shares), 1.5)


def _welch(one: Sample, other: Sample, confidence: float) -> tuple[float, float]:
    """The quantile of Student's t that belongs to the interval, and the two-sided p-value."""
    from scipy.special import stdtr, stdtrit

    if not 0 < confidence < 1:
        raise ValueError(f"a confidence lies between 0 and 1, not {confidence}")
    parts = [sample.variance_of_mean for sample in (one, other)]
    if not sum(parts) > 0:
        return math.inf, 1.0
    freedom = sum(parts) ** 2 / sum(
        part**2 / (sample.people - 1) for part, sample in zip(parts, (one, other), strict=True)
    )
    t = (one.mean - other.mean) / math.sqrt(sum(parts))
    return float(stdtrit(freedom, 0.5 + confidence / 2)), float(2 * stdtr(freedom, -abs(t)))


def _fieller(one: Sample, other: Sample, quantile: float) -> Interval:
    """Of the ratio less 1: all ratios r whose ``one - r * other`` is not surely different from 0."""
    a = other.mean**2 - quantile**2 * other.variance_of_mean
    b = one.mean * other.mean
    c = one.mean**2 - quantile**2 * one.variance_of_mean
    estimate = one.mean / other.mean - 1 if other.mean else None
    if a <= 0:
        return Interval(estimate, -math.inf, math.inf)
    root = math.sqrt(max(b**2 - a * c, 0.0))
    return Interval(estimate, (b - root) / a - 1, (b + root) / a - 1)
