"""Senders held against what the vendors say of them, and kept in the store (G7).

Belongs here: asking, and storing the answer. Does not belong here: what an answer means for a document
(``models.messages.standing``), AlimTalk templates (``inspections``), starting the sandbox (``opening``), telling
anybody (the command line).

SENS has no list of sender numbers: a Cafe24 mall has one, else somebody says by hand that a number is registered.
"""

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from assets.campaigns.shop import Shop
from assets.campaigns.vendors.opening import Vendors, account_environ
from connectors.channels import accounts as at_vendor
from connectors.channels.protocol import Attempt, SenderDown
from connectors.channels.sens.access import read_access
from connectors.channels.sens.client import SensClient
from connectors.channels.wire import open_session
from models.documents.said import said
from models.messages.senders import Account, SenderAccount
from models.messages.standing import BY_HAND, SANDBOX

_APPROVED: Final = {"state": "approved", "vendor_state": SANDBOX}


@dataclass(frozen=True)
class SenderNews:
    """What a sync found of one sender: as it was (None: it is new) and is now. ``is_known``: the vendor lists it."""

    before: SenderAccount | None
    now: SenderAccount
    is_known: bool


def all_senders(shop: Shop) -> dict[str, SenderAccount]:
    """Senders in force, by id."""
    return {one.id: SenderAccount.model_validate(one.document) for one in shop.store.senders.current()}


def verified(shop: Shop, vendors: Vendors, account: SenderAccount) -> SenderAccount:
    """The sender as the vendor says it is, asked with the keys that it would send with (G7); nothing is stored.

    Raises ``ChannelError``, and what the readers of the environment raise, which tell which variable to set."""
    if account.kind == "kakao":
        channel = str(account.address)
        let_in(vendors, channel)
        found = at_vendor.verified_channel(sens_client(shop, vendors, account.accounts[0]), channel)
        return _with_state(account, found, vendors)
    if account.kind == "sms":
        if vendors.sandbox is not None:
            return account.model_copy(update=_APPROVED)
        return _as_listed(account, _numbers(shop), vendors).now
    for one in account.accounts:
        _log_in(shop, vendors, account, one)
    return account


def sync_senders(shop: Shop, vendors: Vendors) -> tuple[SenderNews, ...]:
    """Ask the vendors for the states of all numbers and channels, and store them; what a vendor has besides is added.

    Raises as :func:`verified`; nothing is stored then."""
    ours = all_senders(shop)
    news: list[SenderNews] = []
    lists = {"kakao": _channels(shop, vendors, ours.values()), "sms": None if vendors.is_sandbox else _numbers(shop)}
    for kind, listed in lists.items():
        mine = [one for one in ours.values() if one.kind == kind]
        news += [_as_listed(one, listed, vendors) for one in mine]
        if listed is not None and not vendors.is_sandbox:
            news += _new_senders(kind, listed, ours.values())
    shop.store.senders.apply([said(one.now) for one in news if one.now != one.before])
    return tuple(news)


def approved_by_hand(shop: Shop, account: SenderAccount, evidence: str) -> SenderAccount:
    """Note that somebody says a number is registered, and what shows it."""
    found = SenderAccount.model_validate(
        said(account) | {"state": "approved", "vendor_state": f"{BY_HAND}: {evidence.strip()}"}
    )
    shop.store.senders.apply([said(found)])
    return found


def sens_client(shop: Shop, vendors: Vendors, account: Account) -> SensClient:
    """Requests to SENS with the keys of an account. Raises ``SenderDown`` where there are none, ``AccessProblem``."""
    access = read_access(account_environ(vendors.environ, account))
    if access is None:
        raise SenderDown("no keys of SENS in the environment: set DANGOL_SENS_ACCESS_KEY and its like", "no_keys")
    return SensClient(access, session=open_session(1), now=shop.clock)


def let_in(vendors: Vendors, channel: str) -> None:
    """The sandbox knows every channel of the shop."""
    if vendors.sandbox is not None:
        for desk in (vendors.sandbox.sens.alimtalk, vendors.sandbox.sens.brand):
            desk.channels.setdefault(channel, "ACTIVE")


