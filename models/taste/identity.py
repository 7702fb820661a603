"""Which group of today is which segment of yesterday, so that ids, names and descriptions stay.

Belongs here: matching of groups across two days, and how ids are given out. Does not belong here: how groups are
found (``clusters``), what became of each in words (``drift``), names.

Two groups are the same as far as they have the same members. Where few customers come back there is little to count,
so the centroids speak as ``CENTROID_WEIGHT`` customers would: the score of a pair is

    (shared + w * closeness) / (either + w),    w = CENTROID_WEIGHT

the Jaccard index of the customers seen on both days, shrunk towards how close the centroids are. With hundreds of
common customers it is the Jaccard index; with none it is the closeness.
"""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import polars as pl
from numpy.typing import NDArray

from models.taste.arrays import NO_GROUP

PREFIX = "taste-"
# Each of k equal parts of a group that fell apart has an index of 1 / k: a half or a third goes on as the old group, a
# fifth does not. On simulated drift 0.15 to 0.5 keep 96 to 100 % of ids; lower means fewer new ids after random splits.
MIN_SCORE = 0.25
CENTROID_WEIGHT = 10.0
# A segment that had died comes back only where it fits clearly better than one that lives.
DORMANT_HANDICAP = 0.9
_Key = TypeVar("_Key", str, int)
_TILT = 1e-9  # breaks ties between equal totals towards smaller ids and larger groups


@dataclass(frozen=True)
class Matching:
    """What the groups of today are called, and the evidence.

    ``links``: one row per segment of before and group of today: ``segment_id, group, shared`` (customers),
    ``share_of_before, share_of_now`` (of the customers seen on both days; 0 where there are none), ``similarity``
    (cosine of the centroids), ``score``.
    """

    segment_ids: tuple[str, ...]  # of group 0, 1, …
    scores: tuple[float | None, ...]  # of group 0, 1, … with its segment of before; None where the id is new
    customers_now: tuple[int, ...]  # of group 0, 1, …
    customers_before: dict[str, int]  # of each segment that lived before, sorted by id
    dormant: frozenset[str]
    links: pl.DataFrame
    next_number: int  # for the next new segment

    @property
    def known_customers(self) -> int:
        """Customers who had a segment before and have one now."""
        return int(self.links.filter(pl.col("segment_id").is_in(list(self.customers_before)))["shared"].sum())

    @property
    def moved_customers(self) -> int:
        """Of these, who are now in another segment than before."""
        pairs = self.links.select("segment_id", "group", "shared").iter_rows()
        stayed = sum(n for s, group, n in pairs if s == self.segment_ids[group] and s in self.customers_before)
        return self.known_customers - int(stayed)

    @property
    def moved_share(self) -> float | None:
        """Share of the customers with a segment on both days who changed it; None where there are none."""
        return self.moved_customers / self.known_customers if self.known_customers else None


def match_groups(
    before: pl.DataFrame,
    now: pl.DataFrame,
    similarity: NDArray[np.float64],
    before_ids: Sequence[str],
    next_number: int,
    *,
    dormant: Collection[str] = (),
) -> Matching:
    """Give each group of today the id of the segment it continues, or a new one.

    ``before``: ``customer_key, segment_id`` (null: seen, without a taste). ``now``: ``customer_key, group`` (0 to
    n - 1; null or ``NO_GROUP``: seen, without a taste), a customer once. Customers without a taste may be left out,
    but with them a group that dissolved is told from one that moved. ``similarity``: cosine of the centroids of
    ``before_ids`` (rows) and groups (columns), both in today's space. ``next_number``: highest number ever given, plus
    one (:func:`following_number`). ``dormant``: ids among ``before_ids`` that had died by the last run and may come
    back; ``before`` then also holds their last members, who may have another row.

    The same for any order of rows and any numbering of today's groups. Raises :class:`ValueError` on what cannot be.
    """
    places, ids = _in_order(before_ids)
    was = before.select("customer_key", "segment_id")
    at = now.select("customer_key", pl.col("group").cast(pl.Int64).fill_null(NO_GROUP))
    _check(was, at, similarity, ids, frozenset(dormant))
    cosine = similarity[places]
    awake = np.array([segment not in dormant for segment in ids], dtype=bool)
    counts = _count(was, at, ids, awake, groups=cosine.shape[1])
    score, order = scores(counts, cosine), _canonical_order(at)
    fit = score * np.where(awake, 1.0, DORMANT_HANDICAP)[:, None]
    matched = {order[column]: row for row, column in assign(fit[:, order])}
    names = _names(order, {group: ids[row] for group, row in matched.items()}, next_number)
    return Matching(
        segment_ids=tuple(names[group] for group in range(len(order))),
        scores=tuple(float(score[matched[g], g]) if g in matched else None for g in range(len(order))),
        customers_now=tuple(_sizes(at, "group", range(len(order))).values()),
        customers_before={s: n for s, n in _sizes(was, "segment_id", ids).items() if s not in dormant},
        dormant=frozenset(dormant),
        links=_links(ids, counts, cosine, score),
        next_number=next_number + len(names) - len(matched),
    )


