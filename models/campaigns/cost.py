"""What messages cost, exactly, and how many of them a day's limit lets through.

Belongs here: sums in ``MONEY_UNITS``, cutting a send at a limit. Does not belong here: prices of vendors (settings),
the order of the send (``dispatch``).
"""

import datetime as dt
from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from models.campaigns.fields import MONEY_UNITS, money_units


def affordable(order: npt.NDArray[np.int64], prices: Sequence[int], left: int | None) -> int:
    """How many messages of a send ``left`` pays for: the longest beginning whose costs do not exceed it.

    ``order``: the variant at each place; ``prices`` by variant and ``left`` in ``MONEY_UNITS``; None: no limit."""
    if left is None:
        return len(order)
    costs = np.cumsum(np.asarray(prices, dtype=np.int64)[order])
    return int(np.searchsorted(costs, left, side="right"))


def left_on(day: dt.date, limit: float | None, spent: Mapping[dt.date, int]) -> int | None:
    """What is left of the daily limit, not below nothing; None: no limit."""
    return None if limit is None else max(0, money_units(limit) - spent.get(day, 0))


def amount(units: int) -> float:
    """Money in the shop's currency."""
    return units / MONEY_UNITS
