"""Where products lie in the taste space today.

Belongs here: getting texts embedded with the model the shop wants, training the shop's own when it is due, the table of
product vectors. Does not belong here: how texts become vectors, how signals are mixed (``models.taste``).
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass

import numpy as np
import polars as pl

from assets.taste_inputs import TasteInputs
from connectors.embedding.hub_models import load_hub_model
from connectors.embedding.product_vectors import vectors_of
from connectors.embedding.text_model import TextModel
from connectors.embedding.text_models import TextModels
from connectors.embedding.vector_cache import VectorCache
from connectors.home.paths import Home
from connectors.home.settings import TasteSettings
from models.taste.arrays import Vectors
from models.taste.behaviour import sitting_matrix, some_sittings
from models.taste.embeddings import ProductSpace, product_space
from models.taste.interest import Interest
from models.taste.text.pairs import co_viewed_pairs, pairs_of_texts
from models.taste.text.product_text import product_texts
from models.taste.text.static_text import TextModelFacts, should_retrain, train_text_model

MOST_PAIRS = 100_000
EMBEDDED = "embedded"


@dataclass(frozen=True)
class EmbeddedProducts:
    """``space``: vectors in the order of ``interest.products``; ``table``: ``product_id, vector, sightings``;
    ``text_model``: version of the model; ``embedded``: texts that had to be embedded today."""

    space: ProductSpace
    table: pl.DataFrame
    text_model: str
    embedded: int


def embed_products(
    home: Home, settings: TasteSettings, inputs: TasteInputs, interest: Interest, say: Callable[[str], None]
) -> EmbeddedProducts:
    """Vectors of all products: the catalogue's and those that were looked at without being in it."""
    known = interest.products.to_frame("product_id").join(inputs.catalogue, on="product_id", how="left")
    texts = product_texts(known)
    model = _text_model(home, settings, inputs, texts, say)
    embedded = vectors_of(texts, model, VectorCache(home.lake / "text_vectors", say=say), say)
    vectors = _as_rows(embedded.vectors, interest.products)
    sittings = sitting_matrix(inputs.rows, interest.products)
    space = product_space(sittings, interest.weights, vectors, seed=settings.seed)
    table = pl.DataFrame(
        {
            "day": [inputs.day] * len(interest.products),
            "product_id": interest.products,
            "vector": pl.Series(space.vectors, dtype=pl.Array(pl.Float32, space.vectors.shape[1])),
            "sightings": np.asarray(space.sightings, dtype=np.float64),
        }
    )
    return EmbeddedProducts(space, table, model.version, embedded.new)


def _text_model(
    home: Home, settings: TasteSettings, inputs: TasteInputs, texts: pl.DataFrame, say: Callable[[str], None]
) -> TextModel:
    if settings.text_model != EMBEDDED:
        return load_hub_model(settings.text_model, prompt=settings.text_prompt or None)
    models = TextModels(home.lake / "text_models")
    sittings = some_sittings(inputs.rows).collect(engine="streaming")
    distinct, pairs = pairs_of_texts(co_viewed_pairs(sittings, MOST_PAIRS, settings.seed), texts)
    version = models.current()
    reason = "there is none yet" if version is None else _why_retrain(models, version, texts, len(pairs))
    if version is None or reason:
        say(f"training the shop's own text model: {reason}")
        trained = train_text_model(distinct, pairs, seed=settings.seed, say=say)
        version = models.save(trained.model, asdict(trained.facts), texts["text_hash"], trained.facts.trained_on)
    return models.get(version)


def _why_retrain(models: TextModels, version: str, texts: pl.DataFrame, pairs: int) -> str | None:
    facts = TextModelFacts(**models.facts(version))
    return should_retrain(facts, models.text_hashes(version), texts["text_hash"], pairs, most_pairs=MOST_PAIRS)


def _as_rows(vectors: pl.DataFrame, products: pl.Series) -> Vectors:
    """Text vectors in the order of ``products``, float32 (products, dimensions)."""
    ordered = products.to_frame("product_id").join(vectors, on="product_id", how="left", maintain_order="left")
    return np.asarray(ordered["vector"].to_numpy(), dtype=np.float32)
