"""The text of an e-mail made from its HTML, for programs and people that read no HTML.

Belongs here: HTML to text, with variables and commands left where they are. Does not belong here: filling them.
"""

import re
from html.parser import HTMLParser
from typing import Final

from models.messages.email.source import COMMAND
from models.messages.variables import ANY_VARIABLE

_KEPT: Final = re.compile(f"{COMMAND.pattern}|{ANY_VARIABLE.pattern}", re.DOTALL)
_MARK: Final = re.compile("\ue000(\\d+)\ue001")
_SILENT: Final = frozenset({"style", "script", "head", "title", "template"})
_BLOCKS: Final = frozenset(
    {"p", "div", "section", "article", "header", "footer", "table", "ul", "ol", "h1", "h2", "h3", "h4", "h5", "h6",
     "blockquote", "pre", "hr"}
)  # fmt: skip
_LINES: Final = frozenset({"br", "tr", "li"})


class _Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self._silent = 0
        self._links: list[tuple[str, int]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag in _SILENT:
            self._silent += 1
        elif tag in _BLOCKS:
            self._add("\n\n")
        elif tag in _LINES:
            self._add("\n- " if tag == "li" else "\n")
        elif tag == "td":
            self._add(" ")
        elif tag == "img" and given.get("alt"):
            self._add(f"[{given['alt']}]")
        elif tag == "a":
            self._links.append((given.get("href") or "", len(self.pieces)))

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self._silent = max(0, self._silent - 1)
        elif tag in _BLOCKS:
            self._add("\n\n")
        elif tag == "a" and self._links:
            address, start = self._links.pop()
            said = "".join(self.pieces[start:]).strip()
            if address and not address.startswith("#") and said != address:
                self._add(f" ({address})" if said else address)

    def handle_data(self, data: str) -> None:
        self._add(re.sub(r"\s+", " ", data))

    def _add(self, piece: str) -> None:
        if not self._silent:
            self.pieces.append(piece)


def text_of(page: str) -> str:
    """The page as text: links in brackets after their words, rows and list items on lines of their own."""
    kept: list[str] = []

    def mark(match: re.Match[str]) -> str:
        kept.append(match[0])
        return f"\ue000{len(kept) - 1}\ue001"

    reader = _Text()
    reader.feed(_KEPT.sub(mark, page.replace("\ue000", "").replace("\ue001", "")))
    reader.close()
    text = "".join(reader.pieces)
    # letters that a page spells out (&#123;{) are no commands, in the text as in the page
    text = re.sub(r"(?<=[#{])\{|\{(?=[{%*])", "｛", text)
    text = _MARK.sub(lambda match: kept[int(match[1])], text)
    lines = [re.sub(r"[ \t]+", " ", line).strip() for line in text.split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
