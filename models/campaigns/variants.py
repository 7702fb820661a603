"""Who gets which variant: exact shares at every moment of a send, and the same variant for a customer each time.

Belongs here: the order of variants along a send, and handing them to customers. Does not belong here: who is sent to.

Two wishes pull against one another: shares exact to less than one message, and a customer who keeps the variant at each
occurrence. Exactness wins, at the least number of changes:

1. Each customer *wants* a variant: the one had last time, else the one whose part of all hash values holds the
   customer's hash. With the same audience and shares nobody's wish ever changes.
2. How many each variant gets is fixed by the number of recipients alone (:func:`slots`).
3. Where more want a variant than it has room for, newcomers give way before those who had it last time, and of each
   those with the highest hashes; they fill, in the order of their hashes, the variants that have room left. Nobody else
   moves.

So a customer changes only when the shares force it: when more of those who had a variant are sent to now than its share
allows. From hashes alone (nobody remembered) about ``0.4 * sqrt(n)`` of ``n`` recipients of two equal variants move
away from their wish: 400 of a million.

The send itself is laid out so that *every* beginning of it has exact shares: Tijdeman's solution of the chairman
assignment problem (Discrete Mathematics 32, 1980) keeps each variant's count within ``1 - 1/(2k - 2)`` of its share
at every length. A send that is stopped after any message, or cut at a cost limit, or handed on in chunks of 5,000, is
still a fair test.
"""

from collections.abc import Sequence
from functools import cache
from math import gcd
from typing import Final

import numpy as np
import numpy.typing as npt

from models.campaigns.hashing import Hashes

Ints = npt.NDArray[np.int64]
CHUNK: Final = 5_000


def slots(weights: Sequence[int], first: int, n: int) -> Ints:
    """Which variant (its place in ``weights``) stands at each of the places ``first`` … ``first + n`` of a send.

    ``weights``: shares as whole numbers above 0. Up to any place each variant stands fewer than one time more or less
    often than its exact share. The order repeats after ``sum(weights)`` places (divided by their common divisor)."""
    divisor = gcd(*weights)
    turn = _turn(tuple(weight // divisor for weight in weights))
    return turn[(first + np.arange(n, dtype=np.int64)) % len(turn)]


@cache
def _turn(weights: tuple[int, ...]) -> Ints:
    """One turn of the order: at each place, of the variants whose quota allows one more, the one most pressed for time.

    In units of ``1 / (total * span)``, to stay with whole numbers: a variant may stand at place ``t`` (from 1) when its
    share of ``t`` less its count so far is at least ``1 / span``, and must by the place at which that share less the
    count would exceed ``1 - 1 / span``."""
    if len(weights) == 1:
        return np.zeros(1, dtype=np.int64)
    total, span = sum(weights), 2 * len(weights) - 2
    shares, counts = np.array(weights, dtype=np.int64), np.zeros(len(weights), dtype=np.int64)
    order = np.empty(total, dtype=np.int64)
    for place in range(1, total + 1):
        may = span * (shares * place - counts * total) >= total
        deadlines = ((counts + 1) * span - 1) * total / (shares * span)
        order[place - 1] = chosen = int(np.argmin(np.where(may, deadlines, np.inf)))
        counts[chosen] += 1
    return order


def wished(hashes: Hashes, weights: Sequence[int], last: Ints | None = None) -> Ints:
    """The variant each customer wants: ``last`` (-1: none yet), else by hash."""
    ends = [(1 << 64) * sum(weights[: place + 1]) // sum(weights) - 1 for place in range(len(weights))]
    by_hash = np.searchsorted(np.array(ends, dtype=np.uint64), hashes).astype(np.int64)
    return by_hash if last is None else np.where((last >= 0) & (last < len(weights)), last, by_hash)


def handed_out(
    wishes: Ints, hashes: Hashes, room: Sequence[int], newcomers: npt.NDArray[np.bool_] | None = None
) -> Ints:
    """A variant for each customer, ``room[v]`` of them the variant ``v``, as many as can be as wished.

    ``newcomers`` give way before others; then ``hashes``, which are all different, say who gives way (the highest) and
    who is first to fill other variants. Raises ``ValueError`` when the room is not that of the customers."""
    if sum(room) != len(wishes):
        raise ValueError(f"room for {sum(room)} of {len(wishes)} customers")
    order = np.lexsort((hashes, wishes) if newcomers is None else (hashes, newcomers, wishes))
    wanted = np.bincount(wishes, minlength=len(room))
    begins = np.concatenate([[0], np.cumsum(wanted)[:-1]])
    rank = np.arange(len(wishes)) - begins[wishes[order]]
    gives_way = order[rank >= np.asarray(room)[wishes[order]]]
    left = np.maximum(np.asarray(room) - wanted, 0)
    found = wishes.copy()
    found[gives_way[np.argsort(hashes[gives_way])]] = np.repeat(np.arange(len(room)), left)
    return found
