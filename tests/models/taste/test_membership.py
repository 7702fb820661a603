"""Who belongs to a group."""

import numpy as np
import pytest
from scipy.sparse import csr_matrix, random

from models.taste import membership
from models.taste.arrays import NO_GROUP
from models.taste.membership import Members, chance_evidence, product_votes, reject_browsers, strongest

IDF = np.ones(4, dtype=np.float32)
AXES = np.eye(2, dtype=np.float32)
PRODUCTS = np.array([[1, 0], [1, 0], [0, 1], [0.7071, 0.7071]], dtype=np.float32)


def customers(*lines: list[float]) -> csr_matrix:
    return csr_matrix(np.array(lines, dtype=np.float32))


def test_a_product_votes_for_the_group_it_lies_in_and_its_votes_sum_to_one() -> None:
    votes = product_votes(PRODUCTS, AXES)
    np.testing.assert_allclose(votes.sum(axis=1), 1, rtol=1e-6)
    assert votes[0, 0] > 0.99
    assert votes[2, 1] > 0.99
    assert votes[3, 0] == pytest.approx(0.5, abs=1e-3)


def test_strength_is_the_share_of_the_interest_in_the_group() -> None:
    votes = np.array([[1, 0], [1, 0], [0, 1], [0.5, 0.5]], dtype=np.float32)
    found = strongest(customers([3, 0, 1, 0], [0, 0, 2, 0]), votes, IDF)
    assert found.groups.tolist() == [0, 1]
    assert found.strength.tolist() == [0.75, 1.0]


def test_evidence_grows_with_the_lead_and_with_what_it_rests_on() -> None:
    votes = np.array([[1, 0], [1, 0], [0, 1], [0.5, 0.5]], dtype=np.float32)
    little, much, even = strongest(customers([1, 0, 0, 0], [4, 0, 0, 0], [1, 0, 1, 0]), votes, IDF).evidence
    assert much == pytest.approx(2 * little)
    assert even == 0


def test_batches_give_what_one_piece_gives(monkeypatch: pytest.MonkeyPatch) -> None:
    weights = random(50, 4, density=0.6, format="csr", dtype=np.float32, random_state=1)
    votes = product_votes(PRODUCTS, AXES)
    whole = strongest(weights, votes, IDF)
    monkeypatch.setattr(membership, "BATCH", 7)
    parts = strongest(weights, votes, IDF)
    assert whole.groups.tolist() == parts.groups.tolist()
    np.testing.assert_array_equal(whole.strength, parts.strength)


def test_one_group_only_takes_everybody_with_full_evidence() -> None:
    found = strongest(customers([1, 0, 1, 0]), np.ones((4, 1), dtype=np.float32), IDF)
    assert found.groups.tolist() == [0]
    assert found.strength.tolist() == [1.0]


def test_nobody_is_no_error() -> None:
    found = strongest(csr_matrix((0, 4), dtype=np.float32), product_votes(PRODUCTS, AXES), IDF)
    assert found.groups.shape == (0,)


def test_made_up_browsers_keep_popularity_and_weights() -> None:
    """One group takes every product, so that its share is one whatever is dealt: evidence is the root of the weight."""
    weights = customers([1, 2, 0, 0], [0, 0, 4, 1])
    chance = chance_evidence(weights, IDF, np.array([[1, 0]] * 4, dtype=np.float32), np.array([0, 1]), seed=1)
    np.testing.assert_allclose(chance, np.sqrt([3, 5]), rtol=1e-6)


def test_as_many_browsers_are_rejected_as_asked() -> None:
    evidence = np.linspace(0, 1, 101, dtype=np.float32)
    members = Members(np.zeros(101, np.int32), evidence, evidence)
    kept = reject_browsers(members, evidence.astype(np.float64), 0.6)
    assert (kept.groups == NO_GROUP).mean() == pytest.approx(0.6, abs=0.01)
    assert kept.strength.tolist() == evidence.tolist()
