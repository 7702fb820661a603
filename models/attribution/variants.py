"""What an A/B/N test shows: conversion and revenue per recipient, and what may be concluded from it today.

Belongs here: comparing the variants of a campaign with its first, checking their shares, the verdict as a key. Does not
belong here: who gets which variant (``models.campaigns.variants``), words.

Intervals and p-values hold however often one looks (``sequential``) and for all comparisons together: p-values after
Holm, intervals after Bonferroni. Variances are those of all variants pooled (of rates: of the pooled rate with one
conversion and one other person added), because a variant whose large orders have yet to come would seem surer than it
is.

Shares are exact by construction, so counts of recipients that differ from them by more than chance mean that some were
lost on the way (sample ratio mismatch; Fabijan et al., 2019: chi-square, p below 0.001), and nothing may be concluded.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from models.attribution import posterior
from models.attribution.lift import SMALLEST, Interval
from models.attribution.moments import Moments, Sample, plain
from models.attribution.sequential import SPREAD, always_valid_p, always_valid_reach, holm, times_as_many

Metric = Literal["conversion", "revenue"]
Conclusion = Literal["winner", "no_difference_yet", "needs_more", "broken_split", "too_small"]
CONCLUSIONS: Final[tuple[Conclusion, ...]] = get_args(Conclusion)
Floats = NDArray[np.float64]
BROKEN: Final = 0.001
LEAST_RECIPIENTS: Final = 100  # each
LEAST_CONVERSIONS: Final = 10  # of a variant on average
ALPHA: Final = 0.05


@dataclass(frozen=True)
class Variant:
    """``weight``: its share as in the campaign, any positive unit; ``recipients``: people sent to; ``conversions``:
    those of them who converted; ``revenue``: the sums of all of them, or None where there is no revenue. Raises
    ``ValueError`` for counts that can't be."""

    name: str
    weight: float
    recipients: int
    conversions: int
    revenue: Moments | None = None

    def __post_init__(self) -> None:
        if not (self.weight > 0 and 0 <= self.conversions <= self.recipients):
            raise ValueError(f"variant {self.name}: a share above 0, and from 0 to as many conversions as recipients")
        if self.revenue is not None and self.revenue.people != self.recipients:
            raise ValueError(f"variant {self.name}: revenue is of all {self.recipients} recipients")


@dataclass(frozen=True)
class Comparison:
    """A variant against the first: ``per_recipient`` its rate or revenue, ``difference`` with an interval that holds at
    every look and for all variants, ``relative`` the difference over the first's figure (None where that is 0),
    ``p_value`` adjusted (Holm)."""

    name: str
    per_recipient: float
    difference: Interval
    relative: float | None
    p_value: float


@dataclass(frozen=True)
class Chance:
    """``best``: probability to be the best variant; ``loss``: expected loss per recipient from choosing it."""

    name: str
    best: float
    loss: float


@dataclass(frozen=True)
class Verdict:
    """``key`` and the ``values`` that its words need, see :func:`verdict`."""

    key: Conclusion
    values: Mapping[str, float | str]


def estimates(variants: Sequence[Variant], metric: Metric = "conversion", alpha: float = ALPHA) -> list[Interval]:
    """Each variant's own rate or revenue per recipient, with an interval that holds at every look and for all variants
    together; a rate's ends are at least 0 and at most 1. Errors as in :func:`comparisons`."""
    samples = _samples(variants, metric)
    variances = np.array([sample.variance_of_mean for sample in samples])
    reaches = always_valid_reach(variances, SPREAD * _pooled_mean(samples), alpha / len(samples))
    least, most = (0.0, 1.0) if metric == "conversion" else (-np.inf, np.inf)
    return [
        Interval(sample.mean, float(max(sample.mean - reach, least)), float(min(sample.mean + reach, most)))
        for sample, reach in zip(samples, reaches, strict=True)
    ]


def comparisons(variants: Sequence[Variant], metric: Metric = "conversion", alpha: float = ALPHA) -> list[Comparison]:
    """Each variant but the first against the first. Raises ``ValueError`` for fewer than two variants, names that are
    there twice, variants without recipients, no revenue where it is asked for."""
    samples = _samples(variants, metric)
    first, others = samples[0], samples[1:]
    gaps = np.array([sample.mean - first.mean for sample in others])
    variances = np.array([sample.variance_of_mean + first.variance_of_mean for sample in others])
    tau = SPREAD * _pooled_mean(samples)
    reaches = always_valid_reach(variances, tau, alpha / len(others))
    p_values = holm(always_valid_p(gaps, variances, tau))
    return [
        Comparison(
            variant.name, sample.mean, Interval(float(gap), float(gap - reach), float(gap + reach)),
            float(gap / first.mean) if first.mean > 0 else None, float(p_value),
        )
        for variant, sample, gap, reach, p_value in zip(variants[1:], others, gaps, reaches, p_values, strict=True)
    ]  # fmt: skip


def chances(variants: Sequence[Variant], metric: Metric = "conversion") -> list[Chance]:
    """Probability to be best and expected loss of each variant; errors as in :func:`comparisons`."""
    samples = _samples(variants, metric)
    if metric == "conversion":
        best, loss = posterior.of_rates([one.conversions for one in variants], [one.recipients for one in variants])
    else:
        best, loss = posterior.of_means(samples)
    return [Chance(one.name, float(best[at]), float(loss[at])) for at, one in enumerate(variants)]


