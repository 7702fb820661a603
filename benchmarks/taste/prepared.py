"""A shop made ready once, so that settings can be compared on it.

Belongs here: rows, catalogue, text vectors and truth of a planted shop or of a simulated home; running the chain on
them with other settings. Does not belong here: which settings are compared (``settings``, ``variations``).
"""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import polars as pl

from assets.taste_embedding import embed_products
from assets.taste_inputs import TasteInputs, read_inputs
from benchmarks.taste.chain import read_shop
from benchmarks.taste.planted import PlantedShop
from benchmarks.taste.scores import Score, score
from benchmarks.taste.shops import write_shop
from connectors.embedding.text_models import TextModels
from connectors.home.paths import Home
from connectors.home.settings import TasteSettings
from connectors.published.tables import PublishedTables
from models.taste.arrays import Vectors
from models.taste.behaviour import sitting_matrix
from models.taste.embeddings import product_space
from models.taste.interest import Interest, weigh
from models.taste.segmentation import Segmentation, member_frame, segment
from models.taste.text.product_text import product_texts


@dataclass(frozen=True)
class Prepared:
    """``texts``: vectors of the products of the interest, in its order; ``truth``: customer_key, taste."""

    inputs: TasteInputs
    texts: Vectors
    truth: pl.DataFrame


@dataclass(frozen=True)
class Outcome:
    """``score`` against the truth, the groups it is the score of, and what they were found in."""

    score: Score
    found: Segmentation
    interest: Interest
    products: Vectors


def prepare_planted(folder: Path, shop: PlantedShop) -> Prepared:
    """A planted shop, written to ``folder``."""
    files = write_shop(folder, shop)
    inputs = read_shop(files)
    return Prepared(inputs, _texts(Home(folder / "home"), inputs), pl.read_parquet(files.truth))


def prepare_home(home: Home, settings: TasteSettings) -> Prepared:
    """A home with the simulated shop after `dangol run`. Its text model is used if it has one."""
    inputs = read_inputs(PublishedTables(home), settings)
    if inputs is None:
        raise SystemExit(f"nothing is published in {home.root}")
    customers = pl.read_parquet(home.truth / "customers.parquet")
    names = customers["main_taste"].unique().sort()
    tastes = customers.with_columns(
        taste=pl.when("is_noise").then(-1).otherwise(pl.col("main_taste").replace_strict(names, range(len(names))))
    )
    visitors = tastes.explode("devices").select(pl.col("devices").alias("customer_key"), "taste")
    members = tastes.drop_nulls("member_key").select(pl.col("member_key").alias("customer_key"), "taste")
    seen = inputs.rows.select("customer_key").unique().collect()
    truth = pl.concat([visitors, members]).unique("customer_key", keep="first").join(seen, on="customer_key")
    return Prepared(inputs, _texts(home, inputs), truth.sort("customer_key"))


def _texts(home: Home, inputs: TasteInputs) -> Vectors:
    """Text vectors by the shop's own model, which is trained first if there is none."""
    interest = weigh(inputs.rows, inputs.catalogue["product_id"], inputs.day)
    models = TextModels(home.lake / "text_models")
    if models.current() is None:
        embed_products(home, TasteSettings(), inputs, interest, lambda text: None)
    known = interest.products.to_frame("product_id").join(inputs.catalogue, on="product_id", how="left")
    return models.get(models.current() or "").encode(product_texts(known)["text"].to_list())


def outcome(prepared: Prepared, *, dimensions: int = 64, fewest: int = 8, most: int = 30) -> Outcome:
    """The chain after the texts, with the given settings and whatever :func:`changed` has put in place."""
    inputs = prepared.inputs
    interest = weigh(inputs.rows, inputs.catalogue["product_id"], inputs.day)
    sittings = sitting_matrix(inputs.rows, interest.products)
    space = product_space(sittings, interest.weights, prepared.texts, dimensions=dimensions, seed=7)
    found = segment(interest, space.vectors, fewest=fewest, most=most)
    if found is None:
        raise SystemExit("no groups were found")
    return Outcome(score(prepared.truth, _members(interest, found)), found, interest, space.vectors)


def _members(interest: Interest, found: Segmentation) -> pl.DataFrame:
    return member_frame(interest, found).select("customer_key", "group")


@contextlib.contextmanager
def changed(module: ModuleType, **values: Any) -> Iterator[None]:
    """Constants of ``module`` with other values, for as long as the block lasts."""
    before = {name: getattr(module, name) for name in values}
    try:
        for name, value in values.items():
            setattr(module, name, value)
        yield
    finally:
        for name, value in before.items():
            setattr(module, name, value)
