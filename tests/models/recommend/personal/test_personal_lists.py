"""Personal lists: what is learned, and what is listed."""

from collections.abc import Callable

import numpy as np
import pytest

from models.recommend.personal.candidates import NAMES, Settings, index_of, space_of
from models.recommend.personal.evaluation import most_popular
from models.recommend.personal.histories import Histories, beginnings, open_histories
from models.recommend.personal.lists import FEWEST_EXAMPLES, PersonalModel, fitted, lists_of
from models.recommend.personal.ranker import Training
from models.recommend.quality.metrics import Quality, quality, ranks_of
from models.recommend.sessions import Sessions
from tests.models.recommend.visits import PER_CLUSTER, PRODUCTS, planted, sessions_from

pytestmark = pytest.mark.xdist_group("personal_lists")  # one model, made once
TRAINING = Training(trees=30, least_in_leaf=10, histories=2_000, threads=1)
CATEGORIES = (np.arange(PRODUCTS) // PER_CLUSTER).astype(np.int32)
FIRST, LAST, ALL = 1_200, 1_800, 2_100
K = 3


@pytest.fixture(scope="module")
def shop() -> Sessions:
    return sessions_from(planted(ALL), PRODUCTS)


@pytest.fixture(scope="module")
def model(shop: Sessions) -> PersonalModel:
    return fitted(shop, FIRST, LAST, CATEGORIES, training=TRAINING)


def listed(shop: Sessions, model: PersonalModel, histories: Histories, k: int = K, **options: object) -> np.ndarray:
    index = index_of(shop, space_of(shop.part(0, LAST), model.settings), CATEGORIES)
    parts = [lists.products for _, lists in lists_of(index, model, histories, k, **options)]  # type: ignore[arg-type]
    return np.concatenate(parts)


def reached(shop: Sessions, lists: Callable[[Histories], np.ndarray]) -> Quality:
    histories = beginnings(shop, LAST, ALL)
    return quality(ranks_of(lists(histories), histories.following), K)


@pytest.mark.feature("D3")
def test_the_ranker_beats_neighbours_which_beat_best_sellers(shop: Sessions, model: PersonalModel) -> None:
    popular = most_popular(shop.part(0, LAST), K)
    neighbours = PersonalModel(model.settings, "")
    best = reached(shop, lambda histories: np.tile(popular, (len(histories), 1)))
    near = reached(shop, lambda histories: listed(shop, neighbours, histories))
    ours = reached(shop, lambda histories: listed(shop, model, histories))
    assert near.hit_rate > best.hit_rate * 1.5
    assert near.reciprocal_rank > best.reciprocal_rank * 1.5
    assert ours.hit_rate > near.hit_rate
    assert ours.reciprocal_rank > near.reciprocal_rank * 1.2


def test_fitting_twice_gives_the_same_model(shop: Sessions, model: PersonalModel) -> None:
    assert fitted(shop, FIRST, LAST, CATEGORIES, training=TRAINING) == model


def test_what_happens_after_the_last_session_teaches_nothing(shop: Sessions, model: PersonalModel) -> None:
    random = np.random.default_rng(1)
    future = [random.integers(0, PRODUCTS, 5).tolist() for _ in range(ALL - LAST)]
    other = sessions_from([*planted(ALL)[:LAST], *future], PRODUCTS)
    assert fitted(other, FIRST, LAST, CATEGORIES, training=TRAINING) == model


def test_too_few_examples_leave_the_neighbours(shop: Sessions) -> None:
    few = fitted(shop.part(0, 60), 40, 60, CATEGORIES, training=TRAINING)
    assert len(beginnings(shop, 40, 60)) < FEWEST_EXAMPLES
    assert few.ranker == ""
    assert fitted(shop.part(0, 0), 0, 0, CATEGORIES).ranker == ""
    # many histories, but what came next was never among what could be known
    apart = sessions_from([[product, product + 300] for product in range(300)], 600)
    assert fitted(apart, 10, 300, np.full(600, -1, np.int32), training=TRAINING).ranker == ""


def test_without_a_ranker_lists_are_in_the_order_of_the_neighbours() -> None:
    sessions = sessions_from([[0, 1, 2], [0, 1], [0, 3]], 5)
    settings = Settings(age_share=100.0)
    index = index_of(sessions, space_of(sessions, settings), np.full(5, -1, np.int32))
    histories = open_histories(sessions_from([[0]], 5), known=3)
    ((_, lists),) = lists_of(index, PersonalModel(settings, ""), histories, 5)
    assert lists.products.tolist() == [[0, 1, 3, 2, -1]]


def test_what_can_not_be_sold_is_left_out_before_the_best_are_taken(shop: Sessions, model: PersonalModel) -> None:
    histories = beginnings(shop, LAST, LAST + 40)
    sellable = np.arange(PRODUCTS) % 2 == 0
    for used in (model, PersonalModel(model.settings, "")):
        lists = listed(shop, used, histories, sellable=sellable)
        assert sellable[lists].all()
        assert (lists >= 0).all()
        whole = listed(shop, used, histories, k=PRODUCTS)
        expected = [[product for product in row if product >= 0 and sellable[product]][:K] for row in whole.tolist()]
        assert lists.tolist() == expected
    assert (listed(shop, model, histories, sellable=np.zeros(PRODUCTS, bool)) == -1).all()


def test_lists_do_not_depend_on_threads_or_on_who_else_is_served(shop: Sessions, model: PersonalModel) -> None:
    histories = beginnings(shop, LAST, LAST + 60)
    whole = listed(shop, model, histories, threads=2)
    assert listed(shop, model, histories, threads=1).tolist() == whole.tolist()
    rows = np.array([7, 3, 11])
    assert listed(shop, model, histories.taken(rows)).tolist() == whole[rows].tolist()


def test_nobody_has_no_lists(shop: Sessions, model: PersonalModel) -> None:
    index = index_of(shop, space_of(shop.part(0, 50), model.settings), CATEGORIES)
    assert list(lists_of(index, model, beginnings(shop, 0, 0), K)) == []


def test_a_model_is_stored_as_two_texts(model: PersonalModel) -> None:
    assert PersonalModel.of(model.settings_text(), model.ranker) == model
    assert PersonalModel.of(PersonalModel(Settings(), "").settings_text(), "") == PersonalModel(Settings(), "")
    assert f"feature_names={' '.join(NAMES)}" in model.ranker
