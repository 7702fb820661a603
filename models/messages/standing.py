"""What vendors said of templates and senders, and what becomes of it when a document is applied or they are asked anew.

Belongs here: comparing a document with the one before it and with what the vendor has. Does not belong here: asking
vendors (``assets.campaigns.vendors.accounts``), what a document may say (``documents``, ``senders``).

A marketer can not make up an approval: a file may say ``draft`` or ``requested``, all else comes from the vendor and is
kept as long as what was inspected stays the same. What the sandbox said is marked, and counts in the sandbox alone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, Protocol

from models.messages.approved import same_form
from models.messages.documents.alimtalk import AlimTalk, Inspection
from models.messages.documents.template import Template
from models.messages.senders import SenderAccount

SANDBOX: Final = "sandbox"
BY_HAND: Final = "by hand"
_FREE: Final = ("push", "email", "onsite")  # kinds that nobody approves
_NOT_INSPECTED: Final = {"inspection", "substitute"}
_ADDRESSES: Final = {"mobile", "pc", "ios", "android"}  # of buttons, which may differ from the approved ones


class AtVendor(Protocol):
    """An AlimTalk template as the vendor has it."""

    @property
    def code(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def category(self) -> str: ...
    @property
    def type(self) -> str: ...
    @property
    def text(self) -> str: ...
    @property
    def state(self) -> Literal["draft", "requested", "approved", "rejected"]: ...
    @property
    def vendor_state(self) -> str: ...
    @property
    def reason(self) -> str: ...
    @property
    def buttons(self) -> Sequence[Mapping[str, Any]]: ...


@dataclass(frozen=True)
class Difference:
    """Where a template is not the vendor's: ``text`` with the number of a line, ``buttons`` or ``type``."""

    part: Literal["text", "buttons", "type"]
    line: int
    ours: str
    theirs: str


def with_known_state(template: Template, before: Template | None) -> Template:
    """``template`` as it is stored: its inspection is the one known of the version ``before`` it, where what was
    inspected is the same; else what the file says, and a draft where it claims more than ``requested``."""
    alimtalk = template.alimtalk
    if alimtalk is None:
        return template
    known = before.alimtalk if before is not None else None
    if known is not None and _inspected(known) == _inspected(alimtalk):
        asks = alimtalk.inspection.state == "requested" and known.inspection.state in ("draft", "rejected")
        return template if asks else with_inspection(template, known.inspection)
    said = alimtalk.inspection.state
    return with_inspection(template, Inspection(state="requested" if said == "requested" else "draft"))


def claims_more(template: Template, stored: Template) -> bool:
    """Whether a file claims an approval or rejection that is not the one that was stored."""
    said = template.alimtalk.inspection.state if template.alimtalk is not None else "draft"
    return said in ("approved", "rejected") and stored.alimtalk is not None and stored.alimtalk.inspection.state != said


def with_inspection(template: Template, inspection: Inspection) -> Template:
    """The template with another state of its inspection."""
    if template.alimtalk is None:
        raise TypeError("not an AlimTalk template")
    return template.model_copy(update={"alimtalk": template.alimtalk.model_copy(update={"inspection": inspection})})


def after_sync(template: Template, vendor: AtVendor | None, *, is_sandbox: bool) -> Template:
    """The template with the state that the vendor tells. One that differs from the vendor's is a draft: sent, it would
    be refused. One that the vendor does not have is a draft too, but for one that was requested and may still come."""
    alimtalk = template.alimtalk
    if alimtalk is None:
        return template
    if vendor is None:
        waits = alimtalk.inspection.state == "requested"
        return template if waits else with_inspection(template, Inspection())
    word = f"{SANDBOX}: {vendor.vendor_state}" if is_sandbox else vendor.vendor_state
    said = {"vendor_state": word[:200] or None, "reason": vendor.reason.strip()[:200] or None}
    state = vendor.state if not differences(template, vendor) else "draft"
    return with_inspection(template, Inspection.model_validate({"state": state, **said}))


