"""Fitting: gradient-boosted trees on features, and what makes their scores probabilities or amounts of money.

Belongs here: LightGBM (Ke et al., 2017, "LightGBM: a highly efficient gradient boosting decision tree"), calibration.
Does not belong here: which days are learned from (``targets``), whether the result may be used (``gate``).
"""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from models.propensity.figures import log_losses, tweedie_deviances
from models.propensity.settings import Settings

Floats = NDArray[np.float64]
AS_IS, PLATT, ISOTONIC, SCALED = "as_is", "platt", "isotonic", "scaled"
POWER: Final = 1.5  # of the Tweedie variance: between counts of orders (1) and their amounts (2)
_ISOTONIC_FROM: Final = 1000  # positives: below, a free curve follows chance (Niculescu-Mizil and Caruana, 2005)
_BINS: Final = 40
_PULL: Final = 2.0  # customers' worth of the share of all
_HIGHEST: Final = 0.999  # quantile of amounts above which an order is not learned in full


@dataclass(frozen=True)
class Calibration:
    """From raw scores to what is expected: ``kind`` of the constants above; its points or its two numbers."""

    kind: str = AS_IS
    x: tuple[float, ...] = ()
    y: tuple[float, ...] = ()

    def __call__(self, scores: Floats) -> Floats:
        """Log-odds to probabilities; for amounts, their logarithm to amounts."""
        if self.kind == SCALED:
            return np.exp(np.minimum(self.y[0] + self.y[1] * scores, 60.0))
        if self.kind == PLATT:
            return _logistic(self.y[0] + self.y[1] * scores)
        if self.kind == ISOTONIC:
            return np.interp(scores, self.x, self.y)
        return _logistic(scores)


def matrix_of(rows: pl.DataFrame, names: tuple[str, ...]) -> NDArray[np.float32]:
    """Features in the order of ``names``, shape (rows, names); NaN where a figure is not known."""
    return rows.select(pl.col(name).cast(pl.Float32).fill_null(np.nan) for name in names).to_numpy()


def fitted(
    training: pl.DataFrame, tuning: pl.DataFrame, names: tuple[str, ...], *, is_value: bool, settings: Settings
) -> tuple[str, int]:
    """LightGBM's text and the number of trees that ``tuning``, later than ``training``, is told best by."""
    import lightgbm

    parameters = _parameters(is_value, settings)
    cap = _cap(training["label"]) if is_value else None
    data, later = (
        lightgbm.Dataset(matrix_of(rows, names), _labels(rows, cap), feature_name=list(names), free_raw_data=False)
        for rows in (training, tuning)
    )
    stop = lightgbm.early_stopping(settings.patience, verbose=False)
    found = lightgbm.train(parameters, data, settings.rounds, valid_sets=[later], callbacks=[stop])
    rounds = max(1, int(found.best_iteration))
    return str(found.model_to_string(num_iteration=rounds)), rounds


def refitted(rows: pl.DataFrame, names: tuple[str, ...], rounds: int, *, is_value: bool, settings: Settings) -> str:
    """LightGBM's text of as many trees on ``rows``, the newest included."""
    import lightgbm

    labels = _labels(rows, _cap(rows["label"]) if is_value else None)
    data = lightgbm.Dataset(matrix_of(rows, names), labels, feature_name=list(names))
    return str(lightgbm.train(_parameters(is_value, settings), data, rounds).model_to_string())


def raw_scores(trees: str, rows: pl.DataFrame, names: tuple[str, ...], threads: int) -> Floats:
    """Scores before calibration: log-odds, or the logarithm of an amount."""
    from lightgbm import Booster

    found = Booster(model_str=trees).predict(matrix_of(rows, names), raw_score=True, num_threads=threads)
    return np.asarray(found, np.float64)


