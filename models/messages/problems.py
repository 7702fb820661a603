"""Problems of templates: how one is made, and what each means in English.

Belongs here: their form. Does not belong here: finding them (``checks``), sentences in Korean (``orchestration.cli``).
"""

from typing import Final

from models.documents.reading import Problem
from models.messages.documents.template import Template

SAID: Final[dict[str, str]] = {
    # variables
    "variable_broken": "has '#{{' without a name and '}}' after it",
    "variable_reserved": "{variable} is for tracked links: write the address",
    "variable_unknown": "there is no variable {variable} here; nearest: {near}",
    "variable_not_here": "{variable} can not stand here; what may: {uses}",
    "variables_mixed": "{kakao} is a Kakao variable (nearest of ours: {near}), {personal} a personal one: they can not"
    " stand in one template",
    "kakao_not_manual": "{kakao} needs an uploaded list, which targeting M and N can not have",
    "missing_unused": "the message has no {variable}: remove it",
    "not_a_link": "must begin with https:// or http://",
    # parts
    "needed": "is required by type {type}",
    "not_of_type": "is no part of type {type}: remove it",
    "needs": "needs {part} as well",
    "count": "needs {least} to {most}, has {have}",
    "too_many_letters": "has {have} characters; {most} are allowed",
    "too_many_bytes": "has {have} bytes; {most} are allowed",
    "too_many_breaks": "has {have} line breaks; {most} are allowed",
    "too_many_products": "has {have} variables of {use}; {most} are allowed",
    # letters of text messages
    "unencodable": "an SMS can not carry {letters}: write something else",
    "rare_letters": "old phones show {letters} as a box",
    "mms_image": "{file}: pictures of an MMS are .jpg up to 300 KB and {wide} x {high} pixels, with names up to 40"
    " characters (has {bytes} bytes, {width} x {height})",
    "mms_is_no_sms": "with pictures it is an MMS: leave 'longest' out",
    # KakaoTalk
    "not_approved": "is {state}: only templates that Kakao has approved may be sent",
    "button_ac": "must be '{name}'",
    "button_type": "may be {types} here",
    "button_app": "needs two of ios, android and mobile",
    "coupon_title": "must be one of: 3000원 할인 쿠폰, 10% 할인 쿠폰, 배송비 할인 쿠폰, X 무료 쿠폰, X UP 쿠폰"
    " (X up to 7 characters without spaces)",
    "image_kind": "{image}: pictures are .jpg, .jpeg or .png, or an image variable",
    "discount": "discount_price goes with exactly one of discount_rate and discount_fixed",
    "discount_above": "is above the price {price}",
    # the law
    "alimtalk_advertises": "AlimTalk can not advertise: use a Brand Message or a text message",
    "brand_informs": "a Brand Message always advertises: use AlimTalk",
    "no_opt_out_number": "advertising needs a free 080 number to opt out: set it in the settings",
    "opt_out_not_080": "the number to opt out must be a free one, beginning with 080",
    "no_contact": "advertising names who sends it and how to reach them: set the contact in the settings",
    "push_no_opt_out": "an advertising push says how to stop it: set the text in the settings and save again",
    # e-mails
    "no_unsubscribe": 'needs a link to unsubscribe: <a href="#{{수신거부 링크}}">수신거부</a>',
    "html_command": "line {line}: {reason}; there are if, elif, else, endif, and, or, not and comparisons",
    "html_tag": "line {line}: {what} can not be in an e-mail",
    "html_attribute": "line {line}: {what} can not be in an e-mail",
    "html_address": "line {line}: {what} is no https:// address",
    "html_variable": "line {line}: {what} is not safe: put variables between tags, or alone into href or src",
    "html_unquoted": "line {line}: put the value in quotes: {what}",
    "html_long": "has {have} characters; Gmail cuts a mail after {most}",
}


def problem(template: Template, path: str, kind: str, **values: object) -> Problem:
    """A problem of one text: ``path`` inside of the channel's part ('' for the part itself), or '/key' of the document.

    ``values`` fill the sentence :data:`SAID` and those in other languages."""
    told = {"found": "", **values, "message": SAID[kind].format(**values)}
    inside = [template.channel, *path.split(".")] if path else [template.channel]
    parts = path[1:].split(".", 1) if path.startswith("/") else inside
    return Problem("", 0, template.id, tuple(int(part) if part.isdecimal() else part for part in parts), kind, told)
