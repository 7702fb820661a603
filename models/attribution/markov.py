"""Data-driven attribution by removal: how many conversions would be lost if a campaign's messages led nowhere.

Belongs here: the chain of counted paths and its absorption probabilities, solved exactly. Does not belong here:
counting paths (``sequences``), what the effects mean for one order (``credit.credited_by_weight``).

Anderl, Becker, von Wangenheim and Schumann, "Mapping the customer journey", International Journal of Research in
Marketing 33 (2016): states are the last ``order`` players of a path, a path ends in *converted* or *nothing*, and
removing a player sends everybody who would come to it to *nothing*. With ``Q`` the transitions between states, ``r``
the probabilities to convert next and ``s`` those to begin, ``x = (I - Q)^-1 r`` converts from each state and ``s x`` at
all.

Removing need not solve anew: who converts did so without visiting the player's states ``C`` or visited one of them
first. The chances ``h`` of the first visit follow from the expected visits ``s N`` with ``N = (I - Q)^-1`` as
``h N[C, C] = (s N)[C]`` (first passage; Kemeny and Snell, "Finite Markov chains", chapter 3), and ``h x[C]`` is lost.
"""

from typing import Final, Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray

from models.attribution.sequences import checked

Floats = NDArray[np.float64]
MAX_STATES: Final = 3_000  # 70 MB and a few seconds; more are as many campaigns as nobody can read about
RESULT: Final = pl.Schema({"player": pl.String(), "removal_effect": pl.Float64(), "credit": pl.Float64()})


def markov(counted: pl.DataFrame, order: Literal[1, 2] = 1) -> pl.DataFrame:
    """By player (sorted): ``removal_effect``, the share of conversions lost without it (0 to 1; they add up to 1 or
    more), and ``credit``, its part of all conversions in proportion, which add up to the number of conversions.

    ``counted``: columns of ``sequences.sequences``; paths without conversion belong to it, else every message seems
    to convert. ``order``: how many players back the next step depends on. Without conversions all is 0. Raises
    ``ValueError`` for other orders, wrong counts, or more than 3,000 states."""
    if order not in (1, 2):
        raise ValueError(f"the order of a chain of touches is 1 or 2, not {order}")
    steps = _steps(checked(counted), order)
    players = sorted(set(steps["player"]))
    conversions = float(counted["conversions"].sum())
    effects = _removal_effects(steps, players) if conversions else np.zeros(len(players))
    credit = effects / effects.sum() * conversions if conversions else effects
    return pl.DataFrame([players, effects, credit], schema=RESULT)


def _steps(counted: pl.DataFrame, order: int) -> pl.DataFrame:
    """One row a place of a path: its ``state``, the ``next`` one (null at the end), ``player`` of the state."""
    exploded = counted.select("paths", "conversions", pl.col("players").alias("player")).with_row_index("path")
    exploded = exploded.explode("player")
    before = pl.col("player").shift(1).over("path") if order == 2 else pl.lit(None, dtype=pl.String)
    states = exploded.with_columns(state=pl.struct("player", before.alias("before")).rank("dense").cast(pl.Int64) - 1)
    return states.with_columns(
        next=pl.col("state").shift(-1).over("path"), is_first=pl.int_range(pl.len()).over("path") == 0
    )


def _removal_effects(steps: pl.DataFrame, players: list[str]) -> Floats:
    by_state = steps.group_by("state").agg(pl.col("player").first()).sort("state")
    n = by_state.height
    if n > MAX_STATES:
        raise ValueError(f"{n} states are more than {MAX_STATES}: order 1, or channels instead of campaigns")
    begins, converts, onward = _probabilities(steps, n)
    fundamental = np.linalg.inv(np.eye(n) - onward)
    from_state, visits = fundamental @ converts, begins @ fundamental
    owners = by_state["player"].to_numpy()
    lost = np.empty(len(players))
    for at, player in enumerate(players):
        own = np.flatnonzero(owners == player)
        first_visits = np.linalg.solve(fundamental[np.ix_(own, own)].T, visits[own])
        lost[at] = first_visits @ from_state[own]
    return np.clip(lost / float(begins @ from_state), 0.0, 1.0)


def _probabilities(steps: pl.DataFrame, n: int) -> tuple[Floats, Floats, Floats]:
    """To begin in each state, shape (n,); to convert next, (n,); to go on to another state, (n, n)."""
    state, paths = steps["state"].to_numpy(), steps["paths"].to_numpy().astype(np.float64)
    is_last, is_first = steps["next"].is_null().to_numpy(), steps["is_first"].to_numpy()
    leaving = np.bincount(state, paths, minlength=n)
    conversions = steps["conversions"].to_numpy().astype(np.float64)
    converts = np.bincount(state[is_last], conversions[is_last], minlength=n) / leaving
    begins = np.bincount(state[is_first], paths[is_first], minlength=n)
    onward = np.zeros((n, n))
    following = steps["next"].fill_null(0).to_numpy()
    np.add.at(onward, (state[~is_last], following[~is_last]), paths[~is_last])
    return begins / begins.sum(), converts, onward / leaving[:, None]
