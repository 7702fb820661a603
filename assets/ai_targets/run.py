"""One day of AI targets: train where a week has gone by, score everybody, keep both.

Belongs here: the order of the steps and what is written into the lake. Does not belong here: features, models, the gate
(``models.propensity``), Dagster (``step``).
"""

import datetime as dt
import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import polars as pl

from assets.ai_targets import tables
from assets.ai_targets.cards import card_rows
from assets.segments.facts import newest_day
from connectors.home.paths import Home
from connectors.home.settings import Settings
from connectors.lake.tables import LakeTables
from connectors.published.tables import PublishedTables
from models.propensity import settings as propensity
from models.propensity.facts import Facts, facts_of
from models.propensity.scoring import scored
from models.propensity.targets import TARGETS, Target
from models.propensity.trained import Trained
from models.propensity.weekly import retrained

RECIPE = 1  # goes up when the same input would give other scores


@dataclass(frozen=True)
class AiRun:
    """Rows that were written; none of them when nothing had changed."""

    models: pl.DataFrame
    cards: pl.DataFrame
    scores: int

    @property
    def is_new(self) -> bool:
        """Whether anything was written."""
        return not self.models.is_empty()


def run_ai_targets(
    home: Home, settings: Settings, published: PublishedTables, today: dt.date, say: Callable[[str], None]
) -> AiRun | None:
    """Score all targets as of the last complete day; None while there are no facts at all."""
    if any(published.current(table) is None for table in tables.FACTS):
        return None
    lake, day = LakeTables(home), newest_day(published)
    lake.finish_writing()
    end = _end(day, today)
    signature, before = _signature(settings, published, end), _before(lake, day)
    if is_done(lake, settings, published, day, today):
        say(f"nothing has changed since customers were scored as of {end}")
        return AiRun(pl.DataFrame(schema=tables.MODEL_ROWS), pl.DataFrame(schema=tables.CARD_ROWS), 0)
    work = _Work(lake, day, end, settings, _facts(published), _keys(published), signature)
    models, cards, scores = [], [], []
    for target in TARGETS.values():
        model, card, found = work.target(target, before.filter(pl.col("target") == target.id), say)
        models.append(model)
        cards.append(card)
        scores.append(found)
    run = AiRun(pl.concat(models), pl.concat(cards), sum(found.height for found in scores))
    lake.write_together(day, {tables.MODELS: run.models, tables.CARDS: run.cards, tables.SCORES: pl.concat(scores)})
    for table in (tables.SCORES, tables.CARDS):
        lake.remove_days_before(table, lake.days(table)[-tables.KEPT_DAYS :][0])
    return run


def is_done(lake: LakeTables, settings: Settings, published: PublishedTables, day: dt.date, today: dt.date) -> bool:
    """Whether everybody was scored on ``day`` by what is published now."""
    before, wanted = _before(lake, day), _signature(settings, published, _end(day, today))
    return set(before["signature"]) == {wanted} and set(before["day"]) == {day}


def _end(day: dt.date, today: dt.date) -> dt.date:
    """The day after the last complete one: today is not over, what it brings is not looked at."""
    return min(day + dt.timedelta(days=1), max(today, day))


