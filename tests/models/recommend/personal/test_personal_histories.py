"""Histories and what came next."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from models.recommend.personal.histories import MOST_STEPS, Histories, beginnings, between_sessions, open_histories
from tests.models.recommend.visits import sessions_from

sessions_of_codes = st.lists(st.lists(st.integers(0, 5), min_size=1, max_size=6), max_size=8)


def listed(histories: Histories) -> list[tuple[list[int], int, int]]:
    """(steps, cutoff, following) of each."""
    return [
        (
            histories.steps[histories.starts[nth] : histories.starts[nth + 1]].tolist(),
            int(histories.cutoffs[nth]),
            int(histories.following[nth]),
        )
        for nth in range(len(histories))
    ]


@given(sessions_of_codes, st.data())
def test_beginnings_are_all_prefixes_with_what_came_next(steps: list[list[int]], data: st.DataObject) -> None:
    first = data.draw(st.integers(0, len(steps)))
    last = data.draw(st.integers(first, len(steps)))
    found = beginnings(sessions_from(steps, 6), first, last)
    assert listed(found) == [
        (steps[nth][:seen], nth, steps[nth][seen]) for nth in range(first, last) for seen in range(1, len(steps[nth]))
    ]


def test_beginnings_of_other_sessions_know_all_that_is_known() -> None:
    found = beginnings(sessions_from([[1, 2, 3]], 6), 0, 1, known=40)
    assert listed(found) == [([1], 40, 2), ([1, 2], 40, 3)]


def test_only_the_newest_steps_of_a_long_session_are_kept() -> None:
    steps = list(range(MOST_STEPS + 5))
    found = listed(beginnings(sessions_from([steps], len(steps)), 0, 1))
    assert [len(history) for history, _, _ in found] == [*range(1, MOST_STEPS + 1), *[MOST_STEPS] * 4]
    assert found[-1] == (steps[-MOST_STEPS - 1 : -1], 0, steps[-1])


def test_open_histories_are_whole_and_nobody_knows_what_follows() -> None:
    long = list(range(MOST_STEPS + 5))
    found = open_histories(sessions_from([[3], long], len(long)), known=7)
    assert listed(found) == [([3], 7, -1), (long[-MOST_STEPS:], 7, -1)]


@given(sessions_of_codes, st.data())
def test_taken_histories_are_the_same_ones_in_the_order_asked(steps: list[list[int]], data: st.DataObject) -> None:
    found = beginnings(sessions_from(steps, 6), 0, len(steps))
    rows = data.draw(st.lists(st.integers(0, len(found) - 1), max_size=9)) if len(found) else []
    whole = listed(found)
    assert listed(found.taken(np.array(rows, np.int64))) == [whole[row] for row in rows]


def test_no_sessions_have_no_histories() -> None:
    nothing = sessions_from([], 6)
    assert listed(beginnings(nothing, 0, 0)) == []
    assert listed(open_histories(nothing, known=3)) == []
    assert listed(beginnings(sessions_from([[1], [2]], 6), 0, 2)) == []


def between_by_hand(
    sessions: list[list[int]], owners: list[int], first: int, last: int, labels: int
) -> list[tuple[list[int], int, int]]:
    """History, cutoff and next product, as :func:`between_sessions` should give them."""
    found = []
    for number in range(first, last):
        before = [step for nth in range(number) if owners[nth] == owners[number] for step in sessions[nth]]
        if any(owners[nth] == owners[number] for nth in range(number)):
            for product in dict.fromkeys(sessions[number][:labels]):
                found.append((before[-MOST_STEPS:], number, product))
    return found


@given(st.data())
def test_what_customers_come_back_to_is_told_from_their_earlier_sessions(data: st.DataObject) -> None:
    steps = data.draw(st.lists(st.lists(st.integers(0, 4), min_size=1, max_size=5), max_size=9))
    owners = data.draw(st.lists(st.integers(0, 3), min_size=len(steps), max_size=len(steps)))
    first, labels = data.draw(st.integers(0, len(steps))), data.draw(st.integers(1, 4))
    found = between_sessions(sessions_from(steps, 5), np.array(owners, np.int64), first, len(steps), labels=labels)
    assert listed(found) == between_by_hand(steps, owners, first, len(steps), labels)
