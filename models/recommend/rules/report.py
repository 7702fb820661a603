"""What rules did to lists, counted.

Belongs here: the columns of the report and how they are counted. Does not belong here: sentences about it.
"""

from collections.abc import Sequence
from typing import Final

import polars as pl

ALWAYS: Final = ("always:unknown", "always:hidden", "always:sold_out", "always:just_bought")  # before any rule
REPORT: Final = pl.Schema(
    {
        "rule_id": pl.String(),
        "lists": pl.Int64(),  # that it took something out of, moved something in or brought something into
        "rows_removed": pl.Int64(),
        "rows_moved": pl.Int64(),  # pinned, boosted or buried
        "rows_added": pl.Int64(),  # brought in by a pin
        "lists_shortened": pl.Int64(),  # that have fewer rows than they could have had, and it took some of them
        "lists_emptied": pl.Int64(),  # that have none left, and it took some of them
    }
)
ACTS: Final = pl.Schema(
    {"rule": pl.Int64(), "list": pl.UInt32(), "act": pl.String()}
)  # one row each thing done to a row


def acts(rows: pl.DataFrame, by: str, act: str) -> pl.DataFrame:
    """``ACTS`` of the rows that have a rule's number in column ``by``; act: removed, moved or added."""
    found = rows.filter(pl.col(by).is_not_null())
    return found.select(pl.col(by).alias("rule"), pl.col("list"), pl.lit(act).alias("act")).cast(ACTS)


def counted(done: pl.DataFrame, sizes: pl.DataFrame) -> pl.DataFrame:
    """Columns of ``REPORT`` by ``rule`` (its number) from ``ACTS``.

    ``sizes``: list, before (rows it could have had), after.
    """
    amounts = [
        (pl.col("act") == act).sum().cast(pl.Int64).alias(f"rows_{act}") for act in ("removed", "moved", "added")
    ]
    lists = done.group_by("rule", "list").agg(amounts).join(sizes, on="list", how="left")
    took = pl.col("rows_removed") > 0
    return lists.group_by("rule").agg(
        pl.len().cast(pl.Int64).alias("lists"),
        *(pl.col(f"rows_{act}").sum() for act in ("removed", "moved", "added")),
        (took & (pl.col("after") < pl.col("before"))).sum().cast(pl.Int64).alias("lists_shortened"),
        (took & (pl.col("after") == 0) & (pl.col("before") > 0)).sum().cast(pl.Int64).alias("lists_emptied"),
    )


def summed(parts: Sequence[pl.DataFrame], names: Sequence[str]) -> pl.DataFrame:
    """``REPORT`` of all ``parts`` (of :func:`counted`), a row for each of ``names`` (by number) in their order."""
    rules = pl.DataFrame({"rule": range(len(names)), "rule_id": names}, schema={"rule": pl.Int64, "rule_id": pl.String})
    figures = list(REPORT)[1:]
    if not parts:
        return rules.select("rule_id", *(pl.lit(0, pl.Int64).alias(name) for name in figures))
    total = pl.concat(parts).group_by("rule").agg(pl.col(figures).sum())
    return rules.join(total, on="rule", how="left", maintain_order="left").select(
        "rule_id", pl.col(figures).fill_null(0)
    )
