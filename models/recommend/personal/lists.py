"""Personal lists: neighbours and their fellows as candidates, ranked by a trained ranker.

Belongs here: fitting all of it to a shop without looking ahead, lists for histories. Does not belong here: where
sessions come from, the gate, what fills a list that stays short.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from models.recommend.personal.candidates import NAMES, Candidates, Settings, candidates_in_batches, index_of, space_of
from models.recommend.personal.histories import Histories, beginnings, between_sessions
from models.recommend.personal.ranker import Lists, Ranker, Training, best_of, examples_of, trained
from models.recommend.personal.tuning import some, tuned
from models.recommend.sessions import Sessions

if TYPE_CHECKING:
    from models.recommend.kernels.walk import Index

FEWEST_EXAMPLES: Final = 200  # histories with a known next product below which nothing can be learned
_NEIGHBOURS = NAMES.index("neighbour_log")


@dataclass(frozen=True)
class PersonalModel:
    """Settings of the candidates and the ranker's model text; ``ranker`` empty: too little was known to train one."""

    settings: Settings
    ranker: str

    def settings_text(self) -> str:
        """The settings as JSON, which :meth:`of` reads."""
        return json.dumps(asdict(self.settings), sort_keys=True)

    @classmethod
    def of(cls, settings: str, ranker: str) -> "PersonalModel":
        """The model that was stored as these two texts."""
        return cls(Settings(**json.loads(settings)), ranker)


def fitted(
    sessions: Sessions,
    first: int,
    last: int,
    categories: NDArray[np.int32],
    *,
    owners: NDArray[np.int64] | None = None,
    training: Training | None = None,
    say: Callable[[str], None] = lambda text: None,
) -> PersonalModel:
    """A model that has learned from the sessions ``first`` to ``last - 1`` what follows, given those before each.

    The space comes from the sessions before ``first``, the neighbours of a history from sessions before its own: no
    figure knows what it has to predict. With ``owners``, the customer of each session, it learns what customers come
    back to instead: who is served between visits is asked another question than who is in the middle of one.
    """
    training = training or Training()
    say("finding settings of the neighbours")
    settings = tuned(sessions, (first + last) // 2, last, seed=training.seed)  # what was before has more to go by
    histories = some(beginnings(sessions, first, last), training.histories, training.seed)
    if owners is not None:
        returns = some(between_sessions(sessions, owners, first, last), training.histories, training.seed)
        histories = returns if len(returns) >= FEWEST_EXAMPLES else histories
    if len(histories) < FEWEST_EXAMPLES:
        return PersonalModel(settings, "")
    say(f"describing the candidates of {len(histories):,} histories")
    index = index_of(sessions, space_of(sessions.part(0, first), settings, seed=training.seed), categories)
    examples = examples_of(index, histories, settings, training)
    if len(examples.sizes) < FEWEST_EXAMPLES:
        return PersonalModel(settings, "")
    say(f"training the ranker on {len(examples.labels):,} candidates")
    return PersonalModel(settings, trained(examples, training))


def lists_of(
    index: "Index",
    model: PersonalModel,
    histories: Histories,
    k: int,
    *,
    threads: int = 2,
    sellable: NDArray[np.bool_] | None = None,
) -> Iterator[tuple[Histories, Lists]]:
    """The ``k`` best products for each history, a batch at a time; without a ranker in the neighbours' order.

    ``sellable``: which product codes may be listed, all by default; others are left out before the best are taken.
    """
    ranker = Ranker(model.ranker, threads=threads) if model.ranker else None
    for batch, found in candidates_in_batches(index, histories, model.settings):
        scores = ranker.scores(found) if ranker else neighbour_scores(found)
        if sellable is not None:
            scores[~sellable[found.products]] = -np.inf
        yield batch, best_of(found, scores, k)


def neighbour_scores(found: Candidates) -> NDArray[np.float64]:
    """Candidates scored by the neighbouring sessions alone."""
    return np.where(found.filled, found.table[:, :, _NEIGHBOURS].astype(np.float64), -np.inf)
