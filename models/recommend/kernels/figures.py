"""Compiled inner loops: the figures that speak for each candidate of a history.

Belongs here: their places in a table and how each is worked out. Does not belong here: the walk they are made from
(``kernels.walk``), what they are called (``models.recommend.personal.candidates``).
"""

import numpy as np

from models.recommend.kernels.compiling import compiled
from models.recommend.kernels.walk import Array, Index, Number, Sums, Walk, before

# Places of the figures in a row of the table.
NEIGHBOUR_SHARE, NEIGHBOUR_LOG, NEIGHBOUR_RANK, NEIGHBOUR_PART, NEIGHBOUR_SESSIONS = 0, 1, 2, 3, 4
TOGETHER_LAST, TOGETHER_LAST_LOG, TOGETHER_BEFORE, TOGETHER_ALL, TOGETHER_RANK = 5, 6, 7, 8, 9
NEXT_LAST, NEXT_LAST_LOG, TOGETHER_DAMPED = 10, 11, 12
TIMES_SEEN, STEPS_AGO, LAST_TIMES_SEEN, STEPS, DISTINCT = 13, 14, 15, 16, 17
POPULAR, POPULAR_NOW, RISE, AGE = 18, 19, 20, 21
EVIDENCE, BEST_LOG, CLOSE_TO_LAST, CLOSE_TO_ALL, SAME_CATEGORY, CATEGORY_PART = 22, 23, 24, 25, 26, 27
FOLLOWED, PRECEDED, FOLLOWED_SHARE, MET_BY, LATEST_TOGETHER, CLOSEST_SESSION, FIRST_SEEN = 28, 29, 30, 31, 32, 33, 34
FIGURES = 35
FAR = 999.0  # rank or distance of what is on no list


@compiled
def describe_product(index: Index, walk: Walk, sums: Sums, product: int, cutoff: int, figures: Array) -> None:
    """The figures of a candidate that do not need the rest of the history."""
    end = before(index, product, cutoff)
    popular = end - index.first[product]
    lately = end - before(index, product, cutoff - walk.recent)
    figures[POPULAR] = np.log(popular + 1.0)
    figures[POPULAR_NOW] = np.log(lately + 1.0)
    figures[RISE] = lately / (popular + 1.0)
    figures[AGE] = np.log(cutoff - index.occurrences[end - 1] + 1.0) if popular > 0 else FAR
    figures[NEIGHBOUR_LOG] = np.log(sums.neighbour[product] + 1e-6)
    figures[NEIGHBOUR_RANK] = sums.neighbour_rank[product] if sums.neighbour_rank[product] > 0 else FAR
    figures[TOGETHER_RANK] = sums.pair_rank[product] if sums.pair_rank[product] > 0 else FAR
    figures[TOGETHER_LAST_LOG] = np.log(sums.last[product] + 1e-3)
    figures[NEXT_LAST_LOG] = np.log(sums.following[product] + 1e-3)
    figures[TOGETHER_DAMPED] = sums.last[product] / np.sqrt(popular + 1.0)
    figures[FOLLOWED] = sums.after[product]
    figures[PRECEDED] = sums.ahead[product]
    figures[FOLLOWED_SHARE] = sums.after[product] / (popular + 5.0)
    figures[MET_BY] = sums.met_by[product]
    figures[LATEST_TOGETHER] = np.log(cutoff - sums.latest[product] + 2.0) if sums.latest[product] > 0 else FAR
    figures[CLOSEST_SESSION] = np.log(sums.closest[product] + 1e-6)
    figures[FIRST_SEEN] = np.log(cutoff - index.occurrences[index.first[product]] + 1.0) if popular > 0 else FAR
    figures[TIMES_SEEN] = sums.times[product]
    figures[STEPS_AGO] = sums.steps_ago[product] if sums.steps_ago[product] > 0 else FAR


@compiled
def totals(sums: Sums, neighbours: int, pairs: int) -> Array:
    """What shares are shares of: sums over all touched products."""
    total = np.full(5, 1e-9)
    for place in range(neighbours):
        total[0] += sums.neighbour[sums.neighbours_touched[place]]
    for place in range(pairs):
        product = sums.pairs_touched[place]
        total[1] += sums.last[product]
        total[2] += sums.before[product]
        total[3] += sums.together[product]
        total[4] += sums.following[product]
    return total


@compiled
def describe(
    index: Index,
    sums: Sums,
    history: Array,
    row: Array,
    count: int,
    total: Array,
    best: Number,
    evidence: Array,
    distinct: int,
    table: Array,
) -> None:
    """The figures that compare a candidate with the rest, and those of the history as a whole."""
    last = history[-1]
    for place in range(count):
        product, figures = row[place], table[place]
        figures[NEIGHBOUR_SHARE] = sums.neighbour[product] / best
        figures[NEIGHBOUR_PART] = sums.neighbour[product] / total[0]
        figures[NEIGHBOUR_SESSIONS] = sums.carriers[product] / (evidence[0] + 1e-9)
        figures[TOGETHER_LAST] = sums.last[product] / total[1]
        figures[TOGETHER_BEFORE] = sums.before[product] / total[2]
        figures[TOGETHER_ALL] = sums.together[product] / total[3]
        figures[NEXT_LAST] = sums.following[product] / total[4]
        figures[LAST_TIMES_SEEN] = sums.times[last]
        figures[STEPS] = len(history)
        figures[DISTINCT] = distinct
        figures[EVIDENCE] = np.log(evidence[1] + 1.0)
        figures[BEST_LOG] = np.log(best)
        figures[SAME_CATEGORY] = 1.0 if index.category[product] == index.category[last] else 0.0


@compiled
def compare(index: Index, history: Array, weights: Array, row: Array, count: int, table: Array) -> None:
    """Closeness in the space of products, and the part of the history in the candidate's category."""
    last, dimensions = history[-1], index.vectors.shape[1]
    mean = np.zeros(dimensions, np.float32)
    for step in range(len(history)):
        for axis in range(dimensions):
            mean[axis] += weights[len(history) - 1 - step] * index.vectors[history[step], axis]
    length = np.sqrt(np.sum(mean * mean)) + 1e-9
    for place in range(count):
        product = row[place]
        to_last, to_all, alike = np.float32(0), np.float32(0), 0.0
        for axis in range(dimensions):
            to_last += index.vectors[product, axis] * index.vectors[last, axis]
            to_all += index.vectors[product, axis] * mean[axis]
        for step in range(len(history)):
            alike += 1.0 if index.category[history[step]] == index.category[product] else 0.0
        table[place, CLOSE_TO_LAST] = to_last
        table[place, CLOSE_TO_ALL] = to_all / length
        table[place, CATEGORY_PART] = alike / len(history)
