"""Histories: what somebody did before a moment, and what came next.

Belongs here: cutting sessions into histories with their next product. Does not belong here: candidates and ranking.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.recommend.sessions import Sessions

MOST_STEPS = 30  # older steps of a history change nothing that could be measured


@dataclass(frozen=True)
class Histories:
    """``steps[starts[i]:starts[i + 1]]`` are the product codes of history ``i``, the latest last.

    ``cutoffs``: the history was seen when only sessions before this one were known. ``following``: the product code
    that came next, -1 where nobody knows.
    """

    steps: NDArray[np.int32]
    starts: NDArray[np.int64]
    cutoffs: NDArray[np.int64]
    following: NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.cutoffs)

    def taken(self, rows: NDArray[np.int64]) -> "Histories":
        """The histories at ``rows``, in that order."""
        return _cut(self.steps, self.starts[rows], self.starts[rows + 1], self.cutoffs[rows], self.following[rows])


def beginnings(sessions: Sessions, first: int, last: int, *, known: int | None = None) -> Histories:
    """Every beginning of the sessions ``first`` to ``last - 1``, with the product that came next.

    ``known``: how many sessions were known then; by default those before the session itself.
    """
    lengths = np.maximum(sessions.lengths[first:last] - 1, 0)
    session = np.repeat(np.arange(first, last), lengths)
    seen = np.arange(len(session)) - np.repeat(np.cumsum(lengths) - lengths, lengths) + 1
    ends = sessions.starts[session] + seen
    cutoffs = session if known is None else np.full(len(session), known)
    begins = sessions.starts[session]
    return _cut(sessions.products, begins, ends, cutoffs.astype(np.int64), sessions.products[ends])


def between_sessions(
    sessions: Sessions, owners: NDArray[np.int64], first: int, last: int, *, labels: int = 3
) -> Histories:
    """What customers had done before each of their sessions ``first`` to ``last - 1``, and what they looked at in it.

    ``owners``: the customer of each session. Up to ``labels`` of the session's first products each make a history of
    their own, as none of them is more wanted than the others. First sessions of a customer have nothing before them.
    """
    order = np.lexsort((np.arange(len(sessions)), owners))
    lengths = sessions.lengths[order]
    begins = np.cumsum(lengths) - lengths  # of each session, where all steps stand customer by customer
    steps = sessions.products[np.repeat(sessions.starts[:-1][order] - begins, lengths) + np.arange(lengths.sum())]
    is_first = np.diff(owners[order], prepend=owners.min(initial=0) - 1) != 0
    since = begins[np.maximum.accumulate(np.where(is_first, np.arange(len(order)), 0))]
    asked = np.flatnonzero((order >= first) & (order < last) & ~is_first)
    asked = asked[np.argsort(order[asked])]
    places, following = _first_products(steps, begins[asked], lengths[asked], labels)
    chosen = asked[places]
    return _cut(steps, since[chosen], begins[chosen], order[chosen].astype(np.int64), following)


def _first_products(
    steps: NDArray[np.int32], begins: NDArray[np.int64], lengths: NDArray[np.int64], count: int
) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """The products at the first ``count`` steps of each session, each once: number of the session, product."""
    rows, products = [np.empty(0, np.int64)], [np.empty(0, np.int32)]
    for place in range(count):
        long = np.flatnonzero(lengths > place)
        found = steps[begins[long] + place]
        new = np.ones(len(long), bool)
        for earlier in range(place):
            new &= steps[begins[long] + earlier] != found
        rows.append(long[new])
        products.append(found[new])
    row, product = np.concatenate(rows), np.concatenate(products)
    order = np.argsort(row, kind="stable")
    return row[order], product[order]


def open_histories(sequences: Sessions, *, known: int) -> Histories:
    """Each sequence as one history whose next product nobody knows yet."""
    unknown = np.full(len(sequences), -1, np.int32)
    cutoffs = np.full(len(sequences), known, np.int64)
    return _cut(sequences.products, sequences.starts[:-1], sequences.starts[1:], cutoffs, unknown)


def _cut(
    steps: NDArray[np.int32],
    begins: NDArray[np.int64],
    ends: NDArray[np.int64],
    cutoffs: NDArray[np.int64],
    following: NDArray[np.int32],
) -> Histories:
    begins = np.maximum(begins, ends - MOST_STEPS)
    lengths = ends - begins
    starts = np.concatenate([[0], np.cumsum(lengths)])
    places = np.arange(starts[-1]) - np.repeat(starts[:-1], lengths) + np.repeat(begins, lengths)
    return Histories(steps[places], starts.astype(np.int64), cutoffs, following)
