"""Rules that want opposite things of the same products, found without looking at any product.

Belongs here: telling from two rules alone that one is in the other's way. Does not belong here: who wins (``apply``
says), sentences about it (``orchestration.cli``).

Only what is certain is told: a rule is in another's way when its condition holds wherever the other's does, as far as
that can be seen from what they say. Rules that meet by chance are counted in the report of ``apply_rules``.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations, permutations
from typing import Final, Literal

from models.documents.fields import Band
from models.recommend.rules.conditions import named_ids
from models.recommend.rules.document import CandidateTest, Condition, ProductTest, Rule
from models.recommend.rules.facts import LEVEL, written_path
from models.recommend.rules.fields import PAGES, Page

Kind = Literal["pin_excluded", "move_excluded", "two_places", "same_place", "opposite"]
_SETS: Final = ("ids", "status", "tags", "name_contains")
Atom = tuple[str, str, object]  # side, what is asked, the answer; all of them must hold


@dataclass(frozen=True)
class Contradiction:
    """``loser`` has no effect where ``winner`` acts: on ``products``, or without any on all that it is about; on
    ``pages``, or without any on all pages.

    - ``pin_excluded``, ``move_excluded``: the loser pins (boosts, buries, limits) what the winner excludes,
    - ``two_places``: both pin the same products, to different places,
    - ``same_place``: both pin to one place; the loser's products come behind the winner's,
    - ``opposite``: one boosts what the other buries.
    """

    kind: Kind
    winner: str
    loser: str
    products: tuple[str, ...] = ()
    pages: tuple[Page, ...] = ()


def contradictions(rules: Sequence[Rule]) -> list[Contradiction]:
    """What is contradictory among the rules that are on, sorted by their order."""
    active = sorted((rule for rule in rules if rule.on), key=lambda rule: rule.order)
    pairs = [pair for pair in permutations(active, 2) if _common_pages(*pair) is not None]
    found = [one for winner, loser in pairs if winner.action("exclude") for one in _excluded(winner, loser)]
    for first, second in combinations(active, 2):
        if _common_pages(first, second) is not None:
            found += [*_pinned(first, second), *_opposite(first, second)]
    by_id = {rule.id: rule for rule in active}
    return [replace(one, pages=_common_pages(by_id[one.winner], by_id[one.loser]) or ()) for one in found]


def implies(narrow: Condition | None, wide: Condition | None) -> bool:
    """Whether ``wide`` certainly holds wherever ``narrow`` does."""
    return _implied(_atoms(narrow), _atoms(wide))


def _common_pages(first: Rule, second: Rule) -> tuple[Page, ...] | None:
    """Pages on which both act, () for all; None where they never meet."""
    if not first.pages or not second.pages:
        return first.pages or second.pages
    return tuple(page for page in PAGES if page in first.pages and page in second.pages) or None


def _excluded(winner: Rule, loser: Rule) -> list[Contradiction]:
    if loser.action("exclude"):
        return []
    kind: Kind = "pin_excluded" if loser.action("pin") else "move_excluded"
    products = named_ids(loser.if_)
    hit = tuple(one for one in products if _implied(_atoms(loser.if_, only=one), _atoms(winner.if_)))
    if hit:
        return [Contradiction(kind, winner.id, loser.id, hit)]
    return [Contradiction(kind, winner.id, loser.id)] if implies(loser.if_, winner.if_) else []


def _pinned(winner: Rule, loser: Rule) -> list[Contradiction]:
    first, second = winner.action("pin"), loser.action("pin")
    if first is None or second is None:
        return []
    both = tuple(one for one in named_ids(loser.if_) if one in named_ids(winner.if_) and _narrowed(winner, loser, one))
    if both and first.pin != second.pin:
        return [Contradiction("two_places", winner.id, loser.id, both)]
    contexts = [[atom for atom in _atoms(rule.if_) if atom[0] == "context"] for rule in (winner, loser)]
    meet = _implied(contexts[0], contexts[1]) or _implied(contexts[1], contexts[0])
    return [Contradiction("same_place", winner.id, loser.id)] if first.pin == second.pin and meet else []


def _narrowed(first: Rule, second: Rule, product: str) -> bool:
    """Whether one rule, as far as it is about ``product``, holds wherever the other does."""
    one, other = _atoms(first.if_, only=product), _atoms(second.if_, only=product)
    return _implied(one, other) or _implied(other, one)


def _opposite(winner: Rule, loser: Rule) -> list[Contradiction]:
    kinds = {action.kind for rule in (winner, loser) for action in rule.then}
    if not {"boost", "bury"} <= kinds:
        return []
    met = implies(winner.if_, loser.if_) or implies(loser.if_, winner.if_)
    return [Contradiction("opposite", winner.id, loser.id)] if met else []


def _atoms(condition: Condition | None, only: str = "") -> list[Atom]:
    """What must hold for the condition to hold; ``only``: of the products it names just this one."""
    if condition is None:
        return []
    found = [atom for part in condition.all_ or () for atom in _atoms(part, only)]
    if condition.candidate:
        found += _of_test("candidate", condition.candidate)
    if condition.context:
        found += _of_test("context", condition.context)
    rest = condition.model_copy(update={"all_": None, "candidate": None, "context": None})
    if rest.any_ or rest.not_:
        found.append(("any", "condition", rest.model_dump_json(by_alias=True)))
    if not only:
        return found
    return [
        (side, what, frozenset({only}) if (side, what) == ("candidate", "ids") else value)
        for side, what, value in found
    ]


def _of_test(side: str, test: ProductTest) -> list[Atom]:
    found: list[Atom] = [(side, name, frozenset(values)) for name in _SETS if (values := getattr(test, name))]
    found += [(side, f"attribute {key}", frozenset(values)) for key, values in (test.attributes or {}).items()]
    if test.category:
        for one in (test.category.in_, (test.category.is_,) if test.category.is_ else None):
            if one:
                found.append((side, "category", frozenset(written_path(path) for path in one)))
        if test.category.under:
            found.append((side, "under", frozenset(written_path(path) for path in test.category.under)))
    if test.brand:
        brands = (test.brand.in_, (test.brand.is_,) if test.brand.is_ else None)
        found += [(side, "brand", frozenset(one)) for one in brands if one]
    bands = {"price": test.price, "stock": test.stock}
    if isinstance(test, CandidateTest):
        bands["ratio"] = test.price.ratio if test.price else None
        found += _relations(test)
    return found + [(side, name, band) for name, band in bands.items() if band and _asks(band)]


def _relations(test: CandidateTest) -> list[Atom]:
    said = {
        "same": test.category.same if test.category else None,
        "same_top": test.category.same_top if test.category else None,
        "same_brand": test.brand.same if test.brand else None,
        "than_context": test.price.than_context if test.price else None,
    }
    return [("candidate", name, value) for name, value in said.items() if value is not None]


def _asks(band: Band) -> bool:
    return band.min is not None or band.max is not None


def _implied(narrow: Sequence[Atom], wide: Sequence[Atom]) -> bool:
    return all(any(_entails(one, other) for one in narrow) for other in wide)


def _entails(narrow: Atom, wide: Atom) -> bool:
    (side, what, value), (other_side, other_what, other) = narrow, wide
    if side != other_side:
        return False
    if other_what == "under" and what in ("category", "under"):
        assert isinstance(value, frozenset)
        assert isinstance(other, frozenset)
        return all(any(path == top or path.startswith(top + LEVEL) for top in other) for path in value)
    if what != other_what:
        return False
    if isinstance(value, frozenset) and isinstance(other, frozenset):
        return value <= other
    if isinstance(value, Band) and isinstance(other, Band):
        return (other.min or 0) <= (value.min or 0) and (
            other.max is None or (value.max is not None and value.max <= other.max)
        )
    return value == other
