"""One taste run as a whole: nothing to do, or find, name, keep.

Belongs here: what is written into the lake and in which order. Does not belong here: the steps (``taste_finding``,
``taste_naming``), Dagster (``taste``).

The tables of a day are written together: a killed run leaves none of them, and the next one does it all again with the
same result (what a language model answered is kept, so that it is not asked again).
"""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from assets.taste_finding import Found, find_tastes
from assets.taste_history import (
    BUNDLES,
    DRIFT_TABLE,
    EMBEDDINGS,
    MEMBERS_TABLE,
    PROFILES_TABLE,
    RUNS,
    SEGMENTS,
    History,
    read_history,
    run_row,
)
from assets.taste_inputs import TasteInputs
from assets.taste_naming import Named, name_tastes
from connectors.home.paths import Home
from connectors.home.settings import Settings
from connectors.lake.tables import LakeTables
from models.taste.hierarchy import BUNDLE, SEGMENT
from models.taste.map import map_points, places

_KEPT_EMBEDDINGS = 2  # days of product vectors: today's, and yesterday's for somebody who is still reading


@dataclass(frozen=True)
class TasteRun:
    """``row``: of ``taste_runs``; ``found`` and ``named``: None when nothing had changed since the run of the same day,
    and ``named`` also when the run is not published."""

    row: Mapping[str, Any]
    found: Found | None = None
    named: Named | None = None
    points: pl.DataFrame | None = None  # of the map: x, y, group


def run_tastes(home: Home, settings: Settings, inputs: TasteInputs, say: Callable[[str], None]) -> TasteRun:
    """Do the run of ``inputs.day``, unless it was done with the same input."""
    lake = LakeTables(home)
    lake.finish_writing()
    done = lake.row_of(RUNS, inputs.day)
    if done is not None and done["signature"] == inputs.signature:
        say(f"nothing has changed since the taste segments of {inputs.day} were made")
        return TasteRun(done)
    history = read_history(lake, inputs.day)
    found = find_tastes(home, settings.taste, inputs, history, say)
    named = points = None
    frames = {EMBEDDINGS: found.products.table, RUNS: run_row(found.run)}
    if found.is_published and found.continued is not None:
        points = draw_map(found, history, settings.taste.seed)
        places = places_of(points, found.continued.matching.segment_ids)
        before = history.named_today
        named = name_tastes(home, settings, inputs.day, found.continued, inputs.catalogue, before, places, say)
        frames |= _tables(inputs.day, found, named)
    else:
        say(f"no new taste segments: {'; '.join(found.run['reasons'])}")
    lake.write_together(inputs.day, frames)
    _forget(lake, inputs.day, settings.taste.keep_days)
    return TasteRun(found.run, found, named, points)


def _tables(day: dt.date, found: Found, named: Named) -> dict[str, pl.DataFrame]:
    """What a run that is published leaves in the lake, by table."""
    assert found.continued is not None
    dated = pl.lit(day).alias("day")
    return {
        MEMBERS_TABLE: found.continued.members.select(dated, pl.all()),
        PROFILES_TABLE: found.continued.profiles.select(dated, pl.all()),
        DRIFT_TABLE: found.continued.drift,
        SEGMENTS: named.rows.filter(pl.col("level") == SEGMENT),
        BUNDLES: named.rows.filter(pl.col("level") == BUNDLE),
    }


def _forget(lake: LakeTables, day: dt.date, keep_days: int) -> None:
    """Remove what is older than it is kept for."""
    for table in (MEMBERS_TABLE, PROFILES_TABLE):
        lake.remove_days_before(table, day - dt.timedelta(days=keep_days))
    kept = lake.days(EMBEDDINGS)[-_KEPT_EMBEDDINGS:]
    lake.remove_days_before(EMBEDDINGS, kept[0])


def draw_map(found: Found, history: History, seed: int) -> pl.DataFrame:
    """Points of the map, laid out from where the segments lay by the last run."""
    assert found.sample is not None
    assert found.segmentation is not None
    assert found.continued is not None
    ids = pl.DataFrame({"segment_id": found.continued.matching.segment_ids})
    lay = history.named.select("segment_id", "map_x", "map_y")
    before = ids.join(lay, on="segment_id", how="left", maintain_order="left").select("map_x", "map_y").to_numpy()
    known = before.astype(np.float64) if np.isfinite(before.astype(np.float64)).any() else None
    vectors, groups = found.sample
    return map_points(vectors, groups, found.segmentation.centroids, seed=seed, before=known)


def places_of(points: pl.DataFrame, segment_ids: Sequence[str]) -> pl.DataFrame:
    """``segment_id, map_x, map_y``; null for a segment of which no point is drawn."""
    found = places(points, len(segment_ids))
    frame = pl.DataFrame({"segment_id": segment_ids, "map_x": found[:, 0], "map_y": found[:, 1]})
    return frame.with_columns(pl.col("map_x", "map_y").fill_nan(None))
