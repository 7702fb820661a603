"""Matching of groups across two days: laws that hold for any two days. Thirty days on end: ``test_drift``."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from models.taste.identity import MIN_SCORE, Matching, assign, following_number, match_groups, segment_name

pytestmark = pytest.mark.feature("C2")
NEXT = 50
Day = tuple[dict[str, int], int]  # customer -> group (-1: none), number of groups


@st.composite
def days(draw: st.DrawFn) -> Day:
    """Who is in which group on one day; every group has a member."""
    groups = draw(st.integers(0, 6))
    anybody = draw(st.dictionaries(st.integers(0, 79), st.integers(-1, groups - 1), max_size=60))
    members = {f"c{customer:03d}": group for customer, group in anybody.items()}
    return members | {f"m{group}": group for group in range(groups)}, groups


def frame(day: Day, ids: list[str] | None = None) -> pl.DataFrame:
    members, _ = day
    if ids is None:
        return pl.DataFrame(
            {"customer_key": list(members), "group": list(members.values())},
            schema={"customer_key": pl.String, "group": pl.Int64},
        )
    names = [ids[group] if group >= 0 else None for group in members.values()]
    return pl.DataFrame(
        {"customer_key": list(members), "segment_id": names},
        schema={"customer_key": pl.String, "segment_id": pl.String},
    )


def names_of(count: int) -> list[str]:
    return [segment_name(number + 1) for number in range(count)]


def cosines(seed: int, rows: int, columns: int) -> NDArray[np.float64]:
    return np.random.default_rng(seed).uniform(-1, 1, (rows, columns))


def members_by_id(matching: Matching, now: Day) -> dict[str, frozenset[str]]:
    members, groups = now
    return {
        matching.segment_ids[group]: frozenset(c for c, g in members.items() if g == group) for group in range(groups)
    }


@settings(deadline=None, max_examples=40)
@given(days(), days(), st.integers(0, 9))
def test_neither_numbers_nor_order_matter(before: Day, now: Day, seed: int) -> None:
    ids = names_of(before[1])
    similarity = cosines(seed, len(ids), now[1])
    first = match_groups(frame(before, ids), frame(now), similarity, ids, NEXT)
    rng = np.random.default_rng(seed + 1)
    columns, rows = rng.permutation(now[1]), rng.permutation(len(ids))
    where = {int(old): new for new, old in enumerate(columns)} | {-1: -1}
    other = ({customer: where[group] for customer, group in now[0].items()}, now[1])
    again = match_groups(
        frame(before, ids).sample(fraction=1.0, shuffle=True, seed=seed),
        frame(other).sample(fraction=1.0, shuffle=True, seed=seed),
        similarity[rows][:, columns],
        [ids[row] for row in rows],
        NEXT,
    )
    assert members_by_id(first, now) == members_by_id(again, other)
    assert (first.known_customers, first.moved_customers) == (again.known_customers, again.moved_customers)


@settings(deadline=None, max_examples=40)
@given(days(), days(), st.integers(0, 9))
def test_ids_are_distinct_and_new_ones_go_on_counting(before: Day, now: Day, seed: int) -> None:
    ids = names_of(before[1])
    found = match_groups(frame(before, ids), frame(now), cosines(seed, len(ids), now[1]), ids, NEXT)
    assert len(set(found.segment_ids)) == now[1]
    fresh = set(found.segment_ids) - set(ids)
    assert fresh == {segment_name(number) for number in range(NEXT, found.next_number)}
    sizes = [len(members_by_id(found, now)[segment]) for segment in sorted(fresh)]
    assert sizes == sorted(sizes, reverse=True)
    assert all((score is None) == (s in fresh) for s, score in zip(found.segment_ids, found.scores, strict=True))
    assert all(score is None or MIN_SCORE <= score <= 1.0 for score in found.scores)
    assert found.links.filter(~pl.col("score").is_between(0, 1)).is_empty()
    assert 0 <= found.moved_customers <= found.known_customers


@settings(deadline=None, max_examples=40)
@given(days(), st.integers(0, 9))
def test_the_same_groups_keep_their_ids(day: Day, seed: int) -> None:
    ids = names_of(day[1])
    vectors = np.random.default_rng(seed).normal(size=(day[1], 8))
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    found = match_groups(frame(day, ids), frame(day), unit @ unit.T, ids, NEXT)
    assert list(found.segment_ids) == ids
    assert found.next_number == NEXT
    assert found.moved_share in (0.0, None)


@settings(deadline=None, max_examples=40)
@given(days(), days())
def test_groups_with_nothing_in_common_are_all_new(before: Day, now: Day) -> None:
    ids = names_of(before[1])
    strangers = ({f"x{customer}": group for customer, group in now[0].items()}, now[1])
    found = match_groups(frame(before, ids), frame(strangers), np.zeros((len(ids), now[1])), ids, NEXT)
    assert not set(found.segment_ids) & set(ids)
    assert found.moved_share is None


def groups_of(*sizes: int, start: int = 0) -> Day:
    edges = np.cumsum([start, *sizes]).tolist()
    members = {f"c{c:05d}": g for g in range(len(sizes)) for c in range(edges[g], edges[g + 1])}
    return members, len(sizes)


def test_centroids_decide_where_nobody_comes_back() -> None:
    now = groups_of(40, 30, 20, start=1000)
    near = np.array([[0.2, 0.98, 0.1], [0.97, 0.2, 0.3]])
    ids = names_of(2)
    found = match_groups(frame(groups_of(40, 30), ids), frame(now), near, ids, NEXT)
    assert found.segment_ids == ("taste-0002", "taste-0001", "taste-0050")


def test_members_outvote_centroids_where_many_come_back() -> None:
    ids = names_of(2)
    crossed = np.array([[0.1, 0.99], [0.99, 0.1]])
    day = groups_of(400, 300)
    assert list(match_groups(frame(day, ids), frame(day), crossed, ids, NEXT).segment_ids) == ids


def test_the_larger_part_of_a_split_group_keeps_the_id() -> None:
    ids = names_of(1)
    parts = groups_of(40, 60)
    found = match_groups(frame(groups_of(100), ids), frame(parts), np.array([[0.9, 0.9]]), ids, NEXT)
    assert found.segment_ids == ("taste-0050", "taste-0001")


def test_a_group_that_had_died_comes_back_under_its_old_id() -> None:
    ids = names_of(2)
    yesterday = frame(groups_of(100), ids[:1])  # both in one
    died = pl.DataFrame({"customer_key": [f"c{c:05d}" for c in range(60, 100)], "segment_id": [ids[1]] * 40})
    now = groups_of(60, 40)
    similarity = np.array([[0.9, 0.8], [0.5, 1.0]])
    before = pl.concat([yesterday, died])
    found = match_groups(before, frame(now), similarity, ids, NEXT, dormant=[ids[1]])
    assert list(found.segment_ids) == ids
    assert found.customers_before == {"taste-0001": 100}
    assert (found.known_customers, found.moved_customers) == (100, 40)
    forgotten = match_groups(yesterday, frame(now), similarity[:1], ids[:1], NEXT)
    assert forgotten.segment_ids == ("taste-0001", "taste-0050")


def test_a_group_that_lives_is_not_renamed_after_one_that_died() -> None:
    ids = names_of(2)
    everybody = frame(groups_of(100), ids[:1])
    died = everybody.with_columns(segment_id=pl.lit(ids[1]))
    found = match_groups(
        pl.concat([everybody, died]), frame(groups_of(100)), np.ones((2, 1)), ids, NEXT, dormant=[ids[1]]
    )
    assert found.segment_ids == ("taste-0001",)


def test_of_equal_fits_the_smaller_id_goes_to_the_larger_group() -> None:
    assert assign(np.full((3, 3), 0.6)) == [(0, 0), (1, 1), (2, 2)]
    assert assign(np.full((2, 1), 0.6)) == [(0, 0)]
    assert assign(np.full((2, 2), MIN_SCORE - 0.01)) == []


def test_numbers_go_on_after_the_highest_ever_given() -> None:
    assert following_number([]) == 1
    assert following_number(["taste-0009", "taste-12345", "taste-0010"]) == 12346
    assert segment_name(12345) == "taste-12345"
    with pytest.raises(ValueError, match="taste-p0001"):
        following_number(["taste-p0001"])


@pytest.mark.parametrize(
    ("before", "now", "rows", "says"),
    [
        ([("a", "taste-0001")], [("a", 0), ("a", 1)], 1, "two groups today"),
        ([("a", "taste-0001"), ("a", "taste-0001")], [("a", 0), ("b", 1)], 1, "two segments before"),
        ([("a", "taste-0007")], [("a", 0), ("b", 1)], 1, "taste-0007"),
        ([("a", "taste-0001")], [("a", 0)], 1, "each with members"),
        ([("a", "taste-0001")], [("a", 0), ("b", 1)], 2, "2 rows"),
    ],
)
def test_what_cannot_be_is_refused(
    before: list[tuple[str, str]], now: list[tuple[str, int]], rows: int, says: str
) -> None:
    was = pl.DataFrame(before, schema=["customer_key", "segment_id"], orient="row")
    at = pl.DataFrame(now, schema=["customer_key", "group"], orient="row")
    with pytest.raises(ValueError, match=says):
        match_groups(was, at, np.zeros((rows, 2)), ["taste-0001"], NEXT)


def test_a_similarity_that_is_no_number_is_refused() -> None:
    day = groups_of(3)
    with pytest.raises(ValueError, match="not a number"):
        match_groups(frame(day, names_of(1)), frame(day), np.array([[np.nan]]), names_of(1), NEXT)
