"""Counts that fade: what happened long ago weighs less, and no day needs the history behind it.

Belongs here: carrying a state of counts to another day and adding rows to it. Does not belong here: what is counted
(``search.answers``, ``trends``), where states are kept.
"""

import datetime as dt
from collections.abc import Sequence

import polars as pl

_NOTHING = 1e-6  # counts below it are dropped: one event after 20 half-lives


class StateFromTheFutureError(ValueError):
    """The state stands at a later day than it should be carried to: replace days in their order."""


def faded(state: pl.DataFrame, counts: Sequence[str], day: dt.date, half_life: float) -> pl.DataFrame:
    """``state`` as it stands on ``day``: every count halves in ``half_life`` days (exponential decay).

    Raises :class:`StateFromTheFutureError` when a row of it stands at a later ``day``.
    """
    newest = state["day"].cast(pl.Date).max()
    if isinstance(newest, dt.date) and newest > day:
        raise StateFromTheFutureError(f"counts stand at {newest}, after {day}: start from the state before that day")
    factor = 2.0 ** (-(pl.lit(day) - pl.col("day")).dt.total_days() / half_life)
    return state.with_columns(*(pl.col(name) * factor for name in counts), day=pl.lit(day))


def folded(
    state: pl.DataFrame, rows: pl.DataFrame, keys: Sequence[str], counts: Sequence[str], day: dt.date, half_life: float
) -> pl.DataFrame:
    """``state`` carried to ``day`` with ``rows`` added, each faded by its age; columns day, ``keys``, ``counts``.

    ``state`` has these columns and any ``day`` before, ``rows`` the same with ``event_day`` in place of ``day``; rows
    after ``day`` are left out, since they belong to another day's fold. One row per ``keys``, sorted by them. Days
    one by one, all at once, or late ones afterwards give the same (up to the last digits of floating point).
    """
    columns = ["day", *keys, *counts]
    of_day = (
        rows.filter(pl.col("event_day") <= day)
        .group_by("event_day", *keys)
        .agg(pl.col(name).sum().cast(pl.Float64) for name in counts)
        .rename({"event_day": "day"})
    )
    both = pl.concat([state.select(columns), of_day.select(columns)]).sort("day", *keys)
    added = faded(both, counts, day, half_life).group_by("day", *keys, maintain_order=True)
    summed = added.agg(pl.col(name).sum() for name in counts)
    return summed.filter(pl.sum_horizontal(counts) >= _NOTHING).select(columns).sort(keys)
