"""Product vectors: what people look at together, and what products are called, in one space.

Belongs here: completing behaviour by text where a product was hardly seen, mixing both, choosing the mix by data.
Does not belong here: behaviour alone (``behaviour``), how texts become vectors (``product_text``, ``static_text``).
"""

from dataclasses import dataclass

import numpy as np

from models.taste.arrays import Numbers, Rows, Sparse, Vectors, unit
from models.taste.behaviour import Behaviour, behaviour_vectors

TEXT_SHARES = (0.0, 0.1, 0.2, 0.3, 0.5, 0.7)
# Sightings after which a product's own behaviour weighs as much as that of products with a similar text.
HALF_KNOWN = 3.0
SIMILAR_TEXTS = 10
JUDGED_PAIRS = 20_000


@dataclass(frozen=True)
class ProductSpace:
    """``vectors``: float32 (products, dimensions), unit rows, so that the cosine is ``vectors @ vectors.T``;
    ``text_share``: how much of it is text, 0 to 1; ``told_apart``: share of held-out pairs looked at together that lie
    closer than a pair of equally popular products that met by chance, 0.5 = guessing; nan where nothing was held
    out."""

    vectors: Vectors
    text_share: float
    told_apart: float
    sightings: Numbers  # (products,): how often each was looked at together with others; 0: text alone speaks for it


def product_space(
    sittings: Sparse, customers: Sparse, texts: Vectors, *, dimensions: int = 64, seed: int = 0
) -> ProductSpace:
    """Vectors of all products, those without any view included.

    ``sittings`` and ``customers``: 0/1 or weighted CSR (baskets, products). ``texts``: float32 (products, text
    dimensions), unit rows.
    """
    behaviour = behaviour_vectors(sittings, customers, dimensions=dimensions, seed=seed)
    if not behaviour.support.any():
        return ProductSpace(texts, 1.0, float("nan"), behaviour.support)
    share, told_apart = choose_text_share(sittings, customers, texts, dimensions, seed)
    vectors = mix(completed(behaviour, texts), texts, share)
    return ProductSpace(vectors, share, told_apart, behaviour.support)


def completed(behaviour: Behaviour, texts: Vectors) -> Vectors:
    """Behaviour of each product, shrunk towards that of the products with the most similar texts, unit rows.

    A product never looked at lies where its likes lie, from its first day on.
    """
    known = np.flatnonzero(behaviour.support > 0)
    expected = _expected_from_text(behaviour, texts, known)
    own = (behaviour.support / (behaviour.support + HALF_KNOWN))[:, None]
    return unit(own * behaviour.vectors + (1 - own) * expected)


def _expected_from_text(behaviour: Behaviour, texts: Vectors, known: Rows) -> Vectors:
    from sklearn.neighbors import NearestNeighbors

    count = min(SIMILAR_TEXTS + 1, known.size)
    search = NearestNeighbors(n_neighbors=count, algorithm="brute").fit(texts[known])
    distance, position = search.kneighbors(texts)
    others = known[position] != np.arange(len(texts))[:, None]  # a product does not vouch for itself
    closeness = np.maximum(1 - distance**2 / 2, 1e-3) * others * np.sqrt(behaviour.support[known][position])
    return unit((behaviour.vectors[known][position] * closeness[:, :, None]).sum(axis=1))


def mix(behaviour: Vectors, texts: Vectors, text_share: float) -> Vectors:
    """Both side by side, so that the cosine of two products is the mean of their cosines weighted by ``text_share``."""
    if text_share == 0:
        return behaviour
    return unit(np.hstack([np.sqrt(1 - text_share) * behaviour, np.sqrt(text_share) * texts]))


def choose_text_share(
    sittings: Sparse, customers: Sparse, texts: Vectors, dimensions: int, seed: int
) -> tuple[float, float]:
    """The share of text that best tells apart sittings which the behaviour vectors have not seen, and how well."""
    rng = np.random.default_rng(seed)
    baskets = sittings if sittings.shape[0] >= 2 else customers
    is_held_out = rng.random(baskets.shape[0]) < 0.2
    pairs = looked_at_together(baskets[np.flatnonzero(is_held_out)], rng)
    if len(pairs) < 100:
        return TEXT_SHARES[2], float("nan")
    kept = baskets[np.flatnonzero(~is_held_out)]
    seen = completed(behaviour_vectors(kept, kept[:0], dimensions=dimensions, seed=seed), texts)
    chance = np.column_stack([pairs[:, 0], rng.permutation(pairs[:, 1])])
    met = chance[:, 0] != chance[:, 1]
    scores = [_told_apart(seen, texts, share, pairs[met], chance[met]) for share in TEXT_SHARES]
    # The least text that is as good as the best but for chance (one standard error, Breiman et al. 1984).
    as_good = max(scores) - np.sqrt(max(scores) * (1 - max(scores)) / int(met.sum()))
    best = int(np.argmax(np.array(scores) >= as_good))
    return TEXT_SHARES[best], float(scores[best])


def looked_at_together(baskets: Sparse, rng: np.random.Generator) -> Rows:
    """One random pair of different products of each basket, at most :data:`JUDGED_PAIRS`, shape (pairs, 2)."""
    size = np.diff(baskets.indptr)
    rows = np.flatnonzero(size >= 2)
    rows = rows if rows.size <= JUDGED_PAIRS else np.sort(rng.choice(rows, JUDGED_PAIRS, replace=False))
    first = rng.integers(0, size[rows])
    second = (first + rng.integers(1, size[rows])) % size[rows]
    start = baskets.indptr[rows]
    return np.column_stack([baskets.indices[start + first], baskets.indices[start + second]]).astype(np.int64)


def _told_apart(behaviour: Vectors, texts: Vectors, share: float, pairs: Rows, chance: Rows) -> float:
    return float((_cosines(behaviour, texts, share, pairs) > _cosines(behaviour, texts, share, chance)).mean())


def _cosines(behaviour: Vectors, texts: Vectors, share: float, pairs: Rows) -> Numbers:
    left, right = pairs.T
    seen = np.einsum("ij,ij->i", behaviour[left], behaviour[right])
    told = np.einsum("ij,ij->i", texts[left], texts[right])
    return np.asarray((1 - share) * seen + share * told, dtype=np.float64)
