"""Links of a template, each with a place that a tracked link of the recipient is put into.

Belongs here: finding links, putting places in, the address that each recipient would be led to. Does not belong here:
making tracked links (campaigns, tracking), what they count (attribution).

    placed = with_link_places(template)              # https://… and #{모바일 URL_…} become places
    targets = link_targets(placed.links, people)     # columns link__1, link__2, …: where each recipient is to land
    render(placed.template, people.hstack(tracked))  # tracked: the same columns with links of our own
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

import polars as pl

from models.messages.documents.places import Place, places, with_texts
from models.messages.documents.template import Template
from models.messages.email.pages import page_links
from models.messages.filling import WEB_ADDRESS, Money, filled, values_of
from models.messages.variables import LINKS, link_variable, variables_in

Device = Literal["mobile", "pc", "any"]
# In plain text an address ends where its letters do (https://a.kr에서), and before the full stop of a sentence.
_LETTER: Final = r"[A-Za-z0-9\-._~:/?#@!$&*+,;=%]"
_VARIABLE: Final = r"#\{[^{}#\n]+\}"
_IN_TEXT: Final = re.compile(
    rf"https?://(?:{_VARIABLE}|{_LETTER}(?!\{{))*(?:{_VARIABLE}|[A-Za-z0-9\-_~/=%&+])|{_VARIABLE}(?:[?&](?:{_LETTER}(?!\{{))*[A-Za-z0-9\-_~/=%])?"
)


@dataclass(frozen=True)
class Link:
    """A link of a template. ``path``: where it stands; ``target``: its address, maybe with a variable; ``number``: from
    1, that of its column; the same address on the same path is one link."""

    number: int
    path: str
    target: str
    device: Device

    @property
    def column(self) -> str:
        """Column of the recipients' frame that holds the tracked link."""
        return link_variable(self.number).column


@dataclass(frozen=True)
class Placed:
    """A template whose links are places, and the links."""

    template: Template
    links: tuple[Link, ...]


def links_in(template: Template) -> tuple[Link, ...]:
    """All links to pages, in the order of the document; pictures, app addresses and unsubscribing are none."""
    return with_link_places(template).links


def with_link_places(template: Template) -> Placed:
    """The template with a place for a tracked link instead of each address. Done twice, nothing is left to find.

    The text of an AlimTalk has to stay the approved one: there only a variable can become another address."""
    links: list[Link] = []
    texts: dict[str, str] = {}
    for place in places(template):
        is_fixed = template.alimtalk is not None and place.role == "body" and not place.path.startswith("substitute.")
        for target in _targets(place):
            if is_fixed and re.fullmatch(_VARIABLE, target) is None:
                continue
            links.append(Link(len(links) + 1, place.path, target, _device(place.path)))
            text = texts.get(place.path, place.text)
            texts[place.path] = _put(text, target, str(link_variable(len(links))), place.role)
    return Placed(with_texts(template, texts), tuple(links))


def link_targets(
    links: Sequence[Link],
    recipients: pl.DataFrame,
    money: Money | None = None,
    if_missing: Mapping[str, str] | None = None,
) -> pl.DataFrame:
    """Where each recipient is to land: columns ``link__<number>``, null where there is no value or no address."""
    variables = variables_in(link.target for link in links)
    # without variables there would be no column left to tell how many recipients there are
    values = values_of(recipients, variables, money or Money(), if_missing or {}) if variables else recipients
    found = values.with_columns(filled(link.target, one_line=True).alias(link.column) for link in links)
    return found.select(
        pl.when(pl.col(link.column).str.contains(WEB_ADDRESS)).then(pl.col(link.column)).alias(link.column)
        for link in links
    )


def told_by_target(links: Sequence[Link]) -> dict[str, str]:
    """Skip reasons of places -> those that name what a marketer wrote, for ``pl.col("skip_reason").replace(…)``:
    ``missing:DANGOL_LINK_1`` is the missing address of a product."""
    names = {link.number: next((one.name for one in variables_in([link.target])), link.target) for link in links}
    return {f"missing:{link_variable(number).name}": f"missing:{name}" for number, name in names.items()}


def _targets(place: Place) -> list[str]:
    if place.role == "link":
        is_web = place.text.lower().startswith(("https://", "http://")) or _leads(place.text)
        return [place.text] if is_web and not place.text.startswith("#{DANGOL_LINK_") else []
    if place.role == "html":
        return list(dict.fromkeys(page_links(place.text)))
    if place.role == "body":
        found = (match[0] for match in _IN_TEXT.finditer(place.text))
        return list(dict.fromkeys(one for one in found if not one.startswith("#{") or _leads(one)))
    return []


def _leads(text: str) -> bool:
    """Whether a text begins with a variable that is the address of a page."""
    first = variables_in([text[: text.find("}") + 1]]) if text.startswith("#{") else ()
    return bool(first) and first[0].use in LINKS - {"unsubscribe", "link"}


def _device(path: str) -> Device:
    last = path.rpartition(".")[2]
    return "mobile" if last == "mobile" else "pc" if last == "pc" else "any"


def _put(text: str, target: str, new: str, role: str) -> str:
    """In HTML only where the address is that of a link; the same address may also be read as words."""
    if role != "html":
        return _replaced_whole(text, target, new)
    pattern = rf"(\bhref\s*=\s*)([\"'])\s*{_spelled(target)}\s*\2"
    return re.sub(pattern, lambda match: f"{match[1]}{match[2]}{new}{match[2]}", text, flags=re.IGNORECASE)


def _replaced_whole(text: str, target: str, new: str) -> str:
    """Every place where exactly this address stands: https://a.kr is not a part of https://a.kr/b."""
    return _IN_TEXT.sub(lambda match: new if match[0] == target else match[0], text) if text != target else new


def _spelled(target: str) -> str:
    """An address as it may be spelled in HTML: & also as &amp;."""
    return "(?:&amp;|&)".join(re.escape(piece) for piece in target.split("&"))