@dataclass(frozen=True)
class Counts:
    """Customers seen on both days, of each segment (rows) and group (columns)."""

    shared: NDArray[np.int64]  # (segments, groups): in both
    known_before: NDArray[np.int64]  # (segments, 1): of the segment, wherever they are now
    known_now: NDArray[np.int64]  # (segments, groups): of the group, wherever they were; alike for all that lived


def scores(counts: Counts, cosine: NDArray[np.float64]) -> NDArray[np.float64]:
    """How well each segment (rows) and group (columns) fit, 0 to 1: the formula of the module."""
    either = counts.known_before + counts.known_now - counts.shared
    fit: NDArray[np.float64] = (counts.shared + CENTROID_WEIGHT * closeness(cosine)) / (either + CENTROID_WEIGHT)
    return fit


def closeness(cosine: NDArray[np.float64]) -> NDArray[np.float64]:
    """1 for the same centroid, 0 for one as far as the nearest other group usually is; shape of ``cosine``.

    Cosines mean different things in different spaces, so distances are measured in the distance between neighbours:
    the median over segments and groups of the distance to their second nearest.
    """
    distance = np.clip(1.0 - cosine, 0.0, None)
    seconds = [np.partition(table, 1, axis=1)[:, 1] for table in (distance, distance.T) if table.shape[1] > 1]
    scale = float(np.median(np.concatenate(seconds))) if seconds and distance.size else 1.0
    near: NDArray[np.float64] = np.clip(1.0 - distance / max(scale, 1e-9), 0.0, 1.0)
    return near


def assign(fit: NDArray[np.float64], min_score: float = MIN_SCORE) -> list[tuple[int, int]]:
    """Pairs (row, column) of the greatest total fit, each row and column once, none below ``min_score``.

    The assignment problem is solved by :func:`scipy.optimize.linear_sum_assignment`; of equal totals the one wins that
    pairs early rows with early columns.
    """
    from scipy.optimize import linear_sum_assignment

    if fit.size == 0:
        return []
    early = np.outer(np.arange(fit.shape[0], 0, -1), np.arange(fit.shape[1], 0, -1)) / fit.size
    eligible = fit >= min_score
    rows, columns = linear_sum_assignment(np.where(eligible, fit + _TILT * early, 0.0), maximize=True)
    return [(int(r), int(c)) for r, c in zip(rows, columns, strict=True) if eligible[r, c]]


def segment_name(number: int, prefix: str = PREFIX) -> str:
    """``taste-0007``; numbers beyond 9999 get longer."""
    return f"{prefix}{number:04d}"


def following_number(ids: Iterable[str], prefix: str = PREFIX) -> int:
    """The number after the highest of all ids ever given; 1 where there are none. Raises on a foreign id."""
    highest = 0
    for segment in ids:
        found = re.fullmatch(re.escape(prefix) + r"(\d+)", segment)
        if found is None:
            raise ValueError(f"{segment!r} is no segment id: expected {prefix}0001 or the like")
        highest = max(highest, int(found.group(1)))
    return highest + 1


