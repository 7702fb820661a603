"""Candidates and their figures against the slow reference, on random small shops."""

import time
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.recommend.personal.candidates import NAMES, Settings, Space, _empty_sums, candidates_in_batches, index_of
from models.recommend.personal.histories import MOST_STEPS, Histories, beginnings
from models.taste.arrays import unit
from tests.models.recommend.kernels.reference import Shop, candidates
from tests.models.recommend.visits import histories_from, sessions_from

PRODUCTS = 9  # the last one stands in no session
# what depends on the number of all sessions: how fast they age, what counts as recent
BY_NUMBER_OF_SESSIONS = {
    *("neighbour_share", "neighbour_log", "neighbour_rank", "neighbour_part", "best_log", "closest_session"),
    *("popular_now", "rise"),
}

steps_of = st.lists(st.lists(st.integers(0, PRODUCTS - 2), min_size=1, max_size=7), max_size=14)
history_of = st.lists(st.integers(0, PRODUCTS - 1), min_size=1, max_size=6)
settings_of = st.builds(
    Settings,
    newest=st.sampled_from([1, 2, 3, 1000]),
    neighbours=st.sampled_from([1, 2, 500]),
    place_decay=st.sampled_from([0.8, 1.5, 6.0]),
    age_share=st.sampled_from([0.1, 0.8, 2.0]),
    step_decay=st.sampled_from([1.0, 2.0, 8.0]),
    window=st.sampled_from([1, 2, 10]),
    from_neighbours=st.sampled_from([0, 1, 2, 80]),
    from_pairs=st.sampled_from([0, 1, 2, 60]),
    from_space=st.sampled_from([0, 3]),
    recent_share=st.sampled_from([0.05, 0.3]),
)


def shop_of(steps: Sequence[Sequence[int]], seed: int, related: int = 3, products: int = PRODUCTS) -> Shop:
    random = np.random.default_rng(seed)
    vectors = unit(random.normal(size=(products, 4)) * (random.random((products, 1)) < 0.8))
    near = random.integers(-1, products, (products, related)).astype(np.int32)
    return Shop(steps, vectors, near, random.integers(-1, 3, products).tolist())


def found_of(
    shop: Shop, histories: Histories, settings: Settings
) -> tuple[list[list[int]], list[list[dict[str, float]]]]:
    """Candidates of each history, and their figures by name."""
    sessions = sessions_from(shop.sessions, len(shop.vectors))
    index = index_of(sessions, Space(shop.vectors, shop.related), np.array(shop.categories, np.int32))
    products, figures = [], []
    for batch, found in candidates_in_batches(index, histories, settings):
        for nth in range(len(batch)):
            count = found.counts[nth]
            products.append(found.products[nth, :count].tolist())
            figures.append([dict(zip(NAMES, row, strict=True)) for row in found.table[nth, :count].tolist()])
    return products, figures


@settings(max_examples=150)
@given(
    steps_of,
    st.lists(st.tuples(history_of, st.integers(0, 14)), min_size=1, max_size=5),
    settings_of,
    st.integers(0, 9),
)
def test_candidates_and_figures_are_those_of_the_definition(
    steps: list[list[int]], asked: list[tuple[list[int], int]], chosen: Settings, seed: int
) -> None:
    shop = shop_of(steps, seed)
    cutoffs = [min(cutoff, len(steps)) for _, cutoff in asked]
    histories = histories_from([history for history, _ in asked], cutoffs)
    products, figures = found_of(shop, histories, chosen)
    for nth, (history, _) in enumerate(asked):
        expected, described = candidates(shop, history, cutoffs[nth], chosen)
        assert products[nth] == expected
        for product, found in zip(products[nth], figures[nth], strict=True):
            assert found == pytest.approx(described[product], rel=2e-5, abs=2e-5)


@settings(max_examples=60)
@given(steps_of, st.lists(history_of, min_size=1, max_size=6), settings_of, st.integers(1, 3))
def test_a_walk_leaves_nothing_behind(
    steps: list[list[int]], asked: list[list[int]], chosen: Settings, batch: int
) -> None:
    """The same history gives the same again, whatever came before it and in whichever batch it is."""
    shop, cutoffs = shop_of(steps, 1), [len(steps)] * len(asked)
    products, figures = found_of(shop, histories_from(asked, cutoffs), chosen)
    twice = histories_from([*asked, *reversed(asked)], cutoffs * 2)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("models.recommend.personal.candidates.BATCH", batch)
        again, described = found_of(shop, twice, chosen)
    assert again == [*products, *reversed(products)]
    assert described == [*figures, *reversed(figures)]


