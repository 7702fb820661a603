"""The shape of what the embedded namer knows.

Belongs here: the classes that the vocabularies fill. Does not belong here: any words.
"""

from dataclasses import dataclass

from models.taste.korean_keys import keys_of


@dataclass(frozen=True)
class Voice:
    """How a theme sounds in one language. Every mood can stand before every head.

    ``likings`` complete a sentence: in Korean before '고객들이에요', in English after 'with a taste for'.
    """

    moods: tuple[str, ...]
    heads: tuple[str, ...]
    likings: tuple[str, ...]


@dataclass(frozen=True)
class Theme:
    """A mood of shopping, and the words of a catalogue that speak for it (keys, Korean and English)."""

    key: str
    domain: str  # WEAR, BEAUTY or THINGS: which endings a keyword takes
    words: frozenset[str]
    korean: Voice
    english: Voice
    pull: float  # below 1 for themes whose words any shop has


WEAR, BEAUTY, THINGS = "wear", "beauty", "things"


def voice(moods: str, heads: str, likings: str) -> Voice:
    """A voice from lists separated by '|'."""
    return Voice(tuple(moods.split("|")), tuple(heads.split("|")), tuple(likings.split("|")))


def theme(key: str, domain: str, words: str, korean: Voice, english: Voice, pull: float = 1.0) -> Theme:
    """A theme from words separated by spaces."""
    return Theme(key, domain, keys_of(words), korean, english, pull)
