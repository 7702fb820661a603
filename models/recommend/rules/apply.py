"""Rules on whole tables of lists, a part at a time in bounded memory.

Belongs here: the pass over all lists, what a customer just bought. Does not belong here: what happens to the lists of a
part (``part``), expressions of rules (``conditions``), which rules a model has (``models.recommend.definitions``).

What wins: exclusion over pins, pins over boosts and burials; of two rules of the same kind about one product the one
with the lower priority number, then the smaller id. Limits come last, all of them hold, and pins count towards them but
stay. Sold-out and hidden products, those the shop does not know, and what a customer just bought are excluded before
any rule is asked. A pin that names product ids brings them into lists they are not in.
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import polars as pl

from models.recommend.rules.conditions import compile_rules
from models.recommend.rules.document import Rule
from models.recommend.rules.facts import product_facts
from models.recommend.rules.part import Part, apply_to_part, verdicts_for_customers
from models.recommend.rules.report import ALWAYS, summed

LIST = ("algorithm", "basis", "context_id")


@dataclass(frozen=True)
class JustBought:
    """What customers bought lately and need no second one of: ``purchases`` (customer_key, product_id, bought_on) in
    the ``days`` up to ``day``, but not ``repeatables`` (product_id, and customer_key where it is a person's own habit).
    Acts on lists of basis customer."""

    purchases: pl.DataFrame
    repeatables: pl.DataFrame
    day: dt.date
    days: int

    def pairs(self) -> pl.DataFrame:
        """context_id (the customer) and product_id, each pair once."""
        since = self.day - dt.timedelta(days=self.days)
        recent = self.purchases.filter(pl.col("bought_on") > since, pl.col("bought_on") <= self.day)
        own = [name for name in ("customer_key", "product_id") if name in self.repeatables.columns]
        once = recent.join(self.repeatables, on=own, how="anti")
        return once.select(pl.col("customer_key").alias("context_id"), "product_id").unique()


class Rulebook:
    """The rules of one page, made ready for one catalogue: for lists that come in pieces.

    ``products``: the published table; ``n``: rows that a list has at most.
    """

    def __init__(
        self, products: pl.DataFrame, rules: Sequence[Rule], page: str, n: int, bought: JustBought | None = None
    ) -> None:
        self._plan = compile_rules(rules, page)
        self._facts = product_facts(products).with_columns(self._plan.candidate_tests)
        self._bought = bought.pairs() if bought else None
        self._n = n

    def for_customers(self) -> pl.DataFrame:
        """What the rules say of each product on lists of customers: ``part.verdicts_for_customers``."""
        return verdicts_for_customers(self._facts, self._plan)

    def applied(
        self, lists: pl.DataFrame | pl.LazyFrame, part_rows: int = 1_000_000
    ) -> tuple[pl.DataFrame, pl.DataFrame]:
        """:func:`apply_rules` to whole ``lists``."""
        given = lists.lazy()
        done, acts = [given.limit(0).collect()], []
        for rows in _parts(given, part_rows):
            kept, part_acts = apply_to_part(Part(rows, self._facts, self._plan, self._bought, self._n))
            done.append(kept)
            acts.append(part_acts)
        return pl.concat(done), summed(acts, [*ALWAYS, *(rule.id for rule in self._plan.rules)])


def apply_rules(
    lists: pl.DataFrame | pl.LazyFrame,
    products: pl.DataFrame,
    rules: Sequence[Rule],
    page: str,
    n: int,
    bought: JustBought | None = None,
    part_rows: int = 1_000_000,
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Every list after the rules of ``page``, up to ``n`` rows each, and what each rule did.

    ``lists``: algorithm, basis, context_id, rank, product_id, score, source, support, with more than ``n`` candidates a
    list, so that lists stay full; the rank alone says what comes first. It is read about ``part_rows`` rows at a time.
    ``products``: the published table. Returns the columns of ``lists`` (rank anew from 1; score as it was; what is
    pinned has source 'rule:<id>', and score and support 0 where the pin brought it in), sorted by list and rank; and a
    frame of ``models.recommend.rules.report.REPORT`` with a row for each of ``ALWAYS`` and each rule that acts on the
    page.
    """
    return Rulebook(products, rules, page, n, bought).applied(lists, part_rows)


def _parts(lists: pl.LazyFrame, part_rows: int) -> Iterator[pl.DataFrame]:
    """Whole lists of one algorithm and basis, about ``part_rows`` rows at a time, in the order of their names."""
    sizes = lists.group_by(LIST).len().collect(engine="streaming").sort(LIST)
    rows_before = pl.col("len").cum_sum().over("algorithm", "basis") - pl.col("len")
    borders = (
        sizes.with_columns((rows_before // part_rows).alias("part"))
        .group_by("algorithm", "basis", "part", maintain_order=True)
        .agg(pl.col("context_id").first().alias("first"), pl.col("context_id").last().alias("last"))
    )
    for algorithm, basis, _, first, last in borders.iter_rows():
        within = pl.col("context_id").is_between(pl.lit(first), pl.lit(last))
        yield lists.filter(pl.col("algorithm") == algorithm, pl.col("basis") == basis, within).collect()
