"""Test sends: one message to the marketer's own address, before a campaign goes out (F11).

Belongs here: making and sending the one message. Does not belong here: pictures of messages (``models.messages
.preview``), the ledger: a test is no message of a campaign and counts nowhere.

Kakao variables, which have no values before the upload, stay as they are written. Variables of a member need a member
whose values stand in for everybody's.
"""

import uuid
from collections.abc import Mapping
from typing import Any

import polars as pl

from assets.campaigns.shop import Shop
from assets.campaigns.texts.previewing import person_of, values_for
from assets.campaigns.vendors.channels import NoAccount, open_channels
from assets.campaigns.vendors.opening import Vendors, introduce
from connectors.channels.protocol import Ambiguous, Attempt, ChannelError, Message, Outcome, Outcomes, Refused
from connectors.store.contact import checked_phones
from models.messages.checks import obstacles_in
from models.messages.contents import contents
from models.messages.documents.template import Template
from models.messages.rendering import render, variables_of
from models.messages.senders import KIND_OF, SenderAccount
from models.messages.standing import account_holds

_OWN: dict[str, str] = {"sms": "phone", "alimtalk": "phone", "brand_message": "phone", "push": "push_token",
                        "email": "email"}  # fmt: skip


class TestRefused(Exception):
    """A test message can not be sent; the message says what to do."""

    __test__ = False  # no class of tests


def send_test(
    shop: Shop,
    vendors: Vendors,
    template: Template,
    sender: SenderAccount,
    to: str | None = None,
    member_id: str | None = None,
    values: Mapping[str, Any] | None = None,
) -> Outcome:
    """Send one message of ``template``. ``to``: number, address, token or customer's key, without it the member's own;
    ``member_id``: whose values it shows; ``values``: by column, in place of the member's.

    Links are those of the template: a test counts no clicks. Raises :class:`TestRefused`."""
    introduce(vendors, [sender], [template])
    _check(shop, vendors, template, sender)
    person = _member(shop, member_id)
    given = _values(shop, template, person, values or {})
    address = _address(shop, template, to, person)
    rendered = render(template, given, shop.sender)
    if (reason := rendered["skip_reason"].item()) is not None:
        raise TestRefused(f"{template.id}: the message can not be made: {reason}")
    content = contents(template, rendered, shop.sender)[0]
    if template.email is not None:
        content["sender"] = {**content["sender"], "address": sender.address}
    return _sent(shop, vendors, template, sender, Message(f"test-{uuid.uuid4().hex[:16]}", address, content))


def _check(shop: Shop, vendors: Vendors, template: Template, sender: SenderAccount) -> None:
    if sender.kind != KIND_OF[template.channel]:
        raise TestRefused(f"sender {sender.id!r} is of kind {sender.kind}: {template.channel} needs another")
    if not account_holds(sender, is_sandbox=vendors.is_sandbox):
        raise TestRefused(f"sender {sender.id!r} may not send: its state is {sender.state}")
    for told in obstacles_in(template, shop.sender):
        where = ".".join(str(part) for part in told.place)
        raise TestRefused(f"{template.id}: {where}: {told.values.get('message', told.kind)}")


def _member(shop: Shop, member_id: str | None) -> pl.DataFrame | None:
    """The member's row; None for nobody."""
    if member_id is None:
        return None
    found = person_of(shop, member_id)
    if found is None:
        raise TestRefused("there is no such member: give the id that the shop knows them by")
    return found


def _values(shop: Shop, template: Template, person: pl.DataFrame | None, said: Mapping[str, Any]) -> pl.DataFrame:
    variables = variables_of(template)
    personal = [one for one in variables if one.is_personal and one.column not in said]
    if personal and person is None:
        raise TestRefused(f"{template.id}: {personal[0]} is a variable of the member: say whose values the test shows")
    found = {**values_for(shop, template, person), **said}
    return pl.DataFrame({one.column: [found.get(one.column)] for one in variables} or {"": [None]})


def _address(shop: Shop, template: Template, to: str | None, person: pl.DataFrame | None) -> str:
    if to is None:
        column = _OWN.get(template.channel, "customer_key")
        found: str | None = None if person is None else person[column].item()
        if found is None:
            raise TestRefused("nobody to send to: give an address, or a member who has one that can be reached")
        return found
    if _OWN.get(template.channel) == "phone":
        number: str | None = checked_phones(pl.Series([to]), shop.settings.members.default_region)["e164"].item()
        if number is None:
            raise TestRefused("the number to send to is no telephone number")
        return number
    return to.strip()


def _sent(shop: Shop, vendors: Vendors, template: Template, sender: SenderAccount, message: Message) -> Outcome:
    try:
        (name, channel), *_ = open_channels(shop, vendors, template.channel, sender).items()
    except NoAccount as error:
        raise TestRefused(f"sender {sender.id!r}: {error}") from None
    attempt = Attempt(uuid.uuid4().hex, name, None, shop.clock(), [message])
    try:
        answer = channel.send(attempt)
    except ChannelError as error:
        return Outcome(message.id, _state(error), code=error.code)
    return next((one for one in answer.outcomes), Outcome(message.id, "ambiguous", code="unreadable"))


def _state(error: ChannelError) -> Outcomes:
    if isinstance(error, Refused):
        return "refused"
    return "ambiguous" if isinstance(error, Ambiguous) else "retry"
