"""What words a product's texts are made of, in Korean and in Latin letters.

Belongs here: cutting names, categories and attributes into terms, one spelling-independent key a term.
Does not belong here: which terms tell a group from the others (``keywords``), what a word means (``name_words_*``).

Titles are lists of words rather than sentences, so a word between two spaces is judged by itself: the same word gets
the same terms in every title, and only distinct words are analysed.
"""

import json
import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import polars as pl

from models.taste.korean_keys import key_of
from models.taste.naming.name_words import KNOWN_WORDS
from models.taste.naming.name_words_stop import ENDINGS, MEASURE, STOP_WORDS

if TYPE_CHECKING:
    from kiwipiepy import Kiwi, Token

WORD, PART, PAIR = "word", "part", "pair"
TERMS: Final = pl.Schema(
    {
        "product_id": pl.String,
        "term": pl.String,
        "written": pl.String,
        "kind": pl.String,
        "first": pl.String,
        "second": pl.String,
        "weight": pl.Float64,
    }
)
_PIECES = r"[\p{L}\p{N}]+(?:[-'&+.,/~][a-zA-Z0-9]+)*|[,/|()\[\]·:;>!~_*\n]"
_HANGUL = re.compile("[가-힣]")
_LATIN = re.compile(r"[a-z][a-z0-9&'-]*")
_LONGEST, _PART_WEIGHT, _GROUP_WEIGHT = 20, 0.5, 0.3
_NOMINAL = frozenset({"NNG", "NNP", "XR", "XPN", "XSN", "SL", "SN", "SH", "NNB"})
_NEVER_ALONE = frozenset({"NP", "NNB", "NR", "SN", "MM", "IC", "MAJ", "JX", "JKS", "JKO", "JKB", "JKG", "JC", "VCN"})
_LONG_ADVERB = 4  # 보들보들, 말랑말랑: how it feels; shorter ones only connect


@dataclass(frozen=True)
class _Cut:
    """What one written word stands for: its key, its spelling, and the words inside it."""

    term: str
    written: str
    parts: tuple[str, ...] = ()


def vocabulary_of(products: pl.DataFrame) -> tuple[str, ...]:
    """Words that the shop itself uses as one: its brands and the values of its attributes; sorted."""
    values = pl.concat([products.get_column("brand").drop_nulls(), _attribute_values(products).get_column("text")])
    words = {word for text in values.unique() for word in text.split() if _is_vocabulary(word)}
    return tuple(sorted(words))


def _is_vocabulary(word: str) -> bool:
    return 2 <= len(word) <= 12 and word.isalpha() and word not in STOP_WORDS


def tokenise(products: pl.DataFrame, vocabulary: Collection[str] | None = None) -> pl.DataFrame:
    """Terms of every product: one row a product and term, columns :data:`TERMS`, ordered by product and term.

    ``products`` has product_id, name, category_path ('A > B'), brand and attributes (a JSON object), all but the id
    nullable. ``kind`` is a whole ``word``, a ``part`` inside a written word (``first``), or a ``pair`` of neighbours
    (``first`` and ``second``). ``weight`` is below 1 for parts and for the upper levels of the category. Sizes, selling
    words and the product's own brand are no terms. ``vocabulary`` are words never torn apart (default: those of
    :func:`vocabulary_of`). A product's rows depend on its own texts and the vocabulary alone: they may be kept until
    either changes.
    """
    words = _written_words(products)
    if words.is_empty():
        return pl.DataFrame(schema=TERMS)
    own = vocabulary_of(products) if vocabulary is None else vocabulary
    cuts = _cut_all(words.get_column("written").unique().sort().to_list(), own)
    known = words.join(cuts, on="written", how="left").rename({"shown": "spelling"})
    known = known.join(_brand_words(products), on=["product_id", "term"], how="anti")
    columns = list(TERMS)
    single = known.filter(pl.col("term").is_not_null()).with_columns(
        written="spelling", kind=pl.lit(WORD), first=pl.lit(None, pl.String), second=pl.lit(None, pl.String)
    )
    inside = (
        single.explode("parts", empty_as_null=True)
        .filter(pl.col("parts").is_not_null())
        .with_columns(
            term="parts", written="parts", kind=pl.lit(PART), first="term", weight=pl.col("weight") * _PART_WEIGHT
        )
    )
    every = pl.concat([each.select(columns) for each in (single, inside, _pairs(known))])
    best = every.sort("weight", "written", descending=[True, False]).unique(
        ["product_id", "term", "kind"], keep="first", maintain_order=True
    )
    return best.sort("product_id", "term", "kind")


