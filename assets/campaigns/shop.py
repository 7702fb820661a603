"""Everything that campaigns are worked on with: the home, its store and published tables, the shop's word on sending.

Belongs here: opening these together, and the documents that the work asks for. Does not belong here: any of the work.
"""

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from zoneinfo import ZoneInfo

from connectors.home.member_key import read_secret
from connectors.home.paths import Home
from connectors.home.settings import Settings
from connectors.published.tables import PublishedTables
from connectors.store.documents import Documents, Version
from connectors.store.store import Store
from models.campaigns.document import Campaign
from models.campaigns.policies import ShopPolicies
from models.messages.documents.template import Template
from models.messages.law import Sender
from models.messages.senders import SenderAccount

Clock = Callable[[], dt.datetime]
Say = Callable[[str], None]


class MissingDocument(Exception):
    """A campaign, template or sender that something names is not there; the message says which and what to do."""


@dataclass(frozen=True)
class Shop:
    """``clock``: aware UTC now; ``sleep``: waits so many seconds (of the same time that ``clock`` tells)."""

    home: Home
    settings: Settings
    store: Store
    published: PublishedTables
    clock: Clock
    sleep: Callable[[float], None]
    say: Say = field(default=lambda text: None)

    @property
    def zone(self) -> ZoneInfo:
        return self.settings.zone

    @cached_property
    def secret(self) -> str:
        """The key of pseudonyms, links and hashes."""
        return read_secret(self.home)

    @cached_property
    def policies(self) -> ShopPolicies:
        """Policies of the shop."""
        said = self.settings.campaigns.model_dump(by_alias=True, exclude={"stop_share"})
        return ShopPolicies.model_validate(said)

    @cached_property
    def sender(self) -> Sender:
        """The shop as the law wants it named."""
        settings, messages = self.settings, self.settings.messages
        return Sender(
            settings.mall_name,
            messages.contact,
            messages.opt_out_number,
            settings.currency,
            settings.locale,
            messages.label_kakao_texts,
        )

    @cached_property
    def prices(self) -> dict[str, Decimal]:
        """Price of one message by class of costs."""
        return {name: Decimal(str(price)) for name, price in self.settings.messages.prices.items()}

    def campaign(self, name: str, version: int | None = None) -> Campaign:
        """The campaign as it is, or a version of it. Raises :class:`MissingDocument`."""
        return Campaign.model_validate(_found(self.store.campaigns, "campaign", name, version=version).document)

    def template(self, name: str, moment: dt.datetime | None = None) -> Template:
        """The template as it is, or as it was at a moment. Raises :class:`MissingDocument`."""
        return Template.model_validate(_found(self.store.templates, "template", name, moment=moment).document)

    def sender_account(self, name: str) -> SenderAccount:
        """The sender as it is. Raises :class:`MissingDocument`."""
        return SenderAccount.model_validate(_found(self.store.senders, "sender", name).document)


def _found(
    documents: Documents, kind: str, name: str, version: int | None = None, moment: dt.datetime | None = None
) -> Version:
    """The newest version that fits: of a number, or in force at a moment."""
    fitting = [
        one
        for one in documents.history(name)
        if (version is None or one.version == version) and (moment is None or one.applied_at <= moment)
    ]
    if not fitting or fitting[-1].document is None:
        raise MissingDocument(
            f"there is no {kind} {name!r}{'' if version is None else f' of version {version}'}: apply it first, see "
            f"`dangol {kind} --help`"
        )
    return fitting[-1]


@contextmanager
def open_shop(
    home: Home,
    settings: Settings,
    published: PublishedTables,
    clock: Clock,
    sleep: Callable[[float], None],
    say: Say = lambda text: None,
) -> Iterator[Shop]:
    """The shop of ``home``, with its store open for the length of the block."""
    region = settings.members.default_region
    with Store.open(home.ops_url, secret=read_secret(home), now=clock, region=region) as store:
        yield Shop(home, settings, store, published, clock, sleep, say)
