"""Rules on the lists of one part: rows judged, excluded, moved, limited, pinned.

Belongs here: what happens to rows, in which order. Does not belong here: reading parts (``apply``), the arithmetic of
places (``order``).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import polars as pl

from models.recommend.rules.conditions import Plan, named_ids
from models.recommend.rules.document import Limit, Rule
from models.recommend.rules.facts import FACTS, context_facts
from models.recommend.rules.order import ordered
from models.recommend.rules.report import ALWAYS, acts, counted

SELLING: Final = "active"  # the one status in which a product is sold
_LAST: Final = 2**40  # rank of what was brought in: behind everything


@dataclass(frozen=True)
class Part:
    """``rows``: whole lists of one algorithm and basis; ``facts``: of products, with the plan's tests; ``bought``:
    context_id, product_id that are out; ``n``: rows a list may keep."""

    rows: pl.DataFrame
    facts: pl.DataFrame
    plan: Plan
    bought: pl.DataFrame | None
    n: int

    @cached_property
    def basis(self) -> str:
        return str(self.rows["basis"][0])

    @cached_property
    def contexts(self) -> pl.DataFrame:
        """One row a list: context_id, list (its number, in the order of ids), ``context_`` facts and tests."""
        numbered = self.rows.select("context_id").unique().sort("context_id").with_row_index("list")
        facts = context_facts(numbered, self.basis, self.facts.select(pl.exclude("^candidate_test_.*$")))
        return facts.with_columns(self.plan.context_tests).select(
            "context_id",
            "list",
            pl.col("known", "has_category", *FACTS).name.prefix("context_"),
            pl.col("^context_test_.*$"),
        )

    @cached_property
    def candidates(self) -> pl.DataFrame:
        """One row a product: product_id, product (its number), status, ``candidate_`` facts and tests."""
        return self.facts.select(
            "product_id", "product", "status", pl.col(FACTS).name.prefix("candidate_"), pl.col("^candidate_test_.*$")
        )

    @cached_property
    def limits(self) -> list[tuple[int, Limit]]:
        """The limits of the plan, each with the place of its rule."""
        return [(at, limit) for at, rule in enumerate(self.plan.rules) for limit in rule.limits]


def apply_to_part(part: Part) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The lists after the rules, with the columns of ``part.rows``, and the counts of ``report.counted``; rules are
    numbered from 0, those of ``ALWAYS`` before those of the plan."""
    rows = _judged(part)
    own = pl.col("row").is_not_null()
    before = rows.filter(own).group_by("list").agg(pl.len().clip(upper_bound=part.n).alias("before"))
    moved = _moved(rows.filter(pl.col("removed_by").is_null()), part.plan)
    pins = {at: action.pin for at, rule in enumerate(part.plan.rules) if (action := rule.action("pin")) and action.pin}
    final, over = ordered(moved, pins, [limit for _, limit in part.limits], part.facts)
    kept = final.filter(pl.col("position") <= part.n).sort("list", "position")
    owners = pl.Series([at + len(ALWAYS) for at, _ in part.limits], dtype=pl.Int64)
    done = [
        acts(rows.filter(own), "removed_by", "removed"),
        acts(over.filter(own).with_columns(owners.gather(over.filter(own)["limited_by"]).alias("by")), "by", "removed"),
        acts(moved.filter(own), "moved_by", "moved"),
        acts(kept.filter(~own), "moved_by", "added"),
    ]
    after = kept.group_by("list").agg(pl.len().alias("after"))
    sizes = before.join(after, on="list", how="left").with_columns(pl.col("after").fill_null(0))
    return _as_given(kept, part), counted(pl.concat(done), sizes)