def _written_words(products: pl.DataFrame) -> pl.DataFrame:
    """One row a written word or break: product_id, text (its number within the product), place, written, weight."""
    levels = products.select("product_id", text=pl.col("category_path").str.split(">")).explode(
        "text", empty_as_null=True
    )
    depth = pl.int_range(pl.len()).over("product_id")
    levels = levels.with_columns(
        weight=pl.when(depth == pl.len().over("product_id") - 1).then(1.0).otherwise(_GROUP_WEIGHT)
    )
    names = products.select("product_id", text="name", weight=pl.lit(1.0))
    texts = pl.concat([names, levels, _attribute_values(products).with_columns(weight=pl.lit(1.0))])
    clean = pl.col("text").str.normalize("NFKC").str.replace_all(r"<[^>]*>", " ").str.replace_all("[’`´]", "'")
    return (
        texts.drop_nulls()
        .with_row_index("line")
        .with_columns(written=clean.str.extract_all(_PIECES))
        .drop("text")
        .explode("written", empty_as_null=True)
        .drop_nulls()
        .with_columns(pl.col("product_id").cast(pl.String))
    )


def _attribute_values(products: pl.DataFrame) -> pl.DataFrame:
    """Texts among the attributes' values: product_id, text. Numbers, keys and long sentences are left out."""
    literal = r'"(?:[^"\\]|\\.)*"\s*:?'
    found = (
        products.select("product_id", text=pl.col("attributes").str.extract_all(literal))
        .explode("text", empty_as_null=True)
        .filter(~pl.col("text").str.ends_with(":"))
    )
    decoded = {text: _decode(text) for text in found.get_column("text").unique()}
    if not decoded:
        return pl.DataFrame(schema={"product_id": products.schema["product_id"], "text": pl.String})
    return found.with_columns(pl.col("text").replace_strict(decoded, return_dtype=pl.String)).drop_nulls()


def _decode(literal: str) -> str | None:
    try:
        text = str(json.loads(literal))
    except ValueError:
        return None
    return text if 0 < len(text) <= _LONGEST and not text.startswith("http") else None


def _brand_words(products: pl.DataFrame) -> pl.DataFrame:
    """The terms that a product's brand would be: product_id, term."""
    brands = products.select(pl.col("product_id").cast(pl.String), "brand").drop_nulls()
    terms = {each: [key_of(each), *(key_of(word) for word in each.split())] for each in brands["brand"].unique()}
    listed = pl.DataFrame(
        [pl.Series("brand", list(terms), pl.String), pl.Series("term", list(terms.values()), pl.List(pl.String))]
    )
    return brands.join(listed, on="brand").explode("term", empty_as_null=True).select("product_id", "term")


def _pairs(known: pl.DataFrame) -> pl.DataFrame:
    """Neighbouring words of one text as a compound."""
    after = [pl.col(name).shift(-1).over("line") for name in ("term", "spelling")]
    return known.with_columns(second=after[0], next=after[1]).filter(
        pl.col("term").is_not_null() & pl.col("second").is_not_null() & (pl.col("term") != pl.col("second"))
    ).with_columns(
        first="term", term=pl.col("term") + pl.col("second"), kind=pl.lit(PAIR),
        written=pl.col("spelling") + " " + pl.col("next"),
    )  # fmt: skip


