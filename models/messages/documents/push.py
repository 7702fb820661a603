"""Push notifications.

Belongs here: what their document says. Does not belong here: tokens and the sending of them (connectors).
"""

from pydantic import Field

from models.messages.documents.fields import AppLink, Body, Fixed, Frozen, Image, Line, Link


class Push(Frozen):
    """A push notification."""

    title: Line
    body: Body
    image: Image | None = None
    link: Link | None = Field(None, description="web address that a tap opens")
    app_link: AppLink | None = Field(None, description="address inside the app that a tap opens")
    opt_out: Fixed | None = Field(
        None, description="how to stop advertising, put after the body; set from the settings whenever it is saved"
    )
