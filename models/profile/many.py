"""Profiles of many segments at once: figures and top products beside the shop's, counted by customer only once.

Belongs here: what ``profile`` says of one segment, for all of them in a few passes over the facts. Does not belong
here: which customers are meant, reading published tables.

A customer's visits, orders and pieces are summed once; a segment is the sum over its customers, the shop that over all.
"""

from dataclasses import dataclass
from typing import Final

import polars as pl

from models.profile.actions import BOUGHT, CARTED, TOP
from models.profile.figures import SCHEMA, figures_of
from models.profile.period import Period
from models.profile.profile import SUMS, Facts, orders_within, sums_by, totals_of, visits_within

KINDS: Final = {BOUGHT: "bought", CARTED: "carted"}
_FIGURES: Final = pl.Schema({"segment_id": pl.String(), "place": pl.Int64(), **SCHEMA})


@dataclass(frozen=True)
class Profiles:
    """``figures``: ``segment_id``, ``place`` (1 to 10) and the columns of ``models.profile.figures``; ``products``:
    ``segment_id``, ``kind`` (bought, carted) and the columns of ``top_products``. Sorted by segment and place; by
    segment, kind and rank."""

    figures: pl.DataFrame
    products: pl.DataFrame


def profiles_of(members: pl.DataFrame, facts: Facts, period: Period, top: int = TOP) -> Profiles:
    """Profiles of all segments of ``members`` (``segment_id``, ``customer_id``; each customer counts once in each)."""
    inside = members.select("segment_id", "customer_id").unique()
    return Profiles(_figures(inside, facts, period), _products(inside.lazy(), facts, top))


def _figures(inside: pl.DataFrame, facts: Facts, period: Period) -> pl.DataFrame:
    visits, orders = visits_within(facts.sessions, period), orders_within(facts.orders, period)
    sums = sums_by(visits, orders, "customer_id").collect()
    site = totals_of(sums)
    by_segment = inside.join(sums, on="customer_id", how="left").group_by("segment_id").agg(pl.col(*SUMS).sum())
    found = [
        figures_of(totals_of(own), site)
        .with_row_index("place", offset=1)
        .with_columns(pl.lit(name).alias("segment_id"))
        for (name,), own in by_segment.sort("segment_id").partition_by("segment_id", as_dict=True).items()
    ]
    empty = _FIGURES.to_frame()
    return pl.concat([empty, *(one.select(_FIGURES.names()).cast(_FIGURES) for one in found)])


def _products(inside: pl.LazyFrame, facts: Facts, top: int) -> pl.DataFrame:
    """See ``top_products``: most pieces first, then most customers, then the lower id."""
    kind = pl.col("event_name").replace_strict(KINDS).alias("kind")
    taken = facts.actions.group_by(kind, "product_id", "customer_id").agg(pl.col("quantity").cast(pl.Int64).sum())
    taken = taken.collect().lazy()
    site = taken.group_by("kind", "product_id").agg(site_quantity=pl.col("quantity").sum())
    own = inside.join(taken, on="customer_id").group_by("segment_id", "kind", "product_id").agg(
        pl.col("quantity").sum(), customers=pl.len().cast(pl.Int64)
    )  # fmt: skip
    shares = own.join(site.with_columns(_share("site_quantity", "kind")), on=["kind", "product_id"]).with_columns(
        _share("quantity", "segment_id", "kind")
    )
    ranked = shares.filter(pl.col("quantity") > 0).sort(
        ["segment_id", "kind", "quantity", "customers", "product_id"], descending=[False, False, True, True, False]
    ).with_columns(rank=pl.int_range(1, pl.len() + 1, dtype=pl.Int64).over("segment_id", "kind"))  # fmt: skip
    named = ranked.filter(pl.col("rank") <= top).join(
        facts.products.select("product_id", "name"), on="product_id", how="left", maintain_order="left"
    )
    return named.select(
        "segment_id", "kind", "rank", "product_id", "name", "quantity", "customers", "share", "site_quantity",
        "site_share",
    ).collect()  # fmt: skip


def _share(column: str, *of: str) -> pl.Expr:
    name = "site_share" if column.startswith("site_") else "share"
    return (pl.col(column) / pl.col(column).sum().over(of)).alias(name)
