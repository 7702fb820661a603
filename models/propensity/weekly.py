"""One week's work for one target: learn, judge, and say which model is used from now on.

Belongs here: the order of the steps. Does not belong here: the steps; scoring customers (``scoring``); keeping models.
"""

import datetime as dt
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import polars as pl

from models.propensity import gate
from models.propensity.baseline import Baseline
from models.propensity.card import Card, card_of
from models.propensity.catalogue import FEATURES
from models.propensity.facts import Facts
from models.propensity.figures import Comparison, compared
from models.propensity.gain import threshold_of
from models.propensity.labels import known_customers, training_set
from models.propensity.settings import Settings
from models.propensity.targets import Target, Windows, horizon_of, windows_of
from models.propensity.trained import ModelTextError, Trained
from models.propensity.trees import Calibration, Floats, as_is, calibrated, fitted, raw_scores, refitted

_SEASON: Final = 31  # days; measured: docs/benchmarks.md


@dataclass(frozen=True)
class Outcome:
    """``verdict``; ``model``: the one to use from now on (the new one, the champion, or none); ``challenger``, ``card``
    and ``comparison``: of the new one, None where there was too little to train it."""

    verdict: gate.Verdict
    model: Trained | None
    challenger: Trained | None = None
    card: Card | None = None
    comparison: Comparison | None = None


@dataclass(frozen=True)
class Examples:
    """Rows of ``labels.training_set`` for each kind of window."""

    windows: Windows
    training: pl.DataFrame
    tuning: pl.DataFrame
    judging: pl.DataFrame


def retrained(
    facts: Facts, end: dt.date, target: Target, champion: str | None = None, settings: Settings | None = None
) -> Outcome:
    """Train ``target`` on what happened before the day ``end``, and judge it on the newest window against the baseline
    and the ``champion`` (text of the model in use). Never raises for too little data: the verdict says so.

    ``end`` is the day after the last complete one. The same facts and settings give the same model.
    """
    how, (in_use, unusable) = settings or Settings(), _read(champion, target)
    examples = examples_of(facts, end, target, how)
    if isinstance(examples, str):
        return Outcome(gate.too_little(examples, has_champion=in_use is not None), in_use)
    challenger = train(examples, target, how)
    expected, comparison = judge(challenger, examples, in_use, how)
    verdict = gate.judged(
        comparison, is_value=target.is_value, has_champion=in_use is not None, least_sure=how.least_sure
    )
    verdict = replace(verdict, reasons=(*verdict.reasons, *unusable))
    labels = examples.judging["label"].to_numpy()
    card = card_of(challenger, comparison, expected[gate.NEW], expected[gate.BASELINE], labels, how.gain)
    return Outcome(verdict, challenger if verdict.is_published else in_use, challenger, card, comparison)


def judge(
    challenger: Trained, examples: Examples, champion: Trained | None, settings: Settings
) -> tuple[dict[str, Floats], Comparison]:
    """What each model expects of the judging window's customers, and the figures of all.

    The baseline learns from all rows that the challenger learned from. A champion of another horizon answers another
    question and is not compared.
    """
    rows, is_value = examples.judging, challenger.target.is_value
    baseline = Baseline(pl.concat([examples.training, examples.tuning]), is_value=is_value)
    expected = {gate.NEW: challenger.expected(rows, settings.threads), gate.BASELINE: baseline.expected(rows)}
    if champion is not None and champion.horizon == challenger.horizon:
        expected[gate.CHAMPION] = champion.expected(rows, settings.threads)
    labels = rows["label"].to_numpy()
    found = compared(expected, labels, is_value=is_value, resamples=settings.resamples, seed=settings.seed)
    return expected, found