def differences(template: Template, vendor: AtVendor) -> tuple[Difference, ...]:
    """What of the template is not as the vendor has it: text to the letter, kind, names and types of buttons."""
    alimtalk = template.alimtalk
    if alimtalk is None:
        return ()
    found: list[Difference] = []
    ours, theirs = same_form(alimtalk.text), same_form(vendor.text)
    if ours != theirs:
        found.append(_first_line(ours.split("\n"), theirs.split("\n")))
    if alimtalk.type != vendor.type:
        found.append(Difference("type", 0, alimtalk.type, vendor.type))
    mine = [f"{one.type} {one.name}" for one in alimtalk.buttons]
    other = [f"{one.get('type', 'WL')} {one.get('name', '')}" for one in vendor.buttons]
    if mine != other:
        found.append(Difference("buttons", 0, ", ".join(mine), ", ".join(other)))
    return tuple(found)


def from_vendor(vendor: AtVendor, name: str, *, is_sandbox: bool) -> Template:
    """A template of the vendor as a document with the id ``name``. Raises ``pydantic.ValidationError`` where the vendor
    has something that a document can not say."""
    part: dict[str, Any] = {"code": vendor.code, "type": vendor.type, "text": vendor.text, "buttons": _buttons(vendor)}
    if vendor.category:
        part["category"] = vendor.category
    made = Template.model_validate({"id": name, "name": vendor.name or vendor.code, "alimtalk": part})
    return after_sync(made, vendor, is_sandbox=is_sandbox)


def with_vendor_text(template: Template, vendor: AtVendor, *, is_sandbox: bool) -> Template:
    """The template with text, kind and buttons of the vendor; the rest, such as the substitute, stays. Raises
    ``pydantic.ValidationError``."""
    said = template.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    said["alimtalk"] |= {"text": vendor.text, "type": vendor.type, "buttons": _buttons(vendor)}
    return after_sync(Template.model_validate(said), vendor, is_sandbox=is_sandbox)


def inspection_holds(template: Template, *, is_sandbox: bool) -> bool:
    """Whether an approval counts with the vendors that are in use: what the sandbox approved, a real one has not."""
    said = template.alimtalk.inspection.vendor_state if template.alimtalk is not None else None
    return is_sandbox or not (said or "").startswith(SANDBOX)


def with_known_account(account: SenderAccount, before: SenderAccount | None) -> SenderAccount:
    """``account`` as it is stored: the state known of the one ``before`` it, where kind and address are the same; what
    nobody approves is approved, all else unknown until the vendor is asked."""
    if account.kind in _FREE:
        return account.model_copy(update={"state": "approved", "vendor_state": None})
    same = before is not None and (before.kind, before.address) == (account.kind, account.address)
    known = (before.state, before.vendor_state) if before is not None and same else ("unknown", None)
    return account.model_copy(update={"state": known[0], "vendor_state": known[1]})


def account_holds(account: SenderAccount, *, is_sandbox: bool) -> bool:
    """Whether the account may send with the vendors that are in use: what the sandbox lets, a real one may not."""
    return account.may_send and (is_sandbox or not (account.vendor_state or "").startswith(SANDBOX))


def _inspected(alimtalk: AlimTalk) -> dict[str, Any]:
    said = alimtalk.model_dump(mode="json", exclude=_NOT_INSPECTED)
    return said | {"buttons": [{key: value for key, value in one.items() if key not in _ADDRESSES}
                               for one in said["buttons"]]}  # fmt: skip


def _first_line(ours: Sequence[str], theirs: Sequence[str]) -> Difference:
    most = max(len(ours), len(theirs))
    padded = [(*lines, *[""] * (most - len(lines))) for lines in (ours, theirs)]
    at = next(at for at in range(most) if padded[0][at] != padded[1][at] or at >= min(len(ours), len(theirs)))
    return Difference("text", at + 1, padded[0][at], padded[1][at])


def _buttons(vendor: AtVendor) -> list[dict[str, Any]]:
    names = {"linkMobile": "mobile", "linkPc": "pc", "schemeIos": "ios", "schemeAndroid": "android"}
    return [
        {
            "type": one.get("type", "WL"),
            "name": one.get("name", ""),
            **{ours: one[theirs] for theirs, ours in names.items() if one.get(theirs)},
        }
        for one in vendor.buttons
    ]
