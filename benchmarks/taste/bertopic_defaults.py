"""BERTopic with its defaults, on what customers looked at, as titles. Runs in an interpreter of its own.

Belongs here: calling BERTopic. Does not belong here: anything of this project: the interpreter need not have it.
``bertopic_defaults TITLES VECTORS COUNT OUT``: the first COUNT rows of TITLES (Parquet: customer_key, title) with their
vectors (NumPy file, rows in the same order), topics written to OUT.
"""

import sys

import numpy as np
import polars as pl


def main(titles: str, vectors: str, count: int, out: str) -> None:
    """Fit and write ``customer_key, group`` of the customers that are no outliers."""
    from bertopic import BERTopic

    table = pl.read_parquet(titles).head(count)
    # its default language is English, for which it removes every character of Hangul
    topics, _ = BERTopic(language="multilingual").fit_transform(
        table["title"].to_list(), embeddings=np.load(vectors)[:count]
    )
    found = table.select("customer_key", group=pl.Series(topics, dtype=pl.Int64))
    found.filter(pl.col("group") >= 0).write_parquet(out)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4])