def verdicts_for_customers(facts: pl.DataFrame, plan: Plan) -> pl.DataFrame:
    """What is said of each product on lists of customers, the same for everybody, as rules know nothing of a customer:
    product_id, is_out (sold out, hidden, or a rule excludes it), brought_by (the place of the pin that brings it into
    every list, null for none). ``facts`` as in :class:`Part`."""
    if facts.is_empty():
        return pl.DataFrame(schema={"product_id": pl.String, "is_out": pl.Boolean, "brought_by": pl.Int64})
    brief = facts.select(
        pl.lit("").alias("context_id"), pl.lit("customer").alias("basis"), "product_id",
        pl.int_range(1, pl.len() + 1, dtype=pl.Int64).alias("rank"),
    ).with_row_index("row")  # fmt: skip
    part = Part(brief, facts, plan, None, len(brief))
    rows = brief.lazy().drop("basis").join(part.contexts.lazy(), on="context_id", how="left", maintain_order="left")
    judged = _verdicts(rows, part)
    ids = brief["product_id"].gather(judged["row"])
    named = [name for at in plan.having("pin") for name in named_ids(plan.rules[at].if_)]
    brought = pl.when(ids.is_in(named) & judged["removed_by"].is_null()).then(pl.col("pinned_by"))
    out = pl.col("removed_by").is_not_null()
    return judged.select(ids, out.alias("is_out"), brought.alias("brought_by")).sort("product_id")


def _judged(part: Part) -> pl.DataFrame:
    """Every row in brief, each product once a list, sorted by list and rank: row (its place in ``part.rows``, null for
    what a pin brings in), list, product, rank and what :func:`_verdicts` says."""
    brief = (
        part.rows.lazy().with_row_index("row").select("row", "context_id", "product_id", pl.col("rank").cast(pl.Int64))
    )
    own = _verdicts(brief.join(part.contexts.lazy(), on="context_id", how="left"), part)
    rows = pl.concat([own, *_brought(part)])
    best_first = ["list", "rank", "product"]
    if rows.select("list", "product").is_duplicated().any():  # the rest of the row then says which comes first
        order = part.rows.select(pl.struct(pl.exclude("context_id", "product_id", "rank")).rank("dense").alias("rest"))
        rows = rows.with_columns(order["rest"].gather(rows["row"]).alias("rest"))
        known = rows.filter(pl.col("product").is_not_null()).sort(*best_first, "rest", nulls_last=True)
        unique = known.unique(["list", "product"], keep="first", maintain_order=True)
        rows = pl.concat([unique, rows.filter(pl.col("product").is_null())]).drop("rest")
    return rows.sort(best_first)


def _verdicts(rows: pl.LazyFrame, part: Part) -> pl.DataFrame:
    """``rows`` (row, list, rank, context facts, product_id) judged: ``removed_by``, the number of the first thing that
    excludes the row; ``pinned_by`` and ``shifted_by`` (boosted or buried), the place of the rule; ``limit_0`` …."""
    plan, joined = part.plan, rows.join(part.candidates.lazy(), on="product_id", how="left")
    just_bought = pl.lit(False)
    if part.bought is not None and part.basis == "customer":
        bought = part.bought.with_columns(pl.lit(True).alias("bought")).lazy()
        joined, just_bought = joined.join(bought, on=["context_id", "product_id"], how="left"), pl.col("bought")
    always = [pl.col("product").is_null(), pl.col("status") == "hidden", pl.col("status") != SELLING, just_bought]
    excluding = [(len(ALWAYS) + at, plan.holds[at]) for at in plan.having("exclude")]
    shifting = sorted({*plan.having("boost"), *plan.having("bury")})
    return joined.select(
        "row", "list", "product", "rank",
        _first([*enumerate(always), *excluding]).alias("removed_by"),
        _first([(at, plan.holds[at]) for at in plan.having("pin")]).alias("pinned_by"),
        _first([(at, plan.holds[at]) for at in shifting]).alias("shifted_by"),
        *(plan.holds[at].alias(f"limit_{number}") for number, (at, _) in enumerate(part.limits)),
    ).collect()  # fmt: skip


