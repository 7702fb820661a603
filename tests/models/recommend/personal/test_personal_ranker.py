"""Examples, training, and the best of what is scored."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.recommend.personal.candidates import NAMES, Candidates, Settings, candidates_in_batches, index_of, space_of
from models.recommend.personal.histories import beginnings
from models.recommend.personal.ranker import Examples, Ranker, Training, best_of, examples_of, trained
from models.recommend.sessions import Sessions
from tests.models.recommend.visits import PER_CLUSTER, PRODUCTS, planted, sessions_from

SETTINGS = Settings(from_neighbours=20, from_pairs=10, from_space=10, dimensions=8)
CATEGORIES = (np.arange(PRODUCTS) // PER_CLUSTER).astype(np.int32)
STEPS = planted(700)


def examples(sessions: Sessions, training: Training, first: int = 500, last: int = 600) -> Examples:
    index = index_of(sessions, space_of(sessions.part(0, first), SETTINGS), CATEGORIES)
    return examples_of(index, beginnings(sessions, first, last), SETTINGS, training)


def test_each_list_of_examples_has_one_that_came_next() -> None:
    found = examples(sessions_from(STEPS, PRODUCTS), Training(others=1000))
    assert found.table.shape == (len(found.labels), len(NAMES)) == (found.sizes.sum(), len(NAMES))
    borders = np.cumsum(found.sizes)[:-1]
    assert {int(labels.sum()) for labels in np.split(found.labels, borders)} == {1}
    assert np.isfinite(found.table).all()


def test_of_what_did_not_come_next_about_as_many_are_kept_as_asked() -> None:
    sessions = sessions_from(STEPS, PRODUCTS)
    whole, few = examples(sessions, Training(others=1000)), examples(sessions, Training(others=5))
    assert whole.sizes.min() > 10
    assert len(few.sizes) == len(whole.sizes)
    assert few.labels.sum() == whole.labels.sum()
    assert 4 < (few.sizes - 1).mean() < 6
    assert few.table.tobytes() == examples(sessions, Training(others=5)).table.tobytes()


def test_histories_whose_next_product_is_no_candidate_teach_nothing() -> None:
    sessions = sessions_from([[0, 1], [0, 1], [5, 7]], PRODUCTS)
    index = index_of(sessions, space_of(sessions.part(0, 2), SETTINGS), CATEGORIES)
    found = examples_of(index, beginnings(sessions, 1, 3), SETTINGS, Training())
    assert found.sizes.tolist() == [2]
    assert sorted(found.labels.tolist()) == [0, 1]
    nothing = examples_of(index, beginnings(sessions, 0, 0), SETTINGS, Training())
    assert nothing.table.shape == (0, len(NAMES))
    assert nothing.sizes.tolist() == []


@given(st.integers(0, 2**32 - 1))
def test_examples_do_not_know_what_happens_later(seed: int) -> None:
    """No sessions after those that examples are made of have a part in them, whatever they hold."""
    random = np.random.default_rng(seed)
    future = [random.integers(0, PRODUCTS, random.integers(1, 9)).tolist() for _ in range(100)]
    one = examples(sessions_from(STEPS, PRODUCTS), Training(), 560, 600)
    other = examples(sessions_from([*STEPS[:600], *future], PRODUCTS), Training(), 560, 600)
    for column in ("table", "labels", "sizes"):
        assert getattr(one, column).tobytes() == getattr(other, column).tobytes()


def test_a_history_does_not_know_its_own_session() -> None:
    """Of two sessions that differ in their ends alone the beginnings have the same figures."""
    one, other = [*STEPS[:600], [3, 4, 5]], [*STEPS[:600], [3, 4, 50]]
    tables = []
    for steps in (one, other):
        sessions = sessions_from(steps, PRODUCTS)
        index = index_of(sessions, space_of(sessions.part(0, 600), SETTINGS), CATEGORIES)
        ((_, found),) = candidates_in_batches(index, beginnings(sessions, 600, 601), SETTINGS)
        tables.append((found.products.tobytes(), found.table.tobytes()))
    assert tables[0] == tables[1]


def test_training_twice_gives_the_same_text_and_a_ranker_that_scores_candidates() -> None:
    sessions = sessions_from(STEPS, PRODUCTS)
    training = Training(trees=8, least_in_leaf=5, threads=1)
    model = trained(examples(sessions, training), training)
    assert model == trained(examples(sessions, training), training)
    index = index_of(sessions, space_of(sessions.part(0, 500), SETTINGS), CATEGORIES)
    ((batch, found),) = candidates_in_batches(index, beginnings(sessions, 600, 700), SETTINGS)
    scores = Ranker(model, threads=1).scores(found)
    assert np.isfinite(scores[found.filled]).all()
    assert (scores[~found.filled] == -np.inf).all()
    wanted = (found.products == batch.following[:, None]) & found.filled
    assert scores[wanted].mean() > scores[found.filled & ~wanted].mean()


def test_a_ranker_scores_no_histories_and_histories_without_candidates() -> None:
    training = Training(trees=2, least_in_leaf=5, threads=1)
    ranker = Ranker(trained(examples(sessions_from(STEPS, PRODUCTS), training), training))
    for histories in (0, 3):
        shape = (histories, SETTINGS.most)
        nothing = Candidates(
            np.zeros(shape, np.int32), np.zeros((*shape, len(NAMES)), np.float32), np.zeros(histories, int)
        )
        assert (ranker.scores(nothing) == -np.inf).all()
        assert best_of(nothing, ranker.scores(nothing), 4).products.tolist() == [[-1] * 4] * histories


@given(
    st.lists(
        st.lists(st.tuples(st.integers(0, 50), st.sampled_from([-np.inf, -1.0, 0.0, 0.5])), max_size=6), max_size=4
    ),
    st.integers(1, 9),
)
def test_the_best_come_first_and_of_equals_the_lower_code(rows: list[list[tuple[int, float]]], k: int) -> None:
    rows = [list(dict(row).items()) for row in rows]
    products, scores = np.full((len(rows), 6), 99, np.int32), np.full((len(rows), 6), -np.inf)
    for nth, row in enumerate(rows):
        products[nth, : len(row)] = [product for product, _ in row]
        scores[nth, : len(row)] = [score for _, score in row]
    found = Candidates(products, np.zeros((len(rows), 6, 0), np.float32), np.array([len(row) for row in rows], int))
    lists = best_of(found, scores, k)
    for nth, row in enumerate(rows):
        ranked = sorted(((-score, product) for product, score in row if score > -np.inf))[:k]
        empty = k - len(ranked)
        assert lists.products[nth].tolist() == [*(product for _, product in ranked), *[-1] * empty]
        assert lists.scores[nth].tolist() == [*(-score for score, _ in ranked), *[-np.inf] * empty]


def test_lists_longer_than_the_candidates_end_with_empty_places() -> None:
    found = Candidates(np.array([[3, 1]], np.int32), np.zeros((1, 2, 0), np.float32), np.array([2]))
    lists = best_of(found, np.array([[0.0, 1.0]]), 5)
    assert lists.products.tolist() == [[1, 3, -1, -1, -1]]
    assert lists.scores[0, :2].tolist() == pytest.approx([1.0, 0.0])
