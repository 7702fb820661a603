"""Names for all groups of a day.

Belongs here: who is asked, what happens with an answer that can not be used, that no two groups share a name.
Does not belong here: the rules (``naming``), the embedded namer's words, and how a language model is reached.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from models.taste.naming.embedded_namer import EmbeddedNamer
from models.taste.naming.rules import GroupFacts, GroupName, Locale, problems_of

EMBEDDED = "embedded"
Ask = Callable[[GroupFacts, Sequence[str]], GroupName | None]


@dataclass(frozen=True)
class NamedGroup:
    """A group's name, its description and who gave them: ``embedded`` or what the caller calls its namer."""

    segment_id: str
    name: str
    description: str
    named_by: str


def name_groups(
    groups: Sequence[GroupFacts],
    *,
    taken: Collection[str],
    brands: Collection[str],
    locale: Locale,
    ask: Ask | None,
    asked_as: str,
) -> list[NamedGroup]:
    """Names of ``groups`` in the order of their ids, none of them twice and none among ``taken``.

    ``ask`` gets a group's facts and the problems of its first answer (none on the first call). It is called once a
    group, a second time if the answer has problems; None says that it can not answer now. What it can not name well is
    named by :class:`EmbeddedNamer`, as is everything if ``ask`` is None. ``brands`` are all brands of the catalogue.
    """
    used = set(taken)
    namer = EmbeddedNamer(locale, brands)
    named = []
    for facts in sorted(groups, key=lambda each: each.segment_id):
        answer = _ask(facts, used, brands, locale, ask) if ask else None
        given = answer or namer.name(facts, used)
        by = asked_as if answer else EMBEDDED
        used.add(given.name)
        named.append(NamedGroup(facts.segment_id, given.name, given.description, by))
    return named


def _ask(
    facts: GroupFacts, used: Collection[str], brands: Collection[str], locale: Locale, ask: Ask
) -> GroupName | None:
    """A good answer, from the first or the second try."""
    complaints: tuple[str, ...] = ()
    for _ in range(2):
        answer = ask(facts, complaints)
        if answer is None:
            return None
        answer = GroupName(answer.name.strip(), answer.description.strip())
        complaints = problems_of(answer, facts, taken=used, brands=brands, locale=locale)
        if not complaints:
            return answer
    return None
