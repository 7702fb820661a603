"""What the HTML of an e-mail may hold, what is put around it, and its links.

Belongs here: scripts and handlers refused, variables only where their values are safe, the hidden preheader. Does not
belong here: commands of the template (``models.messages.email.source``), the text alternative (``…email.text``).
"""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Final

from models.messages.email.source import COMMAND
from models.messages.variables import ANY_VARIABLE, Use, parts_of, variable

_REFUSED: Final = frozenset({"script", "iframe", "object", "embed", "form", "input", "base", "applet", "frame", "svg"})
_BY_ATTRIBUTE: Final[dict[str, frozenset[Use]]] = {
    "href": frozenset({"mobile_url", "pc_url", "landing", "unsubscribe", "link"}),
    "src": frozenset({"image_url"}),
    "alt": frozenset({"product_name", "price", "member_name"}),
    "title": frozenset({"product_name", "price", "member_name"}),
}
_ADDRESSES: Final = ("href", "src", "background", "action", "poster", "srcset", "xlink:href", "formaction")
_SCHEMES: Final = ("https://", "http://", "mailto:", "tel:", "#")
_UNQUOTED: Final = re.compile(r"=\s*#\{")
_BODY: Final = re.compile(r"<body[^>]*>", re.IGNORECASE)


@dataclass(frozen=True)
class PageProblem:
    """What a page may not hold: ``kind`` and what it is."""

    kind: str
    what: str
    line: int


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.problems: list[PageProblem] = []
        self.links: list[str] = []
        self._open = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _REFUSED or (tag == "meta" and any(name == "http-equiv" and value and value.lower() == "refresh"
                                                     for name, value in attrs)):  # fmt: skip
            self._tell("html_tag", f"<{tag}>")
        if tag == "style":
            self._open = tag
        for name, value in attrs:
            self._attribute(tag, name, value or "")

    def handle_endtag(self, tag: str) -> None:
        self._open = "" if tag == self._open else self._open

    def handle_data(self, data: str) -> None:
        if self._open and ANY_VARIABLE.search(data):
            self._tell("html_variable", f"a variable in <{self._open}>")

    def handle_comment(self, data: str) -> None:
        if ANY_VARIABLE.search(data):
            self._tell("html_variable", "a variable in a comment")

    def _attribute(self, tag: str, name: str, value: str) -> None:
        if name.startswith("on"):
            self._tell("html_attribute", name)
        found = [variable(match[1]) for match in ANY_VARIABLE.finditer(value)]
        wrong = [one for one in found if one.use not in _BY_ATTRIBUTE.get(name, frozenset())]
        if wrong:
            self._tell("html_variable", f"{wrong[0]} in {name}")
        elif found and name in ("href", "src") and (not value.startswith("#{") or len(found) > 1):
            self._tell("html_variable", f"{found[0]} not at the beginning of {name}")
        elif not found and name in _ADDRESSES and value.strip() and not value.strip().lower().startswith(_SCHEMES):
            self._tell("html_address", f"{name}={value[:60]}")
        if tag in ("a", "area") and name == "href" and value.lower().startswith(("https://", "http://", "#{")):
            self.links.append(value)

    def _tell(self, kind: str, what: str) -> None:
        self.problems.append(PageProblem(kind, what, self.getpos()[0]))


def _read(page: str) -> _Reader:
    reader = _Reader()
    reader.feed(COMMAND.sub(lambda match: "\n" * match[0].count("\n"), page))
    reader.close()
    return reader


def page_problems(page: str) -> list[PageProblem]:
    """Everything that a page may not hold, with its line."""
    found = _read(page).problems
    for match in _UNQUOTED.finditer(page):
        found.append(
            PageProblem(
                "html_unquoted", page[match.start() : match.start() + 40], page.count("\n", 0, match.start()) + 1
            )
        )
    return found


def has_unsubscribe(page: str) -> bool:
    """Whether there is a link (not only a word) that unsubscribes."""
    return any(
        variable(match[1]).use == "unsubscribe" for link in _read(page).links for match in ANY_VARIABLE.finditer(link)
    )


def page_links(page: str) -> Iterator[str]:
    """Addresses of links to pages, as they are written, in their order; that of unsubscribing is none of them."""
    for link in _read(page).links:
        uses = {variable(match[1]).use for match in ANY_VARIABLE.finditer(link)}
        if not uses & {"unsubscribe", "link"}:
            yield link


def as_html(text: str) -> str:
    """A text with variables as HTML: letters that mean something there, and braces, stand for themselves."""
    return "".join(
        html.escape(part).replace("{", "&#123;") if isinstance(part, str) else str(part) for part in parts_of(text)
    )


def with_preheader(page: str, preheader: str | None) -> str:
    """The page with a line before everything else that only lists of mails show."""
    if not preheader:
        return page
    line = f'<div style="display:none;max-height:0;overflow:hidden">{as_html(preheader)}</div>'
    body = _BODY.search(page)
    at = body.end() if body else 0
    return page[:at] + line + page[at:]
