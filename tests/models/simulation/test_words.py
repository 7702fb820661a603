"""The vocabularies: queries as people type them."""

import pytest

from models.simulation.tastes import CATEGORIES, TASTES
from models.simulation.words_search import mistype, on_english_keyboard, queries
from models.simulation.words_traffic import AGENT_RANGES, AGENTS

pytestmark = pytest.mark.feature("A1")


@pytest.mark.parametrize(("korean", "typed"), [("셔츠", "tucm"), ("원피스", "dnjsvltm"), ("쿠션 21호", "zntus 21gh")])
def test_the_keyboard_that_was_not_switched(korean: str, typed: str) -> None:
    assert on_english_keyboard(korean) == typed


def test_typos_differ_from_the_word() -> None:
    assert mistype("코튼 원피스") == "코튼 원피쓰"
    assert all(mistype(item.noun) != item.noun for taste in TASTES for item in taste.items)


def test_every_intent_has_queries() -> None:
    words = queries()
    assert (words.end > words.start).all()
    assert words.end.max() == len(words.texts)


def test_tastes_are_complete() -> None:
    assert len(TASTES) == 14
    assert len({taste.key for taste in TASTES}) == 14
    assert all(len(taste.items) == 8 for taste in TASTES)
    assert all(path.count(" > ") in (1, 2) for path in CATEGORIES)
    assert AGENT_RANGES[-1][1] == len(AGENTS)
