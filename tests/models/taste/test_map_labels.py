"""Labels of the map can be read: they lie in the frame, near their places, and not upon one another."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.taste.map_labels import spread_labels, text_width

pytestmark = pytest.mark.feature("C2")
FRAME = (840.0, 600.0)


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 30), st.integers(0, 10_000), st.sampled_from([1.0, 0.3]))
def test_labels_do_not_overlap_and_stay_in_the_frame(count: int, seed: int, crowding: float) -> None:
    rng = np.random.default_rng(seed)
    anchors = rng.uniform(0, 1, (count, 2)) * FRAME * np.array(crowding)
    boxes = np.column_stack([rng.uniform(40, 180, count), np.full(count, 20.0)])
    centres = spread_labels(anchors, boxes, FRAME)
    assert (centres - boxes / 2 > -1e-6).all()
    assert (centres + boxes / 2 < np.array(FRAME) + 1e-6).all()
    apart = np.abs(centres[:, None] - centres[None])
    overlap = (boxes[:, None] + boxes[None]) / 2 - apart
    meets = np.triu((overlap > 1.0).all(axis=2), k=1)
    assert not meets.any()


def test_a_label_with_room_stays_where_it_belongs() -> None:
    anchors = np.array([[100.0, 100.0], [500.0, 300.0]])
    assert spread_labels(anchors, np.full((2, 2), 20.0), FRAME) == pytest.approx(anchors, abs=0.02)


def test_labels_of_one_place_stand_around_it() -> None:
    anchors = np.tile([[400.0, 300.0]], (5, 1))
    centres = spread_labels(anchors, np.tile([[120.0, 20.0]], (5, 1)), FRAME)
    assert np.linalg.norm(centres - anchors, axis=1).max() < 80


def test_hangul_is_wider_than_latin() -> None:
    assert text_width("가나다", 10) > text_width("abc", 10) > 0
    assert text_width("", 10) == 0
