"""Which queries are another one, typed wrongly: one letter off, or with the keyboard on the other language.

Belongs here: finding such pairs without comparing all with all, and deciding which of the two is meant.
Does not belong here: spellings that differ in spaces, case or punctuation: they share one key (``queries``).
"""

from typing import Final

import polars as pl

from models.recommend.search.keyboard import keystrokes

VARIANTS: Final = pl.Schema({"query": pl.String, "main": pl.String, "why": pl.String})
SAME, KEYBOARD, TYPO = "same", "keyboard", "typo"
CLEARLY = 2.0  # a query is a typo only of one that is searched at least so many times as often
_LEAST_LETTERS, _MOST_LETTERS = 4, 60  # keys on the keyboard: shorter words have too many neighbours
_MOST_COMPARED = 300_000  # queries, the most frequent ones: memory stays bounded whatever robots search for
_LEAST_SYLLABLES = 3  # of the longer query, where a whole syllable is missing or doubled


def variants(known: pl.DataFrame, words: pl.Series, clearly: float = CLEARLY) -> pl.DataFrame:
    """What each known query means: columns query, main, why; one row a query, sorted by it.

    ``known`` has (query, searches), distinct keys of ``queries.normalised``. ``words`` are keys
    of words that the shop writes itself (names, categories, brands). ``why`` is 'same' (its own main), 'keyboard'
    (pressed the same keys) or 'typo': one letter (jamo) missing, added, another or swapped, or a syllable missing or
    doubled, of a query searched at least ``clearly`` times as often; a query that is made of the shop's own words is
    right as it is, and digits and short Latin words have to agree, since one letter makes another product there.
    """
    own = words.drop_nulls().unique().sort()
    counted = _summed(known.select("query", "searches"))
    by_keys = _keyboard(counted, own)
    renamed = counted.join(by_keys, on="query", how="left").select(
        pl.coalesce("main", "query").alias("query"), "searches"
    )
    by_letters = _typos(_summed(renamed), own, clearly)
    main = pl.coalesce("main", "query")
    both = counted.select("query").join(by_keys, on="query", how="left").with_columns(first=main)
    both = both.join(by_letters.rename({"query": "first", "main": "second"}), on="first", how="left")
    why = pl.when(pl.col("second").is_not_null()).then(pl.lit(TYPO)).when(pl.col("main").is_not_null())
    return both.select(
        "query", main=pl.coalesce("second", "first"), why=why.then(pl.lit(KEYBOARD)).otherwise(pl.lit(SAME))
    ).sort("query")


def _summed(searches: pl.DataFrame) -> pl.DataFrame:
    """(query, searches) summed up and sorted by query; added in one order always, as decayed counts are no integers."""
    ordered = searches.with_columns(pl.col("searches").cast(pl.Float64)).sort("query", "searches")
    return ordered.group_by("query", maintain_order=True).agg(pl.col("searches").sum())


def _keyboard(known: pl.DataFrame, words: pl.Series) -> pl.DataFrame:
    """(query, main): of a Latin and a Hangul query typed with the same keys the one made of the shop's words is meant,
    else the more frequent one. Two Hangul ones (방, 빵) differ by the shift key, which is no matter of the layout."""
    pressed = known.with_columns(keys=keystrokes(pl.col("query")))
    pressed = pressed.filter((pl.col("keys").str.len_chars() >= _LEAST_LETTERS) & (pl.len().over("keys") > 1))
    pressed = pressed.with_columns(own=_made_of(pressed["query"], words), hangul=_is_hangul(pl.col("query")))
    best = pressed.sort("keys", "own", "searches", "hangul", "query", descending=[False, True, True, True, False])
    best = best.with_columns(main=pl.col("query").first().over("keys"))
    return best.filter(_is_hangul(pl.col("query")) != _is_hangul(pl.col("main"))).select("query", "main")


def _is_hangul(query: pl.Expr) -> pl.Expr:
    return query.str.contains(r"\p{Hangul}")


def _typos(known: pl.DataFrame, words: pl.Series, clearly: float) -> pl.DataFrame:
    """(query, main) of queries that are one edit from a clearly more frequent one that is no typo itself."""
    often = known.sort("searches", "query", descending=[True, False]).head(_MOST_COMPARED)
    close = pl.concat([_one_letter_apart(often), _one_syllable_apart(often)])
    frequent = pl.col("searches_main") >= pl.col("searches") * clearly
    pairs = close.filter(frequent & _same_where_it_matters())
    pairs = pairs.filter(~_made_of(pairs["query"], words))
    pairs = pairs.join(pairs.select("query").unique(), left_on="main", right_on="query", how="anti")
    ordered = pairs.sort("query", "searches_main", "main", descending=[False, True, False])
    return ordered.unique("query", keep="first", maintain_order=True).select("query", "main")


