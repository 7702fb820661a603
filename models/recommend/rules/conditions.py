"""Rules as expressions: which tests are made once a product, which once a context, and how they make conditions.

Belongs here: rules to Polars expressions. Does not belong here: what rules then do (``apply``), facts (``facts``).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import reduce
from operator import and_, or_

import polars as pl

from models.recommend.rules.document import CandidateTest, Condition, ProductTest, Rule
from models.recommend.rules.facts import below, fits, within


@dataclass(frozen=True)
class Plan:
    """Rules in the order in which they win. ``holds``: over rows that have ``candidate_…`` and ``context_…`` facts and
    the results of ``candidate_tests`` (over product facts) and ``context_tests`` (over context facts); never null."""

    rules: tuple[Rule, ...]
    holds: tuple[pl.Expr, ...]
    candidate_tests: tuple[pl.Expr, ...]
    context_tests: tuple[pl.Expr, ...]

    def having(self, kind: str) -> list[int]:
        """Places of the rules with an action of a kind."""
        return [at for at, rule in enumerate(self.rules) if rule.action(kind)]


def compile_rules(rules: Sequence[Rule], page: str) -> Plan:
    """The rules that act on ``page``, by priority, then id."""
    active = tuple(sorted((rule for rule in rules if rule.acts_on(page)), key=lambda rule: rule.order))
    candidates, contexts = _Tests("candidate_test"), _Tests("context_test")
    holds = [_holds(rule.if_, candidates, contexts).fill_null(False) if rule.if_ else pl.lit(True) for rule in active]
    return Plan(active, tuple(holds), tuple(candidates.found), tuple(contexts.found))


def named_ids(condition: Condition | None) -> tuple[str, ...]:
    """Product ids that the candidate must be one of for the condition to hold; none where it says nothing of ids."""
    if condition is None:
        return ()
    own = condition.candidate.ids if condition.candidate and condition.candidate.ids else ()
    return own or next((ids for part in condition.all_ or () if (ids := named_ids(part))), ())


@dataclass
class _Tests:
    """Tests of one side, each made once however many rules ask for it."""

    side: str
    found: list[pl.Expr] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)

    def column(self, test: ProductTest) -> pl.Expr:
        key = test.model_dump_json(by_alias=True)
        if key not in self.names:
            self.names[key] = f"{self.side}_{len(self.found)}"
            self.found.append(fits(test).alias(self.names[key]))
        return pl.col(self.names[key])


def _holds(condition: Condition, candidates: _Tests, contexts: _Tests) -> pl.Expr:
    """Three-valued: and, or and not of Polars leave null what is not known."""
    parts = []
    if condition.all_:
        parts.append(reduce(and_, [_holds(part, candidates, contexts) for part in condition.all_]))
    if condition.any_:
        parts.append(reduce(or_, [_holds(part, candidates, contexts) for part in condition.any_]))
    if condition.not_:
        parts.append(~_holds(condition.not_, candidates, contexts))
    if condition.candidate:
        parts += [candidates.column(condition.candidate), *_relations(condition.candidate)]
    if condition.context:
        parts.append(contexts.column(condition.context))
    return reduce(and_, parts)


def _relations(test: CandidateTest) -> list[pl.Expr]:
    """What is asked of the candidate beside its context, row by row."""
    found = []
    category, context = pl.col("candidate_category"), pl.col("context_category")
    if test.category and test.category.same is not None:
        found.append(_alike("context_has_category", below(category, context), test.category.same))
    if test.category and test.category.same_top is not None:
        alike = pl.col("candidate_top_category") == pl.col("context_top_category")
        found.append(_alike("context_has_category", alike, test.category.same_top))
    if test.brand and test.brand.same is not None:
        found.append(_alike("context_known", pl.col("candidate_brand") == pl.col("context_brand"), test.brand.same))
    price, against = pl.col("candidate_price"), pl.col("context_price")
    if test.price and test.price.than_context:
        found.append(price < against if test.price.than_context == "cheaper" else price > against)
    if test.price and test.price.ratio:
        found.append(within(pl.when(against > 0).then(price / against), test.price.ratio))
    return found


def _alike(is_there: str, alike: pl.Expr, wanted: bool) -> pl.Expr:
    same = alike.fill_null(False)
    return pl.when(pl.col(is_there)).then(same if wanted else ~same)
