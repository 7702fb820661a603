"""How the embedded namer reads a group: the mood its words speak for, and what kind of word each keyword is.

Belongs here: themes and roles of keywords, product phrases, a seed of choice. Does not belong here: names and sentences
(``embedded_namer_korean``, ``embedded_namer_english``).
"""

import hashlib
import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

from models.taste.korean_keys import key_of
from models.taste.naming.name_words import THEMES
from models.taste.naming.name_words_kinds import THINGS, Theme
from models.taste.naming.name_words_roles import (
    ADNOMINAL_ENDINGS,
    ADNOMINALS,
    COLOUR,
    COLOURS,
    FEATURE,
    FEATURES,
    INGREDIENT,
    INGREDIENTS,
    ITEM,
    ITEM_ENDINGS,
    KOREAN_OF,
    MATERIAL,
    MATERIALS,
    NOT_ADNOMINAL,
    OCCASION,
    OCCASIONS,
    OTHER,
    ROOTS,
    STYLE,
    STYLES,
    TOO_WIDE,
)
from models.taste.naming.name_words_things import GENERAL
from models.taste.naming.rules import GroupFacts, is_banned

T = TypeVar("T")
_CATEGORY_SAYS, _INSIDE_SAYS, _LEAST = 0.3, 0.7, 0.45
_LONGEST_WORD = 16
_ROLES: Final = (
    (COLOURS, COLOUR),
    (MATERIALS, MATERIAL),
    (INGREDIENTS, INGREDIENT),
    (FEATURES, FEATURE),
    (OCCASIONS, OCCASION),
    (STYLES, STYLE),
)


@dataclass(frozen=True)
class Word:
    """A keyword: its key, its spelling in the catalogue and in sentences, its role, its form before a noun if any."""

    key: str
    text: str
    korean: str
    english: str
    role: str
    adnominal: str | None
    speaks: bool  # for the theme of the group
    is_wide: bool  # a department rather than a taste

    @property
    def is_adjective(self) -> bool:
        """Whether it is only said in the form before a noun: '우아한'."""
        return self.adnominal == self.korean


@dataclass(frozen=True)
class Reading:
    """What the namer makes of a group's facts."""

    theme: Theme
    words: tuple[Word, ...]  # strongest first
    phrases: tuple[str, ...]  # product types as the catalogue writes them: '실크 블라우스'
    seed: int  # from the words alone, so that the same words lead to the same choices

    def turned(self, choices: Sequence[T], salt: int = 0) -> list[T]:
        """``choices`` from another beginning for every group."""
        if not choices:
            return []
        start = (self.seed >> (8 * salt)) % len(choices)
        return [*choices[start:], *choices[:start]]


def read_group(facts: GroupFacts) -> Reading:
    """Read ``facts``; keywords that no name may have are overlooked."""
    leaves = {key_of(word) for path in facts.categories for word in re.split(r"[>·/,|&]+", path)}
    usable = [each for each in facts.keywords if _is_usable(each)]
    latin = [each for each in usable if each.isascii() and len(each) > 3 and re.search("[AEIOUaeiou]", each)]
    shouts = bool(latin) and all(each.isupper() for each in latin)  # then capitals mean nothing
    theme = _theme_of(usable, facts.categories)
    read = [_word(each, leaves, theme, shouts) for each in usable]
    words = tuple({word.korean: word for word in reversed(read)}.values())[::-1]  # 인형 stands for doll and dolly
    digest = hashlib.sha256(" ".join(sorted(word.key for word in words)).encode()).digest()
    return Reading(theme, words, _phrases(words, facts.top_products), int.from_bytes(digest[:8]))