def _same_where_it_matters() -> pl.Expr:
    """Digits agree, and so do Latin letters of queries with few of them (A라인 is no H라인)."""
    digits = [pl.col(name).str.replace_all(r"[^0-9.]", "") for name in ("query", "main")]
    latin = [pl.col(name).str.replace_all(r"[^a-z]", "") for name in ("query", "main")]
    return (digits[0] == digits[1]) & ((latin[0] == latin[1]) | (latin[0].str.len_chars() >= 5))


def _one_letter_apart(known: pl.DataFrame) -> pl.DataFrame:
    """Pairs (query, main, searches, searches_main) at most one letter apart, by the deletions that make them equal.

    Two words one edit apart become equal when each loses at most one letter (the deletion neighbourhood of Mor and
    Fraenkel, 1982), so that equal remains are joined instead of all words compared.
    """
    letters = pl.col("query").str.normalize("NFD")
    inside = known.with_columns(letters=letters).filter(
        letters.str.len_chars().is_between(_LEAST_LETTERS, _MOST_LETTERS)
    )
    remains = _without_one(inside)
    pairs = remains.join(remains, on="rest", suffix="_main").filter(
        (pl.col("query") != pl.col("query_main")) & (pl.col("searches") < pl.col("searches_main"))
    )
    at, at_main = pl.col("at"), pl.col("at_main")
    swapped = ((at - at_main).abs() == 1) & (pl.col("lost") == pl.col("lost_main"))
    one_missing = (at < 0) | (at_main < 0)
    found = pairs.filter(one_missing | (at == at_main) | swapped)
    return found.select("query", "searches", "searches_main", main="query_main").unique()


def _without_one(known: pl.DataFrame) -> pl.DataFrame:
    """Every word with one letter less, and as it is (``at`` -1): query, searches, rest, at, lost."""
    letters, columns = pl.col("letters"), ["query", "searches", "rest", "at", "lost"]
    whole = known.with_columns(rest=letters, at=pl.lit(-1, pl.Int64), lost=pl.lit("")).select(columns)
    longest = int(known.select(letters.str.len_chars().max()).item() or 0)
    parts = [
        known.filter(letters.str.len_chars() > at)
        .with_columns(
            rest=letters.str.slice(0, at) + letters.str.slice(at + 1),
            at=pl.lit(at, pl.Int64),
            lost=letters.str.slice(at, 1),
        )
        .select(columns)
        for at in range(longest)
    ]
    return pl.concat([whole, *parts])


def _one_syllable_apart(known: pl.DataFrame) -> pl.DataFrame:
    """Pairs of which the query lacks one syllable of the main one, or has one twice."""
    hangul = known.filter(_is_hangul(pl.col("query"))).with_columns(letters="query")
    length = pl.col("query").str.len_chars()
    shorter = _without_one(hangul.filter(length.is_between(_LEAST_SYLLABLES, _MOST_LETTERS // 2)))
    shorter = shorter.filter(pl.col("at") >= 0)
    before = pl.col("query").str.slice(pl.col("at") - 1, 1)
    doubled = shorter.filter((pl.col("at") > 0) & (before == pl.col("lost")))
    missing = shorter.join(hangul, left_on="rest", right_on="query", suffix="_typo")
    return pl.concat(
        [
            missing.select(query="rest", searches="searches_typo", searches_main="searches", main="query"),
            doubled.join(hangul, left_on="rest", right_on="query", suffix="_main").select(
                "query", "searches", "searches_main", main="rest"
            ),
        ]
    ).unique()


def _made_of(queries: pl.Series, words: pl.Series) -> pl.Series:
    """Whether each query can be cut into ``words`` without a rest; of each distinct query once."""
    known = frozenset(words)
    longest = max((len(word) for word in known), default=0)
    distinct = queries.unique().sort()
    made = pl.Series("made", [_can_be_cut(query, known, longest) for query in distinct], pl.Boolean)
    judged = queries.to_frame("query").join(
        pl.DataFrame([distinct.alias("query"), made]), on="query", how="left", maintain_order="left"
    )
    return judged["made"]


def _can_be_cut(query: str, words: frozenset[str], longest: int) -> bool:
    reached = [True] + [False] * len(query)
    for end in range(1, len(query) + 1):
        for start in range(max(0, end - longest), end):
            if reached[start] and query[start:end] in words:
                reached[end] = True
                break
    return reached[-1]


def shop_words(products: pl.DataFrame) -> pl.Series:
    """Keys of the words of ``products`` (name, category_path, brand), sorted: what is written there is no typo.

    Words of one character are left out, since anything could be cut into them.
    """
    texts = pl.concat([products[name].cast(pl.String) for name in ("name", "category_path", "brand")]).drop_nulls()
    words = texts.unique().str.normalize("NFKC").str.to_lowercase().str.extract_all(r"[\p{L}\p{N}]+")
    each = words.explode(empty_as_null=True).drop_nulls().unique().sort()
    return each.filter(each.str.len_chars() >= 2).alias("word")
