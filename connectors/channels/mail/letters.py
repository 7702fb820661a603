"""An e-mail as it goes over the wire.

Belongs here: headers and parts (CHANNELS.md, 8; RFC 5322, 8058). Does not belong here: the texts (``models.messages``),
SMTP (``smtp``).

``content``: the part ``email`` of a template document, filled: ``sender`` (``name``, ``address``), ``subject``,
``html``, ``text``, ``unsubscribe_url``.
"""

import datetime as dt
import hashlib
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Final

from connectors.channels.protocol import Message, Refused
from connectors.channels.turns import text_of

# What the parser of addresses and headers is known to raise.
_MALFORMED: Final = (ValueError, TypeError, KeyError, IndexError, AttributeError, MessageError)


def letter(message: Message, now: dt.datetime) -> EmailMessage:
    """Raises :class:`Refused` for an address or a header that no mail can have. The same message has the same
    ``Message-ID`` in every attempt, so that programs that know it show it once."""
    content = message.content
    sender = content.get("sender") or {}
    made = EmailMessage(policy=SMTP)
    try:
        if not (message.to.isascii() and str(sender["address"]).isascii()):
            raise ValueError  # servers that take other letters are rare, and smtplib stops at them
        source = Address(str(sender.get("name", "")), addr_spec=str(sender["address"]))
        made["From"] = source
        made["To"] = Address(addr_spec=message.to)
        made["Subject"] = text_of(content, "subject")
        url = text_of(content, "unsubscribe_url")
        if url:
            if not url.startswith("https://") or any(letter in url for letter in "<> \r\n"):
                raise ValueError
            made["List-Unsubscribe"] = f"<{url}>"
            made["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    except _MALFORMED as error:  # their words quote the address
        raise Refused(f"an address or header of an e-mail is malformed ({type(error).__name__})", "malformed") from None
    made["Date"] = format_datetime(now.astimezone(dt.UTC))
    made["Message-ID"] = f"<{hashlib.sha256(message.id.encode()).hexdigest()[:40]}@{source.domain}>"
    made["Auto-Submitted"] = "auto-generated"
    if text_of(content, "text"):
        made.set_content(text_of(content, "text"), cte="base64")
    if text_of(content, "html"):
        if text_of(content, "text"):
            made.add_alternative(text_of(content, "html"), subtype="html", cte="base64")
        else:
            made.set_content(text_of(content, "html"), subtype="html", cte="base64")
    return made
