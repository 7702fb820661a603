"""Who carries the shop's messages: the sandbox on this machine, or the accounts of the environment.

Belongs here: opening it once for many sends, and the environment that each account of a sender has. Does not belong
here: which sends go out by what (``delivery.routes``), the servers of the sandbox (``connectors.sandbox``).

The sandbox is the default: it does as the vendors do and delivers nothing. Results are there at once, and what it took
it knows as long as it is open, so that a send asks for its results before it ends.
"""

import datetime as dt
import os
import tempfile
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, TypeVar

from assets.campaigns.shop import Shop
from connectors.channels.push.fcm import FcmChannel
from connectors.sandbox.sens_kakao import EVERY, SandboxTemplate
from connectors.sandbox.vendors import SandboxVendors, sandbox_vendors
from models.messages.documents.template import Template
from models.messages.senders import Account, SenderAccount

_OF_VENDORS: Final = ("DANGOL_SENS_", "DANGOL_FCM_", "DANGOL_SMTP_")
_SANDBOX_LOOK_UP: Final = dt.timedelta(seconds=1)  # nothing is on its way for longer than that on this machine
Made = TypeVar("Made")


class SandboxEnviron(dict[str, str]):
    """Variables that lead to the sandbox, whatever the account."""


@dataclass
class Vendors:
    """``environ``: variables with the keys. ``lookup_after``: how long a request may be on its way; None: as each
    channel says. Used by several threads at once."""

    environ: Mapping[str, str] = field(repr=False)
    is_sandbox: bool
    sandbox: SandboxVendors | None = field(repr=False)
    lookup_after: dt.timedelta | None = None
    _kept: dict[tuple[object, ...], object] = field(default_factory=dict, repr=False)
    _forgotten: int = 0
    _lock: threading.RLock = field(default_factory=threading.RLock, repr=False)

    def kept(self, key: tuple[object, ...], make: Callable[[], Made]) -> Made:
        """What ``make`` made the first time for this key: channels keep tokens and pictures."""
        with self._lock:
            if key not in self._kept:
                self._kept[key] = make()
            found: Made = self._kept[key]  # type: ignore[assignment]
            return found

    def forgot(self, number: int) -> None:
        """Note that so many push tokens were forgotten."""
        with self._lock:
            self._forgotten += number

    def forgotten(self) -> int:
        """How many push tokens were forgotten since this was asked last."""
        with self._lock:
            found, self._forgotten = self._forgotten, 0
            return found

    def close(self) -> None:
        """End the threads of channels."""
        with self._lock:
            for one in self._kept.values():
                if isinstance(one, FcmChannel):
                    one.close()
            self._kept.clear()


@contextmanager
def open_vendors(shop: Shop) -> Iterator[Vendors]:
    """The vendors that the settings name (``messages.vendors``), for the length of the block."""
    if shop.settings.messages.vendors == "live":
        vendors = Vendors(environ_of_vendors(os.environ), is_sandbox=False, sandbox=None)
        try:
            yield vendors
        finally:
            vendors.close()
        return
    shop.say("messages go to the sandbox on this machine: nothing is delivered")
    with (
        tempfile.TemporaryDirectory(prefix="dangol-sandbox-") as folder,
        sandbox_vendors(Path(folder), clock=lambda: shop.clock().timestamp(), senders=(), channels={}) as sandbox,
    ):
        vendors = Vendors(SandboxEnviron(sandbox.environment), True, sandbox, _SANDBOX_LOOK_UP)
        for desk in (sandbox.sens.sms, sandbox.sens.alimtalk, sandbox.sens.brand):
            desk.delay = 0.0
        senders = (SenderAccount.model_validate(one.document) for one in shop.store.senders.current())
        introduce(vendors, senders, (Template.model_validate(one.document) for one in shop.store.templates.current()))
        try:
            yield vendors
        finally:
            vendors.close()


def introduce(vendors: Vendors, senders: Iterable[SenderAccount], templates: Iterable[Template]) -> None:
    """Tell the sandbox numbers, channels and AlimTalk templates that are approved, as a real vendor has them."""
    if vendors.sandbox is None:
        return
    sens = vendors.sandbox.sens
    for sender in senders:
        if sender.kind == "sms" and sender.may_send:
            sens.sms.senders.add("".join(letter for letter in str(sender.address) if letter.isdigit()))
        if sender.kind == "kakao" and sender.may_send:
            for desk in (sens.alimtalk, sens.brand):
                desk.channels.setdefault(str(sender.address), "ACTIVE")
    for alimtalk in (template.alimtalk for template in templates):
        if alimtalk is not None and alimtalk.inspection.state == "approved":
            buttons = [{"name": one.name, "type": one.type} for one in alimtalk.buttons]
            made = SandboxTemplate(alimtalk.code, alimtalk.text, EVERY, buttons=buttons)
            sens.alimtalk.templates[alimtalk.code] = made


def environ_of_vendors(environ: Mapping[str, str]) -> dict[str, str]:
    """The variables that vendors are reached with."""
    return {name: value for name, value in environ.items() if name.startswith(_OF_VENDORS)}


def account_environ(environ: Mapping[str, str], account: Account) -> Mapping[str, str]:
    """The variables of one account under their plain names: DANGOL_FCM_SERVICE_ACCOUNT_B is the
    DANGOL_FCM_SERVICE_ACCOUNT of the account with the ending B. In the sandbox all accounts have the same."""
    if not account.variables or isinstance(environ, SandboxEnviron):
        return environ
    ending = f"_{account.variables}"
    return {name.removesuffix(ending): value for name, value in environ.items() if name.endswith(ending)}
