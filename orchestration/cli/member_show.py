"""`dangol member show`, `count` and `fields`: what the store knows, as text for the terminal.

Belongs here: the layout of what is printed. Does not belong here: arguments (``member``), reading (``connectors``).
What `show` prints is personal: it goes to the terminal and nowhere else.
"""

import json
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from connectors.home.paths import Home
    from connectors.store.store import Store

_CHANNELS: Final = {
    "sms": "text messages", "email": "e-mail", "push": "push", "kakao": "KakaoTalk", "night": "at night (21:00-08:00)",
}  # fmt: skip


def show(store: "Store", member_id: str) -> str | None:
    """Everything stored of one member; None for nobody."""
    member = store.get(member_id)
    if member is None:
        return None
    reach = {"ok": "can be reached", "invalid": "can NOT be reached", None: ""}
    rows = [
        ("member id", member.member_id), ("member key", member.member_key), ("name", member.name),
        ("phone", _with(member.phone, member.phone_e164, reach[member.phone_state])),
        ("e-mail", _with(member.email, member.email_normal, reach[member.email_state])),
        ("grade", member.grade), ("points", member.points), ("joined", member.joined_at),
        ("channel friend", member.is_channel_friend), ("last changed", member.updated_at),
    ]  # fmt: skip
    lines = [f"{label:<14}  {'-' if value is None else value}" for label, value in rows]
    for token in store.push_tokens_of(member.member_key):
        lines.append(f"{'push token':<14}  {token.token} ({token.platform or 'unknown app'}, {token.seen_at:%Y-%m-%d})")
    lines.append("consents (newest last)")
    for consent in store.consents_of(member.member_key):
        said = "yes" if consent.granted else "no"
        lines.append(
            f"  {consent.at:%Y-%m-%d %H:%M:%S}Z  {_CHANNELS[consent.channel]:<22}  {said:<3}  {consent.evidence or '-'}"
        )
    lines.append("custom values")
    lines += [f"  {name}: {json.dumps(value, ensure_ascii=False)}" for name, value in (member.custom or {}).items()]
    return "\n".join(lines)


def _with(given: str | None, normal: str | None, state: str) -> str | None:
    if given is None:
        return None
    told = ", ".join(part for part in (normal if normal != given else "", state) if part)
    return f"{given} ({told})" if told else given


def figures(store: "Store") -> str:
    """Who can be reached and consented, in numbers."""
    found = store.member_figures()
    lines = [f"{'members':<24}{found['members']:>12,}"]
    lines.append(f"{'':<24}{'reachable':>12}{'unreachable':>13}{'none given':>12}")
    for label, given in (("phone", "phone"), ("e-mail address", "email")):
        values = (found[f"{given}s_ok"], found[f"{given}s_invalid"], found[f"without_{given}"])
        lines.append(f"{label:<24}{values[0]:>12,}{values[1]:>13,}{values[2]:>12,}")
    without = found["members"] - found["with_push_token"]
    lines.append(f"{'push token':<24}{found['with_push_token']:>12,}{'':>13}{without:>12,}")
    lines.append(f"{'consent':<24}{'yes':>12}{'no':>13}{'never said':>12}")
    for channel, label in _CHANNELS.items():
        yes, no = found[f"{channel}_granted"], found[f"{channel}_refused"]
        lines.append(f"{label:<24}{yes:>12,}{no:>13,}{found['members'] - yes - no:>12,}")
    return "\n".join(lines)


def fields(home: "Home", store: "Store") -> str:
    """The custom fields, one a line."""
    from connectors.members.index import count_values

    counts = count_values(home, store)
    lines = [f"{'field':<24}  {'type':<8}  {'members':>10}  since"]
    for field in store.custom_fields():
        members = f"{counts[field.name]:,}" if field.name in counts else "private"
        lines.append(f"{field.name:<24}  {field.type:<8}  {members:>10}  {field.first_seen_at:%Y-%m-%d}")
    return "\n".join(lines) if len(lines) > 1 else "No member has a custom value."
