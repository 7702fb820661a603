"""What every `dangol campaign` command starts with: the shop, its campaigns, where they stand.

Belongs here: opening a home for working on campaigns, what several commands ask or say. Does not belong here: what
documents of any kind share (``document_desk``), what a command does (``campaign_documents``, ``campaign_list``, …).
"""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path

from assets.campaigns.shop import Shop
from connectors.store.campaign_states import CampaignState
from models.campaigns.document import Campaign
from models.campaigns.states import State
from models.campaigns.words import CampaignWords
from models.documents.reading import Problem
from models.messages.documents.template import Template
from models.messages.senders import SenderAccount
from orchestration.cli import document_desk, segment_view
from orchestration.cli.campaign_problems import CAMPAIGN_PROBLEMS
from orchestration.cli.campaign_words import PHRASES
from orchestration.cli.document_desk import desk_of
from orchestration.cli.document_problems import told_problems
from orchestration.cli.words import CommandError


class Desk(segment_view.Desk):
    """A home whose campaigns are worked on."""

    @cached_property
    def shop(self) -> Shop:
        """Everything that campaigns are worked on with."""
        say = self.screen.line
        return Shop(self.home, self.settings, self.store, self.published, document_desk.now, time.sleep, say)

    @cached_property
    def told(self) -> CampaignWords:
        """Campaigns in words."""
        return CampaignWords(self.settings.locale, self.settings.zone, self.settings.currency)

    @cached_property
    def campaigns(self) -> dict[str, Campaign]:
        """The shop's campaigns by id."""
        return {one.id: Campaign.model_validate(one.document) for one in self.store.campaigns.current()}

    @cached_property
    def templates(self) -> dict[str, Template]:
        """Templates of messages by id."""
        return {one.id: Template.model_validate(one.document) for one in self.store.templates.current()}

    @cached_property
    def senders(self) -> dict[str, SenderAccount]:
        """Sender accounts by id."""
        return {one.id: SenderAccount.model_validate(one.document) for one in self.store.senders.current()}

    @cached_property
    def names(self) -> dict[str, str]:
        """Names of segments by id, the shop's own and found ones."""
        found = {} if self.listed is None else dict(self.listed.select("segment_id", "name").iter_rows())
        return found | {one.id: one.name for one in self.segments.values()}

    @cached_property
    def _states(self) -> dict[str, CampaignState]:
        return {one.campaign_id: one for one in self.store.campaign_states.all()}

    def standing(self, name: str) -> CampaignState:
        """Where a campaign stands; one that was applied and never started is paused."""
        return self._states.get(name) or CampaignState(name, State.PAUSED, document_desk.now())

    def pick_campaign(self, name: str) -> Campaign:
        """The campaign of an id. Raises :class:`CommandError` with the nearest ids."""
        return self.pick(name, self.campaigns, "no_campaign")

    def named_segment(self, name: str) -> str:
        """'단골 (regulars)'."""
        return f"{self.names[name]} ({name})" if name in self.names else name

    def refuse(self, problems: Sequence[Problem]) -> None:
        """As of any document, with the sentences of campaigns."""
        if problems:
            raise CommandError(told_problems(problems, self.words.locale, CAMPAIGN_PROBLEMS))

    def tell_vendors(self) -> None:
        """Whether messages leave this machine."""
        vendors = self.settings.messages.vendors
        self.screen.line(self.words(f"vendors_{vendors}"), "yellow" if vendors == "sandbox" else "bold")


@contextmanager
def open_desk(root: Path | None, form: str = "table", formats: Sequence[str] = ("table",)) -> Iterator[Desk]:
    """The home's campaigns. Raises :class:`CommandError` for an unknown format."""
    with desk_of(Desk, PHRASES, root, form, formats) as desk:
        yield desk
