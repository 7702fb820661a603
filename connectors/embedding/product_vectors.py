"""Text vectors of all products, computing only what is new.

Belongs here: the meeting of texts, model and cache. Does not belong here: each of the three.
"""

from collections.abc import Callable
from dataclasses import dataclass

import polars as pl

from connectors.embedding.text_model import TextModel
from connectors.embedding.vector_cache import VectorCache, vector_frame

_AT_ONCE = 8_192  # texts between two lines of progress; what a killed run has computed before stays


@dataclass(frozen=True)
class EmbeddedTexts:
    """``vectors``: (product_id, vector Array(Float32, d)), sorted by product_id; ``new``: texts embedded just now."""

    vectors: pl.DataFrame
    new: int


def vectors_of(
    texts: pl.DataFrame, model: TextModel, cache: VectorCache, say: Callable[[str], None] = lambda text: None
) -> EmbeddedTexts:
    """Vectors of ``texts`` (product_id, text, text_hash).

    Products with the same text share a vector. Only texts that the cache does not know are embedded; without any, the
    model is not loaded. Vectors of other model versions are removed once all texts have one of this version. An empty
    table gives an empty table of no width.
    """
    if texts.is_empty():
        return EmbeddedTexts(pl.DataFrame(schema={"product_id": pl.String, "vector": pl.Array(pl.Float32, 0)}), 0)
    distinct = texts.unique("text_hash", keep="any").select("text_hash", "text").sort("text_hash")
    known = cache.get(model.version, distinct["text_hash"])
    missing = distinct if known is None else distinct.join(known, on="text_hash", how="anti").sort("text_hash")
    frames = [] if known is None else [known]
    for first in range(0, missing.height, _AT_ONCE):
        part = missing[first : first + _AT_ONCE]
        say(f"embedding product texts {first + 1} to {first + part.height} of {missing.height}")
        frames.append(vector_frame(part["text_hash"], model.encode(part["text"].to_list())))
        cache.put(model.version, frames[-1])
    cache.keep_only(model.version)
    by_product = texts.select("product_id", "text_hash").join(pl.concat(frames), on="text_hash")
    return EmbeddedTexts(by_product.select("product_id", "vector").sort("product_id"), missing.height)
