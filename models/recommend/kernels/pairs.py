"""Compiled inner loops of pairs: count what met, merge what was known with what is new, keep the best of each product.

Belongs here: loops over arrays of numbers. Does not belong here: ids, frames, kinds of pairs, what a day is.

All walk from product to product with one dense accumulator (a few numbers per product, never a table of products by
products), so that time goes with the pairs that met and memory with products and kept pairs.
"""

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

Array = NDArray[Any]
Rows = tuple[Array, Array, Array]  # others, weights, sessions
Listed = tuple[Array, Array, Array, Array]  # starts of each product's rows, and the rows

BREAK = -1  # in steps: one session ends, another begins
# what is tallied of each product: beside one another, so that each is fetched from memory once
WEIGHT, MET, VISIT, HEAVIEST = 0, 1, 2, 3


@njit(cache=True)
def occurrences(steps: Array, products: int) -> tuple[Array, Array]:
    """Where each product stands in ``steps`` (codes; BREAK before, between and after sessions).

    Returns ``borders`` (products + 1,) and ``places``: those of product ``a`` are ``places[borders[a]:borders[a + 1]]``
    from first to last. A place ``p`` in a session that already had the product is written ``-p``.
    """
    borders = np.zeros(products + 1, np.int64)
    for product in steps:
        if product != BREAK:
            borders[product + 1] += 1
    for product in range(products):
        borders[product + 1] += borders[product]
    places = np.empty(borders[-1], np.int64)
    filled, latest = borders[:-1].copy(), np.full(products, -1, np.int64)
    session = 0
    for place, product in enumerate(steps):
        if product == BREAK:
            session = place
            continue
        places[filled[product]] = -place if latest[product] == session else place
        filled[product] += 1
        latest[product] = session
    return borders, places


@njit(cache=True)
def most_pairs(borders: Array, both_ways: int, keep: int) -> int:
    """Never fewer than the pairs that :func:`count` returns."""
    total = 0
    for product in range(len(borders) - 1):
        total += min((borders[product + 1] - borders[product]) * both_ways, keep, len(borders) - 2)
    return total


@njit(cache=True)
def count(
    steps: Array, strengths: Array, occurring: tuple[Array, Array], falloff: Array, directed: bool, keep: int
) -> Listed:
    """The ``keep`` others that each product met most, best first: ``starts, others, weights, sessions``.

    A step at distance ``d`` of another product in the same session gives ``strengths[place] * falloff[d]``; of several
    meetings in a session the heaviest counts. ``directed``: only steps after the product.
    """
    borders, places = occurring
    products, reach = len(borders) - 1, len(falloff) - 1
    room = most_pairs(borders, reach if directed else 2 * reach, keep)
    starts = np.zeros(products + 1, np.int64)
    out = np.empty(room, np.int32), np.empty(room, np.float32), np.empty(room, np.int32)
    tally = np.zeros((products, 4))
    touched, best = np.empty(products, np.int32), np.empty(products, np.int32)
    row = 0
    for product in range(products):
        here = places[borders[product] : borders[product + 1]]
        number = _walk(product, here, steps, strengths, falloff, directed, tally, touched)
        row = _write(touched[:number], tally, keep, best, out, row)
        starts[product + 1] = row
    return starts, out[0][:row], out[1][:row], out[2][:row]


@njit(cache=True)
def _walk(
    product: int, places: Array, steps: Array, strengths: Array, falloff: Array, directed: bool,
    tally: Array, touched: Array,
) -> int:  # fmt: skip
    """Tally what stands around ``places``, its codes into ``touched``; how many there are."""
    number, visit = 0, 0
    for place in places:
        visit += place >= 0  # else it is one more step of the same session
        strength = strengths[abs(place)]
        for way in range(-1 + 2 * directed, 2, 2):
            at = abs(place)
            for distance in range(1, len(falloff)):
                at += way
                other = steps[at]
                if other == BREAK:
                    break
                if other == product:
                    continue
                weight, known = strength * falloff[distance], tally[other]
                if known[VISIT] != visit:
                    if known[MET] == 0:
                        touched[number] = other
                        number += 1
                    known[WEIGHT] += weight
                    known[MET] += 1
                    known[VISIT], known[HEAVIEST] = visit, weight
                elif weight > known[HEAVIEST]:
                    known[WEIGHT] += weight - known[HEAVIEST]
                    known[HEAVIEST] = weight
    return number


