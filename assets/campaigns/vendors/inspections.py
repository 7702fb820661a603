"""AlimTalk templates held against what the vendor has, and kept in the store (F2).

Belongs here: asking for their states, and storing them. Does not belong here: what an answer means for a document
(``models.messages.standing``), channels and numbers (``accounts``), telling anybody (the command line).

SENS has no interface to make a template: that is done in its console. A sync reads the list of every channel and finds
ours by their code; there is no notice of a change, so that it is to be asked again.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from assets.campaigns.shop import Shop
from assets.campaigns.vendors.accounts import all_senders, let_in, sens_client
from assets.campaigns.vendors.opening import Vendors
from connectors.channels.accounts import VendorTemplate, templates
from connectors.sandbox.sens_kakao import SandboxTemplate
from models.documents.reading import Problem
from models.documents.said import said
from models.messages.checks import problems_in
from models.messages.documents.alimtalk import Inspection
from models.messages.documents.template import Template
from models.messages.senders import SenderAccount
from models.messages.standing import (
    Difference,
    after_sync,
    differences,
    from_vendor,
    with_inspection,
    with_vendor_text,
)


class NoKakaoSender(Exception):
    """There is no KakaoTalk channel among the senders whose templates could be asked for."""


@dataclass(frozen=True)
class TemplateNews:
    """What a sync found of one template: as it was (None: it is new) and is now. ``is_known``: the vendor has it."""

    before: Template | None
    now: Template
    is_known: bool
    differences: tuple[Difference, ...] = ()


@dataclass(frozen=True)
class TemplateSync:
    """``unusable``: templates of the vendor that can not become documents, by code, with what is wrong."""

    channels: tuple[str, ...]
    news: tuple[TemplateNews, ...]
    unusable: Mapping[str, Sequence[Problem]]


def all_templates(shop: Shop) -> dict[str, Template]:
    """Templates in force, by id."""
    return {one.id: Template.model_validate(one.document) for one in shop.store.templates.current()}


def sync_templates(shop: Shop, vendors: Vendors, *, take_texts: bool = False) -> TemplateSync:
    """Ask every KakaoTalk channel for its templates; ours get their state, new ones become documents.

    ``take_texts``: put the vendor's text into templates that differ from it. Raises :class:`NoKakaoSender` and
    ``ChannelError``; nothing is stored then."""
    known: dict[str, VendorTemplate] = {}
    senders = _kakao_senders(shop)
    for sender in senders:
        for one in _listed(shop, vendors, sender):
            known.setdefault(one.code, one)
    ours = all_templates(shop)
    news = [_news(one, known.get(one.alimtalk.code), vendors, take_texts)
            for one in ours.values() if one.alimtalk is not None]  # fmt: skip
    codes = {one.alimtalk.code for one in ours.values() if one.alimtalk is not None}
    added, unusable = _added([one for code, one in sorted(known.items()) if code not in codes], ours, vendors)
    shop.store.templates.apply([said(one.now) for one in (*news, *added) if one.now != one.before])
    return TemplateSync(tuple(str(one.address) for one in senders), (*news, *added), unusable)


def request_inspection(shop: Shop, vendors: Vendors, template: Template) -> Template:
    """Have a template inspected. The sandbox answers at once, and what it says is read as from the vendor; at the
    vendor it is made in the console, so that here it is only noted. Raises :class:`NoKakaoSender`, ``ChannelError``."""
    alimtalk = template.alimtalk
    if alimtalk is None:
        raise TypeError("not an AlimTalk template")
    found = with_inspection(template, Inspection(state="requested"))
    if vendors.sandbox is not None:
        sender = _kakao_senders(shop)[0]
        buttons = [{"type": one.type, "name": one.name} for one in alimtalk.buttons]
        made = SandboxTemplate(alimtalk.code, alimtalk.text, str(sender.address), buttons=buttons, kind=alimtalk.type)
        vendors.sandbox.sens.alimtalk.templates[alimtalk.code] = made
        listed = {one.code: one for one in _listed(shop, vendors, sender)}
        found = after_sync(found, listed.get(alimtalk.code), is_sandbox=True)
    shop.store.templates.apply([said(found)])
    return found


def _kakao_senders(shop: Shop) -> list[SenderAccount]:
    """Senders of kind kakao, by id. Raises :class:`NoKakaoSender`."""
    found = [one for one in all_senders(shop).values() if one.kind == "kakao"]
    if not found:
        raise NoKakaoSender
    return found


def _listed(shop: Shop, vendors: Vendors, sender: SenderAccount) -> list[VendorTemplate]:
    """Templates of a sender's channel."""
    let_in(vendors, str(sender.address))
    return templates(sens_client(shop, vendors, sender.accounts[0]), str(sender.address))


def _news(template: Template, vendor: VendorTemplate | None, vendors: Vendors, take_texts: bool) -> TemplateNews:
    found = () if vendor is None else differences(template, vendor)
    if found and vendor is not None and take_texts:
        try:
            taken = with_vendor_text(template, vendor, is_sandbox=vendors.is_sandbox)
        except ValidationError:
            taken = None
        if taken is not None and not problems_in(taken):
            return TemplateNews(template, taken, is_known=True)
    now = after_sync(template, vendor, is_sandbox=vendors.is_sandbox)
    return TemplateNews(template, now, is_known=vendor is not None, differences=found)


def _added(
    new: Iterable[VendorTemplate], ours: Mapping[str, Template], vendors: Vendors
) -> tuple[list[TemplateNews], dict[str, Sequence[Problem]]]:
    """Templates that only the vendor has, as documents under their codes."""
    added: list[TemplateNews] = []
    unusable: dict[str, Sequence[Problem]] = {}
    for one in new:
        name = one.code if one.code not in ours else f"alimtalk-{one.code}"
        try:
            made = from_vendor(one, name, is_sandbox=vendors.is_sandbox)
        except ValidationError as error:
            unusable[one.code] = [_problem(one.code, each) for each in error.errors()]
            continue
        problems = problems_in(made)
        if problems or made.id in ours:
            unusable[one.code] = problems or [Problem("", 0, made.id, ("id",), "id_taken")]
        else:
            added.append(TemplateNews(None, made, is_known=True))
    return added, unusable


def _problem(code: str, error: Any) -> Problem:
    """What pydantic says, without the value itself."""
    values = {**error.get("ctx", {}), "message": error["msg"], "found": "…"}
    return Problem("", 0, code, tuple(error["loc"]), error["type"], values)
