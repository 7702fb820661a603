"""What earlier taste runs left in the lake: the state that today's run continues.

Belongs here: the tables of the lake that hold taste segments, reading the last published run and the verdicts since.
Does not belong here: what is made of it (``taste_finding``, ``taste_naming``). Looks back a fixed number of days, so
that a day costs the same after years.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
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
    ``settings``: those it was made with;
    ``refused``: of the runs refused since, oldest first; ``named``: the last row of each segment that has a name, by
    earlier days; ``named_today``: the same, and those that an earlier run of the same day named."""

    before: Before
    quality: Quality | None = None
    settings: str | None = None
    refused: tuple[Quality, ...] = ()
    named: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=segments.SCHEMA))
    named_today: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=segments.SCHEMA))


def run_row(values: Mapping[str, Any]) -> pl.DataFrame:
    """One row of ``taste_runs``; what is not among ``values`` is null."""
    return pl.DataFrame([{name: values.get(name) for name in RUN_SCHEMA}], schema=RUN_SCHEMA)


def quality_values(quality: Quality) -> dict[str, Any]:
    """The figures of a run as columns of ``taste_runs``."""
    return asdict(quality)


def read_history(lake: LakeTables, day: dt.date) -> History:
    """What was known before the run of ``day``, and what an earlier run of that day made new. Numbers of new ids rise
    above those of all other days, later ones too, so that a day that is run again never takes an id that is given."""
    days = lake.days(RUNS)
    near = sorted({*days[-LOOK_BACK:], *[other for other in days if other < day][-LOOK_BACK:], *({day} & {*days})})
    rows = [lake.read_day(RUNS, other).row(0, named=True) for other in near]
    fresh = Before(
        next_segment=max((int(row["next_segment"] or 1) for row in rows), default=1),
        next_bundle=max((int(row["next_bundle"] or 1) for row in rows), default=1),
    )
    earlier = [row for row in rows if row["day"] < day]
    # Days on which segments were published: also those whose last run was refused, after an earlier one of that day.
    whole = _whole_days(lake)
    good = [row["day"] for row in earlier if row["day"] in whole]
    named = _last_rows(lake, good[-DORMANT_RUNS:])
    before = _before(lake, good[-1], named, fresh) if good else fresh
    published = [row for row in rows if row["day"] <= day and row["state"] == PUBLISHED]  # that day's own run too
    return History(
        before=replace(before, earlier_today=_made_new(lake, day, named)),
        quality=_quality(published[-1]) if published else None,
        settings=published[-1]["settings"] if published else None,
        refused=tuple(_quality(row) for row in earlier if good and row["day"] > good[-1] and _is_refused(row)),
        named=named,
        named_today=_last_rows(lake, [*good[-DORMANT_RUNS:], *({day} & whole)]),
    )


def _whole_days(lake: LakeTables) -> set[dt.date]:
    """Days whose segments can be continued: members are kept for a time only, and torn files may have been removed."""
    return set.intersection(*(set(lake.days(table)) for table in (SEGMENTS, BUNDLES, MEMBERS_TABLE, PROFILES_TABLE)))


def _is_refused(row: Mapping[str, Any]) -> bool:
    return bool(row["state"] == KEPT_PREVIOUS)


def _last_rows(lake: LakeTables, days: Sequence[dt.date]) -> pl.DataFrame:
    """The last row of each segment and bundle on ``days``, those of the last day first."""
    known = [lake.read_day(table, past) for past in reversed(days) for table in (SEGMENTS, BUNDLES)]
    nothing = pl.DataFrame(schema=segments.SCHEMA)
    return pl.concat([*known, nothing]).unique("segment_id", keep="first", maintain_order=True)


def _made_new(lake: LakeTables, day: dt.date, named: pl.DataFrame) -> Before | None:
    """What an earlier run of ``day`` made new; None when there was none."""
    if day not in _whole_days(lake):
        return None
    new = ~pl.col("segment_id").is_in(named["segment_id"].to_list())
    bundled = pl.col("parent_segment_id").is_in(named["segment_id"].to_list()).not_()
    return Before(
        members=lake.read_day(MEMBERS_TABLE, day).filter(new).select("customer_key", "segment_id"),
        profiles=lake.read_day(PROFILES_TABLE, day).filter(new).select(PROFILES.names()),
        tree=lake.read_day(SEGMENTS, day).filter(bundled).select(TREE.names()),
    )


def _before(lake: LakeTables, last: dt.date, named: pl.DataFrame, fresh: Before) -> Before:
    """The segments of ``last`` and those that died before it, with what each looked at when it was last seen."""
    leaves = named.filter(pl.col("level") == "segment")
    living = leaves.filter(pl.col("day") == last)
    members, profiles, dormant = [], [], []
    for (seen_on,), rows in leaves.group_by("day", maintain_order=True):
        day = dt.date.fromisoformat(str(seen_on))
        mine = pl.col("segment_id").is_in(rows["segment_id"].implode())
        members.append(lake.read_day(MEMBERS_TABLE, day).filter(mine).select("customer_key", "segment_id"))
        profiles.append(lake.read_day(PROFILES_TABLE, day).filter(mine).select(PROFILES.names()))
        dormant += rows["segment_id"].to_list() if day != last else []
    return replace(
        fresh,
        members=pl.concat(members),
        profiles=pl.concat(profiles),
        tree=living.select(TREE.names()),
        dormant=tuple(sorted(dormant)),
    )


def _quality(row: Mapping[str, Any]) -> Quality:
    return Quality(**{each.name: row[each.name] for each in fields(Quality)})
