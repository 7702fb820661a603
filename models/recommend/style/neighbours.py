"""Products of a similar style: the nearest vectors, exactly or, in huge catalogues, nearly so.

Belongs here: the best ``n`` of a product's neighbours among those that may be shown. Does not belong here: making the
vectors (``models.taste.embeddings``), the search itself (``exact``, ``cells``).
"""

from collections.abc import Iterator
from typing import Final

import numpy as np
import polars as pl

from models.recommend.counts.pairs import Pairs
from models.recommend.style.cells import nearest_by_cells
from models.recommend.style.exact import Found, Rows, Vectors, nearest

LISTS: Final = pl.Schema({"product_id": pl.String, "other_id": pl.String, "rank": pl.Int64, "score": pl.Float64})
EXACT_UP_TO: Final = 30_000  # products that may be shown; above it cells are searched, which miss few neighbours


class VectorLengthsDifferError(ValueError):
    """The vectors of a catalogue have different lengths: they were made by different models."""


def similar_style(
    embeddings: pl.DataFrame, allowed: pl.Series, n: int = 20, exact_up_to: int = EXACT_UP_TO
) -> pl.DataFrame:
    """The ``n`` products closest in style to each product: columns :data:`LISTS`, sorted by product and rank.

    ``embeddings``: (product_id, vector), distinct ids, float32 vectors of length 1, so that the score is the cosine.
    Every product gets a list, also those that are sold out; only ``allowed`` ones are listed, never the product
    itself. Lists are shorter only where fewer products are allowed. Raises :class:`VectorLengthsDifferError`.
    """
    return _named(*_search(embeddings, allowed, n, exact_up_to))


def similar_pairs(embeddings: pl.DataFrame, allowed: pl.Series, n: int = 20, exact_up_to: int = EXACT_UP_TO) -> Pairs:
    """:func:`similar_style` as ``counts.pairs.Pairs``, in a tenth of the memory: ``weights`` are the
    cosines, nobody's ``sessions`` are behind them."""
    search, ids = _search(embeddings, allowed, n, exact_up_to)
    others = np.full((len(ids), n), -1, np.int32)
    scores = np.zeros((len(ids), n), np.float32)
    for rows, found, closeness in search:
        place = np.arange(len(rows)) - np.searchsorted(rows, rows)
        others[rows, place] = found
        scores[rows, place] = closeness
    known = others >= 0
    starts = np.concatenate([np.zeros(1, np.int64), np.cumsum(known.sum(axis=1))])
    return Pairs(ids, starts, others[known], scores[known], np.zeros(int(starts[-1]), np.int32))


def _search(
    embeddings: pl.DataFrame, allowed: pl.Series, n: int, exact_up_to: int
) -> tuple[Iterator[Found], pl.Series]:
    """Neighbours of all products, and their ids, sorted."""
    ordered = embeddings.sort("product_id")
    ids, vectors = ordered["product_id"], _unit_rows(ordered["vector"])
    shown = _places(ids, allowed)
    if len(shown) > exact_up_to:
        return nearest_by_cells(vectors, shown, n), ids
    return nearest(vectors, np.arange(len(ids)), shown, n), ids


def recall(lists: pl.DataFrame, embeddings: pl.DataFrame, allowed: pl.Series, sample: int = 500) -> float:
    """Share of the true neighbours of random products that ``lists`` holds, 1.0 where the search was exact.

    ``lists`` is what :func:`similar_style` returned for the same ``embeddings`` and ``allowed``; ``sample`` products
    are searched exactly for it.
    """
    ordered = embeddings.sort("product_id")
    ids, vectors = ordered["product_id"], _unit_rows(ordered["vector"])
    asked = np.random.default_rng(0).choice(len(ids), min(sample, len(ids)), replace=False)
    longest = lists.select(pl.col("rank").max()).item() or 0
    truth = _named(nearest(vectors, np.sort(asked), _places(ids, allowed), longest), ids)
    met = truth.join(lists, on=["product_id", "other_id"], how="semi")
    return met.height / truth.height if truth.height else 1.0


def _places(ids: pl.Series, allowed: pl.Series) -> Rows:
    return np.flatnonzero(ids.is_in(allowed.implode()).to_numpy()).astype(np.int64)


def _named(search: Iterator[Found], ids: pl.Series) -> pl.DataFrame:
    parts = [pl.DataFrame({"row": rows, "other": others, "score": scores}) for rows, others, scores in search]
    if not parts:
        return pl.DataFrame(schema=LISTS)
    found = pl.concat(parts).sort("row", "score", "other", descending=[False, True, False])
    rank = pl.int_range(1, pl.len() + 1, dtype=pl.Int64).over("row")
    columns = [ids.gather(found["row"]).alias("product_id"), ids.gather(found["other"]).alias("other_id")]
    return found.select(*columns, rank=rank, score="score")


def _unit_rows(vectors: pl.Series) -> Vectors:
    """Float32 (rows, dimensions) of a column of lists or arrays."""
    listed = vectors.cast(pl.List(pl.Float32))
    if listed.list.len().n_unique() > 1:
        raise VectorLengthsDifferError("product vectors differ in length: embed the whole catalogue with one model")
    flat = listed.explode(empty_as_null=False).to_numpy()
    return np.ascontiguousarray(flat.reshape(len(vectors), -1) if len(vectors) else flat.reshape(0, 1))
