"""Text messages (SMS, LMS, MMS), and the text message that stands in for a Kakao message that failed.

Belongs here: what their documents say. Does not belong here: which of the three a text becomes
(``models.messages.kinds``).
"""

from typing import Literal

from pydantic import Field

from models.messages.documents.fields import Body, Fixed, Frozen, Line


class ImageFile(Frozen):
    """A picture of an MMS as it was uploaded; only jpg up to 300 KB and 1,500 x 1,440 is taken by carriers."""

    file: Fixed = Field(description="name of the file, up to 40 characters")
    bytes: int = Field(ge=1, description="size of the file")
    width: int = Field(ge=1, description="pixels")
    height: int = Field(ge=1, description="pixels")


class Sms(Frozen):
    """A text message. Up to 90 bytes go out as SMS, more as LMS (dearer), with pictures as MMS."""

    text: Body
    subject: Line | None = Field(None, description="only LMS and MMS show it, up to 40 bytes")
    longest: Literal["SMS", "LMS"] = Field("LMS", description="SMS: who would get more than 90 bytes is left out")
    images: tuple[ImageFile, ...] = Field((), max_length=3, description="pictures; with them the message is an MMS")


class Substitute(Frozen):
    """Text message for those whom the Kakao message did not reach."""

    text: Body
    subject: Line | None = Field(None, description="only LMS shows it, up to 40 bytes")
    longest: Literal["SMS", "LMS"] = Field("LMS", description="SMS: who would get more than 90 bytes gets none")
