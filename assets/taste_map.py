"""The picture of the taste space: customers as dots, coloured by segment, named where each segment lies.

Belongs here: colours, shapes, labels, the specification of the picture. Does not belong here: where the dots lie
(``models.taste.map``), where labels find room (``models.taste.map_labels``).
"""

from collections.abc import Sequence

import dagster as dg
import numpy as np
import polars as pl
from numpy.typing import NDArray

from assets.charts import FONT, draw, inline_picture
from models.taste.arrays import NO_GROUP
from models.taste.map import places
from models.taste.map_labels import spread_labels, text_width

_WIDTH, _HEIGHT, _MARGIN = 840, 600, 26
_SIZE = 13  # of the letters, in pixels
_LONGEST = 20  # letters of a label
# Hues that stay apart for colour-blind readers (after Okabe and Ito, 2008), each in four shapes and depths: 32 looks.
_HUES = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#7B4FA3", "#8A6D3B")
_SHAPES = (("circle", 0.0), ("triangle-up", -0.3), ("square", 0.25), ("diamond", -0.5))  # and how much lighter
_GREY = "#B8BCC2"
_TINT = 0.82  # part of white in the land around the dots of a segment
_NEIGHBOURS = 8  # a dot has land where at least half of so many dots next to it are of its segment
_TALL = 40.0  # pixels: a segment less high than this from the middle is named above, else its name would hide it
_FAR = 16.0  # pixels: a name that had to go farther than this from where it belongs is tied to its segment by a line


def taste_map(points: pl.DataFrame, segment_ids: Sequence[str], names: Sequence[str]) -> dg.MetadataValue | None:
    """The map as one inline picture; None when there is nothing to draw.

    ``points``: x, y, group (:func:`models.taste.map.map_points`); ``segment_ids`` and ``names`` of group 0, 1, ….
    """
    if points.is_empty() or not names:
        return None
    return inline_picture(taste_map_png(points, segment_ids, names), f"map of {len(names)} taste segments")


def taste_map_png(points: pl.DataFrame, segment_ids: Sequence[str], names: Sequence[str]) -> bytes:
    """The picture itself."""
    dots = _dots(points, looks(segment_ids))
    return draw(_specification(dots, [dot for dot in dots if dot["is_land"]], _labels(points, names)))


def looks(segment_ids: Sequence[str]) -> list[tuple[str, str]]:
    """Hue and shape of each segment: its number chooses them, so that they stay from day to day; where two of today
    would look alike, the one with the larger id takes the next look that is free."""
    taken: dict[int, str] = {}
    for segment in sorted(segment_ids):
        slots = len(_HUES) * len(_SHAPES)
        wanted = (int("".join(filter(str.isdigit, segment)) or 0) - 1) % slots
        free = [slot % slots for slot in range(wanted, wanted + slots) if slot % slots not in taken]
        taken[free[0] if free else wanted + len(taken) * slots] = segment
    slot_of = {segment: slot for slot, segment in taken.items()}
    return [_look(slot_of[segment]) for segment in segment_ids]


