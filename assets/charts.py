"""Pictures, in the metadata of a materialisation and on the pages of reports.

Belongs here: how a picture is drawn and shown, and small charts drawn from published tables. Does not belong here: what
reports for marketers show (``models.reports``). The renderer is imported where it draws: the code location loads
without it. Pictures carry their own font, because a machine without a Korean one would draw empty boxes.
"""

import base64
import importlib.util
import struct
import zlib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import dagster as dg
import duckdb

FONT = "NanumGothic"
_FONTS = f"Pretendard, Apple SD Gothic Neo, Noto Sans KR, Malgun Gothic, {FONT}, sans-serif"
_PNG = b"\x89PNG\r\n\x1a\n"
_DAYS = 60


def daily_chart(connection: duckdb.DuckDBPyConnection, files: str) -> dg.MetadataValue | None:
    """Sessions and revenue of the last days as one inline picture; None while there is nothing to show."""
    rows = connection.execute(
        f"SELECT day, sessions, revenue FROM {files} WHERE device = 'all' ORDER BY day DESC LIMIT {_DAYS}"
    ).fetchall()
    if len(rows) < 2:
        return None
    records = [
        {"day": day.isoformat(), "measure": measure, "value": float(value or 0)}
        for day, sessions, revenue in reversed(rows)
        for measure, value in (("세션 · sessions", sessions), ("매출 · revenue", revenue))
    ]
    return inline_picture(draw(_specification(records)), f"sessions and revenue of the last {len(rows)} days")


def draw(specification: Mapping[str, object]) -> bytes:
    """A Vega-Lite specification as PNG."""
    import vl_convert

    _register_font()
    return _smaller(vl_convert.vegalite_to_png(dict(specification), scale=1.0))


def draw_svg(specification: Mapping[str, object]) -> str:
    """A Vega-Lite specification as SVG for a page; it names the fonts that readers are likely to have."""
    import vl_convert

    _register_font()
    return str(vl_convert.vegalite_to_svg(dict(specification))).replace(f'"{FONT}"', f'"{_FONTS}"')


@cache
def korean_font() -> bytes | None:
    """The TrueType font that letters are measured with, for pages that carry those they show; None where it is not
    installed."""
    folder = _font_folder()
    path = folder / f"{FONT}.ttf" if folder else None
    return path.read_bytes() if path is not None and path.is_file() else None


def inline_picture(png: bytes, says: str) -> dg.MetadataValue:
    """A PNG within Markdown; ``says`` is read where the picture is not seen."""
    return dg.MetadataValue.md(f"![{says}](data:image/png;base64,{base64.b64encode(png).decode()})")


def _smaller(png: bytes) -> bytes:
    """The same picture, compressed as far as it goes: the renderer hurries, and the event log keeps every picture."""
    chunks, place = [], len(_PNG)
    while place < len(png):
        (length,) = struct.unpack_from(">I", png, place)
        chunks.append((png[place + 4 : place + 8], png[place + 8 : place + 8 + length]))
        place += length + 12  # length, kind and checksum: four bytes each
    pixels = zlib.compress(zlib.decompress(b"".join(data for kind, data in chunks if kind == b"IDAT")), 9)
    first = next(number for number, (kind, _) in enumerate(chunks) if kind == b"IDAT")
    rest = [(kind, data) for kind, data in chunks if kind != b"IDAT"]
    rest.insert(first, (b"IDAT", pixels))
    return _PNG + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in rest
    )


def _specification(records: list[dict[str, object]]) -> dict[str, object]:
    """Vega-Lite by hand: importing Altair for two lines would cost more than drawing them."""
    header = {"labelFont": FONT, "labelAngle": 0, "labelAlign": "left", "title": None}
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "data": {"values": records},
        "mark": {"type": "line", "interpolate": "monotone"},
        "encoding": {
            "x": {"field": "day", "type": "temporal", "title": None},
            "y": {"field": "value", "type": "quantitative", "title": None},
            "row": {"field": "measure", "type": "nominal", "header": header},
            "color": {"field": "measure", "type": "nominal", "legend": None},
        },
        "width": 420,
        "height": 70,
        "resolve": {"scale": {"y": "independent"}},
        "config": {"font": FONT},
    }


def _register_font() -> None:
    """Letters are measured, and in a PNG drawn, with a font that comes with a package."""
    import vl_convert

    if folder := _font_folder():
        vl_convert.register_font_directory(str(folder))


def _font_folder() -> Path | None:
    """Where koreanize-matplotlib keeps its fonts, found without importing it (that would import matplotlib)."""
    found = importlib.util.find_spec("koreanize_matplotlib")
    if found is None or found.origin is None:
        return None
    folder = Path(found.origin).parent / "fonts"
    return folder if folder.is_dir() else None
