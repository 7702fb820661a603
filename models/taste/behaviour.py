"""Product vectors from behaviour: products that the same people look at in the same sitting lie close together.

Belongs here: which sittings are counted, what is looked at together in them, positive pointwise mutual information, its
reduction to vectors. Does not belong here: texts, mixing both signals (``embeddings``).
"""

from dataclasses import dataclass

import numpy as np
import polars as pl

from models.taste.arrays import Numbers, Sparse, Vectors, unit
from models.taste.interest import product_codes

CONTEXT_SMOOTHING = 0.75  # Levy, Goldberg and Dagan 2015: rare contexts would else dominate
MOST_BASKETS = 500_000  # sittings (and customers) beyond these hardly move the vectors: measured in docs/benchmarks.md


@dataclass(frozen=True)
class Behaviour:
    """``vectors``: float32 (products, dimensions), rows of length one, or zero where nothing is known of a product;
    ``support``: float64 (products,), how many sightings together with others a vector rests on."""

    vectors: Vectors
    support: Numbers


def some_sittings(rows: pl.LazyFrame, *, most: int = MOST_BASKETS) -> pl.LazyFrame:
    """``session_id, product_id`` of all sittings, or of about ``most`` of them: by hash, always the same ones."""
    session = pl.col("session_id").hash(seed=1)
    total = int(rows.select(session.n_unique()).collect(engine="streaming").item())
    share = max(1, -(-total // most))
    return rows.filter(session % share == 0).select("session_id", "product_id")


def sitting_matrix(rows: pl.LazyFrame, products: pl.Series, *, most: int = MOST_BASKETS) -> Sparse:
    """Which products (columns) were seen in which sitting (rows): 0/1 CSR of sittings with two products or more.

    Of more than ``most`` sittings :func:`some_sittings` are taken.
    """
    from scipy.sparse import csr_matrix

    session = pl.col("session_id").hash(seed=1).alias("session")
    seen = some_sittings(rows, most=most).join(product_codes(products), on="product_id").select(session, "product")
    seen = seen.unique().filter(pl.len().over("session") >= 2)
    pairs = seen.collect(engine="streaming").sort("session", "product")
    row = pairs["session"].rle_id().to_numpy()
    shape = (int(row[-1]) + 1 if row.size else 0, len(products))
    return csr_matrix((np.ones(row.size, np.float32), (row, pairs["product"].to_numpy())), shape=shape)


def seen_together(baskets: Sparse) -> Sparse:
    """How often two products share a basket, shape (products, products), diagonal empty.

    A basket of m products gives each of its pairs 1 / (m - 1), so that every product of every basket counts once.
    """
    from scipy.sparse import diags

    size = np.diff(baskets.indptr)
    binary = baskets.copy()
    binary.data = np.ones_like(binary.data)
    scaled = diags((1 / np.sqrt(np.maximum(size - 1, 1))).astype(np.float32)) @ binary
    together = (scaled.T @ scaled).tocsr()
    together.setdiag(0)
    together.eliminate_zeros()
    return together


def behaviour_vectors(sittings: Sparse, customers: Sparse, *, dimensions: int = 64, seed: int = 0) -> Behaviour:
    """Vectors from both kinds of togetherness: in one sitting, and by one customer over the window.

    Positive PMI with smoothed contexts (Levy, Goldberg and Dagan 2015), reduced by a truncated SVD; directions keep
    their singular values. Counts of the two kinds are added, as their sum did better than either (docs/benchmarks.md).
    """
    from sklearn.utils.extmath import randomized_svd

    together = seen_together(sittings) + seen_together(customers[: min(customers.shape[0], MOST_BASKETS)])
    support = np.asarray(together.sum(axis=1)).ravel()
    information = positive_information(together) if together.nnz else together
    wanted = min(dimensions, information.shape[0] - 1)
    if information.nnz == 0 or wanted < 1:
        return Behaviour(np.zeros((information.shape[0], dimensions), np.float32), support)
    left, strength, _ = randomized_svd(information, wanted, random_state=seed)
    vectors = np.zeros((information.shape[0], dimensions), np.float32)
    vectors[:, :wanted] = left * strength
    vectors[support == 0] = 0  # rounding would else give directions to products nobody saw
    return Behaviour(unit(vectors), support)


def positive_information(together: Sparse) -> Sparse:
    """max(0, ln(p(a, b) / (p(a) p'(b)))), made symmetric; p' is smoothed by :data:`CONTEXT_SMOOTHING`. CSR float32.

    A product is as close to itself as to the one it is seen with most (else two products only ever seen with each other
    would have no context in common).
    """
    from scipy.sparse import csr_matrix, diags

    pairs = together.tocoo()
    total = np.asarray(together.sum(axis=1)).ravel()
    smoothed = total**CONTEXT_SMOOTHING
    smoothed = smoothed / max(smoothed.sum(), 1e-12)
    value = np.log(np.maximum(pairs.data / (total[pairs.row] * smoothed[pairs.col] + 1e-12), 1e-12))
    kept = value > 0
    one_way = csr_matrix((value[kept], (pairs.row[kept], pairs.col[kept])), shape=together.shape, dtype=np.float32)
    both_ways = (one_way + one_way.T) / 2
    return (both_ways + diags(both_ways.max(axis=1).toarray().ravel())).tocsr()
