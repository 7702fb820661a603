"""What the Dagster UI shows of a taste run: sizes, keywords, quality figures, the map.

Belongs here: metadata and the result of the check. Does not belong here: what is measured, the drawing of the map.
Nothing here tells who is in a segment.
"""

from collections.abc import Mapping
from typing import Any

import dagster as dg
import polars as pl

from assets import taste_history as history
from assets.common import markdown_table, present
from assets.taste_map import taste_map
from assets.taste_run import TasteRun

Metadata = dict[str, dg.MetadataValue]
_QUALITY = (
    "groups", "customers", "customers_with_taste", "members", "coverage", "noise_share", "density_validity",
    "stability", "agreement", "largest_share", "moved_share", "new_segments",
)  # fmt: skip
_VERSIONS = (
    "text_model", "text_share", "told_apart", "products", "smallest_share", "window_days", "settings", "recipe",
)  # fmt: skip


def told_of(run: TasteRun | None) -> dict[str, tuple[Metadata, Metadata]]:
    """By table of the lake: metadata for each day of the run, and what takes room and is shown once."""
    tables = [history.EMBEDDINGS, history.PROFILES_TABLE, *history.SCHEMAS]
    if run is None:
        nothing = {"state": dg.MetadataValue.text("nothing has been published yet that tastes could be made of")}
        return {table: (dict(nothing), {}) for table in tables}
    told: dict[str, tuple[Metadata, Metadata]] = {
        table: ({"state": dg.MetadataValue.text(run.row["state"])} | _rows(run, table), {}) for table in tables
    }
    told[history.RUNS][0].update(_figures(run.row, (*_QUALITY, *_VERSIONS)))
    told[history.RUNS][0]["reasons"] = dg.MetadataValue.text("; ".join(run.row["reasons"] or ["none"]))
    told[history.EMBEDDINGS][0].update(_figures(run.row, ("text_model", "text_share", "told_apart")))
    if run.found is not None:
        told[history.EMBEDDINGS][0]["embedded"] = dg.MetadataValue.int(run.found.products.embedded)
    if run.named is not None:
        told[history.SEGMENTS][0].update(_naming(run))
        told[history.SEGMENTS][1].update(_pictures(run))
        told[history.DRIFT_TABLE][1].update(_drift(run))
    return told


def verdict_of(run: TasteRun | None, name: str, key: dg.AssetKey) -> dg.AssetCheckResult:
    """Passed unless a run was refused; too little data is no fault of the run."""
    state = run.row["state"] if run else history.NOT_ENOUGH_DATA
    reasons = "; ".join(run.row["reasons"] or []) if run else "nothing has been published yet"
    said = {
        history.PUBLISHED: f"the segments are published{f' ({reasons})' if reasons else ''}",
        history.KEPT_PREVIOUS: f"not published, what was published before stays: {reasons}",
        history.NOT_ENOUGH_DATA: f"not enough data: {reasons}",
    }
    return dg.AssetCheckResult(
        check_name=name,
        asset_key=key,
        passed=state != history.KEPT_PREVIOUS,
        severity=dg.AssetCheckSeverity.WARN,
        description=said[state],
        metadata=_figures(run.row, _QUALITY) if run else {},
    )


def _rows(run: TasteRun, table: str) -> Metadata:
    """How many rows this run wrote into ``table``."""
    if run.found is None:
        return {"unchanged": dg.MetadataValue.bool(True)}
    counts = {history.RUNS: 1, history.EMBEDDINGS: run.found.products.table.height}
    if run.named is not None and run.found.continued is not None:
        level, continued = run.named.rows["level"], run.found.continued
        counts |= {
            history.SEGMENTS: int((level == "segment").sum()),
            history.BUNDLES: int((level == "bundle").sum()),
            history.MEMBERS_TABLE: continued.members.height,
            history.PROFILES_TABLE: continued.profiles.height,
            history.DRIFT_TABLE: continued.drift.height,
        }
    return {"dagster/row_count": dg.MetadataValue.int(counts.get(table, 0))}


def _figures(row: Mapping[str, Any], names: tuple[str, ...]) -> Metadata:
    shown = {name: row.get(name) for name in names if row.get(name) is not None}
    return {name: _value(value) for name, value in shown.items()}


def _value(value: Any) -> dg.MetadataValue:
    if isinstance(value, float):
        return dg.MetadataValue.float(round(value, 4))
    return dg.MetadataValue.int(value) if isinstance(value, int) else dg.MetadataValue.text(str(value))


def _naming(run: TasteRun) -> Metadata:
    assert run.named is not None
    return {
        "named_today": dg.MetadataValue.int(run.named.fresh),
        "language_model_calls": dg.MetadataValue.int(run.named.calls),
    }


def _pictures(run: TasteRun) -> Metadata:
    """The table of segments and the map of the taste space."""
    assert run.named is not None
    rows = run.named.rows.filter(pl.col("level") == "segment")
    listed = rows.select(
        "segment_id", "name", "customers", pl.format("{} %", (100 * pl.col("share")).round(1)).alias("share"),
        pl.col("keywords").list.join(" · "), "named_by",
    )  # fmt: skip
    picture = None
    if run.points is not None and run.found is not None and run.found.continued is not None:
        ids = run.found.continued.matching.segment_ids
        names = dict(rows.select("segment_id", "name").iter_rows())
        picture = taste_map(run.points, ids, [names[segment] for segment in ids])
    return present({"segments": markdown_table(listed.columns, listed.rows(), longest=120), "taste_map": picture})


def _drift(run: TasteRun) -> Metadata:
    """Segments that are not simply the same as before."""
    assert run.found is not None
    assert run.found.continued is not None
    drift = run.found.continued.drift.filter(pl.col("change") != "kept").drop("day")
    return {"changes": markdown_table(drift.columns, drift.rows())}
