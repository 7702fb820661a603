"""Phrases in Korean and English.

Belongs here: picking and filling a phrase. Does not belong here: the phrases of any one part.
"""

from collections.abc import Mapping
from typing import Literal

Locale = Literal["ko", "en"]
Phrases = Mapping[str, tuple[str, str]]


class Words:
    """Phrases of one language: ``words("key", name=value)``."""

    def __init__(self, locale: Locale, phrases: Phrases) -> None:
        self.locale = locale
        self._phrases = phrases
        self._place = ("ko", "en").index(locale)

    def __call__(self, key: str, /, **values: object) -> str:
        """The phrase. Raises KeyError for a phrase or value that is not there."""
        return self._phrases[key][self._place].format(**values)

    def known(self, key: str) -> bool:
        """Whether there is such a phrase."""
        return key in self._phrases
