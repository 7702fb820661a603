"""What every `dangol recommend models` and `rules` command starts with: the rules and models of a home.

Belongs here: opening a home for working on them. Does not belong here: what documents of any kind share
(``document_desk``), what a command does (``recommend_models``, ``recommend_rules``).
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path

from assets.recommendations.documents import own_models, rules_in_force
from models.recommend.definitions.built_in import effective_models
from models.recommend.definitions.document import RecommendModel
from models.recommend.rules.document import Rule
from orchestration.cli.document_desk import DocumentDesk, desk_of
from orchestration.cli.recommend_words import PHRASES


class Desk(DocumentDesk):
    """A home whose models and rules are worked on."""

    @cached_property
    def rules(self) -> tuple[Rule, ...]:
        """Rules in force, in the order in which they win."""
        return rules_in_force(self.store)

    @cached_property
    def own_models(self) -> tuple[RecommendModel, ...]:
        """Models that the shop has applied."""
        return own_models(self.store)

    @cached_property
    def models(self) -> tuple[RecommendModel, ...]:
        """Models in force, built-in or own."""
        return effective_models(self.own_models)


@contextmanager
def open_desk(root: Path | None, form: str = "table", formats: Sequence[str] = ("table",)) -> Iterator[Desk]:
    """The home's documents. Raises :class:`CommandError` for an unknown format."""
    with desk_of(Desk, PHRASES, root, form, formats) as desk:
        yield desk
