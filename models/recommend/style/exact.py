"""The nearest vectors, exactly: blocks of similarities, and the best of each row without sorting it.

Belongs here: searching among all candidates. Does not belong here: products and their ids (``neighbours``), searching
only the likely ones (``cells``).
"""

from collections.abc import Iterator
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Vectors: TypeAlias = NDArray[np.float32]
Rows: TypeAlias = NDArray[np.int64]
Found: TypeAlias = tuple[Rows, Rows, NDArray[np.float64]]  # row, other, score: flat, best first within a row

_SCORES = 24_000_000  # similarities held at once: 96 MB
_DECIMALS = 5  # float32 sums differ in the sixth from one machine to another
_STRIDE = 64


def nearest(vectors: Vectors, asking: Rows, shown: Rows, n: int) -> Iterator[Found]:
    """Neighbours of the rows ``asking`` among the rows ``shown`` (sorted), block by block; ties go to the lower row.

    ``vectors``: float32 (rows, dimensions).
    """
    if not shown.size or n < 1:
        return
    candidates = vectors[shown]
    block = max(1, _SCORES // shown.size)
    for first in range(0, len(asking), block):
        rows = asking[first : first + block]
        yield best_of(vectors[rows] @ candidates.T, rows, shown, n)


def best_of(scores: Vectors, rows: Rows, others: Rows, n: int) -> Found:
    """The ``n`` best of each row of ``scores`` (rows, others), the row itself left out: (row, other, score), each flat.

    ``rows`` and ``others`` (sorted) say which products rows and columns are; ``scores`` is written over.
    """
    place = np.minimum(np.searchsorted(others, rows), len(others) - 1)
    own = np.flatnonzero(others[place] == rows)
    scores[own, place[own]] = -np.inf
    least = np.maximum(_thresholds(scores, n) - 2 * 10.0**-_DECIMALS, -2).astype(np.float32)  # room for rounding
    row, column = np.divmod(np.flatnonzero(scores >= least[:, None]), scores.shape[1])
    found = scores[row, column].astype(np.float64).round(_DECIMALS)
    order = np.lexsort((column, -found, row))
    row, column, found = row[order], column[order], found[order]
    kept = np.arange(len(row)) - np.searchsorted(row, row) < n
    return rows[row[kept]], others[column[kept]], found[kept]


def _thresholds(scores: Vectors, n: int) -> Vectors:
    """For each row a score that at least ``n`` columns reach (all, where there are hardly more), found in one pass.

    Of the maxima of disjoint groups of columns the ``n``-th largest is reached by ``n`` columns at least; it is much
    cheaper than sorting the row, and leaves few columns to sort.
    """
    width = scores.shape[1]
    groups = width // _STRIDE
    if groups > 2 * n:
        scores = scores[:, : groups * _STRIDE].reshape(len(scores), _STRIDE, groups).max(axis=1)
        width = groups
    if width <= n:
        return np.full(len(scores), -np.inf, dtype=np.float32)
    return np.asarray(np.partition(scores, width - n, axis=1)[:, width - n])
