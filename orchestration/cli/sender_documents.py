"""`dangol sender apply`, `list`, `show`, `verify`, `sync`, `approve`, `delete`: who messages come from.

Belongs here: what each command does and shows. Does not belong here: wording, asking vendors
(``assets.campaigns.vendors.accounts``). Of keys only the variables' names are told, and whether they are set.
"""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from assets.campaigns.vendors.accounts import SenderNews, approved_by_hand, sync_senders, verified
from models.documents.reading import Problem
from models.documents.said import said
from models.messages.senders import SenderAccount, SenderKind
from models.messages.standing import account_holds, with_known_account
from orchestration.cli.screen import Column, write_rows
from orchestration.cli.template_view import Desk
from orchestration.cli.words import CommandError

_COLUMNS = ("id", "name", "kind", "address", "accounts", "state", "may_send", "missing_keys", "campaigns")
_SENS: Final = ("DANGOL_SENS_ACCESS_KEY", "DANGOL_SENS_SECRET_KEY")
_VARIABLES: Final[dict[SenderKind, tuple[str, ...]]] = {
    "sms": (*_SENS, "DANGOL_SENS_SMS_SERVICE_ID"),
    "kakao": (*_SENS, "DANGOL_SENS_KAKAO_SERVICE_ID"),
    "push": ("DANGOL_FCM_SERVICE_ACCOUNT",),
    "email": ("DANGOL_SMTP_HOST",),
    "onsite": (),
}
_LONGEST_EVIDENCE: Final = 180


def apply_senders(desk: Desk, files: Sequence[Path], *, check: bool) -> None:
    """Put the senders of ``files`` in force, all or none; KakaoTalk channels are verified before they are saved."""
    written = desk.read(files, SenderAccount)
    known = desk.senders
    desk.refuse([problem for one in written for problem in _other_kind(desk, one, known.get(one.id))])
    stored = [with_known_account(one, known.get(one.id)) for one in written]
    asked = [one for one in stored if one.kind == "kakao" or (one.kind == "sms" and desk.is_sandbox)]
    if check and asked:
        desk.tell_vendors()
        stored = [_verified(desk, one) if one in asked else one for one in stored]
    desk.tell_applied(desk.store.senders.apply([said(one) for one in stored]))
    for one in stored:
        desk.screen.line(desk.words("now_is", id=one.id, state=_told_state(desk, one)))
        if one.kind == "sms" and one.state == "unknown":
            desk.screen.line(desk.words("by_hand_hint", id=one.id), "yellow")
        elif one.kind == "kakao" and one.state == "unknown":
            desk.screen.line(desk.words("ask_later", id=one.id), "yellow")


def list_senders(desk: Desk) -> None:
    """Print all senders."""
    words, screen = desk.words, desk.screen
    rows = _rows(desk)
    if desk.form != "table":
        write_rows(_COLUMNS, rows, desk.form, desk.out)
        return
    if not rows:
        screen.line(words("none"))
        return
    screen.line(words("title", count=len(rows)), "bold")
    screen.line()
    headings = ("name", "kind", "address", "accounts", "state", "may_send", "keys", "used_by")
    columns = [Column(words("id"), whole=True), *(Column(words(key)) for key in headings)]
    senders = desk.senders
    screen.table(columns, [_told_row(desk, senders[row["id"]], row) for row in rows])


def show_sender(desk: Desk, name: str) -> None:
    """Print one sender, which variables its keys are in, its versions."""
    sender = desk.pick_sender(name)
    versions = desk.store.senders.history(name)
    if desk.form != "table":
        desk.print_document(sender, versions, variables=_variables(sender), missing=_missing(desk, sender))
        return
    words, screen = desk.words, desk.screen
    screen.line(f"{sender.name} ({name})", "bold")
    told = _told_row(desk, sender, next(row for row in _rows(desk) if row["id"] == name))
    keys = ("kind", "address", "accounts", "state", "may_send", "keys", "used_by")
    facts = list(zip((words(key) for key in keys), told[2:], strict=True))
    screen.facts([*facts, (words("vendor_state"), sender.vendor_state or "")])
    variables = _variables(sender)
    if variables:
        screen.heading(words("environment"))
        shown = [[one, words("key_set" if os.environ.get(one, "").strip() else "key_missing")] for one in variables]
        screen.table([Column(words("variable"), whole=True), Column(words("state"))], shown)
    desk.print_versions_of(versions, lambda one: words(f"state_{one.get('state', 'unknown')}"))


def verify_sender(desk: Desk, name: str) -> None:
    """Ask the vendor about a sender with its own keys, and keep the answer."""
    sender, words = desk.pick_sender(name), desk.words
    if sender.kind == "onsite":
        desk.screen.line(words("nothing_to_verify", id=name))
        return
    desk.tell_vendors()
    with desk.vendors() as vendors:
        found = verified(desk.shop, vendors, sender)
    desk.store.senders.apply([said(found)])
    key = "logged_in" if sender.kind in ("push", "email") else "now_is"
    desk.screen.line(words(key, id=name, state=_told_state(desk, found)))
    if found.kind == "sms" and found.state == "unknown":
        desk.screen.line(words("by_hand_hint", id=name), "yellow")


