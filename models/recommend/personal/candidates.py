"""Candidates of a history, and the figures that speak for each of them.

Belongs here: the settings of the walk over sessions (V-STAN neighbours, products that stand close together, products
that lie close together in space), the index it needs, running it in batches. Does not belong here: the compiled loops
(``kernels.candidates``), ranking candidates (``ranker``).

The walk uses sessions older than a history's cutoff only, so that figures for training are figures as they were then.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from models.recommend.personal.histories import Histories
from models.recommend.personal.vectors import nearest, session_vectors
from models.recommend.sessions import Sessions
from models.taste.arrays import Vectors

if TYPE_CHECKING:
    from models.recommend.kernels.walk import Index, Sums

NAMES: Final = (
    *("neighbour_share", "neighbour_log", "neighbour_rank", "neighbour_part", "neighbour_sessions"),
    *("together_last", "together_last_log", "together_before", "together_all", "together_rank"),
    *("next_last", "next_last_log", "together_damped"),
    *("times_seen", "steps_ago", "last_times_seen", "steps", "distinct"),
    *("popular", "popular_now", "rise", "age"),
    *("evidence", "best_log", "close_to_last", "close_to_all", "same_category", "category_part"),
    *("followed", "preceded", "followed_share", "met_by", "latest_together", "closest_session", "first_seen"),
)
BATCH: Final = 4096  # histories at a time: their table takes about 100 MB


@dataclass(frozen=True)
class Settings:
    """How candidates are found. Shares are of the number of sessions, decays in steps of a session.

    The similarity of sessions is that of V-STAN (Ludewig et al. 2021: sequence and time aware neighbours): products
    late in the history count more (``place_decay``), new sessions more (``age_share``), products close to the shared
    one more (``step_decay``). Figures behind the values: docs/benchmarks.md.
    """

    newest: int = 100
    neighbours: int = 500
    place_decay: float = 1.5
    age_share: float = 0.8
    step_decay: float = 2.0
    window: int = 10
    from_neighbours: int = 80
    from_pairs: int = 60
    from_space: int = 60
    recent_share: float = 0.05
    dimensions: int = 64

    @property
    def most(self) -> int:
        """Candidates a history can have."""
        return 20 + self.from_neighbours + self.from_pairs + self.from_space


@dataclass(frozen=True)
class Space:
    """Where products lie: unit ``vectors`` (products, dimensions) and the codes ``related`` of the nearest others."""

    vectors: Vectors
    related: NDArray[np.int32]


def space_of(sessions: Sessions, settings: Settings, *, seed: int = 0) -> Space:
    """The space that ``sessions`` span."""
    vectors = session_vectors(sessions, dimensions=settings.dimensions, seed=seed)
    return Space(vectors, nearest(vectors, settings.from_space))


def index_of(sessions: Sessions, space: Space, categories: NDArray[np.int32]) -> "Index":
    """Sessions arranged for the walk. ``categories``: code of each product, -1 where it has none."""
    from models.recommend.kernels.walk import Index

    of_step = np.repeat(np.arange(len(sessions), dtype=np.int32), sessions.lengths)
    places = (np.arange(len(of_step)) - np.repeat(sessions.starts[:-1], sessions.lengths)).astype(np.int32)
    order = np.argsort(sessions.products, kind="stable")
    counts = np.bincount(sessions.products, minlength=len(sessions.ids))
    first = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    alone = np.where(categories < 0, -1 - np.arange(len(categories)), categories)  # unknown is like nothing else
    return Index(
        sessions.products,
        sessions.starts,
        of_step[order],
        places[order],
        first,
        space.related,
        space.vectors,
        alone.astype(np.int64),
    )


@dataclass(frozen=True)
class Candidates:
    """``products`` (histories, most) codes, of which ``counts`` are filled; ``table`` (histories, most, figures)."""

    products: NDArray[np.int32]
    table: NDArray[np.float32]
    counts: NDArray[np.int64]

    @property
    def filled(self) -> NDArray[np.bool_]:
        """Which places hold a candidate, shape (histories, most)."""
        return np.arange(self.products.shape[1])[None, :] < self.counts[:, None]


def candidates_in_batches(
    index: "Index", histories: Histories, settings: Settings
) -> Iterator[tuple[Histories, Candidates]]:
    """Candidates of all histories, :data:`BATCH` at a time; what was yielded is overwritten by the next batch."""
    from models.recommend.kernels.candidates import candidates_of
    from models.recommend.kernels.walk import Walk

    sessions = len(index.starts) - 1
    walk = Walk(
        settings.newest,
        settings.neighbours,
        settings.place_decay,
        max(1.0, settings.age_share * sessions),
        settings.step_decay,
        settings.window,
        settings.from_neighbours,
        settings.from_pairs,
        max(1, int(settings.recent_share * sessions)),
    )
    sums = _empty_sums(sessions, len(index.first) - 1)
    table = np.zeros((min(BATCH, len(histories)), settings.most, len(NAMES)), np.float32)
    products = np.zeros(table.shape[:2], np.int32)
    for start in range(0, len(histories), BATCH):
        batch = histories.taken(np.arange(start, min(start + BATCH, len(histories))))
        chosen, figures = products[: len(batch)], table[: len(batch)]
        counts = candidates_of(index, walk, sums, batch.steps, batch.starts, batch.cutoffs, chosen, figures)
        yield batch, Candidates(chosen, figures, counts)


def _empty_sums(sessions: int, products: int) -> "Sums":
    from models.recommend.kernels.walk import Sums

    def floats(size: int) -> NDArray[np.float32]:
        return np.zeros(size, np.float32)

    def whole(size: int) -> NDArray[np.int32]:
        return np.zeros(size, np.int32)

    by_product = [floats(products), whole(products), *(floats(products) for _ in range(4))]
    by_product += [*(whole(products) for _ in range(5)), floats(products)]
    marks = [whole(products) for _ in range(5)]
    touched = [whole(sessions), whole(products), whole(products)]
    return Sums(floats(sessions), whole(sessions), *by_product, *marks, *touched)
