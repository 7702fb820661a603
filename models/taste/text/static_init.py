"""What tokens mean by the texts alone: the start of a text model, and all of it in a shop without views.

Belongs here: token vectors from which tokens stand together in titles. Does not belong here: co-viewed products
(``static_fit``).
"""

import numpy as np
from numpy.typing import NDArray

from models.taste.text.static_tokens import Bags

_ENOUGH = 5  # times a token has to be seen for its company to be believed in full


def vectors_from_texts(bags: Bags, dimensions: int, seed: int) -> NDArray[np.float32]:
    """Token vectors Float32[vocabulary, dimensions] such that the mean over a title stands for the title.

    Direction: positive pointwise mutual information of tokens in one title, its left singular vectors times the root of
    the singular values (Levy and Goldberg 2014); a token that is never beside another has a direction by chance.
    Length: one, less for tokens seen fewer than five times. What all titles have in common is taken out (Arora, Liang
    and Ma 2017). Measured against lengths that fall with frequency, as IDF and theirs do: those were worse.
    """
    directions = _unit(_singular_vectors(bags, dimensions, seed))
    by_chance = _unit(np.random.default_rng(seed).standard_normal((bags.vocabulary, dimensions)))
    alone = ~directions.any(axis=1, keepdims=True)
    counts = bags.counts()
    vectors = np.where(alone, by_chance, directions) * np.minimum(1.0, counts / _ENOUGH)[:, None]
    if len(bags) > 1 and counts.any():  # of a single title nothing would be left
        vectors -= np.average(vectors, axis=0, weights=counts)
    return vectors.astype(np.float32)


def _singular_vectors(bags: Bags, dimensions: int, seed: int) -> NDArray[np.float64]:
    """Float64[vocabulary, dimensions]; zeros for tokens without company and for dimensions that there are not."""
    from scipy.sparse import coo_matrix
    from sklearn.utils.extmath import randomized_svd
    from threadpoolctl import threadpool_limits

    size = bags.vocabulary
    titles = np.repeat(np.arange(len(bags)), np.diff(bags.starts))
    contains = coo_matrix((np.ones(len(titles)), (titles, bags.tokens)), shape=(len(bags), size)).tocsr()
    contains.data[:] = 1.0  # a token twice in a title is in it once
    together = (contains.T @ contains).tocoo()
    others = together.row != together.col
    row, column, count = together.row[others], together.col[others], together.data[others]
    total = np.bincount(row, weights=count, minlength=size)
    information = np.log(count * count.sum() / (total[row] * total[column])) if len(count) else count
    positive = information > 1e-9
    found = np.zeros((size, dimensions))
    if not positive.any():
        return found
    matrix = coo_matrix((information[positive], (row[positive], column[positive])), shape=(size, size)).tocsr()
    with threadpool_limits(1):  # sums in one order whatever the machine is doing
        left, values, _ = randomized_svd(matrix, min(dimensions, size), n_iter=3, random_state=seed)
    telling = values > 1e-6 * values[0]
    found[:, : int(telling.sum())] = left[:, telling] * np.sqrt(values[telling])
    return found


def _unit(vectors: NDArray[np.float64]) -> NDArray[np.float64]:
    """Rows of length one; rows of nothing stay so."""
    length = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit: NDArray[np.float64] = np.divide(vectors, length, out=np.zeros_like(vectors), where=length > 1e-9)
    return unit
