"""The gate keeps garbage and worse runs out, forgives noise, and does not lock a shop in its past."""

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.taste.gate import Limits, Quality, faults, judge, not_enough_data, setbacks

pytestmark = pytest.mark.feature("C2")
GOOD = Quality(
    customers=50_000,
    customers_with_taste=30_000,
    groups=16,
    density_validity=0.4,
    noise_share=0.25,
    stability=0.85,
    coverage=0.95,
    largest_share=0.2,
)
POOR = replace(GOOD, stability=0.5, noise_share=0.6)  # sound, and clearly worse
PATIENCE = Limits().patience


@st.composite
def qualities(draw: st.DrawFn) -> Quality:
    share = st.floats(0, 1)
    return Quality(
        customers=draw(st.integers(0, 10**6)),
        customers_with_taste=draw(st.integers(0, 10**6)),
        groups=draw(st.integers(0, 40)),
        density_validity=draw(st.none() | st.floats(-1, 1)),
        noise_share=draw(share),
        stability=draw(st.none() | st.floats(-1, 1)),
        coverage=draw(share),
        largest_share=draw(share),
    )


@given(qualities())
def test_a_sound_run_is_accepted_after_one_like_it_and_as_the_first(run: Quality) -> None:
    assert judge(run, run).is_accepted == judge(run, None).is_accepted == (not faults(run))


@given(qualities(), qualities(), st.floats(0, 1))
def test_better_figures_never_turn_acceptance_into_refusal(now: Quality, before: Quality, part: float) -> None:
    better = replace(
        now,
        density_validity=None
        if now.density_validity is None
        else now.density_validity + part * (1 - now.density_validity),
        noise_share=now.noise_share * (1 - part),
        stability=None if now.stability is None else now.stability + part * (1 - now.stability),
        coverage=now.coverage + part * (1 - now.coverage),
        largest_share=now.largest_share * (1 - part),
    )
    assert judge(now, before).is_accepted <= judge(better, before).is_accepted


@given(qualities(), qualities(), st.lists(qualities(), max_size=6))
def test_garbage_is_never_published_and_every_refusal_has_a_reason(
    now: Quality, before: Quality, refused: list[Quality]
) -> None:
    verdict = judge(now, before, refused)
    assert verdict.is_accepted <= (not faults(now))
    assert verdict.is_accepted or verdict.reasons
    assert verdict.is_new_normal <= verdict.is_accepted
    assert bool(verdict.reasons) == (not verdict.is_accepted or verdict.is_new_normal)


@given(qualities().filter(lambda run: not faults(run)), qualities())
def test_a_shop_that_has_changed_is_not_locked_in_its_past(now: Quality, before: Quality) -> None:
    refused: list[Quality] = []
    while not judge(now, before, refused).is_accepted:
        refused.append(now)
        assert len(refused) <= PATIENCE
    assert len(refused) in (0, PATIENCE)
    assert judge(now, before, refused).is_new_normal == bool(refused)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"density_validity": 0.2}, "density validity 0.20 after 0.40"),
        ({"noise_share": 0.45}, "in no group 0.45 after 0.25"),
        ({"stability": 0.65}, "agreement of runs on part of the customers 0.65 after 0.85"),
        ({"coverage": 0.7}, "in a segment 0.70 after 0.95"),
        ({"largest_share": 0.6}, "largest segment 0.60 after 0.20"),
        ({"groups": 6}, "6 groups after 16"),
        ({"groups": 36}, "36 groups after 16"),
        ({"customers_with_taste": 12_000}, "12,000 customers with a taste after 30,000"),
    ],
)
def test_each_figure_can_refuse_a_run(change: dict[str, float], says: str) -> None:
    verdict = judge(replace(GOOD, **change), GOOD)
    assert not verdict.is_accepted
    assert len(verdict.reasons) == 1
    assert says in verdict.reasons[0]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"density_validity": -0.4}, "density validity"),
        ({"noise_share": 0.9}, "at most 0.80"),
        ({"stability": 0.1}, "at least 0.30"),
        ({"coverage": 0.1}, "at least 0.30"),
        ({"largest_share": 0.99}, "at most 0.95"),
        ({"groups": 1}, "1 group; at least 2 are needed"),
    ],
)
def test_a_first_run_of_garbage_is_refused(change: dict[str, float], says: str) -> None:
    verdict = judge(replace(GOOD, **change), None)
    assert not verdict.is_accepted
    assert says in " ".join(verdict.reasons)


def test_the_noise_of_a_day_is_forgiven_and_a_small_shop_more() -> None:
    jumpy = replace(GOOD, stability=0.62, noise_share=0.46, coverage=0.72)
    assert not judge(jumpy, GOOD).is_accepted
    small, jumpy_small = (replace(run, customers=300, customers_with_taste=120) for run in (GOOD, jumpy))
    assert judge(jumpy_small, small).is_accepted
    assert judge(replace(GOOD, groups=3), replace(GOOD, groups=8)).is_accepted


def test_what_was_not_measured_is_not_held_against_a_run() -> None:
    blind = replace(GOOD, density_validity=None, stability=None)
    assert judge(blind, GOOD).is_accepted
    assert judge(GOOD, blind).is_accepted


def test_runs_that_do_not_agree_do_not_wear_the_gate_down() -> None:
    assert judge(POOR, GOOD, [POOR] * PATIENCE).is_new_normal
    assert not judge(POOR, GOOD, [POOR] * (PATIENCE - 1)).is_accepted
    worse_still = replace(POOR, stability=0.31)
    assert setbacks(worse_still, POOR)
    assert not judge(worse_still, GOOD, [POOR] * PATIENCE).is_accepted
    garbage = replace(GOOD, groups=1)
    assert not judge(POOR, GOOD, [POOR, garbage, garbage]).is_accepted
    assert "refused since the published one" in judge(POOR, GOOD, [POOR] * PATIENCE).reasons[0]


@pytest.mark.parametrize("change", [{"coverage": math.nan}, {"stability": 1.5}, {"groups": -1}, {"noise_share": -0.1}])
def test_figures_that_cannot_be_are_refused(change: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=next(iter(change))):
        replace(GOOD, **change)


def test_too_little_data_is_said_in_a_sentence() -> None:
    assert not_enough_data(100, 20) is None
    assert not_enough_data(12, 500) == (
        "12 customers looked at two products or more in the last 30 days; at least 100 are needed"
    )
    assert not_enough_data(1, 1, days=7, min_views=1, min_customers=1000) == (
        "1 customer looked at one product or more in the last 7 days; at least 1,000 are needed"
    )
    assert not_enough_data(4000, 1) == "1 product was looked at in the last 30 days; at least 20 are needed"