def _look(slot: int) -> tuple[str, str]:
    shape, lighter = _SHAPES[slot // len(_HUES) % len(_SHAPES)]
    return _shade(_HUES[slot % len(_HUES)], lighter), shape


def _shade(colour: str, lighter: float) -> str:
    """``colour`` moved by a part of the way towards white, or towards black where ``lighter`` is negative."""
    channels = [int(colour[place : place + 2], 16) for place in (1, 3, 5)]
    end = 255 if lighter > 0 else 0
    return "#" + "".join(f"{round(value + (end - value) * abs(lighter)):02X}" for value in channels)


def _on_canvas(points: pl.DataFrame, positions: NDArray[np.float64]) -> NDArray[np.float64]:
    """Positions of the map in pixels, the map as large as fits, its proportions kept."""
    plane = points.select("x", "y").to_numpy()
    low, high = plane.min(axis=0), plane.max(axis=0)
    room = np.array([_WIDTH, _HEIGHT]) - 2 * _MARGIN
    factor = (room / np.maximum(high - low, 1e-9)).min()
    pixels: NDArray[np.float64] = np.array([_WIDTH, _HEIGHT]) / 2 + (positions - (low + high) / 2) * factor
    return pixels


def _dots(points: pl.DataFrame, look: Sequence[tuple[str, str]]) -> list[dict[str, object]]:
    """Customers without a taste first: they are drawn below the others."""
    ordered = points.sort(pl.col("group") != NO_GROUP, maintain_order=True)
    groups = ordered["group"].to_numpy()
    pixels = _on_canvas(points, ordered.select("x", "y").to_numpy()).round(1)
    return [
        {
            "x": x,
            "y": y,
            "hue": _GREY if group == NO_GROUP else look[group][0],
            "tint": _shade(look[group][0], _TINT) if is_land else None,
            "shape": "circle" if group == NO_GROUP else look[group][1],
            "area": 8 if group == NO_GROUP else 20,
            "is_land": is_land,
        }
        for (x, y), group, is_land in zip(pixels.tolist(), groups.tolist(), _at_home(pixels, groups), strict=True)
    ]


def _at_home(pixels: NDArray[np.float64], groups: NDArray[np.int64]) -> list[bool]:
    """Whether a dot lies among dots of its own segment."""
    distance = ((pixels[:, None, :] - pixels[None, :, :]) ** 2).sum(axis=2)
    nearest = np.argsort(distance, axis=1, kind="stable")[:, 1 : _NEIGHBOURS + 1]
    alike = (groups[nearest] == groups[:, None]).mean(axis=1) if nearest.size else np.ones(len(groups))
    home: list[bool] = ((alike >= 0.5) & (groups != NO_GROUP)).tolist()
    return home


def _labels(points: pl.DataFrame, names: Sequence[str]) -> list[dict[str, object]]:
    """Names with the place of their text, and the place they stand for."""
    middles = places(points, len(names))
    shown = np.flatnonzero(~np.isnan(middles).any(axis=1)).tolist()
    texts = [name if len(name) <= _LONGEST else name[: _LONGEST - 1] + "…" for name in (names[g] for g in shown)]
    anchors = _on_canvas(points, middles[shown])
    heights = [
        _height(_on_canvas(points, points.filter(pl.col("group") == g).select("x", "y").to_numpy())) for g in shown
    ]
    raised = np.array([height + _SIZE if height < _TALL else 0.0 for height in heights])
    boxes = np.array([(text_width(text, _SIZE) + 8, _SIZE + 7) for text in texts]).reshape(-1, 2)
    wanted = anchors + np.stack([np.zeros(len(shown)), raised], axis=1)
    centres = spread_labels(wanted, boxes, (_WIDTH, _HEIGHT))
    is_far = np.linalg.norm(centres - wanted, axis=1) > _FAR
    ends = np.where(is_far[:, None], anchors, centres)
    return [
        {"text": text, "x": x, "y": y, "at_x": at_x, "at_y": at_y}
        for text, (x, y), (at_x, at_y) in zip(texts, centres.round(1).tolist(), ends.round(1).tolist(), strict=True)
    ]


def _height(pixels: NDArray[np.float64]) -> float:
    """From the middle of a segment to its upper edge, stray dots left out."""
    low, middle, high = np.quantile(pixels[:, 1], [0.1, 0.5, 0.9])
    return float(max(high - middle, middle - low))


def _specification(
    dots: list[dict[str, object]], land: list[dict[str, object]], labels: list[dict[str, object]]
) -> dict[str, object]:
    def place(field: str, end: int) -> dict[str, object]:
        scale = {"domain": [0, end], "nice": False}
        return {"field": field, "type": "quantitative", "axis": None, "scale": scale}

    def raw(field: str, kind: str) -> dict[str, object]:
        return {"field": field, "type": kind, "scale": None, "legend": None}

    where: dict[str, object] = {"x": place("x", _WIDTH), "y": place("y", _HEIGHT)}
    look = {"color": raw("hue", "nominal"), "shape": raw("shape", "nominal"), "size": raw("area", "quantitative")}
    line = {"x": place("at_x", _WIDTH), "y": place("at_y", _HEIGHT), "x2": {"field": "x"}, "y2": {"field": "y"}}
    named = where | {"text": {"field": "text", "type": "nominal"}}
    text = {"type": "text", "fontSize": _SIZE, "fontWeight": "bold", "font": FONT}
    halo = {**text, "stroke": "white", "strokeWidth": 5, "strokeJoin": "round", "opacity": 0.9}
    point = {"type": "point", "filled": True, "strokeWidth": 0, "opacity": 1}
    layers: list[tuple[object, object, object]] = [
        (land, {**point, "size": 600}, where | {"color": raw("tint", "nominal")}),
        (dots, point, where | look),
        (labels, {"type": "rule", "color": "#333333", "strokeWidth": 1, "opacity": 0.6}, line),
        (labels, halo, named),
        (labels, {**text, "color": "#1A1A1A"}, named),
    ]
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "width": _WIDTH,
        "height": _HEIGHT,
        "layer": [{"data": {"values": data}, "mark": mark, "encoding": seen} for data, mark, seen in layers],
        "config": {"font": FONT, "view": {"stroke": None}, "background": "white"},
    }
