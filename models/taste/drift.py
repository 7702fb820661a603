"""What became of each segment since the last run: kept, born, died, split off, merged, returned.

Belongs here: the words for what :func:`models.taste.identity.match_groups` found. Does not belong here: the matching
itself, the judgement whether a run is good enough (``gate``).

Every group of today and every segment of before has one row a day:

- ``kept``: goes on under its id; ``related`` are those that split off from it or merged into it,
- ``split``: new, and made of members of ``related``, of which it took a fair part,
- ``born``: new, and of no single segment,
- ``merged``: gone, its members are now in ``related``,
- ``died``: gone, its members scattered; ``related`` are the new segments that were part of it,
- ``returned``: had died some runs ago and is back under its old id.
"""

import datetime as dt
from dataclasses import dataclass

import polars as pl

from models.taste.identity import Matching

CHANGES = ("kept", "split", "born", "merged", "died", "returned")
SCHEMA = pl.Schema(
    {
        "day": pl.Date(),
        "segment_id": pl.String(),
        "change": pl.String(),
        "related_segment_ids": pl.List(pl.String()),
        "customers_before": pl.Int64(),
        "customers_now": pl.Int64(),
        "shared_share": pl.Float64(),
        "centroid_similarity": pl.Float64(),
    }
)
SPLIT_SHARE = 0.25  # a part of a segment is at least this share of it …
SPLIT_ORIGIN = 0.5  # … and has at least this share of its own members from there
MERGED_SHARE = 0.5  # a segment merged into another where at least this share of it is now
MIN_SHARED = 5  # customers seen on both days, below which nothing is said of where they went


@dataclass(frozen=True)
class _Tie:
    """The one other segment that explains a row, or none."""

    change: str
    other: str | None = None
    share: float | None = None
    similarity: float | None = None

    @property
    def figures(self) -> tuple[float | None, float | None]:
        return self.share, self.similarity


def describe_drift(matching: Matching, day: dt.date) -> pl.DataFrame:
    """One row per segment of before or now, sorted by id; columns and types of ``SCHEMA``.

    ``customers_before``, ``customers_now``: members by either run, 0 where there was no such segment. ``shared_share``:
    of the customers seen on both days, kept: members of both over members of either; split: members of the origin that
    came here; merged: own members that went there; else null. ``centroid_similarity``: cosine with itself before, the
    origin or the heir.
    """
    links = matching.links.filter(pl.col("segment_id").is_in(list(matching.customers_before)))
    gone = _gone(matching, links)
    heirs = {(tie.other, segment) for segment, tie in gone.items() if tie.other is not None}
    ties = gone | _present(matching, links, heirs)
    related: dict[str, set[str]] = {segment: set() for segment in ties}
    for segment, tie in ties.items():
        if tie.other is not None:
            related[segment].add(tie.other)
            related[tie.other].add(segment)
    now = dict(zip(matching.segment_ids, matching.customers_now, strict=True))
    before = matching.customers_before
    rows = [
        (day, segment, tie.change, sorted(related[segment]), before.get(segment, 0), now.get(segment, 0), *tie.figures)
        for segment, tie in sorted(ties.items())
    ]
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


def _gone(matching: Matching, links: pl.DataFrame) -> dict[str, _Tie]:
    """Segments of before without a group today."""
    lost = sorted(set(matching.customers_before) - set(matching.segment_ids))
    ties = {segment: _Tie("died") for segment in lost}
    merged = links.filter(
        pl.col("segment_id").is_in(lost), pl.col("share_of_before") >= MERGED_SHARE, pl.col("shared") >= MIN_SHARED
    )
    # The larger part first; two exact halves go to the smaller id.
    for segment, group, share, cosine in merged.select(
        "segment_id", "group", "share_of_before", "similarity"
    ).iter_rows():
        tie = _Tie("merged", matching.segment_ids[group], share, cosine)
        ties[segment] = min(tie, ties[segment], key=lambda t: (-(t.share or 0.0), t.other or ""))
    return ties


def _present(matching: Matching, links: pl.DataFrame, heirs: set[tuple[str, str]]) -> dict[str, _Tie]:
    """Groups of today. ``heirs``: pairs (heir, gone segment), which are told in the row of the gone one."""
    ties: dict[str, _Tie] = {}
    for group, segment in enumerate(matching.segment_ids):
        into = links.filter(pl.col("group") == group)
        if segment in matching.customers_before:
            shared, of_before, of_now, cosine = (
                into.filter(pl.col("segment_id") == segment)
                .select("shared", "share_of_before", "share_of_now", "similarity")
                .row(0)
            )
            ties[segment] = _Tie("kept", None, _jaccard(shared, of_before, of_now), cosine)
        elif segment in matching.dormant:
            ties[segment] = _Tie("returned")
        else:
            ties[segment] = _origin(into, {gone for heir, gone in heirs if heir == segment})
    return ties


def _origin(into: pl.DataFrame, merged: set[str]) -> _Tie:
    """What a new group split off from. ``into``: links of all segments of before with it."""
    parts = into.filter(
        ~pl.col("segment_id").is_in(list(merged)),
        pl.col("share_of_before") >= SPLIT_SHARE,
        pl.col("share_of_now") >= SPLIT_ORIGIN,
        pl.col("shared") >= MIN_SHARED,
    ).sort(["shared", "segment_id"], descending=[True, False])
    if parts.is_empty():
        return _Tie("born")
    first = parts.row(0, named=True)
    return _Tie("split", first["segment_id"], first["share_of_before"], first["similarity"])


def _jaccard(shared: int, share_of_before: float, share_of_now: float) -> float | None:
    """Members of both over members of either; None when nobody of either was seen on both days."""
    if not shared:
        return None
    return 1.0 / (1.0 / share_of_before + 1.0 / share_of_now - 1.0)
