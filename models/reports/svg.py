"""Drawings with fewer bytes.

Belongs here: taking out of an SVG what a page needs not. Does not belong here: what is drawn (``drawing``).
"""

import re
from typing import Final

_NEEDLESS: Final = re.compile(
    r' (?:font-family|class|aria-hidden|aria-roledescription|role|pointer-events)="[^"]*"'
)  # letters take the font of the page
_DEFAULTS: Final = re.compile(
    r' aria-label="[^"]*"| stroke-miterlimit="[^"]*"| xmlns:xlink="[^"]*"| version="[^"]*"| stroke-width="0"'
    r'| transform="translate\(0,0\)"| opacity="1"'
)
_DECIMALS: Final = re.compile(r"-?\d+\.\d{2,}")
_SAYS: Final = re.compile(r'<path([^>]*) aria-label="([^"]*)"([^>]*?)(?:/>|></path>)')
_EMPTY: Final = re.compile(r'<(?:g|path)(?: (?:fill|stroke)="[^"]*")*(?:/>|></(?:g|path)>)')
_ALONE: Final = re.compile(r"<g>(<(?:path|text)[^<]*(?:</text>|/>))</g>|<g></g>")


def slim(svg: str) -> str:
    """The same picture; what a mark says to who does not see it becomes its title, which shows when pointed at."""
    svg = _NEEDLESS.sub("", svg)
    svg = _DECIMALS.sub(lambda found: f"{float(found[0]):.1f}".removesuffix(".0"), svg)
    svg = _SAYS.sub(r"<path\1\3><title>\2</title></path>", svg)
    svg = _EMPTY.sub("", _DEFAULTS.sub("", svg))
    while (smaller := _ALONE.sub(r"\1", svg)) != svg:
        svg = smaller
    return re.sub(r">\s+<", "><", svg)
