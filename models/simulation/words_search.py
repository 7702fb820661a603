"""What visitors type into the search box: Korean queries with spacing variants, typos and the wrong keyboard layout.

Belongs here: making the query table from the taste vocabularies. Does not belong here: who searches (``pages``).
"""

from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np

from models.simulation.sampling import Ints
from models.simulation.tastes import CATEGORIES, NOISE, TASTES

TYPOS: Final = (
    ("원피스", "원피쓰"), ("블라우스", "블라우수"), ("가디건", "카디건"), ("자켓", "재킷"), ("셔츠", "셔쯔"),
    ("레깅스", "래깅스"), ("쿠션", "쿠숀"), ("섀도우", "새도우"), ("에센스", "애센스"), ("샴푸", "샴프"),
    ("슬랙스", "슬렉스"), ("플리스", "후리스"), ("스커트", "스커투"), ("크림", "크릶"), ("토너", "토나"),
)  # fmt: skip
_INITIALS: Final = ("r", "R", "s", "e", "E", "f", "a", "q", "Q", "t", "T", "d", "w", "W", "c", "z", "x", "v", "g")
_VOWELS: Final = (
    "k", "o", "i", "O", "j", "p", "u", "P", "h", "hk", "ho", "hl", "y", "n", "nj", "np", "nl", "b", "m", "ml", "l",
)  # fmt: skip
_FINALS: Final = (
    "", "r", "R", "rt", "s", "sw", "sg", "e", "f", "fr", "fa", "fq", "ft", "fx", "fv", "fg", "a", "q", "qt", "t",
    "T", "d", "w", "c", "z", "x", "v", "g",
)  # fmt: skip


@dataclass(frozen=True)
class Queries:
    """All queries, those of one (taste, category) next to each other.

    ``start`` and ``end`` have shape (tastes + 1, categories + 1); the last column spans the whole taste and the last
    row all tastes; where a taste has no query for a category they span the taste.
    """

    texts: tuple[str, ...]
    start: Ints
    end: Ints


def on_english_keyboard(text: str) -> str:
    """``text`` as it comes out when the keyboard was not switched to Korean ('셔츠' -> 'tucm')."""

    def key(letter: str) -> str:
        code = ord(letter) - 0xAC00
        if not 0 <= code < 11172:
            return letter
        return _INITIALS[code // 588] + _VOWELS[code % 588 // 28] + _FINALS[code % 28]

    return "".join(map(key, text))


def mistype(text: str) -> str:
    """``text`` with a common misspelling, or with its last but one letter missing."""
    for right, wrong in TYPOS:
        if right in text:
            return text.replace(right, wrong)
    return text[:-2] + text[-1] if len(text) > 3 else text + text[-1]


def _variants(text: str) -> list[str]:
    """``text`` as different people type it; repeated entries are the more usual ones."""
    closed = text.replace(" ", "")
    return [text, text, text, text, closed, closed, mistype(text), on_english_keyboard(closed)]


@cache
def queries() -> Queries:
    """The table of all queries of the shop."""
    texts: list[str] = []
    start = np.zeros((NOISE + 1, len(CATEGORIES) + 1), dtype=np.int32)
    end = np.zeros_like(start)
    for row, taste in enumerate(TASTES):
        first = len(texts)
        for column, category in enumerate(CATEGORIES):
            start[row, column] = len(texts)
            for item in (item for item in taste.items if item.category == category):
                bases = [item.noun, *(f"{word} {item.noun}" for word in (*taste.styles[:3], *taste.materials[:2]))]
                texts += [variant for base in bases for variant in _variants(base)]
            end[row, column] = len(texts)
        empty = start[row] >= end[row]
        start[row, empty], end[row, empty] = first, len(texts)
    start[NOISE], end[NOISE] = 0, len(texts)
    return Queries(tuple(texts), start, end)
