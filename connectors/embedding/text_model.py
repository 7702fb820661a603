"""A text model as the rest of the program sees it: a version that names its vectors, and texts to vectors.

Belongs here: encoding. Does not belong here: where models come from (``text_models``, ``hub_models``).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, cast

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

_BATCH = 64  # texts at a time; the library sorts them by length, so that little of a batch is padding


@dataclass(frozen=True)
class TextModel:
    """A sentence-transformer that is loaded when the first text is encoded: seconds that most days need not be spent.

    ``version`` changes whenever its vectors do. ``prompt`` is put before every text (models of the E5 family want
    'query: '); None leaves it to the model's own configuration.
    """

    version: str
    load: Callable[[], "SentenceTransformer"]
    prompt: str | None = None

    @cached_property
    def _loaded(self) -> "SentenceTransformer":
        return self.load()

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Vectors of length one, Float32[texts, dimensions]; zeros for a text in which the model finds no token.

        Raises :class:`~connectors.embedding.errors.TextModelUnavailable` when the model can not be loaded.
        """
        vectors = self._loaded.encode(
            list(texts),
            batch_size=_BATCH,
            prompt=self.prompt,
            normalize_embeddings=True,
            convert_to_numpy=True,
            show_progress_bar=False,
        )
        return np.ascontiguousarray(cast("NDArray[np.float32]", vectors), dtype=np.float32)
