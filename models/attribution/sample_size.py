"""How many people it takes to see a lift, and what lift so many people show.

Belongs here: sizes for one look at two groups of any shares. Does not belong here: sizes of tests that are looked at
every day (``sequential``).

Rates: Fleiss, "Statistical methods for rates and proportions" (1981), section 3.2, for groups of different size and
without correction for continuity; means: the usual normal formula ``(z_alpha + z_power)^2 * variance / effect^2``.
"""

import math
from dataclasses import dataclass
from typing import Final

POWER: Final = 0.8


@dataclass(frozen=True)
class Needed:
    """People of the campaign's ``audience`` = ``treated`` + ``control``."""

    treated: int
    control: int

    @property
    def audience(self) -> int:
        return self.treated + self.control


def detectable(variance: float, confidence: float = 0.95, power: float = POWER) -> float:
    """The true difference that is found with ``power`` when the difference has the ``variance`` (two-sided)."""
    return _quantile(0.5 + confidence / 2, power) * math.sqrt(variance)


def needed_for_rates(
    base_rate: float, lift: float, control_share: float, confidence: float = 0.95, power: float = POWER
) -> Needed:
    """People needed to find an absolute ``lift`` (such as 0.005 for half a point) over ``base_rate``.

    ``control_share``: of the audience, between 0 and 1. Raises ``ValueError`` for rates outside 0 to 1, no lift."""
    other = base_rate + lift
    if not (0 < base_rate < 1 and 0 < other < 1) or lift == 0:
        raise ValueError(f"a base rate and one with the lift must lie between 0 and 1, not {base_rate} and {other}")
    rest = _rest(control_share)
    mean = control_share * base_rate + rest * other
    none = mean * (1 - mean) / (control_share * rest)
    some = base_rate * (1 - base_rate) / control_share + other * (1 - other) / rest
    alpha, beta = _z(0.5 + confidence / 2), _z(power)
    return _split(((alpha * math.sqrt(none) + beta * math.sqrt(some)) / lift) ** 2, control_share)


def needed_for_means(
    deviation: float, lift: float, control_share: float, confidence: float = 0.95, power: float = POWER
) -> Needed:
    """People needed to find an absolute ``lift`` of an amount with this standard ``deviation`` between persons."""
    if not deviation > 0 or lift == 0:
        raise ValueError(f"the deviation must be above 0 and the lift other than 0, not {deviation} and {lift}")
    variance = deviation**2 * (1 / control_share + 1 / _rest(control_share))
    return _split(_quantile(0.5 + confidence / 2, power) ** 2 * variance / lift**2, control_share)


def _rest(control_share: float) -> float:
    if not 0 < control_share < 1:
        raise ValueError(f"the control share lies between 0 and 1, not {control_share}")
    return 1 - control_share


def _split(audience: float, control_share: float) -> Needed:
    return Needed(math.ceil(audience * (1 - control_share)), math.ceil(audience * control_share))


def _quantile(confidence: float, power: float) -> float:
    return _z(confidence) + _z(power)


def _z(probability: float) -> float:
    from scipy.special import ndtri

    if not 0.5 <= probability < 1:
        raise ValueError(f"confidence lies between 0 and 1, power between 0.5 and 1, not {probability}")
    return float(ndtri(probability))
