import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score, brier_score_loss, log_loss, mean_tweedie_deviance, roc_auc_score

from models.propensity import gate
from models.propensity.figures import Comparison, compared, tweedie_deviances
from models.propensity.gain import threshold_of
from models.propensity.settings import Gain, Settings, SettingsError
from models.propensity.trees import ISOTONIC, PLATT, Calibration, calibrated, calibration_of

pytestmark = pytest.mark.feature("C4")


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.integers(2, 60))
def test_figures_are_those_of_scikit_learn_ties_included(seed: int, size: int):
    random = np.random.default_rng(seed)
    labels = np.append([0.0, 1.0], random.integers(0, 2, size)).astype(np.float64)
    predicted = np.round(random.uniform(0.01, 0.99, len(labels)), 1).clip(0.05, 0.95)
    found = compared({"new": predicted}, labels, is_value=False, resamples=20, seed=1).values
    assert found["new", "auc"] == pytest.approx(roc_auc_score(labels, predicted))
    assert found["new", "average_precision"] == pytest.approx(average_precision_score(labels, predicted))
    assert found["new", "log_loss"] == pytest.approx(log_loss(labels, predicted))
    assert found["new", "brier"] == pytest.approx(brier_score_loss(labels, predicted))


def test_figures_of_amounts():
    labels = np.array([0.0, 0, 0, 0, 0, 0, 0, 0, 30, 70])
    perfect = compared({"new": labels + 1}, labels, is_value=True, resamples=20, seed=1).values
    assert perfect["new", "gini"] == pytest.approx(1)
    assert perfect["new", "top_10_share"] == pytest.approx(0.7)
    assert perfect["new", "bias"] == pytest.approx(1.1)
    backwards = compared({"new": 100 - labels}, labels, is_value=True, resamples=20, seed=1).values
    assert backwards["new", "gini"] == pytest.approx(-1)
    told = tweedie_deviances(labels + 1, labels).mean()
    assert told == pytest.approx(mean_tweedie_deviance(labels, labels + 1, power=1.5))


def _clear(gain: float, resamples: int = 100) -> Comparison:
    """A new model that is better than baseline and champion by ``gain`` signal."""
    random = np.random.default_rng(2)
    labels = (random.random(3000) < 0.2).astype(np.float64)
    noise = random.normal(size=(3, 3000))
    raw = {"new": labels * (1 + gain) + noise[0], "baseline": labels + noise[1], "champion": labels + noise[2]}
    expected = {name: calibration_of(PLATT, score, labels)(score) for name, score in raw.items()}
    return compared(expected, labels, is_value=False, resamples=resamples, seed=1)


def test_intervals_hold_the_figure_and_differences_are_of_the_same_customers():
    comparison = _clear(0.5)
    table = comparison.table()
    assert table.filter((table["low"] > table["value"]) | (table["high"] < table["value"])).is_empty()
    _, low, high = comparison.difference("new", "baseline", "auc")
    assert 0 < low < high


def test_a_better_model_is_published():
    assert gate.judged(_clear(0.5), is_value=False, has_champion=True, least_sure=0.9) == gate.Verdict(gate.PUBLISHED)


def test_a_worse_model_is_refused_and_the_champion_stays():
    verdict = gate.judged(_clear(-0.5), is_value=False, has_champion=True, least_sure=0.9)
    assert verdict.state == gate.KEPT
    assert any(reason.startswith("auc is") and "recency and frequency" in reason for reason in verdict.reasons)
    assert any("the model in use" in reason for reason in verdict.reasons)
    assert gate.judged(_clear(-0.5), is_value=False, has_champion=False, least_sure=0.9).state == gate.REFUSED


def test_the_champion_itself_is_not_beaten_by_its_equal():
    same = np.linspace(0.1, 0.9, 400)
    labels = (np.random.default_rng(1).random(400) < same).astype(np.float64)
    expected = {"new": same, "champion": same, "baseline": np.full(400, 0.5)}
    comparison = compared(expected, labels, is_value=False, resamples=50, seed=1)
    assert gate.judged(comparison, is_value=False, has_champion=True, least_sure=0.9).state == gate.KEPT


def test_a_gain_that_may_be_chance_is_not_enough():
    labels = np.array([0.0, 1.0] * 20)
    expected = {"new": np.linspace(0.5, 0.5001, 40), "baseline": np.full(40, 0.5) + 1e-7}
    comparison = compared(expected, labels, is_value=False, resamples=100, seed=1)
    verdict = gate.judged(comparison, is_value=False, has_champion=False, least_sure=0.9)
    assert verdict.state == gate.REFUSED
    assert "resamples" in verdict.reasons[0]


def test_calibration_is_taken_where_it_helps_and_keeps_the_order():
    random = np.random.default_rng(4)
    true = random.normal(-1, 1.5, 20_000)
    labels = (random.random(20_000) < 1 / (1 + np.exp(-true))).astype(np.float64)
    halves = random.random(20_000) < 0.5
    found = calibrated(true * 3 + 2, labels, halves, is_value=False)
    assert found.kind in (PLATT, ISOTONIC)
    assert abs(found(true * 3 + 2).mean() - labels.mean()) < 0.01
    assert (np.diff(found(np.linspace(-20, 20, 500))) >= 0).all()
    isotonic = calibration_of(ISOTONIC, true, labels)(np.array([-50.0, 50.0]))
    assert 0 < isotonic[0] < isotonic[1] < 1


def test_scores_that_order_backwards_are_not_turned_around():
    labels = np.array([1.0, 1, 1, 0, 0, 0])
    assert calibration_of(PLATT, np.arange(6.0), labels) == Calibration()


def test_the_threshold_is_where_a_contact_pays_for_itself():
    gain = Gain(contact_cost=20, effect=0.1)
    assert threshold_of(np.array([0.5]), gain, 2000.0, is_value=False) == pytest.approx(0.1)
    assert threshold_of(np.array([0.5]), gain, 0.0, is_value=True) == pytest.approx(20 / (0.1 * 0.3))


def test_without_a_cost_the_segment_holds_the_fewest_who_bring_half_of_what_is_expected():
    expected = np.array([0.9, 0.6, 0.3, 0.1, 0.1])
    assert threshold_of(expected, Gain(most_share=1.0), 1.0, is_value=False) == 0.6
    assert threshold_of(expected, Gain(most_share=0.2), 1.0, is_value=False) == 0.9


@pytest.mark.parametrize("wrong", [{"margin": 0}, {"effect": 1.5}, {"contact_cost": -1}])
def test_impossible_gains_are_refused(wrong: dict[str, float]):
    with pytest.raises(SettingsError, match=next(iter(wrong))):
        Gain(**wrong)


def test_impossible_settings_are_refused():
    with pytest.raises(SettingsError, match="resamples is 1"):
        Settings(resamples=1)
