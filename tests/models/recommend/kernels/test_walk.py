"""Parts of the walk over sessions: cutting occurrences, choosing the largest."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.recommend.kernels import walk as kernel  # noqa: TID253  (this file is about compiled loops)
from models.recommend.personal.candidates import Settings, Space, index_of
from tests.models.recommend.visits import sessions_from


@given(
    st.lists(st.sampled_from([0.0, 0.25, 0.5, 1.0]), min_size=1, max_size=30),
    st.integers(0, 40),
    st.randoms(use_true_random=False),
)
def test_the_largest_come_first_and_of_equals_the_lower_number(
    values: list[float], wanted: int, random: object
) -> None:
    touched = list(range(len(values)))
    random.shuffle(touched)  # type: ignore[attr-defined]
    spare = [*touched, 0, 0, 0]  # what stands after the count is of no matter
    found = kernel.largest(np.array(values, np.float32), np.array(spare, np.int32), len(touched), wanted)
    assert found.tolist() == sorted(touched, key=lambda place: (-values[place], place))[:wanted]


@given(
    st.lists(st.lists(st.integers(0, 3), min_size=1, max_size=4), max_size=12), st.integers(0, 4), st.integers(-1, 14)
)
def test_occurrences_end_where_the_cutoff_is(steps: list[list[int]], product: int, cutoff: int) -> None:
    sessions = sessions_from(steps, 5)
    space = Space(np.zeros((5, 1), np.float32), np.full((5, 0), -1, np.int32))
    index = index_of(sessions, space, np.full(5, -1, np.int32))
    end = kernel.before(index, product, cutoff)
    older = [nth for nth, session in enumerate(steps) for step in session if step == product and nth < cutoff]
    assert index.occurrences[index.first[product] : end].tolist() == older


@pytest.mark.parametrize("settings", [Settings(), Settings(from_neighbours=0, from_pairs=0, from_space=0)])
def test_a_row_has_room_for_every_list_and_twenty_of_the_history(settings: Settings) -> None:
    assert settings.most == 20 + settings.from_neighbours + settings.from_pairs + settings.from_space
