"""The letters of a page, taken out of a font.

Belongs here: making a small font of the letters that a text needs. Does not belong here: where fonts lie, pages.
"""

import base64
import io
from typing import Any

FAMILY = "Dangol Letters"  # as WOFF: WOFF2 is a quarter smaller and takes five times as long to make


def letters(font: bytes, text: str) -> bytes:
    """A WOFF font with the glyphs of ``text``, the same bytes for the same letters; ``font``: TrueType.

    What the font has no glyph for (a product called by an emoji) is left to the fonts of the reader.
    """
    from fontTools import subset  # type: ignore[import-untyped]
    from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

    whole = TTFont(io.BytesIO(font), lazy=True, recalcTimestamp=False)
    chosen = subset.Subsetter(_options())
    chosen.populate(text="".join(sorted(set(text))))
    chosen.subset(whole)
    whole.flavor = "woff"
    written = io.BytesIO()
    subset.save_font(whole, written, _options())
    return written.getvalue()


def face(font: bytes) -> str:
    """The font as a rule of CSS, which needs no file beside the page."""
    data = base64.b64encode(font).decode("ascii")
    return f'@font-face{{font-family:"{FAMILY}";src:url(data:font/woff;base64,{data}) format("woff");}}'


def _options() -> Any:
    from fontTools import subset

    options = subset.Options()
    options.flavor = "woff"
    options.hinting = False
    options.layout_features = []
    options.name_IDs = []
    options.drop_tables += ["GSUB", "GPOS", "GDEF", "kern", "TSI0", "TSI1", "TSI2", "TSI3", "TSI5", "TSIB", "TSIP"]
    options.recalc_timestamp = False
    return options
