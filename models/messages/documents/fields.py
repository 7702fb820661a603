"""Kinds of text that messages are made of, each with the role that decides what may stand in it.

Belongs here: single texts. Does not belong here: the documents made of them, which variable may stand where
(``models.messages.allowed``), how long a text may be for a channel (``models.messages.limits``).
"""

import re
import unicodedata
from dataclasses import dataclass
from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, BeforeValidator, Field
from pydantic_core import PydanticCustomError

from models.documents.fields import Frozen, Id, Text
from models.messages.variables import ANY_VARIABLE

__all__ = ["Body", "Colour", "Fixed", "FixedBody", "Frozen", "Html", "Id", "Image", "Line", "Link", "Role", "Text"]

RoleName = Literal["line", "body", "link", "image", "html"]
MOST_TEXT: Final = 20_000  # characters of one text of a template, far beyond the limit of every channel
MOST_HTML: Final = 500_000
_MOST_LINK: Final = 1_000
# Letters that nobody sees but that turn the reading direction of what follows, or take up bytes of an SMS.
HIDDEN: Final = "\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff"
_URL: Final = re.compile(r"https?://[^\s\"'<>\\^`{|}]+", re.IGNORECASE)
_APP_URL: Final = re.compile(r"[a-z][a-z0-9+.-]*://[^\s\"'<>\\^`{|}]*", re.IGNORECASE)
_NO_APP: Final = ("javascript", "data", "vbscript", "file", "about")


@dataclass(frozen=True)
class Role:
    """What a text is: a ``line`` without line breaks, a ``body``, a ``link``, an ``image`` address or ``html``."""

    name: RoleName


def _as_text(value: object) -> object:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _composed(text: str) -> str:
    """Composed letters (NFC) and ``\\n`` as the only line break."""
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " "))


def _readable(text: str) -> str:
    found = _composed(text).strip()
    if any(unicodedata.category(letter) in ("Cc", "Cs") and letter != "\n" for letter in found):
        raise PydanticCustomError("unreadable_text", "has control characters")
    hidden = sorted({letter for letter in found if letter in HIDDEN})
    if hidden:
        letters = ", ".join(f"U+{ord(letter):04X} at {found.index(letter) + 1}" for letter in hidden)
        raise PydanticCustomError("hidden_letters", "has letters that nobody sees: {letters}", {"letters": letters})
    if not found:
        raise PydanticCustomError("empty_text", "must not be empty")
    return found


def _one_line(text: str) -> str:
    if "\n" in text:
        raise PydanticCustomError("line_break", "must be one line")
    return text


def _without_variables(text: str) -> str:
    if "#{" in text:
        raise PydanticCustomError("no_variable_here", "can not have variables")
    return text


def _web_address(text: str) -> str:
    """A web address, as it is or after the variables in it are taken for letters."""
    plain = ANY_VARIABLE.sub("x", text)
    if not (ANY_VARIABLE.match(text) or _URL.fullmatch(plain)) or re.search(r"[\s\"'<>\\]", plain):
        raise PydanticCustomError("not_a_link", "must begin with https:// or http://, or be a variable")
    return text


def _app_address(text: str) -> str:
    if not _APP_URL.fullmatch(ANY_VARIABLE.sub("x", text)) or text.lower().startswith(_NO_APP):
        raise PydanticCustomError("not_an_app_link", "must be like shopapp://cart")
    return text


def _html(text: str) -> str:
    if any(unicodedata.category(letter) in ("Cc", "Cs") and letter not in "\n\t\r" for letter in text):
        raise PydanticCustomError("unreadable_text", "has control characters")
    if not text.strip():
        raise PydanticCustomError("empty_text", "must not be empty")
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))


def _kind(*steps: Any, most: int = MOST_TEXT) -> Any:
    return (BeforeValidator(_as_text), Field(min_length=1, max_length=most), *(AfterValidator(step) for step in steps))


Body = Annotated[str, *_kind(_readable), Role("body")]
Line = Annotated[str, *_kind(_readable, _one_line), Role("line")]
Link = Annotated[str, *_kind(_readable, _one_line, _web_address, most=_MOST_LINK), Role("link")]
AppLink = Annotated[str, *_kind(_readable, _one_line, _app_address, most=_MOST_LINK), Role("link")]
Image = Annotated[str, *_kind(_readable, _one_line, _web_address, most=_MOST_LINK), Role("image")]
Html = Annotated[str, *_kind(_html, most=MOST_HTML), Role("html")]
Fixed = Annotated[str, *_kind(_readable, _one_line, _without_variables, most=200)]  # one line, the same for everybody
FixedBody = Annotated[str, *_kind(_readable, _without_variables, most=2_000)]
Colour = Annotated[str, Field(pattern=r"^#[0-9A-Fa-f]{6}$", description="as #1A2B3C")]
