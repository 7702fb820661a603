"""What became of segments between two days, whether adjacent or not.

Belongs here: telling kept, new, split, merged and dissolved segments apart from who moved where, or from what the runs
in between recorded. Does not belong here: reading (``connectors.published.taste``), wording, layout.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

from connectors.published.taste import Flow, Row
from models.taste.drift import MERGED_SHARE, MIN_SHARED, SPLIT_ORIGIN, SPLIT_SHARE

Pair = tuple[str, str]  # segment of the first day, segment of the second
Ties = dict[str, tuple[str, str | None]]  # what became of a segment, and which other one explains it
GONE, NEW = ("merged", "died"), ("split", "born", "returned")


@dataclass(frozen=True)
class Change:
    """One segment of either day. ``change`` as in ``taste_drift``; ``stayed``: members of both days, None where members
    are not kept or the segment was not there on both."""

    segment_id: str
    change: str
    related_segment_ids: tuple[str, ...]
    name_before: str | None
    name_now: str | None
    customers_before: int
    customers_now: int
    stayed: int | None = None

    @property
    def renamed(self) -> bool:
        return None not in (self.name_before, self.name_now) and self.name_before != self.name_now


CHANGE_COLUMNS = tuple(field.name for field in fields(Change))


def change_row(change: Change) -> dict[str, Any]:
    """``change`` as a row for machines."""
    return asdict(change) | {"related_segment_ids": list(change.related_segment_ids)}


def changes_by_flows(
    before: Sequence[Row], now: Sequence[Row], flows: Sequence[Flow], first_days: Mapping[str, dt.date]
) -> list[Change]:
    """Changes between two days whose members are known, judged as ``models.taste.drift`` judges adjacent runs.

    ``before``, ``now``: rows of ``taste_segments``; ``first_days``: when each segment was there first.
    """
    old, new = _by_id(before), _by_id(now)
    shared = {(flow.before, flow.now): flow.customers for flow in flows if flow.before and flow.now}
    ties: Ties = dict.fromkeys(old.keys() & new.keys(), ("kept", None))
    ties |= _gone(old.keys() - new.keys(), shared)
    returned = {segment for segment in new.keys() - old.keys() if first_days[segment] <= before[0]["day"]}
    ties |= dict.fromkeys(returned, ("returned", None))
    ties |= _new(new.keys() - old.keys() - returned, shared, ties)
    return [
        replace(each, stayed=shared.get((each.segment_id, each.segment_id), 0)) if each.change == "kept" else each
        for each in _changes(old, new, ties)
    ]


def changes_by_drift(before: Sequence[Row], now: Sequence[Row], drift: Sequence[Row]) -> list[Change]:
    """Changes between two days as ``taste_drift`` recorded them in between; ``drift`` by day."""
    old, new = _by_id(before), _by_id(now)
    ties: Ties = dict.fromkeys(old.keys() & new.keys(), ("kept", None))
    ties |= dict.fromkeys(old.keys() - new.keys(), ("died", None))
    ties |= dict.fromkeys(new.keys() - old.keys(), ("born", None))
    kinds = {(row["day"], row["segment_id"]): row["change"] for row in drift}
    for row in drift:
        segment, change = row["segment_id"], row["change"]
        if (segment in old) != (segment in new) and change in (GONE if segment in old else NEW):
            of_day = {other: kind for (day, other), kind in kinds.items() if day == row["day"]}
            cause = relations(change, row["related_segment_ids"] or (), of_day).cause
            ties[segment] = (change, cause[0] if cause else None)
    return _changes(old, new, ties)


@dataclass(frozen=True)
class Relations:
    """``cause``: what a segment split from or merged into; others that it ``took_in`` or ``gave_off``."""

    cause: tuple[str, ...] = ()
    took_in: tuple[str, ...] = ()
    gave_off: tuple[str, ...] = ()


def relations(change: str, related: Sequence[str], changes: Mapping[str, str]) -> Relations:
    """Tell apart the ``related`` segments of one by what became of them (``changes``, by segment)."""
    merged = tuple(other for other in related if changes.get(other) == "merged")
    split = tuple(other for other in related if changes.get(other) == "split")
    if change == "merged":
        return Relations(cause=tuple(other for other in related if other not in split) or tuple(related))
    if change == "split":
        cause = tuple(other for other in related if other not in merged and other not in split) or tuple(related)
        return Relations(cause, tuple(other for other in merged if other not in cause))
    return Relations((), merged, split) if change != "died" else Relations()


def _by_id(rows: Sequence[Row]) -> dict[str, Row]:
    return {row["segment_id"]: row for row in rows}


def _gone(segments: Collection[str], shared: Mapping[Pair, int]) -> Ties:
    """Merged into the segment where most of the members seen on both days are now, else dissolved."""
    seen, ties = _totals(shared, 0), Ties(dict.fromkeys(segments, ("died", None)))
    heirs = [
        (-count, heir, origin)
        for (origin, heir), count in shared.items()
        if origin in segments and count >= max(MIN_SHARED, MERGED_SHARE * seen[origin])
    ]
    for _, heir, origin in sorted(heirs, reverse=True):  # the last one stays: the largest, of equals the smallest id
        ties[origin] = ("merged", heir)
    return ties


def _new(segments: Collection[str], shared: Mapping[Pair, int], gone: Ties) -> Ties:
    """Split from the segment that gave a fair part of itself and most of the new one, else of no single one."""
    before, now = _totals(shared, 0), _totals(shared, 1)
    ties = Ties(dict.fromkeys(segments, ("born", None)))
    origins = [
        (-count, origin, heir)
        for (origin, heir), count in shared.items()
        if heir in segments and count >= max(MIN_SHARED, SPLIT_SHARE * before[origin], SPLIT_ORIGIN * now[heir])
    ]
    for _, origin, heir in sorted(origins, reverse=True):
        if gone.get(origin) != ("merged", heir):  # that is told of the one that is gone
            ties[heir] = ("split", origin)
    return ties


def _totals(shared: Mapping[Pair, int], side: int) -> dict[str, int]:
    """Customers seen on both days by their segment of the first (0) or second (1)."""
    totals: dict[str, int] = defaultdict(int)
    for pair, count in shared.items():
        totals[pair[side]] += count
    return totals


def _changes(
    old: Mapping[str, Row], new: Mapping[str, Row], ties: Mapping[str, tuple[str, str | None]]
) -> list[Change]:
    """Largest first; those that are gone behind the others. Whom a segment is tied to is told in both rows."""
    related: dict[str, set[str]] = defaultdict(set)
    for segment, (_, other) in ties.items():
        if other is not None:
            related[segment].add(other)
            related[other].add(segment)
    found = [
        Change(
            segment_id=segment,
            change=change,
            related_segment_ids=tuple(sorted(related[segment])),
            name_before=old[segment]["name"] if segment in old else None,
            name_now=new[segment]["name"] if segment in new else None,
            customers_before=old[segment]["customers"] if segment in old else 0,
            customers_now=new[segment]["customers"] if segment in new else 0,
        )
        for segment, (change, _) in ties.items()
    ]
    return sorted(found, key=lambda each: (-each.customers_now, -each.customers_before, each.segment_id))
