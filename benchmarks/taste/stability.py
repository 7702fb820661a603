"""The same day from two random samples of the customers: are the same customers together?

Belongs here: drawing samples and comparing them. Does not belong here: days after one another (``days``).

Floor: adjusted Rand index 0.85 among customers who are in both samples and in a segment of both.
"""

import tempfile
from collections.abc import Sequence
from pathlib import Path

import polars as pl

from benchmarks.taste.chain import inputs_of, make_tastes, no_stages
from benchmarks.taste.planted import plant
from benchmarks.taste.shops import ShopFiles, write_shop
from connectors.home.paths import Home
from connectors.home.settings import TasteSettings
from models.taste.segmentation import member_frame

_LEFT_OUT = 5  # one in so many customers: samples of 80 %


def run(folder: Path, sizes: Sequence[int], seeds: Sequence[int] = (1, 2, 3)) -> None:
    """Print the agreement of both samples for each size and seed."""
    print("Two samples of 80 % of the customers on the same day")
    print("  customers  seed  groups    ARI of shared customers in both   shared")
    for customers in sizes:
        for seed in seeds:
            files = write_shop(folder / f"stability-{customers}-{seed}", plant(customers, seed=seed))
            left, right = (_members(files, 2 * seed + part) for part in range(2))
            shared = left.join(right, on="customer_key")
            groups = f"{left['group'].n_unique()}, {right['group'].n_unique()}"
            print(f"  {customers:9,} {seed:5}  {groups:>6}    {_ari(shared):.3f} {shared.height:33,}", flush=True)


def _members(files: ShopFiles, sample: int) -> pl.DataFrame:
    """Members of the groups that one sample of the customers leads to, text model included."""
    rows = pl.scan_parquet(files.interest).filter(pl.col("customer_key").hash(seed=sample) % _LEFT_OUT != 0)
    with tempfile.TemporaryDirectory() as scratch:
        inputs = inputs_of(rows, pl.read_parquet(files.products))
        made = make_tastes(Home(Path(scratch)), TasteSettings(), inputs, no_stages())
    if made.found is None:
        raise SystemExit("no groups were found")
    return member_frame(made.interest, made.found).drop_nulls("group").select("customer_key", "group")


def _ari(shared: pl.DataFrame) -> float:
    from sklearn.metrics import adjusted_rand_score

    return float(adjusted_rand_score(shared["group"].to_numpy(), shared["group_right"].to_numpy()))
