"""What must be known of a group's revenue: six sums, which SQL gives, and no person.

Belongs here: means and variances from sums, and taking out what the time before explains (CUPED). Does not belong here:
comparing groups (``lift``, ``variants``).

CUPED: Deng, Xu, Kohavi and Walker, "Improving the sensitivity of online controlled experiments by utilizing
pre-experiment data" (2013): ``y - theta (x - mean x)`` has the same expectation, and ``1 - r^2`` of the variance, when
``x`` (spent in as many days before the campaign) is from before anybody was drawn. ``theta`` is one for all groups,
from their pooled sums about the groups' means, so that groups cannot differ by it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

_NOTHING: Final = 1e-12  # of the sum of squares: what is left of a constant by rounding


@dataclass(frozen=True)
class Moments:
    """Sums over the people of a group, buyers or not: ``total`` of the value y, of its ``squares`` and ``cubes``; of
    the covariate x ``before``, its ``before_squares``, and of x times y ``products``. Raises ``ValueError`` without
    people."""

    people: int
    total: float
    squares: float
    cubes: float = 0.0
    before: float = 0.0
    before_squares: float = 0.0
    products: float = 0.0

    def __post_init__(self) -> None:
        if self.people < 1:
            raise ValueError("there are no people in the group")

    @property
    def mean(self) -> float:
        return self.total / self.people

    def skewness(self) -> float:
        """Third central moment over the standard deviation to the third; 0 where all values are alike."""
        n, mean = self.people, self.mean
        variance = self.squares / n - mean**2
        if variance <= _NOTHING * self.squares / n:
            return 0.0
        return float((self.cubes / n - 3 * mean * self.squares / n + 2 * mean**3) / variance**1.5)

    def spread(self) -> tuple[float, float, float]:
        """Sums of squares about the means: of y, of x, and of their products; what is rounding only is 0."""
        n = self.people
        values = self.squares - self.total**2 / n
        before = self.before_squares - self.before**2 / n
        values = values if values > _NOTHING * self.squares else 0.0
        if before <= _NOTHING * self.before_squares:
            return values, 0.0, 0.0
        return values, before, self.products - self.total * self.before / n


@dataclass(frozen=True)
class Sample:
    """A group as a test sees it: ``mean`` of a person and the ``variance`` between persons."""

    people: int
    mean: float
    variance: float

    @property
    def variance_of_mean(self) -> float:
        return self.variance / self.people


def moments_of(values: ArrayLike, before: ArrayLike | None = None) -> Moments:
    """The sums of arrays of shape (people,)."""
    y = np.asarray(values, dtype=np.float64)
    x = np.zeros_like(y) if before is None else np.asarray(before, dtype=np.float64)
    sums = (y, y**2, y**3, x, x**2, x * y)
    return Moments(len(y), *(float(one.sum()) for one in sums))


def plain(group: Moments) -> Sample:
    """The group as it is."""
    return Sample(group.people, group.mean, group.spread()[0] / max(group.people - 1, 1))


def adjusted(groups: Sequence[Moments]) -> tuple[list[Sample], float]:
    """The groups with what the time before explains taken out, and the theta they share.

    Theta is 0, and nothing is taken out, where the covariate does not vary within groups. The means stay those of
    people with the covariate's mean over all groups."""
    spreads = [group.spread() for group in groups]
    before, products = sum(one[1] for one in spreads), sum(one[2] for one in spreads)
    theta = products / before if before > 0 else 0.0
    middle = sum(group.before for group in groups) / sum(group.people for group in groups)
    samples = []
    for group, (values, own_before, own_products) in zip(groups, spreads, strict=True):
        left = max(values - 2 * theta * own_products + theta**2 * own_before, 0.0)
        mean = group.mean - theta * (group.before / group.people - middle)
        samples.append(Sample(group.people, mean, left / max(group.people - 1, 1)))
    return samples, theta