def _check(
    was: pl.DataFrame, at: pl.DataFrame, similarity: NDArray[np.float64], ids: list[str], dormant: frozenset[str]
) -> None:
    if len(set(ids)) < len(ids) or similarity.shape[0] != len(ids):
        raise ValueError(f"{len(ids)} segments ({len(set(ids))} distinct) for {similarity.shape[0]} rows of similarity")
    if not np.isfinite(similarity).all():
        raise ValueError("a centroid similarity is not a number")
    strangers = sorted((set(was["segment_id"].drop_nulls().unique()) | dormant) - set(ids))
    if strangers:
        raise ValueError(f"segments with members or dormant, but not among before_ids: {strangers[:5]}")
    if at["customer_key"].n_unique() < at.height:
        raise ValueError("a customer is in two groups today")
    living = was.filter(~pl.col("segment_id").is_in(list(dormant)) | pl.col("segment_id").is_null())
    if living["customer_key"].n_unique() < living.height:
        raise ValueError("a customer was in two segments before")
    present = set(at["group"].unique().to_list()) - {NO_GROUP}
    if present != set(range(similarity.shape[1])):
        raise ValueError(f"groups are numbered 0 to {similarity.shape[1] - 1}, each with members: found {present}")


def _in_order(ids: Sequence[str]) -> tuple[NDArray[np.int64], list[str]]:
    places = sorted(range(len(ids)), key=lambda place: ids[place])
    return np.array(places, dtype=np.int64), [ids[place] for place in places]


def _names(order: Sequence[int], continued: Mapping[int, str], next_number: int) -> dict[int, str]:
    """Id of each group: that of the segment it continues, or a new one; the numbers go by ``order``."""
    fresh = [group for group in order if group not in continued]
    return {group: segment_name(next_number + place) for place, group in enumerate(fresh)} | dict(continued)


def _canonical_order(at: pl.DataFrame) -> list[int]:
    """Groups by size, largest first, then by their smallest customer key: whatever number each one has today."""
    facts = at.filter(pl.col("group") != NO_GROUP).group_by("group").agg(pl.len(), pl.col("customer_key").min())
    return facts.sort(["len", "customer_key"], descending=[True, False])["group"].to_list()


def _count(was: pl.DataFrame, at: pl.DataFrame, ids: Sequence[str], awake: NDArray[np.bool_], groups: int) -> Counts:
    place = pl.col("segment_id").replace_strict(ids, range(len(ids)), default=None, return_dtype=pl.Int64)
    both = was.join(at, on="customer_key").with_columns(row=place)
    cells = both.drop_nulls("row").group_by("row", "group").len()
    table = np.zeros((len(ids), groups + 1), dtype=np.int64)
    table[cells["row"].to_numpy(), cells["group"].to_numpy()] = cells["len"].to_numpy()  # NO_GROUP: the last column
    # Customers known only from a dormant segment count where it is weighed, and nowhere else.
    living = both.filter(pl.col("row").is_null() | pl.col("row").is_in(np.flatnonzero(awake).tolist()))
    known = [list(_sizes(rows.unique("customer_key"), "group", range(groups)).values()) for rows in (both, living)]
    known_now = np.array(known, dtype=np.int64).reshape(2, groups)[awake.astype(np.int64)]
    return Counts(table[:, :groups], table.sum(axis=1, keepdims=True), known_now)


def _sizes(frame: pl.DataFrame, column: str, keys: Iterable[_Key]) -> dict[_Key, int]:
    counts = dict(frame.group_by(column).len().iter_rows())
    return {key: int(counts.get(key, 0)) for key in keys}


def _links(ids: Sequence[str], counts: Counts, cosine: NDArray[np.float64], score: NDArray[np.float64]) -> pl.DataFrame:
    groups = cosine.shape[1]
    return pl.DataFrame(
        {
            "segment_id": pl.Series([segment for segment in ids for _ in range(groups)], dtype=pl.String),
            "group": np.tile(np.arange(groups, dtype=np.int64), len(ids)),
            "shared": counts.shared.ravel(),
            "share_of_before": (counts.shared / np.maximum(counts.known_before, 1)).ravel(),
            "share_of_now": (counts.shared / np.maximum(counts.known_now, 1)).ravel(),
            "similarity": cosine.ravel(),
            "score": score.ravel(),
        }
    )
