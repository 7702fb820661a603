"""The one key that all spellings of a word share.

Belongs here: the key of a word, lists of words as text. Does not belong here: how texts are cut (``korean``).
"""

import re


def key_of(word: str) -> str:
    """The key under which spellings of a word meet: lower case, without spaces, hyphens and the English plural."""
    bare = "".join(_singular(each) for each in re.split(r"[\s\-'&._]+", word.lower()))
    return bare or word.lower()


def words_of(text: str) -> tuple[str, ...]:
    """Words separated by spaces or lines."""
    return tuple(text.split())


def keys_of(text: str) -> frozenset[str]:
    """The keys of words separated by spaces or lines."""
    return frozenset(key_of(word) for word in words_of(text))


def _singular(word: str) -> str:
    if not word.isascii() or len(word) < 4 or word.endswith(("ss", "us", "is", "as")) or not word.endswith("s"):
        return word
    if word.endswith("ies"):
        return word[:-3] + "y"
    return word[:-2] if word.endswith(("shes", "ches", "xes", "sses")) else word[:-1]
