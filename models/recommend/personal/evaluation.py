"""How well each algorithm predicts the next product of sessions it has never seen.

Belongs here: the protocol, one list of algorithms for everybody who evaluates. Does not belong here: files, printing,
formulas (``quality.metrics``), any algorithm of its own: what is measured is what the tables are made with.

Protocol (Ludewig and Jannach 2018): every beginning of every test session predicts the product that comes next; all
products of the training sessions compete; a product that training has never seen counts as missed.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from models.recommend.counts.pairs import NEXT_VIEW, VIEWED_TOGETHER, PairKind, count_pairs
from models.recommend.pages.filling import filled_up
from models.recommend.personal.candidates import Settings, Space, index_of, space_of
from models.recommend.personal.histories import Histories, beginnings
from models.recommend.personal.lists import PersonalModel, fitted, lists_of
from models.recommend.personal.ranker import Training
from models.recommend.quality.metrics import Quality, quality, ranks_of
from models.recommend.sessions import Sessions, sessions_of

if TYPE_CHECKING:
    from models.recommend.kernels.walk import Index

TRAINING_SHARE: Final = 0.3  # newest training sessions that the ranker learns from, given the older ones
NEIGHBOURS, PERSONAL = "neighbours", "personal"


@dataclass(frozen=True)
class Evaluated:
    """One algorithm: its quality, seconds of processor time for all histories, seconds of training before that."""

    algorithm: str
    quality: Quality
    seconds: float
    training_seconds: float
    histories: int

    @property
    def per_second(self) -> float:
        """Histories served a second of processor time."""
        return self.histories / max(self.seconds, 1e-9)


def evaluated(
    train: pl.DataFrame,
    test: pl.DataFrame,
    *,
    k: int = 20,
    training: Training | None = None,
    say: Callable[[str], None] = lambda text: None,
) -> Iterator[Evaluated]:
    """Evaluate all algorithms, the simplest first.

    ``train`` and ``test``: rows (session_id, product_id, optionally category_id), one a step, in the order in which
    they happened. Nothing is learned or chosen from ``test``.
    """
    sessions = sessions_of(train)
    of_test = test["product_id"].unique().sort()
    every = pl.concat([sessions.ids, of_test.filter(~of_test.is_in(sessions.ids.implode()))])
    unseen = sessions_of(test, every)
    histories = beginnings(unseen, 0, len(unseen), known=len(sessions))
    trial = _Trial(sessions, every, categories_of(train, sessions.ids), histories, most_popular(sessions, 2 * k), k)
    yield from _tables(trial, say)
    yield from _personal(trial, training or Training(), say)


@dataclass(frozen=True)
class _Trial:
    """``sessions`` to learn from, ``histories`` to predict, ``popular`` products that fill lists shorter than ``k``.

    ``every``: the ids of all products. Those of ``sessions`` come first, so that their codes, and with them all that is
    learned, do not depend on what else there is. ``categories``: of the products of ``sessions``.
    """

    sessions: Sessions
    every: pl.Series
    categories: NDArray[np.int32]
    histories: Histories
    popular: NDArray[np.int32]
    k: int

    def quality_of(self, ranks: list[NDArray[np.int64]]) -> Quality:
        """Quality of the ranks of all histories, in batches."""
        return quality(np.concatenate([np.empty(0, np.int64), *ranks]), self.k)

    def index(self, settings: Settings, seed: int) -> "Index":
        """The sessions to learn from; products that are in none of them lie nowhere."""
        space, more = space_of(self.sessions, settings, seed=seed), len(self.every) - len(self.sessions.ids)
        below = ((0, more), (0, 0))
        wider = Space(np.pad(space.vectors, below), np.pad(space.related, below, constant_values=-1))
        categories = np.pad(self.categories, (0, more), constant_values=-1)
        return index_of(Sessions(self.sessions.products, self.sessions.starts, self.every), wider, categories)


def most_popular(sessions: Sessions, count: int) -> NDArray[np.int32]:
    """Codes of the products with most steps, of equals the lower code."""
    steps = np.bincount(sessions.products, minlength=len(sessions.ids))
    order = np.argsort(-steps, kind="stable")[:count]
    return order[steps[order] > 0].astype(np.int32)


def categories_of(steps: pl.DataFrame, ids: pl.Series) -> NDArray[np.int32]:
    """Code of the category each product was last seen in, -1 where none is known."""
    if "category_id" not in steps.columns:
        return np.full(len(ids), -1, np.int32)
    latest = steps.filter(pl.col("category_id").is_not_null()).group_by("product_id").agg(pl.col("category_id").last())
    joined = ids.to_frame("product_id").join(latest, on="product_id", how="left", maintain_order="left")
    return joined["category_id"].rank("dense").cast(pl.Int32).fill_null(-1).to_numpy()


def _tables(trial: _Trial, say: Callable[[str], None]) -> Iterator[Evaluated]:
    """Algorithms that are one list for each product: that of the history's last product."""
    histories, nothing = trial.histories, np.full((len(trial.every), trial.k), -1, np.int32)
    last = histories.steps[histories.starts[1:] - 1]
    kinds: dict[str, PairKind | None] = {
        "best_sellers": None,
        "viewed_together": VIEWED_TOGETHER,
        "next_view": NEXT_VIEW,
    }
    for name, kind in kinds.items():
        say(f"evaluating {name}")
        started = time.process_time()
        table = nothing if kind is None else _table(trial, kind)
        ready = time.process_time()
        ranks = ranks_of(filled_up(table[last], trial.popular, trial.k), histories.following)
        done = time.process_time()
        yield Evaluated(name, trial.quality_of([ranks]), done - ready, ready - started, len(histories))


def _table(trial: _Trial, kind: PairKind) -> NDArray[np.int32]:
    pairs = count_pairs(trial.sessions, kind, trial.k)
    table = np.full((len(trial.every), trial.k), -1, np.int32)
    rows = np.repeat(np.arange(len(pairs.ids)), pairs.lengths)
    table[rows, np.arange(len(rows)) - pairs.starts[rows]] = pairs.others
    return table


def _personal(trial: _Trial, training: Training, say: Callable[[str], None]) -> Iterator[Evaluated]:
    """The neighbours alone, and the trained whole. Only products of the sessions to learn from are listed."""
    sessions, started = trial.sessions, time.process_time()
    first = int(len(sessions) * (1 - TRAINING_SHARE))
    model = fitted(sessions, first, len(sessions), trial.categories, training=training, say=say)
    say("laying out all training sessions")
    index = trial.index(model.settings, training.seed)
    listed = np.arange(len(trial.every)) < len(sessions.ids)
    trained = time.process_time() - started
    for name, used in ((NEIGHBOURS, PersonalModel(model.settings, "")), (PERSONAL, model)):
        say(f"evaluating {name}")
        began, ranks = time.process_time(), []
        served = lists_of(index, used, trial.histories, trial.k, threads=training.threads, sellable=listed)
        for batch, lists in served:
            ranks.append(ranks_of(filled_up(lists.products, trial.popular, trial.k), batch.following))
        reached = trial.quality_of(ranks)
        yield Evaluated(name, reached, time.process_time() - began, trained, len(trial.histories))
