"""`dangol template request`, `sync`, `test-send`: what is asked of the vendors, and their answers in words.

Belongs here: what these commands do and show. Does not belong here: asking (``assets.campaigns.inspections``,
``assets.campaigns.testing``), wording.
"""

from collections.abc import Iterable

from assets.campaigns.inspections import NoKakaoSender, TemplateNews, request_inspection, sync_templates
from assets.campaigns.testing import TestRefused, send_test
from models.messages.checks import obstacles_in
from models.messages.documents.template import Template
from models.messages.rendering import variables_of
from models.messages.senders import KIND_OF, SenderAccount
from models.messages.standing import account_holds, inspection_holds
from orchestration.cli.message_problems import told_skip
from orchestration.cli.template_documents import state_of, told_state
from orchestration.cli.template_preview import rendered_for
from orchestration.cli.template_view import Desk
from orchestration.cli.words import CommandError


def request_one(desk: Desk, name: str) -> None:
    """Have an AlimTalk template inspected, or say how."""
    template, words = desk.pick_template(name), desk.words
    alimtalk = template.alimtalk
    if alimtalk is None:
        raise CommandError(words("not_alimtalk", id=name))
    wrong = [one for one in obstacles_in(template, desk.shop.sender) if one.kind != "not_approved"]
    if wrong:
        raise CommandError(words("not_sendable", id=name, why="\n".join(f"  {desk.told(one)}" for one in wrong)))
    if alimtalk.inspection.state == "approved" and inspection_holds(template, is_sandbox=desk.is_sandbox):
        desk.screen.line(words("already_approved", id=name))
        return
    desk.tell_vendors()
    with desk.vendors() as vendors:
        try:
            found = request_inspection(desk.shop, vendors, template)
        except NoKakaoSender:
            raise CommandError(words("no_kakao_sender")) from None
    desk.screen.line(words("inspected", id=name, state=told_state(desk, found, state_of(desk, found))))
    if not desk.is_sandbox:
        desk.screen.line(words("request_in_console", code=alimtalk.code, type=alimtalk.type))
        desk.screen.line()
        desk.out.write(alimtalk.text + "\n")


def sync_all(desk: Desk, *, take_texts: bool) -> None:
    """Ask the vendor for the states of all AlimTalk templates, and say what changed."""
    desk.tell_vendors()
    words, screen = desk.words, desk.screen
    with desk.vendors() as vendors:
        try:
            found = sync_templates(desk.shop, vendors, take_texts=take_texts)
        except NoKakaoSender:
            raise CommandError(words("no_kakao_sender")) from None
    screen.line(words("synced", channels=", ".join(found.channels), count=len(found.news)))
    same = [one.now.id for one in found.news if one.before == one.now and not one.differences and one.is_known]
    if same:
        screen.line(words("sync_same", count=len(same), ids=", ".join(same)))
    for news in found.news:
        _tell_news(desk, news)
    for code, problems in found.unusable.items():
        screen.line(words("sync_unusable", code=code, why="; ".join(desk.told(one) for one in problems)), "yellow")
    if any(one.differences for one in found.news):
        screen.line(words("take_hint"), "yellow")


def send_to_one(desk: Desk, name: str, to: str, member_id: str, sender_id: str) -> None:
    """Send a template to an address, or to a member's own, with a member's values; tell the vendor's answer."""
    template, words = desk.pick_template(name), desk.words
    sender = _checked(desk, template, to, member_id, sender_id)
    desk.tell_vendors()
    try:
        with desk.vendors() as vendors:
            outcome = send_test(desk.shop, vendors, template, sender, to=to or None, member_id=member_id or None)
    except TestRefused as error:
        raise CommandError(words("not_sendable", id=name, why=f"  {error}")) from None
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


def _checked(desk: Desk, template: Template, to: str, member_id: str, sender_id: str) -> SenderAccount:
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
        reason = rendered_for(desk, template, member_id).skip_reason
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


def _tell_news(desk: Desk, news: TemplateNews) -> None:
    words, screen, now = desk.words, desk.screen, news.now
    state = told_state(desk, now, state_of(desk, now))
    lines: list[str] = []
    if news.before is None:
        lines.append(words("sync_new", id=now.id, state=state))
    elif news.before != now:
        before = told_state(desk, news.before, state_of(desk, news.before))
        lines.append(words("sync_changed", id=now.id, before=before, state=state))
    if not news.is_known and now.alimtalk is not None:
        lines.append(words("sync_missing", id=now.id, code=now.alimtalk.code))
    if now.alimtalk is not None and now.alimtalk.inspection.reason:
        lines.append(words("sync_reason", id=now.id, reason=now.alimtalk.inspection.reason))
    lines += _differences(desk, news)
    for line in lines:
        screen.line(line)


def _differences(desk: Desk, news: TemplateNews) -> Iterable[str]:
    for one in news.differences:
        values = {"ours": one.ours or "-", "theirs": one.theirs or "-", "line": one.line}
        yield desk.words(f"sync_{one.part}", id=news.now.id, **values)
