"""Filling lists that are too short.

Belongs here: adding what a list lacks from others, without repeating. Does not belong here: which lists stand in for
which (``chains``).
"""

import numpy as np
from numpy.typing import NDArray

COMPARED = 50_000_000  # products compared at a time, a byte each


def filled_up(lists: NDArray[np.int32], popular: NDArray[np.int32], k: int) -> NDArray[np.int32]:
    """``lists`` (rows, any length; -1 is an empty place) followed by ``popular`` until each has ``k`` products.

    No product stands twice on a list; -1 remains where ``popular`` is too short.
    """
    full = np.full((len(lists), k), -1, np.int32)
    batch = max(1, COMPARED // max(1, 2 * k * lists.shape[1]))
    for start in range(0, len(lists), batch):
        own = lists[start : start + batch]
        spare = np.broadcast_to(popular[: 2 * k], (len(own), min(2 * k, len(popular))))
        fresh = ~(spare[:, :, None] == own[:, None, :]).any(axis=2) if own.shape[1] else np.ones(spare.shape, bool)
        both = np.concatenate([own, np.where(fresh, spare, -1)], axis=1)
        order = np.argsort(both < 0, axis=1, kind="stable")[:, :k]
        kept = np.take_along_axis(both, order, 1)
        full[start : start + batch, : kept.shape[1]] = kept
    return full
