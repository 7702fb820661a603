"""The ranker: LightGBM LambdaRank over the candidates of a history.

Belongs here: making a training table, training, ranking. Does not belong here: finding candidates, deciding whether a
trained ranker may be used (``gate``).
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from models.recommend.personal.candidates import NAMES, Candidates, Settings, candidates_in_batches
from models.recommend.personal.histories import Histories

if TYPE_CHECKING:
    from models.recommend.kernels.walk import Index


@dataclass(frozen=True)
class Training:
    """How a ranker is trained. Figures behind the values: docs/benchmarks.md."""

    histories: int = 100_000
    others: int = 60
    trees: int = 120
    leaves: int = 31
    learning_rate: float = 0.1
    least_in_leaf: int = 50
    columns_share: float = 0.8
    threads: int = 2
    seed: int = 1


@dataclass(frozen=True)
class Examples:
    """Candidates with their figures, history after history: ``table`` (rows, figures), ``labels`` (rows,) 1 for what
    came next, ``sizes`` rows of each history."""

    table: NDArray[np.float32]
    labels: NDArray[np.int8]
    sizes: NDArray[np.int64]


def examples_of(index: "Index", histories: Histories, settings: Settings, training: Training) -> Examples:
    """Examples of all histories whose next product is among their candidates: a ranker learns nothing from others.

    Of the products that did not come next about ``training.others`` a history are kept, by chance.
    """
    random = np.random.default_rng(training.seed)
    parts = [(np.empty((0, len(NAMES)), np.float32), np.empty(0, np.int8), np.empty(0, np.int64))]
    for batch, found in candidates_in_batches(index, histories, settings):
        wanted = (found.products == batch.following[:, None]) & found.filled
        by_chance = random.random(wanted.shape) < training.others / np.maximum(found.counts, 1)[:, None]
        kept = (wanted | by_chance) & found.filled & wanted.any(axis=1)[:, None]
        sizes = kept.sum(axis=1)
        parts.append((found.table[kept], wanted[kept].astype(np.int8), sizes[sizes > 0]))
    return Examples(*(np.concatenate(column) for column in zip(*parts, strict=True)))


def trained(examples: Examples, training: Training) -> str:
    """A ranker as LightGBM's model text (Burges 2010: LambdaRank; lists are judged by their first 20 places)."""
    from lightgbm import Dataset, train

    parameters = {
        "objective": "lambdarank",
        "lambdarank_truncation_level": 20,
        "num_leaves": training.leaves,
        "learning_rate": training.learning_rate,
        "min_data_in_leaf": training.least_in_leaf,
        "feature_fraction": training.columns_share,
        "num_threads": training.threads,
        "seed": training.seed,
        "deterministic": True,
        "force_row_wise": True,
        "verbose": -1,
    }
    table = Dataset(examples.table, examples.labels, group=examples.sizes, feature_name=list(NAMES))
    return str(train(parameters, table, training.trees).model_to_string())


class Ranker:
    """A trained ranker, ready to score."""

    def __init__(self, model: str, *, threads: int = 2) -> None:
        from lightgbm import Booster

        self._model = Booster(model_str=model)
        self._threads = threads

    def scores(self, found: Candidates) -> NDArray[np.float64]:
        """Score of each candidate, shape (histories, most); -inf where there is none."""
        scores = np.full(found.products.shape, -np.inf)
        if found.counts.any():
            scores[found.filled] = self._model.predict(found.table[found.filled], num_threads=self._threads)
        return scores


@dataclass(frozen=True)
class Lists:
    """``products`` (histories, k): codes, best first, -1 where a list is shorter; ``scores`` of the same shape."""

    products: NDArray[np.int32]
    scores: NDArray[np.float64]


def best_of(found: Candidates, scores: NDArray[np.float64], k: int) -> Lists:
    """The ``k`` best candidates of each history; of equals the lower code first."""
    by_code = np.argsort(np.where(found.filled, found.products, np.iinfo(np.int32).max), axis=1, kind="stable")
    order = np.argsort(-np.take_along_axis(scores, by_code, 1), axis=1, kind="stable")[:, :k]
    places = np.take_along_axis(by_code, order, 1)
    best = np.take_along_axis(scores, places, 1)
    products = np.where(np.isfinite(best), np.take_along_axis(found.products, places, 1), -1).astype(np.int32)
    missing = ((0, 0), (0, max(0, k - products.shape[1])))
    return Lists(np.pad(products, missing, constant_values=-1), np.pad(best, missing, constant_values=-np.inf))
