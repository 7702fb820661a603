"""Quality and cost of taste segments by number of customers, beside k-means and BERTopic on the same shop.

Belongs here: running each in a process of its own, the tables. Does not belong here: what runs in them (``chain``,
``rivals``), scores.

Floors at each size: AMI 0.80, ARI 0.80, coverage 0.90, half of the browsers rejected; at a million customers at most 90
CPU s and 4 GiB; at least 20 times less CPU per customer than BERTopic at the largest size that it finishes.
"""

import os
import sys
from collections.abc import Sequence
from pathlib import Path

import polars as pl

from benchmarks.processes import Cost, measure
from benchmarks.taste.ceiling import best_possible, truth_frame
from benchmarks.taste.chain import published_members
from benchmarks.taste.planted import BROWSERS, TASTES, plant
from benchmarks.taste.rivals import run_bertopic
from benchmarks.taste.scores import HEADING, Score, as_members, score
from benchmarks.taste.shops import ShopFiles
from connectors.home.paths import Home

LONGEST_SECONDS = 600  # of BERTopic, by the wall
_BAYES_CUSTOMERS = 20_000  # the true likelihoods do not depend on the size
_ENCODED = 500  # customers whose titles are encoded to see what that costs


def run(folder: Path, sizes: Sequence[int], bertopic: Path | None) -> None:
    """Print scores and costs for each size; ``bertopic``: an interpreter that has BERTopic."""
    finishes = bertopic is not None
    if not finishes:
        print("BERTopic is left out: --bertopic-python names no interpreter that has it")
    for customers in sizes:
        print(f"{customers:,} customers, {TASTES} tastes\n  {'':36} {HEADING}", flush=True)
        shop, home = folder / f"sizes-{customers}", folder / f"sizes-{customers}-home"
        home.mkdir(exist_ok=True)
        _child("shops", shop, customers, 1, folder=folder)
        truth = pl.read_parquet(ShopFiles(shop).truth)
        ours = _child("chain", shop, home, folder=folder)
        stages = (folder / "benchmark.log").read_text(encoding="utf-8")
        reached = score(truth, published_members(Home(home)))
        _tell("taste segments", reached, ours, customers)
        _tell_possible(customers, reached.coverage)
        _run_kmeans(folder, shop, home, truth)
        if bertopic is not None and finishes:
            finishes = _run_bertopic(bertopic, folder, shop, home, truth, ours)
        print("  stages of taste segments:\n    " + stages.strip().replace("\n", "\n    "), flush=True)


def _child(module: str, *arguments: object, folder: Path) -> Cost:
    line = [sys.executable, "-m", f"benchmarks.taste.{module}", *map(str, arguments)]
    return measure(line, os.environ, folder)


def _tell(name: str, found: Score, cost: Cost | None = None, customers: int = 0) -> None:
    told = "" if cost is None else f"  {cost}, {1000 * cost.cpu / customers:.3f} ms a customer"
    print(f"  {name:36} {found}{told}", flush=True)


def _tell_possible(customers: int, coverage: float) -> None:
    shop = plant(min(customers, _BAYES_CUSTOMERS), seed=1)
    truth = truth_frame(shop)
    for part in (coverage, 1.0):
        _tell("possible, by the true likelihoods", score(truth, as_members(truth, best_possible(shop, BROWSERS, part))))


def _run_kmeans(folder: Path, shop: Path, home: Path, truth: pl.DataFrame) -> None:
    out = folder / "kmeans.parquet"
    cost = _child("rivals", "kmeans", shop, home, TASTES, out, folder=folder)
    _tell("k-means told the true k", score(truth, pl.read_parquet(out)), cost, truth.height)


def _run_bertopic(python: Path, folder: Path, shop: Path, home: Path, truth: pl.DataFrame, ours: Cost) -> bool:
    """Whether it finished, so that a larger size is worth trying."""
    cost = None
    for kind, name in (("fitted", "BERTopic on the shop's text model"), ("texts", "BERTopic on TF-IDF + SVD")):
        _child("rivals", "titles", shop, home, folder, kind, folder=folder)
        found = run_bertopic(python, folder, LONGEST_SECONDS)
        if found is None:
            print(f"  {name}: not finished after {LONGEST_SECONDS} s", flush=True)
            return False
        _tell(name, score(truth, found.members), found.whole, truth.height)
        cost = found
    assert cost is not None
    start, some = (_child("encoding", folder / "titles.parquet", count, folder=folder).cpu for count in (1, _ENCODED))
    encoding = (some - start) / (_ENCODED - 1)
    fitting = (cost.whole.cpu - cost.start.cpu) / truth.height
    mine = ours.cpu / truth.height
    _tell_ratio("start and compiling subtracted", fitting, mine)
    _tell_ratio("and with encoding by a model of its default's shape", fitting + encoding, mine)
    return True


def _tell_ratio(what: str, theirs: float, ours: float) -> None:
    print(f"  BERTopic's CPU a customer, {what}: {1000 * theirs:.2f} ms, {theirs / ours:.1f}x (floor 20x)", flush=True)
