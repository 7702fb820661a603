"""Pictures in the metadata of a materialisation.

Belongs here: small charts drawn from published tables. Does not belong here: reports for marketers.
The renderer is imported where it draws: the code location loads without it. Pictures carry their own font, because a
machine without a Korean one would draw empty boxes.
"""

import base64
import importlib.util
from pathlib import Path

import dagster as dg
import duckdb

_DAYS = 60
_FONT = "NanumGothic"


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
    picture = base64.b64encode(_draw(records)).decode()
    return dg.MetadataValue.md(f"![sessions and revenue of the last {len(rows)} days](data:image/png;base64,{picture})")


def _draw(records: list[dict[str, object]]) -> bytes:
    import vl_convert

    if folder := _font_folder():
        vl_convert.register_font_directory(str(folder))
    picture: bytes = vl_convert.vegalite_to_png(_specification(records), scale=1.0)
    return picture


def _specification(records: list[dict[str, object]]) -> dict[str, object]:
    """Vega-Lite by hand: importing Altair for two lines would cost more than drawing them."""
    header = {"labelFont": _FONT, "labelAngle": 0, "labelAlign": "left", "title": None}
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
        "config": {"font": _FONT},
    }


def _font_folder() -> Path | None:
    """Where koreanize-matplotlib keeps its fonts, found without importing it (that would import matplotlib)."""
    found = importlib.util.find_spec("koreanize_matplotlib")
    if found is None or found.origin is None:
        return None
    folder = Path(found.origin).parent / "fonts"
    return folder if folder.is_dir() else None