def calibrated(scores: Floats, labels: Floats, halves: NDArray[np.bool_], *, is_value: bool) -> Calibration:
    """The calibration that is best on the half of customers it was not fitted on; then fitted on all.

    ``scores``, ``labels``: of rows later than those learned from; ``halves``: which half a row's customer is in.
    """
    measure = tweedie_deviances if is_value else log_losses
    plain = as_is(is_value)
    kinds = [SCALED] if is_value else [PLATT]
    if not is_value and min(labels.sum(), (1 - labels).sum()) >= _ISOTONIC_FROM:
        kinds.append(ISOTONIC)
    best, lowest = AS_IS, float(measure(plain(scores), labels).mean())
    for kind in kinds:
        losses = [
            measure(calibration_of(kind, scores[half], labels[half])(scores[~half]), labels[~half])
            for half in (halves, ~halves)
            if half.any() and labels[half].any()
        ]
        if len(losses) == 2 and (loss := float(np.concatenate(losses).mean())) < lowest:
            best, lowest = kind, loss
    return plain if best == AS_IS else calibration_of(best, scores, labels)


def as_is(is_value: bool) -> Calibration:
    """Scores turned into what is expected, and nothing else."""
    return Calibration(SCALED, y=(0.0, 1.0)) if is_value else Calibration()


def calibration_of(kind: str, scores: Floats, labels: Floats) -> Calibration:
    """The calibration of that ``kind`` that fits best; scores as they are where it would turn their order around."""
    if kind == SCALED:
        # the sum comes out right; the order of customers is not touched
        shift = float(np.log(max(labels.mean(), 1e-9) / np.exp(scores).mean()))
        return Calibration(kind, y=(shift, 1.0))
    if kind == PLATT:
        from sklearn.linear_model import LogisticRegression

        line = LogisticRegression(C=1e6, max_iter=1000).fit(scores[:, None], labels > 0.5)
        slope = float(line.coef_[0, 0])
        return Calibration(kind, y=(float(line.intercept_[0]), slope)) if slope > 0 else Calibration()
    return _isotonic(scores, labels)


def _isotonic(scores: Floats, labels: Floats) -> Calibration:
    """A rising line through the shares of small bins, each pulled a little to the share of all: where a bin has none
    or all, the next window will have some others, and certainty would cost more than it gains."""
    from sklearn.isotonic import IsotonicRegression

    order = np.argsort(scores, kind="stable")
    starts = np.linspace(0, len(order), _BINS, endpoint=False).astype(np.int64)
    sizes = np.diff(np.append(starts, len(order)))
    x = np.add.reduceat(scores[order], starts) / sizes
    y = (np.add.reduceat(labels[order], starts) + _PULL * labels.mean()) / (sizes + _PULL)
    y = IsotonicRegression().fit_transform(x, y, sample_weight=sizes)
    return Calibration(ISOTONIC, tuple(map(float, x)), tuple(map(float, y)))


def _parameters(is_value: bool, settings: Settings) -> dict[str, Any]:
    objective = {"objective": "tweedie", "tweedie_variance_power": POWER} if is_value else {"objective": "binary"}
    return objective | {
        "num_leaves": settings.leaves, "learning_rate": settings.learning_rate,
        "min_data_in_leaf": settings.least_in_leaf, "feature_fraction": 0.5, "bagging_fraction": 0.7, "bagging_freq": 1,
        "lambda_l2": 10.0, "max_bin": 127, "num_threads": settings.threads, "deterministic": True,
        "force_row_wise": True, "seed": settings.seed, "verbosity": -1,
    }  # fmt: skip


def _labels(rows: pl.DataFrame, cap: float | None) -> Floats:
    labels = rows["label"].to_numpy()
    return labels if cap is None else np.minimum(labels, cap)


def _cap(labels: pl.Series) -> float | None:
    """Amounts above it are learned as it: one wholesale order would otherwise bend all trees."""
    return labels.filter(labels > 0).quantile(_HIGHEST)


def _logistic(scores: Floats) -> Floats:
    return 1 / (1 + np.exp(-np.clip(scores, -60.0, 60.0)))
