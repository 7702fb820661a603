"""What every `dangol segment` command starts with: the shop's segments, and the facts they are answered from.

Belongs here: opening a home for working on segments. Does not belong here: what documents of any kind share
(``document_desk``), what a command does (``segment_documents``, ``segment_questions``, ``segment_report``).
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any

import polars as pl

from assets.segments.facts import Facts, open_facts, rule_segments
from assets.segments.tables import RULE, SEGMENTS, SIZES
from connectors.published.tables import PublishedTables
from models.segments.document import Segment
from orchestration.cli import document_desk
from orchestration.cli.document_desk import DocumentDesk, desk_of
from orchestration.cli.segment_words import PHRASES
from orchestration.cli.words import CommandError


class Desk(DocumentDesk):
    """A home whose segments are worked on."""

    @cached_property
    def published(self) -> PublishedTables:
        return PublishedTables(self.home)

    @cached_property
    def segments(self) -> dict[str, Segment]:
        """The shop's own segments by id, on or off."""
        return {one.id: one for one in rule_segments(self.store)}

    @cached_property
    def listed(self) -> pl.DataFrame | None:
        """Rows of the published ``segments``; None before the first run."""
        return self.rows_of(SEGMENTS)

    @cached_property
    def sizes(self) -> pl.DataFrame | None:
        """Rows of the published ``segment_sizes``; None before the first run."""
        return self.rows_of(SIZES)

    @cached_property
    def found(self) -> frozenset[str] | None:
        """Ids of segments that are found by themselves; None before the first run, when nobody knows them."""
        if self.listed is None:
            return None
        return frozenset(self.listed.filter(pl.col("kind") != RULE)["segment_id"])

    @contextmanager
    def facts(self) -> Iterator[Facts]:
        """The facts of now. Raises ``PublishError`` while nothing was published."""
        today = document_desk.now().astimezone(self.settings.zone).date()
        with open_facts(self.home, self.settings, self.store, self.published, today) as facts:
            yield facts

    def tell_as_of(self, facts: Facts) -> None:
        """Which day was taken as today, where it is another one."""
        if facts.as_of.behind:
            told = self.words("behind", day=facts.as_of.day, days=f"{facts.as_of.behind:,}")
            self.screen.line(told, "yellow")

    def pick_row(self, name: str, rows: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
        """The row of a segment. Raises :class:`CommandError` with the nearest ids."""
        known = {row["segment_id"]: row for row in rows}
        if name not in known:
            raise CommandError(self.words("no_segment", id=name, hint=self.hint(name, list(known))))
        return known[name]

    def rows_of(self, table: str) -> pl.DataFrame | None:
        """All rows of a published table; None before the first run."""
        if self.published.current(table) is None:
            return None
        return self.published.scan(table).collect()


@contextmanager
def open_desk(root: Path | None, form: str = "table", formats: Sequence[str] = ("table",)) -> Iterator[Desk]:
    """The home's segments. Raises :class:`CommandError` for an unknown format."""
    with desk_of(Desk, PHRASES, root, form, formats) as desk:
        yield desk
