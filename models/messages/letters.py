"""How long a text is for a channel, and which letters it can not carry. For one text, and for columns of texts.

Belongs here: counting. Does not belong here: how much is allowed (``limits``).

SMS count bytes of the Korean charset cp949: one for ASCII, two for everything else it has. KakaoTalk, push and e-mail
count characters as UTF-16 units (an emoji is two): the vendors do not say how they count, and of the usual ways it is
the one that never finds a text shorter than they may.
"""

from functools import cache

import polars as pl

_ASTRAL = r"[\x{10000}-\x{10FFFF}]"


def sms_bytes(text: str) -> int:
    """Bytes of a text in an SMS; a letter that it can not carry counts two."""
    return sum(1 if letter < "\x80" else 2 for letter in text)


def sms_bytes_of(text: pl.Expr) -> pl.Expr:
    """The same for a column."""
    return text.str.len_chars().cast(pl.Int64) + text.str.count_matches(r"[^\x00-\x7F]").cast(pl.Int64)


def units(text: str) -> int:
    """Characters of a text as UTF-16 units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def units_of(text: pl.Expr) -> pl.Expr:
    """The same for a column."""
    return text.str.len_chars().cast(pl.Int64) + text.str.count_matches(_ASTRAL).cast(pl.Int64)


def outside_sms(text: str) -> list[tuple[int, str]]:
    """Letters that an SMS can not carry (emoji, –, é, no-break space …), each with its place from 1."""
    return [(at, letter) for at, letter in enumerate(text, 1) if not _has(letter, "cp949")]


def has_outside_sms(text: pl.Expr) -> pl.Expr:
    """Whether texts of a column have letters that an SMS can not carry."""
    return text.str.contains(_outside_pattern())


def rare_in_sms(text: str) -> list[tuple[int, str]]:
    """Hangul beyond KS X 1001 (똠, 뷁 …), which old handsets show as a box, each with its place from 1."""
    return [(at, letter) for at, letter in enumerate(text, 1) if _is_rare(letter)]


def shown_letters(found: list[tuple[int, str]], most: int = 5) -> str:
    """'🎉 (U+1F389) at 3, – (U+2013) at 9'."""
    told = ", ".join(f"{letter} (U+{ord(letter):04X}) at {at}" for at, letter in found[:most])
    return told + (f" and {len(found) - most} more" if len(found) > most else "")


def _has(letter: str, charset: str) -> bool:
    try:
        letter.encode(charset)
    except UnicodeEncodeError:
        return False
    return True


def _is_rare(letter: str) -> bool:
    """CPython's euc_kr writes Hangul beyond KS X 1001 as eight bytes."""
    return (
        letter > "\x7f" and _has(letter, "cp949") and not (_has(letter, "euc_kr") and len(letter.encode("euc_kr")) == 2)
    )


@cache
def _outside_pattern() -> str:
    """What matches a letter that cp949 does not have; it has none beyond the basic plane."""
    known = [code for code in range(0x10000) if not 0xD800 <= code < 0xE000 and _has(chr(code), "cp949")]
    ranges: list[list[int]] = []
    for code in known:
        if ranges and ranges[-1][1] == code - 1:
            ranges[-1][1] = code
        else:
            ranges.append([code, code])
    return "[^" + "".join(f"\\x{{{first:X}}}-\\x{{{last:X}}}" for first, last in ranges) + "]"
