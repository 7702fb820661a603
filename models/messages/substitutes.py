"""The text message that stands in for a Kakao message, as a template of its own.

Belongs here: making it from the Kakao template. Does not belong here: who gets one (``assets.campaigns``), its sender.
"""

from models.messages.documents.sms import Sms
from models.messages.documents.template import Template


def substitute_of(template: Template) -> Template | None:
    """The substitute of a Kakao template as a text message with the same variables, which advertises where the template
    does; None where it has none."""
    if template.substitute is None:
        return None
    return Template(
        id=template.id,
        name=template.name,
        purpose="advertising" if template.advertises else "information",
        if_missing=template.if_missing,
        sms=Sms(
            text=template.substitute.text, subject=template.substitute.subject, longest=template.substitute.longest
        ),
    )
