"""The model card: how good a model is, what it looks at, what it was learned from. As tables.

Belongs here: rows of the card. Does not belong here: drawing and publishing them.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from models.propensity.catalogue import CATALOGUE
from models.propensity.figures import Comparison
from models.propensity.gain import contact_gain
from models.propensity.settings import Gain
from models.propensity.trained import Trained
from models.propensity.trees import Floats

_PARTS = 10


@dataclass(frozen=True)
class Card:
    """``figures``: model, figure, value, low, high (95 %). ``deciles``: decile (1: highest expected), customers,
    expected, actual (means), lift (actual over that of all), baseline_lift. ``calibration``: bin, customers, expected,
    actual, low, high (95 % of a mean of so many). ``features``: rank, feature, topic, name_ko, name_en, share (of the
    trees' gain). ``facts``: key, value, as text."""

    figures: pl.DataFrame
    deciles: pl.DataFrame
    calibration: pl.DataFrame
    features: pl.DataFrame
    facts: pl.DataFrame


def card_of(
    model: Trained, comparison: Comparison, expected: Floats, baseline: Floats, labels: Floats, gain: Gain
) -> Card:
    """The card of ``model``; ``expected``, ``baseline``, ``labels``: of the newest window's customers, (rows,)."""
    deciles = _deciles(expected, labels).join(
        _deciles(baseline, labels).select("decile", pl.col("lift").alias("baseline_lift")), on="decile", how="left"
    )
    chosen = expected >= model.threshold
    worth = contact_gain(expected, gain, model.success_value, is_value=model.target.is_value)
    facts = {
        "target": model.target_id,
        "horizon_days": model.horizon,
        "training_cut_offs": ", ".join(model.training),
        "tuning_cut_off": model.tuning,
        "judging_cut_off": model.judging,
        "training_rows": model.rows,
        "training_positives": model.positives,
        "judging_rows": len(labels),
        "judging_positives": int((labels > 0).sum()),
        "trees": model.rounds,
        "calibration": model.calibration.kind,
        "threshold": f"{model.threshold:.6g}",
        "segment_share": f"{chosen.mean():.4f}",
        "segment_outcome_share": f"{labels[chosen].sum() / max(labels.sum(), 1e-9):.4f}",
        "expected_gain": f"{worth[chosen].sum():.6g}",
    }
    rows = pl.DataFrame({"key": list(facts), "value": [str(value) for value in facts.values()]})
    return Card(comparison.table(), deciles, _calibration(expected, labels), _features(model), rows)


def deciles_of(expected: Floats, customers: pl.Series) -> NDArray[np.int64]:
    """1 for the highest tenth to 10, as whole numbers; of equals the lower customer number first. Shape (rows,)."""
    order = np.lexsort((customers.to_numpy(), -expected))
    found = np.empty(len(order), np.int64)
    found[order] = np.arange(len(order)) * _PARTS // max(1, len(order)) + 1
    return found


def _deciles(expected: Floats, labels: Floats) -> pl.DataFrame:
    places = pl.Series(np.arange(len(labels)))
    rows = pl.DataFrame({"decile": deciles_of(expected, places), "expected": expected, "actual": labels})
    found = rows.group_by("decile").agg(pl.len().alias("customers"), pl.col("expected").mean(), pl.col("actual").mean())
    return found.with_columns((pl.col("actual") / labels.mean()).alias("lift")).sort("decile")


def _calibration(expected: Floats, labels: Floats) -> pl.DataFrame:
    """Ten bins of as many customers each, fewer where many expect the same."""
    edges = np.unique(np.quantile(expected, np.linspace(0, 1, _PARTS + 1)[1:-1]))
    rows = pl.DataFrame({"bin": np.searchsorted(edges, expected, side="right"), "expected": expected, "actual": labels})
    doubt = 1.96 * pl.col("actual").std().fill_null(0.0) / pl.len().sqrt()
    found = rows.group_by("bin").agg(
        pl.len().alias("customers"), pl.col("expected").mean(), pl.col("actual").mean(), doubt.alias("doubt")
    )
    low, high = (pl.col("actual") - pl.col("doubt")).alias("low"), (pl.col("actual") + pl.col("doubt")).alias("high")
    return found.with_columns(low, high).drop("doubt").sort("bin")


def _features(model: Trained) -> pl.DataFrame:
    gains = np.asarray(model.booster.feature_importance("gain"), np.float64)
    known = [CATALOGUE[name] for name in model.features]
    rows = pl.DataFrame(
        {
            "feature": [one.name for one in known],
            "topic": [one.topic for one in known],
            "name_ko": [one.ko.replace("{}", "…") for one in known],
            "name_en": [one.en.replace("{}", "…") for one in known],
            "share": gains / max(gains.sum(), 1e-9),
        }
    )
    return rows.sort("share", "feature", descending=[True, False]).with_row_index("rank", offset=1)
