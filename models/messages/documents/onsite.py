"""Messages on the shop's own pages: popups and banners.

Belongs here: what their document says. Does not belong here: showing them (the web part).
"""

from typing import Literal

from pydantic import Field

from models.messages.documents.fields import Body, Colour, Frozen, Image, Line, Link


class Font(Frozen):
    """Letters of a text."""

    family: Literal["system", "Nanum Gothic", "Nanum Myeongjo", "Noto Sans KR", "Pretendard", "serif", "monospace"] = (
        "system"
    )
    size: int = Field(16, ge=8, le=72, description="pixels")
    colour: Colour = "#222222"


class CallToAction(Frozen):
    """The button."""

    text: Line
    link: Link
    colour: Colour = "#222222"
    text_colour: Colour = "#FFFFFF"
    size: Literal["small", "medium", "large"] = "medium"


class OnSite(Frozen):
    """A popup in the middle, or a banner at the top or the bottom of the page."""

    style: Literal["popup", "top_banner", "bottom_banner"]
    title: Line
    text: Body | None = None
    image: Image | None = None
    title_font: Font = Font(size=20)
    text_font: Font = Font()
    background: Colour = "#FFFFFF"
    button: CallToAction | None = None
    frequency: Literal["once", "daily", "hide_7_days"] = Field(
        "daily", description="once ever, once a day, or until the visitor says 'not for 7 days'"
    )
