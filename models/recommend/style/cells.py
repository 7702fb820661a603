"""Nearly the nearest vectors among millions: only cells of vectors that lie close to each other are compared.

Belongs here: cutting a catalogue into cells and searching the closest ones. Does not belong here: exact search
(``exact``). The idea is the inverted file index (Jégou, Douze and Schmid, 2011), with all products of a cell
searching the same cells, so that each step is one multiplication of matrices.
"""

from collections.abc import Iterator
from typing import Final

import numpy as np

from models.recommend.style.exact import Found, Rows, Vectors, nearest

PER_CELL: Final = 1000  # products
PROBED: Final = 48  # cells searched for the products of a cell, its own among them; see benchmarks.recommend
_SAMPLE_PER_CELL, _ROUNDS, _BLOCK = 64, 8, 8192


def nearest_by_cells(
    vectors: Vectors, shown: Rows, n: int, per_cell: int = PER_CELL, probed: int = PROBED, seed: int = 0
) -> Iterator[Found]:
    """Like :func:`models.recommend.style.exact.nearest`, among the ``probed`` cells closest to each product's own.

    Products whose cells hold fewer than ``n`` others get shorter lists. Same input, same result.
    """
    cells = max(1, len(shown) // per_cell)
    centres = _centres(vectors[shown], cells, seed)
    cell_of = _closest(vectors, centres)
    members = _grouped(cell_of[shown], cells)
    asking = _grouped(cell_of, cells)
    closeness = centres @ centres.T
    np.fill_diagonal(closeness, np.inf)
    for cell in range(cells):
        if asking[cell].size:
            near = np.argsort(-closeness[cell], kind="stable")[:probed]
            others = np.sort(shown[np.concatenate([members[each] for each in near])])
            if others.size:
                yield from nearest(vectors, asking[cell], others, n)


def _grouped(cell_of: Rows, cells: int) -> list[Rows]:
    """Places of the members of each cell, in order."""
    order = np.argsort(cell_of, kind="stable")
    return np.split(order, np.searchsorted(cell_of[order], np.arange(1, cells)))


def _centres(vectors: Vectors, cells: int, seed: int) -> Vectors:
    """Unit centres of ``cells`` groups: spherical k-means (Dhillon and Modha, 2001) on a sample."""
    rng = np.random.default_rng(seed)
    size = min(len(vectors), cells * _SAMPLE_PER_CELL)
    sample = vectors[np.sort(rng.choice(len(vectors), size, replace=False))]
    centres = sample[np.sort(rng.choice(size, min(cells, size), replace=False))]
    for _ in range(_ROUNDS):
        group = _closest(sample, centres)
        order = np.argsort(group, kind="stable")
        used, starts = np.unique(group[order], return_index=True)
        sums = np.add.reduceat(sample[order], starts, axis=0)
        centres = centres.copy()  # a cell that lost all its members stays where it was
        centres[used] = sums / np.maximum(np.linalg.norm(sums, axis=1, keepdims=True), 1e-12)
    return centres


def _closest(vectors: Vectors, centres: Vectors) -> Rows:
    parts = [np.argmax(vectors[first : first + _BLOCK] @ centres.T, axis=1) for first in range(0, len(vectors), _BLOCK)]
    return np.concatenate(parts).astype(np.int64)
