"""Korean particles that depend on the sound before them.

Belongs here: which final consonant a word is read with, also in Latin letters and digits, and the particle that fits.
Does not belong here: sentences (``embedded_namer``).
"""

import re
from typing import Final

_PAIRS: Final = (
    ("은", "는"),
    ("이", "가"),
    ("을", "를"),
    ("과", "와"),
    ("으로", "로"),
    ("이나", "나"),
    ("이라는", "라는"),
)
_FORMS: Final = {form: pair for pair in _PAIRS for form in pair}
_FIRST_SYLLABLE, _FINALS, _RIEUL = 0xAC00, 28, 8
_DIGITS: Final = "영일이삼사오육칠팔구"
_ROUND: Final = {1: "십", 2: "백", 3: "천", 4: "만", 5: "만", 6: "만", 7: "만"}  # by the number of zeros; more: 억
_LETTERS: Final = {"l": "엘", "m": "엠", "n": "엔", "r": "알"}  # all other letters have names that end in a vowel
_VOWELS: Final = frozenset("aeiou")


def with_particle(word: str, particle: str) -> str:
    """``word`` with the fitting form of ``particle``; either form may be given ('을' or '를').

    Raises KeyError for a particle that has one form only.
    """
    after_consonant, after_vowel = _FORMS[particle]
    final = final_consonant(word)
    if after_consonant == "으로" and final == "ㄹ":
        return word + after_vowel
    return word + (after_consonant if final else after_vowel)


def final_consonant(word: str) -> str:
    """'' if ``word`` is read with a vowel at its end, 'ㄹ', or 'x' for any other consonant; '' without any reading."""
    sound = re.sub(r"[^0-9a-zA-Z가-힣]+$", "", word)
    if not sound:
        return ""
    if "가" <= sound[-1] <= "힣":
        return _final_of_syllable(sound[-1])
    if sound[-1].isdigit():
        return _final_of_syllable(_last_digit_read(re.findall(r"[\d,]*\d$", sound)[0].replace(",", "")))
    return _final_of_english(re.findall(r"[a-zA-Z]+$", sound)[0])


def _final_of_syllable(syllable: str) -> str:
    final = (ord(syllable) - _FIRST_SYLLABLE) % _FINALS
    return {0: "", _RIEUL: "ㄹ"}.get(final, "x")


def _last_digit_read(digits: str) -> str:
    zeros = len(digits) - len(digits.rstrip("0"))
    if not zeros or zeros == len(digits):
        return _DIGITS[int(digits[-1])]
    return _ROUND.get(zeros, "억")


def _final_of_english(word: str) -> str:
    """By the usual transcription: bag 백, heart 하트, towel 타월, home 홈; abbreviations are read letter by letter."""
    lower = word.lower()
    is_syllable = re.fullmatch("[^aeiou]+[aeiou][^aeiou]+", lower) is not None
    if not _VOWELS & set(lower) or (word.isupper() and len(word) <= 3 and not is_syllable):
        return _final_of_syllable(_LETTERS.get(lower[-1], "이"))
    bare = lower[:-1] if re.search("([aeiouy][mn]|l)e$", lower) else lower
    if bare.endswith("l"):
        return "ㄹ"
    if bare.endswith(("m", "n", "ng")) or re.search(
        "(?<![aeiou])[aeiou](p|k|b|ck)$|(oo|ea)k$|[ai]g$|o[pt]$|[aeiou]c$", bare
    ):
        return "x"
    many = len(re.findall("[aeiouy]+", bare)) > 1
    return "x" if many and re.search("[^aeiou][aeiou]t$", bare) else ""  # pocket 포켓, but set 세트
