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


def bars_over(records: Sequence[Record], series: Sequence[str], x_title: str, y_title: str) -> dict[str, Any]:
    """Bars side by side over whole numbers. ``records``: (x, series, value)."""
    colour = {"domain": list(series), "range": list(COLOURS[: len(series)])}
    return _specification(
        records,
        mark={"type": "bar", "cornerRadiusEnd": 2},
        encoding={
            "x": {"field": "x", "type": "ordinal", "title": x_title, "axis": {"labelAngle": 0}},
            "xOffset": {"field": "series", "type": "nominal", "sort": list(series)},
            "y": {"field": "value", "type": "quantitative", "title": y_title, "axis": {"tickCount": 5}},
            "color": {"field": "series", "type": "nominal", "scale": colour, "title": None},
        },
        size={"width": 380, "height": 220},
    )


def dots_on_diagonal(records: Sequence[Record], x_title: str, y_title: str) -> dict[str, Any]:
    """Dots with their intervals beside the line where both are equal. ``records``: (x, y, low, high)."""
    highest = max((max(record["x"], record["high"]) for record in records), default=1.0)
    across = {"field": "x", "type": "quantitative", "title": x_title}
    up = {"field": "y", "type": "quantitative", "title": y_title}
    whole = _specification(records, {"type": "point"}, {}, {"width": 380, "height": 220})
    layers = [
        {"data": {"values": [{"x": 0.0, "y": 0.0}, {"x": highest, "y": highest}]},
         "mark": {"type": "line", "strokeDash": [4, 4], "color": COLOURS[1]}, "encoding": {"x": across, "y": up}},
        {"mark": {"type": "rule", "color": COLOURS[0]},
         "encoding": {"x": across, "y": {"field": "low", "type": "quantitative"}, "y2": {"field": "high"}}},
        {"mark": {"type": "point", "filled": True, "size": 60, "color": COLOURS[0]},
         "encoding": {"x": across, "y": up}},
    ]  # fmt: skip
    return {key: value for key, value in whole.items() if key not in ("mark", "encoding")} | {"layer": layers}


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
