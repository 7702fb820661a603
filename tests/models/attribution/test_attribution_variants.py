"""A/B/N tests that are looked at every day: seldom wrong, and plain about what they can't tell."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.attribution.moments import Moments, moments_of
from models.attribution.posterior import of_rates
from models.attribution.sequential import always_valid_p, always_valid_reach, holm, times_as_many
from models.attribution.variants import CONCLUSIONS, Variant, chances, comparisons, split_p_value, verdict

pytestmark = [pytest.mark.feature("I4"), pytest.mark.feature("G4")]

DAYS, RUNS = 14, 500
Counts = np.ndarray  # of shape (runs, days)
Way = Callable[[np.random.Generator, int, int, float], tuple[Counts, Counts]]


def ab(first: tuple[int, int], *others: tuple[int, int]) -> list[Variant]:
    """Variants a, b, … of equal shares, each (recipients, conversions)."""
    return [Variant(name, 1, *numbers) for name, numbers in zip("abcdefghijk", (first, *others), strict=False)]


def winners(first: tuple[Counts, Counts], second: tuple[Counts, Counts]) -> float:
    """Share of tests in which a winner is called on any of the days."""
    called = 0
    for run in range(len(first[0])):
        for day in range(DAYS):
            a, b = ((int(people[run, day]), int(conversions[run, day])) for people, conversions in (first, second))
            if verdict(ab(a, b)).key == "winner":
                called += 1
                break
    return called / len(first[0])


def arriving(random: np.random.Generator, runs: int, a_day: int, rate: float) -> tuple[Counts, Counts]:
    """Recipients come in day by day, as in a campaign with a trigger."""
    conversions = random.binomial(a_day, rate, (runs, DAYS)).cumsum(axis=1)
    return np.broadcast_to(a_day * np.arange(1, DAYS + 1), (runs, DAYS)), conversions


def at_once(random: np.random.Generator, runs: int, people: int, rate: float) -> tuple[Counts, Counts]:
    """All recipients on the first day; conversions come in, most of them soon."""
    when = np.exp(-np.arange(DAYS) / 3)
    chances_ = np.append(rate * when / when.sum(), 1 - rate)
    conversions = random.multinomial(people, chances_, runs)[:, :DAYS].cumsum(axis=1)
    return np.broadcast_to(people, (runs, DAYS)), conversions


@pytest.mark.parametrize("way", [arriving, at_once])
def test_two_equal_variants_looked_at_daily_have_a_winner_in_at_most_2_of_100(way: Way) -> None:
    random, people = np.random.default_rng(8), 1_000 if way is arriving else 14_000
    one, other = (way(random, RUNS, people, 0.05) for _ in range(2))
    assert winners(one, other) <= 0.02
    # the usual test, looked at as often, is wrong so often that the bound above means something
    gap = one[1] / one[0] - other[1] / other[0]
    rate = (one[1] + other[1]) / (one[0] + other[0])
    with np.errstate(invalid="ignore"):
        z = np.abs(gap) / np.sqrt(rate * (1 - rate) * (1 / one[0] + 1 / other[0]))
    assert (z > 1.96).any(axis=1).mean() > 0.1


@pytest.mark.parametrize("way", [arriving, at_once])
def test_a_variant_better_by_a_fifth_is_found_in_most_tests(way: Way) -> None:
    """One look at the end would find it in 95 of 100: the price of looking daily is about 17 of them."""
    random, people = np.random.default_rng(9), 1_000 if way is arriving else 14_000
    found = winners(way(random, 200, people, 0.05), way(random, 200, people, 0.06))
    assert 0.7 < found < 0.9


def test_equal_revenue_looked_at_daily_has_hardly_ever_a_winner() -> None:
    random, called, people = np.random.default_rng(10), 0, 3_000
    for _ in range(RUNS):
        ordered = [at_once(random, 1, people, 0.04)[1][0] for _ in range(2)]
        amounts = [random.lognormal(10, 1, days[-1]) for days in ordered]
        looks = []
        for day in range(DAYS):
            seen = [amount[: days[day]] for days, amount in zip(ordered, amounts, strict=True)]
            sums = [Moments(people, float(one.sum()), float((one**2).sum())) for one in seen]
            looks.append(
                [Variant(name, 1, people, len(one), total) for name, one, total in zip("ab", seen, sums, strict=True)]
            )
        called += any(verdict(look, "revenue").key == "winner" for look in looks)
    assert called <= 0.02 * RUNS


def test_p_value_and_interval_are_those_of_another_implementation() -> None:
    """gbstats 0.8, SequentialTwoSidedTTest of 260 and 320 of 10,000, tuned to 5,000 people."""
    variance = 0.0023727621035409346**2
    rho = (-2 * np.log(0.05) + np.log(-2 * np.log(0.05) + 1)) / 5_000
    tau = np.sqrt(rho * variance * 20_000)
    assert always_valid_reach(variance, tau) == pytest.approx(0.0074198979335897227)
    assert always_valid_p(0.006, variance, tau) == pytest.approx(0.25790871430327383)


@settings(max_examples=60, deadline=None)
@given(st.floats(-1, 1), st.floats(1e-8, 1), st.floats(1e-4, 1))
def test_an_interval_leaves_out_nothing_exactly_when_the_p_value_is_small(d: float, v: float, tau: float) -> None:
    reach, p_value = float(always_valid_reach(v, tau)), float(always_valid_p(d, v, tau))
    if abs(abs(d) / reach - 1) > 1e-9:
        assert (abs(d) > reach) == (p_value < 0.05)
    assert reach > 1.96 * v**0.5
    assert float(always_valid_p(-d, v, tau)) == p_value


def test_where_nothing_is_known_nothing_is_sure() -> None:
    assert always_valid_p([1.0, 1.0], [0.0, 1.0], [1.0, 0.0]).tolist() == [1, 1]
    assert np.isinf(always_valid_reach([0.0, 1.0], [1.0, 0.0])).all()
    assert times_as_many(0.0, 1.0, 1.0) == times_as_many(1.0, 0.0, 1.0) == float("inf")
    assert holm([0.01, 0.04, 0.03]).tolist() == pytest.approx([0.03, 0.06, 0.06])


def test_the_probability_to_be_best_is_that_of_draws() -> None:
    conversions, people = (30, 45, 400), (1_000, 1_100, 9_000)
    best, loss = of_rates(conversions, people)
    random = np.random.default_rng(1)
    draws = np.stack([random.beta(1 + x, 1 + n - x, 200_000) for x, n in zip(conversions, people, strict=True)], axis=1)
    top = draws.max(axis=1)
    assert best == pytest.approx(np.bincount(draws.argmax(axis=1)) / 200_000, abs=0.004)
    assert loss == pytest.approx(top.mean() - draws.mean(axis=0), abs=3e-5)
    assert best.sum() == pytest.approx(1)


def test_the_probability_to_be_best_of_two_has_a_closed_form() -> None:
    from scipy.special import ndtr

    one, other = moments_of(np.arange(100.0)), moments_of(np.arange(100.0) + 5)
    variants = [Variant("a", 1, 100, 90, one), Variant("b", 1, 100, 90, other)]
    found = chances(variants, "revenue")
    error = np.sqrt(2 * np.arange(100).var(ddof=1) / 100)
    assert found[1].best == pytest.approx(float(ndtr(5 / error)), abs=1e-4)
    assert found[0].loss - found[1].loss == pytest.approx(5, abs=1e-9)


def test_shares_that_can_not_be_chance_are_seen() -> None:
    exact = [Variant("a", 9, 9_000, 300), Variant("b", 1, 1_000, 30)]
    assert split_p_value(exact) == 1
    assert split_p_value(ab((5_100, 1), (4_900, 1))) == pytest.approx(0.0455003, abs=1e-6)  # z = 2
    lost = verdict([Variant("a", 9, 9_000, 300), Variant("b", 1, 800, 90)])
    assert lost.key == "broken_split"
    assert (lost.values["name"], lost.values["recipients"], lost.values["expected"]) == ("b", 800, 980)


def test_each_verdict_has_its_values() -> None:
    assert verdict(ab((90, 9), (90, 20))).values["least_recipients"] == 100
    assert verdict(ab((5_000, 9), (5_000, 8))).key == "too_small"
    won = verdict(ab((10_000, 300), (10_000, 450), (10_000, 430)))
    assert (won.key, won.values["name"], won.values["ties"]) == ("winner", "b", 1)
    assert 0 < float(won.values["low"]) < 0.015 < float(won.values["high"])
    first = verdict(ab((10_000, 450), (10_000, 300), (10_000, 310)))
    assert (first.key, first.values["name"]) == ("winner", "a")
    assert first.values["difference"] == pytest.approx(0.014)
    assert verdict(ab((10_000, 450), (10_000, 300), (10_000, 440))).key == "needs_more"  # c may be as good as a
    more = verdict(ab((10_000, 300), (10_000, 310)))
    assert more.key == "needs_more"
    people, times = float(more.values["recipients"]), float(more.values["times"])
    assert people == pytest.approx(times * 10_000, abs=1)
    enough = verdict(ab((2_000_000, 60_000), (2_000_000, 60_100)))
    assert enough.key == "no_difference_yet"
    assert float(enough.values["at_most"]) < 0.1
    assert {"winner", "no_difference_yet", "needs_more", "broken_split", "too_small"} == set(CONCLUSIONS)


def test_the_number_that_is_needed_is_enough() -> None:
    more = verdict(ab((5_000, 250), (5_000, 255)), smallest=0.2)
    people = int(more.values["recipients"])
    random = np.random.default_rng(6)
    x, y = random.binomial(people, 0.05, 2_000), random.binomial(people, 0.06, 2_000)
    rate = (x + y) / (2 * people)
    found = always_valid_p((y - x) / people, 2 * rate * (1 - rate) / people, 0.2 * rate) < 0.05
    assert 0.76 < found.mean() < 0.86


def test_more_variants_do_not_make_a_false_winner_likelier() -> None:
    random, called = np.random.default_rng(12), 0
    for _ in range(300):
        counts = random.binomial(2_000, 0.05, (11, 7)).cumsum(axis=1)
        looks = [verdict(ab(*((2_000 * (day + 1), int(row[day])) for row in counts))).key for day in range(7)]
        called += "winner" in looks
    assert called <= 0.02 * 300


def test_intervals_and_p_values_are_for_all_variants_together() -> None:
    two, three = comparisons(ab((9_000, 300), (9_000, 360))), comparisons(ab((9_000, 300), (9_000, 360), (9_000, 330)))
    assert [one.name for one in three] == ["b", "c"]
    widths = [one.difference.high - one.difference.low for one in (two[0], three[0])]
    assert 1.05 < widths[1] / widths[0] < 1.2
    assert three[0].p_value > 1.5 * two[0].p_value
    assert two[0].per_recipient == 0.04
    assert two[0].relative == pytest.approx(0.2)


def test_what_can_not_be_compared_is_refused() -> None:
    one = Variant("a", 1, 100, 5)
    for wrong, words in (([one], "two variants"), ([one, one], "two variants"), ([one, Variant("b", 1, 0, 0)], "b")):
        with pytest.raises(ValueError, match=words):
            comparisons(wrong)
    with pytest.raises(ValueError, match="no revenue"):
        comparisons(ab((100, 5), (100, 5)), "revenue")
    with pytest.raises(ValueError, match="as many conversions"):
        Variant("a", 1, 5, 6)
    with pytest.raises(ValueError, match="all 5 recipients"):
        Variant("a", 1, 5, 1, moments_of([1.0]))