def _brought(part: Part) -> list[pl.DataFrame]:
    """Products that pins name by id, in every list where the pin's condition holds and they are not; judged."""
    found = []
    for at in part.plan.having("pin"):
        named = part.candidates.lazy().filter(pl.col("product_id").is_in(named_ids(part.plan.rules[at].if_)))
        pairs = part.contexts.lazy().join(named, how="cross").filter(part.plan.holds[at])
        if part.basis == "product":  # never a product beside itself
            pairs = pairs.filter(pl.col("context_id") != pl.col("product_id"))
        found.append(pairs.select("context_id", "product_id").collect())
    if not any(frame.height for frame in found):
        return []
    missing = pl.concat(found).unique().join(part.rows, on=["context_id", "product_id"], how="anti")
    fresh = missing.lazy().with_columns(pl.lit(None, pl.UInt32).alias("row"), pl.lit(_LAST, pl.Int64).alias("rank"))
    judged = _verdicts(fresh.join(part.contexts.lazy(), on="context_id", how="left"), part)
    return [judged.filter(pl.col("pinned_by").is_not_null(), pl.col("removed_by").is_null())]


def _moved(rows: pl.DataFrame, plan: Plan) -> pl.DataFrame:
    """``place`` without gaps, ``factor``, and ``moved_by``, the number of the rule that pins, boosts or buries."""
    shifts = {at: shift for at, rule in enumerate(plan.rules) if (shift := _shift(rule)) is not None}
    return rows.with_columns(
        pl.int_range(1, pl.len() + 1, dtype=pl.Int64).over("list").alias("place"),
        pl.col("shifted_by").replace_strict(shifts, default=1.0, return_dtype=pl.Float64).alias("factor"),
        (pl.coalesce("pinned_by", "shifted_by") + len(ALWAYS)).alias("moved_by"),
    )


def _shift(rule: Rule) -> float | None:
    """By how much the place of a row is multiplied; None for a rule that neither boosts nor buries."""
    boost, bury = rule.action("boost"), rule.action("bury")
    if boost is not None and boost.boost is not None:
        return 1.0 / boost.boost
    if bury is not None and bury.bury is not None:
        return math.inf if bury.bury == "end" else float(bury.bury)
    return None


def _first(cases: Sequence[tuple[int, pl.Expr]]) -> pl.Expr:
    """The number of the first case that holds, null for none."""
    return pl.coalesce([*(pl.when(holds).then(pl.lit(at, pl.Int64)) for at, holds in cases), pl.lit(None, pl.Int64)])


def _as_given(kept: pl.DataFrame, part: Part) -> pl.DataFrame:
    """The rows of ``part.rows`` in their new order and with their new rank; for those brought in what is known. The
    source of all that is pinned is its rule."""
    source = pl.format("rule:{}", pl.lit(pl.Series([rule.id for rule in part.plan.rules])).gather(pl.col("pinned_by")))
    brought = {
        "algorithm": pl.lit(part.rows["algorithm"][0]),
        "basis": pl.lit(part.basis),
        "context_id": pl.lit(part.contexts["context_id"]).gather(pl.col("list")),
        "product_id": pl.lit(part.facts["product_id"]).gather(pl.col("product")),
        "score": pl.lit(0),
        "source": source,
        "support": pl.lit(0),
    }
    given = (
        part.rows.select(pl.all().gather(kept["row"])).drop("rank").hstack(kept.select("list", "product", "pinned_by"))
    )
    filled = given.with_columns(
        pl.when(kept["row"].is_null()).then(value.cast(part.rows.schema[name])).otherwise(pl.col(name)).alias(name)
        for name, value in brought.items()
    )
    filled = filled.with_columns(
        pl.when(pl.col("pinned_by").is_not_null()).then(source).otherwise("source").alias("source")
    )
    return filled.with_columns(kept["position"].cast(part.rows.schema["rank"]).alias("rank")).select(part.rows.columns)