@dataclass(frozen=True)
class _Work:
    """What the work on every target shares. ``keys``: (customer_id, customer_key) of everybody."""

    lake: LakeTables
    day: dt.date
    end: dt.date
    settings: Settings
    facts: Facts
    keys: pl.LazyFrame
    signature: str

    def target(
        self, target: Target, before: pl.DataFrame, say: Callable[[str], None]
    ) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
        """The row of the model in use, the rows of its card, everybody's scores."""
        known = before.row(0, named=True) if before.height else dict.fromkeys(tables.MODEL_ROWS)
        row, card = known, self._card_before(target, known)
        if self._is_due(known):
            say(f"training: {target.id}")
            row, card = self._trained(target, known, card)
        say(f"scoring: {target.id}")
        scores = self._scores(target, row["model"])
        told = {
            "day": self.day, "target": target.id, "customers": scores.height, "settings": _shaping(self.settings),
            "in_segment": int(scores["is_in_segment"].sum()), "signature": self.signature,
        }  # fmt: skip
        return pl.DataFrame([row | told], schema=tables.MODEL_ROWS), card, scores

    def _is_due(self, known: dict[str, Any]) -> bool:
        """A model is trained anew after so many days, and when settings changed."""
        tried = known["tried_on"]
        is_old = tried is None or (self.day - tried).days >= self.settings.ai_targets.retrain_days
        return is_old or known["settings"] != _shaping(self.settings)

    def _trained(
        self, target: Target, known: dict[str, Any], card: pl.DataFrame
    ) -> tuple[dict[str, Any], pl.DataFrame]:
        outcome = retrained(self.facts, self.end, target, known["model"], how(self.settings))
        told = {"state": outcome.verdict.state, "reasons": list(outcome.verdict.reasons), "tried_on": self.day}
        if outcome.verdict.is_published and outcome.model is not None and outcome.card is not None:
            card = card_rows(outcome.card, target.id, self.day, self.settings.locale)
            told |= {
                "trained_on": self.day, "model": outcome.model.to_json(), "threshold": outcome.model.threshold,
                "horizon_days": outcome.model.horizon,
            }  # fmt: skip
        elif outcome.model is None:  # what was in use can not be used any more
            told |= dict.fromkeys(("trained_on", "model", "threshold", "horizon_days"))
            card = card.clear()
        return known | told, card

    def _scores(self, target: Target, model: str | None) -> pl.DataFrame:
        if model is None:
            return pl.DataFrame(schema=tables.SCORE_ROWS)
        locale, currency = self.settings.locale, self.settings.currency
        found = scored(
            Trained.from_json(model), self.facts, self.end, how(self.settings), locale=locale, currency=currency
        )
        named = found.lazy().join(self.keys, on="customer_id", how="inner")
        dated = named.with_columns(pl.lit(self.day).alias("day"), pl.lit(target.id).alias("target"))
        rows = dated.select(tables.SCORE_ROWS.names()).cast(tables.SCORE_ROWS)
        return rows.sort("customer_key").collect()

    def _card_before(self, target: Target, known: dict[str, Any]) -> pl.DataFrame:
        """The card of the model in use, as of the run before."""
        if known["day"] is None or known["day"] not in self.lake.days(tables.CARDS):
            return pl.DataFrame(schema=tables.CARD_ROWS)
        rows = self.lake.read_day(tables.CARDS, known["day"]).filter(pl.col("target") == target.id)
        return rows.with_columns(pl.lit(self.day).alias("day"))


def how(settings: Settings) -> propensity.Settings:
    """The shop's settings as models take them."""
    own = settings.ai_targets
    gain = propensity.Gain(contact_cost=own.contact_cost, margin=own.margin, most_share=own.most_share)
    return propensity.Settings(most_rows=own.train_rows, threads=own.threads, seed=own.seed, gain=gain)


def _facts(published: PublishedTables) -> Facts:
    return facts_of(*(published.scan(table) for table in tables.FACTS[:3]))


def _keys(published: PublishedTables) -> pl.LazyFrame:
    return published.scan("customers").select("customer_id", "customer_key")


def _before(lake: LakeTables, day: dt.date) -> pl.DataFrame:
    """The newest rows of models up to ``day``: a run of an earlier day does not learn from later ones."""
    days = [one for one in lake.days(tables.MODELS) if one <= day]
    return lake.read_day(tables.MODELS, days[-1]) if days else pl.DataFrame(schema=tables.MODEL_ROWS)


def _shaping(settings: Settings) -> str:
    return json.dumps(settings.ai_targets.model_dump(), sort_keys=True)


def _signature(settings: Settings, published: PublishedTables, end: dt.date) -> str:
    """Another one when the result may differ."""
    versions = [published.current(table) for table in tables.FACTS]
    told = [RECIPE, end, settings.locale, settings.currency, _shaping(settings), [one and one.name for one in versions]]
    return hashlib.sha256(repr(told).encode()).hexdigest()[:32]
