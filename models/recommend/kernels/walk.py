"""Compiled inner loops: the walk from the products of a history over the sessions they stand in.

Belongs here: sums by session and product, choosing candidates from them. Does not belong here: figures about candidates
(``kernels.figures``), which settings are good (``models.recommend.personal.candidates``).
"""

from typing import Any, NamedTuple

import numpy as np

from models.recommend.kernels.compiling import compiled

Array = np.ndarray[Any, Any]
Number = Any  # a float of either precision


class Index(NamedTuple):
    """Sessions by session and by product; occurrences of a product stand from old to new."""

    products: Array
    starts: Array
    occurrences: Array
    places: Array
    first: Array
    related: Array
    vectors: Array
    category: Array


class Walk(NamedTuple):
    """Settings of a walk, see ``models.recommend.personal.candidates.Settings``."""

    newest: int
    neighbours: int
    place_decay: float
    age_decay: float
    step_decay: float
    window: int
    from_neighbours: int
    from_pairs: int
    recent: int


class Sums(NamedTuple):
    """What one walk adds up, by session and by product, with lists of what was touched; zero between two walks."""

    session: Array
    matched: Array
    neighbour: Array
    carriers: Array
    together: Array
    last: Array
    before: Array
    following: Array
    after: Array
    ahead: Array
    met_by: Array
    met_last_by: Array
    latest: Array
    closest: Array
    steps_ago: Array
    times: Array
    neighbour_rank: Array
    pair_rank: Array
    chosen: Array
    sessions_touched: Array
    neighbours_touched: Array
    pairs_touched: Array


@compiled
def before(index: Index, product: int, cutoff: int) -> int:
    """End of the occurrences of ``product`` in sessions older than ``cutoff``."""
    low, high = int(index.first[product]), int(index.first[product + 1])
    while low < high:
        middle = (low + high) // 2
        if index.occurrences[middle] < cutoff:
            low = middle + 1
        else:
            high = middle
    return low


