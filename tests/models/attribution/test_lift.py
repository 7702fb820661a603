"""Lift against the holdout: intervals that hold what they promise, and say when they can't tell."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.attribution.lift import Lift, mean_lift, rate_lift
from models.attribution.moments import Moments, adjusted, moments_of, plain
from models.attribution.rates import difference_intervals, p_values, rates_of, ratio_intervals
from models.attribution.sample_size import detectable, needed_for_means, needed_for_rates

pytestmark = [pytest.mark.feature("H5"), pytest.mark.feature("E11")]


def test_intervals_of_rates_are_the_published_ones() -> None:
    """56 of 70 against 48 of 80: Newcombe, Statistics in Medicine 17 (1998), 873, table II, method 6."""
    from scipy.stats import chi2_contingency

    found = rate_lift(70, 56, 80, 48)
    assert (found.absolute.low, found.absolute.high) == pytest.approx((0.0528, 0.3382), abs=5e-5)
    chi_square = chi2_contingency([[56, 14], [48, 32]], correction=False).statistic * 149 / 150
    assert found.p_value == pytest.approx(math.erfc(math.sqrt(chi_square / 2)))
    assert found.relative.estimate == pytest.approx(1 / 3)
    assert found.total.estimate == pytest.approx(14)


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 400), st.integers(1, 400), st.floats(0, 1), st.floats(0, 1))
def test_difference_ratio_and_p_value_never_contradict_one_another(n: int, m: int, p: float, q: float) -> None:
    rates = rates_of(n, round(n * p), m, round(m * q))
    low, high = difference_intervals(rates)
    ratio_low, ratio_high = ratio_intervals(rates)
    is_sure = p_values(rates) < 0.05
    assert is_sure == (low > 0) | (high < 0)
    assert is_sure == (ratio_low > 1) | (ratio_high < 1)
    assert -1 <= low <= rates.rate - rates.other_rate <= high <= 1
    turned = rates_of(m, round(m * q), n, round(n * p))
    assert difference_intervals(turned)[0] == pytest.approx(-high, abs=1e-9)


def test_the_likeliest_rates_of_a_given_difference_are_found() -> None:
    """The end of the interval against a search over all pairs of rates with that difference."""
    n, x, m, y = 60, 9, 25, 1
    high = float(difference_intervals(rates_of(n, x, m, y))[1])
    rate = np.linspace(high + 1e-9, 1 - 1e-9, 2_000_001)
    other = rate - high
    likely = x * np.log(rate) + (n - x) * np.log1p(-rate) + y * np.log(other) + (m - y) * np.log1p(-other)
    at = int(np.argmax(likely))
    variance = rate[at] * (1 - rate[at]) / n + other[at] * (1 - other[at]) / m
    z = (high - (x / n - y / m)) / math.sqrt(variance * (n + m) / (n + m - 1))
    assert z == pytest.approx(1.959964, abs=1e-4)


@pytest.mark.parametrize(("n", "p", "m", "q"), [(950, 0.04, 50, 0.03), (2850, 0.04, 150, 0.03), (300, 0.05, 300, 0.05)])
def test_intervals_of_rates_hold_the_truth_in_95_of_100(n: int, p: float, m: int, q: float) -> None:
    """Not drawn but summed over every outcome, which is what infinitely many draws would give."""
    from scipy.stats import binom

    x, y = (np.flatnonzero(binom.pmf(np.arange(people + 1), people, rate) > 1e-9) for people, rate in ((n, p), (m, q)))
    chance = np.outer(binom.pmf(x, n, p), binom.pmf(y, m, q)).ravel()
    rates = rates_of(n, np.repeat(x, len(y)), m, np.tile(y, len(x)))
    for (low, high), truth in ((difference_intervals(rates), p - q), (ratio_intervals(rates), p / q)):
        assert 0.945 < chance[(low <= truth) & (truth <= high)].sum() < 0.965


def revenue(random: np.random.Generator, people: int, rate: float, spread: float = 0.8) -> np.ndarray:
    """Of each person in won: 0, or a log-normal order of about 30,000."""
    amounts = np.zeros(people)
    buyers = random.random(people) < rate
    amounts[buyers] = random.lognormal(10, spread, int(buyers.sum()))
    return amounts


@pytest.mark.parametrize(("n", "m", "rate", "factor"), [(1900, 100, 0.05, 1.2), (4000, 500, 0.05, 0.7)])
def test_intervals_of_revenue_hold_the_truth_though_tails_are_heavy(n: int, m: int, rate: float, factor: float) -> None:
    """1,000 draws; 5 buyers are expected in the first holdout, and 25 in the second."""
    random = np.random.default_rng(11)
    truth = rate * (factor - 1) * math.exp(10 + 0.8**2 / 2)
    lifts = [
        mean_lift(moments_of(revenue(random, n, rate * factor)), moments_of(revenue(random, m, rate)))
        for _ in range(1_000)
    ]
    assert sum(one.absolute.low <= truth <= one.absolute.high for one in lifts) >= 950
    assert sum(one.relative.low <= factor - 1 <= one.relative.high for one in lifts) >= 950
    for one in lifts:
        if math.isfinite(one.relative.low):
            is_sure = one.absolute.low > 0 or one.absolute.high < 0
            assert is_sure == (one.p_value < 0.05) == (one.relative.low > 0 or one.relative.high < 0)
    if m == 100:
        assert all("underpowered" in one.warnings for one in lifts)
        assert sum("skewed" in one.warnings for one in lifts) > 900


def test_with_equal_spread_the_test_is_welchs() -> None:
    from scipy.stats import ttest_ind

    random = np.random.default_rng(2)
    one, other = random.normal(10, 2, 40), random.normal(9, 2, 40)
    other = (other - other.mean()) / other.std() * one.std() + other.mean()
    found, right = mean_lift(moments_of(one), moments_of(other)), ttest_ind(one, other, equal_var=False)
    assert found.p_value == pytest.approx(right.pvalue)
    interval = right.confidence_interval()
    assert (found.absolute.low, found.absolute.high) == pytest.approx((interval.low, interval.high))
    assert "skewed" not in found.warnings


def test_cuped_takes_away_what_the_time_before_explains_and_nothing_else() -> None:
    """Correlation 0.75 leaves 1 - 0.75^2 = 0.44 of the variance (FINDINGS: 0.43); lift and coverage stay."""
    random = np.random.default_rng(3)
    covered, removed, gaps = 0, [], []
    for _ in range(300):
        before = random.gamma(2, 10, 1_500)
        after = 0.75 * (before - 20) / before.std() + math.sqrt(1 - 0.75**2) * random.normal(size=1_500) + 5
        after[:1_000] += 0.1
        found = mean_lift(
            moments_of(after[:1_000], before[:1_000]), moments_of(after[1_000:], before[1_000:]), cuped=True
        )
        covered += found.absolute.low <= 0.1 <= found.absolute.high
        removed.append(found.variance_removed)
        gaps.append(found.treated - found.control)
    assert covered >= 279
    assert np.mean(removed) == pytest.approx(0.75**2, abs=0.02)
    assert np.mean(gaps) == pytest.approx(0.1, abs=0.01)


def test_cuped_does_nothing_where_the_time_before_tells_nothing() -> None:
    one, other = np.array([1.0, 2.0, 4.0]), np.array([0.0, 1.0, 1.0])
    for before in (np.zeros(3), np.full(3, 70_000.1)):
        with_it = mean_lift(moments_of(one, before), moments_of(other, before), cuped=True)
        assert with_it == mean_lift(moments_of(one), moments_of(other))
        assert (with_it.theta, with_it.variance_removed) == (0, 0)
    exact = adjusted([moments_of(one, one), moments_of(other, other)])
    assert exact[1] == 1
    assert [sample.variance for sample in exact[0]] == pytest.approx([0, 0])


def test_moments_are_those_of_numpy() -> None:
    from scipy.stats import skew

    values = revenue(np.random.default_rng(5), 500, 0.2)
    found = moments_of(values)
    assert plain(found).variance == pytest.approx(values.var(ddof=1))
    assert found.skewness() == pytest.approx(skew(values))
    assert moments_of(np.full(9, 0.1)).skewness() == 0


def test_a_holdout_that_can_not_tell_says_so() -> None:
    small = rate_lift(950, 40, 50, 1)
    assert small.warnings == ("underpowered", "few_conversions")
    large = rate_lift(900_000, 31_000, 100_000, 3_000)
    assert large.warnings == ()
    assert large.absolute.low > 0
    nobody = rate_lift(950, 0, 50, 0)
    assert nobody.relative.estimate is None
    assert (nobody.relative.low, nobody.relative.high, nobody.p_value) == (-1, math.inf, 1)
    assert "underpowered" in nobody.warnings
    silent = mean_lift(Moments(100, 0, 0), Moments(100, 0, 0))
    assert (silent.p_value, silent.absolute.low, silent.absolute.high) == (1, -math.inf, math.inf)
    assert "underpowered" in silent.warnings


@pytest.mark.parametrize(("audience", "points"), [(50_000, 0.98), (200_000, 0.49), (1_000_000, 0.22)])
def test_the_detectable_lift_of_a_holdout_of_5_percent_is_as_found(audience: int, points: float) -> None:
    found: Lift = rate_lift(audience * 95 // 100, audience * 95 * 3 // 10_000, audience // 20, audience * 15 // 10_000)
    assert found.detectable * 100 == pytest.approx(points, abs=0.005)


def test_sample_sizes_are_those_of_the_textbook_and_reach_their_power() -> None:
    assert needed_for_rates(0.5, 0.1, 0.5).treated == 388  # Fleiss, without correction
    assert needed_for_means(1.0, 0.5, 0.5).treated == 63  # Cohen's d of 0.5, two-sided 5 %, 80 %, normal
    for share in (0.05, 0.2, 0.5):
        needed = needed_for_rates(0.03, 0.006, share)
        assert needed.control / needed.audience == pytest.approx(share, abs=0.001)
        random = np.random.default_rng(4)
        x, y = random.binomial(needed.treated, 0.036, 4_000), random.binomial(needed.control, 0.03, 4_000)
        found = p_values(rates_of(needed.treated, x, needed.control, y)) < 0.05
        assert 0.78 < found.mean() < 0.84
        means = needed_for_means(2.0, 0.1, share)
        assert detectable(4.0 / means.treated + 4.0 / means.control) == pytest.approx(0.1, rel=1e-3)


def test_what_can_not_be_is_refused() -> None:
    for wrong in itertools.chain([(0, 0, 5, 1), (5, 1, 0, 0), (5, 6, 5, 1), (5, -1, 5, 1)]):
        with pytest.raises(ValueError, match=r"at least one person|from 0 to as many"):
            rate_lift(*wrong)
    with pytest.raises(ValueError, match="two people"):
        mean_lift(Moments(1, 0, 0), Moments(5, 0, 0))
    with pytest.raises(ValueError, match="confidence"):
        rate_lift(5, 1, 5, 1, confidence=95)
    with pytest.raises(ValueError, match="control share"):
        needed_for_rates(0.03, 0.01, 0)
    with pytest.raises(ValueError, match="between 0 and 1"):
        needed_for_rates(0.03, -0.04, 0.1)
