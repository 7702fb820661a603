"""Korean names and descriptions from what the namer read.

Belongs here: candidates for the name in order of preference, the sentences of the description.
Does not belong here: vocabularies (``name_words_*``), the choice among candidates (``embedded_namer``).
"""

from collections.abc import Iterator, Sequence
from typing import Final

from models.taste.naming.embedded_namer_words import Reading, Word, together
from models.taste.naming.name_words_kinds import BEAUTY, THINGS, WEAR
from models.taste.naming.name_words_roles import COLOUR, FEATURE, INGREDIENT, ITEM, MATERIAL, OCCASION, OTHER, STYLE
from models.taste.naming.name_words_things import GENERAL
from models.taste.naming.particles import with_particle

# How a keyword becomes the head of a name, by domain and role.
_HEADS: Final = {
    WEAR: {OCCASION: "{}룩", STYLE: "{} 무드", MATERIAL: "{} 감성", ITEM: "{} 스타일", OTHER: "{} 취향"},
    BEAUTY: {OCCASION: "{} 루틴", STYLE: "{} 무드", INGREDIENT: "{} 케어", ITEM: "{} 루틴", OTHER: "{} 케어"},
    THINGS: {OCCASION: "{} 감성", STYLE: "{} 감성", MATERIAL: "{} 감성", ITEM: "{} 컬렉션", OTHER: "{} 컬렉션"},
}
# The second sentence: what comes before another clause, and what ends it.
_CLAUSES: Final = {
    MATERIAL: ("{} 소재를 아끼고", "{} 소재를 특히 아껴요"),
    INGREDIENT: ("{} 성분을 챙겨 보고", "{} 성분을 꼼꼼히 챙겨 봐요"),
    COLOUR: ("{} 빛깔을 자주 고르고", "{} 빛깔을 자주 골라요"),
    FEATURE: ("{} 기능을 따져 보고", "{} 기능도 꼼꼼히 따져 봐요"),
    OTHER: ("{}도 눈여겨보고", "{}도 자주 찾아봐요"),
}
_BY_DOMAIN: Final = {
    (WEAR, STYLE): ("{} 스타일에 끌리고", "{} 스타일에 자주 눈길이 머물러요"),
    (BEAUTY, STYLE): ("{} 제품에 먼저 손이 가고", "{} 제품에 먼저 손이 가요"),
    (THINGS, STYLE): ("{} 디자인에 끌리고", "{} 디자인에 자주 눈길이 머물러요"),
    (WEAR, OCCASION): ("{}에 어울리는 차림을 챙기고", "{}에 어울리는 차림도 챙겨 봐요"),
    (BEAUTY, OCCASION): ("{}에 쓸 제품을 챙기고", "{}에 쓸 제품도 챙겨 봐요"),
    (THINGS, OCCASION): ("{}에 어울리는 물건을 챙기고", "{}에 어울리는 물건도 챙겨 봐요"),
}
_LOOKS: Final = ("즐겨 보는", "즐겨 찾는", "눈여겨보는")
_MOST_IN_CLAUSE = 3


def korean_names(reading: Reading) -> Iterator[str]:
    """Names to choose from, the most fitting first; they may be taken, too long or unfit."""
    theme = reading.theme
    words = [word for word in reading.words if not word.is_wide and not word.is_adjective]
    own = [word.adnominal for word in reading.words if word.adnominal and word.speaks]
    moods = reading.turned([*own[:2], *theme.korean.moods])
    made = [_head(word, theme.domain) for word in words if word.speaks and word.role in (OCCASION, STYLE, INGREDIENT)]
    spoken = [_head(word, theme.domain) for word in words if word.role not in (STYLE, COLOUR, FEATURE)]
    if theme is GENERAL:
        yield from _joined(moods, [*spoken, *made][:3])
    yield from _joined(moods, reading.turned([*made[:2], *theme.korean.heads], salt=1))
    yield from _joined(moods, [*spoken, *made])
    yield from _joined([word.korean for word in words], theme.korean.heads)
    yield from _joined(GENERAL.korean.moods, [*spoken, *made, *GENERAL.korean.heads])


