"""Products as points in a space learned from sessions, and the nearest products of each.

Belongs here: vectors from what stands close together in sessions, the nearest products of each. Does not belong here:
the search itself (``style.exact``, ``style.cells``), the vectors of taste (``models.taste``), which also know texts.
"""

import numpy as np
from numpy.typing import NDArray

from models.recommend.sessions import Sessions
from models.recommend.style.cells import nearest_by_cells
from models.recommend.style.exact import nearest as nearest_exact
from models.recommend.style.neighbours import EXACT_UP_TO
from models.taste.arrays import Sparse, Vectors, unit
from models.taste.behaviour import positive_information

WINDOW = 10  # steps within which two products of a session count as close together
CELL, PROBED = 250, 32  # products of a cell, cells searched: finds 98.7 % of the 60 nearest of 43,000 in a quarter of
# the time of an exact search
REACHED = 1e-6  # length of a vector below which it is rounding, not a place


def near_in_sessions(sessions: Sessions, *, window: int = WINDOW) -> Sparse:
    """How close products stand in sessions: the sum of 1 / distance, CSR of shape (products, products)."""
    from scipy.sparse import coo_matrix, csr_matrix

    products, count = sessions.products, len(sessions.ids)
    of_step = np.repeat(np.arange(len(sessions), dtype=np.int32), sessions.lengths)
    near = csr_matrix((count, count), dtype=np.float32)
    for distance in range(1, window + 1):
        same = of_step[distance:] == of_step[:-distance]
        one, other = products[:-distance][same], products[distance:][same]
        weight = np.full(len(one), 1 / distance, np.float32)
        near = near + coo_matrix((weight, (one, other)), shape=(count, count)).tocsr()
    both = (near + near.T).tocsr()
    both.setdiag(0)
    both.eliminate_zeros()
    return both


def session_vectors(sessions: Sessions, *, dimensions: int = 64, seed: int = 0) -> Vectors:
    """Unit vectors (products, dimensions) float32 from positive PMI by SVD.

    Zero for what never stood beside anything, and for what the leading dimensions do not reach.
    """
    from sklearn.utils.extmath import randomized_svd

    near = near_in_sessions(sessions)
    found = np.zeros((len(sessions.ids), dimensions), np.float32)
    wanted = min(dimensions, len(sessions.ids) - 1)
    if near.nnz == 0 or wanted < 1:
        return found
    left, strength, _ = randomized_svd(positive_information(near), wanted, random_state=seed)
    found[:, :wanted] = left * np.sqrt(strength)
    found[np.linalg.norm(found, axis=1) < REACHED] = 0
    return unit(found)


def nearest(vectors: Vectors, count: int, *, exact_up_to: int = EXACT_UP_TO) -> NDArray[np.int32]:
    """The ``count`` nearest others of each product, shape (products, count), nearest first, -1 where there are fewer.

    Of equally near ones the lower code comes first. A product without a vector has no neighbours and is nobody's. Among
    more than ``exact_up_to`` products only cells that lie close to each other are searched.
    """
    found = np.full((len(vectors), count), -1, np.int32)
    known = np.flatnonzero(np.einsum("ij,ij->i", vectors, vectors) > 0)
    space, every = np.ascontiguousarray(vectors[known]), np.arange(len(known))
    if len(known) > exact_up_to:
        search = nearest_by_cells(space, every, count, CELL, PROBED)
    else:
        search = nearest_exact(space, every, every, count)
    for rows, others, _ in search:
        found[known[rows], np.arange(len(rows)) - np.searchsorted(rows, rows)] = known[others]
    return found
