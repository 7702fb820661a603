"""Sessions as flat arrays: what was looked at, one step after another.

Belongs here: the shape that pairs, neighbours and the ranker share, made from a frame. Does not belong here: reading
events, and what is learned from sessions.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray


@dataclass(frozen=True)
class Sessions:
    """Sessions from old to new; ``products[starts[i]:starts[i + 1]]`` are the steps of session ``i`` in order.

    ``products`` int32 codes, ``starts`` int64 of shape (sessions + 1,), ``ids`` the product id of each code, sorted
    unless given. No session is empty.
    """

    products: NDArray[np.int32]
    starts: NDArray[np.int64]
    ids: pl.Series

    def __len__(self) -> int:
        return len(self.starts) - 1

    @property
    def lengths(self) -> NDArray[np.int64]:
        """Steps of each session."""
        return np.diff(self.starts)

    def part(self, first: int, last: int) -> "Sessions":
        """Sessions ``first`` to ``last - 1``, with the same codes."""
        low, high = self.starts[first], self.starts[last]
        return Sessions(self.products[low:high], self.starts[first : last + 1] - low, self.ids)


def sessions_of(steps: pl.DataFrame, ids: pl.Series | None = None) -> Sessions:
    """Sessions of ``steps`` (session_id, product_id), one row a step, in the order in which they happened.

    Sessions stand in the order of their first rows, so that the last session is the newest. With ``ids`` (distinct) the
    codes are places in it, and steps with other products are left out.
    """
    known = steps["product_id"].unique().sort() if ids is None else ids
    codes = pl.DataFrame({"product_id": known, "code": np.arange(len(known), dtype=np.int32)})
    coded = _together(steps).join(codes, on="product_id", how="inner", maintain_order="left")
    borders = np.flatnonzero(np.diff(coded["session"].to_numpy().astype(np.int64))) + 1
    starts = np.concatenate([[0], borders, [len(coded)]]) if len(coded) else np.zeros(1)
    return Sessions(coded["code"].to_numpy().astype(np.int32), starts.astype(np.int64), known)


def _together(steps: pl.DataFrame) -> pl.DataFrame:
    """``session`` (a number) and ``product_id``, the rows of each session next to each other."""
    runs = steps.select(pl.col("session_id").rle_id().alias("session"), "product_id")
    if runs.is_empty() or runs["session"][-1] + 1 == steps["session_id"].n_unique():
        return runs  # as readers hand them over: sorting would cost more than all the rest
    rows = steps.select("session_id", "product_id").with_row_index("row")
    rows = rows.with_columns(pl.col("row").min().over("session_id").alias("session"))
    return rows.sort("session", "row").select("session", "product_id")
