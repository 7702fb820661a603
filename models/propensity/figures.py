"""How good predictions are, and how sure that is.

Belongs here: figures of probabilities and of amounts, with bootstrap intervals. Does not belong here: whether they
suffice (``gate``), what is shown of them (``card``).

Resampling is Poisson: every customer counts 0, 1, 2, … times by chance (Chamandy et al., 2012, "Estimating uncertainty
for massive data streams"), which is the usual bootstrap for many rows and one matrix product for all resamples. All
predictions are resampled alike, so that differences between them are compared within the same customers.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

Floats = NDArray[np.float64]
YES_NO: Final = ("auc", "average_precision", "log_loss", "brier", "lift_10")
AMOUNTS: Final = ("gini", "top_10_share", "deviance", "bias")
LOWER_IS_BETTER: Final = frozenset({"log_loss", "brier", "deviance"})
TABLE: Final = pl.Schema(
    {"model": pl.String(), "figure": pl.String(), "value": pl.Float64(), "low": pl.Float64(), "high": pl.Float64()}
)
_AT_ONCE: Final = 4_000_000  # resampled rows in memory
_TOP: Final = 0.1
_LEAST: Final = 1e-6


@dataclass(frozen=True)
class Comparison:
    """``values``: by model and figure, over all rows; ``resampled``: the same of each resample, shape (resamples,)."""

    values: Mapping[tuple[str, str], float]
    resampled: Mapping[tuple[str, str], Floats]

    def table(self) -> pl.DataFrame:
        """Columns :data:`TABLE`; ``low`` to ``high`` is the 95 % interval."""
        rows = [
            (*key, value, *(float(end) for end in np.quantile(self.resampled[key], (0.025, 0.975))))
            for key, value in self.values.items()
        ]
        return pl.DataFrame(rows, schema=TABLE, orient="row")

    def is_better(self, model: str, other: str, figure: str) -> bool:
        """Whether ``model`` is better than ``other`` over all rows; equal is not better."""
        gain = self.values[model, figure] - self.values[other, figure]
        return gain < 0 if figure in LOWER_IS_BETTER else gain > 0

    def sureness(self, model: str, other: str, figure: str) -> float:
        """Share of the resamples in which ``model`` is better than ``other``."""
        gain = self.resampled[model, figure] - self.resampled[other, figure]
        return float((gain < 0 if figure in LOWER_IS_BETTER else gain > 0).mean())

    def difference(self, model: str, other: str, figure: str) -> tuple[float, float, float]:
        """``model`` less ``other``: over all rows, and the ends of the 95 % interval."""
        gain = self.resampled[model, figure] - self.resampled[other, figure]
        low, high = np.quantile(gain, (0.025, 0.975))
        return self.values[model, figure] - self.values[other, figure], float(low), float(high)


def compared(
    predictions: Mapping[str, Floats], labels: Floats, *, is_value: bool, resamples: int, seed: int
) -> Comparison:
    """Figures of several models' ``predictions`` of the same rows, each of shape (rows,).

    Figures of yes or no (labels 1 and 0): area under the ROC curve, average precision, log loss, Brier score, and how
    many times as many of the top tenth did it as of all. Of amounts: Gini coefficient of the predicted order over that
    of the perfect one, share of all revenue that the top tenth brought, mean Tweedie deviance, predicted over actual
    sum. Ties count half. Undefined (NaN) where all labels are alike.
    """
    figures = _Amounts if is_value else _YesNo
    ready = {name: figures(predicted, labels) for name, predicted in predictions.items()}
    values = {
        (name, figure): float(value[0])
        for name, one in ready.items()
        for figure, value in one.figures(np.ones((1, len(labels)))).items()
    }
    random, left = np.random.default_rng(seed), resamples
    found: dict[tuple[str, str], list[Floats]] = {key: [] for key in values}
    while left > 0:
        batch = min(left, max(1, _AT_ONCE // max(1, len(labels))))
        weights = random.poisson(1.0, (batch, len(labels))).astype(np.float64)
        for name, one in ready.items():
            for figure, value in one.figures(weights).items():
                found[name, figure].append(value)
        left -= batch
    return Comparison(values, {key: np.concatenate(parts) for key, parts in found.items()})


def log_losses(predicted: Floats, labels: Floats) -> Floats:
    """Negative log-likelihood of each row."""
    sure = np.clip(predicted, _LEAST, 1 - _LEAST)
    return np.asarray(-(labels * np.log(sure) + (1 - labels) * np.log(1 - sure)))


def tweedie_deviances(predicted: Floats, labels: Floats) -> Floats:
    """Unit deviance of variance power 1.5 of each row (Jorgensen, 1987, JRSS B 49), in square roots of the currency."""
    mean = np.maximum(predicted, _LEAST)
    return np.asarray(4 * np.sqrt(mean) + 4 * labels / np.sqrt(mean) - 8 * np.sqrt(labels))


class _Ranked:
    """Rows in groups of equal predictions, the highest first."""

    def __init__(self, predicted: Floats, labels: Floats) -> None:
        self._order = np.argsort(-predicted, kind="stable")
        ordered = predicted[self._order]
        self._starts = np.flatnonzero(np.concatenate([[True], ordered[1:] != ordered[:-1]]))
        self._labels = labels

    def _groups(self, weights: Floats) -> tuple[Floats, Floats]:
        """Weight and weighted labels of each group, shape (resamples, groups)."""
        ordered = weights[:, self._order]
        sums = np.add.reduceat(ordered * self._labels[self._order], self._starts, axis=1)
        return np.add.reduceat(ordered, self._starts, axis=1), sums

    @staticmethod
    def _of_the_top(weights: Floats, sums: Floats) -> Floats:
        """Share of the labels that the top tenth of the weight holds."""
        ends = weights.cumsum(axis=1)
        wanted = _TOP * ends[:, -1:]
        part = np.clip((wanted - (ends - weights)) / np.maximum(weights, _LEAST), 0, 1)
        return np.asarray((sums * part).sum(axis=1) / sums.sum(axis=1))


class _YesNo(_Ranked):
    def __init__(self, predicted: Floats, labels: Floats) -> None:
        super().__init__(predicted, labels)
        self._losses = np.stack([log_losses(predicted, labels), (predicted - labels) ** 2])

    def figures(self, weights: Floats) -> dict[str, Floats]:
        rows, positives = self._groups(weights)
        with np.errstate(invalid="ignore", divide="ignore"):
            others = rows - positives
            below = others.sum(axis=1, keepdims=True) - others.cumsum(axis=1)
            pairs = positives.sum(axis=1) * others.sum(axis=1)
            precision = positives.cumsum(axis=1) / np.maximum(rows.cumsum(axis=1), _LEAST)
            losses = weights @ self._losses.T / weights.sum(axis=1, keepdims=True)
            return {
                "auc": (positives * (below + others / 2)).sum(axis=1) / pairs,
                "average_precision": (positives * precision).sum(axis=1) / positives.sum(axis=1),
                "log_loss": losses[:, 0],
                "brier": losses[:, 1],
                "lift_10": self._of_the_top(rows, positives) / _TOP,
            }


class _Amounts(_Ranked):
    def __init__(self, predicted: Floats, labels: Floats) -> None:
        super().__init__(predicted, labels)
        self._perfect = _Ranked(labels, labels)
        self._sums = np.stack([tweedie_deviances(predicted, labels), predicted, labels])

    def figures(self, weights: Floats) -> dict[str, Floats]:
        rows, sums = self._groups(weights)
        with np.errstate(invalid="ignore", divide="ignore"):
            found = weights @ self._sums.T
            return {
                "gini": _concentration(rows, sums) / _concentration(*self._perfect._groups(weights)),
                "top_10_share": self._of_the_top(rows, sums),
                "deviance": found[:, 0] / weights.sum(axis=1),
                "bias": found[:, 1] / found[:, 2],
            }


def _concentration(weights: Floats, sums: Floats) -> Floats:
    """How much more of the sum lies near the top than near the end: 0 for chance."""
    ends = weights.cumsum(axis=1)
    middle = (ends - weights / 2) / ends[:, -1:]
    return np.asarray((sums * (1 - middle)).sum(axis=1) / sums.sum(axis=1) - 0.5)
