"""What the Dagster UI shows of a run of recommendations: sizes, quality, shares of sources, the ranker's figures.

Belongs here: metadata and the results of the checks. Does not belong here: what is measured. Nothing here tells what
somebody is recommended.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import dagster as dg
import polars as pl

from assets.common import markdown_table, present
from assets.lake_steps import lake_key
from assets.recommendations import tables
from assets.recommendations.chart import quality_chart
from assets.recommendations.run import RecommendRun
from assets.recommendations.step import FULL, GATE
from models.recommend.personal.gate import KEPT, REFUSED

Metadata = dict[str, dg.MetadataValue]
_FIGURES = (
    "histories", "hit_rate", "reciprocal_rank", "champion_hit_rate", "champion_reciprocal_rank", "popular_hit_rate",
    "popular_reciprocal_rank",
)  # fmt: skip
_RUN = ("days", "products", "customers", "ranked_rows")


def told_of(run: RecommendRun | None) -> dict[str, tuple[Metadata, Metadata]]:
    """By table of the lake: metadata for each day of the run, and what takes room and is shown once."""
    every = [*tables.STATES, tables.RANKERS, tables.PERSONAL, *tables.PUBLISHED]
    if run is None:
        nothing = {"state": dg.MetadataValue.text("nothing has been published yet to recommend from")}
        return {table: (dict(nothing), {}) for table in every}
    told: dict[str, tuple[Metadata, Metadata]] = {table: (_rows(run, table), {}) for table in every}
    told[tables.RUNS][0].update(_figures(run.row, _RUN))
    if run.chosen is not None:
        row = run.chosen.row
        told[tables.RANKERS][0].update(_figures(row, _FIGURES))
        told[tables.RANKERS][0]["state"] = dg.MetadataValue.text(str(row["state"]))
        told[tables.RANKERS][0]["reasons"] = dg.MetadataValue.text("; ".join(row["reasons"] or ["none"]))
        told[tables.QUALITY][1].update(_quality(run.frames[tables.QUALITY]))
        shares = run.frames[tables.SHARES].select("algorithm", "source", "rows", pl.col("share").round(4), "lists")
        told[tables.RECOMMENDATIONS][1]["sources"] = markdown_table(shares.columns, shares.rows())
        rules = run.frames[tables.RULES].drop("day")
        told[tables.RULES][1]["rules"] = markdown_table(rules.columns, rules.rows())
    return told


def verdicts_of(run: RecommendRun | None) -> Iterator[dg.AssetCheckResult]:
    """The gate of the ranker, and whether all lists are full."""
    row: Mapping[str, Any] = run.chosen.row if run and run.chosen else {}
    state = row.get("state", "nothing new was trained")
    yield dg.AssetCheckResult(
        check_name=GATE,
        asset_key=lake_key(tables.RANKERS),
        passed=state not in (KEPT, REFUSED),
        severity=dg.AssetCheckSeverity.WARN,
        description="; ".join([str(state), *(row.get("reasons") or [])]),
        metadata=_figures(row, _FIGURES),
    )
    shares = run.frames.get(tables.SHARES, pl.DataFrame(schema=tables.SHARE_ROWS)) if run else pl.DataFrame()
    short = shares.filter(pl.col("full_lists") < pl.col("lists")) if shares.width else shares
    named = (
        [] if short.is_empty() else short.select("algorithm", "lists", "full_lists").unique().sort("algorithm").rows()
    )
    told = [f"{algorithm}: {lists - full} of {lists} lists are short" for algorithm, lists, full in named]
    if run and tables.SHARES in run.frames and shares.is_empty():
        told = ["there is no list at all: nothing can be sold"]
    yield dg.AssetCheckResult(
        check_name=FULL,
        asset_key=lake_key(tables.RECOMMENDATIONS),
        passed=not told,
        severity=dg.AssetCheckSeverity.WARN,
        description="; ".join(told) or "every list is full",
    )


def _rows(run: RecommendRun, table: str) -> Metadata:
    if table not in run.rows:
        return {"unchanged": dg.MetadataValue.bool(True)}
    return {"dagster/row_count": dg.MetadataValue.int(run.rows[table])}


def _figures(row: Mapping[str, Any], names: tuple[str, ...]) -> Metadata:
    shown = ((name, row[name]) for name in names if row.get(name) is not None)
    return {
        name: dg.MetadataValue.float(round(value, 4)) if isinstance(value, float) else dg.MetadataValue.int(value)
        for name, value in shown
    }


def _quality(quality: pl.DataFrame) -> Metadata:
    """The newest day's figures of everyone as a table and as a picture."""
    everyone = quality.filter(pl.col("segment_id") == "*")
    newest = everyone.filter(pl.col("day") == pl.col("day").max()).drop("day", "segment_id")
    shown = newest.with_columns(pl.col(pl.Float64).round(4)).sort("hr_20", descending=True)
    return present({"newest_day": markdown_table(shown.columns, shown.rows()), "hit_rate": quality_chart(newest)})