def sync_all(desk: Desk) -> None:
    """Ask the vendors for all numbers and channels, and say what changed."""
    words, screen = desk.words, desk.screen
    desk.tell_vendors()
    with desk.vendors() as vendors:
        found = sync_senders(desk.shop, vendors)
    if not found:
        screen.line(words("sync_nothing"))
        return
    screen.line(words("synced", count=len(found)))
    same = [one.now.id for one in found if one.before == one.now and one.is_known]
    if same:
        screen.line(words("sync_same", count=len(same), ids=", ".join(same)))
    for news in found:
        _tell_news(desk, news)


def approve_sender(desk: Desk, name: str, evidence: str) -> None:
    """Note that a number is registered at the vendor, and who says so."""
    sender, words = desk.pick_sender(name), desk.words
    if sender.kind != "sms":
        raise CommandError(words("approve_sms_only", id=name))
    if not evidence.strip() or len(evidence) > _LONGEST_EVIDENCE or not evidence.isprintable():
        raise CommandError(words("evidence_missing"))
    found = approved_by_hand(desk.shop, sender, evidence)
    desk.screen.line(words("approved_by_hand", id=name, evidence=found.vendor_state))


def delete_sender(desk: Desk, name: str) -> None:
    """Take a sender out of force. Raises :class:`CommandError` while a campaign that is not completed uses it."""
    sender = desk.pick_sender(name)
    desk.require_unused("sender", name)
    desk.store.senders.remove(sender.id)
    desk.screen.line(desk.words("was_removed", id=name))


def _verified(desk: Desk, sender: SenderAccount) -> SenderAccount:
    try:
        with desk.vendors() as vendors:
            return verified(desk.shop, vendors, sender)
    except CommandError as error:
        raise CommandError(desk.words("not_verified", id=sender.id, why=error)) from None


def _other_kind(desk: Desk, sender: SenderAccount, before: SenderAccount | None) -> list[Problem]:
    """Campaigns go out by a kind of sender: one that they use can not become another kind."""
    if before is None or before.kind == sender.kind:
        return []
    users = sorted({use.campaign_id for use in desk.uses("sender").get(sender.id, []) if use.is_open})
    values = {"campaigns": ", ".join(users), "before": before.kind}
    return [Problem(sender.id, 0, sender.id, ("kind",), "channel_in_use", values)] if users else []


def _rows(desk: Desk) -> list[dict[str, Any]]:
    uses = desk.uses("sender")
    return [
        {
            "id": one.id, "name": one.name, "kind": one.kind, "address": one.address,
            "accounts": [account.name for account in one.accounts], "state": one.state,
            "may_send": account_holds(one, is_sandbox=desk.is_sandbox), "missing_keys": _missing(desk, one),
            "campaigns": sorted({use.campaign_id for use in uses.get(one.id, [])}),
        } for one in desk.senders.values()
    ]  # fmt: skip


def _told_row(desk: Desk, sender: SenderAccount, row: dict[str, Any]) -> list[str]:
    words = desk.words
    accounts = ", ".join(words("account", name=one.name, share=one.share) for one in sender.accounts)
    sends = "sends_nothing" if not row["may_send"] else f"sends_{sender.kind}"
    keys = words("keys_set")
    if not _VARIABLES[sender.kind]:
        keys = words("keys_none")
    elif desk.is_sandbox:
        keys = words("keys_sandbox")
    elif row["missing_keys"]:
        keys = words("keys_missing", names=", ".join(row["missing_keys"]))
    return [sender.id, sender.name, words(f"kind_{sender.kind}"), sender.address or "",
            accounts if len(sender.accounts) > 1 else "", _told_state(desk, sender),
            words(sends, targeting=", ".join(sender.targeting)), keys, ", ".join(row["campaigns"])]  # fmt: skip


def _told_state(desk: Desk, sender: SenderAccount) -> str:
    if sender.may_send and not account_holds(sender, is_sandbox=desk.is_sandbox):
        return desk.words("sandbox_only")
    return desk.words(f"state_{sender.state}")


def _variables(sender: SenderAccount) -> list[str]:
    """Names of the variables that hold the sender's keys."""
    endings = [f"_{one.variables}" if one.variables else "" for one in sender.accounts]
    return [f"{name}{ending}" for ending in dict.fromkeys(endings) for name in _VARIABLES[sender.kind]]


def _missing(desk: Desk, sender: SenderAccount) -> list[str]:
    """Variables that the sender needs and the environment lacks; none in the sandbox, which has keys of its own."""
    if desk.is_sandbox:
        return []
    return [name for name in _variables(sender) if not os.environ.get(name, "").strip()]


def _tell_news(desk: Desk, news: SenderNews) -> None:
    words, now = desk.words, news.now
    state = _told_state(desk, now)
    if news.before is None:
        desk.screen.line(words("sync_new", id=now.id, state=state))
    elif news.before != now:
        before = _told_state(desk, news.before)
        desk.screen.line(words("sync_changed", id=now.id, before=before, state=state))
    if not news.is_known:
        desk.screen.line(
            words("by_hand_hint" if now.kind == "sms" and not now.may_send else "sync_unlisted", id=now.id)
        )
