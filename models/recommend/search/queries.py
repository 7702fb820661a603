"""One key for all spellings of a query, and what a key is called when people read it.

Belongs here: folding spellings that can not mean different things (case, width, spaces, punctuation).
Does not belong here: misspellings and the wrong keyboard (``variants``), what was clicked (``answers``).
"""

from typing import Final

import polars as pl

LONGEST: Final = 60  # characters of a key: longer queries are pasted texts, of which the beginning tells enough
_READ = 1000  # characters of a query that are looked at: one may become 18 under NFKC, so that memory stays bounded
# Numbers keep the point between their digits (1.5 is not 15); emoji, joiners, punctuation and spaces say nothing.
_PIECES = r"[0-9]+(?:[.][0-9]+)+|[\p{L}\p{N}\p{M}]+"
_NO_MARKS = r"[\u{FE00}-\u{FE0F}\u{200D}\u{20E3}\u{3164}\u{115F}\u{1160}\u{FFA0}]"  # parts of emoji, Hangul fillers


def normalised(queries: pl.Series, longest: int = LONGEST) -> pl.Series:
    """The key of each of ``queries`` (String): '무선 이어폰', '무선이어폰' and '무선-이어폰!' share one.

    Compatibility forms (full width, half width, single jamo, decomposed Hangul) are folded by NFKC (Unicode Standard
    Annex 15), then case, spaces and punctuation. The key has at most ``longest`` characters; it is ''
    for a query without a letter or digit, and null for null.
    """
    distinct = queries.unique().drop_nulls().sort()
    keys = distinct.to_frame("query").select(_key(pl.col("query"), longest))["query"]
    return queries.replace_strict(distinct, keys, default=None, return_dtype=pl.String).alias(queries.name)


def _key(query: pl.Expr, longest: int) -> pl.Expr:
    plain = (
        query.str.slice(0, max(_READ, longest)).str.normalize("NFKC").str.to_lowercase().str.replace_all(_NO_MARKS, "")
    )
    key = plain.str.extract_all(_PIECES).list.join("").str.normalize("NFC").str.slice(0, longest)
    return pl.when(key.str.contains(r"[\p{L}\p{N}]")).then(key).otherwise(pl.lit(""))


def spellings(queries: pl.DataFrame) -> pl.DataFrame:
    """How each key is written: ``queries`` has (query, searches), one or more rows a spelling as it was typed.

    Returns (query, spelling, searches), one row a key that is not empty, sorted: ``spelling`` is the most frequent one
    (of several the first of the alphabet) with runs of spaces made one, ``searches`` the sum.
    """
    tidy = pl.col("query").str.slice(0, _READ).str.normalize("NFC").str.replace_all(r"[\s\p{C}]+", " ")
    written = (
        queries.select(normalised(queries["query"]), tidy.str.strip_chars().alias("spelling"), "searches")
        .filter(pl.col("query") != "")
        .group_by("query", "spelling")
        .agg(pl.col("searches").sum())
        .sort("query", "searches", "spelling", descending=[False, True, False])
    )
    return written.group_by("query", maintain_order=True).agg(pl.col("spelling").first(), pl.col("searches").sum())
