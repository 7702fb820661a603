"""Colours of reports.

Belongs here: colours, once, for pages, charts and workbooks. Does not belong here: where they are used.

The colours of series are those of Okabe and Ito (2008), which people of every kind of colour vision tell apart, the
lighter ones darkened until they stand out from white (3 to 1, WCAG 1.4.11); text has 4.5 to 1 (1.4.3).
"""

from typing import Final

PAPER: Final = "#ffffff"
BACK: Final = "#f4f6f9"
INK: Final = "#16202e"
DIM: Final = "#525f73"
LINE: Final = "#dfe4ec"
GRID: Final = "#edf0f5"
ACCENT: Final = "#0072b2"
PALE: Final = "#eaf4fb"  # behind what is chosen
MARKED: Final = "#c65100"  # what stands out of the rest
NEUTRAL: Final = "#8090a7"  # what something is compared with

# text in these tones, and what is behind it
TONES: Final = {
    "up": ("#00604a", "#e3f4ee"),
    "down": ("#a13a00", "#fdeee4"),
    "info": ("#2d3b50", "#eef1f6"),
    "collecting": ("#6b4a00", "#fdf3d7"),
    "warning": ("#93370d", "#fdeee4"),
    "verdict": ("#00548a", "#eaf4fb"),
    "good": ("#00604a", "#e3f4ee"),
}

SERIES: Final = ("#0072b2", "#c65100", "#00865f", "#a3497f", "#8f6b00", "#3d7fb5", "#5b6678")


def contrast(one: str, other: str) -> float:
    """Ratio of the luminances of two colours, 1 to 21, as WCAG 2.2 defines it."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
