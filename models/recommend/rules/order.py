"""The order of lists after rules: boosts and burials, then limits, with pins at their places.

Belongs here: places in lists. Does not belong here: which rule acts on which row (``apply``).

Rows are candidates of several lists: list (its number), product (its number), place (from 1, without gaps), pinned_by
(the rule that pins the row, by its place in the plan), factor (place × factor is where a boosted or buried row goes),
limit_0, limit_1 … (whether a limit counts the row).
"""

from collections.abc import Sequence

import polars as pl

from models.recommend.rules.document import Limit


def ordered(
    rows: pl.DataFrame, pins: dict[int, int], limits: Sequence[Limit], facts: pl.DataFrame
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """``rows`` in their order with column ``position`` (from 1), and the rows that limits took out, with ``limited_by``
    (which limit).

    ``pins``: the place that each pinning rule wants, the winning rule first; ``facts``: product, category,
    top_category, brand. Rows with the same place × factor keep their order; so do all rows that no rule touches.
    """
    sorted_rows = rows.sort("list", pl.col("place") * pl.col("factor"), "place")
    sorted_rows = sorted_rows.join(pinned_places(rows, pins), on=["list", "product"], how="left", maintain_order="left")
    kept, removed = _limited(sorted_rows, limits, facts)
    return _merged(kept), removed


def pinned_places(rows: pl.DataFrame, pins: dict[int, int]) -> pl.DataFrame:
    """Where each pinned row goes: list, product, pinned_place.

    Of the rows that one rule pins the foremost gets the place, the next the next; a place that an earlier rule took is
    passed over.
    """
    taken = rows.clear().select("list", "product", pl.lit(None, pl.Int64).alias("pinned_place"))
    for rule, first in pins.items():
        mine = (
            rows.filter(pl.col("pinned_by") == rule)
            .sort("list", "place")
            .select("list", "product", pl.int_range(pl.len(), dtype=pl.Int64).over("list").alias("turn"))
        )
        occupied = taken.select("list", "pinned_place")
        crowd = mine.join(occupied, on="list", how="semi")
        free = _free(crowd, occupied, first)
        placed = [
            mine.join(occupied, on="list", how="anti").with_columns((first + pl.col("turn")).alias("pinned_place")),
            crowd.join(free, on=["list", "turn"], how="inner"),
        ]
        taken = pl.concat([taken, *(part.select(taken.columns) for part in placed)])
    return taken


def _free(rows: pl.DataFrame, occupied: pl.DataFrame, first: int) -> pl.DataFrame:
    """Free places from ``first`` on in every list of ``rows``, one for each of its rows: list, turn, pinned_place."""
    needed = rows.group_by("list").len("wanted").join(occupied.group_by("list").len("gone"), on="list")
    return (
        needed.select("list", pl.int_ranges(first, first + pl.col("wanted") + pl.col("gone")).alias("pinned_place"))
        .explode("pinned_place")
        .join(occupied, on=["list", "pinned_place"], how="anti")
        .sort("list", "pinned_place")
        .with_columns(pl.int_range(pl.len(), dtype=pl.Int64).over("list").alias("turn"))
    )


def _limited(rows: pl.DataFrame, limits: Sequence[Limit], facts: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Rows within all ``limits``, and the others. One limit after the other: what one takes out the next does not
    count. Pinned rows count first and stay."""
    removed = [rows.clear().with_columns(pl.lit(None, pl.Int64).alias("limited_by"))]
    for number, limit in enumerate(limits):
        groups = facts.select("product", pl.col(limit.per).rank("dense").alias("group")).drop_nulls()
        counted = rows.filter(f"limit_{number}").join(groups, on="product", how="inner", maintain_order="left")
        counted = counted.sort("list", pl.col("pinned_place").is_null(), maintain_order=True)
        turn = pl.int_range(1, pl.len() + 1).over("list", "group")
        over = counted.filter(turn > limit.most).filter(pl.col("pinned_place").is_null()).drop("group")
        if over.height:
            removed.append(over.with_columns(pl.lit(number, pl.Int64).alias("limited_by")))
            rows = rows.join(over.select("list", "product"), on=["list", "product"], how="anti", maintain_order="left")
    return rows, pl.concat(removed)


def _merged(rows: pl.DataFrame) -> pl.DataFrame:
    """Pinned rows at their places and the others around them.

    The j-th pinned row (from 0) of a list comes after place - 1 - j of the others; past the end of a short list pinned
    rows stand in their order.
    """
    pinned = pl.col("pinned_place").is_not_null()
    others = rows.filter(~pinned).with_columns(pl.int_range(pl.len(), dtype=pl.Int64).over("list").alias("after"))
    pins = rows.filter(pinned).sort("list", "pinned_place")
    turn = pl.int_range(pl.len(), dtype=pl.Int64).over("list")
    pins = pins.with_columns((pl.col("pinned_place") - 1 - turn).alias("after"))
    merged = pl.concat([pins, others]) if pins.height else others
    if pins.height:
        merged = merged.sort("list", "after", ~pinned, "pinned_place", nulls_last=True, maintain_order=True)
    return merged.with_columns(pl.int_range(1, pl.len() + 1, dtype=pl.Int64).over("list").alias("position"))
