"""Small vectorised tools of the simulation: weighted draws, ragged ranges, look-ups in string tables.

Belongs here: what several simulation modules need and knows nothing of shops.
Does not belong here: any vocabulary or behaviour.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

Ints = NDArray[np.integer[Any]]
Floats = NDArray[np.floating[Any]]
Bools = NDArray[np.bool_]


def pick(weights: Sequence[float] | Floats, u: Floats) -> Ints:
    """Index of the weight that each uniform ``u`` in [0, 1) falls on; shape of ``u``."""
    total = np.cumsum(np.asarray(weights, dtype=np.float64))
    found: Ints = np.minimum(np.searchsorted(total, u * total[-1], side="right"), len(total) - 1)
    return found


def pick_row(weights: Floats, row: Ints, u: Floats) -> Ints:
    """Like :func:`pick`, with the weights of row ``row[i]`` of a (rows, choices) matrix for draw ``i``."""
    total = np.cumsum(np.asarray(weights, dtype=np.float64), axis=1)
    total /= total[:, -1:]
    flat = (total + np.arange(len(total))[:, None]).ravel()
    found = np.searchsorted(flat, row + u, side="right") - row * weights.shape[1]
    clipped: Ints = np.clip(found, 0, weights.shape[1] - 1)
    return clipped


def spread(counts: Ints) -> tuple[Ints, Ints]:
    """Rows of a ragged table: for each owner ``i``, ``counts[i]`` rows. Returns (owner, position in owner)."""
    owner = np.repeat(np.arange(len(counts)), counts)
    first = np.cumsum(counts) - counts
    return owner, np.arange(len(owner)) - first[owner]


def table(values: Sequence[str] | pl.Series) -> pl.Series:
    """A string table for :func:`look_up`: the values and, as the last entry, null."""
    series = values if isinstance(values, pl.Series) else pl.Series(values, dtype=pl.String)
    return pl.concat([series.cast(pl.String), pl.Series([None], dtype=pl.String)])


def look_up(strings: pl.Series, index: Ints) -> pl.Series:
    """Strings at ``index``; null where it is -1."""
    return strings.gather(pl.Series(np.where(index < 0, len(strings) - 1, index).astype(np.uint32)))


def scramble(numbers: Ints, salt: int) -> Ints:
    """A one-to-one shuffle of the integers below 2**31: neighbours get unlike numbers, none gets the same."""
    mask = (1 << 31) - 1
    mixed = (numbers.astype(np.int64) * 1_103_515_245 + salt) & mask
    mixed ^= mixed >> 15
    return (mixed * 0x2C1B3C6D + 12_345) & mask
