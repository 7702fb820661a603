"""Data-driven attribution by Shapley values: what a campaign adds on average to whatever else was there.

Belongs here: the game of counted coalitions and its solution. Does not belong here: counting paths (``sequences``).

The worth of a set ``S`` of campaigns is how many of the same people would have converted had they got the messages of
``S`` only: those who got ``T`` convert at the rate seen among people who got exactly the common part of both. So the
worth of all is the number of conversions, messages that change no rate get nothing, and the Shapley value (Shapley,
1953), which is additive, is the sum over coalitions ``T`` of that of a game of only their own players: however many
campaigns there are, only those within one path are taken together. Up to 12 in a path that is exact; above, the mean
over seeded permutations, each with its reverse (Mitchell, Cooper, Frank and Holmes, 2022), with its error.

Rates of fewer than ``least_paths`` paths are not believed: the rate of all paths within the set stands in, or if that
is of too few as well, the ``base_rate`` of people without any message. So with little data the players of a path share
alike, which is what the game of mere counts always says (Zhao, Mahboobi and Bagheri, "Shapley value methods for
attribution modeling", 2018). That those who got less are like those who got more is an assumption; only a holdout tests
it.
"""

from collections.abc import Mapping
from functools import cache
from math import factorial
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from models.attribution.sequences import coalitions

Floats = NDArray[np.float64]
Counts = Mapping[int, tuple[int, int]]  # by set of players as bits: paths, conversions
EXACT: Final = 12
RESULT: Final = pl.Schema({"player": pl.String(), "value": pl.Float64(), "error": pl.Float64(), "credit": pl.Float64()})
_NORMAL: Final = 1.959963984540054


def shapley(
    counted: pl.DataFrame, *, base_rate: float = 0.0, least_paths: int = 30, permutations: int = 400, seed: int = 0
) -> pl.DataFrame:
    """By player (sorted): ``value``, its Shapley value in conversions; they add up to the conversions less
    ``base_rate`` for each path; can be below 0. ``error``: half the 95 % interval of the value from sampling
    permutations, 0 where exact. ``credit``: values above 0, scaled to add up to the number of conversions.

    ``counted``: columns of ``sequences.sequences``, with the paths that came to nothing. Raises ``ValueError`` for
    wrong counts, a base rate outside 0 to 1, or fewer than 4 permutations."""
    if not 0 <= base_rate <= 1:
        raise ValueError(f"base_rate is a share of 0 to 1, not {base_rate}")
    if permutations < 4:
        raise ValueError(f"at least 4 permutations, not {permutations}")
    sets = coalitions(counted)
    players = sorted(set(sets["players"].explode()))
    place = {player: at for at, player in enumerate(players)}
    masks = [sum(1 << place[player] for player in row) for row in sets["players"]]
    counts = dict(zip(masks, zip(sets["paths"], sets["conversions"], strict=True), strict=True))
    values, variances = np.zeros(len(players)), np.zeros(len(players))
    random = np.random.default_rng(seed)
    for mask in sorted(counts):
        own = [at for at in range(len(players)) if mask >> at & 1]
        if len(own) <= EXACT:
            values[own] += counts[mask][0] * _solved(_worths(counts, own, base_rate, least_paths))
        else:
            pairs = _sampled(counts, own, base_rate, least_paths, permutations // 2, random)
            values[own] += counts[mask][0] * pairs.mean(axis=0)
            variances[own] += counts[mask][0] ** 2 * pairs.var(axis=0, ddof=1) / len(pairs)
    credit = _scaled(values, float(sets["conversions"].sum()))
    return pl.DataFrame([players, values, _NORMAL * np.sqrt(variances), credit], schema=RESULT)


def _scaled(values: Floats, conversions: float) -> Floats:
    above = np.maximum(values, 0.0)
    if not above.any():  # messages seem to have done nothing, or harm only
        above = np.ones_like(above)
    scaled: Floats = above / above.sum() * conversions
    return scaled


def _worths(counts: Counts, own: list[int], base_rate: float, least: int) -> Floats:
    """Conversion rate of each subset of the players ``own``, shape (2**players,), by bits of their places."""
    masks = [0]
    for player in own:
        masks += [mask | 1 << player for mask in masks]
    exact = np.array([counts.get(mask, (0, 0)) for mask in masks], dtype=np.float64)
    within = exact.copy()
    for at in range(len(own)):  # sums over subsets, one player at a time
        halves = within.reshape(-1, 2, 1 << at, 2)
        halves[:, 1] += halves[:, 0]
    rates = _believed(exact, within, base_rate, least)
    rates[0] = base_rate
    rates[-1] = exact[-1, 1] / exact[-1, 0]
    return rates


def _believed(exact: Floats, within: Floats, base_rate: float, least: int) -> Floats:
    """Rates of sets, from (paths, conversions) in the last axis: of exactly the set, and of all within it."""
    own = exact[..., 1] / np.maximum(exact[..., 0], 1)
    pooled = within[..., 1] / np.maximum(within[..., 0], 1)
    return np.where(exact[..., 0] >= least, own, np.where(within[..., 0] >= least, pooled, base_rate))


def _solved(worths: Floats) -> Floats:
    """Shapley values, shape (players,), of a game given by the worth of each subset."""
    return _weights(len(worths).bit_length() - 1) @ worths


@cache
def _weights(n: int) -> Floats:
    """Row by player, column by subset: how much the subset's worth counts for the player."""
    subsets = np.arange(1 << n)
    sizes = sum((subsets >> at & 1 for at in range(n)), start=np.zeros(1 << n, dtype=np.int64))
    joins = np.array([0.0] + [factorial(size - 1) * factorial(n - size) / factorial(n) for size in range(1, n + 1)])
    lacks = np.array([factorial(size) * factorial(n - size - 1) / factorial(n) for size in range(n)] + [0.0])
    return np.stack([np.where(subsets >> at & 1, joins[sizes], -lacks[sizes]) for at in range(n)])


def _sampled(
    counts: Counts, own: list[int], base_rate: float, least: int, pairs: int, random: np.random.Generator
) -> Floats:
    """What each player adds when players come one after the other: means of a random order and its reverse, shape
    (pairs, players). A set is within the first k when its last member is: all k at once by cumulative sums."""
    n, all_own = len(own), sum(1 << at for at in own)
    inside = [mask for mask in sorted(counts) if not mask & ~all_own]
    members = np.array([[mask >> at & 1 for at in own] for mask in inside], dtype=bool)
    numbers = np.array([counts[mask] for mask in inside], dtype=np.float64)
    sizes = members.sum(axis=1)
    added = np.empty((pairs, 2, n))
    for pair in range(pairs):
        order = random.permutation(n)
        for side, turn in enumerate((order, order[::-1])):
            rank = np.empty(n, dtype=np.int64)
            rank[turn] = np.arange(1, n + 1)
            last = np.where(members, rank, 0).max(axis=1)
            exact, arrives = np.zeros((n + 1, 2)), np.zeros((n + 1, 2))
            np.add.at(arrives, last, numbers)
            exact[last[last == sizes]] = numbers[last == sizes]
            rates = _believed(exact, arrives.cumsum(axis=0), base_rate, least)
            rates[0], rates[-1] = base_rate, exact[-1, 1] / exact[-1, 0]
            added[pair, side, turn] = np.diff(rates)
    means: Floats = added.mean(axis=1)
    return means
