"""Messages as their recipients see them, as one HTML page that needs nothing else.

Belongs here: previews. Does not belong here: the words on them (``words``), pictures of pages (a browser's work).

Nothing is loaded from anywhere: pictures are boxes that say which address they have, an e-mail's HTML stands in frames
without scripts.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Final

from jinja2 import StrictUndefined
from jinja2 import Template as Page
from jinja2.sandbox import ImmutableSandboxedEnvironment

from models.messages.documents.places import part_with
from models.messages.documents.template import Template
from models.messages.law import Sender, with_law
from models.messages.preview.words import words
from models.messages.rendering import Rendered

_PICTURE: Final = re.compile(r"""(<img\b[^>]*?\bsrc\s*=\s*)("[^"]*"|'[^']*'|[^\s>]+)""", re.IGNORECASE)
_LOADED: Final = re.compile(r"url\([^)]*\)|@import[^;]*;?|<link\b[^>]*>", re.IGNORECASE)
_COMMAND: Final = re.compile(r"\{%.*?%\}", re.DOTALL)  # of an e-mail that nobody's values decide: all parts are shown
_FONTS: Final = "'Noto Sans KR','Apple SD Gothic Neo','NanumGothic','Malgun Gothic',sans-serif"
_BOX: Final = (
    "data:image/svg+xml;charset=utf-8,%3Csvg xmlns='http://www.w3.org/2000/svg' width='600' height='300'%3E%3Crect "
    "width='100%25' height='100%25' fill='%23dfe4ea'/%3E%3C/svg%3E"
)


@dataclass(frozen=True)
class Shown:
    """A message on a page: with ``rendered`` what that recipient gets, or why nothing; without, variables as written.

    ``why``: the skip reason as a sentence; ``heading``: what it is, where a page has several; ``facts``: about it."""

    template: Template
    rendered: Rendered | None = None
    why: str | None = None
    heading: str = ""
    facts: Sequence[tuple[str, str]] = ()


def preview(
    template: Template, sender: Sender, rendered: Rendered | None = None, locale: str = "ko", why: str | None = None
) -> str:
    """The page of one message. The arguments are those of :class:`Shown`."""
    return preview_page(template.name, [[Shown(template, rendered, why)]], sender, locale)


def preview_page(name: str, groups: Sequence[Sequence[Shown]], sender: Sender, locale: str = "ko") -> str:
    """One page, the groups side by side, the messages of each one below the other."""
    return _page().render(
        name=name, groups=[[_told(one, sender) for one in group] for group in groups], words=words(locale),
        locale=locale, mall=sender.mall_name, contact=sender.contact, currency=sender.currency,
    )  # fmt: skip


def _told(one: Shown, sender: Sender) -> dict[str, Any]:
    """What the page says of a message."""
    rendered = one.rendered
    ready = with_law(one.template, sender)
    part = part_with(ready, rendered.fields if rendered is not None and rendered.skip_reason is None else {})
    if "html" in part:
        part["html"] = _without_loading(_COMMAND.sub("", str(part["html"])))
    return {
        "channel": one.template.channel, "part": part, "kind": _kind(one.template, rendered),
        "bytes": rendered.bytes if rendered is not None else None, "heading": one.heading, "facts": list(one.facts),
        "skip": (one.why or rendered.skip_reason) if rendered is not None else None,
    }  # fmt: skip


def _kind(template: Template, rendered: Rendered | None) -> str:
    if rendered is not None:
        return rendered.kind
    return template.brand_message.type if template.brand_message is not None else template.channel.upper()


def _without_loading(page: str) -> str:
    """Pictures as boxes, and nothing that styles or links would fetch."""
    return _LOADED.sub("", _PICTURE.sub(lambda match: f'{match[1]}"{_BOX}"', page))


@cache
def _page() -> Page:
    text = resources.files("models.messages.preview").joinpath("page.html.j2").read_text(encoding="utf-8")
    made = ImmutableSandboxedEnvironment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    made.filters["money"] = _money
    made.filters["font"] = _font
    return made.from_string(text)


def _money(amount: int, currency: str) -> str:
    return f"{amount:,}원" if currency == "KRW" else f"{amount:,} {currency}"


def _font(family: str) -> str:
    """A font, and what stands in for it where it is not installed."""
    if family in ("serif", "monospace"):
        return family
    if family == "Nanum Myeongjo":
        return "'Nanum Myeongjo','NanumMyeongjo',serif"
    return _FONTS if family == "system" else f"'{family}',{_FONTS}"
