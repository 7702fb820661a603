"""Charts of reports as Vega-Lite specifications.

Belongs here: the few kinds of charts that reports share. Does not belong here: figures, pages (``page``), drawing
(``assets.charts``).

Vega-Lite by hand: importing Altair for a few bars would cost more than drawing them.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

FONT: Final = "NanumGothic"
COLOURS: Final = ("#2f6fed", "#b6bfcc")  # what the report is about, what it is compared with
_SCHEMA: Final = "https://vega.github.io/schema/vega-lite/v5.json"
Record = Mapping[str, Any]


def compared_bars(records: Sequence[Record], series: Sequence[str], axis: str) -> dict[str, Any]:
    """Bars side by side. ``records``: (name, series, value); names in the order in which they come first; ``axis``: the
    format of values as d3 writes it, such as '.0%'."""
    names = list(dict.fromkeys(record["name"] for record in records))
    colour = {"domain": list(series), "range": list(COLOURS[: len(series)])}
    return _specification(
        records,
        mark={"type": "bar", "cornerRadiusEnd": 2},
        encoding={
            "y": {"field": "name", "type": "nominal", "sort": names, "title": None},
            "x": {"field": "value", "type": "quantitative", "title": None, "axis": {"format": axis, "tickCount": 5}},
            "yOffset": {"field": "series", "type": "nominal", "sort": list(series)},
            "color": {"field": "series", "type": "nominal", "scale": colour, "title": None},
        },
        size={"width": 380, "height": {"step": 14}},
    )


def compared_lines(records: Sequence[Record], series: Sequence[str], axis: str) -> dict[str, Any]:
    """Lines over whole numbers, such as hours. ``records``: (x, series, value)."""
    colour = {"domain": list(series), "range": list(COLOURS[: len(series)])}
    return _specification(
        records,
        mark={"type": "line", "interpolate": "monotone", "point": True},
        encoding={
            "x": {"field": "x", "type": "ordinal", "title": None, "axis": {"labelAngle": 0}},
            "y": {"field": "value", "type": "quantitative", "title": None, "axis": {"format": axis, "tickCount": 5}},
            "color": {"field": "series", "type": "nominal", "scale": colour, "title": None},
        },
        size={"width": 860, "height": 180},
    )


def _specification(
    records: Sequence[Record], mark: Mapping[str, Any], encoding: Mapping[str, Any], size: Mapping[str, Any]
) -> dict[str, Any]:
    return {
        "$schema": _SCHEMA,
        "data": {"values": [dict(record) for record in records]},
        "mark": dict(mark),
        "encoding": dict(encoding),
        **size,
        "config": {
            "font": FONT,
            "view": {"stroke": None},
            "axis": {"gridColor": "#eef0f3", "domainColor": "#d0d5dd", "tickColor": "#d0d5dd", "labelLimit": 220},
            "legend": {"orient": "top"},
        },
    }