def together(moods: Sequence[str], heads: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Every mood with every head, the first ones of both first."""
    for total in range(len(moods) + len(heads) - 1):
        for place in range(min(total, len(moods) - 1) + 1):
            if total - place < len(heads):
                yield moods[place], heads[total - place]


def _english(text: str, shouts: bool) -> str:
    """A keyword as it stands in a sentence: lower case, but for names (iPhone) and abbreviations (USB)."""
    return " ".join(piece.lower() if shouts or piece.istitle() else piece for piece in text.split())


def _korean(text: str, shouts: bool) -> str:
    """A keyword in Korean letters where a usual word exists, else in its own, as a name would be written."""
    if re.search("[가-힣]", text):
        return text
    if key_of(text) in KOREAN_OF:
        return KOREAN_OF[key_of(text)]
    pieces = [(KOREAN_OF.get(key_of(piece)), _english(piece, shouts)) for piece in text.split()]
    return " ".join(dict.fromkeys(korean or (own.title() if own.islower() else own) for korean, own in pieces))


def _is_usable(keyword: str) -> bool:
    return any(each.isalpha() for each in keyword) and len(keyword) <= _LONGEST_WORD and not is_banned(keyword)


def _word(text: str, leaves: set[str], theme: Theme, shouts: bool) -> Word:
    key = key_of(text)
    adnominal = ADNOMINALS.get(key)
    if text.endswith(ADNOMINAL_ENDINGS) and text.split()[-1] not in NOT_ADNOMINAL and len(text) > 1:
        adnominal = text
    named = next((role for listed, role in _ROLES if key in listed), None)
    role = named or (STYLE if adnominal else None)
    if role is None or (theme.domain == THINGS and text in ITEM_ENDINGS):
        role = ITEM if text.endswith(ITEM_ENDINGS) or key in leaves else OTHER
    return Word(
        key,
        text,
        adnominal if adnominal and key in ROOTS else _korean(text, shouts),
        _english(text, shouts),
        role,
        adnominal,
        _says(theme, text) > 0,
        key in TOO_WIDE,
    )


def _theme_of(keywords: Sequence[str], categories: Sequence[str]) -> Theme:
    """The theme that most of the keywords' weight speaks for; a word that speaks for many themes speaks low."""
    scores = dict.fromkeys(range(len(THEMES)), 0.0)
    said = [(word, 1 / math.log2(place + 2)) for place, word in enumerate(keywords)]
    for path in categories:
        said += [(word.strip(), _CATEGORY_SAYS) for word in re.split(r"[>·/,|&]+", path) if word.strip()]
    for word, weight in said:
        meant = {place: share for place, theme in enumerate(THEMES) if (share := _says(theme, word))}
        for place, share in meant.items():
            scores[place] += weight * share * THEMES[place].pull / math.sqrt(len(meant))
    best = max(scores, key=lambda place: (scores[place], -place))
    return THEMES[best] if scores[best] >= _LEAST else GENERAL


def _says(theme: Theme, text: str) -> float:
    """How far a keyword speaks for a theme: 1 as a whole, less if only a word in it does."""
    key = key_of(text)
    if key in theme.words:
        return 1.0
    inside = {key_of(part) for part in text.split()} & theme.words
    longer = any(len(word) > 2 and word in key for word in theme.words if "가" <= word[0] <= "힣")
    return _INSIDE_SAYS if inside or longer else 0.0


def _phrases(words: Sequence[Word], products: Iterable[str]) -> tuple[str, ...]:
    """Two neighbouring keywords in a product's name of which the second is a product type, each type once."""
    by_key = {word.key: word for word in words if not word.is_wide}
    found: dict[str, str] = {}
    used: set[str] = set()
    for product in products:
        pieces = re.findall(r"[^\W_]+(?:-[^\W_]+)*", product)
        for first, second in zip(pieces, pieces[1:], strict=False):
            before, item = by_key.get(key_of(first)), by_key.get(key_of(second))
            if before and item and item.role == ITEM and before.role != ITEM and not {before.key, item.key} & used:
                used |= {before.key, item.key}
                found[item.key] = f"{before.korean} {item.korean}"
    return tuple(found.values())
