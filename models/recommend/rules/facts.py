"""What rules ask about products, as columns: category, brand, selling price, attributes.

Belongs here: facts of products, of contexts, and the tests of one product on them. Does not belong here: how tests make
a condition (``conditions``).

A product without a brand (category, tag …) is not of that brand, so the test fails; without a price nothing is known of
its price, so the test is null. Where there is no product at all (a search), everything is null.
"""

import json
from functools import reduce
from operator import and_
from typing import Final

import polars as pl

from models.documents.fields import Band
from models.recommend.rules.document import CategoryTest, ProductTest

LEVEL: Final = " > "  # between levels of a category path
FACTS: Final = ("category", "top_category", "brand", "price")  # what a candidate and its context are compared by
COLUMNS: Final = ("product_id", "name", "category_path", "brand", "price", "sale_price", "status", "attributes")


def product_facts(products: pl.DataFrame) -> pl.DataFrame:
    """``products`` (the published table, ``COLUMNS`` of it), sorted by id: product_id, product (its place, from 0),
    known, has_category, category, top_category, brand, price (what it sells for), status, name, attributes."""
    return (
        products.select(COLUMNS)
        .unique("product_id", keep="first", maintain_order=True)
        .sort("product_id")
        .with_row_index("product")
        .select(
            "product_id",
            "product",
            pl.lit(True).alias("known"),
            pl.lit(True).alias("has_category"),
            path(pl.col("category_path")).alias("category"),
            top_level(path(pl.col("category_path"))).alias("top_category"),
            "brand",
            pl.coalesce("sale_price", "price").cast(pl.Float64).alias("price"),
            pl.col("status").fill_null("active"),
            "name",
            "attributes",
        )
    )


def context_facts(contexts: pl.DataFrame, basis: str, facts: pl.DataFrame) -> pl.DataFrame:
    """``contexts`` (context_id, …) of one basis with the facts of each: a product's for basis product; of a category
    itself for basis category ('*', the whole shop, is none); none for the others."""
    named = facts.drop("product").with_columns(pl.col("product_id").alias("context_id"))
    if basis == "product":
        return contexts.join(named, on="context_id", how="left", maintain_order="left")
    nothing = [pl.lit(None, dtype).alias(name) for name, dtype in named.schema.items() if name != "context_id"]
    empty = contexts.with_columns(nothing)
    if basis != "category":
        return empty
    category = pl.when(pl.col("context_id") != "*").then(path(pl.col("context_id")))
    return empty.with_columns(
        category.alias("category"),
        top_level(category).alias("top_category"),
        category.is_not_null().alias("has_category"),
    )


def path(category: pl.Expr) -> pl.Expr:
    """Category paths with one way of writing the border of levels."""
    return category.str.replace_all(r"\s*>\s*", LEVEL).str.strip_chars()


def fits(test: ProductTest) -> pl.Expr:
    """Whether a product is as ``test`` says, over columns of :func:`product_facts`; null where that is not known."""
    parts: list[pl.Expr] = []
    if test.category:
        parts.append(_about(pl.col("has_category"), _category(test.category)))
    if test.brand:
        parts.append(_one_of("brand", (*([test.brand.is_] if test.brand.is_ else []), *(test.brand.in_ or ()))))
    if test.price:
        parts.append(within(pl.col("price"), test.price))
    for column, wanted in (("product_id", test.ids), ("status", test.status)):
        if wanted:
            parts.append(_one_of(column, wanted))
    if test.name_contains:
        words = [word.lower() for word in test.name_contains]
        parts.append(_about(pl.col("known"), pl.col("name").str.to_lowercase().str.contains_any(words)))
    if test.stock:
        parts.append(within(_attribute("stock").cast(pl.Float64, strict=False), test.stock))
    if test.tags:
        parts.append(_about(pl.col("known"), _holds_one(_attribute("tags"), test.tags)))
    parts += [
        _about(pl.col("known"), _holds_one(_attribute(key), values)) for key, values in (test.attributes or {}).items()
    ]
    return reduce(and_, parts, pl.lit(True))


def within(number: pl.Expr, band: Band) -> pl.Expr:
    """Whether a number is in a band, ends included; null for no number."""
    found = number.is_not_null() | pl.lit(None, pl.Boolean)  # true, or null
    if band.min is not None:
        found &= number >= band.min
    if band.max is not None:
        found &= number <= band.max
    return found


def below(category: pl.Expr, top: pl.Expr) -> pl.Expr:
    """Whether ``category`` is ``top`` or a level below it."""
    return (category == top) | category.str.starts_with(top + LEVEL)


def top_level(category: pl.Expr) -> pl.Expr:
    """The first level of a category path."""
    return category.str.split(LEVEL).list.first()


def written_path(text: str) -> str:
    """A category as a document writes it, in the way of :func:`path`."""
    return LEVEL.join(level.strip() for level in text.split(">"))


def _category(test: CategoryTest) -> pl.Expr:
    parts = [pl.lit(True)]
    if test.is_ is not None:
        parts.append(pl.col("category") == written_path(test.is_))
    if test.in_ is not None:
        parts.append(pl.col("category").is_in([written_path(one) for one in test.in_]))
    if test.under is not None:
        tops = [below(pl.col("category"), pl.lit(written_path(top))) for top in test.under]
        parts.append(pl.any_horizontal(tops))
    return reduce(and_, parts)


def _one_of(column: str, wanted: tuple[str, ...]) -> pl.Expr:
    """``wanted`` empty: nothing is asked."""
    return _about(pl.col("known"), pl.col(column).is_in(wanted)) if wanted else pl.lit(True)


def _about(is_there: pl.Expr, test: pl.Expr) -> pl.Expr:
    """``test``, false where the thing has no such value, null where there is no thing."""
    return pl.when(is_there).then(test.fill_null(False))


def _attribute(key: str) -> pl.Expr:
    """The value of a key in the JSON object of attributes as text; a list as the text of a JSON list."""
    return pl.col("attributes").str.json_path_match(f'$["{key}"]')


def _holds_one(value: pl.Expr, wanted: tuple[str, ...]) -> pl.Expr:
    """Whether a value is one of ``wanted`` or a list with one of them."""
    texts = "|".join(pl.escape_regex(text) for one in wanted for text in (json.dumps(one, ensure_ascii=False), one))
    element = r'(?:"(?:[^"\\]|\\.)*"|[^",\[\]{}]*)'
    in_list = value.str.contains(rf"^\[(?:{element},)*(?:{texts})(?:,|\]$)")
    return value.is_in(wanted) | (value.str.starts_with("[") & in_list)
