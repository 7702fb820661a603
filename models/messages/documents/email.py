"""E-mails.

Belongs here: what their document says. Does not belong here: filling the HTML (``models.messages.email``), SMTP
(connectors).
"""

from pydantic import Field

from models.messages.documents.fields import Body, Fixed, Frozen, Html, Line


class EmailSender(Frozen):
    """Who it comes from; the address must have been verified."""

    name: Fixed
    address: str = Field(pattern=r"^[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$", max_length=254)


class Email(Frozen):
    """An e-mail. In ``html`` variables stand as everywhere; ``{% if #{적립금} %} … {% endif %}`` leaves a part out."""

    sender: EmailSender
    subject: Line
    preheader: Line | None = Field(None, description="what mail programs show beside the subject")
    html: Html = Field(description="with a link to #{수신거부 링크}")
    text: Body | None = Field(None, description="for programs without HTML; without it, made from the HTML")