@njit(cache=True)
def merge(old: Listed, factor: float, new: Listed, least: float, keep: int) -> Listed:
    """``old`` times ``factor`` plus ``new``, in the shape of :func:`count`: pairs of less than ``least`` are left out.

    Both are of the same products. Numbers of sessions are added as they are.
    """
    products = len(old[0]) - 1
    room = 0
    for product in range(products):
        room += min(old[0][product + 1] - old[0][product] + new[0][product + 1] - new[0][product], keep)
    starts = np.zeros(products + 1, np.int64)
    out = np.empty(room, np.int32), np.empty(room, np.float32), np.empty(room, np.int32)
    tally, best = np.zeros((products, 4)), np.empty(products, np.int32)
    row = 0
    for product in range(products):
        touched = new[1][new[0][product] : new[0][product + 1]]
        _tally_both(product, old, factor, new, tally)
        _choose(touched, tally, len(touched), best)
        ranked, end = best[: len(touched)], row + keep
        row = _interleave(product, old, factor, ranked, tally, least, out, row, end)
        for other in touched:
            tally[other, WEIGHT], tally[other, MET] = 0, 0
        starts[product + 1] = row
    return starts, out[0][:row], out[1][:row], out[2][:row]


@njit(cache=True)
def _tally_both(product: int, old: Listed, factor: float, new: Listed, tally: Array) -> None:
    """Tally the new pairs of ``product``, with what is known of them."""
    starts, others, weights, sessions = new
    for row in range(starts[product], starts[product + 1]):
        tally[others[row], WEIGHT], tally[others[row], MET] = weights[row], sessions[row]
    if starts[product] < starts[product + 1]:
        starts, others, weights, sessions = old
        for row in range(starts[product], starts[product + 1]):
            known = tally[others[row]]
            if known[MET] > 0:
                known[WEIGHT] += weights[row] * factor
                known[MET] += sessions[row]


@njit(cache=True)
def _interleave(
    product: int, old: Listed, factor: float, ranked: Array, tally: Array, least: float, out: Rows, row: int, end: int
) -> int:
    """Write old pairs that are not tallied and ``ranked`` ones, heaviest first, from ``row`` to ``end``; next row."""
    others, weights, sessions = out
    at, last, rank = old[0][product], old[0][product + 1], 0
    while row < end:
        while at < last and tally[old[1][at], MET] > 0:
            at += 1  # it is among the ranked
        weight = -1.0 if at == last else old[2][at] * factor
        is_old = rank == len(ranked)
        if not is_old and at < last:
            other = ranked[rank]
            is_old = weight > tally[other, WEIGHT] or (weight == tally[other, WEIGHT] and old[1][at] < other)
        if is_old:
            if weight < least or at == last:
                return row
            others[row], weights[row], sessions[row] = old[1][at], weight, old[3][at]
            at += 1
        else:
            other = ranked[rank]
            if tally[other, WEIGHT] < least:
                return row
            others[row], weights[row], sessions[row] = other, tally[other, WEIGHT], tally[other, MET]
            rank += 1
        row += 1
    return row


@njit(cache=True)
def _write(touched: Array, tally: Array, keep: int, best: Array, out: Rows, row: int) -> int:
    """Write the best of ``touched`` from ``row`` on and clear their tally; the next free row."""
    others, weights, sessions = out
    kept = _choose(touched, tally, keep, best)
    for other in best[:kept]:
        others[row], weights[row], sessions[row] = other, tally[other, WEIGHT], tally[other, MET]
        row += 1
    for other in touched:
        tally[other, WEIGHT], tally[other, MET], tally[other, VISIT] = 0, 0, 0
    return row


@njit(cache=True)
def _choose(touched: Array, tally: Array, keep: int, best: Array) -> int:
    """The ``keep`` heaviest of ``touched`` into ``best``, heaviest first, of equals the lower code; how many.

    ``best`` is a heap with the worst on top until all have been looked at, and is then sorted in place.
    """
    kept = min(len(touched), keep)
    for position in range(kept):  # a copy of a slice takes seconds to compile
        best[position] = touched[position]
    for top in range(kept // 2 - 1, -1, -1):
        _sink(best, top, kept, tally)
    for other in touched[kept:]:
        if kept > 0 and _worse(best[0], other, tally):
            best[0] = other
            _sink(best, 0, kept, tally)
    for last in range(kept - 1, 0, -1):
        best[0], best[last] = best[last], best[0]
        _sink(best, 0, last, tally)
    return kept


@njit(cache=True)
def _sink(heap: Array, top: int, size: int, tally: Array) -> None:
    """Put the element at ``top`` below all that are worse."""
    while True:
        worst = 2 * top + 1
        if worst >= size:
            return
        if worst + 1 < size and _worse(heap[worst + 1], heap[worst], tally):
            worst += 1
        if not _worse(heap[worst], heap[top], tally):
            return
        heap[top], heap[worst] = heap[worst], heap[top]
        top = worst


@njit(cache=True)
def _worse(one: int, two: int, tally: Array) -> bool:
    """Whether ``one`` stands after ``two``."""
    if tally[one, WEIGHT] != tally[two, WEIGHT]:
        return bool(tally[one, WEIGHT] < tally[two, WEIGHT])
    return one > two
