"""The words that tell a group of customers from the others.

Belongs here: weighing terms by group, choosing few and unlike ones, comparing a group's words with those of before.
Does not belong here: how texts become terms (``korean``), and what a group is called (``naming``).
"""

import math
from collections.abc import Sequence

import polars as pl

from models.taste.korean import PAIR, PART, WORD, tokenise
from models.taste.korean_keys import key_of

_SEEN_TOGETHER = 3  # products, before two neighbours may count as a compound
_BOUND = 0.6  # share of the rarer word's products in which the neighbours stand together
_ABSORBED = 0.8  # from this share on the word alone is no longer a term
_OWN = 1.5  # how much more a group says a word than the others do
_CONSIDERED = 8  # candidates looked at for one keyword


def extract_keywords(products: pl.DataFrame, weights: pl.DataFrame, *, count: int = 10) -> dict[str, tuple[str, ...]]:
    """Up to ``count`` keywords of every group, strongest first, in their commonest catalogue spelling.

    ``products`` as for :func:`models.taste.korean.tokenise`; ``weights`` has group, product_id and weight (> 0: how
    much the group looked at the product). A group whose products have fewer real words has fewer keywords, or none.
    """
    return score_keywords(tokenise(products), weights, count=count)


def score_keywords(terms: pl.DataFrame, weights: pl.DataFrame, *, count: int = 10) -> dict[str, tuple[str, ...]]:
    """Like :func:`extract_keywords`, for terms that :func:`models.taste.korean.tokenise` made before."""
    groups = weights.get_column("group").unique().sort().to_list()
    stems = _stems(terms)
    settled = _settle_compounds(terms)
    ranked = _rank(settled, weights).group_by("group", maintain_order=True).head(_CONSIDERED * count)
    spelled = ranked.join(_spellings(settled), on="term", how="left", maintain_order="left")
    chosen: dict[str, tuple[str, ...]] = dict.fromkeys(groups, ())
    for (group,), rows in spelled.group_by("group", maintain_order=True):
        listed = zip(rows.get_column("term"), rows.get_column("written"), strict=True)
        chosen[str(group)] = _unlike(list(listed), stems, count)
    return chosen


def _settle_compounds(terms: pl.DataFrame) -> pl.DataFrame:
    """Terms that count, one row a product and term: columns product_id, term, written, weight.

    A part counts if the catalogue also uses it as a word. Neighbours count if the catalogue also writes them as one
    word or seldom says one without the other; a word that hardly ever stands without its neighbour is left to the pair.
    """
    words = terms.filter(pl.col("kind") == WORD)
    pairs = terms.filter(pl.col("kind") == PAIR)
    known = words.group_by("term").agg(alone=pl.col("product_id").n_unique())
    bound = (
        pairs.group_by("term", "first", "second")
        .agg(together=pl.col("product_id").n_unique())
        .join(known.rename({"term": "first", "alone": "of_first"}), on="first", how="left")
        .join(known.rename({"term": "second", "alone": "of_second"}), on="second", how="left")
        .join(known, on="term", how="left")
        .filter(
            pl.col("alone").is_not_null()
            | (
                (pl.col("together") >= _SEEN_TOGETHER)
                & (pl.col("together") >= _BOUND * pl.min_horizontal("of_first", "of_second"))
            )
        )
    )
    absorbed = pl.concat(
        bound.filter(pl.col("together") >= _ABSORBED * pl.col(f"of_{side}")).select(term=side)
        for side in ("first", "second")
    )
    parts = terms.filter(pl.col("kind") == PART).join(known, on="term", how="semi")
    kept = pl.concat([words, parts]).join(absorbed, on="term", how="anti")
    every = pl.concat([kept, pairs.join(bound, on="term", how="semi")])
    return (
        every.sort("product_id", "term", "kind", descending=[False, False, True])
        .group_by("product_id", "term", maintain_order=True)
        .agg(pl.col("written").first(), pl.col("weight").max())
    )


