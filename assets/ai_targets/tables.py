"""The tables of the lake that AI targets are kept in: names and columns.

Belongs here: schemas that the steps share. Does not belong here: making rows.
"""

from collections.abc import Mapping
from typing import Final

import polars as pl

FACTS: Final = ("orders", "customer_days", "sessions", "customers")  # published, that models learn from
MODELS, SCORES, CARDS = "ai_models", "ai_scores", "ai_model_cards"
PREFIX: Final = "ai:"  # of the ids of segments

MODEL_ROWS: Final = pl.Schema(
    {
        "day": pl.Date(),
        "target": pl.String(),
        "state": pl.String(),
        "reasons": pl.List(pl.String()),
        "tried_on": pl.Date(),
        "trained_on": pl.Date(),
        "horizon_days": pl.Int64(),
        "threshold": pl.Float64(),
        "customers": pl.Int64(),
        "in_segment": pl.Int64(),
        "settings": pl.String(),
        "signature": pl.String(),
        "model": pl.String(),
    }
)
SCORE_ROWS: Final = pl.Schema(
    {
        "day": pl.Date(),
        "target": pl.String(),
        "customer_key": pl.String(),
        "customer_id": pl.Int64(),
        "expected": pl.Float64(),
        "decile": pl.Int64(),
        "is_in_segment": pl.Boolean(),
        "due_day": pl.Date(),
        "reasons": pl.List(pl.String()),
    }
)
CARD_ROWS: Final = pl.Schema(
    {
        "day": pl.Date(),
        "target": pl.String(),
        "trained_on": pl.Date(),
        "part": pl.String(),
        "place": pl.Int64(),
        "name": pl.String(),
        "measure": pl.String(),
        "value": pl.Float64(),
        "low": pl.Float64(),
        "high": pl.Float64(),
        "text": pl.String(),
    }
)
_UNSHOWN: Final = ("model", "signature", "settings")
# What readers see of each: all but the models themselves.
PUBLISHED: Final[Mapping[str, pl.Schema]] = {
    MODELS: pl.Schema(
        {name: kind for name, kind in MODEL_ROWS.items() if name not in ("model", "signature", "settings")}
    ),
    SCORES: SCORE_ROWS,
    CARDS: CARD_ROWS,
}
HISTORIES: Final = (MODELS,)  # published with all their days; of the others the last one
KEPT_DAYS: Final = 3  # of scores and cards in the lake
