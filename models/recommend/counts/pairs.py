"""Pairs of products: which others each product meets in visits and orders, counted from sessions.

Belongs here: what counts as a meeting and how much, counting, the best others that may be shown. Does not belong here:
what is kept from day to day (``pair_state``), reading events, filling lists that stay short.

How much a meeting counts is measured: the last item of every prefix of a test session predicts the next (HR@20 on
Diginetica, RetailRocket and Tmall), one product of an order another (UCI Online Retail). docs/benchmarks.md.
"""

from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import polars as pl
from numpy.typing import NDArray

from models.recommend.sessions import Sessions

Floats = NDArray[np.float64]
Number = TypeVar("Number", bound=np.generic)
EVERY = 2**31 - 1  # keep all others of a product

# Strengths and falloffs are whole multiples of these, so that sums are exact: the same in any order of sessions, and
# the same from both products of a pair.
_STRENGTH_STEP, _FALLOFF_STEP = 2.0**-20, 2.0**-12


@dataclass(frozen=True)
class PairKind:
    """What counts as a meeting of two products in a session, and how much.

    ``reach``: steps apart at most. ``falloff``: a meeting ``d`` steps apart counts ``d ** -falloff``. ``directed``:
    only what comes after the product counts. A session of more than ``calm`` steps counts
    ``(calm / steps) ** restraint``: robots and wholesale orders say less of each pair.
    """

    reach: int
    falloff: float
    directed: bool
    calm: int
    restraint: float

    def falloffs(self) -> Floats:
        """What a meeting at distance 0, 1, ... ``reach`` counts; nothing at 0."""
        distances = np.arange(1, self.reach + 1, dtype=np.float64)
        rounded = np.maximum(np.rint(distances**-self.falloff / _FALLOFF_STEP), 1) * _FALLOFF_STEP
        return np.concatenate([np.zeros(1), rounded])

    def strengths(self, lengths: NDArray[np.int64]) -> Floats:
        """What sessions of so many steps count, 1 at most."""
        return np.asarray((self.calm / np.maximum(lengths, self.calm)) ** self.restraint)


VIEWED_TOGETHER = PairKind(reach=10, falloff=0.5, directed=False, calm=100, restraint=1.0)
NEXT_VIEW = PairKind(reach=10, falloff=0.5, directed=True, calm=100, restraint=1.0)
# the sessions are orders: their lines have no order worth knowing, and large baskets say less of each pair
BOUGHT_TOGETHER = PairKind(reach=200, falloff=0.0, directed=False, calm=2, restraint=0.5)
HALF_LIFE_DAYS = 90.0


@dataclass(frozen=True)
class Pairs:
    """The others that each product met, heaviest first, of equals the lower code.

    ``ids``: product id of each code, sorted. Rows ``starts[a]:starts[a + 1]`` are those of product ``a``: ``others``
    int32 codes, ``weights`` float32 above zero, ``sessions`` int32, in how many sessions the two met.
    """

    ids: pl.Series
    starts: NDArray[np.int64]
    others: NDArray[np.int32]
    weights: NDArray[np.float32]
    sessions: NDArray[np.int32]

    @property
    def lengths(self) -> NDArray[np.int64]:
        """Others of each product."""
        return np.diff(self.starts)

    @property
    def rows(self) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.float32], NDArray[np.int32]]:
        """``starts, others, weights, sessions`` as compiled loops take them: they are compiled for read-only arrays."""
        return _read_only(self.starts), _read_only(self.others), _read_only(self.weights), _read_only(self.sessions)


def _read_only(values: NDArray[Number]) -> NDArray[Number]:
    view = values.view()
    view.flags.writeable = False
    return view


def no_pairs() -> Pairs:
    """Nothing has met anything."""
    no_ids = pl.Series("product_id", [], dtype=pl.String)
    return Pairs(no_ids, np.zeros(1, np.int64), np.empty(0, np.int32), np.empty(0, np.float32), np.empty(0, np.int32))


def count_pairs(sessions: Sessions, kind: PairKind, keep: int = EVERY, strengths: Floats | None = None) -> Pairs:
    """The ``keep`` others that each product met most in ``sessions``.

    Two products meet once in a session, at their shortest distance; a product does not meet itself. ``strengths``: what
    each session counts besides its length, shape (sessions,), between 0 and 1: :func:`decay` of its age.
    """
    from models.recommend.kernels import pairs as kernel

    if len(sessions.products) == 0:
        return no_pairs()
    lengths = sessions.lengths
    strong = kind.strengths(lengths) * (1.0 if strengths is None else strengths)
    strong = np.maximum(np.rint(strong / _STRENGTH_STEP), 1) * _STRENGTH_STEP
    session = np.repeat(np.arange(1, len(sessions) + 1), lengths)
    places = np.arange(len(session)) + session
    steps = np.full(len(session) + len(sessions) + 1, kernel.BREAK, np.int32)
    steps[places] = sessions.products
    at_steps = np.zeros(len(steps), np.float32)
    at_steps[places] = strong[session - 1]
    occurring = kernel.occurrences(steps, len(sessions.ids))
    reach = min(kind.reach, max(int(lengths.max()) - 1, 1))
    counted = kernel.count(steps, at_steps, occurring, kind.falloffs()[: reach + 1], kind.directed, keep)
    return Pairs(sessions.ids, *counted)


def decay(days: "float | Floats", half_life_days: float) -> "float | Floats":
    """What is left of a weight after ``days``."""
    return 2.0 ** (-days / half_life_days)


def top_pairs(
    pairs: Pairs, n: int, sellable: pl.Series | None = None, products: pl.Series | None = None
) -> pl.DataFrame:
    """The ``n`` best others of each product: ``product_id, other_id, rank`` from 1, ``score, support``.

    With ``sellable`` (product ids) only those are others: what can not be sold is left out before the first ``n`` are
    taken. With ``products`` only their rows are looked at. ``support`` is the number of sessions behind the row.
    """
    allowed = np.ones(len(pairs.ids), bool) if sellable is None else pairs.ids.is_in(sellable.implode()).to_numpy()
    asked = np.arange(len(pairs.ids)) if products is None else _codes_of(products, pairs.ids)
    lengths = pairs.lengths[asked]
    before = np.cumsum(lengths) - lengths
    rows = np.repeat(pairs.starts[asked] - before, lengths) + np.arange(lengths.sum())
    shown = allowed[pairs.others[rows]]
    so_far = np.concatenate([np.zeros(1, np.int64), np.cumsum(shown)])
    ranks = so_far[1:] - np.repeat(so_far[before], lengths)
    taken = np.flatnonzero(shown & (ranks <= n))
    of_row = np.repeat(asked, lengths)
    return pl.DataFrame(
        {
            "product_id": pairs.ids.gather(of_row[taken]),
            "other_id": pairs.ids.gather(pairs.others[rows[taken]]),
            "rank": ranks[taken].astype(np.int32),
            "score": pairs.weights[rows[taken]].astype(np.float64),
            "support": pairs.sessions[rows[taken]].astype(np.int64),
        }
    )


def _codes_of(products: pl.Series, ids: pl.Series) -> NDArray[np.int64]:
    """Places of ``products`` in ``ids``, rising; those that are not there are left out."""
    return np.flatnonzero(ids.is_in(products.implode()).to_numpy())
