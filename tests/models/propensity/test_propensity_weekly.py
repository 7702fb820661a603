import datetime as dt
from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from models.propensity import gate
from models.propensity.catalogue import CATALOGUE
from models.propensity.facts import facts_of
from models.propensity.features import features
from models.propensity.reasons import strongest, told
from models.propensity.scoring import SCORES, scored
from models.propensity.settings import Settings
from models.propensity.targets import TARGETS, horizon_of, windows_of
from models.propensity.trained import ModelTextError, Trained
from models.propensity.trees import matrix_of
from models.propensity.weekly import Outcome, retrained
from tests.models.propensity.shops import FIRST, facts, frames

pytestmark = pytest.mark.feature("C4")
END = FIRST + dt.timedelta(days=84)
HOW = Settings(cut_offs=4, rounds=150, resamples=50, least_positives=30, threads=1, shards=2)
TARGET = TARGETS["likely_to_buy"]


@pytest.fixture(scope="module")
def outcome() -> Outcome:
    return retrained(facts(), END, TARGET, settings=HOW)


def test_a_model_of_a_shop_in_which_carts_become_orders_beats_recency_and_frequency(outcome: Outcome):
    assert outcome.verdict == gate.Verdict(gate.PUBLISHED)
    assert outcome.comparison.difference("new", "baseline", "auc")[1] > 0


def test_the_same_facts_in_another_order_give_the_same_model(outcome: Outcome):
    shuffled = {name: frame.sample(fraction=1, shuffle=True, seed=9) for name, frame in frames().items()}
    again = retrained(facts_of(**shuffled), END, TARGET, settings=HOW)
    assert again.challenger.to_json() == outcome.challenger.to_json()


def test_what_happens_after_the_end_changes_nothing(outcome: Outcome):
    known = frames()
    later = known["orders"].with_columns(pl.lit(END).alias("order_day"))
    more = facts_of(**(known | {"orders": pl.concat([known["orders"], later])}))
    assert retrained(more, END, TARGET, settings=HOW).challenger.to_json() == outcome.challenger.to_json()


def test_a_model_read_from_its_text_scores_the_same(outcome: Outcome):
    text = outcome.model.to_json()
    rows = features(facts(), END)
    assert (Trained.from_json(text).expected(rows) == outcome.model.expected(rows)).all()
    assert Trained.from_json(text).to_json() == text


def test_text_that_is_no_model_is_refused_with_what_to_do(outcome: Outcome):
    for text in ("", "[]", "{}", '{"target_id": "likely_to_buy"}'):
        with pytest.raises(ModelTextError, match="train it again"):
            Trained.from_json(text)
    gone = replace(outcome.model, features=("no_such_feature", *outcome.model.features[1:]))
    with pytest.raises(ModelTextError, match="no_such_feature"):
        Trained.from_json(gone.to_json())


def test_the_champion_stays_when_the_new_model_is_no_better(outcome: Outcome):
    again = retrained(facts(), END, TARGET, outcome.model.to_json(), HOW)
    assert again.verdict.state == gate.KEPT
    assert again.model == outcome.model


def test_a_champion_that_can_not_be_read_is_said_and_replaced(outcome: Outcome):
    again = retrained(facts(), END, TARGET, "{}", HOW)
    assert again.verdict.state == gate.PUBLISHED
    assert "train it again" in again.verdict.reasons[0]


@pytest.mark.parametrize("days", [0, 5, 30])
def test_too_short_a_history_gives_no_model_and_says_why(days: int):
    short = frames(customers=200, days=84)
    end = FIRST + dt.timedelta(days=days)
    found = retrained(facts_of(**short), end, TARGET, settings=HOW)
    assert (found.verdict.state, found.model) == (gate.TOO_LITTLE, None)
    assert "needed" in found.verdict.reasons[0]


def test_too_few_orders_give_no_model_and_keep_the_champion(outcome: Outcome):
    few = frames()
    few["orders"] = few["orders"].head(20)
    found = retrained(facts_of(**few), END, TARGET, outcome.model.to_json(), HOW)
    assert (found.verdict.state, found.model) == (gate.KEPT, outcome.model)
    assert "at least 30" in found.verdict.reasons[0]


@pytest.mark.parametrize("target", ["at_risk", "high_potential", "repeat_due"])
def test_the_other_targets_are_judged_too(target: str):
    found = retrained(facts(), END, TARGETS[target], settings=HOW)
    assert found.challenger is not None
    assert found.challenger.horizon == 21
    assert found.verdict.state in (gate.PUBLISHED, gate.REFUSED)
    everyone = scored(found.challenger, facts(), END, HOW)
    assert everyone["expected"].is_finite().all()


def test_a_shop_that_knows_only_orders_is_served():
    found = retrained(facts_of(frames()["orders"]), END, TARGETS["repeat_due"], settings=HOW)
    assert found.challenger is not None
    assert "views_7d" not in found.challenger.features


