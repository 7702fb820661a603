"""`dangol campaign preview`, `test-send`: the messages of a campaign's variants as recipients would get them.

Belongs here: which messages, and what is said about each. Does not belong here: what template commands do as well
(``message_trial``), values and links (``assets.campaigns.texts.previewing``), the page (``models.messages.preview``).
"""

from pathlib import Path
from typing import Final

from assets.campaigns.delivery.routes import CannotSend, Message, messages_at
from assets.campaigns.texts.links import LANDING
from assets.campaigns.texts.previewing import preview_of
from models.campaigns.document import Campaign
from models.messages.preview.page import Shown, preview_page
from models.words import Phrases
from orchestration.cli.message_problems import told_skip
from orchestration.cli.message_trial import checked_sender, known_person, page_file, send_to_one, write_page
from orchestration.cli.template_view import Desk
from orchestration.cli.template_words import PHRASES
from orchestration.cli.words import CommandError

TRIAL_PHRASES: Final[Phrases] = {
    **PHRASES,
    "no_campaign": ("{id} 캠페인이 없습니다. {hint}", "there is no campaign {id}. {hint}"),
    "no_variant": (
        "{campaign}에 메시지 안 {id}이(가) 없습니다. {hint}",
        "{campaign} has no variant {id}. {hint}",
    ),
    "variant_of": ("{name}안 · 비중 {share}", "Variant {name} · {share}"),
    "substitute_of": ("{name}안 · 대체 문자", "Variant {name} · substitute text message"),
    "template": ("템플릿", "template"),
    "sender": ("발신 계정", "sender"),
    "landing": ("랜딩 주소", "landing page"),
    "no_landing": ("없음", "none"),
    "link": ("링크", "link"),
    "leads": ("{shown} → {lead}", "{shown} → {lead}"),
    "skipped": ("{heading}: 이 고객에게는 보내지 않습니다: {why}", "{heading}: this customer gets no message: {why}"),
}


def preview_campaign(desk: Desk, name: str, variant: str, member_id: str, width: int, out: Path | None) -> None:
    """Write one page with the messages of all variants side by side, or of one; substitutes under them."""
    campaign, file = _campaign(desk, name), page_file(desk, name, out)
    messages, substitutes = _messages(desk, campaign, variant), _messages(desk, campaign, "", is_substitute=True)
    shares = dict(zip((one.name for one in campaign.variants), campaign.shares, strict=True))
    groups = []
    for key, message in messages.items():
        heading = desk.words("variant_of", name=key, share=f"{float(shares[key]):.2%}")
        groups.append([_shown(desk, campaign, message, heading, member_id)])
        if key in substitutes:
            heading = desk.words("substitute_of", name=key)
            groups[-1].append(_shown(desk, campaign, substitutes[key], heading, member_id))
    write_page(desk, preview_page(campaign.name, groups, desk.shop.sender, desk.words.locale), file, width)


def send_tests(desk: Desk, name: str, variant: str, to: str, member_id: str) -> None:
    """Send the messages of all variants, or of one, to one address or member; none where one can not be sent."""
    campaign = _campaign(desk, name)
    messages = [
        (one.template, one.sender.id, {LANDING: campaign.landing(one.variant)})
        for one in _messages(desk, campaign, variant).values()
    ]
    for template, sender, said in messages:
        checked_sender(desk, template, to, member_id, sender, said)
    for template, sender, said in messages:
        send_to_one(desk, template, to, member_id, sender, said)


def _campaign(desk: Desk, name: str) -> Campaign:
    known = {one.id: one for one in desk.campaigns}
    if name not in known:
        raise CommandError(desk.words("no_campaign", id=name, hint=desk.hint(name, list(known))))
    return Campaign.model_validate(known[name].document)


def _messages(desk: Desk, campaign: Campaign, variant: str, *, is_substitute: bool = False) -> dict[str, Message]:
    """Messages by variant. Raises :class:`CommandError` for a variant that is none, or what is missing."""
    names = [one.name for one in campaign.variants]
    if variant and variant not in names:
        hint = desk.hint(variant, names)
        raise CommandError(desk.words("no_variant", campaign=campaign.id, id=variant, hint=hint))
    try:
        found = messages_at(desk.shop, campaign, None, is_substitute)
    except CannotSend as error:
        raise CommandError(str(error)) from None
    return {key: one for key, one in found.items() if variant in ("", key)}


def _shown(desk: Desk, campaign: Campaign, message: Message, heading: str, member_id: str) -> Shown:
    words = desk.words
    found = preview_of(desk.shop, campaign, message, known_person(desk, member_id) if member_id else None)
    skip = found.rendered.skip_reason if found.rendered is not None else None
    why = told_skip(skip, words) if skip is not None else None
    if why is not None:
        desk.screen.line(words("skipped", heading=heading, why=why), "yellow")
    sender, landing = message.sender, campaign.landing(message.variant)
    facts = [
        (words("template"), f"{message.template.name} ({message.template.id})"),
        (words("sender"), f"{sender.name} ({sender.address or sender.id})"),
        (words("landing"), landing or words("no_landing")),
        *((words("link"), words("leads", shown=shown, lead=lead)) for shown, lead in found.links),
    ]
    return Shown(found.template, found.rendered, why, heading, facts)