def _channels(shop: Shop, vendors: Vendors, senders: Iterable[SenderAccount]) -> list[at_vendor.SenderAccount] | None:
    """KakaoTalk channels of all SENS projects that the senders have keys of; None where there is nothing to ask."""
    kakao = [one for one in senders if one.kind == "kakao"]
    for one in kakao:
        let_in(vendors, str(one.address))
    accounts = {one.accounts[0].variables: one.accounts[0] for one in kakao}
    access = read_access(vendors.environ)
    if access is not None and access.kakao_service:
        accounts.setdefault("", Account())
    if not accounts:
        return None
    found = [
        one for account in accounts.values() for one in at_vendor.kakao_channels(sens_client(shop, vendors, account))
    ]
    return sorted({one.id: one for one in found}.values(), key=lambda one: one.id)


def _numbers(shop: Shop) -> list[at_vendor.SenderAccount] | None:
    """Sender numbers of the shop's Cafe24 mall; None where there is no mall to ask."""
    if not shop.settings.cafe24.mall_id:
        return None
    from connectors.sources.cafe24.access import mall_folder
    from connectors.sources.cafe24.access import read_access as cafe24_access
    from connectors.sources.cafe24.client import Cafe24Client
    from connectors.sources.cafe24.token_file import TokenFile

    access = cafe24_access(shop.settings.cafe24, os.environ)
    file = TokenFile(mall_folder(shop.home, access.mall_id))
    client = Cafe24Client(access, file, session=open_session(1), now=shop.clock, say=shop.say)
    return at_vendor.sms_numbers(lambda: client.rows("sms/senders", {"limit": 100}))


def _as_listed(
    account: SenderAccount, listed: Sequence[at_vendor.SenderAccount] | None, vendors: Vendors
) -> SenderNews:
    """A number or channel as a list says; without a list, or when it is not on it, what somebody said by hand stays."""
    if vendors.is_sandbox and account.kind == "sms":
        return SenderNews(account, account.model_copy(update=_APPROVED), is_known=True)
    found = next((one for one in listed or () if _same(one.id, str(account.address))), None)
    if found is not None:
        return SenderNews(account, _with_state(account, found, vendors), is_known=True)
    by_hand = (account.vendor_state or "").startswith(BY_HAND)
    unknown = {"state": "unknown", "vendor_state": None}
    return SenderNews(account, account if by_hand else account.model_copy(update=unknown), is_known=False)


def _same(one: str, other: str) -> bool:
    """Whether two spellings are one channel or number: 1588-0000 is 15880000."""
    return one == other or (not one.startswith("@") and one == "".join(filter(str.isdigit, other)))


def _new_senders(
    kind: str, listed: Sequence[at_vendor.SenderAccount], ours: Iterable[SenderAccount]
) -> list[SenderNews]:
    known = {one.id for one in ours}
    mine = [str(one.address) for one in ours if one.kind == kind]
    new = [one for one in listed if one.id not in known and not any(_same(one.id, address) for address in mine)]
    return [
        SenderNews(None, SenderAccount.model_validate({
            "id": one.id, "name": one.name or one.id, "kind": kind, "address": one.id, "state": one.state,
            "vendor_state": one.vendor_state or None,
        }), is_known=True)
        for one in new
    ]  # fmt: skip


def _with_state(account: SenderAccount, found: at_vendor.SenderAccount, vendors: Vendors) -> SenderAccount:
    word = f"{SANDBOX}: {found.vendor_state}" if vendors.is_sandbox else found.vendor_state
    return account.model_copy(update={"state": found.state, "vendor_state": word or None})


def _log_in(shop: Shop, vendors: Vendors, sender: SenderAccount, account: Account) -> None:
    """Prove the keys of an account of pushes or mails; nothing is sent."""
    environ = account_environ(vendors.environ, account)
    if sender.kind == "push":
        from connectors.channels.push.service_account import read_account
        from connectors.channels.push.tokens import BearerTokens

        key = read_account(environ)
        if key is None:
            raise SenderDown("no service account in the environment: set DANGOL_FCM_SERVICE_ACCOUNT", "no_keys")
        BearerTokens(key, open_session(1), shop.clock).token()
    elif sender.kind == "email":
        from connectors.channels.mail.access import read_access as read_mail
        from connectors.channels.mail.smtp import SmtpChannel

        server = read_mail(environ)
        if server is None:
            raise SenderDown("no mail server in the environment: set DANGOL_SMTP_HOST", "no_keys")
        SmtpChannel(server, now=shop.clock).send(Attempt("0" * 32, sender.id, None, shop.clock(), ()))
