"""AlimTalk (알림톡): information by a template that Kakao has approved.

Belongs here: what its document says. Does not belong here: reading templates from the vendor (connectors), whether a
text matches the approved one (``models.messages.approved``).
"""

from typing import Literal

from pydantic import Field

from models.messages.documents.fields import AppLink, Body, Fixed, FixedBody, Frozen, Image, Line, Link, Text
from models.messages.documents.sms import Substitute


class AlimTalkButton(Frozen):
    """A button: DS delivery, WL web link, AL app link, BK bot keyword, MD pass the message on, AC add the channel."""

    type: Literal["DS", "WL", "AL", "BK", "MD", "AC"]
    name: Fixed = Field(description="up to 20 characters; of AC always '채널 추가'")
    mobile: Link | None = Field(None, description="web address on a phone (WL needs both)")
    pc: Link | None = Field(None, description="web address on a computer")
    ios: AppLink | None = Field(None, description="app address on iOS (AL needs both)")
    android: AppLink | None = Field(None, description="app address on Android")


class Highlight(Frozen):
    """The highlighted line above the body."""

    title: Line
    description: Line
    image: Image | None = None


class Entry(Frozen):
    """A line of the list of items: what, and its value."""

    title: Fixed = Field(description="up to 6 characters")
    description: Line = Field(description="up to 23 characters")


class Inspection(Frozen):
    """Where Kakao's inspection stands; only what is approved may be sent."""

    state: Literal["draft", "requested", "approved", "rejected"] = "draft"
    reason: Text | None = Field(None, description="why it was rejected, as Kakao says")
    vendor_state: Text | None = Field(None, description="the vendor's own word for the state")


class AlimTalk(Frozen):
    """An AlimTalk message. Texts are those of the approved template; only variables and addresses of buttons differ."""

    code: Fixed = Field(description="the template's code at the vendor")
    category: Fixed | None = Field(None, description="the template's category code")
    type: Literal["BA", "EX", "AD", "MI"] = Field(
        "BA", description="BA basic, EX with extra information, AD adds the channel, MI both"
    )
    emphasis: Literal["none", "title", "image", "items"] = Field("none", description="what stands out")
    text: Body
    title: Line | None = Field(None, description="emphasised title")
    subtitle: Fixed | None = Field(None, description="small line above the title")
    image: Image | None = Field(None, description="picture of the template")
    header: Line | None = Field(None, description="up to 16 characters")
    highlight: Highlight | None = None
    items: tuple[Entry, ...] = Field((), description="2 to 10 lines of what and value")
    summary: Entry | None = Field(None, description="last line of the items")
    extra: FixedBody | None = Field(None, description="extra information (EX, MI)")
    buttons: tuple[AlimTalkButton, ...] = Field((), max_length=5)
    inspection: Inspection = Inspection()
    substitute: Substitute | None = None