def split_p_value(variants: Sequence[Variant]) -> float:
    """P-value of "recipients are in the shares of the campaign" (chi-square); 1 without recipients."""
    from scipy.special import chdtrc

    seen = np.array([variant.recipients for variant in variants], dtype=np.float64)
    expected = _expected(variants)
    if not seen.sum():
        return 1.0
    return float(chdtrc(len(seen) - 1, float(((seen - expected) ** 2 / expected).sum())))


def verdict(
    variants: Sequence[Variant], metric: Metric = "conversion", *, smallest: float = SMALLEST, alpha: float = ALPHA
) -> Verdict:
    """What may be concluded today, and tomorrow again. The first that holds of:

    - ``broken_split``: ``p_value``, ``name`` of the variant that is farthest off, its ``recipients`` and ``expected``
      ones;
    - ``too_small``: fewer than 100 recipients in a variant, or 10 conversions on average: ``recipients`` (of the
      smallest), ``conversions`` (of all), ``least_recipients``, ``least_conversions``;
    - ``winner``: ``name``; ``low`` and ``high`` of its difference to the first (of the first: to the next best),
      ``difference``, ``p_value``, and ``ties``: how many others are better than the first as well;
    - ``no_difference_yet``: every difference to the first is surely smaller than ``smallest`` (relative): ``at_most``,
      the largest that is still possible, relative;
    - ``needs_more``: ``recipients`` each variant needs in all to find a difference of ``smallest`` in 80 of 100 cases,
      ``times`` as many as the smallest has now.

    ``smallest``: the relative difference worth knowing. Raises as :func:`comparisons`."""
    samples = _samples(variants, metric)
    if (p_value := split_p_value(variants)) < BROKEN:
        return _broken(variants, p_value)
    fewest, conversions = min(one.recipients for one in variants), sum(one.conversions for one in variants)
    least_conversions = LEAST_CONVERSIONS * len(variants)
    if fewest < LEAST_RECIPIENTS or conversions < least_conversions:
        values = {"recipients": fewest, "conversions": conversions, "least_recipients": LEAST_RECIPIENTS}
        return Verdict("too_small", {**values, "least_conversions": least_conversions})
    compared = comparisons(variants, metric, alpha)
    if won := _winner(variants[0].name, compared, alpha):
        return won
    mean = _pooled_mean(samples)
    at_most = max(max(abs(one.difference.low), abs(one.difference.high)) for one in compared) / mean if mean > 0 else 1
    if at_most <= smallest:
        return Verdict("no_difference_yet", {"at_most": float(at_most)})
    variance = max(sample.variance_of_mean for sample in samples[1:]) + samples[0].variance_of_mean
    between = 1 + smallest / 2  # the pooled figure, and its variance with it, if one variant is so much better
    times = times_as_many(smallest * mean, variance * between, SPREAD * mean * between, alpha / len(compared))
    times = max(1.0, times)
    return Verdict("needs_more", {"recipients": float(np.ceil(times * fewest)), "times": times})


def _winner(first: str, compared: Sequence[Comparison], alpha: float) -> Verdict | None:
    sure = [one for one in compared if one.p_value <= alpha]
    better = [one for one in sure if (one.difference.estimate or 0.0) > 0]
    if better:
        best = max(better, key=lambda one: one.per_recipient)
        return _won(best.name, best, 1, len(better) - 1)
    if len(sure) == len(compared):  # all others are worse
        return _won(first, max(compared, key=lambda one: one.per_recipient), -1, 0)
    return None


def _won(name: str, compared: Comparison, sign: int, ties: int) -> Verdict:
    low, high = sorted((sign * compared.difference.low, sign * compared.difference.high))
    difference = sign * (compared.difference.estimate or 0.0)
    values = {"difference": difference, "low": low, "high": high, "p_value": compared.p_value, "ties": ties}
    return Verdict("winner", {"name": name, **values})


def _broken(variants: Sequence[Variant], p_value: float) -> Verdict:
    expected = _expected(variants)
    off = [abs(one.recipients - right) / right**0.5 for one, right in zip(variants, expected, strict=True)]
    at = int(np.argmax(off))
    values = {"recipients": variants[at].recipients, "expected": float(expected[at]), "p_value": p_value}
    return Verdict("broken_split", {"name": variants[at].name, **values})


def _expected(variants: Sequence[Variant]) -> Floats:
    weights = np.array([variant.weight for variant in variants], dtype=np.float64)
    expected: Floats = weights / weights.sum() * sum(variant.recipients for variant in variants)
    return expected


def _pooled_mean(samples: Sequence[Sample]) -> float:
    return sum(one.mean * one.people for one in samples) / sum(one.people for one in samples)


def _samples(variants: Sequence[Variant], metric: Metric) -> list[Sample]:
    """Each variant's mean, with the variance between people of all variants."""
    if len(variants) < 2 or len({one.name for one in variants}) < len(variants):
        raise ValueError("a test has at least two variants, each with its own name")
    if empty := [one.name for one in variants if not one.recipients]:
        raise ValueError(f"variants without recipients: {', '.join(empty)}")
    people = sum(one.recipients for one in variants)
    if metric == "conversion":
        rate = (sum(one.conversions for one in variants) + 1) / (people + 2)
        return [Sample(one.recipients, one.conversions / one.recipients, rate * (1 - rate)) for one in variants]
    revenues = [one.revenue for one in variants if one.revenue is not None]
    if len(revenues) < len(variants):
        raise ValueError("there is no revenue to compare: a variant has none")
    plains = [plain(revenue) for revenue in revenues]
    variance = sum(one.variance * (one.people - 1) for one in plains) / max(people - len(plains), 1)
    return [Sample(one.people, one.mean, variance) for one in plains]
