"""Pairs kept from day to day: what was known fades, the day is added, and each product keeps its best others.

Belongs here: adding a day, the state as a frame. Does not belong here: counting a day (``pairs``), files, days on the
calendar.

A state is :class:`Pairs` with a bounded number of others per product. Weights fade by the half-life; numbers of
sessions do not: "seen together in 312 visits" stays a count of visits. It is never too high, and too low only by the
visits before a pair that had fallen out of the state came back.
"""

import numpy as np
import polars as pl
from numpy.typing import NDArray

from models.recommend.counts.pairs import Pairs, decay

KEEP = 192  # others per product: after 60 days 99.6 % of the best 20 are those of a full count; 98 % with 128
LEAST = 2.0**-10  # weight below which a pair is forgotten: products that are gone leave the state
SCHEMA = pl.Schema(
    {
        "product_id": pl.String(),
        "others": pl.List(pl.Int32()),
        "weights": pl.List(pl.Float32()),
        "sessions": pl.List(pl.Int32()),
    }
)


def fold(
    state: Pairs, day: Pairs, *, days: float, half_life_days: float, keep: int = KEEP, least: float = LEAST
) -> Pairs:
    """``state``, ``days`` older, with all pairs of one more ``day`` (counted without a bound).

    The products of the result are those that have a pair. Raises :class:`ValueError` when time goes backwards.
    """
    from models.recommend.kernels import pairs as kernel

    if days < 0 or half_life_days <= 0:
        raise ValueError(f"{days} days later at a half-life of {half_life_days} days: neither can be negative")
    ids = pl.concat([state.ids, day.ids]).unique().sort()
    old, new = _with_ids(state, ids), _with_ids(day, ids)
    factor = float(decay(days, half_life_days))
    return _only_used(Pairs(ids, *kernel.merge(old.rows, factor, new.rows, least, keep)))


def _with_ids(pairs: Pairs, ids: pl.Series) -> Pairs:
    """The same pairs with codes that are places in ``ids`` (sorted, all of the pairs' ids and perhaps more)."""
    if len(ids) == len(pairs.ids):
        return pairs
    places = ids.to_frame("id").with_row_index("place").join(pairs.ids.to_frame("id"), on="id", how="semi")["place"]
    return _moved(pairs, places.sort().to_numpy().astype(np.int64), ids)


def _moved(pairs: Pairs, places: NDArray[np.int64], ids: pl.Series) -> Pairs:
    """Code ``a`` becomes ``places[a]``, which rise, so that every order stays."""
    lengths = np.zeros(len(ids), np.int64)
    lengths[places] = pairs.lengths
    starts = np.concatenate([np.zeros(1, np.int64), np.cumsum(lengths)])
    return Pairs(ids, starts, places.astype(np.int32)[pairs.others], pairs.weights, pairs.sessions)


def _only_used(pairs: Pairs) -> Pairs:
    """Without the products that have no pair and are in none."""
    used = pairs.lengths > 0
    used[pairs.others] = True
    if used.all():
        return pairs
    codes = (np.cumsum(used) - 1).astype(np.int32)
    starts = np.concatenate([np.zeros(1, np.int64), np.cumsum(pairs.lengths[used])])
    return Pairs(pairs.ids.filter(pl.Series(used)), starts, codes[pairs.others], pairs.weights, pairs.sessions)


def state_frame(pairs: Pairs) -> pl.DataFrame:
    """One row per product, of :data:`SCHEMA`: lists heaviest first, ``others`` being row numbers of this frame."""
    import pyarrow as pa

    def lists(values: "NDArray[np.int32] | NDArray[np.float32]") -> pl.Series:
        return pl.Series(pl.from_arrow(pa.LargeListArray.from_arrays(pa.array(pairs.starts), pa.array(values))))

    columns = {"others": lists(pairs.others), "weights": lists(pairs.weights), "sessions": lists(pairs.sessions)}
    return pl.DataFrame({"product_id": pairs.ids} | columns, schema=SCHEMA)


def pairs_of(frame: pl.DataFrame) -> Pairs:
    """The pairs of a :func:`state_frame`."""
    lengths = frame["others"].list.len().to_numpy().astype(np.int64)
    starts = np.concatenate([np.zeros(1, np.int64), np.cumsum(lengths)])
    held = frame.select("others", "weights", "sessions").filter(pl.col("others").list.len() > 0)
    flat = {name: held[name].explode().to_numpy() for name in held.columns}
    return Pairs(frame["product_id"], starts, flat["others"], flat["weights"], flat["sessions"])