def _rank(terms: pl.DataFrame, weights: pl.DataFrame) -> pl.DataFrame:
    """Group and term, best first: class-based TF-IDF, tf * log(1 + A / f) (Grootendorst 2022, BERTopic, section 3.3).

    tf is the term's share of all that the group looked at, f the sum of these shares over the groups, and A, the mean
    amount of words a group, is 1: every group counts alike, however large it is. A word that the other groups say
    about as often has no place, nor has a word of one product, unless there is nothing else.
    """
    seen = weights.with_columns(pl.col("product_id").cast(pl.String)).join(
        terms.select("product_id", "term", amount="weight"), on="product_id"
    )
    counted = seen.group_by("group", "term").agg(
        mass=(pl.col("weight") * pl.col("amount")).sum(), products=pl.col("product_id").n_unique()
    )
    groups = weights.get_column("group").n_unique()
    tf = pl.col("mass") / pl.col("mass").sum().over("group")
    shared = counted.with_columns(tf=tf).with_columns(f=pl.col("tf").sum().over("term"))
    elsewhere = (pl.col("f") - pl.col("tf")) / max(groups - 1, 1)
    scored = shared.with_columns(
        score=pl.col("tf") * (1 + 1 / pl.col("f")).log(),
        is_own=pl.col("tf") >= _OWN * elsewhere,
        is_shared=pl.col("products") > 1,
    )
    has_own = pl.col("is_own").any().over("group")
    fitting = scored.filter(pl.col("is_own") | ~has_own)
    rounded = pl.col("score").round_sig_figs(9)  # sums taken in another order differ in the last digits
    order = fitting.with_columns(score=rounded).sort(
        "group", "is_shared", "score", "term", descending=[False, True, True, False]
    )
    return order.select("group", "term", "score")


def _spellings(terms: pl.DataFrame) -> pl.DataFrame:
    """The commonest spelling of every term; among equally common ones the first."""
    counts = terms.group_by("term", "written").agg(products=pl.len())
    best = counts.sort("term", "products", "written", descending=[False, True, False])
    return best.unique("term", keep="first", maintain_order=True).select("term", "written")


def _stems(terms: pl.DataFrame) -> dict[str, frozenset[str]]:
    """The words inside a term: halves of pairs, nouns of compounds."""
    halves = pl.concat(
        [
            terms.filter(pl.col("kind") == PAIR).select("term", stem="first"),
            terms.filter(pl.col("kind") == PAIR).select("term", stem="second"),
            terms.filter(pl.col("kind") == PART).select(term="first", stem="term"),
        ]
    )
    listed = halves.unique().group_by("term").agg("stem")
    return {
        term: frozenset(stem) for term, stem in zip(listed.get_column("term"), listed.get_column("stem"), strict=True)
    }


def _unlike(ranked: list[tuple[str, str]], stems: dict[str, frozenset[str]], count: int) -> tuple[str, ...]:
    """The first ``count`` spellings of which none holds another and no two share a word inside."""
    keys: list[str] = []
    chosen: list[str] = []
    taken: set[str] = set()
    for term, written in ranked:
        own = stems.get(term, frozenset()) | {term}
        whole = key_of(written)
        if own & taken or any(key in whole or whole in key for key in keys):
            continue
        keys.append(whole)
        taken |= own
        chosen.append(written)
        if len(chosen) == count:
            break
    return tuple(chosen)


def keywords_moved(before: Sequence[str], now: Sequence[str], *, least_kept: float = 0.5) -> bool:
    """Whether a group's keywords are no longer those of ``before``: less than ``least_kept`` of their weight is left.

    A word at place i (from 0) weighs 1 / log2(i + 2). It is left if the other list has it, or a longer or shorter form
    of it. The order within either list does not make it move.
    """
    if not before or not now:
        return bool(before) != bool(now)
    return (_kept(before, now) + _kept(now, before)) / 2 < least_kept


def _kept(words: Sequence[str], others: Sequence[str]) -> float:
    keys = [key_of(word) for word in others]
    weights = [1 / math.log2(place + 2) for place in range(len(words))]
    kept = [
        weight
        for weight, key in zip(weights, map(key_of, words), strict=True)
        if any(key in other or other in key for other in keys)
    ]
    return sum(kept) / sum(weights)
