"""Channel objects: one for each account of a sender.

Belongs here: opening them with the account's keys, in the sandbox or live. Does not belong here: which of them a send
needs (``delivery.routes``), vendors (``connectors.channels``).
"""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final, TypeVar

from assets.campaigns.shop import Shop
from assets.campaigns.vendors.opening import Vendors, account_environ
from connectors.channels.fetching import fetched_picture
from connectors.channels.mail import access as mail
from connectors.channels.mail.smtp import SmtpChannel
from connectors.channels.onsite import OnSiteChannel
from connectors.channels.protocol import Answer, Attempt, Channel, Result
from connectors.channels.push import service_account as push
from connectors.channels.push.fcm import FORGET, FcmChannel
from connectors.channels.sens import access as sens
from connectors.channels.sens.alimtalk import alimtalk_channel
from connectors.channels.sens.brand import brand_channel
from connectors.channels.sens.client import SensClient
from connectors.channels.sens.pictures import PictureDesk
from connectors.channels.sens.sms import SmsChannel
from connectors.channels.wire import open_session
from connectors.home.paths import Home
from connectors.sandbox.pictures import made_up_picture
from models.campaigns.fields import Channel as ChannelName
from models.messages.senders import Account, SenderAccount

CONNECTIONS: Final = 16  # to SENS, of one channel
_PUSHES: Final = 8  # to FCM, of one channel
_USUAL: Final = dt.timedelta(minutes=2)  # until "not found" is proof, at a vendor outside
Access = TypeVar("Access")
_PROBLEMS: Final = (sens.AccessProblem, push.AccountProblem, mail.MailProblem)


class NoAccount(Exception):
    """An account can not be used; the message says which variable to set, and quotes no key."""


@dataclass(frozen=True)
class ForgettingChannel:
    """A push channel that forgets the tokens that its vendor says are gone."""

    inner: Channel
    forget: Callable[[str, dt.datetime], int]
    counted: Callable[[int], None]

    @property
    def batch_size(self) -> int:
        return self.inner.batch_size

    @property
    def lookup_after(self) -> dt.timedelta:
        return self.inner.lookup_after

    @property
    def results_for(self) -> dt.timedelta:
        return self.inner.results_for

    def send(self, attempt: Attempt) -> Answer:
        """As the channel; tokens are forgotten once the answer is there."""
        answer = self.inner.send(attempt)
        gone = {outcome.message_id for outcome in answer.outcomes if outcome.code == FORGET}
        for message in attempt.messages:
            if message.id in gone:
                self.counted(self.forget(message.to, attempt.opened_at))
        return answer

    def lookup(self, attempt: Attempt) -> Answer:
        return self.inner.lookup(attempt)

    def results(self, attempts: Sequence[Attempt]) -> Sequence[Result]:
        return self.inner.results(attempts)


def open_channels(shop: Shop, vendors: Vendors, name: ChannelName, sender: SenderAccount) -> dict[str, Channel]:
    """A channel for each account of ``sender``, by its name in the ledger; opened once, then kept by ``vendors``.

    Raises :class:`NoAccount` where an account has no keys, or unusable ones."""
    found: dict[str, Channel] = {}
    for known, account in zip(sender.channel_names(), sender.accounts, strict=True):
        make = partial(_opened, shop, vendors, name, sender, account)
        found[known] = vendors.kept((name, sender.id, sender.address, account), make)
        if name == "push":
            found[known] = ForgettingChannel(found[known], shop.store.forget_push_token, vendors.forgot)
    return found


def sens_client_of(shop: Shop, vendors: Vendors, account: Account) -> SensClient:
    """Requests to SENS with the keys of an account. Raises :class:`NoAccount`."""
    access = _read(sens.read_access, vendors, account, sens.ACCESS_VARIABLE)
    return SensClient(access, session=open_session(CONNECTIONS), now=shop.clock)


def picture_of(home: Home) -> Callable[[str], bytes]:
    """The bytes of a picture of an MMS by the name of its file; raises ``OSError`` where there is none."""

    def read(name: str) -> bytes:
        if "/" in name or "\\" in name or name.startswith("."):
            raise OSError("the name of a picture is no path")
        return (home.pictures / name).read_bytes()

    return read


def _opened(shop: Shop, vendors: Vendors, name: ChannelName, sender: SenderAccount, account: Account) -> Channel:
    if name == "onsite":
        return OnSiteChannel(shop.home.published)
    if name == "push":
        key = _read(push.read_account, vendors, account, push.FILE_VARIABLE)
        return FcmChannel(key, session=open_session(_PUSHES), now=shop.clock, connections=_PUSHES)
    if name == "email":
        return SmtpChannel(_read(mail.read_access, vendors, account, mail.HOST_VARIABLE), now=shop.clock)
    client, wait = sens_client_of(shop, vendors, account), vendors.lookup_after or _USUAL
    address = str(sender.address)
    if name == "sms":
        return SmsChannel(client, address, pictures=picture_of(shop.home), lookup_after=wait)
    if name == "alimtalk":
        return alimtalk_channel(client, address, lookup_after=wait)
    fetch = made_up_picture if vendors.is_sandbox else fetched_picture
    return brand_channel(client, address, PictureDesk(client, fetch), lookup_after=wait)


def _read(
    read: Callable[[Mapping[str, str]], Access | None], vendors: Vendors, account: Account, variable: str
) -> Access:
    ending = f"_{account.variables}" if account.variables else ""
    try:
        found = read(account_environ(vendors.environ, account))
    except _PROBLEMS as error:
        raise NoAccount(f"{error}{f' (of the variables that end with {ending})' if ending else ''}") from None
    if found is None:
        raise NoAccount(f"no account is set up: set {variable}{ending} and its like in .env (docs/guides/channels.md)")
    return found
