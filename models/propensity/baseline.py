"""What anybody can do without machine learning: recency and frequency. What a model must beat.

Belongs here: that baseline, fitted fairly. Does not belong here: the comparison (``gate``).

A logistic regression (for amounts: a Tweedie regression with a log link) on the logarithms of the days since the last
order and visit and of the number of order and visit days, their squares and products; for amounts also on what was
spent. It learns from the same rows as the model, tuning's included.
"""

from typing import Any, Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from models.propensity.trees import POWER, Floats

_NEVER: Final = {"last_order_days_ago": 730.0, "last_seen_days_ago": 180.0}
_PLAIN: Final = ("last_order_days_ago", "order_days", "last_seen_days_ago", "active_days")


class Baseline:
    """Fitted on rows with ``label``; then gives what is expected of other rows."""

    def __init__(self, rows: pl.DataFrame, *, is_value: bool) -> None:
        from sklearn.linear_model import LogisticRegression, TweedieRegressor
        from sklearn.pipeline import make_pipeline
        from sklearn.preprocessing import StandardScaler

        self._is_value = is_value
        labels = rows["label"].to_numpy()
        # regressions of amounts in whole won don't settle
        self._scale = max(float(labels.mean()), 1e-9) if is_value else 1.0
        regression: Any = LogisticRegression(max_iter=1000)
        if is_value:
            regression = TweedieRegressor(power=POWER, link="log", alpha=1e-3, max_iter=1000)
        self._line = make_pipeline(StandardScaler(), regression)
        self._line.fit(self._design(rows), labels / self._scale if is_value else labels > 0.5)

    def expected(self, rows: pl.DataFrame) -> Floats:
        """Probability or amount of each row."""
        design = self._design(rows)
        if self._is_value:
            return np.asarray(self._line.predict(design) * self._scale, np.float64)
        return np.asarray(self._line.predict_proba(design)[:, 1], np.float64)

    def _design(self, rows: pl.DataFrame) -> NDArray[np.float64]:
        plain = [pl.col(name).fill_null(_NEVER.get(name, 0.0)).cast(pl.Float64).log1p() for name in _PLAIN]
        if self._is_value:
            plain.append(pl.col("revenue").fill_null(0.0).clip(lower_bound=0.0).cast(pl.Float64).log1p())
        logs = rows.select(figure.alias(str(place)) for place, figure in enumerate(plain)).to_numpy()
        first, second = np.triu_indices(logs.shape[1])
        bought = rows.select(pl.col("last_order_days_ago").is_not_null().cast(pl.Float64)).to_numpy()
        return np.concatenate([logs, logs[:, first] * logs[:, second], bought], axis=1)