@given(steps_of, history_of, settings_of)
def test_all_sums_are_zero_after_a_walk(steps: list[list[int]], history: list[int], chosen: Settings) -> None:
    from models.recommend.kernels.candidates import candidates_of
    from models.recommend.kernels.walk import Walk

    shop, asked = shop_of(steps, 2), histories_from([history], [len(steps)])
    sessions = sessions_from(steps, PRODUCTS)
    index = index_of(sessions, Space(shop.vectors, shop.related), np.array(shop.categories, np.int32))
    sums = _empty_sums(len(steps), PRODUCTS)
    walk = Walk(chosen.newest, chosen.neighbours, 1.5, 2.0, 2.0, chosen.window, chosen.from_neighbours, 60, 1)
    row, table = np.zeros((1, 200), np.int32), np.zeros((1, 200, len(NAMES)), np.float32)
    candidates_of(index, walk, sums, asked.steps, asked.starts, asked.cutoffs, row, table)
    lists = {"sessions_touched", "neighbours_touched", "pairs_touched"}  # only written, up to a count
    assert {name for name, values in sums._asdict().items() if name not in lists and values.any()} == set()


@settings(max_examples=80)
@given(steps_of, history_of, settings_of, st.data())
def test_a_cutoff_hides_later_sessions_as_if_they_had_never_been(
    steps: list[list[int]], history: list[int], chosen: Settings, data: st.DataObject
) -> None:
    cutoff = data.draw(st.integers(0, len(steps)))
    whole, early = shop_of(steps, 3), shop_of(steps[:cutoff], 3)
    asked = histories_from([history], [cutoff])
    # the same ages in sessions, from shares of another number of sessions
    aged = replace(chosen, age_share=2.0 / max(1, len(steps)), recent_share=2.5 / max(1, len(steps)))
    early_aged = replace(chosen, age_share=2.0 / max(1, cutoff), recent_share=2.5 / max(1, cutoff))
    assert found_of(whole, asked, aged) == found_of(early, asked, early_aged)
    products, figures = found_of(whole, asked, chosen)
    early_products, early_figures = found_of(early, asked, chosen)
    described = dict(zip(early_products[0], early_figures[0], strict=True))
    for product, found in zip(products[0], figures[0], strict=True):
        if product in described and chosen.neighbours == 500:  # else even the number of neighbours' steps may differ
            for name in set(NAMES) - BY_NUMBER_OF_SESSIONS:
                assert found[name] == described[product][name], name


def test_a_shop_without_sessions_knows_the_history_and_what_is_related_alone() -> None:
    shop = shop_of([], 0)
    products, figures = found_of(shop, histories_from([[2, 4, 2]], [0]), Settings())
    related = [product for product in shop.related[2].tolist() if product >= 0]
    assert products == [list(dict.fromkeys([2, 4, *related]))]
    assert figures[0][0]["popular"] == 0
    assert figures[0][0]["age"] == 999
    assert np.isfinite([list(found.values()) for found in figures[0]]).all()


def test_only_the_newest_steps_of_a_product_are_walked() -> None:
    shop = shop_of([[0, 1], [0, 2], [0, 3], [4, 5]], 0, related=0)
    for newest, expected in ((1, {0, 3}), (2, {0, 2, 3}), (3, {0, 1, 2, 3})):
        products, _ = found_of(shop, histories_from([[0]], [4]), Settings(newest=newest))
        assert set(products[0]) == expected


def test_a_history_far_longer_than_the_decays_counts_its_old_steps_without_harm() -> None:
    """Weights of the oldest steps vanish in 32 bits; a vanished weight would look as if nothing had been touched."""
    sessions = [[product, (product + 1) % MOST_STEPS] for product in range(MOST_STEPS)] * 3
    shop = shop_of(sessions, 0, products=MOST_STEPS)
    asked = histories_from([list(range(MOST_STEPS))], [len(sessions)])
    products, figures = found_of(shop, asked, Settings(place_decay=0.1))
    assert sorted(products[0]) == list(range(MOST_STEPS))
    assert figures[0][0]["evidence"] == pytest.approx(np.log(len(sessions) + 1))
    assert figures[0][0]["together_rank"] < 999


def test_a_robot_of_ten_thousand_steps_takes_seconds_at_most() -> None:
    random = np.random.default_rng(0)
    robot = random.integers(0, 2000, 10_000).tolist()
    people = random.integers(0, 2000, (500, 4)).tolist()
    sessions = sessions_from([*people[:250], robot, *people[250:]], 2000)
    shop = shop_of([], 0, products=2000)
    index = index_of(sessions, Space(shop.vectors, shop.related), np.array(shop.categories, np.int32))
    histories = beginnings(sessions, 250, 501)
    assert len(histories) == 9_999 + 250 * 3
    few = histories.taken(np.arange(0, len(histories), 10))
    started = time.process_time()
    counts = [found.counts.copy() for _, found in candidates_in_batches(index, few, Settings())]
    assert time.process_time() - started < 20
    assert np.concatenate(counts).min() > 0
