"""One short text a product, for text models: what a customer reads about it in the list.

Belongs here: which fields of a product make its text, how they are cleaned, the hash by which its vector is remembered.
Does not belong here: text models (``static_text``), vectors and where they are kept (``connectors.embedding``).
"""

import hashlib

import polars as pl

LONGEST = 300  # characters: longer texts are cut, as models would cut them anyway
_LONGEST_VALUE = 60  # an attribute longer than this is prose, not a property
# A JSON string, and the colon behind it where it is a key. Escapes are strict, so that every match can be decoded.
_JSON_STRING = r'"(?:[^"\\\x00-\x1f]|\\(?:["/bfnrt]|u[0-9a-fA-F]{4}))*"\s*:?'


def product_texts(products: pl.DataFrame) -> pl.DataFrame:
    """Texts of ``products`` (product_id, name, category_path, brand, attributes), sorted by product_id.

    ``category_path`` is like '여성의류 > 팬츠', ``attributes`` a JSON object, of which the strings in values count:
    numbers mean nothing without their key. Each word stands once, at its first place (categories and attributes like
    to repeat the name). Returns (product_id, text, text_hash): the text is never empty (a product of which nothing is
    known has its id); the hash is that of the text alone, so that products with one text share one vector.
    """
    parts = ["name", _category(), "brand", _attribute_values()]
    words = _clean(pl.concat_str(parts, separator=" ", ignore_nulls=True)).str.split(" ")
    text = words.list.unique(maintain_order=True).list.join(" ").str.slice(0, LONGEST).str.strip_chars()
    rows = products.select("product_id", text=text).with_columns(
        text=pl.when(pl.col("text") == "").then("product_id").otherwise("text")
    )
    return rows.with_columns(text_hash=_hashes(rows["text"])).sort("product_id")


def _category() -> pl.Expr:
    return pl.col("category_path").str.replace_all(r"[>/|]", " ")


def _attribute_values() -> pl.Expr:
    """The strings of a JSON object that are values, whatever its keys and depth; in order of the alphabet.

    Polars decodes JSON of a known shape only, therefore the strings are found first and decoded as a list.
    Escaped backslashes and escaped surrogates (half an emoji can not be decoded) become nothing.
    """
    plain = pl.col("attributes").str.replace_all(r"\\", " ", literal=True)
    plain = plain.str.replace_all(r"\\u[dD][89a-fA-F][0-9a-fA-F]{2}", "")
    strings = plain.str.extract_all(_JSON_STRING)
    values = strings.list.filter(~pl.element().str.ends_with(":"))
    decoded = pl.format("[{}]", values.list.join(",")).str.json_decode(pl.List(pl.String))
    telling = pl.element().str.len_chars().le(_LONGEST_VALUE) & ~pl.element().str.contains(r"^https?:")
    return decoded.list.filter(telling).list.unique().list.sort().list.join(" ")


def _clean(text: pl.Expr) -> pl.Expr:
    """Compatibility forms made one (NFKC keeps Hangul syllables whole), controls and runs of spaces made one space."""
    return text.str.normalize("NFKC").str.replace_all(r"[\s\p{C}]+", " ").str.strip_chars()


def _hashes(texts: pl.Series) -> pl.Series:
    """Half a SHA-256 of each text, as 32 hexadecimal digits."""
    distinct = texts.unique().sort()
    digests = [hashlib.sha256(text.encode()).hexdigest()[:32] for text in distinct]
    return texts.replace_strict(distinct, digests, return_dtype=pl.String)
