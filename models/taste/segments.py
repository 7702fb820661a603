"""The rows of ``taste_segments``: what marketers read of a segment.

Belongs here: facts about a segment that its name is made from, which segments need a new name, the finished rows.
Does not belong here: words (``keywords``), naming itself (``naming``), who is a member.
"""

import datetime as dt
from collections.abc import Mapping, Sequence

import polars as pl

from models.taste.hierarchy import SEGMENT
from models.taste.keywords import keywords_moved
from models.taste.naming.groups import NamedGroup
from models.taste.naming.rules import GroupFacts, Locale, is_mostly

TOP_PRODUCTS = 8  # the source document: up to eight products that the group looked at most
_TOLD = 3  # categories and brands among the facts
# A brand belongs to a segment whose members look at it at least so many times more than everybody does.
_OWN_BRAND = 1.5
SCHEMA = pl.Schema(
    {
        "day": pl.Date(),
        "segment_id": pl.String(),
        "level": pl.String(),
        "parent_segment_id": pl.String(),
        "name": pl.String(),
        "description": pl.String(),
        "keywords": pl.List(pl.String()),
        "top_products": pl.List(pl.String()),
        "top_product_names": pl.List(pl.String()),
        "customers": pl.Int64(),
        "share": pl.Float64(),
        "named_by": pl.String(),
        "named_on": pl.Date(),
        "named_keywords": pl.List(pl.String()),
        "map_x": pl.Float64(),
        "map_y": pl.Float64(),
    }
)


def top_products(profiles: pl.DataFrame, catalogue: pl.DataFrame) -> pl.DataFrame:
    """``segment_id, top_products, top_product_names``: the products that most members looked at, by segment.

    ``profiles``: ``segment_id, product_id, weight, customers``. Members are counted rather than views, so that nobody
    makes a segment's products alone. Products that the catalogue does not name are shown by their id.
    """
    order = ["segment_id", "customers", "weight", "product_id"]
    names = catalogue.select("product_id", pl.col("name").replace("", None))
    return (
        profiles.sort(order, descending=[False, True, True, False])
        .group_by("segment_id", maintain_order=True)
        .head(TOP_PRODUCTS)
        .join(names, on="product_id", how="left", maintain_order="left")
        .with_columns(pl.col("name").fill_null(pl.col("product_id")))
        .group_by("segment_id", maintain_order=True)
        .agg(pl.col("product_id").alias("top_products"), pl.col("name").alias("top_product_names"))
    )


def facts_of(
    profiles: pl.DataFrame, catalogue: pl.DataFrame, keywords: Mapping[str, Sequence[str]]
) -> dict[str, GroupFacts]:
    """What a name may be made from, by segment: keywords, top products, strongest categories and brands."""
    products = dict(top_products(profiles, catalogue).select("segment_id", "top_product_names").iter_rows())
    described = profiles.join(catalogue.select("product_id", "category_path", "brand"), on="product_id", how="left")
    categories = _strongest(described, pl.col("category_path"), 0.0)
    brands = _strongest(described, pl.col("brand"), _OWN_BRAND)
    return {
        segment: GroupFacts(
            segment_id=segment,
            keywords=tuple(keywords.get(segment, ())),
            top_products=tuple(products.get(segment, ())),
            categories=categories.get(segment, ()),
            brands=brands.get(segment, ()),
        )
        for segment in profiles["segment_id"].unique().sort()
    }


def _strongest(described: pl.DataFrame, value: pl.Expr, least_lift: float) -> dict[str, tuple[str, ...]]:
    """Values that carry most weight in a segment and at least ``least_lift`` times their share over all segments."""
    weight = pl.col("weight").cast(pl.Float64)  # of Float32 the last digits depend on the order of summing
    named = described.select("segment_id", weight, value=value).drop_nulls("value").filter(pl.col("value") != "")
    share = (
        named.group_by("segment_id", "value")
        .agg(pl.col("weight").sum().round_sig_figs(9))
        .with_columns(
            own=pl.col("weight") / pl.col("weight").sum().over("segment_id"),
            of_all=pl.col("weight").sum().over("value") / pl.col("weight").sum(),
        )
        .filter(pl.col("own") >= least_lift * pl.col("of_all"))
        .sort("segment_id", "weight", "value", descending=[False, True, False])
    )
    top = share.group_by("segment_id", maintain_order=True).head(_TOLD)
    grouped = top.group_by("segment_id", maintain_order=True).agg("value")
    return {segment: tuple(values) for segment, values in grouped.iter_rows()}


def to_be_named(keywords: Mapping[str, Sequence[str]], before: pl.DataFrame, locale: Locale) -> list[str]:
    """Segments that have no name yet, or one in the other language, or whose keywords have really moved since they got
    it; sorted.

    ``before``: as :data:`SCHEMA`, the last row known of each segment.
    """
    foreign: Locale = "en" if locale == "ko" else "ko"
    named = {
        segment: words
        for segment, words, name, description in before.select(
            "segment_id", "named_keywords", "name", "description"
        ).iter_rows()
        if not is_mostly(f"{name} {description}", foreign)
    }
    return sorted(
        segment for segment, words in keywords.items() if segment not in named or keywords_moved(named[segment], words)
    )


def segment_rows(
    day: dt.date,
    tree: pl.DataFrame,
    tops: pl.DataFrame,
    keywords: Mapping[str, Sequence[str]],
    fresh: Sequence[NamedGroup],
    before: pl.DataFrame,
    places: pl.DataFrame,
) -> pl.DataFrame:
    """One row per segment and bundle of ``tree`` (``segment_id, level, parent_segment_id, customers``), by size.

    ``fresh``: names given today; all others keep name, description and what they were named from (``before``).
    ``places``: ``segment_id, map_x, map_y``, where each lies on the map of the taste space.
    """
    words = {segment: list(listed) for segment, listed in keywords.items()}
    given = pl.DataFrame(
        [(n.segment_id, n.name, n.description, n.named_by, day, words.get(n.segment_id, [])) for n in fresh],
        schema={name: SCHEMA[name] for name in _NAME_COLUMNS},
        orient="row",
    )
    kept = before.select(_NAME_COLUMNS).join(given, on="segment_id", how="anti")
    listed = pl.DataFrame(
        {"segment_id": list(words), "keywords": list(words.values())},
        schema={"segment_id": pl.String(), "keywords": SCHEMA["keywords"]},
    )
    inside = tree.filter(pl.col("level") == SEGMENT)["customers"].sum()
    return (
        tree.join(pl.concat([given, kept]), on="segment_id", how="left")
        .join(listed, on="segment_id", how="left")
        .join(tops, on="segment_id", how="left")
        .join(places, on="segment_id", how="left")
        .with_columns(day=pl.lit(day), share=pl.col("customers") / max(int(inside), 1))
        .select(SCHEMA.names())
        .cast(SCHEMA)
        .sort("level", "customers", "segment_id", descending=[True, True, False])
    )


_NAME_COLUMNS = ["segment_id", "name", "description", "named_by", "named_on", "named_keywords"]