def _cut_all(words: Iterable[str], vocabulary: Collection[str]) -> pl.DataFrame:
    """Columns written, term, shown, parts; words that say nothing are left out."""
    whole = frozenset(word.lower() for word in vocabulary) | KNOWN_WORDS
    cuts: list[tuple[str, _Cut]] = []
    for word in words:
        cut: _Cut | None = None
        if len(word) <= _LONGEST and word.lower() not in STOP_WORDS and not MEASURE.fullmatch(word):
            if not _HANGUL.search(word):
                cut = _cut_latin(word)
            elif word.lower() in whole:
                cut = _Cut(key_of(word), word)
            else:
                cut = _cut_hangul(word, _kiwi(whole))
        if cut:
            cuts.append((word, cut))
    return pl.DataFrame(
        [
            pl.Series("written", [word for word, _ in cuts], pl.String),
            pl.Series("term", [cut.term for _, cut in cuts], pl.String),
            pl.Series("shown", [cut.written for _, cut in cuts], pl.String),
            pl.Series("parts", [cut.parts for _, cut in cuts], pl.List(pl.String)),
        ]
    )


@lru_cache(maxsize=1)  # it takes a second to build
def _kiwi(whole: frozenset[str]) -> "Kiwi":
    """An analyser that knows the words of ``whole``; they have to be added before its first call."""
    from kiwipiepy import Kiwi

    kiwi = Kiwi(num_workers=1)
    for word in sorted(whole):
        if len(word) >= 2 and _HANGUL.search(word) and word.isalpha():
            kiwi.add_user_word(word, "NNP", 3.0)
    return kiwi


def _cut_latin(word: str) -> _Cut | None:
    letters = sum(each.isalpha() for each in word)
    if letters * 2 < len(word) or (word.isascii() and letters < 2):
        return None  # model numbers and single letters
    if word.isascii() and not _LATIN.fullmatch(word.lower()):
        return None
    bare = re.sub(r"'s$", "", word, flags=re.IGNORECASE)
    return None if bare.lower() in STOP_WORDS else _Cut(key_of(bare), bare)


def _cut_hangul(word: str, kiwi: "Kiwi") -> _Cut | None:
    tokens: list[Token] = list(kiwi.tokenize(word))
    tags = [token.tag.removesuffix("-I").removesuffix("-R") for token in tokens]
    if tags[-1] == "MM" and word.endswith("한") and len(tokens) > 1:
        return _Cut(key_of(word[:-1]), word)  # 심플한, where 심플 is a word of the vocabulary
    if tags[-1] == "ETM":
        return _cut_adnominal(word, tokens, tags)
    if tags[-1].startswith("J") and len(tokens) > 1 and "가" <= tokens[-1].form[0] <= "힣":
        return _cut_noun(word[: tokens[-1].start], tokens[:-1], tags[:-1])  # 피부를; not 멘톨 = 멘토 + ᆯ
    if tags[-1] in ("EC", "EF") and tokens[-1].form in ENDINGS and word.endswith(tokens[-1].form) and "VCP" not in tags:
        return _cut_noun(word[: tokens[0].end], tokens[:1], tags[:1]) if tags[0] in _NOMINAL else None
    if tags == ["MAG"]:
        return _Cut(word, word) if len(word) >= _LONG_ADVERB else None
    return _cut_noun(word, tokens, tags)


def _cut_adnominal(word: str, tokens: "list[Token]", tags: list[str]) -> _Cut | None:
    """편안한 meets 편안, 예쁜 stays what it is; 입는 and 위한 say nothing."""
    if "VV" in tags or "VX" in tags:
        return None
    if "XSV" in tags:
        return _cut_noun(word[: tokens[0].end], tokens[:1], tags[:1])
    root = word[: tokens[0].end] if len(tokens) == 3 and tokens[1].form == "하" else None
    return _Cut(root or "".join(token.form for token in tokens[:-1]), word)


def _cut_noun(word: str, tokens: "list[Token]", tags: list[str]) -> _Cut | None:
    if not word or (len(word) < 2 and word not in KNOWN_WORDS) or word in STOP_WORDS or set(tags) <= _NEVER_ALONE:
        return None
    inside = [token.form for token, tag in zip(tokens, tags, strict=True) if tag.startswith("NN") or tag == "XR"]
    parts = tuple(key_of(each) for each in inside if len(each) >= 2 and each != word and each not in STOP_WORDS)
    return _Cut(key_of(word), word, parts if set(tags) <= _NOMINAL else ())
