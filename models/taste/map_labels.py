"""Where the labels of a map go: near what they name, and not upon one another.

Belongs here: the geometry of text boxes. Does not belong here: texts, fonts' looks and drawing (``assets.taste_map``).
"""

import unicodedata

import numpy as np
from numpy.typing import NDArray

_STEP = 4.0  # pixels between the places that are tried
_WIDE, _NARROW = 0.95, 0.58  # of the height of the letters


def text_width(text: str, size: float) -> float:
    """About how wide ``text`` is in the unit of ``size``: Hangul is nearly square, Latin letters are half as wide."""
    return size * sum(_WIDE if unicodedata.east_asian_width(letter) in "WF" else _NARROW for letter in text)


def spread_labels(
    anchors: NDArray[np.float64], boxes: NDArray[np.float64], frame: tuple[float, float]
) -> NDArray[np.float64]:
    """Centres (n, 2) of boxes near ``anchors`` (n, 2) that lie within ``frame`` (width, height) and do not overlap.

    ``boxes``: width and height of each (n, 2). One after the other takes the free place nearest to its anchor; one for
    which none is left lies at its anchor, upon others.
    """
    centres = np.empty((len(anchors), 2))
    for label, (anchor, half) in enumerate(zip(anchors, boxes / 2.0, strict=True)):
        low, high = half, np.maximum(np.array(frame) - half, half)
        wanted = np.clip(anchor, low, high)
        axes = [np.arange(start, end, _STEP) for start, end in zip(low, high, strict=True)]
        tried = np.concatenate([wanted[None], np.stack(np.meshgrid(*axes, indexing="ij"), axis=2).reshape(-1, 2)])
        reach = half + boxes[:label] / 2.0
        meets = (np.abs(tried[:, None] - centres[None, :label]) < reach).all(axis=2).any(axis=1)
        distance = np.where(meets, np.inf, ((tried - anchor) ** 2).sum(axis=1))
        centres[label] = tried[distance.argmin()]
    return centres
