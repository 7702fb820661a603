"""A small real text model that the tests of this folder share.

Belongs here: the model and texts for it. Does not belong here: checks.
"""

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer


@pytest.fixture(scope="session")
def small_model() -> "SentenceTransformer":
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import StaticEmbedding
    from tokenizers import Tokenizer, models, pre_tokenizers

    words = ["[UNK]", "코트", "가방", "신발", "query", ":"]
    tokenizer = Tokenizer(models.WordLevel({word: place for place, word in enumerate(words)}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    weights = np.array([[0, 0], [1, 0], [0, 2], [3, 4], [0, -9], [0, 0]], dtype=np.float32)
    embedding = StaticEmbedding(tokenizer, embedding_weights=weights)
    return SentenceTransformer(modules=[embedding], device="cpu")


@pytest.fixture
def model_folder(small_model: "SentenceTransformer", tmp_path: Path) -> Path:
    small_model.save(str(tmp_path / "small"), create_model_card=False)
    return tmp_path / "small"
