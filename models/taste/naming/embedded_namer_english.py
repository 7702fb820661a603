"""English names and descriptions from what the namer read.

Belongs here: candidates for the name in order of preference, the sentences of the description.
Does not belong here: vocabularies (``name_words_*``), the choice among candidates (``embedded_namer``).
"""

from collections.abc import Iterator, Sequence

from models.taste.naming.embedded_namer_words import Reading, Word, together
from models.taste.naming.name_words_kinds import BEAUTY, THINGS, WEAR
from models.taste.naming.name_words_roles import COLOUR, ITEM, MATERIAL, OCCASION, OTHER, STYLE
from models.taste.naming.name_words_things import GENERAL

_ENDINGS = ("Picks", "Edit", "Mood", "Finds")
_NOUNS = {WEAR: "pieces", BEAUTY: "products", THINGS: "finds"}
_MOST_HANGUL = 2  # Korean keywords in an English sentence


def english_names(reading: Reading) -> Iterator[str]:
    """Names to choose from, the most fitting first; they may be taken, too long or unfit."""
    latin = [word for word in reading.words if word.text.isascii() and not word.is_wide]
    words = [_title(word) for word in latin]
    styles = [_title(word) for word in latin if word.role in (STYLE, OCCASION, MATERIAL)]
    voice = reading.theme.english
    moods = reading.turned(voice.moods)
    heads = reading.turned(voice.heads, salt=1)
    endings = reading.turned(_ENDINGS, salt=2)
    if reading.theme is GENERAL:
        yield from _joined(moods, words[:3])
    yield from _joined([*moods[:1], *styles[:2], *moods[1:]], heads)
    yield from _joined(moods, words)
    yield from _joined(words, [*endings, *heads])
    yield from _joined(GENERAL.english.moods, heads)
    yield from _joined([*moods, *GENERAL.english.moods], GENERAL.english.heads)


def _title(word: Word) -> str:
    return " ".join(piece.capitalize() if piece.islower() else piece for piece in word.english.split())


def _joined(moods: Sequence[str], heads: Sequence[str]) -> Iterator[str]:
    """Every mood with every head, but for those that say a thing twice."""
    for mood, head in together(moods, heads):
        if mood.lower()[:4] not in head.lower() and head.lower()[:4] not in mood.lower():
            yield f"{mood} {head}"


def english_descriptions(reading: Reading) -> Iterator[str]:
    """Descriptions to choose from, the fullest first."""
    likings = reading.turned(reading.theme.english.likings, salt=2)
    words, noun = _by_role(reading), _NOUNS[reading.theme.domain]
    for first, second in ((3, 4), (3, 2), (2, 0), (1, 0)):
        for liking in likings:
            if words[:first]:
                start = f"Keen on {listed(words[:first])} {noun}, with a taste for {liking}."
                rest = words[first : first + second]
                yield f"{start} Also on their list: {listed(rest)}." if rest else start
    yield from (f"Looking around widely, with a taste for {each}." for each in GENERAL.english.likings)


def _by_role(reading: Reading) -> list[str]:
    """Keywords as they stand in a sentence: products first, then the rest; few of them in Korean."""
    ranked = sorted(reading.words, key=lambda word: (word.is_wide, {ITEM: 0, OTHER: 1, COLOUR: 3}.get(word.role, 2)))
    latin = [word.english for word in ranked if word.text.isascii()]
    other = [word.text for word in ranked if not word.text.isascii()][:_MOST_HANGUL]
    return [*latin, *other]


def listed(texts: Sequence[str]) -> str:
    """'a', 'a and b', 'a, b and c'."""
    return texts[0] if len(texts) == 1 else f"{', '.join(texts[:-1])} and {texts[-1]}"
