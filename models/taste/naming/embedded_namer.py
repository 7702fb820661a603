"""The namer that needs no key and no network: a name and a description from words that the program knows.

Belongs here: the choice of the first candidate that keeps the rules. Does not belong here: how candidates are made
(``embedded_namer_korean``, ``embedded_namer_english``), the rules themselves (``naming``).
"""

import itertools
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from models.taste.naming.embedded_namer_english import english_descriptions, english_names
from models.taste.naming.embedded_namer_korean import korean_descriptions, korean_names
from models.taste.naming.embedded_namer_words import read_group
from models.taste.naming.rules import (
    LONGEST_NAME,
    GroupFacts,
    GroupName,
    Locale,
    description_problems,
    name_problems,
    squashed,
)

# For a shop whose brands are called like everything else the namer might say.
_LONGEST_NUMBERED: Final = LONGEST_NAME - 4
_LAST: Final[dict[Locale, tuple[str, ...]]] = {"ko": ("취향 그룹",), "en": ("Taste group",)}


@dataclass(frozen=True)
class EmbeddedNamer:
    """Names groups in one language; ``brands`` are the brands of the catalogue, which only their own groups may name.

    The same facts and taken names always give the same name. A name is always given, whatever the facts.
    """

    locale: Locale
    brands: Collection[str] = ()

    def name(self, facts: GroupFacts, taken: Collection[str]) -> GroupName:
        """A name that is not among ``taken`` (whatever their spaces and case)."""
        reading = read_group(facts)
        korean = self.locale == "ko"
        names = korean_names(reading) if korean else english_names(reading)
        descriptions = korean_descriptions(reading) if korean else english_descriptions(reading)
        return GroupName(self._free_name(names, facts, taken), self._fit_description(descriptions, facts))

    def _free_name(self, names: Iterable[str], facts: GroupFacts, taken: Collection[str]) -> str:
        """The first candidate that keeps the rules; when all such are taken, one of them with a number."""
        used = {squashed(name) for name in taken}
        fit = []
        for name in dict.fromkeys(names):
            if not name_problems(name, facts, taken=(), brands=self.brands, locale=self.locale):
                if squashed(name) not in used:
                    return name
                fit.append(name)
        short = [name for name in fit if len(name) <= _LONGEST_NUMBERED] or _LAST[self.locale]
        return next(name for name in _numbered(short) if squashed(name) not in used)

    def _fit_description(self, descriptions: Iterable[str], facts: GroupFacts) -> str:
        candidates = list(dict.fromkeys(descriptions))
        fitting = (
            each for each in candidates if not description_problems(each, facts, brands=self.brands, locale=self.locale)
        )
        return next(fitting, candidates[-1])


def _numbered(names: Sequence[str]) -> Iterator[str]:
    """Names with a number, for ever: '마음 가는 취향 2' ..."""
    for number in itertools.count(2):
        yield from (f"{name} {number}" for name in names)
