"""Korean typed with the keyboard on English, and English typed with it on Korean ('dkdlvhs' is '아이폰').

Belongs here: the keys of the standard two-set layout (KS X 5002) and putting letters together to syllables.
Does not belong here: which of two spellings is meant (``variants``).
"""

import re
from typing import Final

import polars as pl

_INITIALS: Final = ("r", "R", "s", "e", "E", "f", "a", "q", "Q", "t", "T", "d", "w", "W", "c", "z", "x", "v", "g")
_VOWELS: Final = (
    "k", "o", "i", "O", "j", "p", "u", "P", "h", "hk", "ho", "hl", "y", "n", "nj", "np", "nl", "b", "m", "ml", "l",
)  # fmt: skip
_FINALS: Final = (
    "", "r", "R", "rt", "s", "sw", "sg", "e", "f", "fr", "fa", "fq", "ft", "fx", "fv", "fg", "a", "q", "qt", "t",
    "T", "d", "w", "c", "z", "x", "v", "g",
)  # fmt: skip
_CONJOINING: Final = [
    *(chr(0x1100 + place) for place in range(19)),
    *(chr(0x1161 + place) for place in range(21)),
    *(chr(0x11A8 + place) for place in range(27)),
]
_KEYS: Final = [*_INITIALS, *_VOWELS, *_FINALS[1:]]
# Lower case stands for both, as keys of queries have no capitals: 'rhkqorl' is how both 꽈배기 and 과배기 are found.
_INITIAL_OF: Final = {key: place for place, key in reversed(list(enumerate(_INITIALS)))}
_VOWEL_OF: Final = {key: place for place, key in enumerate(_VOWELS)}
_FINAL_OF: Final = {key: place for place, key in enumerate(_FINALS)}


def _any_of(keys: tuple[str, ...]) -> str:
    return "|".join(sorted((key for key in keys if key), key=lambda key: (-len(key), key)))


_VOWEL = f"(?:{_any_of(_VOWELS)})"
# A consonant before a vowel begins the next syllable, also the second one of a pair.
_SYLLABLE: Final = re.compile(f"({_any_of(_INITIALS)})({_VOWEL})((?:{_any_of(_FINALS)})(?!{_VOWEL}))?")


def keystrokes(keys: pl.Expr) -> pl.Expr:
    """The keys that are pressed for each key of a query, in lower case; the same for 아이폰 and dkdlvhs."""
    return keys.str.normalize("NFD").str.replace_many(_CONJOINING, _KEYS).str.to_lowercase()


def in_korean(keys: pl.Series) -> pl.Series:
    """Hangul for each of ``keys`` (String) that is typed wholly in Latin letters and makes whole syllables, else null.

    Capitals are gone from keys of queries, and with them the doubled consonants: 'rhkqorl' becomes 과배기.
    """
    distinct = keys.unique().drop_nulls().sort()
    latin = distinct.filter(distinct.str.contains(r"^[a-z]{2,}$"))
    made = [_composed(key) for key in latin]
    return keys.replace_strict(latin, pl.Series(made, dtype=pl.String), default=None, return_dtype=pl.String)


def _composed(key: str) -> str | None:
    text = _SYLLABLE.sub(_syllable, key)
    return None if re.search("[a-z]", text) else text


def _syllable(found: re.Match[str]) -> str:
    initial, vowel, final = _INITIAL_OF[found[1]], _VOWEL_OF[found[2]], _FINAL_OF[found[3] or ""]
    return chr(0xAC00 + (initial * 21 + vowel) * 28 + final)
