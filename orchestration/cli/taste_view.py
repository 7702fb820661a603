"""What every `dangol taste` command starts with: the tables, the language, the day, what is to be said of runs.

Belongs here: opening a home for looking at tastes, which days there are, sentences about a run and its quality.
Does not belong here: what a command shows (``taste_list``, ``taste_show``, ``taste_diff``).
"""

import datetime as dt
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import IO

from assets.taste_history import PUBLISHED
from connectors.home.paths import open_home
from connectors.home.settings import read_settings
from connectors.published.query import open_reader
from connectors.published.tables import PublishedTables
from connectors.published.taste import Row, TasteTables
from orchestration.cli.days import parse_day
from orchestration.cli.taste_reasons import told_reasons
from orchestration.cli.taste_words import TasteError, Words, percent

FORMATS = ("table", "csv", "json")
_LISTED_DAYS, _NEAR_DAYS = 10, 5
_STEADY, _FAIR = 0.8, 0.6  # adjusted Rand index of runs on part of the customers, as `steady` and `fair` say it


@dataclass(frozen=True)
class View:
    """A home that tastes are looked at in; ``form``: one of ``FORMATS``."""

    tables: TasteTables
    words: Words
    form: str
    out: IO[str]

    @cached_property
    def days(self) -> list[dt.date]:
        """Days that have segments, sorted. Raises :class:`TasteError` when there are none, saying why."""
        days = self.tables.days()
        if days:
            return days
        if not self.runs:
            raise TasteError(self.words("no_run"))
        raise TasteError(self.words("no_segments", notice=self._refusal(self.runs[-1])))

    @cached_property
    def runs(self) -> list[Row]:
        return self.tables.runs()

    def day(self, text: str, option: str) -> dt.date:
        """The day that was asked for; without one the latest. Raises :class:`TasteError` where it has no segments."""
        if not text:
            return self.days[-1]
        day = parse_day(text, option)
        if day not in self.days:
            refused = [self._refusal(run) for run in self.runs if run["day"] == day and run["state"] != PUBLISHED]
            there_are = told_days(self.words, self.days, day)
            raise TasteError(self.words("no_day", day=day, days=" ".join([*refused, there_are])))
        return day

    def before(self, day: dt.date) -> dt.date | None:
        """The day with segments before ``day``."""
        return max((other for other in self.days if other < day), default=None)

    def notice(self, day: dt.date) -> str:
        """Why the latest segments, of ``day``, are not those of the latest run; '' where they are, or an older day is
        looked at."""
        if not self.runs or self.runs[-1]["state"] == PUBLISHED or day != self.days[-1]:
            return ""
        told = f"{self._refusal(self.runs[-1])} {self.words('these_are_of', day=day)}"
        return self.words("note", text=told)

    def quality(self, day: dt.date) -> list[str]:
        """How many have a taste and how far the segments can be trusted, in sentences."""
        run = next((run for run in self.runs if run["day"] == day and run["state"] == PUBLISHED), None)
        if run is None:
            return []
        seen, told = run["customers"], []
        told.append(
            self.words(
                "seen", window=run["window_days"], seen=seen, members=run["members"],
                share=percent(run["members"] / max(seen, 1), 0), few=seen - run["customers_with_taste"],
                mixed=run["customers_with_taste"] - run["members"],
            )
        )  # fmt: skip
        stability = run["stability"]
        if stability is not None:
            tier = "steady" if stability >= _STEADY else "fair" if stability >= _FAIR else "shaky"
            told.append(self.words(tier, figure=f"{stability:.2f}"))
        if run["reasons"]:
            told.append(self.words("accepted", reasons=told_reasons(run["reasons"], self.words.locale)))
        return told

    def _refusal(self, run: Row) -> str:
        """Why a run gave no segments."""
        return self.words(
            run["state"], day=run["day"], reasons=told_reasons(run["reasons"] or [], self.words.locale)
        )  # fmt: skip


@contextmanager
def open_view(root: Path | None, form: str) -> Iterator[View]:
    """The home's published tastes. Raises :class:`TasteError` for an unknown format."""
    home = open_home(root)
    settings = read_settings(home.settings_file)
    words = Words(settings.locale, settings.currency)
    if form not in FORMATS:
        raise TasteError(words("no_format", form=form, formats=", ".join(FORMATS)))
    with open_reader(PublishedTables(home), settings.memory_limit) as connection:
        yield View(TasteTables(connection), words, form, sys.stdout)
    sys.stdout.flush()  # whoever read along may have gone: to be noticed here rather than at the very end


def told_days(words: Words, days: Sequence[dt.date], wanted: dt.date) -> str:
    """Which days there are; of many, those near ``wanted``."""
    if len(days) <= _LISTED_DAYS:
        return words("days_all", days=", ".join(map(str, days)))
    near = sorted(sorted(days, key=lambda day: (abs(day - wanted), day))[:_NEAR_DAYS])
    listed = ", ".join(map(str, near))
    return words("days_some", first=days[0], last=days[-1], count=len(days), days=listed)
