"""Messages tried out before they are sent: previews and test sends, for `dangol template` and `dangol campaign`.

Belongs here: what both commands do with a message. Does not belong here: which messages (``template_preview``,
``campaign_preview``), the page (``models.messages.preview``), drawing pictures (``connectors.browser``), sending
(``assets.campaigns.delivery.testing``). With a member the file is personal: it goes where it was asked to.
"""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import polars as pl

from assets.campaigns.delivery.testing import TestRefused, send_test
from assets.campaigns.texts.previewing import NOWHERE, person_of, values_for
from connectors.browser.screenshot import BrowserFailed, find_browser, picture_of
from models.messages.checks import obstacles_in
from models.messages.documents.template import Template
from models.messages.rendering import Rendered, render_one, variables_of
from models.messages.senders import KIND_OF, SenderAccount
from models.messages.standing import account_holds, inspection_holds
from orchestration.cli.message_problems import told_skip
from orchestration.cli.template_view import Desk
from orchestration.cli.words import CommandError

_KINDS = (".html", ".png")


def page_file(desk: Desk, name: str, out: Path | None) -> Path:
    """Where a preview of ``name`` goes. Raises :class:`CommandError` for a file that is neither a page nor a
    picture."""
    file = out if out is not None else Path(f"{name}.html")
    if file.suffix.lower() not in _KINDS:
        raise CommandError(desk.words("out_kind", file=file))
    return file


def write_page(desk: Desk, page: str, file: Path, width: int) -> None:
    """Write a page as HTML or PNG, by the name of the file, and say so. ``width``: of the picture, in pixels."""
    data = page.encode() if file.suffix.lower() == ".html" else _picture(desk, page, width)
    try:
        file.write_bytes(data)
    except OSError as error:
        raise CommandError(desk.words("not_written", file=file, why=error.strerror or error)) from None
    desk.screen.line(desk.words("preview_written", file=file.absolute()))


def known_person(desk: Desk, member_id: str) -> pl.DataFrame:
    """A member's row. Raises :class:`CommandError` for one that nobody knows."""
    found = person_of(desk.shop, member_id)
    if found is None:
        raise CommandError(desk.words("no_member", id=member_id))
    return found


def rendered_for(
    desk: Desk, template: Template, member_id: str, said: Mapping[str, Any] = MappingProxyType({})
) -> Rendered:
    """The message that a member would get now, outside of a campaign. ``said``: values in place of the member's."""
    values = {"unsubscribe_url": NOWHERE} | values_for(desk.shop, template, known_person(desk, member_id))
    return render_one(template, values | dict(said), desk.shop.sender)


def send_to_one(
    desk: Desk,
    template: Template,
    to: str,
    member_id: str,
    sender_id: str,
    said: Mapping[str, Any] = MappingProxyType({}),
) -> None:
    """Send a template to an address, or to a member's own, with a member's values; tell the vendor's answer. ``said``:
    values in place of the member's."""
    words, sender = desk.words, checked_sender(desk, template, to, member_id, sender_id, said)
    desk.tell_vendors()
    try:
        with desk.vendors() as vendors:
            outcome = send_test(desk.shop, vendors, template, sender, to or None, member_id or None, said)
    except TestRefused as error:
        raise CommandError(words("not_sendable", id=template.id, why=f"  {error}")) from None
    desk.screen.line(words("test_sent", sender=sender.id, to=to or member_id))
    kakao = [str(one) for one in variables_of(template) if one.use == "kakao"]
    if kakao:
        desk.screen.line(words("kakao_as_written", variables=", ".join(kakao)))
    told = words(f"test_{outcome.state}")
    if outcome.code:
        told = words("test_code", told=told, code=outcome.code)
    if outcome.state not in ("accepted", "delivered"):
        raise CommandError(told)
    desk.screen.line(told)


def checked_sender(
    desk: Desk, template: Template, to: str, member_id: str, sender_id: str, said: Mapping[str, Any]
) -> SenderAccount:
    """Who a test goes out from. Raises :class:`CommandError` for whatever keeps it from going out."""
    words, name = desk.words, template.id
    if not to and not member_id:
        raise CommandError(words("one_recipient"))
    if template.channel == "onsite":
        raise CommandError(words("no_test_onsite", id=name))
    personal = [str(one) for one in variables_of(template) if one.is_personal]
    if personal and not member_id:
        raise CommandError(words("needs_member", id=name, variables=", ".join(personal)))
    if not inspection_holds(template, is_sandbox=desk.is_sandbox):
        raise CommandError(words("not_sendable", id=name, why=f"  {words('sandbox_only')}"))
    wrong = obstacles_in(template, desk.shop.sender)
    if wrong:
        raise CommandError(words("not_sendable", id=name, why="\n".join(f"  {desk.told(one)}" for one in wrong)))
    if member_id:
        reason = rendered_for(desk, template, member_id, said).skip_reason
        if reason is not None:
            raise CommandError(words("preview_skipped", why=told_skip(reason, words)))
    return _sender(desk, template, sender_id)


def _sender(desk: Desk, template: Template, sender_id: str) -> SenderAccount:
    """The sender asked for, or the only one of the template's kind. Raises :class:`CommandError`."""
    kind, words = KIND_OF[template.channel], desk.words
    if sender_id:
        found = desk.pick_sender(sender_id)
        if found.kind != kind:
            raise CommandError(words("sender_kind", id=sender_id, kind=kind))
    else:
        fitting = [one for one in desk.senders.values() if one.kind == kind]
        approved = [one for one in fitting if account_holds(one, is_sandbox=desk.is_sandbox)] or fitting
        if not fitting:
            raise CommandError(words("no_sender_of_kind", kind=kind))
        if len(approved) > 1:
            ids = ", ".join(one.id for one in approved)
            raise CommandError(words("which_sender", kind=kind, count=len(approved), senders=ids))
        found = approved[0]
    if not account_holds(found, is_sandbox=desk.is_sandbox):
        raise CommandError(words("sender_not_approved", id=found.id, state=found.state))
    return found


def _picture(desk: Desk, page: str, width: int) -> bytes:
    browser = find_browser()
    if browser is None:
        raise CommandError(desk.words("no_browser"))
    try:
        return picture_of(page, width, browser)
    except BrowserFailed as error:
        raise CommandError(desk.words("browser_failed", why=error)) from None
