"""What a message becomes and which price it has.

Belongs here: SMS, LMS or MMS, names of price classes. Does not belong here: prices, which are settings.
"""

from typing import Final

import polars as pl

from models.messages.documents.sms import Sms
from models.messages.documents.template import Channel, Template
from models.messages.letters import sms_bytes, sms_bytes_of
from models.messages.limits import SMS_BYTES

BRAND: Final = "BRAND_"
COST_CLASSES: Final = (
    "SMS", "LMS", "MMS", "ALIMTALK", "BRAND_TEXT", "BRAND_IMAGE", "BRAND_WIDE_IMAGE", "BRAND_WIDE_ITEM_LIST",
    "BRAND_COMMERCE", "BRAND_CAROUSEL_FEED", "BRAND_CAROUSEL_COMMERCE", "PUSH", "EMAIL", "ONSITE",
)  # fmt: skip


def text_kind(sms: Sms | None, text: pl.Expr) -> pl.Expr:
    """MMS with pictures, else SMS up to 90 bytes and LMS beyond."""
    if sms is not None and sms.images:
        return pl.lit("MMS")
    return pl.when(sms_bytes_of(text) <= SMS_BYTES).then(pl.lit("SMS")).when(text.is_not_null()).then(pl.lit("LMS"))


def expected_cost_class(template: Template) -> str:
    """The price that messages of a template (as the law wants it, ``with_law``) are planned with, before anybody's
    values stand in it: of texts the one for the template's own length."""
    if template.sms is not None:
        if template.sms.images:
            return "MMS"
        return "SMS" if template.sms.longest == "SMS" or sms_bytes(template.sms.text) <= SMS_BYTES else "LMS"
    if template.brand_message is not None:
        return BRAND + template.brand_message.type
    return template.channel.upper()


def cost_class(channel: Channel, kind: pl.Expr) -> pl.Expr:
    """Name of the price: the kind, of a Brand Message with ``BRAND_`` before it."""
    return pl.concat_str([pl.lit(BRAND), kind]) if channel == "brand_message" else kind
