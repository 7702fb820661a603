"""`python -m benchmarks pairs`: what pairs of products cost, all at once and day by day, beside hand-written rivals.

Belongs here: the parts, what is printed. Does not belong here: the shop (``planted_sessions``), rivals
(``pair_rivals``).

Each part is a process of its own (``pairs PART FOLDER ...``); compiled loops are loaded from a cache that the part
``compile`` has filled.
"""

import argparse
import os
import shutil
import sys
import time
from pathlib import Path

import numpy as np
import polars as pl

from benchmarks.processes import Cost, measure
from benchmarks.recommend.planted_sessions import plant_days
from benchmarks.taste.chain import Stages
from models.recommend.counts.pair_state import KEEP, fold, pairs_of, state_frame
from models.recommend.counts.pairs import (
    HALF_LIFE_DAYS,
    VIEWED_TOGETHER,
    Floats,
    Pairs,
    count_pairs,
    decay,
    no_pairs,
    top_pairs,
)
from models.recommend.sessions import Sessions, sessions_of

PRODUCTS, DAYS, TOP = 100_000, 60, 20
RIVALS = ("sparse", "duckdb")


def add_options(parser: argparse.ArgumentParser) -> None:
    """The options of this benchmark."""
    group = parser.add_argument_group("pairs")
    group.add_argument("--pairs-products", type=int, default=PRODUCTS, help="products of the planted shop")
    group.add_argument("--pairs-history", type=int, default=DAYS, help="days that are added one by one (default 60)")
    group.add_argument("--pairs-keep", type=int, nargs="+", default=[KEEP], help="others per product in the state")
    group.add_argument("--pairs-rivals", nargs="*", choices=RIVALS, default=["sparse"], help="rivals to run")


def run(folder: Path, chosen: argparse.Namespace) -> None:
    """Plant the shop, run every part in a process of its own, print what each cost."""
    shop = folder / f"visits-{chosen.events}-{chosen.pairs_products}"
    views = sum(pl.scan_parquet(file).select(pl.len()).collect().item() for file in _plant(shop, chosen))
    print(f"Pairs of {views:,} views of {chosen.pairs_products:,} products in {DAYS} days")
    shutil.rmtree(shop / "compiled", ignore_errors=True)
    _part(shop, "compile")
    _part(shop, "count")
    for rival in chosen.pairs_rivals:
        _part(shop, rival)
    for keep in chosen.pairs_keep:
        _part(shop, "days", str(chosen.pairs_history), str(keep))


def _plant(shop: Path, chosen: argparse.Namespace) -> list[Path]:
    return plant_days(shop, chosen.events, chosen.pairs_products, DAYS)


def _part(shop: Path, *part: str) -> Cost:
    environment = os.environ | {"NUMBA_CACHE_DIR": str(shop / "compiled")}
    line = [sys.executable, "-m", "benchmarks.recommend.pairs", part[0], str(shop), *part[1:]]
    cost = measure(line, environment, shop)
    print(f"{part[0]:41} {cost}")
    print((shop / "benchmark.log").read_text(encoding="utf-8"), end="", flush=True)
    return cost


def _say(text: str) -> None:
    print(f"  {text}", flush=True)


def _files(shop: Path) -> list[Path]:
    return sorted(shop.glob("day-*.parquet"))


def compile_loops(shop: Path) -> None:
    """Count and fold next to nothing, so that what this costs is start, import and compiling."""
    stages = Stages(_say)
    day = count_pairs(sessions_of(pl.read_parquet(_files(shop)[0]).head(100)), VIEWED_TOGETHER)
    stages.done("count 100 views")
    fold(pairs_of(state_frame(day)), day, days=1, half_life_days=HALF_LIFE_DAYS)
    stages.done("fold them")


def count_all(shop: Path) -> None:
    """All views at once, and the best 20 of each product."""
    stages = Stages(_say)
    sessions = sessions_of(pl.read_parquet(_files(shop)))
    stages.done(f"read {len(sessions):,} visits")
    counted = count_pairs(sessions, VIEWED_TOGETHER, TOP)
    stages.done(f"count, keep {TOP}")
    best = top_pairs(counted, TOP)
    stages.done(f"{best.height:,} rows of the best {TOP}")


def add_days(shop: Path, history: int, keep: int) -> None:
    """Add ``history`` days one by one (the planted ones over and over), then compare with counting them all at once."""
    state, costs = shop / "state.parquet", []
    state_frame(no_pairs()).write_parquet(state)
    files = _files(shop)
    for number in range(history):
        begun = time.process_time()
        add_day(state, files[number % len(files)], keep)
        costs.append(time.process_time() - begun)
    _say(f"{state.stat().st_size / 2**20:.0f} MiB of state, {len(pairs_of(pl.read_parquet(state)).others):,} pairs")
    for day in sorted({10, len(files), history}):
        if day <= history:
            _say(f"one more day on {day} days of history       {np.median(costs[day - 5 : day]):6.2f} CPU s")
    if history == len(files):
        same = agreement(shop, pairs_of(pl.read_parquet(state)))
        _say(f"same best {TOP} as counted at once, {keep} kept  {same:.4f}")


def add_day(state: Path, day: Path, keep: int) -> None:
    """Read the state and a day's views, add the day, write the state."""
    added = count_pairs(sessions_of(pl.read_parquet(day)), VIEWED_TOGETHER)
    before = pairs_of(pl.read_parquet(state))
    folded = fold(before, added, days=1, half_life_days=HALF_LIFE_DAYS, keep=keep)
    state_frame(folded).write_parquet(state, compression="zstd")


def agreement(shop: Path, folded: Pairs) -> float:
    """Share of the best 20 counted at once, with the same decay, that are among the best 20 of the state."""
    files = _files(shop)
    days = [pl.read_parquet(file).with_columns(pl.lit(number).alias("day")) for number, file in enumerate(files)]
    views = pl.concat(days)
    first_rows = views.unique("session_id", keep="first", maintain_order=True)["day"].to_numpy()
    strengths = np.asarray(decay(len(files) - 1.0 - first_rows, HALF_LIFE_DAYS))
    at_once = top_pairs(_counted(sessions_of(views), strengths), TOP)
    both = at_once.join(top_pairs(folded, TOP), on=["product_id", "other_id"], how="semi")
    return both.height / at_once.height


def _counted(sessions: Sessions, strengths: Floats) -> Pairs:
    return count_pairs(sessions, VIEWED_TOGETHER, TOP, strengths)


if __name__ == "__main__":
    part, where, *rest = sys.argv[1:]
    if part == "compile":
        compile_loops(Path(where))
    elif part == "count":
        count_all(Path(where))
    elif part == "days":
        add_days(Path(where), int(rest[0]), int(rest[1]))
    else:
        from benchmarks.recommend.pair_rivals import RIVAL

        RIVAL[part](Path(where))
