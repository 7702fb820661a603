"""Settings that suit a shop are found on its own sessions."""

from dataclasses import replace

import numpy as np
import pytest

from models.recommend.personal import tuning
from models.recommend.personal.candidates import Settings, Space, index_of
from models.recommend.personal.histories import beginnings
from models.recommend.personal.tuning import GRID, judged, some, tuned
from models.recommend.sessions import Sessions
from tests.models.recommend.visits import PRODUCTS, planted, sessions_from

A, OLD, NEW = 0, 1, 2


def drifting(*after: int) -> list[list[int]]:
    """What followed A used to be OLD, 30 times, and is NEW since then, 8 times; then what ``after`` says."""
    return [[A, OLD]] * 30 + [[A, NEW]] * 8 + [[A, product] for product in after]


@pytest.mark.parametrize(("after", "share"), [([NEW] * 4, 0.1), ([OLD] * 4, 5.0)])
def test_a_shop_that_changed_forgets_and_one_that_did_not_remembers(
    after: list[int], share: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tuning, "GRID", {"age_share": (0.1, 5.0)})
    sessions = sessions_from(drifting(*after), 3)
    for start in (0.1, 5.0):
        assert tuned(sessions, 38, 42, settings=Settings(age_share=start)).age_share == share


def test_sessions_after_the_last_one_change_nothing() -> None:
    steps = planted(400)
    whole = tuned(sessions_from(steps, PRODUCTS), 300, 350)
    random = np.random.default_rng(5)
    future = [random.integers(0, PRODUCTS, 6).tolist() for _ in range(50)]
    assert tuned(sessions_from([*steps[:350], *future], PRODUCTS), 300, 350) == whole


def score(sessions: Sessions, first: int, last: int, settings: Settings) -> float:
    nowhere = Space(np.zeros((PRODUCTS, 1), np.float32), np.full((PRODUCTS, 0), -1, np.int32))
    index = index_of(sessions, nowhere, np.full(PRODUCTS, -1, np.int32))
    return judged(index, beginnings(sessions, first, last), settings)


def test_what_is_found_is_of_the_grid_and_no_worse_than_the_start_or_its_neighbours_in_the_last_row() -> None:
    sessions = sessions_from(planted(400, seed=3), PRODUCTS)
    best = tuned(sessions, 320, 400)
    reached = score(sessions, 320, 400, best)
    assert reached >= score(sessions, 320, 400, Settings())
    for name, values in GRID.items():
        assert getattr(best, name) in (*values, getattr(Settings(), name))
    *_, name = GRID
    assert all(reached >= score(sessions, 320, 400, replace(best, **{name: value})) for value in GRID[name])


def test_without_histories_the_settings_stay() -> None:
    start = Settings(step_decay=7.0)
    assert tuned(sessions_from([[0], [1]], 3), 0, 2, settings=start) == start
    assert tuned(sessions_from([], 3), 0, 0) == Settings()


def test_some_histories_are_chosen_by_the_seed_and_keep_their_order() -> None:
    found = beginnings(sessions_from(planted(100), PRODUCTS), 0, 100)
    assert some(found, len(found), 0) is found
    few = some(found, 20, 1)
    assert len(few) == 20
    assert few.cutoffs.tolist() == sorted(few.cutoffs.tolist())
    assert few.steps.tolist() == some(found, 20, 1).steps.tolist()
    assert few.cutoffs.tolist() != some(found, 20, 2).cutoffs.tolist()
