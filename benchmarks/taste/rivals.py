"""Other ways to the same groups: k-means told the true number of tastes, and BERTopic with its defaults.

Belongs here: running them and what they need. Does not belong here: scores, the measured chain (``chain``).

Run as a process: ``rivals kmeans SHOP HOME TASTES OUT`` or ``rivals titles SHOP HOME FOLDER KIND``.
"""

import os
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from benchmarks.processes import BenchmarkError, Cost, measure
from benchmarks.taste.chain import Stages, read_shop
from benchmarks.taste.shops import DAYS, ShopFiles
from connectors.embedding.text_models import TextModels
from connectors.home.paths import Home
from connectors.home.settings import TasteSettings
from models.taste.arrays import Vectors, unit

_SCRIPT = Path(__file__).with_name("bertopic_defaults.py")
_WARM_UP = 1_000  # customers: what a fit of so few costs is start and compiling


@dataclass(frozen=True)
class BERTopicRun:
    """``whole``: the process; ``start``: one that fits a few customers only, to be subtracted; ``members``: found."""

    whole: Cost
    start: Cost
    members: pl.DataFrame


def kmeans(shop: Path, root: Path, tastes: int, out: Path) -> None:
    """k-means with ``tastes`` groups on everybody's vector: the same interest and product vectors as the chain's."""
    from sklearn.cluster import KMeans

    from assets.taste_embedding import embed_products
    from models.taste.clusters import customer_vectors
    from models.taste.interest import weigh

    stages = Stages(lambda text: print(text, flush=True))
    inputs = read_shop(ShopFiles(shop))
    interest = weigh(inputs.rows, inputs.catalogue["product_id"], inputs.day, days=DAYS)
    products = embed_products(Home(root), TasteSettings(), inputs, interest, lambda text: None)
    vectors = customer_vectors(interest.weighted, products.space.vectors)
    stages.done("customers' vectors")
    groups = KMeans(tastes, random_state=0).fit_predict(vectors)
    stages.done(f"k-means with {tastes} groups")
    pl.DataFrame({"customer_key": interest.customers, "group": groups.astype(np.int64)}).write_parquet(out)


def titles(shop: Path, root: Path, folder: Path, kind: str) -> None:
    """What each customer looked at as one text, and its vector: by the shop's text model, which the chain has trained
    (``fitted``), or by TF-IDF and a truncated SVD, which know nothing of who looks at what (``texts``)."""
    inputs = read_shop(ShopFiles(shop))
    names = inputs.catalogue.lazy().select("product_id", "name")
    seen = inputs.rows.select("customer_key", "product_id").unique().join(names, on="product_id")
    table = (
        seen.sort("customer_key", "product_id")
        .group_by("customer_key", maintain_order=True)
        .agg(title=pl.col("name").str.join(" "))
        .collect()
    )
    table.write_parquet(folder / "titles.parquet")
    texts = table["title"].to_list()
    vectors = _by_text_model(Home(root), texts) if kind == "fitted" else _by_words(texts)
    np.save(folder / "vectors.npy", vectors)


def _by_text_model(home: Home, texts: list[str]) -> Vectors:
    models = TextModels(home.lake / "text_models")
    version = models.current()
    if version is None:
        raise SystemExit(f"{home.root} has no text model: run the chain first")
    return models.get(version).encode(texts)


def _by_words(texts: list[str]) -> Vectors:
    from sklearn.decomposition import TruncatedSVD
    from sklearn.feature_extraction.text import TfidfVectorizer

    words = TfidfVectorizer(sublinear_tf=True).fit_transform(texts)
    return unit(TruncatedSVD(128, random_state=0).fit_transform(words))


def run_bertopic(python: Path, folder: Path, limit_seconds: int) -> BERTopicRun | None:
    """BERTopic on the titles in ``folder``; None when it takes longer than ``limit_seconds``."""
    count = pl.scan_parquet(folder / "titles.parquet").select(pl.len()).collect().item()
    out = folder / "bertopic.parquet"
    start = _measured(python, folder, _WARM_UP, folder / "start.parquet", limit_seconds)
    whole = _measured(python, folder, count, out, limit_seconds)
    return None if start is None or whole is None else BERTopicRun(whole, start, pl.read_parquet(out))


def _measured(python: Path, folder: Path, count: int, out: Path, limit_seconds: int) -> Cost | None:
    line = [
        str(python),
        str(_SCRIPT),
        str(folder / "titles.parquet"),
        str(folder / "vectors.npy"),
        str(count),
        str(out),
    ]
    out.unlink(missing_ok=True)
    try:
        return measure(["timeout", str(limit_seconds), *line], os.environ, folder)
    except BenchmarkError:
        if "Traceback" in (folder / "benchmark.log").read_text(encoding="utf-8"):
            raise
        return None  # it ran out of time


if __name__ == "__main__":
    rival, *rest = sys.argv[1:]
    if rival == "kmeans":
        kmeans(Path(rest[0]), Path(rest[1]), int(rest[2]), Path(rest[3]))
    else:
        titles(Path(rest[0]), Path(rest[1]), Path(rest[2]), rest[3])
