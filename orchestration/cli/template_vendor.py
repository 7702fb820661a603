"""`dangol template request`, `sync`: what is asked of the vendors, and their answers in words.

Belongs here: what these commands do and show. Does not belong here: asking (``assets.campaigns.vendors.inspections``),
wording, test sends (``message_trial``).
"""

from collections.abc import Iterable

from assets.campaigns.vendors.inspections import NoKakaoSender, TemplateNews, request_inspection, sync_templates
from models.messages.checks import obstacles_in
from models.messages.standing import inspection_holds
from orchestration.cli.template_documents import state_of, told_state
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
