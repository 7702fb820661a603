"""What every `dangol template` and `dangol sender` command starts with: templates, senders, who uses them.

Belongs here: opening a home for working on them, what several commands ask or say. Does not belong here: what documents
of any kind share (``document_desk``), what a command does (``template_documents``, ``template_preview``,
``template_vendor``, ``sender_documents``).
"""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from assets.campaigns.shop import Shop
from assets.campaigns.vendors.accounts import all_senders
from assets.campaigns.vendors.inspections import all_templates
from assets.campaigns.vendors.opening import Vendors, open_vendors
from connectors.channels.mail.access import MailProblem
from connectors.channels.protocol import ChannelError
from connectors.channels.push.service_account import AccountProblem
from connectors.channels.sens.access import AccessProblem
from connectors.published.tables import PublishedTables
from connectors.sources.errors import SourceError
from connectors.store.documents import Version
from models.campaigns.phrases import PARTS
from models.campaigns.states import State
from models.documents.reading import Problem
from models.messages.documents.template import Template
from models.messages.senders import SenderAccount
from models.words import Phrases
from orchestration.cli import document_desk
from orchestration.cli.document_desk import DocumentDesk, desk_of
from orchestration.cli.document_problems import PROBLEMS, told_problem, told_problems
from orchestration.cli.message_problems import MESSAGE_PROBLEMS
from orchestration.cli.screen import Column
from orchestration.cli.template_words import OWN_PROBLEMS, PHRASES
from orchestration.cli.words import CommandError, Words

_PROBLEMS: Phrases = {**PROBLEMS, **MESSAGE_PROBLEMS, **OWN_PROBLEMS}


@dataclass(frozen=True)
class Use:
    """A campaign that a template or sender is used by. ``role``: ``message`` or ``substitute``."""

    campaign_id: str
    name: str
    state: State
    variant: str
    role: str

    @property
    def is_open(self) -> bool:
        """Whether the campaign may still send."""
        return self.state is not State.COMPLETED


class Desk(DocumentDesk):
    """A home whose templates and senders are worked on."""

    @cached_property
    def shop(self) -> Shop:
        """Everything that campaigns are worked on with."""
        return Shop(self.home, self.settings, self.store, PublishedTables(self.home), document_desk.now, time.sleep)

    @property
    def templates(self) -> dict[str, Template]:
        """Templates in force, by id."""
        return all_templates(self.shop)

    @property
    def senders(self) -> dict[str, SenderAccount]:
        """Senders in force, by id."""
        return all_senders(self.shop)

    @property
    def is_sandbox(self) -> bool:
        return self.settings.messages.vendors == "sandbox"

    @cached_property
    def parts(self) -> Words:
        """Channels and states of campaigns in words."""
        return Words(self.words.locale, PARTS)

    @cached_property
    def campaigns(self) -> tuple[Version, ...]:
        """Campaigns in force as they are stored: with ten thousand of them, checking each again would take seconds."""
        return self.store.campaigns.current()

    @cached_property
    def campaign_states(self) -> Mapping[str, str]:
        return {one.campaign_id: one.state for one in self.store.campaign_states.all()}

    def uses(self, kind: str) -> dict[str, list[Use]]:
        """Campaigns by what they use. ``kind``: ``template`` or ``sender``."""
        found: dict[str, list[Use]] = {}
        for one in self.campaigns:
            document: dict[str, Any] = one.document or {}
            state = State(self.campaign_states.get(one.id, State.PAUSED))
            for variant in document["variants"]:
                substitute = variant.get("substitute")
                used = [("message", variant.get(kind) or document.get(kind))]
                used += [("substitute", substitute.get(kind))] if substitute else []
                for role, name in used:
                    if name:
                        use = Use(one.id, document["name"], state, variant.get("name", "A"), role)
                        found.setdefault(name, []).append(use)
        return found

    def pick_template(self, name: str) -> Template:
        """The template of an id. Raises :class:`CommandError` with the nearest ids."""
        return self.pick(name, self.templates, "no_template")

    def pick_sender(self, name: str) -> SenderAccount:
        """The sender of an id. Raises :class:`CommandError` with the nearest ids."""
        return self.pick(name, self.senders, "no_sender")

    def refuse(self, problems: Sequence[Problem]) -> None:
        """As of any document, with the sentences of messages."""
        if problems:
            raise CommandError(told_problems(problems, self.words.locale, {**MESSAGE_PROBLEMS, **OWN_PROBLEMS}))

    def told(self, problem: Problem) -> str:
        """'sms.text: what is wrong'."""
        place = ".".join(str(part + 1) if isinstance(part, int) else part for part in problem.place)
        sentence = told_problem(problem, Words(self.words.locale, _PROBLEMS))
        return f"{place}: {sentence}" if place else sentence

    def tell_vendors(self) -> None:
        """Whether messages leave this machine."""
        key = "sandbox" if self.is_sandbox else "live"
        self.screen.line(self.words(f"vendors_{key}"), "yellow" if self.is_sandbox else "bold")

    def require_unused(self, kind: str, name: str) -> None:
        """Raise :class:`CommandError` while a campaign that is not completed uses it."""
        users = sorted({use.campaign_id for use in self.uses(kind).get(name, []) if use.is_open})
        if users:
            raise CommandError(self.words("in_use", id=name, campaigns=", ".join(users)))

    @contextmanager
    def vendors(self) -> Iterator[Vendors]:
        """The vendors, sandbox or live. What they refuse becomes a :class:`CommandError`."""
        try:
            with open_vendors(self.shop) as vendors:
                yield vendors
        except (ChannelError, AccessProblem, AccountProblem, MailProblem, SourceError) as error:
            raise CommandError(self.words("vendor_refused", why=error)) from error

    def print_versions_of(self, versions: Sequence[Version], state: Callable[[dict[str, Any]], str]) -> None:
        """All versions of a document, the newest first; ``state``: where the document stood."""
        words, zone = self.words, self.settings.zone
        self.screen.heading(words("versions"))
        columns = [Column(words("version"), right=True), Column(words("applied_at")), Column(words("state"))]
        rows = [[str(one.version), f"{one.applied_at.astimezone(zone):%Y-%m-%d %H:%M}",
                 words("removed") if one.document is None else state(one.document)]
                for one in reversed(versions)]  # fmt: skip
        self.screen.table(columns, rows)


@contextmanager
def open_desk(
    root: Path | None, form: str = "table", formats: Sequence[str] = ("table",), phrases: Phrases = PHRASES
) -> Iterator[Desk]:
    """The home's templates and senders. Raises :class:`CommandError` for an unknown format."""
    with desk_of(Desk, phrases, root, form, formats) as desk:
        yield desk
