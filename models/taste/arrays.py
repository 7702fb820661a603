"""Arrays of the taste space: their types, and the few operations that every part of it needs.

Belongs here: type names, unit vectors. Does not belong here: anything that knows what a row stands for.
"""

from typing import Any

import numpy as np
import numpy.typing as npt

Vectors = npt.NDArray[np.float32]  # one row per thing, one column per dimension
Numbers = npt.NDArray[np.float64]
Groups = npt.NDArray[np.int32]  # group of each row; NO_GROUP for none
Rows = npt.NDArray[np.int64]
Sparse = Any  # scipy.sparse.csr_matrix of float32: scipy ships no types

NO_GROUP = -1  # of a customer who was seen and has no taste of their own


def unit_rows(vectors: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Rows scaled to length one, in the precision they have; a row of zeros stays one."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    scaled: npt.NDArray[Any] = vectors / np.where(lengths == 0, 1, lengths)
    return scaled


def unit(vectors: npt.NDArray[Any]) -> Vectors:
    """:func:`unit_rows` as the space keeps them, float32."""
    return unit_rows(vectors).astype(np.float32)


def mean_by_group(vectors: Vectors, groups: Groups, count: int) -> Vectors:
    """Unit mean vector of each of ``count`` groups, shape (count, dimensions); rows without a group do not count."""
    from scipy.sparse import csr_matrix

    rows = np.flatnonzero(groups >= 0)
    members = csr_matrix((np.ones(rows.size, np.float32), (groups[rows], rows)), shape=(count, len(groups)))
    return unit(np.asarray(members @ vectors))
