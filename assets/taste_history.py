"""What earlier taste runs left in the lake: the state that today's run continues.

Belongs here: the tables of the lake that hold taste segments, reading the last published run and the verdicts since.
Does not belong here: what is made of it (``taste_finding``, ``taste_naming``). Looks back a fixed number of days, so
that a day costs the same after years.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any

import polars as pl

from connectors.lake.tables import LakeTables
from models.taste import segments
from models.taste.continuity import MEMBERS, PROFILES, TREE, Before
from models.taste.drift import SCHEMA as DRIFT
from models.taste.gate import Quality

EMBEDDINGS, MEMBERS_TABLE, PROFILES_TABLE = "product_embeddings", "taste_members", "taste_profiles"
DRIFT_TABLE, RUNS, SEGMENTS, BUNDLES = "taste_drift", "taste_runs", "taste_segments", "taste_bundles"
PUBLISHED, KEPT_PREVIOUS, NOT_ENOUGH_DATA = "published", "kept_previous", "not_enough_data"
LOOK_BACK = 40  # runs
DORMANT_RUNS = 14  # a segment that died may come back under its id within so many published runs

RUN_SCHEMA = pl.Schema(
    {
        "day": pl.Date(),
        "state": pl.String(),
        "reasons": pl.List(pl.String()),
        "window_days": pl.Int64(),
        **{each.name: pl.Int64() for each in fields(Quality) if each.type is int},
        **{each.name: pl.Float64() for each in fields(Quality) if each.type is not int},
        "members": pl.Int64(),
        "agreement": pl.Float64(),
        "smallest_share": pl.Float64(),
        "moved_share": pl.Float64(),
        "new_segments": pl.Int64(),
        "products": pl.Int64(),
        "text_model": pl.String(),
        "text_share": pl.Float64(),
        "told_apart": pl.Float64(),
        "settings": pl.String(),
        "recipe": pl.Int64(),
        "signature": pl.String(),
        "next_segment": pl.Int64(),
        "next_bundle": pl.Int64(),
    }
)
MEMBERS_SCHEMA = pl.Schema({"day": pl.Date(), **MEMBERS})
PROFILES_SCHEMA = pl.Schema({"day": pl.Date(), **PROFILES})
SCHEMAS: Mapping[str, pl.Schema] = {
    SEGMENTS: segments.SCHEMA,
    BUNDLES: segments.SCHEMA,
    MEMBERS_TABLE: MEMBERS_SCHEMA,
    DRIFT_TABLE: DRIFT,
    RUNS: RUN_SCHEMA,
}


@dataclass(frozen=True)
class History:
    """``before``: what identity needs; ``quality``: figures of the last published run, None before the first;
    ``refused``: of the runs refused since, oldest first; ``named``: the last row of each segment that has a name."""

    before: Before
    quality: Quality | None = None
    refused: tuple[Quality, ...] = ()
    named: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=segments.SCHEMA))


def run_row(values: Mapping[str, Any]) -> pl.DataFrame:
    """One row of ``taste_runs``; what is not among ``values`` is null."""
    return pl.DataFrame([{name: values.get(name) for name in RUN_SCHEMA}], schema=RUN_SCHEMA)


def quality_values(quality: Quality) -> dict[str, Any]:
    """The figures of a run as columns of ``taste_runs``."""
    return asdict(quality)


def last_run(lake: LakeTables, day: dt.date) -> dict[str, Any] | None:
    """The row that ``taste_runs`` holds of ``day``, or None."""
    return lake.read_day(RUNS, day).row(0, named=True) if day in lake.days(RUNS) else None


def read_history(lake: LakeTables, day: dt.date) -> History:
    """What was known before the run of ``day``. Numbers of new ids rise above those of all other days, later ones too,
    so that a day that is run again gives the same ids and never one that is taken."""
    rows = [lake.read_day(RUNS, other).row(0, named=True) for other in lake.days(RUNS)[-LOOK_BACK:] if other != day]
    fresh = Before(
        next_segment=max((int(row["next_segment"] or 1) for row in rows), default=1),
        next_bundle=max((int(row["next_bundle"] or 1) for row in rows), default=1),
    )
    earlier = [row for row in rows if row["day"] < day]
    good = [row["day"] for row in earlier if row["state"] == PUBLISHED and row["day"] in lake.days(SEGMENTS)]
    if not good:
        return History(fresh)
    refused = [row for row in earlier if row["day"] > good[-1] and row["state"] == KEPT_PREVIOUS]
    known = [lake.read_day(table, past) for past in reversed(good[-DORMANT_RUNS:]) for table in (SEGMENTS, BUNDLES)]
    named = pl.concat(known).unique("segment_id", keep="first", maintain_order=True)
    return History(
        before=_before(lake, good[-1], named, fresh),
        quality=_quality(next(row for row in earlier if row["day"] == good[-1])),
        refused=tuple(_quality(row) for row in refused),
        named=named,
    )


def _before(lake: LakeTables, last: dt.date, named: pl.DataFrame, fresh: Before) -> Before:
    """The segments of ``last`` and those that died before it, with what each looked at when it was last seen."""
    leaves = named.filter(pl.col("level") == "segment")
    living = leaves.filter(pl.col("day") == last)
    members, profiles, dormant = [], [], []
    for (seen_on,), rows in leaves.group_by("day", maintain_order=True):
        day = dt.date.fromisoformat(str(seen_on))
        if day not in lake.days(MEMBERS_TABLE) or day not in lake.days(PROFILES_TABLE):
            continue  # its members are no longer kept
        mine = pl.col("segment_id").is_in(rows["segment_id"].implode())
        members.append(lake.read_day(MEMBERS_TABLE, day).filter(mine).select("customer_key", "segment_id"))
        profiles.append(lake.read_day(PROFILES_TABLE, day).filter(mine).select(PROFILES.names()))
        dormant += rows["segment_id"].to_list() if day != last else []
    if not profiles:
        return fresh
    return replace(
        fresh,
        members=pl.concat(members),
        profiles=pl.concat(profiles),
        tree=living.select(TREE.names()),
        dormant=tuple(sorted(dormant)),
    )


def _quality(row: Mapping[str, Any]) -> Quality:
    return Quality(**{each.name: row[each.name] for each in fields(Quality)})
