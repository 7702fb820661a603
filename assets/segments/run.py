"""One day of segments: who is in each of them, and how many.

Belongs here: the order of the steps and what is written into the lake. Does not belong here: what conditions mean
(``models.segments``), Dagster (``step``).

A segment whose document can not be answered any more (it names what is gone) keeps nobody that day and is told; the
others are not held up by it.
"""

import datetime as dt
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from assets.segments import tables
from assets.segments.facts import Facts, newest_day, open_facts
from assets.segments.found import ai_members, ai_names, taste_members, taste_names
from connectors.home.paths import Home
from connectors.home.settings import Settings
from connectors.lake.spool import Spool
from connectors.lake.tables import LakeTables
from connectors.published.tables import PublishedTables
from connectors.store.documents import Version
from connectors.store.store import Store
from models.documents.reading import DocumentError
from models.segments.as_of import as_of
from models.segments.document import Segment

RECIPE = 1  # goes up when the same input would give other segments
_FOUND = ("taste_members", "taste_segments", "ai_scores", "ai_models")


@dataclass(frozen=True)
class SegmentRun:
    """``row``: of ``segment_runs``; ``segments``: rows of ``segments``, none when nothing had changed."""

    row: Mapping[str, Any]
    segments: pl.DataFrame
    members: int


def run_segments(
    home: Home,
    settings: Settings,
    store: Store,
    published: PublishedTables,
    today: dt.date,
    say: Callable[[str], None],
) -> SegmentRun | None:
    """Count all segments that are on; None while there are no facts at all."""
    if any(published.current(table) is None for table in tables.FACTS):
        return None
    lake, day = LakeTables(home), newest_day(published)
    lake.finish_writing()
    signature = signature_of(settings, store, published, today)
    done = lake.row_of(tables.RUNS, day)
    if done is not None and done["signature"] == signature:
        say(f"nothing has changed since the segments of {day} were counted")
        return SegmentRun(done, pl.DataFrame(schema=tables.SEGMENT_ROWS), 0)
    members = pl.concat([taste_members(published), ai_members(published)])
    names = pl.concat([taste_names(published), ai_names(published, settings.locale)])
    with (
        open_facts(home, settings, store, published, today, members) as facts,
        Spool(home, {tables.MEMBERS: tables.MEMBER_ROWS}) as spool,
    ):
        return _write(lake, day, facts, store, _Found(members, names), spool, signature, say)


@dataclass(frozen=True)
class _Found:
    members: pl.DataFrame
    names: pl.DataFrame


def _write(
    lake: LakeTables,
    day: dt.date,
    facts: Facts,
    store: Store,
    found: _Found,
    spool: Spool,
    signature: str,
    say: Callable[[str], None],
) -> SegmentRun:
    dated = pl.lit(day).alias("day")
    spool.add(tables.MEMBERS, found.members.with_columns(dated))
    rows, failed = [_found_rows(found, facts, day)], []
    for number, version in enumerate(on := [one for one in store.segments.current() if one.is_on], 1):
        say(f"segment {number} of {len(on)}: {version.id}")
        try:
            members, counted_on = _members_of(lake, day, facts, version)
        except DocumentError as error:
            failed.append(f"{version.id}: {error}")
            continue
        told = {"segment_id": version.id, "kind": tables.RULE, "strength": None}
        spool.add(
            tables.MEMBERS, members.with_columns(dated, *(pl.lit(value).alias(name) for name, value in told.items()))
        )
        rows.append(_rule_row(version, members.height, counted_on, facts, day))
    segments = pl.concat(rows).sort("kind", "segment_id")
    row = {
        "day": day, "as_of": facts.as_of.day, "customers": facts.customers, "segments": segments.height,
        "failed": failed, "signature": signature,
    }  # fmt: skip
    run = pl.DataFrame([row], schema=tables.RUN_ROWS)
    count = spool.rows(tables.MEMBERS)
    lake.write_together(day, {tables.SEGMENTS: segments, tables.MEMBERS: spool.scan(tables.MEMBERS), tables.RUNS: run})
    lake.remove_days_before(tables.MEMBERS, lake.days(tables.MEMBERS)[-tables.KEPT_MEMBERS :][0])
    return SegmentRun(row, segments, count)


def _members_of(lake: LakeTables, day: dt.date, facts: Facts, version: Version) -> tuple[pl.DataFrame, dt.date]:
    """(customer_key, customer_id) and the day of the facts behind them; of a one-off segment as they were found."""
    segment = Segment.model_validate(version.document)
    kept = _kept(lake, day, version) if segment.refresh == "once" else None
    return (facts.members(segment), facts.as_of.day) if kept is None else kept


def _kept(lake: LakeTables, day: dt.date, version: Version) -> tuple[pl.DataFrame, dt.date] | None:
    """Members of a one-off segment by the last run that has this version of it."""
    days = [one for one in lake.days(tables.MEMBERS) if one <= day]
    if not days:
        return None
    mine = (pl.col("segment_id") == version.id) & (pl.col("kind") == tables.RULE)
    before = lake.read_day(tables.SEGMENTS, days[-1]).filter(mine & (pl.col("version") == version.version))
    if before.is_empty():
        return None
    members = lake.scan_day(tables.MEMBERS, days[-1]).filter(mine).select("customer_key", "customer_id").collect()
    return members, before["counted_on"].item()


def _rule_row(version: Version, size: int, counted_on: dt.date, facts: Facts, day: dt.date) -> pl.DataFrame:
    segment = Segment.model_validate(version.document)
    row = {
        "day": day, "segment_id": segment.id, "name": segment.name, "kind": tables.RULE, "size": size,
        "share": size / facts.customers if facts.customers else 0.0, "description": segment.description,
        "refresh": segment.refresh, "counted_on": counted_on, "version": version.version,
    }  # fmt: skip
    return pl.DataFrame([row], schema=tables.SEGMENT_ROWS)


def _found_rows(found: _Found, facts: Facts, day: dt.date) -> pl.DataFrame:
    sizes = found.members.group_by("segment_id").agg(pl.len().alias("size"))
    rows = found.names.join(sizes, on="segment_id", how="left").with_columns(
        pl.col("size").fill_null(0),
        pl.lit(day).alias("day"),
        pl.lit("daily").alias("refresh"),
        pl.lit(facts.as_of.day).alias("counted_on"),
        pl.lit(None, pl.Int64).alias("version"),
    )
    rows = rows.with_columns((pl.col("size") / max(facts.customers, 1)).alias("share"))
    return rows.select(tables.SEGMENT_ROWS.names()).cast(tables.SEGMENT_ROWS)


def signature_of(settings: Settings, store: Store, published: PublishedTables, today: dt.date) -> str:
    """Another one when the result may differ."""
    versions = [published.current(table) for table in (*tables.FACTS, tables.EVENTS, *_FOUND)]
    day = as_of(today, newest_day(published), settings.segments.stale_after_days).day
    told = [
        RECIPE, day, settings.time_zone, settings.locale, store.last_change(), settings.members.model_dump_json(),
        [version and version.name for version in versions],
        [(one.id, one.version) for one in store.segments.current() if one.is_on],
    ]  # fmt: skip
    return hashlib.sha256(repr(told).encode()).hexdigest()[:32]
