"""The tables of the lake that segments are kept in: names and columns.

Belongs here: schemas that the steps share. Does not belong here: making rows.
"""

from collections.abc import Mapping
from typing import Final

import polars as pl

# published facts that conditions are answered from, and the single events behind them
FACTS: Final = ("customers", "customer_days", "customer_product_days", "orders", "sessions", "carts", "products")
EVENTS: Final = "events"
SEGMENTS, MEMBERS, SIZES, RUNS = "segments", "segment_members", "segment_sizes", "segment_runs"
RULE, TASTE, AI = "rule", "taste", "ai"

MEMBER_ROWS: Final = pl.Schema(
    {
        "day": pl.Date(),
        "segment_id": pl.String(),
        "kind": pl.String(),
        "customer_key": pl.String(),
        "customer_id": pl.Int64(),
        "strength": pl.Float64(),
    }
)
SEGMENT_ROWS: Final = pl.Schema(
    {
        "day": pl.Date(),
        "segment_id": pl.String(),
        "name": pl.String(),
        "kind": pl.String(),
        "size": pl.Int64(),
        "share": pl.Float64(),
        "description": pl.String(),
        "refresh": pl.String(),
        "counted_on": pl.Date(),
        "version": pl.Int64(),
    }
)
SIZE_ROWS: Final = pl.Schema({name: SEGMENT_ROWS[name] for name in ("day", "segment_id", "kind", "size", "share")})
RUN_ROWS: Final = pl.Schema(
    {
        "day": pl.Date(),
        "as_of": pl.Date(),
        "customers": pl.Int64(),
        "segments": pl.Int64(),
        "failed": pl.List(pl.String()),
        "signature": pl.String(),
    }
)
# Of each published table the table of the lake that it comes from, and its columns.
PUBLISHED: Final[Mapping[str, tuple[str, pl.Schema]]] = {
    SEGMENTS: (SEGMENTS, SEGMENT_ROWS),
    MEMBERS: (MEMBERS, MEMBER_ROWS),
    SIZES: (SEGMENTS, SIZE_ROWS),
    RUNS: (RUNS, RUN_ROWS),
}
HISTORIES: Final = (SIZES, RUNS)  # published with all their days; of the others the last one
KEPT_MEMBERS: Final = 3  # days of members kept in the lake
