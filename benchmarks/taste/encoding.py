"""What it costs to encode titles with a model of the shape that BERTopic takes by default for languages but English.

Belongs here: that model without its weights, which say nothing about cost. Does not belong here: BERTopic (``rivals``).
Run as a process: ``encoding TITLES COUNT``. The shape is that of paraphrase-multilingual-MiniLM-L12-v2: 12 layers of
384, 12 heads, 1,536 in between, 250,037 tokens, texts cut after 128 tokens. A Korean word counts as two tokens.
"""

import sys

import numpy as np
import polars as pl

_LONGEST, _TOKENS_A_WORD, _BATCH, _VOCABULARY = 128, 2, 32, 250_037


def main(titles: str, count: int) -> None:
    """Encode the first ``count`` of the titles, longest first as sentence-transformers does."""
    import torch
    from transformers import BertConfig, BertModel

    table = pl.read_parquet(titles).head(count)
    words = table["title"].str.count_matches(" ").to_numpy().astype(np.int64) + 1
    lengths = -np.sort(-np.minimum(_LONGEST, _TOKENS_A_WORD * words + 2))
    torch.manual_seed(0)
    shape = BertConfig(
        vocab_size=_VOCABULARY, hidden_size=384, num_hidden_layers=12, num_attention_heads=12, intermediate_size=1536
    )
    model = BertModel(shape)
    model.train(False)
    with torch.inference_mode():
        for first in range(0, len(lengths), _BATCH):
            batch = lengths[first : first + _BATCH]
            tokens = torch.randint(0, _VOCABULARY, (len(batch), int(batch[0])))
            mask = torch.arange(int(batch[0]))[None, :] < torch.from_numpy(batch)[:, None]
            model(input_ids=tokens, attention_mask=mask.long())


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