def _head(word: Word, domain: str) -> str:
    """'바캉스룩', '진주 무드', '티트리 케어'."""
    if word.korean.endswith(("룩", "무드", "케어", "웨어")):
        return word.korean
    return _HEADS[domain].get(word.role, "{} 취향").format(word.korean)


def _joined(moods: Sequence[str], heads: Sequence[str]) -> Iterator[str]:
    """Every mood with every head, but for those that say a thing twice, as 우아한 우아함 does."""
    for mood, head in together(moods, heads):
        stems = {word[:2] for word in mood.split()}
        if not any(word[:2] in stems for word in head.split()):
            yield f"{mood} {head}"


def korean_descriptions(reading: Reading) -> Iterator[str]:
    """Descriptions to choose from, the fullest first."""
    likings = reading.turned(reading.theme.korean.likings, salt=2)
    looks = reading.turned(_LOOKS, salt=3)
    products = _products(reading)
    for items, others in ((3, 3), (2, 3), (2, 2), (2, 0), (1, 0)):
        for liking in likings:
            look = next(each for each in looks if each.split()[-1] not in liking)  # says no verb twice
            if products:
                yield _describe(reading, products[:items], f"{look}, {liking} 고객들이에요.", others)
    yield from (f"여러 상품을 두루 살펴보는, {liking} 고객들이에요." for liking in (*likings, *GENERAL.korean.likings))


def _describe(reading: Reading, products: Sequence[str], who: str, others: int) -> str:
    named = " ".join(products)
    left = [word for word in reading.words if word.korean not in named and not word.is_wide]
    first = f"{with_particle(_listed(products), '을')} {who}"
    return f"{first} {_second_sentence(left, reading.theme.domain, others)}".strip()


def _products(reading: Reading) -> list[str]:
    """What the group looks at: phrases of its products, then product types, then other nouns, then anything."""
    plain = [word for word in reading.words if not word.is_wide]
    found = list(reading.phrases)
    for role in (ITEM, OTHER):
        found += [word.korean for word in plain if word.role == role and word.text not in " ".join(found)]
    if not found:
        found = [word.korean for word in reading.words if word.is_wide]
    if not found and plain:
        noun = {WEAR: "옷", BEAUTY: "제품", THINGS: "상품"}[reading.theme.domain]
        found = [f"{_listed_before_noun(plain[:_MOST_IN_CLAUSE])} {noun}"]
    return list(dict.fromkeys(found))


def _second_sentence(words: Sequence[Word], domain: str, most: int) -> str:
    """'린넨과 라탄 소재를 아끼고, 트로피컬 스타일에 자주 눈길이 머물러요.': the two roles that come first."""
    by_role: dict[str, list[Word]] = {}
    for word in words:
        by_role.setdefault(OTHER if word.role == ITEM else word.role, []).append(word)
    chosen = [(role, of_role[:most]) for role, of_role in list(by_role.items())[:2]] if most else []
    chosen.sort(key=lambda each: each[0] == OTHER)  # '… 도 찾아봐요' adds to what was said before
    clauses = []
    for place, (role, of_role) in enumerate(chosen):
        before, end = _BY_DOMAIN.get((domain, role)) or _CLAUSES.get(role, _CLAUSES[OTHER])
        clauses.append((end if place == len(chosen) - 1 else before).format(_listed_before_noun(of_role)))
    return ", ".join(clauses) + "." if clauses else ""


def _listed_before_noun(words: Sequence[Word]) -> str:
    """Adjectives stand last, next to the noun they describe: '클래식, 우아한'."""
    ordered = sorted(words, key=lambda word: word.is_adjective)
    if any(word.is_adjective for word in words):
        return ", ".join(word.korean for word in ordered)
    return _listed([word.korean for word in ordered])


def _listed(texts: Sequence[str]) -> str:
    """'A', 'A와 B', 'A, B, C'."""
    return f"{with_particle(texts[0], '과')} {texts[1]}" if len(texts) == 2 else ", ".join(texts)