@compiled
def largest(values: Array, touched: Array, count: int, wanted: int) -> Array:
    """The ``wanted`` of ``touched[:count]`` with the largest values, by falling value, then rising number.

    They are kept in a heap with the least on top, which is sorted in place at last.
    """
    kept = min(count, wanted)
    chosen = np.empty(kept, np.int32)
    for place in range(kept):
        chosen[place] = touched[place]
    for top in range(kept // 2 - 1, -1, -1):
        _sink(values, chosen, top, kept)
    if kept > 0:
        for place in range(kept, count):
            if _stands_after(values, chosen[0], touched[place]):
                chosen[0] = touched[place]
                _sink(values, chosen, 0, kept)
    for last in range(kept - 1, 0, -1):
        chosen[0], chosen[last] = chosen[last], chosen[0]
        _sink(values, chosen, 0, last)
    return chosen


@compiled
def _sink(values: Array, heap: Array, top: int, size: int) -> None:
    """Put what is at ``top`` below all that stand after it."""
    while True:
        least = 2 * top + 1
        if least >= size:
            return
        if least + 1 < size and _stands_after(values, heap[least + 1], heap[least]):
            least += 1
        if not _stands_after(values, heap[least], heap[top]):
            return
        heap[top], heap[least] = heap[least], heap[top]
        top = least


@compiled
def _stands_after(values: Array, one: int, other: int) -> bool:
    if values[one] != values[other]:
        return bool(values[one] < values[other])
    return one > other


@compiled
def _walk_pairs(
    index: Index, walk: Walk, sums: Sums, occurrence: int, product: int, weight: Number, nth: int, pairs: int
) -> int:
    """Add up what stands near one occurrence of ``product``; gives the number of products touched so far."""
    session, place = index.occurrences[occurrence], index.places[occurrence]
    base, length = index.starts[session], index.starts[session + 1] - index.starts[session]
    for other in range(max(0, place - walk.window), min(length, place + walk.window + 1)):
        found = index.products[base + other]
        if found == product:
            continue
        near = np.float32(1.0 / abs(other - place))
        if sums.together[found] == 0:
            sums.pairs_touched[pairs] = found
            pairs += 1
        sums.together[found] += near * weight
        if sums.met_last_by[found] != nth:
            sums.met_last_by[found] = nth
            sums.met_by[found] += 1
        if nth == 1:
            sums.last[found] += near
            if other > place:
                sums.following[found] += near
            if other == place + 1:
                sums.after[found] += 1
            elif other == place - 1:
                sums.ahead[found] += 1
            sums.latest[found] = max(sums.latest[found], session + 1)
        elif nth == 2:
            sums.before[found] += near
    return pairs


@compiled
def walk_history(index: Index, walk: Walk, sums: Sums, history: Array, cutoff: int) -> tuple[int, int, int]:
    """Walk each distinct product of a history, the latest first; gives counts of touched sessions and products."""
    sessions, pairs, distinct = 0, 0, 0
    steps = len(history)
    for step in range(steps - 1, -1, -1):
        product = history[step]
        sums.times[product] += 1
        if sums.steps_ago[product] > 0:
            continue
        sums.steps_ago[product] = steps - step
        distinct += 1
        # never zero, which is what marks a session or product that was not touched yet
        weight = np.float32(max(np.exp(-(steps - 1 - step) / walk.place_decay), 1e-30))
        end = before(index, product, cutoff)
        previous = -1
        for occurrence in range(end - 1, max(index.first[product], end - walk.newest) - 1, -1):
            session = index.occurrences[occurrence]
            if session == previous:
                continue
            previous = session
            if sums.session[session] == 0:
                sums.sessions_touched[sessions] = session
                sessions += 1
                sums.matched[session] = index.places[occurrence]
            sums.session[session] += weight
            pairs = _walk_pairs(index, walk, sums, occurrence, product, weight, distinct, pairs)
    return sessions, pairs, distinct


@compiled
def walk_neighbours(index: Index, walk: Walk, sums: Sums, sessions: int, cutoff: int) -> tuple[Array, int]:
    """Score the products of the most similar sessions; gives the neighbours and how many products were touched."""
    for place in range(sessions):
        session = sums.sessions_touched[place]
        length = index.starts[session + 1] - index.starts[session]
        sums.session[session] *= np.exp(-(cutoff - session) / walk.age_decay) / np.sqrt(length)
    neighbours = largest(sums.session, sums.sessions_touched, sessions, walk.neighbours)
    touched = 0
    for session in neighbours:
        base = index.starts[session]
        for place in range(index.starts[session + 1] - base):
            product = index.products[base + place]
            if sums.neighbour[product] == 0:
                sums.neighbours_touched[touched] = product
                touched += 1
            near = np.exp(-abs(place - sums.matched[session]) / walk.step_decay)
            sums.neighbour[product] += np.float32(sums.session[session] * near + 1e-12)
            sums.carriers[product] += 1
            sums.closest[product] = max(sums.closest[product], sums.session[session])
    return neighbours, touched


@compiled
def choose(index: Index, sums: Sums, history: Array, by_neighbours: Array, by_pairs: Array, row: Array) -> int:
    """Fill ``row`` with the candidates, each once: the history's own, then those of each list; gives their number."""
    count, size = 0, len(row)
    longest = max(len(by_neighbours), len(by_pairs))
    for step in range(len(history) - 1, -1, -1):
        count = _take(sums, row, count, size, history[step])
    for place in range(longest):
        if place < len(by_neighbours):
            count = _take(sums, row, count, size, by_neighbours[place])
        if place < len(by_pairs):
            count = _take(sums, row, count, size, by_pairs[place])
    related = index.related[history[-1]]
    for place in range(len(related)):
        if related[place] >= 0:
            count = _take(sums, row, count, size, related[place])
    return count


@compiled
def _take(sums: Sums, row: Array, count: int, size: int, product: int) -> int:
    if count < size and sums.chosen[product] == 0:
        sums.chosen[product] = 1
        row[count] = product
        count += 1
    return count


@compiled
def forget(
    sums: Sums,
    history: Array,
    sessions: int,
    neighbours: int,
    pairs: int,
    by_neighbours: Array,
    by_pairs: Array,
    row: Array,
    count: int,
) -> None:
    """Set all that was touched back to zero."""
    sums.session[sums.sessions_touched[:sessions]] = 0
    sums.matched[sums.sessions_touched[:sessions]] = 0
    sums.neighbour[sums.neighbours_touched[:neighbours]] = 0
    sums.carriers[sums.neighbours_touched[:neighbours]] = 0
    sums.closest[sums.neighbours_touched[:neighbours]] = 0
    touched = sums.pairs_touched[:pairs]
    sums.together[touched] = 0
    sums.last[touched] = 0
    sums.before[touched] = 0
    sums.following[touched] = 0
    sums.after[touched] = 0
    sums.ahead[touched] = 0
    sums.met_by[touched] = 0
    sums.met_last_by[touched] = 0
    sums.latest[touched] = 0
    sums.times[history] = 0
    sums.steps_ago[history] = 0
    sums.neighbour_rank[by_neighbours] = 0
    sums.pair_rank[by_pairs] = 0
    sums.chosen[row[:count]] = 0