def test_no_window_reaches_into_the_next_and_the_history_sets_the_horizon():
    for target in TARGETS.values():
        for days in (28, 60, 180, 365, 800):
            windows = windows_of(target, FIRST, FIRST + dt.timedelta(days=days), HOW)
            assert windows is not None
            horizon = dt.timedelta(days=windows.horizon)
            assert windows.horizon == horizon_of(target, days) <= target.horizon_days
            assert windows.judging + horizon == FIRST + dt.timedelta(days=days)
            assert windows.tuning + horizon <= windows.judging
            assert windows.training
            assert max(windows.training) + horizon <= windows.tuning
            assert min(windows.training) > FIRST
    assert horizon_of(TARGETS["at_risk"], 60) == 15
    assert windows_of(TARGET, FIRST, FIRST + dt.timedelta(days=27), HOW) is None


def test_everybody_is_scored_once_whatever_the_batches(outcome: Outcome):
    whole = scored(outcome.model, facts(), END, replace(HOW, shards=1))
    assert_frame_equal(whole, scored(outcome.model, facts(), END, replace(HOW, shards=5)))
    assert whole.schema == SCORES
    assert whole["customer_id"].is_sorted()
    assert whole["customer_id"].n_unique() == len(whole) == len(features(facts(), END))
    sizes = whole["decile"].value_counts()["count"]
    assert sizes.max() - sizes.min() <= 1
    means = whole.group_by("decile").agg(pl.col("expected").mean()).sort("decile")["expected"]
    assert means.is_sorted(descending=True)


def test_customers_in_the_segment_and_only_they_have_reasons(outcome: Outcome):
    everyone = scored(outcome.model, facts(), END, HOW)
    chosen = everyone.filter("is_in_segment")
    assert 0 < len(chosen) < 0.5 * len(everyone)
    assert chosen["expected"].min() >= outcome.model.threshold
    assert everyone.filter(~pl.col("is_in_segment"))["reasons"].null_count() == len(everyone) - len(chosen)
    assert chosen["reasons"].list.len().is_between(1, 3).all()
    assert chosen["reasons"].list.eval(pl.element().str.contains(r"[가-힣]").all()).list.first().all()


def test_reasons_are_english_where_the_shop_is(outcome: Outcome):
    english = scored(outcome.model, facts(), END, HOW, locale="en", currency="EUR").filter("is_in_segment")
    assert english["reasons"].explode().str.contains(r"^[\x00-\x7F±]+$").all()


@pytest.mark.parametrize(
    ("name", "value", "korean", "english"),
    [
        ("last_order_days_ago", 3.0, "마지막 구매가 3일 전", "last order 3 days ago"),
        ("last_order_days_ago", None, "구매한 적 없음", "never bought"),
        ("carts_7d", 4.0, "최근 7일 장바구니 4회", "4 cart additions in 7 days"),
        ("carts_7d", 0.0, "최근 7일 장바구니 없음", "no cart additions in 7 days"),
        ("revenue", 1_234_567.4, "누적 구매액 1,234,567원", "spent 1,234,567 KRW so far"),
        ("revenue", 123.0, "누적 구매액 123원", "spent 123 KRW so far"),
        ("app_share", 0.25, "활동의 25%가 앱", "25% in the app"),
        ("cycle_gone", 1.44, "구매 주기의 1.4배가 지남", "1.4 of the own cycles gone by"),
    ],
)
def test_reasons_are_sentences_with_the_value(name: str, value: float | None, korean: str, english: str):
    values = pl.Series([value], dtype=pl.Float64)
    assert told(CATALOGUE[name], values, "ko", "KRW")[0] == korean
    assert told(CATALOGUE[name], values, "en", "KRW")[0] == english


def test_reasons_name_topics_once_the_strongest_first_and_contributions_sum_to_the_score(outcome: Outcome):
    model, rows = outcome.model, features(facts(), END).head(50)
    table = matrix_of(rows, model.features)
    contributions = model.booster.predict(table, pred_contrib=True)
    assert np.allclose(contributions.sum(axis=1), model.booster.predict(table, raw_score=True))
    places = strongest(model, rows)
    topics = [CATALOGUE[name].topic for name in model.features]
    for row, chosen in zip(contributions[:, :-1], places, strict=True):
        named = [topics[place] for place in chosen if place >= 0]
        sums = [sum(value for value, topic in zip(row, topics, strict=True) if topic == one) for one in named]
        assert len(set(named)) == len(named)
        assert sums == sorted(sums, reverse=True)
        assert all(value > 0 for value in sums)


def test_the_card_says_how_good_the_model_is_and_what_it_learned_from(outcome: Outcome):
    card = outcome.card
    assert set(card.figures["model"]) == {"new", "baseline"}
    assert card.deciles["customers"].sum() == card.calibration["customers"].sum()
    assert card.deciles["lift"][0] > 2
    assert card.features["share"].sum() == pytest.approx(1)
    facts_of_card = dict(card.facts.iter_rows())
    assert facts_of_card["judging_cut_off"] == (END - dt.timedelta(days=7)).isoformat()
    assert int(facts_of_card["training_rows"]) > 1000
