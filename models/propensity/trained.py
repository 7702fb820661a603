"""A trained model as data: text that a table can hold, and what it says of a customer.

Belongs here: writing, reading and applying a model. Does not belong here: training (``weekly``), reasons (``reasons``).
"""

import json
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

import numpy as np
import polars as pl

from models.propensity.catalogue import CATALOGUE
from models.propensity.targets import TARGETS, Target
from models.propensity.trees import Calibration, Floats, matrix_of


class ModelTextError(ValueError):
    """A model that this version can not use."""


@dataclass(frozen=True)
class Trained:
    """``trees``: LightGBM's text; ``features``: in its order; ``threshold``: expected value from which a customer is in
    the segment; ``training``, ``tuning``, ``judging``: cut-off days as ISO dates; ``rows`` and ``positives`` learned
    from; ``success_value``: what an order is worth, in the shop's currency."""

    target_id: str
    horizon: int
    features: tuple[str, ...]
    trees: str
    rounds: int
    calibration: Calibration
    threshold: float
    success_value: float
    training: tuple[str, ...]
    tuning: str
    judging: str
    rows: int
    positives: int

    @property
    def target(self) -> Target:
        """What is asked."""
        return TARGETS[self.target_id]

    def expected(self, rows: pl.DataFrame, threads: int = 2) -> Floats:
        """Probability (or amount of money) of each row of features, shape (rows,)."""
        if rows.is_empty():
            return np.zeros(0)
        raw = self.booster.predict(matrix_of(rows, self.features), raw_score=True, num_threads=threads)
        return self.calibration(np.asarray(raw, np.float64))

    @cached_property
    def booster(self) -> Any:
        """LightGBM's model."""
        from lightgbm import Booster

        return Booster(model_str=self.trees)

    def to_json(self) -> str:
        """All of it as text; :meth:`from_json` reads it. The same model gives the same text."""
        return json.dumps(asdict(self), ensure_ascii=False, sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> "Trained":
        """Raises :class:`ModelTextError` on text that is no model, or one of features that are no longer made."""
        try:
            values = json.loads(text)
            calibration = values.pop("calibration")
            values["calibration"] = Calibration(calibration["kind"], tuple(calibration["x"]), tuple(calibration["y"]))
            values["features"], values["training"] = tuple(values["features"]), tuple(values["training"])
            model = cls(**values)
        except (json.JSONDecodeError, AttributeError, KeyError, TypeError) as error:
            raise ModelTextError(f"this is not the text of an AI target's model ({error}): train it again") from error
        if missing := [name for name in model.features if name not in CATALOGUE]:
            raise ModelTextError(f"the model needs {', '.join(missing)}, which are no longer made: train it again")
        if model.target_id not in TARGETS:
            raise ModelTextError(f"there is no target {model.target_id!r}: there are {', '.join(TARGETS)}")
        return model
