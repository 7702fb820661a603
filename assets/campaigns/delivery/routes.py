"""By which channels a send goes out, with which templates, and what keeps it from going out at all.

Belongs here: from a campaign's senders and templates to routes. Does not belong here: opening channels (``channels``),
filling templates in (``composing``), requests.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from assets.campaigns.shop import MissingDocument, Shop
from assets.campaigns.vendors.channels import NoAccount, open_channels
from assets.campaigns.vendors.opening import Vendors
from connectors.channels.protocol import Channel
from connectors.home.uploads import UploadFiles
from connectors.sending.job import Route
from connectors.store.ledger.shapes import Send
from models.campaigns.document import Campaign, Variant
from models.campaigns.fields import Channel as ChannelName
from models.campaigns.fields import SenderId
from models.messages.checks import obstacles_in
from models.messages.documents.template import Template
from models.messages.rendering import variables_of
from models.messages.senders import KIND_OF, SenderAccount
from models.messages.standing import account_holds, inspection_holds, with_inspection
from models.messages.substitutes import substitute_of

_LONGEST_REASON: Final = 64


class CannotSend(Exception):
    """A send can not go out. ``reason``: a word for the ledger; the message says what to mend."""

    def __init__(self, reason: str, text: str) -> None:
        super().__init__(text)
        self.reason = reason[:_LONGEST_REASON]


@dataclass(frozen=True)
class Message:
    """What a variant's messages are: its template, as it was when the send was made, and who they come from."""

    variant: Variant
    template: Template
    sender: SenderAccount


def channel_name(send: Send) -> ChannelName:
    """The channel of a send's messages; of a substitute it is SMS."""
    known: Mapping[str, ChannelName] = {one: one for one in ChannelName.__args__}  # type: ignore[attr-defined]
    return known[send.channel]


def messages_of(shop: Shop, send: Send, campaign: Campaign) -> dict[str, Message]:
    """The message of each variant that the send may have. Raises :class:`CannotSend`."""
    return messages_at(shop, campaign, send.made_at, send.substitute_of is not None)


def messages_at(shop: Shop, campaign: Campaign, moment: dt.datetime | None, is_substitute: bool) -> dict[str, Message]:
    """The message of each variant with the templates in force at ``moment`` (None: now), or of each that has one its
    substitute. Raises :class:`CannotSend`."""
    found: dict[str, Message] = {}
    try:
        for variant in campaign.variants:
            if is_substitute and variant.substitute is None:
                continue
            sender = shop.sender_account(_sender_of(campaign, variant, is_substitute))
            template = _of_campaign(shop, campaign, template_of(shop, moment, variant, is_substitute))
            found[variant.name] = Message(variant, template, sender)
    except MissingDocument as error:
        raise CannotSend("missing_document", str(error)) from None
    return found


def template_of(shop: Shop, moment: dt.datetime | None, variant: Variant, is_substitute: bool) -> Template:
    """The template of a variant at ``moment``. Raises :class:`MissingDocument`, :class:`CannotSend`."""
    if is_substitute and variant.substitute is not None and variant.substitute.template is not None:
        return shop.template(variant.substitute.template, moment)
    template = shop.template(variant.template, moment)
    if not is_substitute:
        return template
    own = substitute_of(template)
    if own is None:
        raise CannotSend("no_substitute", f"template {template.id!r} has no substitute: add one, or name a template")
    return own


def routes_of(messages: Mapping[str, Message]) -> dict[str, Route]:
    """How the messages of each variant go out."""
    return {
        name: Route(message.sender.channel_names(), message.template.id if message.template.alimtalk else None)
        for name, message in messages.items()
    }


def channels_of(shop: Shop, vendors: Vendors, send: Send, messages: Mapping[str, Message]) -> dict[str, Channel]:
    """The channels of all variants. Raises :class:`CannotSend` where an account can not be opened."""
    found: dict[str, Channel] = {}
    try:
        for message in messages.values():
            found |= open_channels(shop, vendors, channel_name(send), message.sender)
    except NoAccount as error:
        raise CannotSend("no_account", f"sender {message.sender.id!r}: {error}") from None
    return found


