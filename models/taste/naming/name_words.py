"""All that the embedded namer knows of words, put together.

Belongs here: the joined vocabularies and look-ups in them. Does not belong here: the words themselves
(``name_words_wear``, ``name_words_beauty``, ``name_words_things``, ``name_words_roles``).
"""

from typing import Final

from models.taste.naming.name_words_beauty import BEAUTY_THEMES
from models.taste.naming.name_words_roles import (
    ADNOMINAL_ENDINGS,
    ADNOMINALS,
    COLOURS,
    FEATURES,
    INGREDIENTS,
    MATERIALS,
    NOT_ADNOMINAL,
    OCCASIONS,
    STYLES,
)
from models.taste.naming.name_words_things import THING_THEMES
from models.taste.naming.name_words_wear import WEAR_THEMES

THEMES: Final = WEAR_THEMES + BEAUTY_THEMES + THING_THEMES
_ALL: Final = (
    frozenset(word for theme in THEMES for word in theme.words)
    | STYLES
    | OCCASIONS
    | MATERIALS
    | INGREDIENTS
    | FEATURES
    | COLOURS
    | frozenset(ADNOMINALS)
)
KNOWN_WORDS: Final = frozenset(
    word for word in _ALL if word in NOT_ADNOMINAL or not word.endswith((*ADNOMINAL_ENDINGS, "하", "스럽", "없"))
)
"""Words that are never torn apart when texts are cut. Adjectives are not among them: 편안한 meets 편안."""
