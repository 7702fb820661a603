"""Which ranker is published."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.recommend.personal.gate import FEWEST, KEPT, PUBLISHED, REFUSED, SLACK, TOO_LITTLE, judged
from models.recommend.quality.metrics import Quality

figures = st.floats(0, 1)


def of(hit_rate: float, reciprocal_rank: float) -> Quality:
    return Quality(hit_rate, reciprocal_rank, 0.0)


GOOD, POPULAR = of(0.5, 0.2), of(0.1, 0.05)


def test_too_few_histories_decide_nothing() -> None:
    young = judged(FEWEST - 1, GOOD, None, POPULAR, is_trained=True)
    assert young.state == TOO_LITTLE
    assert str(FEWEST - 1) in young.reasons[0]
    assert judged(FEWEST - 1, GOOD, of(0.1, 0.1), POPULAR, is_trained=True).state == KEPT


def test_the_first_ranker_has_to_reach_best_sellers() -> None:
    assert judged(FEWEST, GOOD, None, POPULAR, is_trained=True).state == PUBLISHED
    refused = judged(FEWEST, of(0.5, 0.01), None, POPULAR, is_trained=True)
    assert refused.state == REFUSED
    assert refused.reasons == ("MRR@20 is 0.0100, of best sellers 0.0500",)


def test_a_ranker_worse_than_the_one_in_use_is_not_published() -> None:
    worse = judged(FEWEST, of(0.4, 0.1), GOOD, POPULAR, is_trained=True)
    assert worse.state == KEPT
    assert worse.reasons == (
        "HR@20 is 0.4000, of the one in use 0.5000",
        "MRR@20 is 0.1000, of the one in use 0.2000",
    )


@pytest.mark.parametrize(("share", "state"), [(1 - SLACK + 1e-6, PUBLISHED), (1 - SLACK - 1e-6, KEPT)])
def test_a_little_lower_is_chance(share: float, state: str) -> None:
    assert judged(FEWEST, of(0.5 * share, 0.2), GOOD, POPULAR, is_trained=True).state == state


def test_neighbours_alone_are_published_with_a_word() -> None:
    found = judged(FEWEST, GOOD, None, POPULAR, is_trained=False)
    assert found.state == PUBLISHED
    assert "neighbours" in found.reasons[0]
    assert judged(FEWEST, GOOD, None, POPULAR, is_trained=True).reasons == ()


@given(
    st.integers(0, 500),
    st.builds(of, figures, figures),
    st.none() | st.builds(of, figures, figures),
    st.builds(of, figures, figures),
    st.booleans(),
)
def test_what_is_published_is_below_nothing_and_every_other_verdict_has_a_reason(
    histories: int, mine: Quality, champion: Quality | None, popular: Quality, is_trained: bool
) -> None:
    verdict = judged(histories, mine, champion, popular, is_trained=is_trained)
    rivals = [popular, *([champion] if champion else [])]
    if verdict.state == PUBLISHED:
        assert histories >= FEWEST
        assert all(mine.hit_rate >= rival.hit_rate * (1 - SLACK) for rival in rivals)
        assert all(mine.reciprocal_rank >= rival.reciprocal_rank * (1 - SLACK) for rival in rivals)
    else:
        assert verdict.state in ((KEPT, REFUSED) if champion else (TOO_LITTLE, REFUSED))
        assert verdict.reasons