def check_messages(
    shop: Shop, vendors: Vendors, send: Send, campaign: Campaign, messages: Mapping[str, Message]
) -> None:
    """Raises :class:`CannotSend` for the first thing that keeps the send from going out."""
    for message in messages.values():
        _check_sender(vendors, send, campaign, message.sender)
        _check_template(shop, vendors, send, campaign, message)
    needs = {
        variable for one in messages.values() for variable in variables_of(one.template) if variable.use == "kakao"
    }
    if needs and not UploadFiles(shop.home).has(campaign.id):
        names = ", ".join(sorted(str(one) for one in needs))
        raise CannotSend("no_upload", f"campaign {campaign.id!r} needs values of {names}: upload a CSV with them")


def _sender_of(campaign: Campaign, variant: Variant, is_substitute: bool) -> SenderId:
    if is_substitute and variant.substitute is not None:
        return variant.substitute.sender
    return variant.sender or campaign.sender


def _check_sender(vendors: Vendors, send: Send, campaign: Campaign, sender: SenderAccount) -> None:
    if sender.kind != KIND_OF[send.channel]:
        raise CannotSend(
            "sender_kind", f"sender {sender.id!r} is of kind {sender.kind}, which {send.channel} does not go out by"
        )
    if not account_holds(sender, is_sandbox=vendors.is_sandbox):
        raise CannotSend(
            "sender_not_approved",
            f"sender {sender.id!r} may not send: it is {sender.state}; `dangol sender sync` asks the vendor anew",
        )
    targeting = campaign.brand_targeting if send.channel == "brand_message" else None
    if targeting is not None and targeting not in sender.targeting:
        raise CannotSend(
            "targeting", f"sender {sender.id!r} may not send Brand Messages to {targeting}: Kakao has not approved it"
        )


def _check_template(shop: Shop, vendors: Vendors, send: Send, campaign: Campaign, message: Message) -> None:
    template = message.template
    if template.channel != send.channel:
        raise CannotSend("template_channel", f"template {template.id!r} is none for {send.channel}")
    is_own_substitute = send.substitute_of is not None and (
        message.variant.substitute is None or message.variant.substitute.template is None
    )
    if not inspection_holds(template, is_sandbox=vendors.is_sandbox):
        raise CannotSend("template_obstacle", f"template {template.id!r} was approved in the sandbox only: sync it")
    obstacles = [] if is_own_substitute else obstacles_in(template, shop.sender)
    if obstacles:
        told = obstacles[0]
        where = ".".join(str(part) for part in told.place)
        text = f"template {template.id!r} can not be sent: {where}: {told.values.get('message', told.kind)}"
        raise CannotSend(f"template_obstacle:{told.kind}", text)
    informs = send.channel != "onsite" and send.substitute_of is None and not template.advertises
    if informs and campaign.advertising:
        text = f"template {template.id!r} is for information, and the campaign advertises: the law wants its words"
        raise CannotSend("template_informs", text)
    for image in template.sms.images if template.sms is not None else ():
        if not (shop.home.pictures / image.file).is_file():
            raise CannotSend(
                "no_picture", f"template {template.id!r}: there is no picture {shop.home.pictures / image.file}"
            )


def _of_campaign(shop: Shop, campaign: Campaign, template: Template) -> Template:
    """The template as it holds for this campaign now. A Brand Message goes to whom the campaign says. Of an AlimTalk
    the state of its inspection is the newest of the same text: an approval may have come, or be taken back."""
    brand = template.brand_message
    if brand is not None:
        targeted = brand.model_copy(update={"targeting": campaign.brand_targeting})
        return template.model_copy(update={"brand_message": targeted})
    if template.alimtalk is None:
        return template
    try:
        now = shop.template(template.id)
    except MissingDocument:
        return template
    if now.alimtalk is None or now.alimtalk.text != template.alimtalk.text:
        return template
    return with_inspection(template, now.alimtalk.inspection)