def examples_of(facts: Facts, end: dt.date, target: Target, settings: Settings) -> Examples | str:
    """Rows to learn, tune and judge from, or why there are too few."""
    past = replace(facts, orders=facts.orders.filter(pl.col("order_day") < end))
    span = past.span()
    windows = windows_of(target, span[0], end, settings) if span else None
    if span is None or windows is None or not windows.training:
        days = (end - span[0]).days if span else 0
        return f"{days} days of history allow a horizon of {horizon_of(target, days)} days: at least 7 are needed"
    most = settings.most_rows / max(1, known_customers(past, windows.judging))
    share, rest = min(1.0, most / len(windows.training)), min(1.0, most / 3)
    horizon, seed = windows.horizon, settings.seed
    found = Examples(
        windows,
        training_set(past, windows.training, target, horizon, share, seed),
        training_set(past, [windows.tuning], target, horizon, rest, seed),
        training_set(past, [windows.judging], target, horizon, rest, seed),
    )
    parts = {"training": found.training, "tuning": found.tuning, "judging": found.judging}
    for name, rows in parts.items():
        positives = int((rows["label"] > 0).sum())
        fewest = positives if target.is_value else min(positives, len(rows) - positives)
        if fewest < settings.least_positives:
            what = f"{len(rows)} customers in {name}, {positives} of them did what {target.id} asks about"
            return f"{what}: at least {settings.least_positives} of each kind are needed"
    return found


def train(examples: Examples, target: Target, settings: Settings) -> Trained:
    """A model of the training windows, stopped and calibrated on the tuning window, then learned from both."""
    names = tuple(name for name in FEATURES if examples.training[name].null_count() < len(examples.training))
    training, tuning, windows = examples.training, examples.tuning, examples.windows
    trees, rounds = fitted(training, tuning, names, is_value=target.is_value, settings=settings)
    rows = pl.concat([training, tuning])
    model = Trained(
        target_id=target.id,
        horizon=windows.horizon,
        features=names,
        trees=trees,
        rounds=rounds,
        calibration=_calibration(trees, examples, names, target, settings),
        threshold=np.inf,
        success_value=_success_value(rows, settings),
        training=tuple(day.isoformat() for day in windows.training),
        tuning=windows.tuning.isoformat(),
        judging=windows.judging.isoformat(),
        rows=len(rows),
        positives=int((rows["label"] > 0).sum()),
    )
    again = refitted(rows, names, rounds, is_value=target.is_value, settings=settings)
    model = replace(model, trees=again)
    expected = model.expected(examples.judging, settings.threads)
    return replace(
        model,
        threshold=threshold_of(expected, settings.gain, model.success_value, is_value=target.is_value),
    )


def _calibration(
    trees: str, examples: Examples, names: tuple[str, ...], target: Target, settings: Settings
) -> Calibration:
    """Of the newest window known; a window of more than a month tells of another season, and the scores stay."""
    if examples.windows.horizon > _SEASON:
        return as_is(target.is_value)
    tuning = examples.tuning
    scores = raw_scores(trees, tuning, names, settings.threads)
    first_half = (tuning["customer_id"].hash(seed=settings.seed) % 2 == 0).to_numpy()
    return calibrated(scores, tuning["label"].to_numpy(), first_half, is_value=target.is_value)


def _success_value(rows: pl.DataFrame, settings: Settings) -> float:
    """What is earned when a customer orders in the window: the margin of what those who did spent."""
    if settings.gain.success_value is not None:
        return settings.gain.success_value
    spent = rows["revenue_after"].filter(rows["revenue_after"] > 0)
    return settings.gain.margin * float(spent.sum() / max(1, len(spent)))


def _read(champion: str | None, target: Target) -> tuple[Trained | None, tuple[str, ...]]:
    """The model in use, or none and why it can not be used."""
    if champion is None:
        return None, ()
    try:
        model = Trained.from_json(champion)
    except ModelTextError as error:
        return None, (str(error),)
    if model.target_id != target.id:
        return None, (f"the model in use answers {model.target_id}, not {target.id}: it is left out",)
    return model, ()
