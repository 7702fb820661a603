"""Compiled inner loops: the candidates of one history after another, with their figures.

Belongs here: the loop over histories. Does not belong here: one history's walk (``kernels.walk``) and figures
(``kernels.figures``).
"""

import numpy as np

from models.recommend.kernels.compiling import compiled
from models.recommend.kernels.figures import compare, describe, describe_product, totals
from models.recommend.kernels.walk import (
    Array,
    Index,
    Sums,
    Walk,
    choose,
    forget,
    largest,
    walk_history,
    walk_neighbours,
)


@compiled
def candidates_of(
    index: Index, walk: Walk, sums: Sums, steps: Array, starts: Array, cutoffs: Array, chosen: Array, table: Array
) -> Array:
    """Candidates of the histories ``steps[starts[i]:starts[i + 1]]``, as known from sessions before ``cutoffs[i]``.

    Fills ``chosen`` (histories, most) with product codes and ``table`` (histories, most, FIGURES); gives their numbers.
    """
    counts = np.zeros(len(cutoffs), np.int64)
    weights = np.exp(-np.arange(len(steps) + 1) / (2 * walk.place_decay)).astype(np.float32)
    for nth in range(len(cutoffs)):
        history, cutoff, row = steps[starts[nth] : starts[nth + 1]], cutoffs[nth], chosen[nth]
        sessions, pairs, distinct = walk_history(index, walk, sums, history, cutoff)
        neighbours, touched = walk_neighbours(index, walk, sums, sessions, cutoff)
        by_neighbours = largest(sums.neighbour, sums.neighbours_touched, touched, walk.from_neighbours)
        by_pairs = largest(sums.together, sums.pairs_touched, pairs, walk.from_pairs)
        for place in range(len(by_neighbours)):
            sums.neighbour_rank[by_neighbours[place]] = place + 1
        for place in range(len(by_pairs)):
            sums.pair_rank[by_pairs[place]] = place + 1
        count = choose(index, sums, history, by_neighbours, by_pairs, row)
        for place in range(count):
            describe_product(index, walk, sums, row[place], cutoff, table[nth, place])
        total = totals(sums, touched, pairs)
        best = sums.neighbour[by_neighbours[0]] if len(by_neighbours) > 0 else np.float32(1e-6)
        evidence = np.array([len(neighbours), sessions], np.float64)
        describe(index, sums, history, row, count, total, best, evidence, distinct, table[nth])
        compare(index, history, weights, row, count, table[nth])
        counts[nth] = count
        forget(sums, history, sessions, touched, pairs, by_neighbours, by_pairs, row, count)
    return counts
