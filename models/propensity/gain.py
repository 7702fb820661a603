"""From which probability (or amount) on a customer is worth a message.

Belongs here: the threshold of a segment. Does not belong here: probabilities.
"""

import numpy as np

from models.propensity.settings import Gain
from models.propensity.trees import Floats


def threshold_of(expected: Floats, gain: Gain, success_value: float, *, is_value: bool) -> float:
    """The least expected value in a segment of customers of whom ``expected`` (rows,) is expected.

    A contact brings ``expected * effect * value`` and costs ``contact_cost``: customers are in from where the one
    exceeds the other. Without a cost, the fewest of whom ``outcome_share`` of everything is expected, at most
    ``most_share`` of all. ``success_value``: of an order; for amounts the margin is taken instead.
    """
    if gain.contact_cost is not None:
        return float(gain.contact_cost / (gain.effect * (gain.margin if is_value else success_value)))
    ordered = np.sort(expected)[::-1]
    if not len(ordered):
        return np.inf
    enough = int(np.searchsorted(np.cumsum(ordered), gain.outcome_share * ordered.sum())) + 1
    return float(ordered[min(enough, max(1, int(gain.most_share * len(ordered)))) - 1])


def contact_gain(expected: Floats, gain: Gain, success_value: float, *, is_value: bool) -> Floats:
    """What a contact of each customer brings, less its cost, in the shop's currency; an unknown cost counts nothing."""
    worth = gain.margin if is_value else success_value
    return expected * gain.effect * worth - (gain.contact_cost or 0.0)
