"""A calendar of the coming days as an SVG drawing: hours down, days across, the night shaded.

Belongs here: the drawing. Does not belong here: what is in it (``campaign_plan``), pages (``page``).

An hour in which something goes out is as high as it needs, so that what goes out at the same time stands one below the
other; an hour in which nothing does is a thin line of the day.
"""

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

WEEK: Final = 7
_HOURS: Final = 24
_INK, _DIM, _LINE, _NIGHT, _SUNDAY, _PAPER = "#1d2433", "#667085", "#e4e7ec", "#eceef6", "#b42318", "#ffffff"
_FONT: Final = "Pretendard, 'Apple SD Gothic Neo', 'Noto Sans KR', 'Noto Sans CJK KR', NanumGothic, sans-serif"


@dataclass(frozen=True)
class Block:
    """Something that goes out: ``at`` in the shop's own time, without a zone. ``lines``: what stands in it on a wide
    screen, ``short`` on a narrow one, ``says`` when one points at it."""

    at: dt.datetime
    colour: str
    lines: tuple[str, str]
    short: str
    says: str


@dataclass(frozen=True)
class Size:
    """Lengths in units of the drawing; ``text``: height of letters; ``is_wide``: blocks have two lines."""

    width: int
    margin: int
    header: int
    idle: int
    block: int
    text: int
    is_wide: bool


WIDE: Final = Size(width=1000, margin=48, header=40, idle=11, block=38, text=13, is_wide=True)
NARROW: Final = Size(width=340, margin=24, header=34, idle=7, block=20, text=11, is_wide=False)


def calendar_svg(
    blocks: Sequence[Block],
    days: Sequence[dt.date],
    weekdays: Sequence[str],
    night: tuple[dt.time, dt.time],
    size: Size,
) -> str:
    """The drawing: a row of up to seven days, below it the next seven. ``weekdays``: their names from Sunday on;
    ``night``: from, to, over midnight or not."""
    drawn, top = [], 0.0
    for start in range(0, len(days), WEEK):
        week = _Week(days[start : start + WEEK], blocks, size, top)
        drawn += week.draw(weekdays, night)
        top = week.bottom + size.header / 2
    height = round(top - size.header / 2 + 6)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size.width} {height}" font-family="{_FONT}" '
        f'font-size="{size.text}">{"".join(drawn)}</svg>'
    )


class _Week:
    """Up to seven days side by side."""

    def __init__(self, days: Sequence[dt.date], blocks: Sequence[Block], size: Size, top: float) -> None:
        self.days, self.size, self.top = days, size, top + size.header
        self.blocks = sorted((one for one in blocks if one.at.date() in set(days)), key=lambda one: one.at)
        together = Counter((one.at.date(), one.at.hour) for one in self.blocks)
        most = [max((together[day, hour] for day in days), default=0) for hour in range(_HOURS)]
        self.heights = [size.idle + many * size.block for many in most]
        self.column = (size.width - size.margin) / WEEK

    @property
    def bottom(self) -> float:
        return self.y(_HOURS)

    def x(self, place: int) -> float:
        return self.size.margin + place * self.column

    def y(self, hours: float) -> float:
        """Where a time of day stands; ``hours`` from 0 to 24."""
        whole = int(hours)
        part = (hours - whole) * self.heights[whole] if whole < _HOURS else 0.0
        return self.top + sum(self.heights[:whole]) + part

    def draw(self, weekdays: Sequence[str], night: tuple[dt.time, dt.time]) -> list[str]:
        right = self.x(len(self.days))
        drawn = [_rect(self.size.margin, self.y(first), right, self.y(last), _NIGHT) for first, last in _spans(night)]
        for hour in range(_HOURS + 1):
            y = self.y(hour)
            is_told = hour < _HOURS and (hour % 6 == 0 or self.heights[hour] > self.size.idle)
            if is_told or hour == _HOURS:
                drawn.append(_line(self.size.margin, y, right, y))
            if is_told:
                drawn.append(_text(self.size.margin - 5, y + self.size.text - 2, str(hour), _DIM, "end"))
        for place, day in enumerate(self.days):
            drawn += self._day(place, day, weekdays[day.isoweekday() % 7])
        drawn.append(_line(right, self.top, right, self.bottom))
        return drawn

    def _day(self, place: int, day: dt.date, weekday: str) -> list[str]:
        left, middle = self.x(place), self.x(place) + self.column / 2
        colour = _SUNDAY if day.isoweekday() == WEEK else _INK
        head = self.top - self.size.header
        drawn = [_line(left, self.top, left, self.bottom)]
        if self.size.is_wide:
            drawn.append(
                _text(middle, self.top - 12, f"{day.month}/{day.day} ({weekday})", colour, "middle", bold=True)
            )
        else:
            drawn.append(_text(middle, head + self.size.text + 2, weekday, colour, "middle"))
            drawn.append(_text(middle, self.top - 6, f"{day.month}/{day.day}", colour, "middle", bold=True))
        seen: Counter[int] = Counter()
        for one in self.blocks:
            if one.at.date() == day:
                top = self.y(one.at.hour) + self.size.idle / 2 + seen[one.at.hour] * self.size.block
                drawn.append(self._block(one, left, top))
                seen[one.at.hour] += 1
        return drawn

    def _block(self, block: Block, left: float, top: float) -> str:
        size, inset = self.size, 2.0
        right = left + self.column - inset
        box = _rect(left + inset, top, right, top + size.block - inset, block.colour, radius=4)
        if size.is_wide:
            first = _text(left + 8, top + size.text + 1, _cut(block.lines[0], self.column - 16, size.text), _PAPER,
                          bold=True)  # fmt: skip
            second = _text(left + 8, top + 2 * size.text + 3, block.lines[1], _PAPER)
            texts = first + second
        else:
            texts = _text((left + right + inset) / 2, top + size.text + 1, block.short, _PAPER, "middle", bold=True)
        return f"<g><title>{escape(block.says)}</title>{box}{texts}</g>"


def _spans(night: tuple[dt.time, dt.time]) -> list[tuple[float, float]]:
    """Parts of the day that are night, in hours."""
    first, last = (one.hour + one.minute / 60 for one in night)
    return [(first, last)] if first < last else [(0.0, last), (first, float(_HOURS))]


def _cut(text: str, room: float, height: int) -> str:
    """``text`` as far as there is room: a Hangul letter is about as wide as it is high, others half as wide."""
    left = room
    for place, letter in enumerate(text):
        left -= height * (1.0 if ord(letter) > 0x1100 else 0.56)
        if left < 0:
            return text[: max(1, place - 1)] + "…"
    return text


def _rect(left: float, top: float, right: float, bottom: float, colour: str, radius: int = 0) -> str:
    width, height = right - left, bottom - top
    return (
        f'<rect x="{left:.1f}" y="{top:.1f}" width="{width:.1f}" height="{height:.1f}" rx="{radius}" fill="{colour}"/>'
    )


def _line(x1: float, y1: float, x2: float, y2: float) -> str:
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{_LINE}"/>'


def _text(x: float, y: float, text: str, colour: str, anchor: str = "start", bold: bool = False) -> str:
    weight = ' font-weight="600"' if bold else ""
    return f'<text x="{x:.1f}" y="{y:.1f}" fill="{colour}" text-anchor="{anchor}"{weight}>{escape(text)}</text>'
