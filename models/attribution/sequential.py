"""Tests that may be looked at as often as one likes: p-values and intervals that hold at every look together.

Belongs here: the mixture sequential probability ratio test of a difference whose variance is known well enough. Does
not belong here: which differences (``variants``), tests for one look (``lift``).

Robbins, "Statistical methods related to the law of the iterated logarithm" (1970); Johari, Koomen, Pekelis and Walsh,
"Always valid inference" (Operations Research 70, 2022): for a difference with variance ``v`` and effects mixed as
normal with deviation ``tau``, the likelihood ratio ``sqrt(v / (v + tau^2)) exp(d^2 tau^2 / (2 v (v + tau^2)))`` exceeds
``1 / alpha`` ever, at any look, with a chance of at most alpha when there is no difference.

``tau`` is a share of the rate of that day, an effect in per cent. A campaign's recipients are often all there on the
first day and only their conversions come in, so the variance of the difference of *rates* grows from day to day, while
a mixture needs ``tau^2 / v`` to grow with what is known. In proportion to the rate it grows with the number of
conversions, there as well as where recipients come in day by day, and nobody must know the rate beforehand.
:data:`SPREAD` of 0.2 makes the intervals tightest at about 400 conversions a variant.
"""

from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
SPREAD: Final = 0.2
_TIMES: Final = np.geomspace(1e-4, 1e6, 4_001)


def always_valid_p(difference: ArrayLike, variance: ArrayLike, tau: ArrayLike) -> Floats:
    """P-values of "no difference", of any one shape; 1 where the variance or tau is not above 0.

    ``variance``: of the difference; ``tau``: expected size of differences, in their unit."""
    d, v, t = _together(difference, variance, tau)
    with np.errstate(divide="ignore", invalid="ignore"):
        log_ratio = (np.log(v / (v + t**2)) + d**2 * t**2 / (v * (v + t**2))) / 2
        found = np.exp(-np.maximum(log_ratio, 0.0))
    return np.where((v > 0) & (t > 0), found, 1.0)


def always_valid_reach(variance: ArrayLike, tau: ArrayLike, alpha: float = 0.05) -> Floats:
    """Half the width of the intervals that hold at all looks together; infinite where variance or tau is not above 0.
    An interval leaves out 0 exactly when :func:`always_valid_p` is below ``alpha``."""
    if not 0 < alpha < 1:
        raise ValueError(f"alpha lies between 0 and 1, not {alpha}")
    v, t = _together(variance, tau)
    with np.errstate(divide="ignore", invalid="ignore"):
        reach = np.sqrt(v * (v + t**2) / t**2 * (np.log((v + t**2) / v) - 2 * np.log(alpha)))
    return np.where((v > 0) & (t > 0), reach, np.inf)


def times_as_many(effect: float, variance: float, tau: float, alpha: float = 0.05, power: float = 0.8) -> float:
    """How many times as many people as now find a true ``effect`` with ``power``, at the latest when all are there;
    below 1 where there are more than enough. To 1 %, from 0.0001 to a million; infinite beyond, or without effect."""
    from scipy.special import ndtri

    then = variance / _TIMES
    found = always_valid_reach(then, tau, alpha) + float(ndtri(power)) * np.sqrt(then) <= effect
    return float(_TIMES[np.argmax(found)]) if found.any() else float("inf")


def holm(p_values: ArrayLike) -> Floats:
    """P-values of several comparisons so adjusted that alpha bounds the chance of any false one among them (Holm,
    1979)."""
    p = np.asarray(p_values, dtype=np.float64)
    order = np.argsort(p, kind="stable")
    stepped = np.maximum.accumulate(p[order] * np.arange(len(p), 0, -1))
    found = np.empty_like(p)
    found[order] = np.minimum(stepped, 1.0)
    return found


def _together(*given: ArrayLike) -> tuple[Floats, ...]:
    return tuple(np.broadcast_arrays(*(np.asarray(one, dtype=np.float64) for one in given)))
