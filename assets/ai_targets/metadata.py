"""What the run's events say of AI targets: figures, pictures of model cards, the gate.

Belongs here: metadata and the verdict. Does not belong here: training and scoring (``run``).
"""

from collections.abc import Mapping

import dagster as dg
import polars as pl

from assets.ai_targets import tables
from assets.ai_targets.cards import wide
from assets.ai_targets.chart import card_chart
from assets.ai_targets.run import AiRun
from assets.ai_targets.step import GATE
from assets.charts import inline_picture
from assets.common import markdown_table
from assets.lake_steps import lake_key
from models.propensity.gate import KEPT, PUBLISHED

Metadata = dict[str, dg.MetadataValue]
_SHOWN = ("target", "state", "trained_on", "horizon_days", "customers", "in_segment")


def told_of(run: AiRun | None) -> Mapping[str, tuple[Metadata, Metadata]]:
    """Of each table what every event says, and what only the last day's does."""
    if run is None or not run.is_new:
        why = "there are no facts yet" if run is None else "nothing has changed since this day was scored"
        return {table: ({"state": dg.MetadataValue.text(why)}, {}) for table in tables.PUBLISHED}
    rows = {tables.MODELS: run.models.height, tables.CARDS: run.cards.height, tables.SCORES: run.scores}
    small: dict[str, Metadata] = {
        table: {"dagster/row_count": dg.MetadataValue.int(count)} for table, count in rows.items()
    }
    shown: Metadata = {"models": markdown_table(list(_SHOWN), run.models.select(_SHOWN).rows())}
    return {
        tables.MODELS: (small[tables.MODELS], shown),
        tables.CARDS: (small[tables.CARDS], _pictures(run)),
        tables.SCORES: (small[tables.SCORES], {}),
    }


def verdict_of(run: AiRun | None) -> dg.AssetCheckResult:
    """The gate: whether every target's newest model was good enough."""
    rows = [] if run is None else run.models.filter(pl.col("state") != PUBLISHED).rows(named=True)
    told = {row["target"]: dg.MetadataValue.text("; ".join([_state(row["state"]), *row["reasons"]])) for row in rows}
    return dg.AssetCheckResult(
        asset_key=lake_key(tables.MODELS),
        check_name=GATE,
        passed=not rows,
        severity=dg.AssetCheckSeverity.WARN,
        metadata=told,
    )


def _state(state: str) -> str:
    return "the model in use stays" if state == KEPT else "no model is in use"


def _pictures(run: AiRun) -> Metadata:
    """Lift and calibration of the models that were trained in this run."""
    newest = run.cards.filter(pl.col("trained_on") == pl.col("day"))
    return {
        target: inline_picture(card_picture(newest, target), f"lift and calibration of {target}")
        for target in newest["target"].unique(maintain_order=True)
    }


def card_picture(cards: pl.DataFrame, target: str) -> bytes:
    """Lift by tenth and calibration of a target's card, as PNG."""
    rows = cards.filter(pl.col("target") == target)
    return card_chart(
        wide(rows, "deciles").with_columns(decile=pl.col("name").cast(pl.Int64)), wide(rows, "calibration")
    )
