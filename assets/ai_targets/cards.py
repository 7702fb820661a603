"""Model cards as rows of one long table, and back again.

Belongs here: the form in which a card is kept. Does not belong here: what is on it (``models.propensity.card``).
"""

import datetime as dt

import polars as pl

from assets.ai_targets.tables import CARD_ROWS
from models.propensity.card import Card
from models.words import Locale


def card_rows(card: Card, target: str, day: dt.date, locale: Locale) -> pl.DataFrame:
    """Rows of :data:`CARD_ROWS`: ``part`` figures, deciles, calibration, features or facts; ``name`` is the model, the
    tenth, the bin, the feature or the fact; ``measure`` says what ``value`` (or ``text``) is. Trained on ``day``."""
    parts = [
        _part("figures", card.figures.with_columns(name="model", measure="figure"), ("value", "low", "high")),
        *_measures("deciles", card.deciles, "decile", ("customers", "expected", "actual", "lift", "baseline_lift")),
        *_measures("calibration", card.calibration, "bin", ("customers", "expected", "actual", "low", "high")),
        _part(
            "features",
            card.features.with_columns(name="feature", measure=pl.lit("share"), value="share", text=f"name_{locale}"),
            ("value", "text"),
        ),
        _part(
            "facts", card.facts.with_columns(name="key", measure=pl.lit("text"), text="value").drop("value"), ("text",)
        ),
    ]
    dated = {"day": pl.lit(day), "target": pl.lit(target), "trained_on": pl.lit(day)}
    rows = pl.concat(parts, how="diagonal_relaxed").with_columns(**dated)
    missing = [pl.lit(None, kind).alias(name) for name, kind in CARD_ROWS.items() if name not in rows.columns]
    return rows.with_columns(missing).select(CARD_ROWS.names()).cast(CARD_ROWS)


def wide(rows: pl.DataFrame, part: str) -> pl.DataFrame:
    """A part of a card again: one row a name, one column a measure, in its order."""
    found = rows.filter(pl.col("part") == part)
    order = found.group_by("name").agg(pl.col("place").min())
    return found.pivot(on="measure", index="name", values="value").join(order, on="name").sort("place").drop("place")


def _part(part: str, rows: pl.DataFrame, values: tuple[str, ...]) -> pl.DataFrame:
    placed = rows.with_row_index("place", offset=1)
    return placed.select(pl.lit(part).alias("part"), "place", pl.col("name").cast(pl.String), "measure", *values)


def _measures(part: str, rows: pl.DataFrame, name: str, measures: tuple[str, ...]) -> list[pl.DataFrame]:
    named = rows.with_columns(pl.col(name).cast(pl.String).alias("name"))
    return [
        _part(part, named.with_columns(measure=pl.lit(measure), value=pl.col(measure).cast(pl.Float64)), ("value",))
        for measure in measures
    ]
