"""Senders as vendors know them (G7), and AlimTalk templates with where their inspection stands (F2).

Belongs here: one list of numbers, channels or templates, with the vendor's own word for each state and ours. Does not
belong here: storing them, sending from them.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from connectors.channels.protocol import SenderDown
from connectors.channels.sens.client import PAGE, SensClient

AccountState = Literal["approved", "waiting", "rejected", "deleted", "unknown"]
TemplateState = Literal["draft", "requested", "approved", "rejected"]
_MOST_PAGES: Final = 1_000
# Cafe24, GET /sms/senders: 00 deleted, 10 registered, 20 review, 30 usable, 40 rejected
_CAFE24_STATES: Final[Mapping[str, AccountState]] = {
    "00": "deleted", "10": "waiting", "20": "waiting", "30": "approved", "40": "rejected"
}  # fmt: skip
_CHANNEL_STATES: Final[Mapping[str, AccountState]] = {
    "ACTIVE": "approved", "A": "approved", "READY": "waiting", "REQUESTED": "waiting", "BLOCKED": "rejected",
    "BLOCK": "rejected", "INACTIVE": "rejected", "DELETED": "deleted", "D": "deleted",
}  # fmt: skip
# Names of states differ by vendor and document (CHANNELS.md, 3): those met so far; what is none of them is a draft.
_INSPECTIONS: Final[Mapping[str, TemplateState]] = {
    "APR": "approved", "APPROVE": "approved", "APPROVED": "approved", "ACCEPT": "approved",
    "REQ": "requested", "REQUEST": "requested", "REQUESTED": "requested", "REVIEW": "requested",
    "REJ": "rejected", "REJECT": "rejected", "REJECTED": "rejected", "RETURN": "rejected",
    "REG": "draft", "REGISTER": "draft", "DRAFT": "draft",
}  # fmt: skip


@dataclass(frozen=True)
class SenderAccount:
    """A number or channel that messages may come from once it is ``approved``. ``vendor_state``: the vendor's word."""

    kind: Literal["sms_number", "kakao_channel"]
    id: str
    name: str
    state: AccountState
    vendor_state: str


@dataclass(frozen=True)
class VendorTemplate:
    """An AlimTalk template at the vendor. ``reason``: why it was rejected, in the inspector's words."""

    code: str
    name: str
    category: str
    type: str
    text: str
    state: TemplateState
    vendor_state: str
    reason: str
    buttons: Sequence[Mapping[str, Any]]


def sms_numbers(read: Callable[[], Iterable[Mapping[str, Any]]]) -> list[SenderAccount]:
    """Sender numbers of a Cafe24 mall. ``read``: rows of ``sms/senders``, such as
    ``lambda: cafe24_client.rows("sms/senders", {"limit": 100})``; the app needs ``mall.read_notification``.

    SENS itself lists no numbers: what it does not know it refuses (400)."""
    found = []
    for row in read():
        state = str(row.get("auth_status", ""))
        number = "".join(letter for letter in str(row.get("sender", "")) if letter.isdigit())
        name = str(row.get("sender_no", ""))
        found.append(SenderAccount("sms_number", number, name, _CAFE24_STATES.get(state, "unknown"), state))
    return sorted(found, key=lambda account: account.id)


def kakao_channels(client: SensClient) -> list[SenderAccount]:
    """KakaoTalk channels of the service. Raises ``SenderDown`` or ``Transient``."""
    body = client.get("alimtalk", "channels")
    rows = body if isinstance(body, list) else body.get("channels", [])
    found = [
        SenderAccount("kakao_channel", str(row["channelId"]), str(row.get("channelName", "")),
                      _CHANNEL_STATES.get(str(row.get("channelStatus", "")).upper(), "unknown"),
                      str(row.get("channelStatus", "")))
        for row in rows
    ]  # fmt: skip
    return sorted(found, key=lambda account: account.id)


def verified_channel(client: SensClient, channel_id: str) -> SenderAccount:
    """The channel, asked of the vendor with the keys given: what is to be done before a profile is saved (G7).

    Raises ``SenderDown`` when keys, service or channel are not what they should be; ``Transient`` when nobody answers.
    """
    known = {account.id: account for account in kakao_channels(client)}
    account = known.get(channel_id)
    if account is None:
        listed = ", ".join(known) or "none"
        raise SenderDown(f"{channel_id} is no channel of this service (it has: {listed})", "no_channel")
    if account.state in ("rejected", "deleted"):
        raise SenderDown(f"{channel_id} can not send: its state is {account.vendor_state}", "channel_state")
    return account


def templates(client: SensClient, channel_id: str) -> list[VendorTemplate]:
    """All AlimTalk templates of a channel. There is no notice of a change: ask again. Raises as above."""
    found: list[VendorTemplate] = []
    for index in range(_MOST_PAGES):
        query = {"channelId": channel_id, "pageSize": str(PAGE), "pageIndex": str(index)}
        body = client.get("alimtalk", "templates", query)
        rows = body if isinstance(body, list) else body.get("templates", body.get("items", []))
        found += [_template(row) for row in rows]
        if len(rows) < PAGE:
            break
    return sorted(found, key=lambda template: template.code)


def inspection_state(vendor_state: str) -> TemplateState:
    """Ours for the vendor's word; only what is known to mean approval is approved."""
    return _INSPECTIONS.get(vendor_state.strip().upper(), "draft")


def _template(row: Mapping[str, Any]) -> VendorTemplate:
    vendor_state = str(row.get("templateInspectionStatus") or "")
    comments = [one for one in row.get("comments") or () if isinstance(one, Mapping)]
    state = inspection_state(vendor_state)
    reason = str(comments[-1].get("content", "")) if comments and state == "rejected" else ""
    return VendorTemplate(
        code=str(row["templateCode"]),
        name=str(row.get("templateName", "")),
        category=str(row.get("categoryCode", "")),
        type=str(row.get("messageType", "BA")),
        text=str(row.get("content", "")),
        state=state,
        vendor_state=vendor_state,
        reason=reason,
        buttons=tuple(row.get("buttons") or ()),
    )
