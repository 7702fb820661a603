"""The parts of the store that are worked on by themselves: the marketer's documents, campaigns and their sends.

Belongs here: which there are. Does not belong here: what each can do (one module per part), members (``store``).
"""

import datetime as dt
from collections.abc import Callable

from sqlalchemy import Engine

from connectors.store import schema
from connectors.store.campaign_states import CampaignStates
from connectors.store.documents import Documents
from connectors.store.ledger.ledger import Ledger
from connectors.store.link_targets import LinkTargets
from connectors.store.notes import Notes
from connectors.store.segment_uses import SegmentUses
from connectors.store.triggers import Triggers


class StoreParts:
    """What ``Store`` has beside members. Each part makes its own transactions."""

    def __init__(self, engine: Engine, now: Callable[[], dt.datetime]) -> None:
        self._engine = engine
        self._now = now

    @property
    def recommend_rules(self) -> Documents:
        """The marketer's rules of recommendations."""
        return Documents(self._engine, schema.recommend_rules, self._now)

    @property
    def recommend_models(self) -> Documents:
        """The marketer's recommendation models."""
        return Documents(self._engine, schema.recommend_models, self._now)

    @property
    def segments(self) -> Documents:
        """The marketer's segments."""
        return Documents(self._engine, schema.segments, self._now)

    @property
    def segment_uses(self) -> SegmentUses:
        """Which campaigns used which segment."""
        return SegmentUses(self._engine, self._now)

    @property
    def campaigns(self) -> Documents:
        """The marketer's campaigns."""
        return Documents(self._engine, schema.campaigns, self._now)

    @property
    def campaign_states(self) -> CampaignStates:
        """Where every campaign stands."""
        return CampaignStates(self._engine, self._now)

    @property
    def templates(self) -> Documents:
        """The marketer's message templates."""
        return Documents(self._engine, schema.message_templates, self._now)

    @property
    def senders(self) -> Documents:
        """Who messages come from."""
        return Documents(self._engine, schema.senders, self._now)

    @property
    def triggers(self) -> Triggers:
        """What customers did that campaigns answer to."""
        return Triggers(self._engine, self._now)

    @property
    def ledger(self) -> Ledger:
        """What was sent, is being sent and is to be sent."""
        return Ledger(self._engine, self._now)

    @property
    def notices(self) -> Ledger:
        """The same of reports to the shop's own people, whom no campaign, table or count of campaigns knows."""
        return Ledger(self._engine, self._now, notices=True)

    @property
    def link_targets(self) -> LinkTargets:
        """Where tracked links lead."""
        return LinkTargets(self._engine)

    @property
    def notes(self) -> Notes:
        """How far somebody has read what lies elsewhere."""
        return Notes(self._engine, self._now)
