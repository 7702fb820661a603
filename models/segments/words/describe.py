"""A segment in words, for people who read rather than write it.

Belongs here: all, any and not, include and exclude as one sentence. Does not belong here: phrases for leaves
(``behaviour``, ``people``).
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from models.segments.document import Condition, Segment
from models.segments.words import behaviour, people
from models.segments.words.phrases import Words
from models.words import Locale

_LEAVES: Final[dict[str, Callable[[Any, Words], str]]] = {
    "event": behaviour.event,
    "visits": behaviour.visits,
    "purchases": behaviour.purchases,
    "cart": behaviour.cart,
    "environment": behaviour.environment,
    "acquisition": behaviour.acquisition,
    "member": people.member,
    "consent": people.consent,
    "custom": people.custom,
    "customer": people.customer,
    "cycle_due": people.cycle_due,
    "segment": people.segment,
}


def describe(document: Segment | Condition, locale: Locale, names: Mapping[str, str] | None = None) -> str:
    """The condition in one sentence. ``names``: what products and segments are called, by id."""
    words = Words(locale, {**behaviour.TEXTS, **people.TEXTS}, names)
    if isinstance(document, Condition):
        return _told(document, words)
    include = _told(document.include, words)
    if document.exclude is None:
        return include
    return words("without", what=include, excluded=_told(document.exclude, words))


def _told(condition: Condition, words: Words, inside: str = "") -> str:
    """``inside``: the group that the condition stands in; brackets where the reading would change without them."""
    if condition.leaf is not None:
        return _LEAVES[condition.kind](condition.leaf, words)
    if condition.not_ is not None:
        return words("not", what=_told(condition.not_, words))
    key = "and" if condition.all_ else "or"
    told = words(key).join(_told(part, words, key) for part in condition.parts)
    return f"({told})" if inside not in ("", key) and len(condition.parts) > 1 else told
