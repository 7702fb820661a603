"""Keywords and names of the segments of a day.

Belongs here: whom to ask for a name, and when.
Does not belong here: choosing keywords, rules for names (``models.taste``), reaching a language model
(``connectors.naming``).
"""

import datetime as dt
import hashlib
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import polars as pl

from connectors.home.paths import Home
from connectors.home.settings import Settings
from connectors.naming.access import read_access
from connectors.naming.language_model import LanguageModel
from connectors.naming.store import NameStore
from models.taste.continuity import Continued, with_bundles
from models.taste.keywords import extract_keywords
from models.taste.naming.groups import EMBEDDED, NamedGroup, name_groups
from models.taste.naming.rules import GroupFacts, GroupName, Locale, facts_key, naming_prompt
from models.taste.segments import facts_of, segment_rows, to_be_named, top_products


@dataclass(frozen=True)
class Named:
    """``rows``: the day's ``taste_segments``; ``fresh``: how many were named today; ``calls`` to the language model."""

    rows: pl.DataFrame
    fresh: int
    calls: int


def name_tastes(
    home: Home,
    settings: Settings,
    day: dt.date,
    continued: Continued,
    catalogue: pl.DataFrame,
    before: pl.DataFrame,
    places: pl.DataFrame,
    say: Callable[[str], None],
) -> Named:
    """The rows of the segments of ``day``, with new names for those that need one.

    ``before``: ``History.named``; ``places``: ``segment_id, map_x, map_y``.
    """
    profiles = with_bundles(continued.profiles, continued.tree)
    keywords = extract_keywords(catalogue, profiles.rename({"segment_id": "group"}))
    asker = _asker(home, settings, say)
    due = _due(keywords, before, asker, settings.locale)
    facts = facts_of(profiles, catalogue, keywords)
    kept = before.filter(~pl.col("segment_id").is_in(due), pl.col("segment_id").is_in(list(keywords)))
    named = name_groups(
        [facts[segment] for segment in due],
        taken=kept["name"].to_list(),
        brands=catalogue["brand"].drop_nulls().unique().sort().to_list(),
        locale=settings.locale,
        ask=asker,
        asked_as=asker.label if asker else EMBEDDED,
    )
    lacking = sum(each.named_by == EMBEDDED for each in named)
    if asker is not None and lacking:
        say(f"{lacking} of {len(named)} segments to be named got no name that can be used from {asker.label}")
    fresh = _worth_it([asker.truly(each) if asker else each for each in named], keywords, before, settings.locale)
    rows = segment_rows(day, continued.tree, top_products(profiles, catalogue), keywords, fresh, before, places)
    return Named(rows, len(fresh), asker.calls if asker else 0)


def _due(
    keywords: Mapping[str, Sequence[str]], before: pl.DataFrame, asker: "Asker | None", locale: Locale
) -> list[str]:
    """Segments to be named: new ones, those whose keywords moved, and with a language model those it never named."""
    due = set(to_be_named(keywords, before, locale))
    if asker is not None:
        due |= set(before.filter(pl.col("named_by") == EMBEDDED)["segment_id"]) & set(keywords)
    return sorted(due)


def _worth_it(
    named: Sequence[NamedGroup], keywords: Mapping[str, Sequence[str]], before: pl.DataFrame, locale: Locale
) -> list[NamedGroup]:
    """Without those that asked for a better name in vain: they keep the one they have."""
    needed = set(to_be_named(keywords, before, locale))
    return [each for each in named if each.segment_id in needed or each.named_by != EMBEDDED]


class Asker:
    """A language model as ``name_groups`` asks it: facts in, name out; remembers which model gave which answer.

    Answers are kept under the keywords alone, so that a new bestseller does not cost a call.
    """

    def __init__(self, model: LanguageModel, locale: Locale) -> None:
        self._model, self._locale = model, locale
        self._given_by: dict[str, str] = {}

    @property
    def label(self) -> str:
        return self._model.label

    @property
    def calls(self) -> int:
        return self._model.calls

    def __call__(self, facts: GroupFacts, complaints: Sequence[str]) -> GroupName | None:
        words = facts_key(GroupFacts("", facts.keywords), self._locale)
        key = hashlib.sha256("\n".join([words, *complaints]).encode()).hexdigest()[:32]
        answer = self._model.ask(key, *naming_prompt(facts, self._locale, complaints))
        if answer is None:
            return None
        self._given_by[facts.segment_id] = answer.named_by
        return GroupName(answer.name, answer.description)

    def truly(self, named: NamedGroup) -> NamedGroup:
        """``named`` with the model that really gave the name: a kept answer may be an earlier one's."""
        if named.named_by == EMBEDDED:
            return named
        return replace(named, named_by=self._given_by[named.segment_id])


def _asker(home: Home, settings: Settings, say: Callable[[str], None]) -> Asker | None:
    """None without a key in the environment, or where the shop allows no calls."""
    access = read_access(os.environ)
    if access is None or settings.naming.daily_calls == 0:
        return None
    model = LanguageModel(
        access,
        NameStore(home.lake / "naming", say=say),
        calls_per_day=settings.naming.daily_calls,
        today=lambda: dt.datetime.now(settings.zone).date(),
        say=say,
    )
    return Asker(model, settings.locale)
