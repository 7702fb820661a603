"""Other ways to the same lists: item-kNN as session papers have it, and `implicit`.

Belongs here: rivals of session files (what somebody looks at next) and of customers (what they buy or look at later).
Does not belong here: data and tables of figures (``quality``, ``baskets``), rivals of pairs (``pair_rivals``).

`implicit` is no dependency of the product: ``pip install implicit``, into a folder of its own that PYTHONPATH names
if need be. Where it can't be imported it is left out.
"""

import importlib
import itertools
import time
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, diags

from models.recommend.pages.filling import filled_up
from models.recommend.personal.evaluation import TRAINING_SHARE, Evaluated, most_popular
from models.recommend.personal.histories import Histories, beginnings
from models.recommend.personal.tuning import MOST_HISTORIES, some
from models.recommend.quality.metrics import quality, ranks_of
from models.recommend.sessions import Sessions

Codes = NDArray[np.int32]
Lister = Callable[[Histories], Codes]

DAMPING = 20  # added to the number of sessions of a product, as Hidasi et al. (2016) do in their item-kNN
KINDS = {"cosine": "CosineRecommender", "TF-IDF": "TFIDFRecommender", "BM25": "BM25Recommender"}
NEIGHBOURS = (100, 500)
THREADS = 2


@dataclass(frozen=True)
class Choice:
    """How `implicit` is used: neighbours of a product, whether later steps of a history count more (1 / steps ago),
    whether products of the history are left out."""

    neighbours: int
    is_falling: bool
    leaves_out: bool

    def __str__(self) -> str:
        weights = "1/steps ago" if self.is_falling else "alike"
        return f"{self.neighbours} neighbours, steps {weights}, {'new products only' if self.leaves_out else 'all'}"


def has_implicit() -> bool:
    """Whether `implicit` can be imported; says so where not."""
    try:
        importlib.import_module("implicit")
    except ImportError:
        print("`implicit` is left out: pip install implicit")
        return False
    return True


def of_sessions(sessions: Sessions, histories: Histories, k: int) -> Iterator[Evaluated]:
    """Every rival, judged as ``evaluated`` judges our own."""
    popular = most_popular(sessions, 2 * k)
    yield _judged("item-kNN, cosine", partial(_item_knn, sessions, k), histories, popular, k)
    if has_implicit():
        for kind in KINDS:
            begun = time.process_time()
            choice = _best_choice(kind, sessions)
            print(f"  implicit {kind}: {choice} ({time.process_time() - begun:.1f} CPU s to find out)")
            yield _judged(f"implicit {kind}", partial(_implicit, kind, choice, sessions, k), histories, popular, k)


def _judged(name: str, fit: Callable[[], Lister], histories: Histories, popular: Codes, k: int) -> Evaluated:
    begun = time.process_time()
    lister = fit()
    ready = time.process_time()
    ranks = ranks_of(filled_up(lister(histories), popular, k), histories.following)
    done = time.process_time()
    return Evaluated(name, quality(ranks, k), done - ready, ready - begun, len(histories))


def matrix_of(sessions: Sessions) -> csr_matrix:
    """How often each product (column) stands in each session (row)."""
    values = np.ones(len(sessions.products), np.float32)
    return _matrix(values, sessions.products, sessions.starts, len(sessions.ids))


def _matrix(values: NDArray[np.float32], columns: Codes, starts: NDArray[np.int64], width: int) -> csr_matrix:
    # columns are copied: adding up duplicates sorts them where they stand
    matrix = csr_matrix((values, columns.copy(), starts.copy()), shape=(len(starts) - 1, width))
    matrix.sum_duplicates()
    return matrix


def cosines(matrix: csr_matrix) -> csr_matrix:
    """How alike products are: cosine of the rows they stand in; a product has no likeness with itself."""
    seen = (matrix > 0).astype(np.float32).tocsr()
    scale = diags(1 / np.sqrt(np.asarray(seen.sum(axis=0)).ravel() + DAMPING))
    alike = (scale @ (seen.T @ seen) @ scale).tocsr()
    alike.setdiag(0)
    alike.eliminate_zeros()
    return alike


def best_of_rows(scores: csr_matrix, k: int) -> Codes:
    """The ``k`` columns with the highest scores of each row, of equals the lower first, -1 where there are fewer."""
    lists = np.full((scores.shape[0], k), -1, np.int32)
    scores.sort_indices()
    for row in range(len(lists)):
        part = slice(scores.indptr[row], scores.indptr[row + 1])
        best = scores.indices[part][np.argsort(-scores.data[part], kind="stable")[:k]]
        lists[row, : len(best)] = best
    return lists


def _item_knn(sessions: Sessions, k: int) -> Lister:
    table = best_of_rows(cosines(matrix_of(sessions)), k)
    return lambda histories: table[histories.steps[histories.starts[1:] - 1]]


def fitted_implicit(kind: str, matrix: csr_matrix, neighbours: int) -> Any:
    """An item-item model of `implicit`; rows are sessions or customers, columns products."""
    model = getattr(importlib.import_module("implicit.nearest_neighbours"), KINDS[kind])
    made = model(K=neighbours, num_threads=THREADS)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about its own conversion of the matrix
        made.fit(matrix, show_progress=False)
    return made


def _implicit(kind: str, choice: Choice, sessions: Sessions, k: int) -> Lister:
    model = fitted_implicit(kind, matrix_of(sessions), choice.neighbours)
    return lambda histories: _listed(model, choice, histories, len(sessions.ids), k)


def _listed(model: Any, choice: Choice, histories: Histories, products: int, k: int) -> Codes:
    lengths = np.diff(histories.starts)
    ago = np.repeat(histories.starts[1:], lengths) - np.arange(len(histories.steps))
    weights = (1 / ago if choice.is_falling else np.ones(len(ago))).astype(np.float32)
    rows = _matrix(weights, histories.steps, histories.starts, products)
    found, _ = model.recommend(np.arange(len(histories)), rows, N=k, filter_already_liked_items=choice.leaves_out)
    return np.asarray(found, np.int32)


def _best_choice(kind: str, sessions: Sessions) -> Choice:
    """The choice that predicts the newest training sessions best (MRR@20 + HR@20), as our own settings are found."""
    first = int(len(sessions) * (1 - TRAINING_SHARE))
    histories = some(beginnings(sessions, first, len(sessions), known=first), MOST_HISTORIES, 0)
    known, reached = matrix_of(sessions.part(0, first)), {}
    for neighbours in NEIGHBOURS:
        model = fitted_implicit(kind, known, neighbours)
        for is_falling, leaves_out in itertools.product((False, True), repeat=2):
            choice = Choice(neighbours, is_falling, leaves_out)
            lists = _listed(model, choice, histories, len(sessions.ids), 20)
            figures = quality(ranks_of(lists, histories.following), 20)
            reached[choice] = figures.hit_rate + figures.reciprocal_rank
    return max(reached, key=lambda choice: reached[choice])
