"""Settings of the neighbours that suit a shop, found on its own sessions.

Belongs here: the grid, the search, what is compared. Does not belong here: the ranker, which is trained afterwards.
"""

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np

from models.recommend.personal.candidates import NAMES, Settings, Space, candidates_in_batches, index_of
from models.recommend.personal.histories import Histories, beginnings
from models.recommend.personal.ranker import best_of
from models.recommend.quality.metrics import quality, ranks_of
from models.recommend.sessions import Sessions

if TYPE_CHECKING:
    from models.recommend.kernels.walk import Index

MOST_HISTORIES: Final = 5_000
GRID: Final[dict[str, tuple[float, ...]]] = {
    "place_decay": (0.8, 1.5, 3.0, 6.0),
    "age_share": (0.1, 0.3, 0.8, 2.0),
    "step_decay": (1.0, 2.0, 4.0, 8.0),
}
_SCORE = NAMES.index("neighbour_log")


def tuned(sessions: Sessions, first: int, last: int, *, seed: int = 0, settings: Settings | None = None) -> Settings:
    """The settings of :data:`GRID` whose neighbours predict the sessions ``first`` to ``last - 1`` best.

    One setting after the other, as they hardly depend on each other; judged by MRR@20 plus HR@20 of at most
    :data:`MOST_HISTORIES` histories. ``settings``: where the search starts.
    """
    best = settings or Settings()
    histories = some(beginnings(sessions, first, last), MOST_HISTORIES, seed)
    if not len(histories):
        return best
    nowhere = Space(np.zeros((len(sessions.ids), 1), np.float32), np.full((len(sessions.ids), 0), -1, np.int32))
    index = index_of(sessions, nowhere, np.full(len(sessions.ids), -1, np.int32))
    reached = judged(index, histories, best)
    for name, values in GRID.items():
        for value in values:
            tried = replace(best, **{name: value})  # type: ignore[arg-type]  # the grid holds floats alone
            if tried != best and (score := judged(index, histories, tried)) > reached:
                best, reached = tried, score
    return best


def some(histories: Histories, most: int, seed: int) -> Histories:
    """``most`` of the histories by chance, in their order; all where there are no more."""
    if len(histories) <= most:
        return histories
    return histories.taken(np.sort(np.random.default_rng(seed).choice(len(histories), most, replace=False)))


def judged(index: "Index", histories: Histories, settings: Settings) -> float:
    """MRR@20 + HR@20 of the neighbours' own order."""
    ranks = []
    for batch, found in candidates_in_batches(index, histories, settings):
        scores = np.where(found.filled, found.table[:, :, _SCORE].astype(np.float64), -np.inf)
        ranks.append(ranks_of(best_of(found, scores, 20).products, batch.following))
    reached = quality(np.concatenate(ranks), 20)
    return reached.reciprocal_rank + reached.hit_rate
