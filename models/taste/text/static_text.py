"""The embedded text model: a StaticEmbedding sentence-transformer made of the shop's own titles and views.

Belongs here: putting tokenizer, start and fitting together; when a model is too old. Does not belong here: where models
are kept (``connectors.embedding``), texts (``product_text``) and pairs (``pairs``).
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray

from models.taste.text.static_fit import Fitted, fit_on_pairs
from models.taste.text.static_init import vectors_from_texts
from models.taste.text.static_tokens import UNKNOWN, bags_of, train_tokenizer

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

DIMENSIONS = 128  # measured as in static_fit: 64 is worse, 256 hardly better
VOCABULARY = 20_000
LEAST_PAIRS = 300  # fewer leave too few held out to tell fitting from learning by heart
_NEW_TEXTS = 0.3  # share of texts that a model does not know from which on it is replaced
_MORE_PAIRS = 4  # times as many pairs as a model was fitted on from which on it is replaced
_RECIPE = 1  # goes up when models made of the same data become different ones


@dataclass(frozen=True)
class TextModelFacts:
    """What is known of a trained model; kept beside it as JSON."""

    method: Literal["co-viewed pairs", "texts alone"]
    texts: int
    pairs: int
    vocabulary: int
    dimensions: int
    seed: int
    rounds: int  # of fitting; 0: the start was best, or there was no fitting
    loss_before: float | None  # held-out loss of the start; None without fitting
    loss_after: float | None
    trained_on: str  # hash of texts, pairs and parameters


@dataclass(frozen=True)
class TrainedTextModel:
    """A model and what is known of it."""

    model: "SentenceTransformer"
    facts: TextModelFacts


def train_text_model(
    texts: Sequence[str],
    pairs: NDArray[np.int64],
    *,
    dimensions: int = DIMENSIONS,
    vocabulary: int = VOCABULARY,
    seed: int = 0,
    say: Callable[[str], None] = lambda text: None,
) -> TrainedTextModel:
    """A text model of ``texts`` (distinct), fitted on co-viewed ``pairs`` (Int64[n, 2] indexes into ``texts``).

    Token vectors start from the texts alone; with at least ``LEAST_PAIRS`` pairs they are then fitted. Characters
    that are in no text of the training count nothing: a text of those alone gets zeros, which are near nothing. The
    same for the same arguments, on one machine.
    """
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import StaticEmbedding

    tokenizer = train_tokenizer(texts, vocabulary)
    bags = bags_of(tokenizer, texts)
    say(f"text model: {len(texts)} texts, {bags.vocabulary} tokens, {len(pairs)} co-viewed pairs")
    vectors = vectors_from_texts(bags, dimensions, seed)
    fitted: Fitted | None = None
    if len(pairs) >= LEAST_PAIRS:
        fitted = fit_on_pairs(vectors, bags, pairs, seed=seed, say=say)
        vectors = fitted.vectors
        losses = f"{fitted.loss_before:.3f} to {fitted.loss_after:.3f}"
        say(f"text model: fitted in {fitted.rounds} rounds, held-out loss from {losses}")
    else:
        say(f"text model: made of the texts alone, {LEAST_PAIRS} co-viewed pairs would be needed to fit it")
    vectors[tokenizer.token_to_id(UNKNOWN)] = 0.0
    embedding = StaticEmbedding(tokenizer, embedding_weights=vectors)
    facts = _facts(texts, pairs, vectors, fitted, _hash_of(texts, pairs, (dimensions, vocabulary, seed, _RECIPE)), seed)
    return TrainedTextModel(SentenceTransformer(modules=[embedding], device="cpu"), facts)


def should_retrain(
    facts: TextModelFacts, known: pl.Series, texts: pl.Series, pairs: int, *, most_pairs: int
) -> str | None:
    """Why the model should be replaced, or None. Rare by design: a new model embeds every product again.

    ``known``: hashes of the texts that the model was trained on; ``texts``: those of today's products; ``pairs``:
    today's number of pairs of texts; ``most_pairs``: the limit they are drawn to.
    """
    distinct = texts.unique()
    if distinct.is_empty():
        return None
    new = int((~distinct.is_in(known.unique().implode())).sum()) / len(distinct)
    if new > _NEW_TEXTS:
        return f"{new:.0%} of the product texts are new since it was trained"
    if facts.method == "texts alone":
        return f"there are {pairs} co-viewed pairs to fit it on by now" if pairs >= LEAST_PAIRS else None
    if min(pairs, most_pairs) >= _MORE_PAIRS * facts.pairs:
        return f"there are {pairs} co-viewed pairs, it was fitted on {facts.pairs}"
    return None


def _facts(
    texts: Sequence[str],
    pairs: NDArray[np.int64],
    vectors: NDArray[np.float32],
    fitted: Fitted | None,
    trained_on: str,
    seed: int,
) -> TextModelFacts:
    return TextModelFacts(
        method="co-viewed pairs" if fitted else "texts alone",
        texts=len(texts),
        pairs=len(pairs),
        vocabulary=vectors.shape[0],
        dimensions=vectors.shape[1],
        seed=seed,
        rounds=fitted.rounds if fitted else 0,
        loss_before=fitted.loss_before if fitted else None,
        loss_after=fitted.loss_after if fitted else None,
        trained_on=trained_on,
    )


def _hash_of(texts: Sequence[str], pairs: NDArray[np.int64], parameters: tuple[int, ...]) -> str:
    digest = hashlib.sha256(repr(parameters).encode())
    digest.update("\x1f".join(texts).encode())
    digest.update(np.ascontiguousarray(pairs, dtype="<i8").tobytes())
    return digest.hexdigest()[:32]
