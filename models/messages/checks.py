"""What is wrong with a template, before anybody gets it.

Belongs here: every channel's rules on what a template itself says, and what keeps it from being sent. Does not belong
here: limits on filled texts (``rendering``); variables, fixed texts, Brand Messages and e-mails (``checks_…``).
"""

import re
from collections.abc import Iterator
from typing import Final

from models.documents.reading import Problem
from models.messages.checks_brand import brand_problems
from models.messages.checks_email import email_problems
from models.messages.checks_texts import text_obstacles, text_warnings
from models.messages.checks_variables import variable_problems
from models.messages.documents.alimtalk import AlimTalk, AlimTalkButton
from models.messages.documents.sms import Sms
from models.messages.documents.template import Template
from models.messages.law import Sender, with_law
from models.messages.letters import units
from models.messages.limits import BUTTON_NAME, ENTRY_TITLE, MMS_FILE_BYTES, MMS_FILE_NAME, MMS_PIXELS, OPT_OUT
from models.messages.problems import problem

CHANNEL_BUTTON: Final = "채널 추가"


def problems_in(template: Template) -> list[Problem]:
    """Everything that a marketer must mend before the template can be stored."""
    return [*variable_problems(template), *_purpose(template), *_channel(template)]


def obstacles_in(template: Template, sender: Sender) -> list[Problem]:
    """What keeps a stored template from being sent by this shop: Kakao's approval, what the law needs, fixed texts that
    are too long once the law's words are added, letters that an SMS can not carry."""
    found = [*problems_in(template), *_law(template, sender)]
    state = template.alimtalk.inspection.state if template.alimtalk is not None else "approved"
    if state != "approved":
        found.append(problem(template, "inspection.state", "not_approved", state=state))
    return found + list(text_obstacles(with_law(template, sender)))


def warnings_in(template: Template, sender: Sender) -> list[Problem]:
    """What may be sent but should be looked at: letters that old phones do not show, a push without a way to opt out,
    an e-mail that mail programs cut."""
    return list(text_warnings(with_law(template, sender)))


def _purpose(template: Template) -> Iterator[Problem]:
    if template.channel == "alimtalk" and template.purpose == "advertising":
        yield problem(template, "/purpose", "alimtalk_advertises")
    if template.channel == "brand_message" and template.purpose == "information":
        yield problem(template, "/purpose", "brand_informs")


def _channel(template: Template) -> Iterator[Problem]:
    if template.sms is not None:
        yield from _sms(template, template.sms)
    elif template.alimtalk is not None:
        yield from _alimtalk(template, template.alimtalk)
    elif template.brand_message is not None:
        yield from brand_problems(template, template.brand_message)
    elif template.email is not None:
        yield from email_problems(template, template.email)
    elif template.push is not None and template.push.opt_out and units(template.push.opt_out) > OPT_OUT:
        yield problem(template, "opt_out", "too_many_letters", have=units(template.push.opt_out), most=OPT_OUT)


def _sms(template: Template, sms: Sms) -> Iterator[Problem]:
    if sms.images and sms.longest == "SMS":
        yield problem(template, "longest", "mms_is_no_sms")
    for at, image in enumerate(sms.images):
        wide, high = MMS_PIXELS
        fits = image.bytes <= MMS_FILE_BYTES and image.width <= wide and image.height <= high
        is_jpg = image.file.lower().endswith((".jpg", ".jpeg")) and len(image.file) <= MMS_FILE_NAME
        if not (fits and is_jpg):
            yield problem(template, f"images.{at}", "mms_image", wide=wide, high=high, **image.model_dump())


def _alimtalk(template: Template, alimtalk: AlimTalk) -> Iterator[Problem]:
    for at, button in enumerate(alimtalk.buttons):
        yield from _alimtalk_button(template, f"buttons.{at}", button)
    if alimtalk.items and not 2 <= len(alimtalk.items) <= 10:
        yield problem(template, "items", "count", least=2, most=10, have=len(alimtalk.items))
    if alimtalk.summary and not alimtalk.items:
        yield problem(template, "summary", "needs", part="items")
    if alimtalk.type in ("EX", "MI") and not alimtalk.extra:
        yield problem(template, "extra", "needed", type=alimtalk.type)
    entries = {f"items.{at}": entry for at, entry in enumerate(alimtalk.items)}
    for path, entry in (entries | ({"summary": alimtalk.summary} if alimtalk.summary else {})).items():
        if units(entry.title) > ENTRY_TITLE:
            yield problem(template, f"{path}.title", "too_many_letters", have=units(entry.title), most=ENTRY_TITLE)
    needed = {"title": alimtalk.title, "image": alimtalk.image, "items": alimtalk.items}.get(alimtalk.emphasis, True)
    if not needed:
        yield problem(template, alimtalk.emphasis, "needed", type=alimtalk.emphasis)


def _alimtalk_button(template: Template, path: str, button: AlimTalkButton) -> Iterator[Problem]:
    needs = {"WL": ("mobile", "pc"), "AL": ("ios", "android")}.get(button.type, ())
    for name in needs:
        if getattr(button, name) is None:
            yield problem(template, f"{path}.{name}", "needed", type=button.type)
    if units(button.name) > BUTTON_NAME:
        yield problem(template, f"{path}.name", "too_many_letters", have=units(button.name), most=BUTTON_NAME)
    if button.type == "AC" and button.name != CHANNEL_BUTTON:
        yield problem(template, f"{path}.name", "button_ac", name=CHANNEL_BUTTON)


def _law(template: Template, sender: Sender) -> Iterator[Problem]:
    """What the settings of the shop lack for advertising by this channel."""
    if not template.advertises:
        return
    texts = template.channel == "sms" or template.substitute is not None
    to_all = template.brand_message is not None and template.brand_message.targeting != "I"
    if (texts or to_all) and not sender.opt_out_number.strip():
        yield problem(template, "", "no_opt_out_number")
    elif (texts or to_all) and not re.sub(r"\D", "", sender.opt_out_number).startswith("080"):
        yield problem(template, "", "opt_out_not_080")
    if template.channel in ("sms", "email") and not sender.contact.strip():
        yield problem(template, "", "no_contact")
