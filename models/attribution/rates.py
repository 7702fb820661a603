"""Two conversion rates compared: intervals and p-value that never contradict one another.

Belongs here: score intervals of the difference and of the ratio, for many comparisons at once. Does not belong here:
what they are compared for (``lift``, ``characteristics``), looking at a test every day (``sequential``).

Miettinen and Nurminen, "Comparative analysis of two rates", Statistics in Medicine 4 (1985): the interval holds those
differences (ratios) that a score test does not reject, whose variance is that of the likeliest rates with just that
difference, in closed form (Farrington and Manning, 1990), times ``N / (N - 1)``. Chosen over Newcombe's because the two
intervals and the p-value come from one statistic: an interval leaves out "no lift" exactly when the p-value is below
0.05, for difference and ratio alike, and all hold at 0 conversions and at groups of very different size (holdouts).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
_HALVINGS: Final = 60


@dataclass(frozen=True)
class Rates:
    """Conversions of people in two groups, arrays of one shape. Raises ``ValueError`` for no people or for more
    conversions than people."""

    people: Floats
    conversions: Floats
    other_people: Floats
    other_conversions: Floats

    def __post_init__(self) -> None:
        for people, conversions in (
            (self.people, self.conversions),
            (self.other_people, self.other_conversions),
        ):
            if not (people >= 1).all():
                raise ValueError("a rate needs at least one person in each group")
            if not ((conversions >= 0) & (conversions <= people)).all():
                raise ValueError("there are from 0 to as many who converted as people")

    @property
    def rate(self) -> Floats:
        return self.conversions / self.people

    @property
    def other_rate(self) -> Floats:
        return self.other_conversions / self.other_people


def rates_of(people: ArrayLike, conversions: ArrayLike, other_people: ArrayLike, other_conversions: ArrayLike) -> Rates:
    """:class:`Rates` of anything that is numbers, brought to one shape."""
    given = (people, conversions, other_people, other_conversions)
    return Rates(*np.broadcast_arrays(*(np.asarray(one, dtype=np.float64) for one in given)))


def p_values(rates: Rates) -> Floats:
    """Two-sided p-values of "the same rate"."""
    from scipy.special import erfc

    found: Floats = erfc(np.abs(_difference_score(rates, np.zeros_like(rates.people))) / np.sqrt(2))
    return found


def difference_intervals(rates: Rates, confidence: float = 0.95) -> tuple[Floats, Floats]:
    """Lower and upper ends of rate less other rate, -1 to 1."""
    z, found = _quantile(confidence), rates.rate - rates.other_rate
    low = _root(lambda at: _difference_score(rates, at) - z, np.full_like(found, -1.0), found)
    return low, _root(lambda at: _difference_score(rates, at) + z, found, np.ones_like(found))


def ratio_intervals(rates: Rates, confidence: float = 0.95) -> tuple[Floats, Floats]:
    """Lower and upper ends of rate over other rate, 0 to infinity (without conversions in the other group)."""
    z, whole = _quantile(confidence), rates.conversions + rates.other_rate * rates.people
    with np.errstate(invalid="ignore"):
        found = np.where(whole > 0, rates.conversions / whole, 0.5)  # r / (1 + r) of the ratio r lies within 0 to 1
    low = _root(lambda at: _ratio_score(rates, at) - z, np.zeros_like(found), found)
    high = _root(lambda at: _ratio_score(rates, at) + z, found, np.ones_like(found))
    low = np.where(rates.conversions == 0, 0.0, low)
    high = np.where(rates.other_conversions == 0, 1.0, high)
    with np.errstate(divide="ignore"):
        return low / (1 - low), high / (1 - high)


def _quantile(confidence: float) -> float:
    from scipy.special import ndtri

    if not 0 < confidence < 1:
        raise ValueError(f"a confidence lies between 0 and 1, not {confidence}")
    return float(ndtri(0.5 + confidence / 2))


def _root(falls: Callable[[Floats], Floats], low: Floats, high: Floats) -> Floats:
    """Where a falling function passes 0, between ``low`` and ``high``."""
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        is_above = falls(middle) > 0
        low, high = np.where(is_above, middle, low), np.where(is_above, high, middle)
    return (low + high) / 2


def _score(gap: Floats, variance: Floats, rates: Rates) -> Floats:
    everybody = rates.people + rates.other_people
    with np.errstate(divide="ignore", invalid="ignore"):
        found = gap / np.sqrt(np.maximum(variance, 0) * everybody / (everybody - 1))
    return np.where(np.abs(gap) < 1e-15, 0.0, found)


def _difference_score(rates: Rates, difference: Floats) -> Floats:
    other = rates.other_people / rates.people
    p, q = rates.rate, rates.other_rate
    a, b = 1 + other, -(1 + other + p + other * q + difference * (other + 2))
    c = difference**2 + difference * (2 * p + other + 1) + p + other * q
    d = -p * difference * (1 + difference)
    v = b**3 / (27 * a**3) - b * c / (6 * a**2) + d / (2 * a)
    u = np.where(v >= 0, 1.0, -1.0) * np.sqrt(np.maximum(b**2 / (9 * a**2) - c / (3 * a), 0))
    with np.errstate(divide="ignore", invalid="ignore"):
        angle = np.where(u == 0, 0.0, np.clip(v / u**3, -1, 1))
    likely = 2 * u * np.cos((np.pi + np.arccos(angle)) / 3) - b / (3 * a)
    likely = np.clip(likely, np.maximum(difference, 0), 1 + np.minimum(difference, 0))
    less = likely - difference
    variance = likely * (1 - likely) / rates.people + less * (1 - less) / rates.other_people
    return _score(p - q - difference, variance, rates)


def _ratio_score(rates: Rates, at: Floats) -> Floats:
    """``at``: r / (1 + r) of the ratio r. All is multiplied by 1 - at, so that nothing is infinite."""
    over, under = at, 1 - at
    n, m, x, y = rates.people, rates.other_people, rates.conversions, rates.other_conversions
    # the likeliest other rate p solves (n + m) r p^2 - ((n + y) r + x + m) p + x + y = 0
    a, b, c = (n + m) * over, (n + y) * over + (x + m) * under, (x + y) * under
    other = 2 * c / (b + np.sqrt(np.maximum(b**2 - 4 * a * c, 0)))
    with np.errstate(divide="ignore", invalid="ignore"):
        rate = np.clip(np.where(under > 0, other * over / under, 0.0), 0, 1)
    variance = under**2 * rate * (1 - rate) / n + over**2 * other * (1 - other) / m
    return _score(under * rates.rate - over * rates.other_rate, variance, rates)
