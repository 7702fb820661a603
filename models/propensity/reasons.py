"""Why a customer is in a segment, in words.

Belongs here: the strongest contributions of a prediction as sentences. Does not belong here: the sentences themselves
(``catalogue``), predictions.

Contributions are SHAP values of the trees (Lundberg et al., 2020, "From local explanations to global understanding with
explainable AI for trees", Nature Machine Intelligence 2): they sum to the score before calibration, which keeps their
order. Those of one topic are added up; of it the feature that contributes most is named.
"""

from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from models.propensity.catalogue import CATALOGUE, DAYS, MONEY, RATIO, SHARE, Feature
from models.propensity.trained import Trained
from models.propensity.trees import matrix_of

MOST: Final = 3
KOREAN: Final = "ko"
_AT_ONCE: Final = 50_000  # rows of contributions in memory, about 100 MB


def reasons_of(
    model: Trained, rows: pl.DataFrame, *, locale: str = KOREAN, currency: str = "KRW", threads: int = 2
) -> pl.Series:
    """Up to :data:`MOST` sentences for each row of features, the strongest first, as a list column ``reasons``.

    ``locale``: ``ko``, else English. Only what speaks *for* the segment is named, so a list may be shorter or empty.
    """
    parts = [pl.Series("reasons", [], dtype=pl.List(pl.String))]
    for start in range(0, len(rows), _AT_ONCE):
        batch = rows.slice(start, _AT_ONCE)
        parts.append(_sentences(strongest(model, batch, threads), model.features, batch, locale, currency))
    return pl.concat(parts)


def strongest(model: Trained, rows: pl.DataFrame, threads: int = 2) -> NDArray[np.int64]:
    """Places in ``model.features`` of the best feature of the strongest topics, shape (rows, MOST); -1: no more."""
    table = matrix_of(rows, model.features)
    found = np.asarray(model.booster.predict(table, pred_contrib=True, num_threads=threads))[:, :-1]
    topics, number = np.unique([CATALOGUE[name].topic for name in model.features], return_inverse=True)
    of_topic = np.stack([found[:, number == topic].sum(axis=1) for topic in range(len(topics))], axis=1)
    best = np.argsort(-of_topic, axis=1, kind="stable")[:, :MOST]
    places = np.full((len(rows), MOST), -1)
    for slot in range(best.shape[1]):
        within = np.where(number[None, :] == best[:, slot, None], found, -np.inf)
        speaks_for = np.take_along_axis(of_topic, best[:, slot, None], 1)[:, 0] > 0
        places[:, slot] = np.where(speaks_for, within.argmax(axis=1), -1)
    return places


def _sentences(
    places: NDArray[np.int64], names: tuple[str, ...], rows: pl.DataFrame, locale: str, currency: str
) -> pl.Series:
    slots = pl.DataFrame({"row": np.repeat(np.arange(len(rows)), MOST), "place": places.ravel()})
    slots = slots.with_columns(pl.int_range(pl.len()).alias("slot")).filter(pl.col("place") >= 0)
    parts = [pl.DataFrame(schema={"row": pl.Int64(), "slot": pl.Int64(), "text": pl.String()})]
    for (place,), of_feature in slots.partition_by("place", as_dict=True).items():
        shown = CATALOGUE[CATALOGUE[names[place]].shown]
        values = rows[shown.name].gather(of_feature["row"]).cast(pl.Float64)
        text = told(shown, values, locale, currency)
        parts.append(of_feature.select("row", "slot").with_columns(text.alias("text")))
    found = pl.concat(parts).sort("slot").group_by("row", maintain_order=True).agg(pl.col("text").alias("reasons"))
    everyone = pl.DataFrame({"row": np.arange(len(rows))}).join(found, on="row", how="left", maintain_order="left")
    return everyone["reasons"].fill_null(pl.Series([[]], dtype=pl.List(pl.String)))


def told(feature: Feature, values: pl.Series, locale: str, currency: str) -> pl.Series:
    """``feature``'s sentence with each of ``values``; where there is nothing (null, or none of it), its other one."""
    korean = locale == KOREAN
    sentence, nothing = (feature.ko, feature.none_ko) if korean else (feature.en, feature.none_en)
    value = pl.col("value")
    if feature.kind == MONEY:
        shown = _with_commas(value.round().cast(pl.Int64).cast(pl.String))
        unit = "원" if korean and currency == "KRW" else f" {currency}"
        shown = shown + unit
    elif feature.kind == SHARE:
        shown = (value * 100).round().cast(pl.Int64).cast(pl.String)
    elif feature.kind == RATIO:
        shown = value.round(1).cast(pl.String)
    else:
        shown = _with_commas(value.round().cast(pl.Int64).cast(pl.String))
    is_nothing = value.is_null() if feature.kind in (DAYS, SHARE) else value.is_null() | (value == 0)
    before, after = sentence.split("{}")
    full = pl.lit(before) + shown + pl.lit(after)
    text = pl.when(is_nothing).then(pl.lit(nothing)).otherwise(full)
    return values.to_frame("value").select(text.alias("text")).to_series()


def _with_commas(digits: pl.Expr) -> pl.Expr:
    grouped = digits.str.reverse().str.replace_all(r"(\d{3})", "$1,").str.reverse()
    return grouped.str.strip_prefix(",").str.replace("-,", "-", literal=True)
